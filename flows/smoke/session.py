"""One smoke verification: the checks are made in a process of their own, which is believed only as far as it can be read."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flows.smoke.order import OURS, YOURS
from flows.smoke.results import SmokeCheck, SmokeResults
from robot.domain.errors import UsageError
from robot.domain.masking import Masking
from robot.evidence.wording import duration
from robot.network.tls import endpoint_of
from robot.runs.supervisor import dies_with
from robot.settings.secrets import secret_names

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from flows.smoke.order import SmokeOrder
    from robot.settings.secrets import Secrets

CHILD = ("-P", "-m", "flows.smoke.fixtures.child")
"""The arguments of the Python that makes the checks; -P: nothing is imported from the current folder."""
_MOST_BYTES = 16 * 2**20
"""What the checks may tell at most."""
_LEFT_TO_SAY = 3
"""Lines of what the process wrote to stderr that are told where it ended badly."""


@dataclass
class _Told:
    """What the process of the checks has told so far.

    Attributes:
        checks: the results.
        expected: the titles of the checks that there are; `None` before it has told.
        under_way: the check that has begun and not ended.
        serial: the serial number that the appliance has shown.
        ended: whether it has come to its end.
        fault: what was wrong with what it told.
    """

    checks: list[SmokeCheck] = field(default_factory=list[SmokeCheck])
    expected: list[str] | None = None
    under_way: str = ""
    serial: str = ""
    ended: bool = False
    fault: str = ""


def smoke(
    order: SmokeOrder,
    known: Secrets | None,
    *,
    keep: Callable[[SmokeCheck, Path], None],
    on_begin: Callable[[int], None] = lambda _number: None,
) -> SmokeResults:
    """Make the checks of an order.

    Args:
        order: what is to be verified.
        known: the secrets; `None` if no check signs in.
        keep: called with each result as it comes, and the spool folder in which its pictures stand; the folder is removed at
            the end. Only who calls this writes a record.
        on_begin: called once it is known how many checks there are.

    Returns:
        The results. A process that dies, hangs, or tells what cannot be read is a fault in them, and never a pass.

    Raises:
        UsageError: there is no folder with further tests where the order names one.
    """
    if order.tests and not order.tests.is_dir():
        raise UsageError(f"--tests {order.tests} is no folder; name one with test_*.py in it")
    began, told, mask = time.monotonic(), _Told(), Masking(known.texts() if known else ())
    with _spool(order) as spool:
        code = _performed(order, known, spool, told, lambda result: keep(result, spool), on_begin, mask)
        told.fault = told.fault or _why_not_ended(code, told, mask(_last_words(spool / "stderr")))
        return SmokeResults(
            unit=order.unit.value, address=endpoint_of(order.settings, order.unit).address,
            hostname=order.settings.site.hostname, expected=order.version, checks=tuple(told.checks), fault=told.fault,
            seconds=round(time.monotonic() - began, 1), serial=told.serial,
        )  # fmt: skip


@contextlib.contextmanager
def _spool(order: SmokeOrder) -> Generator[Path]:
    """Make an owner-only folder in which the tests stand below nothing, and pictures go; remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="failover-robot-smoke-", ignore_cleanup_errors=True) as folder:
        spool = Path(folder)
        (spool / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        (spool / OURS).symlink_to(Path(__file__).with_name("checks"), target_is_directory=True)
        if order.tests:
            (spool / YOURS).symlink_to(order.tests.resolve(), target_is_directory=True)
        yield spool


def _performed(
    order: SmokeOrder, known: Secrets | None, spool: Path, told: _Told, keep: Callable[[SmokeCheck], None],
    on_begin: Callable[[int], None], mask: Masking,
) -> int | None:  # fmt: skip
    """Let the process make the checks, and listen to it; return its exit status, or `None` if its time was over."""
    names = secret_names(order.settings)
    environment = {
        name: value for name, value in os.environ.items() if name not in names and not name.startswith(("PYTEST_", "PYTHONPATH"))
    }
    document = json.dumps(order.as_document(known)).encode()
    with (spool / "stderr").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *CHILD, str(spool)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment, start_new_session=True,
            preexec_fn=dies_with(os.getpid()),  # noqa: PLW1509 - two system calls, and no module is loaded for them
        )  # fmt: skip
    try:
        if process.stdin is None or process.stdout is None:
            return None
        with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
            pipe.write(document)
        deadline = time.monotonic() + order.settings.smoke.limit
        for line in _lines(process.stdout.fileno(), deadline):
            _heed(line, told, keep, on_begin, mask)
            if told.fault:
                return None
        _await_end(process.pid, deadline)
    except TimeoutError:
        told.fault = _too_long(order, told)
        return None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # with its browsers; it is not reaped yet, so that its number is still its own
        process.wait()
        if process.stdout:
            process.stdout.close()
    return process.returncode


def _await_end(process: int, deadline: float) -> None:
    """Wait until a process has ended, without reaping it; raise `TimeoutError` if the time is over."""
    handle = os.pidfd_open(process)
    try:
        if not select.select([handle], [], [], max(deadline - time.monotonic(), 1.0))[0]:
            raise TimeoutError
    finally:
        os.close(handle)


def _lines(handle: int, deadline: float) -> Generator[bytes]:
    """Yield each line as it comes; raise `TimeoutError` if the time is over, or too much is told."""
    rest, many = b"", 0
    while True:
        if not select.select([handle], [], [], max(deadline - time.monotonic(), 0.0))[0]:
            raise TimeoutError
        data = os.read(handle, 65536)
        many += len(data)
        *lines, rest = (rest + data).split(b"\n")
        yield from lines
        if not data:
            if rest:
                yield rest
            return
        if many > _MOST_BYTES:
            yield rest
            return


def _heed(line: bytes, told: _Told, keep: Callable[[SmokeCheck], None], on_begin: Callable[[int], None], mask: Masking) -> None:
    """Take one line of what the process tells; what cannot be read is a fault."""
    try:
        event = cast("dict[str, Any]", json.loads(line))
        match event["event"]:
            case "collected":
                told.expected = [str(each) for each in event["checks"]]
                on_begin(len(told.expected))
            case "began":
                told.under_way = str(event["check"]).rpartition("::")[2].removesuffix("[chromium]")
            case "result":
                result = SmokeCheck.from_document(mask.plain(event["check"]))
                told.under_way, told.serial = "", str(event["serial"])
                told.checks.append(result)
                keep(result)
            case "end":
                told.ended = True
            case other:
                told.fault = f"the process of the checks tells of {other!r}, which nobody knows"
    except (ValueError, KeyError, TypeError, AttributeError):
        told.fault = f"the process of the checks tells what cannot be read: {line[:80]!r}"


def _why_not_ended(code: int | None, told: _Told, last_words: str) -> str:
    """Return why the checks have not come to their end; "" if they have."""
    where = f' during "{told.under_way}"' if told.under_way else ""
    said = f": {last_words}" if last_words else ""
    if not told.ended or code is None or code < 0 or code > 5:
        return f"the process of the checks ended {'' if code is None else f'with {code} '}before they were over{where}{said}"
    if told.expected is None or not told.expected:
        return f"there was no check to be made{said}"
    missing = len(told.expected) - len([each for each in told.checks if not each.name.startswith("collect-")])
    if missing > 0:
        return f"{missing} of {len(told.expected)} checks told no result{said}"
    return f"pytest ended with {code}{said}" if code not in {0, 1, 2} else ""


def _too_long(order: SmokeOrder, told: _Told) -> str:
    where = f' during "{told.under_way}"' if told.under_way else ""
    limit = duration(order.settings.smoke.limit)
    return f"the checks were not over after {limit}, the limit of [smoke], and were ended{where}"


def _last_words(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return " / ".join(lines[-_LEFT_TO_SAY:])[-400:]
