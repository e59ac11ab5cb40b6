"""Attempts to get a plan performed that nobody has approved as it is; each is made from a case that is approved.

An attacker owns the plan's folder, the pair file, the clock's offset and the command line, and has a key of their own, but no
approver's. Approvers may be careless: they sign other plans, twice, too early, or what is their own.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from a_plan import MADE, WINDOWS, envelope, holder, key_of, plan_fields, public_key_of, read, signature

from robot.approval.judge import ApprovalCase
from robot.approval.plan_document import digest_of_plan
from robot.approval.rules import ApprovalRules, FreezeDates, KeyHolder
from robot.approval.statement import PAYLOAD_TYPE, Emergency
from robot.signing.envelope import bytes_to_sign

APPROVERS = ("Ann Lee", "Bob May", "Cleo Orr", "Dan Poe")
STRANGER, OPERATOR = "Eve Kay", "John Roe"
EMERGENCY = Emergency(reason="The appliance is being broken into", incident="INC0004711")

Signatures = dict[str, bytes]


@dataclass(frozen=True)
class Attempt:
    """What the judge is given: a case and the signatures beside the plan; `kind` names the attack, `reason` why it must fail."""

    kind: str
    reason: str
    case: ApprovalCase
    signatures: Signatures


@dataclass(frozen=True)
class Scene:
    """An approved plan: its document, the case, and the signatures by their signers' names."""

    dice: random.Random
    document: dict[str, Any]
    case: ApprovalCase
    by: Signatures

    @property
    def signatures(self) -> Signatures:
        return {f"plan.json.{public_key_of(name).short_id}.sig": data for name, data in self.by.items()}

    def signer(self) -> str:
        """One of those without whose signature the plan is not approved."""
        return self.dice.choice(sorted(self.by))

    def signed(self, name: str, *, key: str = "", **times: datetime) -> bytes:
        """What somebody signs about this plan, in good time if nothing else is said."""
        return signature(
            self.case.plan, name, key=key, emergency=self.case.emergency, **{"signed": MADE + timedelta(minutes=1), **times}
        )

    def with_plan(self, **changed: Any) -> Scene:
        """The same signatures beside another plan, whose digest is right."""
        document = {**self.document, **changed}
        document["digest"] = digest_of_plan(document)
        return replace(self, document=document, case=replace(self.case, plan=read(document)))

    def with_case(self, **changed: Any) -> Scene:
        return replace(self, case=replace(self.case, **changed))

    def with_rules(self, **changed: Any) -> Scene:
        return self.with_case(rules=replace(self.case.rules, **changed))

    def with_signature(self, name: str, data: bytes) -> Scene:
        return replace(self, by={**self.by, name: data})


Attack = Callable[[Scene], Scene]


def scene(dice: random.Random) -> Scene:
    """A plan that is approved by just as many as must."""
    needed = dice.randint(1, 3)
    windows = dice.choice([WINDOWS, None])
    document = plan_fields(windows=windows, ticket=f"CHG{dice.randrange(10**6)}")
    rules = ApprovalRules(
        source="the policy",
        required=True,
        approvers=tuple(map(holder, APPROVERS)),
        needed=needed,
        self_approval=False,
        operators=(holder(OPERATOR),),
    )
    emergency = EMERGENCY if dice.random() < 0.2 else None
    now = MADE + timedelta(minutes=dice.randint(30, 90))
    case = ApprovalCase(read(document), rules, now, runner=OPERATOR, emergency=emergency)
    signed = MADE + timedelta(minutes=dice.randint(1, 29))
    names = dice.sample(APPROVERS, case.needed)
    return Scene(dice, document, case, {name: signature(case.plan, name, signed=signed, emergency=emergency) for name in names})


# -- the plan is another one -----------------------------------------------------------------------------------------------


def a_step_is_added(scene: Scene) -> Scene:
    changes = list(scene.document["changes"])
    changes.insert(scene.dice.randrange(len(changes) + 1), {"step": f"a-other-{scene.dice.random()}"})
    return scene.with_plan(changes=changes)


def a_step_is_removed(scene: Scene) -> Scene:
    changes = list(scene.document["changes"])
    changes.pop(scene.dice.randrange(len(changes)))
    return scene.with_plan(changes=changes)


def a_value_is_edited(scene: Scene) -> Scene:
    key = scene.dice.choice(["requested_by", "procedure", "risk", f"x{scene.dice.random()}"])
    return scene.with_plan(**{key: f"{scene.dice.random()}"})


def the_pair_file_is_edited(scene: Scene) -> Scene:
    return scene.with_plan(pair={**scene.document["pair"], "sha256": scene.dice.randbytes(32).hex()})


def the_plan_is_for_another_pair(scene: Scene) -> Scene:
    return scene.with_plan(pair={**scene.document["pair"], "site": f"site{scene.dice.randrange(99)}.example.com"})


def the_plan_is_of_another_change(scene: Scene) -> Scene:
    return scene.with_plan(ticket=f"{scene.document['ticket']}-{scene.dice.randrange(99)}")


def the_windows_are_moved(scene: Scene) -> Scene:
    closes = f"2026-12-02T{scene.dice.randint(3, 20):02}:00:00Z"
    return scene.with_plan(windows={**WINDOWS, "first": {**WINDOWS["first"], "closes": closes}})


def the_plan_is_made_anew(scene: Scene) -> Scene:
    later = (MADE + timedelta(seconds=scene.dice.randint(1, 1700))).isoformat().replace("+00:00", "Z")
    return scene.with_plan(made={"utc": later, "by": scene.document["made"]["by"]})


# -- the signature is another one ------------------------------------------------------------------------------------------


def a_stranger_signs(scene: Scene) -> Scene:
    name = scene.signer()
    return scene.with_signature(name, scene.signed(name, key=STRANGER))


def a_stranger_signs_under_an_approvers_key_id(scene: Scene) -> Scene:
    name = scene.signer()
    forged = json.loads(scene.signed(name, key=STRANGER))
    forged["signatures"][0]["keyid"] = public_key_of(name).key_id
    return scene.with_signature(name, json.dumps(forged).encode())


def an_operator_signs(scene: Scene) -> Scene:
    name = scene.signer()
    return scene.with_signature(name, scene.signed(name, key=OPERATOR))


def two_approvers_keys_are_swapped(scene: Scene) -> Scene:
    name = scene.signer()
    other = scene.dice.choice([each for each in APPROVERS if each != name])
    return scene.with_signature(name, scene.signed(name, key=other))


def a_signature_is_missing(scene: Scene) -> Scene:
    name = scene.signer()
    return replace(scene, by={each: data for each, data in scene.by.items() if each != name})


def one_signature_is_there_twice(scene: Scene) -> Scene:
    name = scene.signer()
    others = {each: data for each, data in scene.by.items() if each != name}
    kept = scene.dice.choice(sorted(others)) if others else name
    if not others:
        return replace(scene.with_rules(needed=2), by={name: scene.by[name], STRANGER: scene.by[name]})
    return replace(scene, by={**others, STRANGER: others[kept]})


def one_person_signs_with_two_keys(scene: Scene) -> Scene:
    name = scene.signer()
    second = f"{name}, second key"
    more = KeyHolder(name.upper(), public_key_of(second))
    both = {name: scene.by[name], second: scene.signed(name, key=second)}
    wider = scene.with_rules(approvers=(*scene.case.rules.approvers, more), needed=2)
    return replace(wider, by=both)


def one_key_signs_under_two_names(scene: Scene) -> Scene:
    unnamed = tuple(KeyHolder("", each.key) for each in scene.case.rules.approvers)
    name = scene.signer()
    both = {name: scene.by[name], "x": scene.signed("Somebody Else", key=name)}
    return replace(scene.with_rules(approvers=unnamed, needed=2), by=both)


def the_statement_is_edited(scene: Scene) -> Scene:
    """A field of the payload is changed, or one of its bytes, or one of the signature's."""
    name = scene.signer()
    document = json.loads(scene.by[name])
    payload = bytearray(base64.b64decode(document["payload"]))
    way = scene.dice.randrange(3)
    if way == 0:
        fields = {**json.loads(payload), "expires": "2027-12-04T02:00:00Z"}
        payload = bytearray(json.dumps(fields).encode())
    elif way == 1:
        payload[scene.dice.randrange(len(payload))] ^= 1 << scene.dice.randrange(8)
    else:
        made = bytearray(base64.b64decode(document["signatures"][0]["sig"]))
        made[scene.dice.randrange(64)] ^= 1 << scene.dice.randrange(8)
        document["signatures"][0]["sig"] = base64.b64encode(made).decode()
    document["payload"] = base64.b64encode(payload).decode()
    return scene.with_signature(name, json.dumps(document).encode())


def another_kind_of_document_is_signed(scene: Scene) -> Scene:
    """An approver's key has signed the very bytes as something else: a seal, or without the envelope's own encoding."""
    name = scene.signer()
    document = json.loads(scene.by[name])
    payload = base64.b64decode(document["payload"])
    if scene.dice.random() < 0.5:
        return scene.with_signature(name, envelope(payload, name, payload_type=f"{PAYLOAD_TYPE}x"))
    bare = key_of(name).sign(scene.dice.choice([payload, bytes_to_sign("", payload), bytes_to_sign("text/plain", payload)]))
    document["signatures"][0]["sig"] = base64.b64encode(bare).decode()
    return scene.with_signature(name, json.dumps(document).encode())


def the_envelope_is_torn(scene: Scene) -> Scene:
    name = scene.signer()
    data = scene.by[name].rstrip()
    return scene.with_signature(name, data[: scene.dice.randrange(len(data))])


def a_signature_is_hidden_in_an_envelope_of_two(scene: Scene) -> Scene:
    name = scene.signer()
    document = json.loads(scene.by[name])
    stranger = json.loads(scene.signed(name, key=STRANGER))
    document["signatures"] += stranger["signatures"]
    return scene.with_signature(name, json.dumps(document).encode())


# -- the time, and what is one's own ---------------------------------------------------------------------------------------


def an_approval_has_expired(scene: Scene) -> Scene:
    name, now = scene.signer(), scene.case.now
    expires = now - timedelta(seconds=scene.dice.randint(0, 900))
    data = signature(scene.case.plan, name, signed=MADE + timedelta(minutes=1), expires=expires, emergency=scene.case.emergency)
    return scene.with_signature(name, data)


def the_clock_is_set_back(scene: Scene) -> Scene:
    return scene.with_case(now=MADE - timedelta(minutes=scene.dice.randint(2, 100_000)))


def the_clock_is_set_forward(scene: Scene) -> Scene:
    return scene.with_case(now=scene.case.now + timedelta(days=scene.dice.randint(5, 500)))


def an_approval_was_signed_beforehand(scene: Scene) -> Scene:
    name = scene.signer()
    early = MADE - timedelta(minutes=scene.dice.randint(2, 100))
    return scene.with_signature(name, scene.signed(name, signed=early))


def an_approval_is_dated_ahead(scene: Scene) -> Scene:
    name = scene.signer()
    late = scene.case.now + timedelta(minutes=scene.dice.randint(2, 500))
    return scene.with_signature(name, scene.signed(name, signed=late))


def the_runner_has_approved(scene: Scene) -> Scene:
    return scene.with_case(runner=f" {scene.signer().upper()}")


def an_approver_is_an_operator(scene: Scene) -> Scene:
    return scene.with_rules(operators=(holder(scene.signer()),))


def the_maker_or_the_requester_has_approved(scene: Scene) -> Scene:
    name = scene.signer()
    own = {"requested_by": name} if scene.dice.random() < 0.5 else {"made": {**scene.document["made"], "by": name.lower()}}
    other = scene.with_plan(**own)
    return replace(other, by={each: other.signed(each) for each in scene.by})


def a_freeze_lies_over_it(scene: Scene) -> Scene:
    freeze = {"from": "2026-11-30T00:00:00Z", "until": "2026-12-01T22:00:01Z", "reason": "Year's end"}
    frozen = scene.with_rules(freezes=(FreezeDates.model_validate(freeze),))
    return a_signature_is_missing(frozen) if scene.case.emergency else frozen  # an emergency is not held up by a freeze


def an_emergency_is_claimed(scene: Scene) -> Scene:
    """Ordinary approvals for an emergency; an emergency's for an ordinary change, or for another emergency."""
    if scene.case.emergency is None:
        return scene.with_case(emergency=EMERGENCY)
    return scene.with_case(emergency=scene.dice.choice([None, EMERGENCY.model_copy(update={"incident": "INC0000001"})]))


ATTACKS: dict[Attack, str] = {
    a_step_is_added: "approves another plan of this change",
    a_step_is_removed: "approves another plan of this change",
    a_value_is_edited: "approves another plan of this change",
    the_pair_file_is_edited: "approves another plan of this change",
    the_plan_is_for_another_pair: "approves a plan for another pair",
    the_plan_is_of_another_change: "approves a plan of another change",
    the_windows_are_moved: "approves another plan of this change",
    the_plan_is_made_anew: "approves another plan of this change",
    a_stranger_signs: "is not signed by any of the approvers that the policy names",
    a_stranger_signs_under_an_approvers_key_id: "is not what .* has signed",
    an_operator_signs: "is not signed by any of the approvers that the policy names",
    two_approvers_keys_are_swapped: "says that .* approves, and is signed with the key of",
    a_signature_is_missing: "who may still approve it",
    one_signature_is_there_twice: "is another signature by .*, and each person counts once",
    one_person_signs_with_two_keys: "is another signature by .*, and each person counts once",
    one_key_signs_under_two_names: "is another signature by .*, and each person counts once",
    the_statement_is_edited: "is not what .* has signed",
    another_kind_of_document_is_signed: "is not what .* has signed|is a signature of something else",
    the_envelope_is_torn: "is no JSON",
    a_signature_is_hidden_in_an_envelope_of_two: "is no DSSE envelope with exactly one signature",
    an_approval_has_expired: "expired at",
    the_clock_is_set_back: "^the plan was made at .*, and this machine's clock says",
    the_clock_is_set_forward: "expired at|the last window of this plan closed",
    an_approval_was_signed_beforehand: "was signed at .*, before the plan was made",
    an_approval_is_dated_ahead: "one of the two clocks is wrong",
    the_runner_has_approved: "who runs this plan",
    an_approver_is_an_operator: "is signed with the key of an operator",
    the_maker_or_the_requester_has_approved: "who (made|asked for) this plan",
    a_freeze_lies_over_it: "lies in a freeze|who may still approve it",
    an_emergency_is_claimed: "is an ordinary approval|counts for nothing else|approves another emergency",
}
"""Every attack, and why it must come to nothing."""


def attempts(seed: int, rounds: int) -> Iterator[tuple[Attempt, Attempt]]:
    """Every attack, so many times: the approved case that it was made from, and the attempt.

    Args:
        seed: the same one gives the same attempts.
        rounds: how often each attack is made, from a case of its own.
    """
    for number in range(rounds):
        for attack, reason in ATTACKS.items():
            dice = random.Random(f"{seed} {number} {attack.__name__}")
            honest = scene(dice)
            made = attack(honest)
            kind = attack.__name__.replace("_", " ")
            yield Attempt("none", "", honest.case, honest.signatures), Attempt(kind, reason, made.case, made.signatures)
