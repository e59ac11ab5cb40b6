"""Whether a time authority's answer comes from one that is trusted: by its certificate, or by the chain that came along."""

from datetime import datetime
from typing import Any, cast

from asn1crypto import tsp
from cryptography.x509 import BasicConstraints, Certificate, KeyUsage, load_der_x509_certificate
from cryptography.x509.verification import Criticality, ExtensionPolicy, Policy, PolicyBuilder, Store

from robot.evidence.pack.verify_alone import is_vouched_for


def is_trusted_time(answer: bytes, moment: datetime, signer: Certificate, authorities: list[Certificate]) -> bool:
    """Return whether a time is trusted.

    The script of a pack follows no chain: it is short, and goes by the issuer alone.

    Args:
        answer: the authority's answer (RFC 3161).
        moment: what time it tells; then the chain must have been valid.
        signer: the certificate by which it is signed.
        authorities: the certificates that were given as trusted.
    """
    if is_vouched_for(signer, authorities):
        return True
    if not authorities:
        return False
    anyone = ExtensionPolicy.permit_all()  # that the signer may tell times was seen when its answer was read
    above = anyone.require_present(BasicConstraints, Criticality.AGNOSTIC, None)
    above = above.may_be_present(KeyUsage, Criticality.AGNOSTIC, _require_issuer)
    chain = PolicyBuilder().store(Store(authorities)).time(moment).extension_policies(ca_policy=above, ee_policy=anyone)
    try:
        chain.build_client_verifier().verify(signer, _certificates(answer))
    except Exception:  # noqa: BLE001 - what came along is a stranger's, and parsers have more errors than a list of them
        return False
    return True


def _require_issuer(_policy: Policy, _certificate: Certificate, usage: KeyUsage | None) -> None:
    if usage and not usage.key_cert_sign:
        raise ValueError("it may sign no certificates")


def _certificates(answer: bytes) -> list[Certificate]:
    """Return what came along. OpenSSL does not sort them, as DER would have it, and stricter readers refuse that."""
    parsed = cast("Any", tsp.TimeStampResp).load(answer)["time_stamp_token"]["content"]["certificates"]
    return [load_der_x509_certificate(each.chosen.dump()) for each in parsed]
