"""Which question each press may be asked: the verbs and objects that it must have, and the destructive words that it may have.

Everything here is a pure function of the words of one box. A question that is not declared here is not answered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def _any(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


DESTRUCTIVE = _any(
    r"\b(?:delet\w+|eras\w+|remov\w+|overwr(?:it\w+|ote)|replac\w+|re-?set\w*|re-?start\w*|re-?boot\w*|disband\w*|"
    r"shut(?:s|ting)?[ -]?down|power(?:s|ed|ing)?[ -]?(?:off|down)|switch(?:es|ed|ing)? off|turn(?:s|ed|ing)? off|restor\w+|"
    r"wip(?:e|es|ed|ing)|purg\w+|destroy\w*|reformat\w*|formatt\w+|discard\w*|revok\w+|uninstall\w*|unassign\w*|"
    r"roll(?:s|ed|ing)?[ -]?back|rollback|revert\w*|downgrad\w+|factory|clear(?:s|ed|ing)?|los(?:e|es|t|s|ing)|"
    r"fix(?:es|ing)? this|becom(?:e|es|ing) (?:the |a )?(?:new )?(?:primary|backup)|"
    r"(?:swap|exchang|switch|chang)\w* (?:the |their |its |of )*roles?)\b"
)
"""Words that no question may have, unless they are declared for the press."""
_HARMLESS = _any(
    r"\b(?:connect\w*|sessions?)(?: to [\w.-]+(?: appliance| site)?)?(?: (?:may|might|will|can|could|be|briefly|is|are))* lost\b|"
    r"\blos(?:e|es|ing) (?:the |your |its |this )?connect\w*"
)
"""Phrases about a connection that breaks off for a moment, which is no loss."""

_COMMON = (
    r"the|an?|this|that|these|those|its|their|your|all|any|both|two|each|every|other|of|on|in|at|to|between|for|with|by|from|and|or|"
    r"if|when|once|you|it|they|will|would|may|are|is|be|continue|proceed|confirm|please|note|that|warning|attention|caution|"
    r"also|now|then|completely|permanently|automatically|current|existing|old|new|also|here|there|"
    r"primary|backup|secondary|peer|sites?|instances?|appliances?|hosts?|servers?|data|settings|configurations?"
)
_A_NAME = r"(?=\S*[\d.])[\w.:-]+"
"""A host name, an address, a version."""


@dataclass(frozen=True)
class PermittedWords:
    """Destructive words that a question may have, under conditions.

    Attributes:
        word: a pattern for the words.
        of: a pattern of which the object of the words must have one; an empty string if any object is allowed.
        never: a pattern that the object must not have.
        besides: a pattern for further words that the same sentence may have.
        announced: whether the words are only allowed to announce what follows by itself.
    """

    word: str
    of: str = ""
    never: str = r"(?!)"
    besides: str = r"(?!)"
    announced: bool = False


@dataclass(frozen=True)
class ExpectedQuestion:
    """What the question of one press must and may say.

    Attributes:
        verbs: a pattern for verbs; the question must have one.
        objects: a pattern for objects; the question must have one.
        may: the destructive words that it may have.
    """

    verbs: str
    objects: str
    may: tuple[PermittedWords, ...] = ()


_ROLES = PermittedWords(r"becom\w+ .*")
"""The question may tell which role each site will have: breaking and establishing a relationship change the roles."""
_FOLLOWS = PermittedWords(r"re-?start\w*|re-?boot\w*", announced=True)
_INSTALL = ExpectedQuestion(
    r"install\w*|updat\w+|upgrad\w+|download\w*|begin\w*", r"updates?|upgrades?|base software|software", (_FOLLOWS,)
)

QUESTIONS: dict[str, ExpectedQuestion] = {
    "Sync Now": ExpectedQuestion(
        r"(?:data-?)?sync\w*|pull\w*|cop(?:y|ies|ied|ying)",
        r"data|primary|backup|sites?",
        (PermittedWords(r"overwr\w+|replac\w+", of=r"backup", never=r"primary", besides=r"databases?|records?|information"),),
    ),
    "Break Failover Relationships": ExpectedQuestion(
        r"break\w*|broken|remov\w+|end(?:s|ed|ing)?",
        r"failover|relationships?|pair",
        (
            PermittedWords(
                r"remov\w+", of=r"failover|relationships?", never=r"\bdata\b|\bsettings\b",
                besides=r"failover|relationships?|pair(?:ing)?",
            ),
            _ROLES,
        ),
    ),
    "Install This Update": _INSTALL,
    "Update Software": _INSTALL,
    "Save Changes": ExpectedQuestion(
        r"sav(?:e|es|ed|ing)|appl(?:y|ies|ied|ying)|chang(?:e|es|ed|ing)|enabl\w+|disabl\w+",
        r"changes|settings|IP|address\w*|networks?|\d{1,3}(?:\.\d{1,3}){3}",
    ),
    "Establish Relationship": ExpectedQuestion(
        r"establish\w*|creat\w+|connect\w*|continue",
        r"failover|relationships?|backup site",
        (
            PermittedWords(
                r"overwr\w+", of=r"backup", never=r"primary|this|these|both|all sites",
                besides=r"databases?|records?|information",
            ),
            _ROLES,
        ),
    ),
    "Check for updates": ExpectedQuestion(r"check\w*|search\w*|look\w*|contact\w*", r"updates?"),
    "Download Backup": ExpectedQuestion(r"download\w*|creat\w+|sav(?:e|es|ed|ing)|back up|continue", r"backup|settings"),
    "Appliance Download Key": ExpectedQuestion(r"get|show|view|display|generat\w+|creat\w+|mak(?:e|ing)", r"keys?"),
    "Log Out": ExpectedQuestion(r"log(?:ging)?|sign(?:ing)?", r"out|off|session"),
}  # fmt: skip
"""The question that each press may be asked, by the words on its control. A press that is not here answers no question."""

_LONE = _any(
    r"\W*(?:(?:please )?confirm(?:ation)?(?: (?:this|your) (?:action|choice))?|warning|attention|"
    r"are you sure(?:,? (?:that )?you (?:want|wish) to (?:continue|proceed|do (?:this|that|it)))?|"
    r"(?:do you )?(?:really )?(?:want to )?(?:continue|proceed))\W*"
)
"""A line without a subject of its own: it is about what was just pressed, or another line has the subject."""
_ASKS = _any(r"\?|\bare you sure\b|\bconfirm\b|\bdo you (really )?want\b|\bto (continue|proceed)\b")
_ASKED = _any(r"\?\W*$|\bare you sure\b|\bconfirm (that|the|your|this)\b|\bdo you (really )?want\b")
_UNDER_WAY = _any(
    r"\b(running|in progress|under ?way|downloading|installing|uploading|syncing|synchroni[sz]ing|started|has begun)\b"
)
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n")
_PARTICIPLE = re.compile(r"(?:ed|en|wiped)$", re.IGNORECASE)
_AUXILIARY = _any(
    r"(?:\b(?:will|would|shall|may|might|can|could|must|has|have|to|is|are|was|were|be|been|being|gets?|then|also|now|\w+ly)\s+)+$"
)
_BE = _any(r"\b(?:be|been|being|is|are|was|were|gets?)(?:\s+(?:then|also|now|\w+ly))?\s+$")
_WITH = _any(r"\b(?:with|by|from|using)\b")
_TELLS = _any(
    r"\b(?:will|may|might|can|could|would|must|has to|have to|needs? to|requires?|required|automatically|afterwards|followed by|"
    r"causes?)\b"
)

_VERSION = re.compile(r"\d+(?:\.\d+)+")

YES = r"ok|yes\b.*|confirm|continue|proceed|accept"
YES_OR_NO = r"^(yes\b.*|confirm|proceed)$"
"""Answers that are found only below a question."""
NO = r"^(no\b.*|cancel\b.*|abort|decline|do not\b.*|don't\b.*|keep\b.*|go back|back|not now|never ?mind|close|dismiss)$"
"""Answers after which nothing is done."""


def press_words_pattern(press: str) -> str:
    """Return a pattern for the words of a press or a part of them: "Break Relationship" for Break Failover Relationships."""
    verb, *rest = (re.escape(word) for word in press.split())
    others = "|".join(f"{word.removesuffix('s')}s?" for word in rest)
    return f"^(yes,? )?{verb}( ({others}))*$" if rest else f"^(yes,? )?{verb}$"


def affirmative_pattern(press: str) -> str:
    """Return a pattern for the answers that let a press go on: yes in any words, the words of the press, or its verb."""
    own = QUESTIONS.get(press)
    verb = f"|^({own.verbs})( now)?$" if own else ""
    return f"^({YES})$|{press_words_pattern(press)}{verb}"


def asks_question(text: str) -> bool:
    """Tell whether the words of an unknown box ask something, and do not only say that something is under way."""
    return bool(_ASKS.search(text)) and not (_UNDER_WAY.search(text) and "?" not in text)


def question_objection(press: str, lines: Sequence[str], names: Sequence[str] = ()) -> str:
    """Return why a question does not belong to a press; an empty string if it does, so that it may be answered.

    Args:
        press: the words on the control that was pressed, as in `QUESTIONS`.
        lines: the lines of the box that has the question and its answers, in English.
        names: further objects that the question may name: a package's name or version.
    """
    if (own := QUESTIONS.get(press)) is None:
        return f'"{press}" asks nothing'
    if word := find_destructive_word(press, lines):
        return f'it speaks of "{word}"'
    sentences = _sentences(lines)
    subjects = [each for each in sentences if not (_LONE.fullmatch(each) or _is_the_press(press, each))]
    if not subjects:
        return ""  # a bare question: it is about what was just pressed
    text, verb = " ".join(sentences), _any(rf"\b(?:{own.verbs})\b")
    for question in (text, *(each for each in subjects if _ASKED.search(each))):
        if not verb.search(question):
            return f'none of the verbs of "{press}" stands in "{question[:120]}"'
    named = [part for name in names if name for part in (name, *_VERSION.findall(name))]
    objects = "|".join([own.objects, *map(re.escape, named)])
    if not _any(rf"(?<!\w)(?:{objects})(?!\w)").search(text):
        return f'it does not name what "{press}" is about'
    return ""


def find_destructive_word(press: str, lines: Sequence[str]) -> str:
    """Return the first destructive word that a question of this press may not have; an empty string if there is none."""
    may = QUESTIONS[press].may if press in QUESTIONS else ()
    for sentence in map(partial(_HARMLESS.sub, ""), _sentences(lines)):
        for match in DESTRUCTIVE.finditer(sentence):
            if not any(_allowed(each, match, sentence) for each in may):
                return match[0]
    return ""


def _sentences(lines: Sequence[str]) -> list[str]:
    return [each.strip() for line in lines for each in _SENTENCE.split(line) if each.strip()]


def _is_the_press(press: str, sentence: str) -> bool:
    return bool(_any(press_words_pattern(press)).search(re.sub(r"\W+$", "", sentence)))


def _allowed(may: PermittedWords, match: re.Match[str], sentence: str) -> bool:
    """Tell whether a destructive word of a sentence meets the conditions of `may`."""
    if not _any(may.word).fullmatch(match[0]):
        return False
    if may.announced:
        begins = _any(r"\W*(?:please )?re-?(?:start|boot)").match(sentence)
        return not begins and not sentence.endswith("?") and bool(_TELLS.search(sentence))
    if not may.of:
        return True
    acted_on, rest = _acted_on(match, sentence)
    if not _any(rf"\b(?:{may.of})\b").search(acted_on) or _any(rf"(?:{may.never})").search(acted_on):
        return False
    return all(
        _any(rf"(?:{_COMMON}|{may.besides}|{may.of})(?:['\u2019]s?)?|{_A_NAME}").fullmatch(word) for word in _each(acted_on, rest)
    )


def _acted_on(match: re.Match[str], sentence: str) -> tuple[str, str]:
    """Return the object of a verb, and what follows "with": "X will be overwritten with Y", "this will overwrite X with Y"."""
    before, after = sentence[: match.start()], sentence[match.end() :]
    parts = _WITH.split(after, 1)
    rest = parts[1] if len(parts) > 1 else ""
    if not _PARTICIPLE.search(match[0]):
        return parts[0], rest
    if _BE.search(before):
        return _AUXILIARY.sub("", before), after
    return f"{before} {parts[0]}", rest  # either may be the object


def _each(*phrases: str) -> Iterator[str]:
    for phrase in phrases:
        for word in re.split(r"[\s,()\"\u201c\u201d]+", phrase):
            if bare := word.strip(".!?;:"):
                yield bare
