"""Run a command from the pair file: without a shell, with a deadline, and without anybody's secrets in its environment."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from robot.domain.clocks import steady_clock
from robot.domain.errors import Refused
from robot.evidence.wording import duration

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path
    from typing import IO

    _Stream = IO[bytes] | int
    _Running = subprocess.Popen[bytes]

_KEPT = 4000
"""Characters that are kept of the end of the output."""
_MOST = 16 * 2**20
"""Bytes that a command may write: it says what it has done, and no more."""
_LOOK_S = 0.05
"""Seconds between two looks at how much it has written."""
_PASSED_ON = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SSH_AUTH_SOCK", "XDG_RUNTIME_DIR")
"""The variables that a command is given, besides LC_*: a list of what is allowed, since nobody can list every secret."""


@dataclass(frozen=True)
class CommandResult:
    """The result of a command that ran to its end.

    Attributes:
        command: its first word; its arguments may be confidential.
        exit: its exit code; below 0 the signal that ended it.
        output: the last 4,000 characters of what it wrote, to either stream.
    """

    command: str
    exit: int
    output: str

    @property
    def last_line(self) -> str:
        """The last line of its output, at most 200 characters."""
        lines = self.output.strip().splitlines()
        return lines[-1].strip()[:200] if lines else "it said nothing"

    def require_success(self, purpose: str) -> None:
        """Require that the command ended with 0.

        Args:
            purpose: what the command was to do, as the beginning of the sentence.

        Raises:
            Refused: its exit code is not 0.
        """
        if self.exit:
            raise Refused(f"{purpose}: {self.command} ended with {self.exit}: {self.last_line}")


def run_command(words: Sequence[str], *, folder: Path, deadline: float, places: Mapping[str, str]) -> CommandResult:
    """Run a command of a check or a swing to its end. If the command fails, the result says so; no exception is raised.

    Args:
        words: the command and its arguments; no shell sees them.
        folder: its working folder, in which "./command" is looked for.
        deadline: in seconds.
        places: values for the `{names}` in the words.

    Returns:
        Its exit code, and the end of its output.

    Raises:
        Refused: it cannot be run; or it did not end in time, and it is not known what it did.
    """
    try:
        return run_to_end([_fill(word, places) for word in words], folder=folder, deadline=deadline)
    except OSError as error:
        raise Refused(f"{words[0]} cannot be run in {folder}: {error.strerror}; correct the command in the pair file") from None
    except subprocess.TimeoutExpired:
        raise Refused(
            f"{words[0]} did not end within {duration(deadline)} and was killed; look what it has done, then resume"
        ) from None


def run_to_end(
    words: Sequence[str], *, folder: Path, deadline: float, stdin: bytes = b"", answer: IO[bytes] | None = None, most: int = _MOST
) -> CommandResult:
    """Run a command of the user's: every one is run by this function, and gets the same few variables.

    Processes that it leaves in the background are not waited for; if the deadline passes, they are killed with it.

    Args:
        words: the command and its arguments; no shell sees them.
        folder: its working folder, in which "./command" is looked for.
        deadline: in seconds.
        stdin: what it is given to read.
        answer: the file that takes its stdout, where that is data; then only stderr counts as its output.
        most: how many bytes it may write; one that writes more is killed at once.

    Returns:
        Its exit code, and the end of its output.

    Raises:
        OSError: it cannot be run; `strerror` says why.
        subprocess.TimeoutExpired: it did not end in time, and was killed.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output:  # not pipes: a process may hold one open for ever
        given.write(stdin)
        given.seek(0)
        with _started(words, folder, stdin=given, stdout=answer or output, stderr=output) as running:
            code = _wait(running, deadline, (answer or output, output), most)
        said = f"it wrote more than {most} bytes, and was killed" if code is None else _tail(output.fileno())
        return CommandResult(command=words[0], exit=-signal.SIGKILL if code is None else code, output=said)


def read_confidential(words: Sequence[str], *, folder: Path, deadline: float, places: Mapping[str, str]) -> tuple[int, bytes]:
    """Run a command of the user's whose output is confidential: it comes through a pipe, so that it stands in no file.

    What the command writes to stderr is not read: it may quote what nobody could mask yet.

    Args:
        words: the command and its arguments; no shell sees them.
        folder: its working folder, in which "./command" is looked for.
        deadline: in seconds.
        places: values for the `{names}` in the words.

    Returns:
        Its exit code, and what it wrote to stdout. One that writes more than a pipe takes does not end.

    Raises:
        OSError: it cannot be run; `strerror` says why.
        subprocess.TimeoutExpired: it did not end in time, and was killed.
    """
    nothing, filled = subprocess.DEVNULL, [_fill(word, places) for word in words]
    with _started(filled, folder, stdin=nothing, stdout=subprocess.PIPE, stderr=nothing) as running:
        code, pipe = running.wait(deadline), running.stdout
        if pipe is None:
            return code, b""
        with pipe:
            os.set_blocking(pipe.fileno(), False)  # a process in the background may hold it open for ever
            return code, pipe.read() or b""


@contextlib.contextmanager
def _started(words: Sequence[str], folder: Path, *, stdin: _Stream, stdout: _Stream, stderr: _Stream) -> Generator[_Running]:
    """Start a command; if it has not ended within, it is killed, with the processes that it has left in the background."""
    try:
        running = subprocess.Popen(
            words, cwd=folder, env=_environment(), stdin=stdin, stdout=stdout, stderr=stderr, start_new_session=True
        )
    except ValueError:
        raise OSError(errno.EINVAL, "a NUL in its words") from None
    try:
        yield running
    finally:
        if running.returncode is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
        if running.stdout is not None:
            running.stdout.close()


def _wait(running: _Running, deadline: float, written: Sequence[IO[bytes]], most: int) -> int | None:
    """Return the exit code of a command once it has ended; None if it writes too much."""
    ends = steady_clock() + deadline
    while not any(os.fstat(file.fileno()).st_size > most for file in written):
        try:
            return running.wait(min(_LOOK_S, max(ends - steady_clock(), 0.0)))
        except subprocess.TimeoutExpired:
            if steady_clock() >= ends:
                raise
    return None


def _fill(word: str, places: Mapping[str, str]) -> str:
    for name, value in places.items():
        word = word.replace(f"{{{name}}}", value)
    return word


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in _PASSED_ON or name.startswith("LC_")}


def _tail(handle: int) -> str:
    size = os.fstat(handle).st_size
    last = os.pread(handle, _KEPT * 4, max(0, size - _KEPT * 4))  # a character of UTF-8 has at most four bytes
    return last.decode("utf-8", errors="replace")[-_KEPT:]
