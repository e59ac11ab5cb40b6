"""Messages, told to real servers and real programs: whole, to the right one only, and never a reason to wait."""

import email.policy
import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from a_pair_file import ENVIRONMENT, PAIR
from a_switch import Clock
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from robot.domain.errors import StoppedByHand
from robot.domain.waiting import Poller
from robot.notification.delivery import Delivery, Messenger
from robot.notification.message import Message, Turn
from robot.settings import load
from robot.settings.secrets import secrets
from robot.status import stop_card

PASSWORD, TOKEN = "mail-s3cret", "hook-t0ken"
CARD = (
    ("State", "stopped (exit code 4) at 2026-12-01T22:41:07.000Z"),
    ("Serving now", "A (192.0.2.12) answers at 192.0.2.20, with 12.3.5"),
    ("Do NOT", 'restart an appliance; do not press "Fix This Error"; ' + "nor anything else, however long it takes, " * 20),
    ("Next", ".a line that begins with a dot · and Zürich, £5, 東京"),
    ("Look", "/var/lib/" + "x" * 990 + "/report.html"),
)
STOPPED = Message(
    run="20261201T220000Z-1a2b", ticket="CHG0031337", site="support.example.com", turn=Turn.STOPPED,
    utc="2026-12-01T22:41:07.000Z", sentence="B does not answer.", card=CARD, deadline="2026-12-02T02:00:00Z",
)  # fmt: skip


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]
    return context


@pytest.fixture
def ca(authority: trustme.CA, tmp_path: Path) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")


@dataclass
class Post:
    """What a mail server takes, and what it says first."""

    answers: list[str] = field(default_factory=list[str])
    refuses: dict[str, str] = field(default_factory=dict[str, str])
    taken: list[Envelope] = field(default_factory=list[Envelope])
    asked: int = 0
    logins: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            self.taken.append(envelope)
        return answer

    def may_enter(self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        assert mechanism in {"LOGIN", "PLAIN"}
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    def mail(self) -> EmailMessage:
        content = self.taken[-1].content
        assert isinstance(content, bytes)
        found = message_from_bytes(content, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        return found


@dataclass
class Hook:
    """What a web server takes, and what it says first."""

    port: int = 0
    answers: list[int] = field(default_factory=list[int])
    elsewhere: str = ""
    taken: list[tuple[str, dict[str, str], dict[str, Any]]] = field(
        default_factory=list[tuple[str, dict[str, str], dict[str, Any]]]
    )

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        self.taken.append((handler.path, dict(handler.headers), json.loads(body)))
        handler.send_response(self.answers.pop(0) if self.answers else 204)
        if self.elsewhere:
            handler.send_header("Location", self.elsewhere)
        handler.send_header("Content-Length", "0")
        handler.end_headers()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def serve_mail(stack: ExitStack, tls: ssl.SSLContext) -> Callable[..., tuple[Post, int]]:
    """A mail server that wants STARTTLS and a password, or (open) neither."""

    def serve(post: Post | None = None, *, guarded: bool = True) -> tuple[Post, int]:
        post = post or Post()
        port = free_port()
        guard: dict[str, Any] = {
            "tls_context": tls, "require_starttls": True, "authenticator": post.may_enter, "auth_required": True,
        }  # fmt: skip
        controller = Controller(post, hostname="127.0.0.1", port=port, **(guard if guarded else {}))
        controller.start()
        stack.callback(controller.stop)
        return post, port

    return serve


@pytest.fixture
def serve_hook(stack: ExitStack, tls: ssl.SSLContext) -> Callable[..., Hook]:
    def serve(**said: Any) -> Hook:
        hook = Hook(**said)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook.take(self)

            do_GET = do_POST  # noqa: N815 - http.server's name

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as above
                del format, args

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        hook.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        stack.callback(lambda: (server.shutdown(), server.server_close(), thread.join()))
        return hook

    return serve


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def mailer(port: int, more: str = 'username = "robot", password = "MAIL_PASSWORD", ca_file = "ca.pem"') -> str:
    return (
        f'smtp = {{ server = "localhost", port = {port}, from = "robot@example.com", '
        f'to = ["oncall@example.com", "lead@example.com"]{", " if more else ""}{more} }}'
    )


def hooked(port: int, more: str = 'token = "HOOK_TOKEN", ca_file = "ca.pem"') -> str:
    return f'webhook = {{ url = "https://localhost:{port}/hooks/1?to=ops"{", " if more else ""}{more} }}'


@pytest.fixture
def messenger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Callable[..., Messenger]:
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(tmp_path / "none.toml"))

    def make(*ways: str, poller: Poller | None = None, token: str = TOKEN, **told: Any) -> Messenger:
        (tmp_path / "pair.toml").write_text("\n".join([PAIR, "[notify]", *ways]), encoding="utf-8")
        settings = load(tmp_path / "pair.toml")
        known = secrets(settings, {**ENVIRONMENT, "MAIL_PASSWORD": PASSWORD, "HOOK_TOKEN": token})
        return Messenger(settings, known, poller or Poller(clock=clock.read, sleep=clock.sleep), **told)

    return make


def script(folder: Path, text: str) -> str:
    (folder / "tell").write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    (folder / "tell").chmod(0o755)
    return 'command = ["./tell"]'


def only(deliveries: list[Delivery]) -> Delivery:
    [delivery] = deliveries
    return delivery


# -- what arrives --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("ca")
def test_the_card_arrives_whole_by_mail_by_webhook_and_by_command(
    messenger: Callable[..., Messenger],
    serve_mail: Callable[..., tuple[Post, int]],
    serve_hook: Callable[..., Hook],
    tmp_path: Path,
) -> None:
    (post, port), hook = serve_mail(), serve_hook()
    told = messenger(script(tmp_path, "cat > heard.json"), mailer(port), hooked(hook.port)).send(STOPPED)
    assert [(each.way, each.delivered, each.attempts, each.said) for each in told] == [
        ("command ./tell", True, 1, ""),
        ("smtp localhost", True, 1, ""),
        ("webhook localhost", True, 1, ""),
    ]
    heard = json.loads((tmp_path / "heard.json").read_text(encoding="utf-8"))
    assert heard["card"] == [list(row) for row in CARD]
    assert hook.taken[0][2] == heard
    assert Message.model_validate({name: heard[name] for name in Message.model_fields}) == STOPPED
    mail = post.mail()
    assert mail["Subject"] == heard["subject"] == "STOPPED: support.example.com (CHG0031337)"
    assert mail.get_content().replace("\r\n", "\n") == heard["text"]
    assert all(f"{label.upper()}\n{said}\n" in heard["text"] for label, said in CARD)
    assert post.taken[0].rcpt_tos == ["oncall@example.com", "lead@example.com"]
    assert post.logins == [(b"robot", PASSWORD.encode())]
    path, headers, _ = hook.taken[0]
    assert (path, headers["Authorization"], headers["Content-Type"]) == ("/hooks/1?to=ops", f"Bearer {TOKEN}", "application/json")


def test_a_message_can_be_read_on_a_phone() -> None:
    for turn in Turn:
        subject = STOPPED.model_copy(update={"turn": turn}).subject
        assert turn.headline in subject[:40]
        assert len(subject) < 78
    assert STOPPED.text.startswith("B does not answer.\n\nUNTIL\n2026-12-02T02:00:00Z\n\nSTATE\nstopped (exit code 4)")
    assert "   " not in STOPPED.text, "columns fall apart on a phone"


def test_a_rehearsal_says_so_before_anything_else() -> None:
    rehearsed = STOPPED.model_copy(update={"rehearsal": True})
    assert rehearsed.subject.startswith("REHEARSAL: STOPPED")
    assert rehearsed.text.startswith("REHEARSAL: no real appliance is touched.")


def test_the_stop_card_as_it_is_made_fits_into_a_message() -> None:
    rows = [["State", "stopped"], ["Next", "resume"]]
    assert stop_card.text(Message.model_validate({**STOPPED.model_dump(), "card": rows}).card or ()) == stop_card.text(rows)


def test_without_a_notify_section_nobody_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILOVER_ROBOT_POLICY", str(tmp_path / "none.toml"))
    (tmp_path / "pair.toml").write_text(PAIR, encoding="utf-8")
    settings = load(tmp_path / "pair.toml")
    assert Messenger(settings, secrets(settings, ENVIRONMENT)).send(STOPPED) == []


# -- once more, and no more ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("ca")
def test_a_message_that_fails_twice_is_delivered_at_the_third_attempt(
    messenger: Callable[..., Messenger], serve_mail: Callable[..., tuple[Post, int]], clock: Clock
) -> None:
    post, port = serve_mail(Post(answers=["451 later", "421 busy"]))
    told = only(messenger(mailer(port)).send(STOPPED))
    assert (told.delivered, told.attempts, told.said) == (True, 3, "")
    assert (post.asked, len(post.taken)) == (3, 1)
    assert clock.now == pytest.approx(7, abs=0.5)


@pytest.mark.usefixtures("ca")
def test_so_is_one_to_a_webhook_and_to_a_command(
    messenger: Callable[..., Messenger], serve_hook: Callable[..., Hook], tmp_path: Path
) -> None:
    hook = serve_hook(answers=[503, 429, 200])
    twice = script(tmp_path, 'echo x >> tries; test "$(wc -l < tries)" = 3')
    told = messenger(twice, hooked(hook.port)).send(STOPPED)
    assert [(each.delivered, each.attempts) for each in told] == [(True, 3), (True, 3)]
    assert len(hook.taken) == 3


def test_a_mail_taken_twice_is_the_same_mail(
    messenger: Callable[..., Messenger], serve_mail: Callable[..., tuple[Post, int]]
) -> None:
    post, port = serve_mail(guarded=False)
    one = messenger(mailer(port, 'tls = "none"'))
    for _ in range(2):
        assert only(one.send(STOPPED)).delivered
    ids = {message_from_bytes(each.content)["Message-ID"] for each in post.taken if isinstance(each.content, bytes)}
    assert ids == {"<20261201T220000Z-1a2b.stopped.20261201224107000@example.com>"}


@pytest.mark.parametrize(
    ("said", "again"), [("451 later", 3), ("550 no", 1)], ids=["what may pass is tried again", "what is final is not"]
)
def test_a_mail_server_that_refuses_is_quoted(
    messenger: Callable[..., Messenger], serve_mail: Callable[..., tuple[Post, int]], said: str, again: int
) -> None:
    post, port = serve_mail(Post(answers=[said] * 3), guarded=False)
    told = only(messenger(mailer(port, 'tls = "none"')).send(STOPPED))
    assert (told.delivered, told.attempts, told.said) == (False, again, f"it answered {said}")
    assert post.asked == again


def test_one_who_gets_no_mail_is_named_and_the_others_get_it_once(
    messenger: Callable[..., Messenger], serve_mail: Callable[..., tuple[Post, int]]
) -> None:
    post, port = serve_mail(Post(refuses={"lead@example.com": "550 unknown here"}), guarded=False)
    told = only(messenger(mailer(port, 'tls = "none"')).send(STOPPED))
    assert (told.delivered, told.attempts) == (False, 1)
    assert told.said == "it takes nothing for lead@example.com (550 unknown here); the others are told"
    assert [each.rcpt_tos for each in post.taken] == [["oncall@example.com"]]


@pytest.mark.usefixtures("ca")
def test_a_rejected_mail_password_is_not_tried_again(
    messenger: Callable[..., Messenger], serve_mail: Callable[..., tuple[Post, int]], tmp_path: Path
) -> None:
    post, port = serve_mail()
    known = messenger(mailer(port))
    settings = load(tmp_path / "pair.toml")
    wrong = Messenger(settings, secrets(settings, {**ENVIRONMENT, "MAIL_PASSWORD": "wr0ng-one"}))
    told = only(wrong.send(STOPPED))
    assert (told.attempts, told.said) == (1, "it does not accept username and password (535)")
    assert {password for _, password in post.logins} == {b"wr0ng-one"}
    assert not post.taken
    assert only(known.send(STOPPED)).delivered


# -- never held back -----------------------------------------------------------------------------------------------------


def test_a_dead_mail_server_never_holds_the_run_back_and_is_said(messenger: Callable[..., Messenger]) -> None:
    told = only(messenger(mailer(free_port(), "")).send(STOPPED))
    assert (told.way, told.delivered, told.attempts, told.said) == ("smtp localhost", False, 3, "Connection refused")
    assert str(told) == "NOT told by smtp localhost (3 attempts): Connection refused"


def test_nor_does_one_that_takes_the_connection_and_says_nothing(messenger: Callable[..., Messenger]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = int(silent.getsockname()[1])
        began = time.monotonic()
        told = only(messenger(mailer(port, ""), poller=Poller(), within=0.6).send(STOPPED))
    assert time.monotonic() - began < 3
    assert (told.delivered, told.attempts, told.said) == (False, 1, "Connection unexpectedly closed: timed out")


def test_nor_does_one_that_dribbles(messenger: Callable[..., Messenger]) -> None:
    ended = threading.Event()

    def dribble(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"220")
            while not ended.wait(0.1):
                connection.sendall(b"-")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=dribble, args=(server,), daemon=True)
        thread.start()
        began = time.monotonic()
        told = only(messenger(mailer(int(server.getsockname()[1]), ""), poller=Poller(), within=0.5).send(STOPPED))
        took = time.monotonic() - began
        ended.set()
        thread.join()
    assert took < 3
    assert (told.delivered, told.said) == (False, "still at it after 0.5 s")


def test_a_command_that_hangs_is_ended_with_all_that_it_started(messenger: Callable[..., Messenger], tmp_path: Path) -> None:
    way = script(tmp_path, "sleep 60 & echo $! > child\necho $$ > self\nwait")
    told = only(messenger(way, poller=Poller(), within=0.7).send(STOPPED))
    assert (told.delivered, told.attempts, told.said) == (False, 1, "it did not end within 0.7 s")
    for name in ("child", "self"):
        status = Path(f"/proc/{(tmp_path / name).read_text(encoding='ascii').strip()}/stat")
        Poller(poll=0.05).poll_until(partial(has_ended, status), bool, what=f"{name} to be dead", within=5)


def has_ended(status: Path) -> bool:
    """Tell by its status in /proc whether a process has ended; a kill takes effect once the process is scheduled again."""
    try:
        return status.read_text(encoding="ascii").split()[2] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_a_command_is_not_waited_for_by_what_it_leaves_behind(messenger: Callable[..., Messenger], tmp_path: Path) -> None:
    began = time.monotonic()
    assert only(messenger(script(tmp_path, "sleep 5 & exit 0")).send(STOPPED)).delivered
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("text", "attempts", "said"),
    [
        ("echo one; echo 'no pager today' >&2; exit 3", 3, "it ended with 3: no pager today"),
        ("exit 1", 3, "it ended with 1: it said nothing"),
        (None, 1, "it cannot be run: No such file or directory; correct [notify] command"),
    ],
)
def test_a_command_that_fails_is_said(
    messenger: Callable[..., Messenger], tmp_path: Path, text: str | None, attempts: int, said: str
) -> None:
    way = 'command = ["./tell"]' if text is None else script(tmp_path, text)
    told = only(messenger(way).send(STOPPED))
    assert (told.delivered, told.attempts, told.said) == (False, attempts, said)


def test_a_stop_request_ends_the_attempts_and_not_the_run(messenger: Callable[..., Messenger]) -> None:
    def stopped() -> None:
        raise StoppedByHand("stopped by hand")

    told = only(messenger(mailer(free_port(), ""), poller=Poller(interrupted=stopped)).send(STOPPED))
    assert (told.delivered, told.attempts) == (False, 1)
    assert told.said == "Connection refused; not tried again, for the run is to stop"


@pytest.mark.usefixtures("ca")
def test_several_ways_one_failing_does_not_hinder_the_other(
    messenger: Callable[..., Messenger], serve_hook: Callable[..., Hook], tmp_path: Path
) -> None:
    hook = serve_hook()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        ways = (script(tmp_path, "exit 1"), mailer(int(silent.getsockname()[1]), ""), hooked(hook.port))
        told = messenger(*ways, poller=Poller(), within=1.0).send(STOPPED)
    assert [each.delivered for each in told] == [False, False, True]
    assert len(hook.taken) == 1


# -- to the right one only -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.usefixtures("ca")
def test_a_redirect_does_not_carry_the_token_elsewhere(
    messenger: Callable[..., Messenger], serve_hook: Callable[..., Hook], status: int
) -> None:
    other = serve_hook()
    hook = serve_hook(answers=[status], elsewhere=f"https://localhost:{other.port}/take")
    told = only(messenger(hooked(hook.port)).send(STOPPED))
    assert (told.delivered, told.attempts) == (False, 1)
    assert told.said == f"it sends us elsewhere ({status}), and is not followed: correct notify.webhook.url"
    assert other.taken == []


def test_a_webhooks_certificate_is_checked(
    messenger: Callable[..., Messenger], serve_hook: Callable[..., Hook], tmp_path: Path
) -> None:
    hook = serve_hook()
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")  # somebody else's
    told = only(messenger(hooked(hook.port)).send(STOPPED))
    assert (told.delivered, told.attempts) == (False, 1)
    assert told.said.startswith("its certificate is not to be trusted: ")
    assert hook.taken == []


@pytest.mark.usefixtures("ca")
def test_and_for_the_name_in_its_address(messenger: Callable[..., Messenger], serve_hook: Callable[..., Hook]) -> None:
    hook = serve_hook()
    way = hooked(hook.port).replace("localhost", "127.0.0.1")
    told = only(messenger(way).send(STOPPED))
    assert "not valid for '127.0.0.1'" in told.said
    assert hook.taken == []


@pytest.mark.parametrize("how", ["starttls", "tls"])
def test_a_mail_servers_certificate_is_checked_before_the_password_is_sent(
    messenger: Callable[..., Messenger],
    serve_mail: Callable[..., tuple[Post, int]],
    serve_hook: Callable[..., Hook],
    tmp_path: Path,
    how: str,
) -> None:
    post, port = serve_mail()
    port = port if how == "starttls" else serve_hook().port  # any TLS server will do: it is never spoken to
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    more = f'username = "robot", password = "MAIL_PASSWORD", ca_file = "ca.pem", tls = "{how}"'
    told = only(messenger(mailer(port, more)).send(STOPPED))
    assert (told.delivered, told.attempts) == (False, 1)
    assert told.said.startswith("its certificate is not to be trusted: ")
    assert post.logins == []


@pytest.mark.usefixtures("ca")
def test_a_mail_server_without_starttls_gets_neither_password_nor_message(
    messenger: Callable[..., Messenger], serve_mail: Callable[..., tuple[Post, int]]
) -> None:
    post, port = serve_mail(guarded=False)
    told = only(messenger(mailer(port)).send(STOPPED))
    assert (told.delivered, told.attempts) == (False, 1)
    assert told.said == "STARTTLS extension not supported by server. Correct notify.smtp"
    assert (post.logins, post.taken) == ([], [])


@pytest.mark.usefixtures("ca")
def test_no_proxy_of_the_environment_is_asked(
    messenger: Callable[..., Messenger], serve_hook: Callable[..., Hook], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    hook = serve_hook()
    assert only(messenger(hooked(hook.port)).send(STOPPED)).delivered


# -- no secret -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("ca")
def test_the_commands_environment_holds_no_password_but_the_few_variables_that_every_command_gets(
    messenger: Callable[..., Messenger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = {**ENVIRONMENT, "A_LOGIN_TOTP": "JBSWY3DPEHPK3PXP", "MAIL_PASSWORD": PASSWORD, "HOOK_TOKEN": TOKEN}
    for name, value in ours.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COPIED", f"--password={ENVIRONMENT['A_LOGIN_PASSWORD']}")
    monkeypatch.setenv("FAILOVER_ROBOT_DATABASE_URL", "postgresql://robot:db-s3cret@db/robot")
    monkeypatch.setenv("ANOTHER_PAIRS_PASSWORD", "an0ther-s3cret")
    monkeypatch.setenv("LC_TIME", "C.UTF-8")
    way = script(tmp_path, "cat /proc/$$/environ > seen; cat /proc/$$/cmdline >> seen; pwd > where")
    assert messenger(way, mailer(free_port()), hooked(free_port())).send(STOPPED)[0].delivered
    seen = (tmp_path / "seen").read_bytes()
    assert b"LC_TIME=C.UTF-8" in seen
    assert b"PATH=" in seen
    assert b"an0ther-s3cret" not in seen
    assert not [name for name, value in ours.items() if value.encode() in seen or f"{name}=".encode() in seen]
    assert b"db-s3cret" not in seen
    assert b"COPIED" not in seen
    assert (tmp_path / "where").read_text(encoding="utf-8").strip() == str(tmp_path)
    assert os.environ["MAIL_PASSWORD"] == PASSWORD, "the robot's own environment is left alone"


@pytest.mark.usefixtures("ca")
def test_no_secret_stands_in_what_is_said_or_told(
    messenger: Callable[..., Messenger], serve_mail: Callable[..., tuple[Post, int]], tmp_path: Path
) -> None:
    _, port = serve_mail(Post(answers=[f"550 you said {PASSWORD}"]))
    way = script(tmp_path, f"cat > heard.json; echo was given {TOKEN}; exit 1")
    loose = STOPPED.model_copy(update={"sentence": f"the page shows {PASSWORD}", "card": (("Next", f"try {TOKEN}"),)})
    told = messenger(way, mailer(port), hooked(free_port())).send(loose)
    assert "you said [secret]" in told[1].said
    assert "was given [secret]" in told[0].said
    heard = (tmp_path / "heard.json").read_text(encoding="utf-8")
    assert "the page shows [secret]" in heard
    for secret in (PASSWORD, TOKEN):
        assert secret not in f"{told} {heard}"


@pytest.mark.parametrize("token", ["łódź-token", "snow☃man"])
@pytest.mark.usefixtures("ca")
def test_a_token_that_no_header_can_carry_is_not_quoted(messenger: Callable[..., Messenger], token: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        told = only(messenger(hooked(int(nobody.getsockname()[1])), token=token).send(STOPPED))
    assert (told.attempts, told.said) == (1, "its token holds a letter that a header cannot carry")


@pytest.mark.usefixtures("ca")
def test_a_password_that_no_mail_login_can_carry_is_not_quoted(
    serve_mail: Callable[..., tuple[Post, int]], messenger: Callable[..., Messenger], tmp_path: Path
) -> None:
    _, port = serve_mail()
    messenger(mailer(port))
    settings = load(tmp_path / "pair.toml")
    odd = Messenger(settings, secrets(settings, {**ENVIRONMENT, "MAIL_PASSWORD": "pässword"}))
    told = only(odd.send(STOPPED))
    assert told.said == "its username or password holds a letter that a mail login cannot carry"


@pytest.mark.usefixtures("ca")
def test_a_messenger_shows_no_secret_however_it_is_printed(messenger: Callable[..., Messenger]) -> None:
    teller = messenger('command = ["./tell"]', mailer(25), hooked(443))
    shown = f"{teller!r} {vars(teller)}"
    assert "WebhookChannel(" in shown
    assert not [secret for secret in (PASSWORD, TOKEN) if secret in shown]
