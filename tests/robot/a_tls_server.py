"""A TLS server on loopback, with a certificate as a test wants it, which answers every GET with a sign-in page."""

import contextlib
import datetime as dt
import ipaddress
import os
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from robot.network.certificates import key_of

HOST = "support.example.test"
PAGE = (
    b"<!doctype html><title>Login</title><h1>Login</h1><form method=post><label>Username <input name=u></label>"
    b"<label>Password <input type=password name=p></label><button>Login</button></form>"
)


@cache
def _key(name: str) -> rsa.RSAPrivateKey:
    """A key takes long to make: one for each name in a process."""
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Issued:
    """A certificate, and the private key of its owner."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def pin(self) -> str:
        return key_of(self.certificate.public_bytes(Encoding.DER))


@dataclass(frozen=True)
class Wanted:
    """What a certificate is to be.

    Attributes:
        names: DNS names and IP addresses in its subjectAltName; none: it has no such extension.
        common_name: the CN of its subject.
        days: from when until when it is valid, counted from now.
        may_sign: whether its key usage has digitalSignature; `None`: it has no key usage at all.
        is_ca: whether it may issue others; `None`: nothing is said of it.
    """

    names: Sequence[str] = (HOST,)
    common_name: str = HOST
    days: tuple[int, int] = (-2, 30)
    may_sign: bool | None = True
    is_ca: bool | None = False

    def issued_by(self, issuer: Issued | None) -> Issued:
        """Have it made; by itself if nobody issues it."""
        key, now = _key(self.common_name), dt.datetime.now(dt.UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.common_name)])
        builder = x509.CertificateBuilder(
            issuer_name=issuer.certificate.subject if issuer else subject, subject_name=subject, public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now + dt.timedelta(days=self.days[0]), not_valid_after=now + dt.timedelta(days=self.days[1]),
        )  # fmt: skip
        if self.names:
            builder = builder.add_extension(x509.SubjectAlternativeName(list(map(_general, self.names))), critical=False)
        if self.is_ca is not None:
            builder = builder.add_extension(x509.BasicConstraints(ca=self.is_ca, path_length=None), critical=True)
        if self.may_sign is not None:
            usage = x509.KeyUsage(
                digital_signature=self.may_sign, key_encipherment=not self.is_ca, key_cert_sign=bool(self.is_ca),
                crl_sign=bool(self.is_ca), content_commitment=False, data_encipherment=False, key_agreement=False,
                encipher_only=False, decipher_only=False,
            )  # fmt: skip
            builder = builder.add_extension(usage, critical=True)
        signer = issuer.key if issuer else key
        return Issued(builder.sign(signer, hashes.SHA256()), key)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


AUTHORITY = Wanted(names=(), common_name="Example authority", is_ca=True)


@dataclass
class Server:
    """It runs; `asked` is each request line that it was sent, with its Host header."""

    address: str
    port: int
    asked: list[str] = field(default_factory=list[str])


@contextlib.contextmanager
def a_tls_server(
    shown: Issued, *chain: Issued, folder: Path, address: str = "127.0.0.1", status: int = 200, resets: str = ""
) -> Generator[Server]:
    """Serve the page over TLS, with a certificate and those that are sent along with it.

    `resets`: what is posted is taken, and the connection broken off without an answer: "FIN" closes, "RST" resets it.
    """

    class Front(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # connections are kept for the next request, unless the client wants none kept

        def do_GET(self) -> None:
            server.asked.append(f"{self.command} {self.path} {self.headers['Host']}")
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def do_POST(self) -> None:
            if not resets:
                self.do_GET()
                return
            server.asked.append(f"{self.command} {self.path} {self.headers['Host']}")
            self.rfile.read(int(self.headers["Content-Length"]))
            if resets == "RST":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())  # without a word of TLS
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own word
            del format, args

    class Listener(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that ends the handshake is what is tested."""

    context = _context(shown, *chain, file=folder / "server.pem")
    with Listener((address, 0), Front) as listener:
        listener.socket = context.wrap_socket(listener.socket, server_side=True, do_handshake_on_connect=False)
        server = Server(address, listener.server_address[1])
        thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()


@contextlib.contextmanager
def served(listening: socket.socket, shown: Issued, serve: Callable[[ssl.SSLSocket], None], *, file: Path) -> Generator[None]:
    """Serve each connection over TLS, one after another; who breaks one off ends that one. `file`: for the certificate."""
    context = _context(shown, file=file)

    def serve_all() -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            with plain, contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as tls:
                serve(tls)

    thread = threading.Thread(target=serve_all, daemon=True)
    thread.start()
    try:
        yield
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _context(shown: Issued, *chain: Issued, file: Path) -> ssl.SSLContext:
    """What a server shows: its certificate, and those that are sent along with it."""
    private = shown.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(b"".join([private, shown.pem, *(each.pem for each in chain)]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def ca_file(folder: Path, *issued: Issued, name: str = "ca.pem") -> Path:
    """Write a CA file."""
    path = folder / name
    path.write_bytes(b"".join(each.pem for each in issued))
    return path
