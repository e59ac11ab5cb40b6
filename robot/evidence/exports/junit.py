"""The checks and verifications of a run as JUnit XML, which build servers and test managers read."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from robot.evidence import wording
from robot.evidence.exports.plain_text import fit_for_xml
from robot.evidence.record.line import Line
from robot.evidence.record.plain_json import objects, text_in

_FAILURES: Final = {
    "refused": "refused",
    "stalled": "an appliance was past its deadline",
    "stopped": "stopped",
    "running": "pressed or begun, and not proved",
}
_SKIPPED: Final = {"skipped": "skipped", "asked": "a person is asked"}
_WAITING: Final = 6
"""The exit code of a run that can go on when a window opens or a person has acted."""


def junit(summary: Mapping[str, Any], lines: Sequence[Line]) -> str:
    """Return the JUnit XML: a suite for each heading of the procedure, a case for each step, and one for the run as a whole.

    Args:
        summary: the run's summary, which has the states of the steps.
        lines: the record, which has their sentences.
    """
    run, ticket = text_in(summary, "run"), text_in(summary, "ticket")
    root = Element("testsuites", name=fit_for_xml(f"{ticket} {run}"))
    by_step: dict[str, list[Line]] = {}
    for line in lines:
        by_step.setdefault(line.step, []).append(line)
    by_heading: dict[str, list[dict[str, Any]]] = {}
    for step in objects(summary.get("steps")):
        by_heading.setdefault(text_in(step, "heading") or "Before and between", []).append(step)
    for heading, own in by_heading.items():
        suite = SubElement(root, "testsuite", name=fit_for_xml(heading))
        for step in own:
            _case(suite, step, by_step.get(text_in(step, "name"), []))
    _the_run(SubElement(root, "testsuite", name="The run"), summary)
    for suite in root:
        _count(suite)
    _count(root)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _case(suite: Element, step: Mapping[str, Any], lines: Sequence[Line]) -> None:
    name, state = text_in(step, "name"), text_in(step, "state")
    began, ended = text_in(step, "began"), text_in(step, "ended")
    if "timestamp" not in suite.attrib:
        suite.set("timestamp", fit_for_xml(began.partition(".")[0].removesuffix("Z")))
    case = SubElement(suite, "testcase", classname=fit_for_xml(suite.attrib["name"]), name=fit_for_xml(_title(step)))
    case.set("time", f"{max(wording.between(began, ended) or 0.0, *(_seconds(line) for line in lines), 0.0):.3f}")
    told = fit_for_xml(". ".join(dict.fromkeys(line.text for line in lines if line.text)))
    if state in _FAILURES:
        SubElement(case, "failure", type=state, message=told or _FAILURES[state]).text = _FAILURES[state]
    elif state in _SKIPPED:
        SubElement(case, "skipped", message=told or _SKIPPED[state])
    elif told:
        SubElement(case, "system-out").text = f"{name} ({state}): {told}"


def _seconds(line: Line) -> float:
    """How long the line itself says that it took: a smoke check is told of when it is over."""
    value = line.fields.get("seconds")
    return float(value) if isinstance(value, int | float) else 0.0


def _title(step: Mapping[str, Any]) -> str:
    name, title = text_in(step, "name"), text_in(step, "title")
    return f"{name}: {title}" if title else name


def _the_run(suite: Element, summary: Mapping[str, Any]) -> None:
    """Tell how the run ended: its exit code may stand for something that is no step's."""
    outcome, code = text_in(summary, "outcome") or "open", summary.get("exit_code")
    case = SubElement(suite, "testcase", classname="The run", name=f"outcome: {outcome}", time="0.000")
    reason = fit_for_xml(text_in(summary, "reason")) or outcome
    if summary.get("backed_out"):
        SubElement(case, "failure", type="backed out", message=reason).text = "the upgrade was not finished"
    elif code == _WAITING or code is None:
        SubElement(case, "skipped", message=reason)
    elif code:
        SubElement(case, "failure", type=outcome, message=reason).text = f"exit code {code}"


def _count(suite: Element) -> None:
    """Write the counts and the time of a suite, or of all suites, by the cases in it."""
    cases = list(suite.iter("testcase"))
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("errors", "0")
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
    suite.set("time", f"{sum(float(case.attrib['time']) for case in cases):.3f}")
