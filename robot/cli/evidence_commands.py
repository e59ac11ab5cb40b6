"""Commands about the evidence that a run leaves: its pack is made, shared, verified, and a picture erased from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from robot.cli import loans
from robot.cli.options import run_argument

if TYPE_CHECKING:
    from robot.runs.store import RunState

RESTRICTED, SHAREABLE = GRADES = ("restricted", "shareable")
"""As `robot/evidence/pack/packing.py` names them; a test holds both together: `--help` imports nothing."""


@click.command()
@run_argument
@click.option("--grade", type=click.Choice(GRADES), default=RESTRICTED, help="Shareable: without names and pictures.")
@click.option(
    "--changed-by", metavar="NAME", default="",
    help="Who says that the secrets which were found in it have been changed since, and are worth nothing.",
)  # fmt: skip
def seal(run_name: str, grade: str, changed_by: str) -> None:
    """Make the evidence pack of a run; prints its path.

    Of a run that is still open a partial pack, marked OPEN. Refused while the run is in progress, and while a secret is found in
    what it has left. The shareable pack is made from the final, restricted one and names its digest: outcome, order, times,
    versions, checks and digests, with stand-ins for hosts, addresses, serial numbers and people, and without pictures and free
    text.
    """
    from robot.evidence.record.chain import file_digest
    from robot.runs.custody_log import log_made
    from robot.status.finalize import seal_by_hand, share_by_hand

    state = _run_to_seal(run_name)
    make = share_by_hand if grade == SHAREABLE else seal_by_hand
    pack = make(state, lambda: loans.secrets_of(state), changed_by.strip())
    log_made(state.evidence, pack.name, file_digest(pack), pack.stat().st_size)  # no path is told without its line
    click.echo(pack)


def _run_to_seal(named: str) -> RunState:
    from robot.domain.errors import UsageError
    from robot.runs import store

    try:
        return store.find(named)
    except UsageError:
        if not Path(named).is_dir():
            raise
        raise UsageError(
            f"{named} is the folder of no run of this machine: seal makes packs of runs alone. A smoke verification "
            "seals its own when it ends, in the restricted grade; there is no shareable one of it"
        ) from None


@click.command()
@click.argument("named", metavar="RUN | PACK")
@click.argument("picture")
@click.option("--by", required=True, metavar="NAME", help="Who wants it erased.")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
def erase(named: str, picture: str, by: str, reason: str) -> None:
    """Erase a picture from a sealed pack; prints the pack's path.

    PICTURE is its path, its name or its number. A signed notice stands in its place: chain and signature stay valid, and verify
    says who has erased what, when and why. Of a RUN the picture goes from its folder too, and report.pdf with it, which shows
    pictures. The custody log tells of it. Copies elsewhere are not reached.
    """
    from robot.runs import store
    from robot.status.picture_erasure import erase_of_pack, erase_of_run

    path = Path(named)
    is_pack = path.is_file()
    report = erase_of_pack(path, picture, by, reason) if is_pack else erase_of_run(store.find(named), picture, by, reason)
    for sentence in report.sentences:
        click.echo(f"failover-robot: {sentence}", err=True)
    for pack in report.packs:
        click.echo(pack)


@click.command()
@click.argument("pack", metavar="PACK | RUN-FOLDER", type=click.Path(path_type=Path))
@click.option(
    "--trust", metavar="KEYS", type=click.Path(path_type=Path),
    help="A file or a folder of public keys whose signatures count, and of certificates of time authorities.",
)  # fmt: skip
@click.option(
    "--restricted", metavar="PACK", type=click.Path(path_type=Path),
    help="Also that a shareable pack was made from this restricted one.",
)  # fmt: skip
def verify(pack: Path, trust: Path | None, restricted: Path | None) -> int:
    """Verify a pack, offline.

    The signature, the chain of the record, every digest, and that the summary tells what the record tells. It goes by the
    contents: a pack that was packed again on its way verifies, and says so. Ends with 0 if a key has signed it that --trust
    names or that this machine has sealed with. Else with 7: "intact, signer unknown", "intact, not signed", or "NOT verified"
    where anything is additional, missing or altered; the first finding names it. In a run's folder the log of where its pack went
    (custody.jsonl) is verified too.
    \f

    Returns:
        The exit code: 0, or 7.

    Raises:
        UsageError: PACK is no file, the folder holds none, or KEYS cannot be read.
    """  # noqa: D301 - click leaves out of the help what follows this mark
    from robot.domain.errors import UsageError
    from robot.evidence.pack.verification import verify as verify_pack
    from robot.evidence.pack.words import told
    from robot.evidence.shared.shareable import origin_faults
    from robot.signing.evidence_key import trusted_here
    from robot.status.folder_verification import verify_folder

    ring = trusted_here()
    try:
        if trust and trust.exists() and not (trust.is_file() or trust.is_dir()):
            raise UsageError(f"--trust {trust} is neither a file nor a folder")
        if trust:
            ring.add(trust)
    except (OSError, ValueError) as error:
        raise UsageError(f"--trust {trust} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if restricted and not restricted.is_file():
        raise UsageError(f"{restricted} is no file; name a pack, such as artifacts/<ticket>/<run>/<run>.zip")
    if pack.is_dir():
        pack, verdict = verify_folder(pack, ring)
    elif pack.is_file():
        verdict = verify_pack(pack, ring)
    else:
        raise UsageError(f"{pack} is no file; name a pack, such as artifacts/<ticket>/<run>/<run>.zip, or the folder of a run")
    if restricted and verdict.ok:
        verdict = verdict.with_findings(origin_faults(pack, restricted, ring))
    for sentence in (*(f"NO  {finding}" for finding in verdict.findings), *verdict.notices, *told(verdict.facts)):
        click.echo("".join(each if each.isprintable() else "?" for each in sentence), err=True)  # a stranger's file may say so
    click.echo(f"{verdict.word}: {pack}")
    return verdict.code
