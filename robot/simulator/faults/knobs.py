"""What can be set to go differently: one field per knob, settable at start and, mostly, while it runs.

A knob of type :class:`Where` is ``False``, ``True`` (both appliances), ``"a"`` or ``"b"``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, get_args, get_origin

from robot.simulator.appearance.words import first_without
from robot.simulator.faults.mischief import MISCHIEF

Where = Literal[False, True, "a", "b"]
Spoiling = Literal["", "missing", "breaks off", "half", "page", "empty", "garbled", "old build"]
"""What may be wrong with a file that is handed out; "half": shorter, and the network does not tell."""

START_ONLY = frozenset(
    {
        "roles_swapped",
        "broken",
        "b_upgraded",
        "both_upgraded",
        "chain",
        "patch",
        "totp",
        "own_accounts",
        "api_account",
        "syslog_port",
        "same_certificate",
        "conflict",
        "generation",
        "generation_after",
        "language",
        "seed",
    }
)
"""Knobs that shape how the pair begins. Later, other things have grown on them."""


class UnknownKnob(Exception):  # noqa: N818 the house names an error for what happened
    """There is no such knob, or it does not take that value."""


@dataclass
class Knobs:
    """Every knob with the setting of an ordinary day."""

    # How it begins
    roles_swapped: bool = False  # B is primary and serves, A is its backup
    conflict: bool = False  # both believe they are the primary
    broken: bool | float = False  # no relationship; a number: the age of the last sync in seconds
    b_upgraded: bool = False  # B already shows the target
    both_upgraded: bool = False  # both already show the target
    chain: int = 2  # packages to the target: 1 site; 2 base, site; 3 base, site, site
    totp: bool = False  # sign-in to /login asks for a time-based code
    own_accounts: bool = False  # B has a /login account of its own, until a sync brings A's
    api_account: bool = False  # there is an API account that only reads, and the pair file names it
    syslog_port: int = 0  # of this machine, to which both send their syslog, and the pair file says so; 0: they send none
    same_certificate: bool = False  # both appliances hold one key
    # How it looks
    generation: Literal["g1", "g2", "g3", "g4"] = "g1"  # of the pages that it shows
    generation_after: Literal["", "g1", "g2", "g3", "g4"] = ""  # of those that it shows after its update; "": the same
    language: Literal["en", "de"] = "en"
    lands_on_news: bool = False  # once the site is updated, /login opens on What's New, where the menu has it
    seed: int = 0  # chooses between ways to draw the same page; 0: the plain one
    # Signing in
    agreement: bool = False  # prerequisite login agreement before both sign-in pages
    password_expired: Where = False
    email_code: bool = False  # a code is sent by e-mail at sign-in to /login, and nobody here reads the mail
    eula: Where = False  # the vendor's licence stands before the first page
    account_locked: Where = False  # every account is locked
    sessions_last: int = 0  # pages that a session shows before it ends; 0: as many as there are
    posts_end_sessions: Where = False  # what is posted finds that the session has ended: it is lost
    # What is there
    menu_lacks: str = ""  # a page, by its template's name, that no menu has
    cluster: bool = False  # Management > Cluster shows an Atlas cluster
    cloud: bool = False  # hosted by the vendor: no /appliance, no Failover page
    wrong_product: Where = False  # something else answers at that address
    rep_console_installers: bool = True
    tcp_connection_test: bool = True  # Support > Utilities has one
    peer_blocked: Where = False  # its TCP Connection Test does not reach the other appliance
    contents_shown: Literal["status", "lists", "none"] = "status"  # where the numbers of users, Jump Items, ... stand
    maintenance_lapsed: Where = False
    download_agreement: bool = False  # "Agree - Begin Download" stands before an install
    agreement_contact: Literal["filled", "required", "asked"] = (
        "filled"  # its name and e-mail address: filled in by the page; empty and marked; empty, unmarked and refused
    )
    # The API, in generations that have API accounts
    api_fault: Literal[
        "", "switched off", "elsewhere", "slow", "denied", "full", "garbage", "page", "entities", "endless",
        "other version", "other role", "other guid", "old sync", "unwell",
    ] = ""  # it gives no token; it answers something else; it tells other things than the pages; ...  # fmt: skip
    api_fault_at: Where = True  # whose
    # The key
    keys_differ: bool = False  # B's pre-shared key is another one, and no sync mends it
    key_masked: bool = False
    # Synchronising
    sync_stuck: bool = False
    sync_slow: float = 1.0  # times as long
    sync_fails: bool = False  # it ends with an error
    sync_fails_dated: bool = False  # the same, and the time of the last one is told as of the one that failed
    stranger: bool = False  # another administrator changes failover settings while the pair is apart: the history alone tells
    history_entries: int = 0  # so many entries the history keeps, the newest; 0: all
    # Updates
    not_offered: Where = False
    empty_because: Literal["", "current", "downloaded", "not built", "maintenance"] = (
        ""  # why the list is empty, as the page has it
    )
    patch: Literal["", "greys_target", "beside_target", "alone"] = (
        ""  # a package without a version: it comes before the target, which says nothing; beside it; and nothing else is there
    )
    patch_told: Literal["list", "message", "none"] = "list"  # where the appliance says that the patch is installed
    automatic_updates: Where = False  # the box that lets it install critical updates by itself is ticked
    target_greyed: Where = False  # what reaches the target needs something that nobody offers
    check_fails: Where = False
    disk_full: Where = False  # the appliance has no room: no backup, no update
    install_stuck: Where = False
    install_fails: Where = False
    install_rolled_back: Where = False  # after its restart the old base runs, and the same package is offered again
    stays_down: Where = False  # it does not come back when it restarts
    install_enables_shared_ip: Where = False
    jump_clients_back: int = 100  # per cent that find the new primary
    # Outside
    name_leads_to: Literal["", "a", "b"] = ""  # by DNS or NAT the site is there; "": wherever the shared address is
    # Pages
    dialogs: Literal["", "native", "modal", "none"] = ""  # on Break and Establish; "": as the generation has it
    install_dialog: Literal["native", "modal", "none"] = "none"  # on Install This Update
    shell_delay: float = 0.3  # seconds until a page that draws itself has its content
    odd_dialog: Literal["", "native", "modal"] = ""  # Break asks about something else
    backup_is_html: Where = False
    backup_is_short: Where = False  # a few bytes
    backup_breaks_off: Where = False  # half of it, and the connection is closed
    clock_skew: float = 0.0  # seconds by which a clock is ahead
    clock_skew_at: Where = "b"
    mischief: str = ""  # what befalls every page on its way out
    mischief_at: Where = True
    mischief_on: Literal["interfaces", "site", "appliance", "portal"] = (
        "interfaces"  # whose pages; "interfaces": not the portal's
    )
    slow_pages: float = 0.0  # seconds before each page
    slow_pages_at: Where = True  # whose
    # Networking > IP Configuration: what may befall the saving of the shared address
    ip_unlisted: Where = False  # the shared address has lost its row
    ip_second_save: Where = False  # Save Changes stands there twice
    ip_dialog: Where = False  # a native dialog about something else comes first
    ip_save_fails: Where = False  # answered with an error, and not applied
    ip_save_ignored: Where = False  # "saved", and not applied
    ip_save_takes: float = 0.0  # "saved", and applied so many seconds later
    ip_save_takes_at: Where = True  # where it takes that long
    ip_save_drops: Where = False  # applied, and the connection is reset instead of an answer
    # Bad builds: what is wrong with an appliance that was just updated, and answers
    old_product: Where = False  # it shows, and hands out, the product that it had before
    old_base: Where = False  # the same of its base software
    site_stopped: Where = False  # half-installed: the machine is there, the site's software does not run
    site_status: Literal["Running", "Stopped", "Upgrading"] = "Running"  # the same, told by the Status page of /login only
    site_status_at: Where = True  # whose
    other_site: Where = False  # another customer's: its pages name another host
    unhealthy: Where = False  # /check_health says so, and nothing else does
    certificate: Literal["", "other name", "expired", "not yet valid", "no intermediate", "self-signed", "with intermediate"] = (
        ""  # what its own address shows; with its intermediate, all is well
    )
    certificate_at: Where = True  # whose
    portal_fault: Literal[
        "", "404", "500", "503", "maintenance", "nothing to begin", "empty", "redirect", "other page", "request fails",
        "no download",
    ] = ""  # what is wrong with the public portal, or with what comes of a request there  # fmt: skip
    portal_fault_at: Where = True  # whose
    client_fault: Spoiling = ""  # what is wrong with the customer client that it hands out
    console_fault: Spoiling = ""  # and with the console's installer
    file_fault_at: Where = True  # whose
    sign_in_fails: Where = False  # the right password, and an error
    sign_in_fails_on: Literal["interfaces", "site", "appliance"] = "interfaces"  # on which interface
    sessions_lost: Where = False  # whoever has signed in is asked to sign in
    hangs: Where = False  # it takes a request, and never answers
    # The network
    down: Where = False  # the whole box: nobody listens, neither on its own address nor on the shared one
    own_refuses: Where = False  # its own address refuses; whoever serves on the shared one goes on
    own_resets: Where = False  # its own address takes a connection and resets it
    bad_gateway: Where = False  # every page is a 502
    hiccup_every: int = 0  # every so manyth page is a 502, once: it is there when it is asked for again
    hiccups_blank: bool = False  # and is no 502 but a page with nothing on it, as where its script has not come
    answers_as_peer: Where = False  # at its own address the other appliance answers
    other_certificate: Where = False  # its own address shows another certificate, with another key

    def change(self, settings: Mapping[str, object], *, running: bool = False) -> None:
        """Set knobs, all or none.

        Args:
            settings: values by name; words as from a command line will do.
            running: the pair already runs, so that :data:`START_ONLY` knobs are refused.

        Raises:
            UnknownKnob: for a name or value that is none.
        """
        known = {field.name: field for field in fields(self)}
        settled: dict[str, object] = {}
        for name, value in settings.items():
            if name not in known:
                raise UnknownKnob(f"There is no knob {name!r}.")
            if running and name in START_ONLY:
                raise UnknownKnob(f"The knob {name!r} can only be set at start.")
            settled[name] = _understood(name, value, getattr(Knobs(), name))
        _require_words({**vars(self), **settled})
        for name, value in settled.items():
            setattr(self, name, value)


_WHERE = frozenset(knob.name for knob in fields(Knobs) if knob.type is Where)
_CHOICES = {
    knob.name: frozenset(get_args(knob.type))
    for knob in fields(Knobs)
    if get_origin(knob.type) is Literal and knob.type is not Where
} | {"mischief": frozenset({"", *MISCHIEF})}
_WORDS = {"true": True, "yes": True, "on": True, "both": True, "false": False, "no": False, "off": False}


def _require_words(knobs: Mapping[str, object]) -> None:
    """Require that both generations exist in the language.

    Raises:
        UnknownKnob: and says which cannot.
    """
    language, before = str(knobs["language"]), str(knobs["generation"])
    if lacking := first_without(language, before, str(knobs["generation_after"]) or before):
        raise UnknownKnob(f"The pages of {lacking} are not there in {language!r}.")


def at(knob: Where, unit: str) -> bool:
    """Say whether a knob applies to this appliance."""
    return knob is True or knob == unit


def _understood(name: str, value: object, ordinary: object) -> object:
    """Convert a value to the type of its knob.

    Returns:
        The value as the knob holds it.

    Raises:
        UnknownKnob: where it makes no sense for the knob.
    """
    if isinstance(value, str):
        value = _WORDS.get(value.strip().lower(), value.strip())
    if name in _WHERE and (isinstance(value, bool) or value in {"a", "b"}):
        return value
    if name in _CHOICES:
        value = {True: "native", False: "none"}.get(value, value) if isinstance(value, bool) else value
        if value in _CHOICES[name]:
            return value
    elif isinstance(ordinary, bool | str) and isinstance(value, type(ordinary)):
        return value
    if name == "broken" or (isinstance(ordinary, int | float) and not isinstance(ordinary, bool)):
        number = _number(value)
        if number is not None and (name != "chain" or number in {1, 2, 3}):
            return int(number) if isinstance(ordinary, int) and not isinstance(ordinary, bool) else number
    raise UnknownKnob(f"The knob {name!r} cannot be set to {value!r}.")


def _number(value: object) -> float | None:
    """Convert a value to a number that is not negative, or to ``None``."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if number >= 0 else None
