"""A time authority of our own (RFC 3161): `openssl ts` behind a small web server; its certificates are made here."""

import subprocess
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

_CONFIG = """
[tsa]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = {ess}
"""
_Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class TimeAuthority:
    """An authority, and the root that vouches for it: `root` and `certificate` are PEM files.

    With `between`, the root vouches for another one of that kind, whose certificate the answers bring along, and that one
    vouches for the authority.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str = "Time of example.com",
        is_rsa: bool = False,
        ess: str = "sha256",
        between: x509.ExtensionType | None = None,
        days: int = 30,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.root, self.certificate = folder, folder / "root.pem", folder / "authority.pem"
        self.along = folder / "along.pem"
        root_key = ec.generate_private_key(ec.SECP256R1())
        key: _Key = rsa.generate_private_key(65537, 2048) if is_rsa else ec.generate_private_key(ec.SECP256R1())
        root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Root of {name}")])
        root = _certificate(root_name, root_key, root_name, root_key, x509.BasicConstraints(ca=True, path_length=None))
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        issuer_name, issuer_key, along = root_name, root_key, root
        if between:
            issuer_key = ec.generate_private_key(ec.SECP256R1())
            issuer_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Intermediate of {name}")])
            along = _certificate(issuer_name, issuer_key, root_name, root_key, between, days)
        own = _certificate(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key, issuer_name, issuer_key, usage)
        self.root.write_bytes(root.public_bytes(Encoding.PEM))
        self.along.write_bytes(along.public_bytes(Encoding.PEM))
        self.certificate.write_bytes(own.public_bytes(Encoding.PEM))
        (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        (folder / "serial").write_text("01\n", "ascii")
        brings = f"certs = {self.along}\n" if between else ""
        (folder / "ts.cnf").write_text(_CONFIG.format(folder=folder, ess=ess) + brings, "utf-8")

    def answer(self, query: bytes) -> bytes:
        """Answer a query, as `openssl ts` does."""
        asked, answered = self.folder / "query.tsq", self.folder / "answer.tsr"
        asked.write_bytes(query)
        words = ["-config", "ts.cnf", "-section", "tsa", "-inkey", "key.pem", "-signer", self.certificate.name]
        command = ["openssl", "ts", "-reply", "-queryfile", asked.name, "-out", answered.name, *words]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        return answered.read_bytes()

    def stamp(self, data: bytes) -> bytes:
        """Say when these bytes existed: now."""
        builder = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256)
        return self.answer(builder.cert_request(cert_request=True).build().as_bytes())


def _certificate(
    subject: x509.Name,
    key: _Key,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    more: x509.ExtensionType,
    days: int = 30,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=60)).not_valid_after(now + timedelta(days=days))
    return builder.add_extension(more, critical=True).sign(issuer_key, hashes.SHA256())


@contextmanager
def serving(answer: Callable[[bytes], tuple[int, bytes]]) -> Generator[str]:
    """Serve answers to what is posted: a status and a body for each; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):  # whoever asked need not read to the end
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/tsa"
        finally:
            server.shutdown()
            thread.join()
