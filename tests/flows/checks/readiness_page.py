"""docs/readiness.md: every readiness check, until when it may be unknown, and whether it may be waived."""

from pathlib import Path
from typing import Final

from flows.checks.check import EVERYWHERE, WITH_A_SWING, ReadinessCheck
from flows.checks.readiness_checks import CHECKS

PAGE: Final = Path(__file__).parents[3] / "docs" / "readiness.md"
_HEAD = """\
# What must be so before anything is pressed

Every check of a plan. Each fails unless the opposite is proved, and where one fails that nobody has waived there is no plan.
What cannot be seen yet is unknown, and is told so with the moment at which it will be known. Only the checks with an entry in
the third column may be unknown; everything else that cannot be seen fails. The usual reasons: a backup hides its tabs until
the break, a page masks the Inter-Appliance key, a generation has no such page, the site's name does not resolve on the
robot's machine.

| What must be so | Check | May be unknown until | May be waived |
|---|---|---|---|
"""


def page() -> str:
    """Return the whole page."""
    return _HEAD + "".join(map(_row, CHECKS))


def _row(check: ReadinessCheck) -> str:
    title = check.title[:1].upper() + check.title[1:]
    where = "" if check.procedures >= EVERYWHERE or len(check.procedures) > len(WITH_A_SWING) else " (asynchronous only)"
    return f"| {title}{where} | `{check.name}` | {check.until or '-'} | {'yes' if check.waivable else '-'} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
