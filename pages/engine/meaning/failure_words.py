"""What a page says about a failure. In doubt it counts as one: a line with such words counts whatever its grammar.

After a press, only two things do not count: good news ("completed without errors"), and text that was there, unchanged, before
the press. If nothing was pressed there is no "before": then sentences about what would follow from a failure ("If
synchronization failed, see ...") and entries of a history do not count either. Words such as "may", "should" or "can" never
excuse a sentence: a message about a real failure tells what may have caused it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pages.engine.text.moments import EVENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pages.engine.view.page_view import PageView

FAILURE = (
    r"\b(fail(ed|ure|ures|s|ing)?|errors?|exceptions?|could(n't| not)|can(not|'t| not)|unable|unsuccessful(ly)?|incomplete|"
    r"un(reachable|available|expected(ly)?)|"
    r"(did|was|were|has|have|had|is|are|does|do)(n't| not)( yet)?( been)? (enough|possible|permitted|allowed|available|reachable|"
    r"complet(e|ed)|finish(ed)?|success(ful)?|succeed(ed)?|done|start(ed)?|synchroni[sz]ed|synced|saved|applied|installed|"
    r"updated|respond(ing|ed)?|answer(ing|ed)?|match|accepted|valid|supported)|"
    r"not (enough|possible|permitted|allowed|complet(e|ed)|successful|reachable|responding)|"
    r"insufficient|refused|denied|rejected|invalid|corrupt(ed)?|mismatch(ed)?|abort(ed|ing)?|cancel(l?ed)|interrupted|"
    r"terminated|crashed|broke(n)? off|rolled back|gave up|giving up|timed[ -]?out|lost (the )?(connection|contact)|"
    r"(connection|contact)( was| is)? (lost|closed|reset)|disconnected)\b"
)
"""Words of failure, deliberately many: if a line counts by mistake, the run only stops and asks."""
_GOOD_NEWS = (
    r"\b(no|(?<![.\d])0|zero|without( any)?)( \w+)? (errors?|failures?|exceptions?|mismatch(es)?|problems?)\b"
    r"|\b(errors?|failures?|failed|exceptions?)\b[^:|.]{0,20}(:| \|) ?(0|no|none|never|nothing|n/a|-|\u2013|\u2014)"
    r"\s*(?=$|[|.;,])"
    r"|\b((?<![.\d])0|no|none|nothing)( \w+)? failed\b|\b(did not|didn't|has not|never|nothing) fail(ed)?\b"
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=\S)")
_SUPPOSED = re.compile(
    r"(\b(?<!even )(if|in case|unless|whether)\b|^\W*when(ever)?\b|\b(is|are|will be) (sent|mailed|notified)\b.*\bwhen(ever)?\b)"
    r"[^,;:\u2013\u2014]*$",
    re.IGNORECASE,
)
"""Words right before a failure that make it a supposed one."""
_SUPPOSED_OF_OPTION = re.compile(r"\b(if|in case|unless|whether|when(ever)?|although|though)\b[^.!?;]*$", re.IGNORECASE)
"""The same in the words beside a tick box: "even if the peer cannot be contacted" is what may be chosen, not what happened."""
_OPTIONS = frozenset({"checkbox", "radio"})
_PROSE = 4
"""The least number of words of a line of prose; a shorter one may be a value such as "Failed"."""
_ASKED = re.compile(r"^\W*(did|does|do|has|have|is|are|was|were|why|what|how|can)\b.*\?\W*$", re.IGNORECASE)


def failure_word(line: str) -> str:
    """Return the first words of failure in a line, or an empty string; "no errors" is good news."""
    match = re.search(FAILURE, _without_good_news(line), re.IGNORECASE)
    return match[0] if match else ""


def failure_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the lines with words of failure.

    Returns:
        These lines, with those of help texts and histories: a comparison with a later reading shows which ones are new.
    """
    return tuple(line for line in lines if failure_word(line))


def telling_lines(view: PageView) -> list[str]:
    """Return the lines of a page that may tell a failure: all but the words beside a tick box that only suppose one.

    Such words say what can be chosen. They come with a form, so that a page may have them for the first time after a press,
    and answer nothing. Words beside a tick box that report a failure ("The peer cannot be contacted. Go on") count.
    """
    options = [control.name for control in view.controls if control.kind in _OPTIONS and _is_supposed(control.name)]

    def without_options(line: str) -> str:
        for option in options:
            line = line.replace(option, " ")
        return line

    return [line for line in view.text.splitlines() if failure_word(without_options(line)) or not failure_word(line)]


def new_lines(before: Iterable[str], after: Iterable[str], pattern: str = FAILURE) -> list[str]:
    """Return the lines with such words that the page has now and did not have before, or not as often.

    Args:
        before: the lines of the page before the press.
        after: its lines after it.
        pattern: the words, without regard to capitals.
    """
    wanted = re.compile(pattern, re.IGNORECASE)
    counted = Counter(before)
    new = [line for line in Counter(after) - counted if wanted.search(_without_good_news(line))]
    return [line for line in new if not _only_beside_another(line, counted, wanted)]


def stated_failures(view: PageView, pattern: str, unlike: str = r"(?!)") -> Iterator[str]:
    """Yield what a page says about a failure, if there is no view before a press to compare it with.

    The value of a label always counts, unless the label itself is `unlike`. A supposed failure in a sentence does not.

    Args:
        view: what a person sees on the page.
        pattern: a pattern for the words of failure, without regard to capitals.
        unlike: a pattern for labels and sentences that are about something else.
    """
    wanted, other = re.compile(pattern, re.IGNORECASE), re.compile(unlike, re.IGNORECASE)

    def states_failure(sentence: str) -> bool:
        match = wanted.search(_without_good_news(sentence))
        if match is None or other.search(sentence) or _ASKED.search(sentence):
            return False
        return not _SUPPOSED.search(match.string[: match.start()])

    for label, value in view.pairs:
        sentence_of_pair = f"{label}: {value}"
        failed = wanted.search(_without_good_news(value)) and not other.search(label)
        if (failed or states_failure(sentence_of_pair)) and not re.match(EVENT, label, re.IGNORECASE):
            yield sentence_of_pair
    for line in dict.fromkeys((*view.headings, *view.prose)):
        if not re.match(EVENT, line, re.IGNORECASE):
            yield from (sentence.strip() for sentence in _SENTENCE.split(line) if states_failure(sentence))


def _is_supposed(words: str) -> bool:
    """Return whether words of failure stand in these words, and each of them right behind an "if"."""
    sentences = [_without_good_news(sentence) for sentence in _SENTENCE.split(words)]
    failures = [match for sentence in sentences for match in re.finditer(FAILURE, sentence, re.IGNORECASE)]
    return bool(failures) and all(_SUPPOSED_OF_OPTION.search(match.string[: match.start()]) for match in failures)


def _only_beside_another(line: str, lines_before: Iterable[str], wanted: re.Pattern[str]) -> bool:
    """Return whether a line is prose from before that is now read together with another line, as its label or its value.

    The other line must have neither words of failure nor a number, which may be a time.
    """
    for prose in (each for each in lines_before if len(each.split()) >= _PROSE):
        if line.startswith(f"{prose}: ") or line.endswith(f": {prose}"):
            beside = line.replace(prose, "", 1)
            return not (wanted.search(beside) or re.search(r"\d", beside))
    return False


def _without_good_news(line: str) -> str:
    return re.sub(_GOOD_NEWS, " ", line, flags=re.IGNORECASE)
