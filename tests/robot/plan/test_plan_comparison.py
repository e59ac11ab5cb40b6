"""Two plans are compared by what matters: what is pressed, when, on what, and what was found."""

from robot.plan.comparison import differences

PLAN = {
    "digest": "1", "made": {"utc": "today"}, "ticket": "CHG1", "windows": {"first": {"opens": "22:00"}},
    "presses": [{"step": "b-sync-now", "effect": "pulls"}, {"step": "b-break", "effect": "parts"}],
    "checks": [{"check": "roles", "verdict": "pass", "rests_on": [{"seq": 4}]}], "snapshot": {"utc": "today"},
}  # fmt: skip


def test_when_they_were_made_and_the_lines_of_the_record_make_no_difference() -> None:
    other = {**PLAN, "digest": "2", "made": {"utc": "tomorrow"}, "snapshot": {}}
    other["checks"] = [{"check": "roles", "verdict": "pass", "rests_on": [{"seq": 9}]}]
    assert differences(PLAN, other) == []


def test_a_press_that_is_new_gone_or_other_is_told_by_its_step() -> None:
    other = {**PLAN, "presses": [{"step": "b-break", "effect": "parts for good"}, {"step": "a-sync-now", "effect": "pulls"}]}
    assert differences(PLAN, other) == [
        "presses.b-sync-now: gone: effect pulls", "presses.b-break.effect: parts -> parts for good",
        "presses.a-sync-now: new: effect pulls",
    ]  # fmt: skip


def test_another_window_and_another_finding_are_told() -> None:
    other = {**PLAN, "windows": {"first": {"opens": "23:00"}}, "checks": [{"check": "roles", "verdict": "fail"}]}
    assert differences(PLAN, other) == ["checks.roles.verdict: pass -> fail", "windows.first.opens: 22:00 -> 23:00"]
