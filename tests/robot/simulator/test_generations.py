"""Four generations of pages over one pair: each in its words, however drawn, and each doing the same."""

import re
from pathlib import Path
from typing import Any

import pytest
from readers import Desk, Page, sends, sent

import robot.simulator as simulated
import robot.simulator.pages as simulated_pages
from robot.simulator.appearance import words
from robot.simulator.appearance.generations import GENERATIONS
from robot.simulator.appearance.words import LANGUAGES
from robot.simulator.faults.knobs import Knobs, UnknownKnob

LOOKS = [(generation, language) for generation in GENERATIONS for language in LANGUAGES[generation]]
SEEDS = (0, 4)
SHARED = "127.9.9.3"
FORBIDDEN = {
    "login": ["site[restart]", "restore[upload]", "failover[become]", "cluster[disband]"],
    "appliance": ["basics[reboot]", "basics[shutdown]", "admin[reset]"],
}


def pages(desk: Desk, interface: str, unit: str = "a") -> str:
    """Everything that a menu leads to, as one text."""
    return "\n".join(page.text for page in desk.every_page(unit, interface).values())


# -- every page ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("generation", "language"), LOOKS)
def test_every_page_of_both_menus_is_drawn_and_says_that_it_is_simulated(generation: str, language: str, seed: int) -> None:
    desk = Desk(generation, language=language, seed=seed, cluster=True)
    for interface, fewest in (("login", 24 if generation > "g2" else 23), ("appliance", 13)):
        found = desk.every_page("a", interface)
        assert len(found) >= fewest
        for page in found.values():
            assert page.status == 200
            assert "Simulated appliance - not a BeyondTrust product" in page.text
            assert "{" not in page.text


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("generation", "language"), LOOKS)
def test_every_page_before_the_menu_and_beside_it_is_drawn(generation: str, language: str, seed: int) -> None:
    for knob in ("agreement", "totp", "email_code", "password_expired", "eula"):
        turned: dict[str, Any] = {knob: True}
        desk = Desk(generation, language=language, seed=seed, **turned)
        page = desk.ask("a", "GET", "/login")
        if knob == "agreement":
            assert "login[username]" in desk.press("a", page, "agreement[accept]").html
        else:
            assert "login[username]" not in desk.sign_in("a", "login").html
    desk = Desk(generation, language=language, seed=seed)
    assert desk.ask("a", "GET", "/").status == 200
    assert desk.ask("b", "GET", "/").status == 503
    desk.pair.appliances["a"].site_down = True
    assert desk.ask("a", "GET", "/login").status == 503


@pytest.mark.parametrize(("generation", "language"), LOOKS)
def test_the_same_seed_draws_the_same_page_and_another_another(generation: str, language: str) -> None:
    def drawn(seed: int) -> list[str]:
        desk = Desk(generation, language=language, seed=seed)
        a = desk.pair.appliances["a"]
        given = rf"{a.serial}|{a.guid}|{a.key}|\b[0-9a-f]{{32}}\b|/[0-9a-f]{{10}}\b"
        found = [*desk.every_page("a", "appliance").values(), desk.page_with("a", "login", "failover[sync]")]
        return [re.sub(given, "", page.html) for page in found]

    first, again, other, plain = drawn(4), drawn(4), drawn(7), drawn(0)
    assert first == again
    assert not set(first) & set(other)
    assert not set(first) & set(plain)


def test_a_page_of_the_first_generation_is_plain_where_no_seed_is_given() -> None:
    desk = Desk()
    page = desk.follow("a", desk.sign_in("a", "login"), "Management", "Failover")
    assert "<h2>Failover :: Primary Site Instance Status</h2>" in page.html
    assert '<input type="submit" name="failover[sync]" value="Sync Now">' in page.html
    assert "<script" not in page.html


# -- words ---------------------------------------------------------------------------------------------------------------

Row = tuple[str, list[str], list[str]]
TABLE: dict[tuple[str, str], list[Row]] = {  # ui.md 12, and 9 for German: where a page stands, and what it says
    ("g1", "en"): [
        ("login", ["Management", "Software Management"], ["Software :: Backup Settings", "Download Backup"]),
        ("login", ["Management", "Failover"], ["Failover :: Primary Site Instance Status", "Break Failover Relationships"]),
        ("login", ["Management", "Security"], ["Security :: Options", "Inter-appliance Communication Pre-shared Key"]),
        ("appliance", ["Support", "Updates"], ["Updates :: Check", "Check for updates", "Updates :: Manual Installation"]),
        ("appliance", ["Status", "Storage"], []),
    ],
    ("g2", "en"): [
        ("login", ["Management", "Software Management"], ["Software :: Backup Settings", "Download Backup"]),
        ("login", ["Management", "Failover"], ["Failover :: Backup Settings", "Become Backup", "Status History"]),
        ("login", ["Management", "API Configuration"], ["API :: Configuration", "API :: Accounts", "Enable XML API"]),
        ("appliance", ["Updates"], ["Updates :: Appliance Download Key", "Update Software"]),
        ("appliance", ["Storage"], []),
        ("appliance", ["Users"], []),
    ],
    ("g2", "de"): [
        ("login", ["Verwaltung", "Softwareverwaltung"], ["Sicherungseinstellungen", "Sicherung herunterladen"]),
        ("login", ["Verwaltung", "Softwareverwaltung"], ["Sicherungspasswort", "Protokollierte Sitzungsberichtsdaten anhängen"]),
        ("login", ["Verwaltung", "Sicherheit"], ["Sperren des Kontos nach"]),
        ("login", ["Verwaltung", "Failover"], ["Failover :: Status der primären Site-Instanz"]),
    ],
    ("g3", "en"): [
        ("login", ["Management", "Software"], ["Backup Settings", "Backup Vault Encryption Key", "Restore Settings"]),
        ("login", ["Management", "Failover"], ["Primary Site Instance Status", "Sync Now", "Save"]),
        ("login", ["Management", "Security"], ["Passwords", "Inter-appliance Communication Pre-shared Key"]),
        ("login", ["Consoles & Downloads"], ["Download Representative Console"]),
        ("appliance", ["Updates"], ["Check for Updates", "Manual Installation"]),
        ("appliance", ["Status", "Health"], []),
        ("appliance", ["Storage", "Encryption"], []),
    ],
    ("g3", "de"): [
        ("login", ["Verwaltung", "Softwareverwaltung"], ["Vault-Verschlüsselungsschlüssel sichern", "Sicherungspasswort"]),
        ("login", ["Verwaltung", "Sicherheit"], ["Kennwörter"]),
        ("login", ["Verwaltung", "Failover"], ["Status der primären Site-Instanz"]),
    ],
    ("g4", "en"): [
        ("login", ["Management", "Software"], ["Confirm backup password", "Include logged session reporting data"]),
        ("login", ["Management", "Failover"], ["This host's status", "Peer host's status", "Status history", "Sync Now"]),
        ("login", ["Management", "Security"], ["Authentication", "Default Authentication Method"]),
        ("appliance", ["Networking", "IP configuration"], ["NIC configuration", "Show details", "MAC address", "Link detected"]),
        ("appliance", ["Updates"], ["Check for Updates"]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("generation", "language"), TABLE)
def test_a_page_stands_where_the_documents_have_it_and_says_what_they_say(generation: str, language: str, seed: int) -> None:
    desk = Desk(generation, language=language, seed=seed)
    for interface, way, said in TABLE[generation, language]:
        page = desk.follow("a", desk.sign_in("a", interface), *way)
        shown = page.text + " ".join(e.words for e in page.presses())
        assert [each for each in said if each not in shown] == []


@pytest.mark.parametrize(("generation", "areas"), [("g1", True), ("g2", True), ("g3", False), ("g4", False)])
def test_area_and_section_stand_together_in_the_first_two_generations_only(generation: str, areas: bool) -> None:
    assert (" :: " in pages(Desk(generation), "login")) is areas


@pytest.mark.parametrize(("generation", "suffix"), [("g1", ".ns"), ("g2", ".ns"), ("g3", ""), ("g4", "")])
def test_the_site_becomes_a_path_app_and_the_appliance_does_not(generation: str, suffix: str) -> None:
    desk = Desk(generation)
    assert desk.ask("a", "GET", "/login").path == f"/login/login{suffix}"
    assert desk.ask("a", "GET", "/appliance").path == "/appliance/login.ns"
    assert "bomgar" in desk.ask("a", "GET", "/appliance").html.lower()


def test_sign_in_offers_more_with_each_generation() -> None:
    said = {generation: Desk(generation).ask("a", "GET", "/login").text for generation in GENERATIONS}
    assert "Forgot your password?" not in said["g1"]
    assert "Use Integrated Browser Authentication" in said["g2"]
    assert all("Authenticate Using" in said[each] for each in ("g3", "g4"))
    assert "SAML Credentials" in said["g3"]
    assert "Passwordless FIDO2" in said["g4"]


def test_nothing_of_a_german_page_is_left_in_english() -> None:
    for generation in ("g2", "g3"):
        desk = Desk(generation, language="de")
        for interface in ("login", "appliance"):
            assert not re.search(r"\b(Settings|Password|Configuration|Save|Users?|Site Instance)\b", pages(desk, interface))


def test_a_word_that_nobody_translated_is_no_page() -> None:
    with pytest.raises(words.Untranslated, match="de: A new label"):
        words.words_of("g2", "de", "site")("A new label")


def test_a_language_that_a_generation_does_not_have_is_refused() -> None:
    for knobs in ({"language": "de"}, {"generation": "g2", "generation_after": "g4", "language": "de"}):
        with pytest.raises(UnknownKnob, match="are not there in 'de'"):
            Knobs().change(knobs)


@pytest.mark.parametrize("file", sorted(Path(words.__file__).with_name("wording").glob("*.toml")), ids=lambda path: path.stem)
def test_no_file_has_a_word_that_no_page_says(file: Path) -> None:
    simulator, pages = Path(simulated.__file__).parent, Path(simulated_pages.__file__).parent
    said = "".join(
        path.read_text("utf-8")
        for path in (*simulator.rglob("*.html"), *simulator.rglob("*.py"), pages / "menus.toml", pages / "templates" / "page.js")
    )
    roles = r"^(Primary|Backup|Become|primary|backup) |^Failover :: "
    told = [text for part in words.file_called(file.stem).items() if part[0] != "sentences" for text in part[1]]
    assert [text for text in told if re.sub(roles, "", text).replace("'", "\\'") not in said and text not in said] == []


# -- what the controls do ------------------------------------------------------------------------------------------------


class Upgrade:
    """The whole procedure by hand, by the names of the controls alone."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def press(self, unit: str, interface: str, control: str, **fields: str) -> Page:
        return self.desk.press(unit, self.desk.page_with(unit, interface, control), control, fields)

    def edit(self, unit: str, *, enabled: bool) -> None:
        page = next(p for p in self.desk.every_page(unit, "appliance").values() if SHARED in p.links())
        form = self.desk.follow(unit, page, SHARED)
        control = next(e for e in form.presses() if sends(e) == "ip[save]")
        box = control.within("form")
        assert box is not None
        assert ("ip[enabled]" in sent(box)) is not enabled
        self.desk.press(unit, form, "ip[save]", {"ip[enabled]": "1" if enabled else "(off)"})

    def install(self, unit: str) -> None:
        while True:
            page = self.press(unit, "appliance", "updates[check]")
            offers = [e for e in page.presses() if sends(e) == "updates[install]"]
            if not offers:
                return
            open_ones = [n for n, e in enumerate(offers) if not e.has("disabled") and not e.has("aria-disabled")]
            assert open_ones[0] == 0
            self.desk.press(unit, page, "updates[install]", which=0)
            self.desk.pass_by(60)
            assert self.desk.ask(unit, "GET", page.path).status == 200
            self.desk.pass_by(5000)

    def whole(self) -> None:
        self.press("a", "login", "backup[download]", **{"backup[password]": "x", "backup[confirm]": "x"})
        self.press("b", "login", "failover[sync]")
        self.desk.pass_by(5000)
        self.press("b", "login", "failover[break]")
        self.install("b")
        self.edit("a", enabled=False)
        self.edit("b", enabled=True)
        self.install("a")
        there = {"new_backup[host]": "127.9.9.1", "new_backup[port]": "8443"}
        back = {"reverse[host]": "127.9.9.2", "reverse[port]": "8443"}
        self.press("b", "login", "failover[establish]", **there, **back)
        self.desk.pass_by(5000)


def story_of(desk: Desk) -> tuple[list[str], list[str], str, bool]:
    """What was done and where it led, without versions, which each generation has of its own."""
    Upgrade(desk).whole()
    fetched = [str(line["action"]) for line in desk.pair.journal.lines["fetches"]]
    unversioned = [re.sub(r"\d+(\.\d+)+$", "N", action) if "install" in action else action for action in desk.actions()]
    return unversioned, fetched, desk.pair.shared.serving, desk.pair.relationship.roles["b"] == "primary"


@pytest.fixture(scope="module")
def by_the_first() -> tuple[list[str], list[str], str, bool]:
    return story_of(Desk())


@pytest.mark.parametrize(
    ("generation", "after", "language", "seed"),
    [("g1", "", "en", 7), ("g2", "", "en", 4), ("g2", "", "de", 0), ("g2", "g3", "de", 12), ("g3", "", "en", 0),
     ("g3", "", "de", 4), ("g3", "g4", "en", 7), ("g4", "", "en", 0), ("g4", "", "en", 9), ("g1", "g4", "en", 2)],
)  # fmt: skip
def test_an_upgrade_by_hand_does_the_same_in_every_generation(
    by_the_first: tuple[list[str], list[str], str, bool], generation: str, after: str, language: str, seed: int
) -> None:
    told = story_of(Desk(generation, after, language=language, seed=seed))
    assert told == by_the_first
    assert told[2:] == ("b", True)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("generation", "language"), LOOKS)
def test_the_traps_are_there_in_every_generation(generation: str, language: str, seed: int) -> None:
    desk = Desk(generation, language=language, seed=seed, cluster=True, conflict=True)
    for interface, controls in FORBIDDEN.items():
        every = desk.every_page("a", interface).values()
        for control in controls:
            page = next(page for page in every if control in map(sends, page.presses()))
            desk.press("a", page, control)
    assert sum(action.startswith("FORBIDDEN ") for action in desk.actions()) == 7
    desk.press("a", desk.page_with("a", "login", "failover[fix]"), "failover[fix]")
    assert desk.actions()[-1] == "FORBIDDEN Fix This Error"
    names = {sends(e): e.words for page in desk.every_page("a", "login").values() for e in page.presses()}
    assert names["cluster[sync]"] == names["failover[sync]"]
    assert names["instance[save]"] == names["settings[save]"]


@pytest.mark.parametrize(("generation", "how"), [("g1", "native"), ("g2", "native"), ("g3", "modal"), ("g4", "modal")])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_browser_asks_in_the_first_two_generations_and_the_page_in_the_later_ones(
    generation: str, how: str, seed: int
) -> None:
    def asked(**knobs: Any) -> str:
        desk = Desk(generation, seed=seed, **knobs)
        control = next(e for e in desk.page_with("a", "login", "failover[break]").presses() if sends(e) == "failover[break]")
        return "native" if "confirm(" in control.get("onclick") else control.get("data-how")

    assert asked() == how
    assert asked(dialogs="none") == ""
    assert asked(dialogs="modal") == "modal"
    assert asked(dialogs="native") == "native"


def test_the_fourth_generation_wants_the_password_of_the_backup_twice() -> None:
    desk = Desk("g4")
    page = desk.press("a", desk.page_with("a", "login", "backup[download]"), "backup[download]", {"backup[password]": "x"})
    assert "The passwords do not match." in page.text
    again = desk.press("a", page, "backup[download]", {"backup[password]": "x", "backup[confirm]": "x"})
    assert len(again.body) == 300_000


@pytest.mark.parametrize("generation", ["g3", "g4"])
def test_the_vault_key_is_a_download_of_its_own(generation: str) -> None:
    desk = Desk(generation)
    page = desk.press("a", desk.page_with("a", "login", "vault[download]"), "vault[download]")
    assert "vault" in page.headers["content-disposition"]
    assert desk.actions() == []


def test_an_update_of_the_base_changes_the_appliance_and_one_of_the_product_the_site() -> None:
    desk = Desk("g2", "g3")

    def shown() -> tuple[bool, bool]:
        """Whether each shows the later generation."""
        menus = [desk.sign_in("b", interface).links() for interface in ("login", "appliance")]
        return "Status" in menus[0] and "Information" not in menus[0], "Health" in menus[1]

    assert shown() == (False, False)
    by_hand = Upgrade(desk)
    by_hand.press("b", "login", "failover[break]")
    by_hand.press("b", "appliance", "updates[check]")
    by_hand.press("b", "appliance", "updates[install]")
    desk.pass_by(5000)
    assert shown() == (False, True)
    by_hand.press("b", "appliance", "updates[install]")
    desk.pass_by(5000)
    assert shown() == (True, True)
    assert "Updates :: Check" in pages(desk, "appliance")  # A has not been updated


def test_whoever_accepts_the_licence_is_written_down() -> None:
    desk = Desk("g3", eula=True)
    page = desk.sign_in("a", "login")
    assert "EULA" in page.text
    assert desk.press("a", page, "eula[accept]").links()["Management"]
    assert desk.actions() == ["accept-eula"]


@pytest.mark.parametrize("language", LANGUAGES["g2"])
def test_a_code_by_mail_that_is_wrong_three_times_leads_back_to_the_password(language: str) -> None:
    desk = Desk("g2", language=language, email_code=True)
    page = desk.sign_in("a", "login")
    for _ in range(3):
        assert "login[username]" not in page.html
        page = desk.press("a", page, "login[submit]", {"login[code]": "123456"})
    assert "login[username]" in page.html


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("generation", "language"), LOOKS)
def test_a_patch_behind_an_agreement_that_asks_is_drawn_in_every_look(generation: str, language: str, seed: int) -> None:
    turned: dict[str, Any] = {"both_upgraded": True, "patch": "alone", "download_agreement": True, "agreement_contact": "asked"}
    desk = Desk(generation, language=language, seed=seed, **turned)
    page = desk.press("b", desk.page_with("b", "appliance", "updates[check]"), "updates[check]")
    asked = desk.press("b", page, "updates[install]")
    refused = desk.press("b", asked, "updates[agree]")
    assert len(refused.text) > len(asked.text), "it says what is wanting"
    assert desk.actions() == []
    desk.press("b", refused, "updates[agree]", {"updates[contact]": "Ada", "updates[email]": "ada@example.com"})
    (line,) = desk.pair.journal.lines["changes"]
    assert (line["action"], line["details"]) == (
        "install BT26-02-RS", {"method": "automatic", "name": "Ada", "email": "ada@example.com"},
    )  # fmt: skip
    desk.pass_by(1500)
    assert "BT26-02-RS" in desk.page_with("b", "appliance", "updates[check]").text
    assert not desk.pair.updates["b"].outstanding()
