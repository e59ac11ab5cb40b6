"""Messages of the appliances' syslog: in every documented form, in parts, broken, and hostile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.traces.syslog_message import ReceivedText, SyslogMessage, fields, messages

BEGAN = datetime(2026, 12, 1, 22, tzinfo=UTC)


def received(*texts: str, unit: str = "a") -> list[ReceivedText]:
    return [ReceivedText(BEGAN + timedelta(seconds=number), unit, text) for number, text in enumerate(texts)]


def only(*texts: str) -> SyslogMessage:
    found, other = messages(received(*texts))
    assert other == []
    assert len(found) == 1
    return found[0]


WHO = "who=John Smith(jsmith)"
LOGIN = "target=web/login;status=success;who_ip=192.0.2.1"


@pytest.mark.parametrize(
    "text",
    [
        f"Oct 12 14:58:35 example_host BG: 1234:01:01:site=access.example.com;{WHO};{LOGIN}; event=login",
        f"<134>Feb  5 12:54:46 example_host BG[98765]:1234:01:01:event=login;{LOGIN};when=1738778086;{WHO} using password",
        f"Dec 10 07:04:11 tenant BG[12482]: 1427:01:01:event=login;{LOGIN};who=John Smith (jsmith) using saml",
        f'<133>1 2025-09-10T12:08:07+08:00 HOST BG 16703 - [meta sequenceId="46"] 1427:01:01:event=login;{LOGIN};{WHO}',
        f"2025-09-10T12:08:07+08:00 host BG[7]: 1427:01:01:event=login;{LOGIN};{WHO}",
    ],
)
def test_each_form_that_the_vendor_documents_or_that_was_seen_tells_the_same(text: str) -> None:
    message = only(text)
    assert (message.value("event"), message.value("target"), message.value("status")) == ("login", "web/login", "success")
    assert (message.account, message.person, message.value("who_ip")) == ("jsmith", "John Smith (jsmith)", "192.0.2.1")


def test_a_name_without_an_account_is_both() -> None:
    message = only("Oct 12 14:58:35 h BG: 1:01:01:event=logout;who=unknown")
    assert (message.account, message.person) == ("unknown", "unknown")


def test_marks_in_a_value_are_part_of_it() -> None:
    assert fields(r"new_username=user\;s\=name\\id;old=1") == {"new_username": r"user;s=name\id", "old": "1"}
    assert fields("a=1;a=2") == {"a": "1, 2"}, "no value hides another one of the same name"
    assert fields("cut=off\\") == {"cut": "off\\"}


MARKED = st.dictionaries(
    st.from_regex(r"[a-z_:]{1,12}", fullmatch=True), st.text("ab;=\\ é", max_size=20).map(str.strip), min_size=1, max_size=5
)


@given(MARKED, st.integers(1, 40))
def test_whatever_is_sent_in_parts_is_put_together_as_it_was(sent: dict[str, str], size: int) -> None:
    def escaped(text: str) -> str:
        return text.replace("\\", "\\\\").replace(";", "\\;").replace("=", "\\=")

    payload = ";".join(f"{escaped(name)}={escaped(value)}" for name, value in sent.items())
    pieces = [payload[at : at + size] for at in range(0, len(payload), size)]
    texts = [f"Oct 12 14:58:35 h BG[7]: 1:{number:02}:{len(pieces):02}:{piece}" for number, piece in enumerate(pieces, 1)]
    assert only(*texts).fields == sent
    assert only(*reversed(texts)).fields == sent, "datagrams overtake each other"


def test_of_a_message_whose_second_part_is_lost_only_the_first_one_counts() -> None:
    message = only("Oct 12 14:58:35 h BG[7]: 1:01:03:event=user_ad", "Oct 12 14:58:35 h BG[7]: 1:03:03:ded;who=Mallory(m)")
    assert (message.fields, message.lacks, message.began, message.ended) == (
        {"event": "user_ad"}, 1, BEGAN, BEGAN + timedelta(seconds=1),
    )  # fmt: skip


def test_the_parts_of_two_appliances_and_of_two_messages_stay_apart() -> None:
    part = "Oct 12 14:58:35 h BG[7]: 1:{}:02:{}"
    texts = [
        *received(part.format("01", "event=on")),
        *received(part.format("01", "event=tw"), unit="b"),
        *received(part.format("02", "e")),
        *received(part.format("02", "o"), unit="b"),
        *received(part.format("01", "event=three"), part.format("02", "")),
    ]
    found, other = messages(texts)
    assert [(each.unit, each.value("event"), each.lacks) for each in found] == [
        ("a", "one", 0),
        ("b", "two", 0),
        ("a", "three", 0),
    ]
    assert other == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "Oct 12 14:58:35 h sshd[1]: 1234:01:01:event=login",
        "Oct 12 14:58:35 h BG: 1:02:01:event=x",
        "BG: 1:01:01:a=b",
    ],
)
def test_what_has_another_form_is_no_message_and_is_kept_apart(text: str) -> None:
    found, other = messages(received(text))
    assert (found, [each.text for each in other]) == ([], [text])


@given(st.text(max_size=300))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    messages(received(text, f"Oct 12 14:58:35 h BG: 1:01:01:{text}", f"Oct 12 14:58:35 h BG: 1:01:01:event=x;who={text}"))
    only(f"Oct 12 14:58:35 h BG: 1:01:01:event=x;who={text}").person  # noqa: B018 - reading it is the test
