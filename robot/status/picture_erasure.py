"""Erases a picture of a run that has ended: from its folder, from each pack in it, and from what else there shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from robot.domain.errors import Refused, UsageError
from robot.evidence.pack import sealing
from robot.evidence.pack.erasure import ErasureOrder, erase_from, holds
from robot.evidence.pack.packing import PackSigner, SealRefused
from robot.evidence.record import chain, layout, summary
from robot.evidence.record.chain import BrokenRecord
from robot.evidence.record.durable import replace_file
from robot.runs import store
from robot.runs.custody_log import DONE, ERASED, ERASING, CustodyLog
from robot.runs.evidence_log import now_utc
from robot.signing.evidence_key import pack_signer, trusted_here
from robot.status.finalize import signer_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from robot.evidence.pack.erasure import Erasure
    from robot.runs.store import RunState


@dataclass(frozen=True)
class ErasureReport:
    """What came of an erasure.

    Attributes:
        packs: the packs from which the picture is erased.
        sentences: what people must know besides.
    """

    packs: tuple[Path, ...]
    sentences: tuple[str, ...]


def erase_of_run(run: RunState, picture: str, by: str, reason: str) -> ErasureReport:
    """Erase a picture of a run, from its folder and from every pack there.

    Args:
        run: the run.
        picture: the picture's path, its name, or its number.
        by: the name of the person who wants that.
        reason: why.

    Returns:
        The packs, and what must be known besides.

    Raises:
        Refused: the run has not ended, has no pack, or a pack is not intact; there is no such picture.
        UsageError: nobody is named, or no reason.
    """
    pack = run.evidence / f"{run.name}.zip"
    if run.is_open or not pack.is_file():
        raise Refused(f"{run.name} has no final pack yet: a picture is erased once the run has ended and is sealed")
    order = _order(picture, by, reason)
    partial = sorted(run.evidence.glob(f"{run.name}-partial-*.zip"))
    return _erase(run.evidence, run.name, [pack, *partial], order, signer_of(run))


def erase_of_pack(pack: Path, picture: str, by: str, reason: str) -> ErasureReport:
    """Erase a picture from a pack that lies somewhere; one in the folder of its run is erased with the run's.

    Args:
        pack: the pack.
        picture: as for `erase_of_run`.
        by: as for `erase_of_run`.
        reason: as for `erase_of_run`.

    Returns:
        The pack, and what must be known besides.

    Raises:
        Refused: as for `erase_of_run`.
        UsageError: as for `erase_of_run`.
    """
    own = next((state for state in store.every() if pack.name.startswith(state.name)), None)
    if own and pack.resolve().parent == own.evidence.resolve():
        return erase_of_run(own, picture, by, reason)
    run = pack.name.partition(".")[0].partition("-partial-")[0]
    signer = signer_of(own) if own else pack_signer(None, pack.parent)
    return _erase(pack.parent, run, [pack], _order(picture, by, reason), signer)


def _order(picture: str, by: str, reason: str) -> ErasureOrder:
    for option, text in (("--by", by), ("--reason", reason)):
        if not text.strip() or not text.isprintable():
            raise UsageError(f"{option} is empty or more than one line: who erases a picture says so, and why")
    return ErasureOrder(picture, by.strip(), reason.strip(), now_utc())


def _erase(folder: Path, run: str, packs: list[Path], order: ErasureOrder, signer: PackSigner) -> ErasureReport:
    trust = trusted_here()
    with CustodyLog(folder) as log:
        told = {"run": run, "picture": order.picture, "asked_by": order.by, "reason": order.reason}
        log.append(ERASING, **told)
        try:
            first = erase_from(packs[0], order, signer, trust)
            same = replace(order, picture=f"{layout.SHOTS}{PurePath(first.name).stem}.png")
            others = [erase_from(pack, same, signer, trust) for pack in packs[1:] if holds(pack, same.picture)]
        except (SealRefused, BrokenRecord) as refused:
            raise Refused(str(refused)) from refused
        files = tuple(dict.fromkeys(name for each in (first, *others) for name in each.files))
        sentences = [*_erase_files(folder, run, first, packs[0])] if (folder / layout.RECORD).is_file() else []
        digests = {pack.name: chain.file_digest(pack) for pack in packs}
        log.append(ERASED, **told, files=list(files), sha256=first.sha256, notice=chain.digest(first.notice), packs=digests)
        sent = [f"{line.get('ticket')} ({line.get('to')})" for line in log.lines if line["kind"] in DONE]
    if not first.is_new:
        sentences.append(f"{order.picture} was erased before; the notice of that time stays")
    if sent:
        sentences.append(f"it was sent to {', '.join(dict.fromkeys(sent))} before: have it erased there too")
    return ErasureReport(tuple(packs), tuple(sentences))


def _erase_files(folder: Path, run: str, erasure: Erasure, pack: Path) -> Iterator[str]:
    """Bring a run's folder to what its pack holds; yield what must be known."""
    (folder / layout.ERASED).mkdir(exist_ok=True)
    replace_file(folder / erasure.name, erasure.notice)
    stem = erasure.name.removeprefix(layout.ERASED).removesuffix(".json")
    for name in (f"{layout.SHOTS}{stem}.png", f"{layout.CAPTIONED}{stem}.png", layout.REPORT_PDF):
        (folder / name).unlink(missing_ok=True)
    support = folder / f"{run}-support.zip"
    if holds(support, f"{layout.SHOTS}{stem}.png"):
        support.unlink()
        yield f"{support.name} held the picture and is gone: make it anew with failover-robot support-bundle {run}"
    sealing.name_in_summary(folder, summary.read(folder), pack)
