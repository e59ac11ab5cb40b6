"""Whether a plan is approved: by whom, until when, what is missing, and why something does not count."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from a_plan import NOW, envelope, holder, plan, public_key_of, signature
from hypothesis import given, settings
from hypothesis import strategies as st

from robot.approval.judge import ApprovalCase, ApprovalState, ApprovalVerdict, judge_approvals
from robot.approval.rules import ApprovalRules, FreezeDates, KeyHolder
from robot.approval.statement import Emergency, expiry, statement_about
from robot.domain.errors import Refused, Waiting

ANN, BOB = "Ann Lee", "Bob May"
RULES = ApprovalRules(source="the policy", required=True, approvers=(holder(ANN), holder(BOB)), needed=2, self_approval=False)
EMERGENCY = Emergency(reason="The appliance is being broken into", incident="INC0004711")
PLAN = plan()
LAST_CLOSE = datetime(2026, 12, 4, 2, tzinfo=UTC)


def judged(signatures: dict[str, bytes], now: datetime = NOW, **changed: Any) -> ApprovalVerdict:
    return judge_approvals(replace(ApprovalCase(PLAN, RULES, now), **changed), signatures)


def both(**more: Any) -> dict[str, bytes]:
    return {f"{name}.sig": signature(PLAN, name, **more) for name in (ANN, BOB)}


def test_a_plan_is_approved_by_as_many_as_must_until_the_first_of_them_expires() -> None:
    verdict = judged(
        {"1.sig": signature(PLAN, ANN, expires=NOW + timedelta(hours=5)), "2.sig": signature(PLAN, BOB)}, NOW + timedelta(hours=1)
    )
    assert verdict.state is ApprovalState.APPROVED
    assert verdict.until == NOW + timedelta(hours=5)
    assert verdict.sentence == "approved by Ann Lee, Bob May until 2026-11-30 19:00 UTC"
    assert [each.by for each in verdict.approvals] == [ANN, BOB]
    verdict.require()


def test_where_more_have_signed_than_must_the_approval_lasts_as_long_as_enough_of_them() -> None:
    signatures = {"1.sig": signature(PLAN, ANN, expires=NOW + timedelta(hours=5)), "2.sig": signature(PLAN, BOB)}
    assert judged(signatures, rules=replace(RULES, needed=1)).until == LAST_CLOSE


def test_what_does_not_count_takes_nothing_from_what_does_and_is_told() -> None:
    verdict = judged({**both(), "0.sig": b"junk", "3.sig": signature(PLAN, ANN, key="Eve Kay")})
    assert verdict.state is ApprovalState.APPROVED
    assert verdict.findings == (
        "0.sig is no JSON, by its line 1",
        "3.sig is not signed by any of the approvers that the policy names",
    )


def test_a_plan_that_may_still_be_approved_waits_with_6_and_names_who_may() -> None:
    for signatures, sentence in (
        ({}, "0 of 2 approvals of this plan are there; who may still approve it: Ann Lee, Bob May"),
        ({"1.sig": signature(PLAN, ANN)}, "1 of 2 approvals of this plan is there; who may still approve it: Bob May"),
    ):
        verdict = judged(signatures)
        assert (verdict.state, verdict.sentence, verdict.until) == (ApprovalState.WANTED, sentence, None)
        with pytest.raises(Waiting) as waiting:
            verdict.require()
        assert waiting.value.code == 6


def test_a_plan_with_a_signature_that_does_not_count_is_refused_with_3() -> None:
    verdict = judged({"1.sig": signature(PLAN, ANN, expires=NOW + timedelta(hours=1))}, NOW + timedelta(hours=1))
    assert verdict.sentence == (
        "0 of 2 approvals of this plan are there; 1.sig expired at 2026-11-30 15:00 UTC: have the plan approved again"
    )
    with pytest.raises(Refused) as refused:
        verdict.require()
    assert refused.value.code == 3


def test_an_approval_holds_up_to_and_without_the_moment_at_which_it_expires() -> None:
    signatures = both(expires=NOW + timedelta(hours=1))
    assert judged(signatures, NOW + timedelta(minutes=59, seconds=59)).state is ApprovalState.APPROVED
    assert judged(signatures, NOW + timedelta(hours=1)).state is ApprovalState.REFUSED


def test_two_machines_clocks_may_differ_by_a_minute_and_no_more() -> None:
    assert judged(both(), NOW - timedelta(seconds=60)).state is ApprovalState.APPROVED
    assert "one of the two clocks is wrong" in judged(both(), NOW - timedelta(seconds=61)).sentence


def test_before_the_first_window_a_plan_may_be_approved_and_after_the_last_one_and_its_overtime_nothing_helps() -> None:
    assert judged(both(), NOW).state is ApprovalState.APPROVED
    assert "the last window of this plan closed at 2026-12-04 02:00 UTC" in judged(both(), LAST_CLOSE).sentence


@pytest.mark.parametrize(
    ("begins", "ends", "is_frozen"),
    [
        ("2026-12-02T02:00:00Z", "2026-12-03T22:00:00Z", False),
        ("2026-12-02T01:59:59Z", "2026-12-03T22:00:00Z", True),
        ("2026-12-02T02:00:00Z", "2026-12-03T22:00:01Z", True),
        ("2026-11-01T00:00:00Z", "2027-01-01T00:00:00Z", True),
    ],
)
def test_a_freeze_holds_where_it_meets_a_window(begins: str, ends: str, is_frozen: bool) -> None:
    freeze = FreezeDates.model_validate({"from": begins, "until": ends, "reason": "Year's end"})
    verdict = judged(both(), rules=replace(RULES, freezes=(freeze,)))
    assert ("lies in a freeze (Year's end)" in verdict.sentence) == is_frozen
    assert (verdict.state is ApprovalState.REFUSED) == is_frozen


def test_without_windows_a_freeze_holds_from_its_first_moment_up_to_and_without_its_last() -> None:
    unplanned = plan(windows=None)
    freeze = FreezeDates.model_validate({"from": NOW, "until": NOW + timedelta(hours=1), "reason": "Year's end"})
    signatures = {f"{name}.sig": signature(unplanned, name, signed=NOW - timedelta(hours=1)) for name in (ANN, BOB)}

    def state(now: datetime) -> ApprovalState:
        return judged(signatures, now, plan=unplanned, rules=replace(RULES, freezes=(freeze,))).state

    moments = (NOW - timedelta(seconds=1), NOW, NOW + timedelta(minutes=59), NOW + timedelta(hours=1))
    assert [state(now).value for now in moments] == ["approved", "refused", "refused", "approved"]


def test_what_an_approval_copies_from_the_plan_must_be_so() -> None:
    honest = statement_about(PLAN, ANN, NOW)
    for copied, sentence in (
        ({"windows": None}, "1.sig names other windows than this plan"),
        ({"ticket": "CHG2"}, "1.sig approves a plan of another change (CHG2), and not this one of CHG0031337"),
        ({"site": "x.example.com"}, "1.sig approves a plan for another pair (x.example.com), and not this one for support"),
    ):
        lying = {"1.sig": envelope(honest.model_copy(update=copied).payload(), ANN)}
        assert sentence in judged(lying).sentence


def test_where_too_few_are_left_who_may_approve_nobody_is_asked_to() -> None:
    assert judged({}, runner="ann  lee").sentence == (
        "2 must approve, and the policy names 1 who may approve this plan (nobody approves what is their own)"
    )
    nobody = ApprovalRules(source="[approval] of the pair file", required=False, approvers=())
    assert (
        judged({}, rules=nobody).sentence == "1 must approve, and [approval] of the pair file names 0 who may approve this plan"
    )


def test_a_key_without_a_name_stands_for_whoever_signs_with_it() -> None:
    rules = ApprovalRules("[approval] of the pair file", required=True, approvers=(KeyHolder("", public_key_of(ANN)),))
    verdict = judged({"1.sig": signature(PLAN, "The Change Board", key=ANN)}, rules=rules)
    assert verdict.sentence == "approved by The Change Board until 2026-12-04 02:00 UTC"
    assert judged({}, rules=rules).sentence.endswith(f"who may still approve it: key {public_key_of(ANN).short_id}")


def test_an_emergency_needs_two_people_whatever_the_rules_say_and_lifts_windows_and_freezes() -> None:
    freeze = FreezeDates.model_validate({"from": NOW - timedelta(days=9), "until": NOW + timedelta(days=9), "reason": "x"})
    rules = replace(RULES, needed=1, freezes=(freeze,))
    signatures = both(emergency=EMERGENCY)
    assert judged(signatures, rules=rules, emergency=EMERGENCY).state is ApprovalState.APPROVED
    signatures.popitem()
    assert judged(signatures, rules=rules, emergency=EMERGENCY).state is ApprovalState.WANTED
    assert "approves an emergency, and counts for nothing else" in judged(both(emergency=EMERGENCY)).sentence


def test_an_emergency_lasts_at_most_four_hours() -> None:
    assert statement_about(PLAN, ANN, NOW, emergency=EMERGENCY).expires == NOW + timedelta(hours=4)
    with pytest.raises(ValueError, match="lasts longer than the 4 h of an emergency"):
        statement_about(PLAN, ANN, NOW, NOW + timedelta(hours=4, seconds=1), EMERGENCY)
    ordinary = statement_about(PLAN, ANN, NOW).model_copy(update={"emergency": EMERGENCY})
    stretched = {f"{name}.sig": envelope(ordinary.payload(), name) for name in (ANN, BOB)}
    assert "lasts longer than the 4 h" in judged(stretched, emergency=EMERGENCY).sentence


def test_an_approval_lasts_until_the_last_window_closes_or_for_a_day_unless_somebody_says_until_when() -> None:
    assert statement_about(PLAN, ANN, NOW).expires == LAST_CLOSE
    assert statement_about(plan(windows=None), ANN, NOW).expires == NOW + timedelta(hours=24)
    assert expiry("4h", NOW) == NOW + timedelta(hours=4)
    assert expiry("2026-12-04T03:00:00+01:00", NOW) == LAST_CLOSE
    for text in ("4", "tomorrow", "2026-12-04", "2026-12-04T02:00:00", "0s", "99999999999d"):
        with pytest.raises(ValueError, match="when it expires cannot be read: write 4h or 2d, or a date"):
            expiry(text, NOW)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
FIELDS = json.loads(statement_about(PLAN, ANN, NOW, emergency=EMERGENCY).payload())


@given(data=st.binary(max_size=200), value=ANYTHING, field=st.sampled_from(sorted(FIELDS)))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_beside_a_plan_or_was_signed_by_an_approver_there_is_a_verdict_and_no_approval(
    data: bytes, value: Any, field: str
) -> None:
    signatures = {
        "1.sig": data,
        "2.sig": json.dumps(value).encode(),
        "3.sig": envelope(data, ANN),
        "4.sig": envelope(json.dumps({**FIELDS, field: value}).encode(), ANN),
        "5.sig": json.dumps({**json.loads(envelope(data, ANN)), "signatures": value}).encode(),
    }
    verdict = judged(signatures)
    assert verdict.state is ApprovalState.REFUSED
    assert len(verdict.findings) >= 4
