"""What an appliance says is installed: the lines of its list or history of updates, and whatever else it states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.engine.text.wording import ignorecase

if TYPE_CHECKING:
    from pages.engine.view.page_view import PageView

_HISTORY = r"\bhistory\b|\blog\b"
_STATED = r"\b(installed|applied)\b|\bup[ -]to[ -]date\b"
_SUCCEEDED = rf"{_STATED}|\bsuccess(ful|fully)?\b"
_DOUBTED = (
    r"\b(not|no|never|cannot|could|would|must|should|may|might|will|shall|to be|being|if|when|whenever|while|once|before|"
    r"until|unless|whether|after|requires?|available|pending|scheduled|ready|download\w*|fail\w*|error\w*|unable|unsuccessful\w*|abort\w*|"
    r"cancel\w*|partial\w*|remov\w*|uninstall\w*|revert\w*|roll(ed|ing)? back|superseded|previous(ly)?|old)\b|n't\b|\?"
)
"""Words that make a line with "installed" something else than a plain statement: then it is no proof."""
_LIST = rf"^(?!.*(?:{_DOUBTED})).*\b(installed|applied)\b"


def installed_on(view: PageView) -> tuple[str, ...]:
    """Return every line that plainly says that something is installed; none about a failure, a plan or a condition."""
    listed = view.section(_LIST)
    headings = set(view.headings)
    lines = [line for line in listed.text.splitlines() if line not in headings]
    lines += [line for line in view.section(_HISTORY).text.splitlines() if ignorecase(_SUCCEEDED).search(line)]
    lines += [line for line in view.text.splitlines() if ignorecase(_STATED).search(line) and line not in headings]
    return tuple(dict.fromkeys(line for line in lines if not ignorecase(_DOUBTED).search(line)))
