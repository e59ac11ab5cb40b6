"""A page that is exported tells how it is built and what the product says, and nothing of whose it is."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from readers import Desk

from pages.engine.layout.items import Item
from pages.engine.layout.page_items import items_of
from pages.engine.layout.page_layout import Layout
from pages.engine.redaction.masking import export_redacted, redact, shape_of, vocabulary
from pages.engine.redaction.snapshot_text import load_snapshot
from pages.engine.view.page_view import look_at
from robot.simulator.appearance.generations import GENERATIONS

Show = Callable[..., Page]
SECRETS = (
    "Quetzalcoatl", "xk7Qp2Zr", "hunter2secret", "acme-corp", "203.0.113.77", "jane.doe", "zwolle", "0xDEADBEEF", "BG4711X9", "Müller",
    "4711-0815", "rumpelstiltskin", "/srv/kundschaft", "2019-04-13", "ssh-ed25519",
)  # fmt: skip
"""Words that no product says; whatever an outline shows of them is a leak."""
AT_ONCE = 6
"""How many pages stand in one document, one below the other; the last has the frame."""


def planted(page: str) -> str:
    """A page with all of them in every place that a page has."""
    said = " ".join(SECRETS).replace("/srv", "srv")
    one = SECRETS[0]
    everywhere = f"""
    <!-- {said} --><script>const session = {{"user": "{said}"}};</script><style>.{one}::after {{ content: "{said}" }}</style>
    <noscript>{said}</noscript><template>{said}</template><h2>{said} Settings</h2><p title="{said}" lang="{one}">{said}</p>
    <a href="https://{one}.acme-corp.example/{one}?q={one}#{one}" ping="https://{one}.example">{said}</a>
    <img src="data:,{one}" alt="{said}" srcset="{one}.png"><div id="{one}" class="{one} {SECRETS[1]}" data-user="{said}" style="--x: '{one}'; background: url('{one}.png')">{said}</div>
    <form action="/{one}" name="{one}" method="{one}"><input type="hidden" name="{one}" value="{said}"><input name="{one}" value="{said}" placeholder="{said}" aria-label="{said}" pattern="{one}">
    <input type="password" value="{SECRETS[2]}"><input type="submit" value="{said}"><textarea>{said}</textarea><input type="{one}" value="{said}">
    <select><option value="{said}">{said}</option><optgroup label="{said}"><option selected>{one}</option></optgroup></select>
    <input type="checkbox" value="{one}" checked><input type="file" title="{said}"><button value="{one}" onclick="go('{said}')">{said}</button></form>
    <table summary="{said}"><caption>{said}</caption><tr><th abbr="{one}">{said}</th><td headers="{one}">{said}</td></tr></table>
    <iframe srcdoc="{said}" title="{one}"></iframe><svg><title>{said}</title><text>{said}</text></svg><object data="{one}">{said}</object>
    <{one.lower()}-box {one.lower()}="{one}">{said}</{one.lower()}-box><details open><summary>{said}</summary>{said}</details>
    <span role="{one}" aria-labelledby="{one}" contenteditable>Status{one} {one}Status jane.doe@acme-corp.example Support{SECRETS[1]}</span>
    <meta name="{one}" content="{said}"><base target="{one}"><p hidden>{said}</p><p style="display: none">{said}</p><font color="{one}">{said}</font>"""
    return page.replace("</body>", f"{everywhere}</body>") if "</body>" in page else page + everywhere


def leaks(text: str) -> list[str]:
    """What of the planted words an outline shows, whole or in pieces, in any case."""
    pieces = {piece.lower() for word in SECRETS for piece in re.split(r"[^\w]+", word) if len(piece) > 3 and not piece.isdigit()}
    pieces |= {"203.0", "4711", "2019", "0815"}
    return sorted(piece for piece in pieces if piece in text.lower())


def body_of(page: str) -> str:
    """What a page shows, without what would move it."""
    return re.sub(r".*<body[^>]*>|</body>.*|<script>.*?</script>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_words_planted_in_every_place_of_every_page_do_not_come_out(show: Show, generation: str) -> None:
    desk = Desk(generation)
    pages = [desk.ask("a", "GET", "/login"), desk.page_with("b", "login", "failover[sync]")]
    pages += [page for interface in ("login", "appliance") for page in desk.every_page("a", interface).values()]
    every = {page.html for page in pages if "has no simulated settings" not in page.html}
    assert len(every) > 10
    tab, bodies = show(""), [planted(body_of(page)) for page in sorted(every)]
    for first in range(0, len(bodies), AT_ONCE):
        tab.set_content("<hr>".join(bodies[first : first + AT_ONCE]).replace("<iframe", "<p", AT_ONCE - 1))
        text = export_redacted(tab)
        assert leaks(re.sub(r"\b\w+: '?[-\d.]+'?(?=[,}\n])|\[[-\d, ]*\]", "", text)) == []  # where things stand is nobody's
        assert "Settings" in text


def test_the_planted_words_would_be_found(show: Show) -> None:
    tab = show("")
    tab.set_content(planted("<body></body>"))
    assert len(leaks(tab.content())) > 15


def test_an_exported_page_has_no_addresses_and_no_hidden_values(show: Show) -> None:
    tab = show("")
    tab.set_content(planted("<body><input type=hidden name=token value=4711><a href='https://acme.example/x'>Status</a></body>"))
    assert re.findall(r"https?:|token|acme|\.example|/x", export_redacted(tab)) == []


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Last Data-Sync: 2026-11-22 19:48:11 UTC", "Last Data-Sync: 9999-99-99 99:99:99 UTC"),
        ("Primary Site Instance Status", "Primary Site Instance Status"),
        ("support.example.com", "aaaa.aaaa.aaa"),
        ("Support: status@support.com", "Support: aaaa@aaaa.aaa"),
        ("Connected to status-zurich by Bob", "Connected to aaaa-aaaa by Aaa"),
        ("12.3.5-36112", "99.9.9-9999"),
        ("(backup site instance)", "(backup site instance)"),
        ("backup.nsb", "aaaa.aaa"),
        ("Sicherung herunterladen", "Sicherung herunterladen"),
        ("\u5317\u4eac status", "aa status"),
    ],
)
def test_a_text_keeps_the_words_of_the_product_and_the_shape_of_all_others(said: str, left: str) -> None:
    assert redact(said) == left


def test_the_shape_of_a_text_does_not_tell_how_long_it_is() -> None:
    assert shape_of("Abcdefghijkl-0123456789") == "Aaaaa-9999"
    assert shape_of("ABCDEF") == shape_of("ABCDEFGHIJ") == "AAAA"


def read(text: str) -> tuple[Item, ...]:
    return items_of(Layout(load_snapshot(text)))


def test_what_is_typed_into_a_field_is_a_shape_even_where_the_product_says_that_word(show: Show) -> None:
    text = export_redacted(show('<label>Name <input value="Support Backup"></label><input type="password" value="Backup">'))
    assert [control.value for item in read(text) for control in item.controls] == ["Aaaaa Aaaaa", ""]
    assert "Support" not in text


def test_what_a_person_would_see_can_be_read_from_an_exported_page(show: Show) -> None:
    page = (
        '<nav><a href="/x">Status</a> <a href="/y">Updates</a></nav><h2>Backup Settings</h2><div style="display: flex"><div>Port</div><div>443</div></div>'
        '<form><label for="p">Password</label><input id="p" type="password"><button disabled>Save</button><button style="display: none">Restore</button></form>'
    )
    before = look_at(show(page))
    after = read(export_redacted(show(page)))
    assert [item.text for item in after if item.what == "heading"] == before.headings
    assert [
        (each.kind, each.name, each.enabled, each.menu) for item in after if item.what == "control" for each in item.controls
    ] == [(each.kind, each.name, each.enabled, each.menu) for each in before.controls]
    assert [item.value for item in after if item.what == "pair" and item.label == "Port"] == ["999"]


def test_the_vocabulary_knows_what_the_screens_are_known_by_and_names_nobody() -> None:
    known = vocabulary()
    labels = """sync now break failover relationships establish relationship check for updates install this update save changes enabled
    download backup include logged history reporting data host name or ip address port inter appliance communication pre shared key serial
    number guid base software version primary site instance status"""
    assert [word for word in labels.split() if word not in known] == []
    assert not known & {"anna", "bob", "peter", "maria", "smith", "miller", "example", "localhost", "admin1", "zurich", "london"}
    assert all(word == word.lower() and word.isalpha() for word in known)
