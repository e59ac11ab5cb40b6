"""Which question belongs to which press: every wording of the documents, and every foreign sentence that destroys something."""

import pytest

from pages.engine.text.questions import DESTRUCTIVE, QUESTIONS, affirmative_pattern, asks_question, question_objection
from pages.engine.text.wording import ignorecase
from pages.translations import in_english

THEIR_OWN = {
    "Sync Now": [
        "Sync now?",
        "Are you sure you want to sync data now?",
        "Do you want to synchronize this site with the primary?",
        "Pull the data from the primary site?",
        "Copy all data of the primary to this backup site?",
        "All data on this backup site will be overwritten with the data of the primary site rs1.example.com. Synchronize now?",
        "Synchronizing replaces the data on this backup site with the data of the primary. Continue?",
    ],
    "Break Failover Relationships": [
        "Break?",
        "Are you sure you want to break the failover relationships between these site instances?",
        "Break failover? Both sites will become primary.",
        "Break the failover relationship? Backup operations stop.",
        "All failover relationships will be removed. Proceed?",
        "This will remove the failover configuration of rs-b.example.com and its peer. Continue?",
        "The failover relationship between both sites will be removed. Do you want to continue?",
        "Do you really want to end the failover relationship with 192.0.2.12?",
        "Break failover relationships?\nBoth site instances become stand-alone. Data is no longer synchronized.",
    ],
    "Install This Update": [
        "Are you sure you want to install this update?",
        "Install Base Software 7.1.0 now? The appliance may restart.",
        "Begin the download of the update?",
        "This will install the update. The appliance will reboot automatically afterwards. Continue?",
        "The update requires a restart of the appliance. Install it now?",
    ],
    "Update Software": ["Upload the file and update the software?", "Are you sure you want to upgrade the software now?"],
    "Save Changes": [
        "Are you sure you want to save these changes?",
        "Apply network changes?\nConnections through 192.0.2.50 may be interrupted.",
        "Changing network settings may interrupt connections to this appliance. Save changes?",
        "Your connection to this appliance may be lost. Apply the new settings?",
        "Disable the IP address 192.0.2.50?",
    ],
    "Establish Relationship": [
        "Are you sure you want to establish this failover relationship?",
        "All settings of the new backup site will be overwritten. Continue?",
        "Establish Relationship\nThe new backup site will be overwritten with the data of this site.",
        "Establish relationship?\nThis site becomes the primary site instance. The settings of the backup site are overwritten.",
        "The new backup's settings will be overwritten. Establish the relationship?",
    ],
    "Check for updates": ["Contact the vendor and check for updates?"],
    "Download Backup": ["Do you want to download a backup of all settings?"],
    "Appliance Download Key": ["Generate a download key?"],
    "Log Out": ["Are you sure you want to log out?", "Sign out of this session?"],
}
BARE = [
    "Are you sure?",
    "Continue?",
    "Please confirm",
    "Are you sure you want to continue?",
    "Do you really want to proceed?",
    "Warning",
]
FOREIGN = [
    "This will delete all data on this appliance. Continue?",
    "Are you sure you want to delete this IP address?",
    "Remove network interface eth0?",
    "All data on this primary site will be overwritten with the data of 192.0.2.12. Continue?",
    "Erase all session recordings and continue?",
    "Remove the failover relationship and all recorded sessions?",
    "The settings of the primary site will be replaced with those of the backup site. Continue?",
    "Replace the certificate of this site and save the changes?",
    "Reset the network settings?",
    "Restart the appliance now to install the update?",
    "Reboot this appliance and check for updates?",
    "Disband the cluster and break the failover relationship?",
    "Shut down this site and its failover?",
    "Restore the settings of the backup site?",
    "Discard all changes to the network settings?",
    "Save changes? All data of this site will be lost.",
    "Uninstall the update?",
    "Roll back the update and begin again?",
    "Fix this error and sync data?",
    "Wipe the disk and establish the relationship with the backup site?",
    "Revoke the download key and create a new key?",
    "Log out all users and delete their sessions?",
    "Overwrite the data on both sites and establish the relationship?",
]


@pytest.mark.parametrize(("press", "question"), [(press, each) for press, all_ in THEIR_OWN.items() for each in all_])
def test_a_question_that_names_what_was_pressed_belongs_to_it(press: str, question: str) -> None:
    assert question_objection(press, question.split("\n")) == ""


@pytest.mark.parametrize("press", QUESTIONS)
def test_every_press_has_a_wording_that_is_tried(press: str) -> None:
    assert THEIR_OWN[press]


@pytest.mark.parametrize("question", BARE)
@pytest.mark.parametrize("press", QUESTIONS)
def test_a_question_without_a_subject_belongs_to_what_was_just_pressed(press: str, question: str) -> None:
    assert question_objection(press, [question]) == ""


@pytest.mark.parametrize("question", FOREIGN)
@pytest.mark.parametrize("press", QUESTIONS)
def test_what_would_destroy_something_else_belongs_to_no_press(press: str, question: str) -> None:
    assert question_objection(press, [question])
    assert question_objection(press, [f"{press}?", question]), "not under its own words either"


@pytest.mark.parametrize("press", QUESTIONS)
@pytest.mark.parametrize(
    "word",
    [
        "delete",
        "erase",
        "remove",
        "overwrite",
        "replace",
        "reset",
        "restart",
        "reboot",
        "disband",
        "shut down",
        "restore",
        "wipe",
    ],
)
def test_every_destructive_word_needs_leave_of_the_press(press: str, word: str) -> None:
    own = THEIR_OWN[press][0].split("\n")
    assert DESTRUCTIVE.search(word)
    assert question_objection(press, [*own, f"{word} everything?"])
    assert question_objection(press, [*own, f"It is going to {word} the vault, too."])


@pytest.mark.parametrize("press", QUESTIONS)
def test_the_question_of_one_press_is_answered_for_no_press_of_another_kind(press: str) -> None:
    kind = {"Update Software": "Install This Update"}
    mine = {kind.get(press, press)}
    crossed = [
        (other, each)
        for other, all_ in THEIR_OWN.items()
        if kind.get(other, other) not in mine
        for each in all_
        if question_objection(press, each.split("\n")) == "" and each != "Break?"
    ]
    weak = {  # both table rows have these words: "continue" and "backup site", "create" and "settings"
        ("Sync Now", "Copy all data of the primary to this backup site?"),
    }
    assert not [each for each in crossed if each not in weak and not _names_both(press, each[1])], crossed


def _names_both(press: str, question: str) -> bool:
    """Whether a question of another press has a verb and an object of this one, as the table words them."""
    own = QUESTIONS[press]
    return bool(ignorecase(rf"\b({own.verbs})\b").search(question) and ignorecase(rf"\b({own.objects})\b").search(question))


@pytest.mark.parametrize(
    "question",
    [
        "Please confirm that this appliance may send usage statistics",
        "Do you want to take part in a survey?",
        "Send usage data of this site?",
        "Is this answer of help?",
    ],
)
@pytest.mark.parametrize("press", QUESTIONS)
def test_a_question_about_something_else_is_not_answered_though_the_title_is_that_of_the_press(press: str, question: str) -> None:
    assert question_objection(press, [press, question])


def test_a_press_that_is_not_in_the_table_answers_nothing() -> None:
    assert question_objection("Test", ["Are you sure?"])


@pytest.mark.parametrize(
    ("question", "belongs"),
    [
        ("The new backup site will be overwritten with the data of this primary site.", True),
        ("This primary site will overwrite the data of the new backup site.", True),
        ("The new backup site will overwrite this site.", False),
        ("This site will be overwritten by the new backup site.", False),
        ("The data of 192.0.2.12 will be overwritten with those of the backup site.", False),
        ("Data on the new backup site and on this site will be overwritten.", False),
    ],
)
def test_a_relationship_is_established_in_one_direction_only(question: str, *, belongs: bool) -> None:
    assert (question_objection("Establish Relationship", ["Establish Relationship", question]) == "") is belongs


def test_a_package_may_be_named_as_what_is_installed() -> None:
    assert question_objection("Install This Update", ["Install BT26-02-RS now?"], ("BT26-02-RS", "")) == ""
    said = "The appliance will download and install Bomgar 11.1.2. All sessions will be terminated. Continue?"
    assert question_objection("Install This Update", [said], ("Bomgar 11.1.2 (build 23267)", "11.1.2-23267")) == ""
    assert question_objection("Install This Update", [said], ("Bomgar 12.1.2 (build 23268)",))
    assert question_objection("Install This Update", ["Install BT26-02-RS now?"], ("Base 7.1.0", "7.1.0"))


@pytest.mark.parametrize(
    ("german", "press"),
    [
        (
            "M\u00f6chten Sie die Failover-Beziehungen zwischen diesen Site-Instanzen wirklich aufheben?",
            "Break Failover Relationships",
        ),
        ("M\u00f6chten Sie diese Aktualisierung wirklich installieren?", "Install This Update"),
    ],
)
def test_german_words_are_put_into_english_first(german: str, press: str) -> None:
    assert question_objection(press, [in_english(german)]) == ""


@pytest.mark.parametrize(
    "german",
    [
        "Alle Daten dieser Site werden gel\u00f6scht. Jetzt synchronisieren?",
        "Die Daten der prim\u00e4ren Site werden \u00fcberschrieben. Failover-Beziehung herstellen?",
        "Diese Aktualisierung installieren? Alle Einstellungen werden zur\u00fcckgesetzt.",
        "\u00c4nderungen speichern? Die Netzwerkkarte wird entfernt.",
    ],
)
@pytest.mark.parametrize("press", QUESTIONS)
def test_what_destroys_in_german_belongs_to_no_press_either(press: str, german: str) -> None:
    assert question_objection(press, [in_english(german)])


@pytest.mark.parametrize("press", QUESTIONS)
def test_what_goes_on_is_never_an_answer_that_destroys(press: str) -> None:
    yes = ignorecase(affirmative_pattern(press))
    assert yes.search("OK")
    assert yes.search(press)
    assert not [each for each in ("No", "Cancel", "Delete", "Erase all", "Restart", "Overwrite primary") if yes.search(each)]


def test_what_is_under_way_asks_nothing() -> None:
    assert not asks_question("Data sync is running. You can continue to work.")
    assert asks_question("Data sync is running. Stop it?")
