"""The representative console's installers, kept from before and after an appliance's update (VT5 to VT9).

The guide: after the check for the new update and before the install, Rep Console Installers hands out the *new* console, for
distribution ahead of time (VT6); and the *old* one is to be kept, because only it can remove old installations (VT9). So:

* old: before anything is changed, the console of the release that runs, from My Account of `/login`. A backup hides that
  page; then it is taken from Rep Console Installers before any check, if that is shown. Otherwise this appliance gives none,
  and that of its peer, which runs the same release, is the old one.
* new: from Rep Console Installers after the check and before the first install (automatic method; the manual one has no
  check); and once more after the verification, from there or from My Account. A file that is kept already is not kept twice.

They are kept beside the backups, in `<[backup] directory>/installers/<run>/<unit>-old|new/`, for their owner only, and in no
evidence pack; the record holds their names and SHA-256. If the vendor's support has not enabled the link, that is noted and
stops nothing. Only an old installer that is offered and cannot be fetched stops a run, before anything is changed: it cannot
be fetched afterwards.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flows.requirements.kept_files import backup_folder
from flows.session import readings
from pages.appliance.updates import UpdatesScreen
from pages.engine.text.wording import ignorecase
from pages.login.my_account import MyAccountScreen
from robot.domain.errors import Refused, Unreachable, WrongScreen
from robot.domain.model import Reading
from robot.evidence.record.durable import move_into_place

if TYPE_CHECKING:
    from pathlib import Path

    from flows.session.appliance import Appliance
    from flows.session.pair import Pair
    from robot.changes.run import Run

_MSI = bytes.fromhex("d0cf11e0a1b11ae1")
"""The first bytes of every MSI."""
_LINK, _ACCOUNT = "Rep Console Installers", "My Account"


class Installer(Reading):
    """One installer on this machine; `bytes` is its size, and `msi` whether it is an MSI."""

    file: str
    bytes: int
    sha256: str
    msi: bool


class Installers(Reading):
    """What was fetched from one appliance at one time.

    Attributes:
        source: the page that gave it.
        folder: the folder in which it is kept.
        files: the new files.
        kept_before: files that were kept already, as "<folder>/<file>".
        why: why there is nothing, or "".
    """

    source: str = ""
    folder: str = ""
    files: tuple[Installer, ...] = ()
    kept_before: tuple[str, ...] = ()
    why: str = ""


def keep_old_installers(appliance: Appliance, pair: Pair, run: Run) -> None:
    """Keep the console of the release that runs, before anything is changed (VT9).

    Args:
        appliance: the appliance.
        pair: both appliances.
        run: the run.

    Raises:
        Refused: it is offered and cannot be fetched or kept.
    """
    if pair.settings.update.installers != "keep":
        return
    u, n = appliance.unit.value, appliance.name
    fetched = run.steps.observe(
        f"{u}-installers-old", f"{n}'s console installers, before the update", appliance, Installers,
        lambda: fetch(appliance, pair, run, kind="old", sources=(_ACCOUNT, _LINK)), procedure_ids=("VT9",),
    )  # fmt: skip
    if fetched.files or fetched.kept_before:
        text = (
            f"{listed(fetched)} from {fetched.source} of {n}, kept in {fetched.folder}, is the OLD console: keep it, for only it "
            "can remove old installations (VT9); it need not be uninstalled before the new one is installed (VT8)"
        )
    else:
        text = (
            f"no old console installer was kept from {n}: {fetched.why}; "
            "keep the one from your last upgrade, or the other's (VT9)"
        )
    run.steps.note(f"{u}-installers-old-told", text, procedure_ids=("VT8", "VT9"))


def keep_new_installers(appliance: Appliance, pair: Pair, run: Run, *, when: str) -> None:
    """Keep the new console (VT6); a failure is noted, and stops nothing.

    Args:
        appliance: the appliance.
        pair: both appliances.
        run: the run.
        when: "before the update", after the check for updates; or "after the update", after the verification.
    """
    if pair.settings.update.installers != "keep":
        return
    u, n, before = appliance.unit.value, appliance.name, when.startswith("before")
    sources = (_LINK,) if before else (_LINK, _ACCOUNT)

    def fetch_or_say() -> Installers:
        try:
            return fetch(appliance, pair, run, kind="new", sources=sources)
        except (Refused, WrongScreen, Unreachable) as refusal:  # the new one can be had later: no reason to stop now
            return Installers(why=str(refusal))

    step = f"{u}-installers-new" if before else f"{u}-installers-new-after"
    fetched = run.steps.observe(
        step, f"{n}'s new console installers, {when}", appliance, Installers, fetch_or_say, procedure_ids=("VT6",)
    )
    if fetched.files:
        text = (
            f"{listed(fetched)} from {fetched.source} of {n} {when}, kept in {fetched.folder}, is the NEW console: consoles that "
            "were rolled out by MSI on locked-down computers may need to be rolled out again (VT5), the old one need not be "
            "uninstalled first (VT8), and updated consoles do not come online until their appliance is updated (VT7)"
        )
    elif fetched.kept_before:
        text = f"{fetched.source} of {n} hands out {when} what is kept already: {', '.join(fetched.kept_before)}"
    else:
        text = f"no new console installer was kept from {n} {when}: {fetched.why}"
    run.steps.note(f"{step}-told", text, procedure_ids=("VT5", "VT6", "VT7", "VT8"))


def fetch(appliance: Appliance, pair: Pair, run: Run, *, kind: str, sources: tuple[str, ...]) -> Installers:
    """Fetch from the first source that this appliance has, and keep what is not kept already. Nothing is changed.

    Args:
        appliance: the appliance.
        pair: both appliances.
        run: the run.
        kind: "old" or "new".
        sources: the pages, in the order in which they are tried.

    Returns:
        What was fetched.
    """
    folder = installers_folder(pair, run, appliance, kind)
    for source in sources:
        files = from_source(appliance, source, folder)
        if files is not None:
            return keep(files, source, folder, appliance)
    names = " or ".join(sources)
    return Installers(why=f"{names} hands out no console (hidden, or not enabled by the vendor's support)")


def from_source(appliance: Appliance, source: str, folder: Path) -> list[tuple[str, Path]] | None:
    """Fetch what one source gives: the name and the path of each file; `None` if this appliance does not have the source."""
    if source == _LINK:
        screen = appliance.open(UpdatesScreen)
        return screen.console_installers.fetch(folder) if screen.console_installers.links() else None
    entries = readings.tabs(appliance).entries
    if not any(ignorecase(r"^My Account$|Downloads?$").search(entry) for entry in entries):
        return None  # a backup hides My Account
    try:
        account = appliance.open(MyAccountScreen)
    except WrongScreen:
        return None
    return account.fetch_console(folder)


def keep(fetched: list[tuple[str, Path]], source: str, folder: Path, appliance: Appliance) -> Installers:
    """Check the fetched files, and give them their final names; one that is kept already, as either kind, is removed.

    Args:
        fetched: the name and the path of each file.
        source: the page that gave them.
        folder: the folder in which they are kept.
        appliance: the appliance.

    Returns:
        What is kept.

    Raises:
        Refused: there is no file, or a web page in its place.
    """
    if not fetched:
        raise Refused(f"{source} of {appliance.name} gave no file; look at the page by hand")
    known = {digest_of(path): path for path in folder.parent.glob(f"{appliance.unit.value}-*/*") if not path.name.startswith(".")}
    files: list[Installer] = []
    before: list[str] = []
    for name, part in fetched:
        with part.open("rb") as file:
            head = file.read(512).lstrip()
        if head.lower().startswith((b"<!doctype", b"<html")):
            part.unlink()
            raise Refused(f"{source} of {appliance.name} gave a web page instead of an installer; look at the page by hand")
        digest, size = digest_of(part), part.stat().st_size
        if digest in known:
            before.append(f"{known[digest].parent.name}/{known[digest].name}")
            part.unlink()
            continue
        target = folder / name
        if target.exists():
            target = folder / f"{digest[:8]}-{name}"
        move_into_place(part, target)
        known[digest] = target
        files.append(Installer(file=target.name, bytes=size, sha256=digest, msi=head.startswith(_MSI)))
    return Installers(source=source, folder=str(folder), files=tuple(files), kept_before=tuple(before))


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def installers_folder(pair: Pair, run: Run, appliance: Appliance, kind: str) -> Path:
    """Return the folder of one appliance's installers of a kind ("old", "new"); make it if needed, for its owner only.

    Args:
        pair: both appliances.
        run: the run.
        appliance: the appliance.
        kind: "old" or "new".

    Returns:
        The folder.

    Raises:
        Refused: it cannot be written.
    """
    folder = backup_folder(pair) / "installers" / run.state.name / f"{appliance.unit.value}-{kind}"
    try:
        for each in (folder.parent.parent, folder.parent, folder):
            each.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise Refused(f"{folder} cannot be written: {error.strerror}; correct [backup] directory") from error
    return folder


def listed(fetched: Installers) -> str:
    """Name the files, and mark each that is not an MSI."""
    return ", ".join([*(each.file if each.msi else f"{each.file} (no MSI)" for each in fetched.files), *fetched.kept_before])
