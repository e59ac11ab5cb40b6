"""Certificates as servers show them: what no parser can read is refused, and never taken or fallen over."""

import base64
from itertools import product
from pathlib import Path

import pytest
from a_tls_server import HOST, Issued, Wanted, a_tls_server
from cryptography.hazmat.primitives.serialization import Encoding

from robot.domain.errors import Untrusted, UsageError
from robot.network import tls
from robot.network.certificates import Certificate, authorities, key_of, may_sign, read_certificate
from robot.network.tls import Endpoint

ISSUED = Wanted().issued_by(None)
DER = ISSUED.certificate.public_bytes(Encoding.DER)
VERSION_7 = DER.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x06", 1)


def test_whatever_byte_of_a_certificate_is_altered_it_is_read_or_refused_in_one_sentence() -> None:
    refused, told = 0, set[str]()
    for place, bit in product(range(len(DER)), (1, 4, 0x80)):
        altered = DER[:place] + bytes([DER[place] ^ bit]) + DER[place + 1 :]
        try:
            assert isinstance(read_certificate(altered), Certificate)
            assert key_of(altered)
            may_sign(altered)
        except Untrusted as refusal:
            told.add(str(refusal).partition(" (")[0])
            refused += 1
    assert told == {"the certificate that was shown cannot be read"}
    assert refused > 100


class OfVersion7(Issued):
    """Issued as a certificate of a version that does not exist; OpenSSL shows and takes it all the same."""

    @property
    def pem(self) -> bytes:
        return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(VERSION_7) + b"-----END CERTIFICATE-----\n"


def test_a_server_with_a_certificate_that_cannot_be_read_is_not_trusted(tmp_path: Path) -> None:
    with a_tls_server(OfVersion7(ISSUED.certificate, ISSUED.key), folder=tmp_path) as server:
        way = Endpoint(HOST, server.address, server.port, pins=(ISSUED.pin,))
        with pytest.raises(Untrusted, match="the certificate that was shown cannot be read"):
            tls.certificate(way)
    assert server.asked == []


def test_a_ca_file_that_cannot_be_read_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "ca.der").write_bytes(VERSION_7)
    with pytest.raises(UsageError, match=r"the CA file .*ca\.der holds no certificate, or one that is damaged"):
        authorities(tmp_path / "ca.der")
