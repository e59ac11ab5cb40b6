"""Hostile appliances: the kinds of fault that may strike a whole run, when, and how the run must end.

Faults between the two halves of the swing have a campaign of their own: `swing_kinds.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moments import (
    AFTER_ESTABLISHING,
    AFTER_THE_BREAK,
    AFTER_THE_SWING,
    B_IS_UPDATED,
    B_SYNCHRONISES,
    BEFORE_A_INSTALLS,
    BEFORE_B_INSTALLS,
    BEFORE_ESTABLISHING,
    BEFORE_THE_BACKUP,
    BEFORE_THE_BREAK,
    BEFORE_THE_SWING,
    BEFORE_THE_SYNC,
    FROM_THE_START,
    Moment,
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One kind of fault.

    Attributes:
        name: kebab-case.
        group: the heading of its rows in the table.
        what: a sentence.
        robot: what the robot does, for the engineer on call.
        code: the exit code.
        outcome: the word of `summary.json`.
        tells: what the person is told, as a regular expression; "" where there is nothing to tell.
        at: when it may strike; each is a case of its own.
        knobs: of the simulated pair, turned when it strikes.
        acts: somebody's deeds when it strikes: appliance and action.
        seconds: after which the knobs are turned back; `None`: never.
        always: knobs set from the start, whenever it strikes.
        pair: changes of the pair file, old and new.
        env: changes of `.env`, old and new, as regular expressions.
        presses: made after the moment, before the run ended.
        whole: a run that survives goes to its very end, which takes minutes; else it is stopped by hand after its presses.
        forgiven: answers of the appliances with an error are a part of it.
        both: the fault itself has both serve, before the robot does anything.
        disk: the run's own disk is a small one, filled when it strikes.
    """

    name: str
    group: str
    what: str
    robot: str
    code: int = 0
    outcome: str = "done"
    tells: str = ""
    at: tuple[Moment, ...] = (FROM_THE_START,)
    knobs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    acts: tuple[tuple[str, str], ...] = ()
    seconds: float | None = None
    always: Mapping[str, Any] = field(default_factory=dict[str, Any])
    pair: tuple[tuple[str, str], ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    presses: int = 0
    whole: bool = False
    forgiven: bool = False
    both: bool = False
    disk: bool = False

    @property
    def is_survived(self) -> bool:
        """Whether the run goes on."""
        return self.code == 0

    @property
    def is_stopped(self) -> bool:
        """Whether the campaign stops the run, once it has been seen to go on."""
        return self.is_survived and not self.whole

    def code_at(self, moment: Moment) -> int:
        """The exit code where it strikes then: a refusal after a press is a 4."""
        if self.is_stopped:
            return 4
        return 4 if self.code == 3 and (moment.told + self.presses) else self.code

    def outcome_at(self, moment: Moment) -> str:
        """The outcome likewise."""
        if self.is_stopped:
            return "stopped"
        return "stopped" if self.outcome == "refused" and self.code_at(moment) == 4 else self.outcome


def refused(name: str, group: str, what: str, robot: str, tells: str, **more: Any) -> Fault:
    """A fault that the robot does not go on with: refused, or stopped where something was pressed."""
    return Fault(name, group, what, robot, 3, "refused", tells, **more)


def survived(name: str, group: str, what: str, robot: str, *, presses: int = 0, **more: Any) -> Fault:
    """A fault with which the run goes on."""
    return Fault(name, group, what, robot, presses=presses, whole=not presses, **more)


def stalled(name: str, group: str, what: str, robot: str, tells: str, **more: Any) -> Fault:
    """A fault in which an appliance is past its deadline."""
    return Fault(name, group, what, robot, 5, "stalled", tells, **more)


def lying(word: str, label: str, sends: str, moment: Moment, *, of: str = "") -> Fault:
    """A control that would send something else than what stands on it."""
    return refused(
        f"lying-{word}", CONTROLS, f"{label}{of} would send {sends}.", "Reads what a button would send, and does not press.",
        f'"{label}" would send', at=(moment,), knobs={"mischief": f"lying-{word}"},
    )  # fmt: skip


def limit(name: str, seconds: int) -> tuple[str, str]:
    """A change of the pair file: a deadline that a campaign can wait for."""
    return (f'{name} = "60s"', f'{name} = "{seconds}s"')


SIGN_IN, WHO, NETWORK, PAGES = "Signing in", "Who answers", "The network", "Pages"
CONTROLS, ROLES, SYNC, UPDATES = "Controls", "Roles and the shared IP", "Backup, sync and keys", "Updates"
HANDS, OURS = "Other hands", "The robot's own machine"
GROUPS = (SIGN_IN, WHO, NETWORK, PAGES, CONTROLS, ROLES, SYNC, UPDATES, HANDS, OURS)

KINDS = (
    # -- signing in
    refused(
        "wrong-password", SIGN_IN, "The password in `.env` is not the account's.",
        "Tries it once, never again until it changes.", r"did not accept robot-a at the sign-in form.*tried once",
        env=((r"A_APPLIANCE_PASSWORD=.*", "A_APPLIANCE_PASSWORD=not-it-at-all"),),
    ),
    refused(
        "account-locked", SIGN_IN, "Every account of A is locked.",
        "Tries once; says that the account is locked, not that the password is wrong.", r"locked out",
        knobs={"account_locked": "a"},
    ),
    refused(
        "account-locked-later", SIGN_IN, "The accounts of B are locked in mid-run, and its sessions end.",
        "Tries once and stops.", r"B's /(login|appliance) did not accept .*locked out", at=(AFTER_THE_BREAK,),
        knobs={"account_locked": "b"}, acts=(("b", "end-sessions"), ("b", "end-site-sessions")),
    ),
    refused(
        "password-expired", SIGN_IN, "The appliance wants a new password.",
        "Changes no password: a person does.", r"forced change of the password, which a person must settle",
        knobs={"password_expired": "b"},
    ),
    refused(
        "eula", SIGN_IN, "The vendor's licence stands before the first page.",
        "Accepts no licence in anybody's name.", r"licence agreement \(EULA\), which a person must settle", knobs={"eula": "a"},
    ),
    survived(
        "login-agreement", SIGN_IN, "A login agreement stands before the sign-in form.",
        "Accepts it and goes on.", knobs={"agreement": True}, presses=3,
    ),
    refused(
        "code-by-mail", SIGN_IN, "A second factor is sent by e-mail.",
        "Says that it has no seed for it; guesses no code.", r"asks for a second factor", knobs={"email_code": True},
    ),
    refused(
        "signed-in-elsewhere", SIGN_IN, "Another person is signed in with our account, and the page asks who shall stay.",
        "Throws nobody out.", r"signed in elsewhere, which a person must settle", knobs={"mischief": "elsewhere"},
        at=(FROM_THE_START, BEFORE_THE_BREAK),
    ),
    survived(
        "sessions-end", SIGN_IN, "Every session ends after ten pages, at whatever step.", "Signs in again each time and goes on.",
        knobs={"sessions_last": 10}, presses=5,
    ),
    survived(
        "sessions-end-at-an-agreement", SIGN_IN, "Every session ends after ten pages; a login agreement comes instead of a page.",
        "Accepts it, signs in again each time and goes on.", knobs={"sessions_last": 10, "agreement": True}, presses=5,
    ),
    Fault(
        "press-lost-with-session", SIGN_IN, "The session has ended whenever Sync Now is pressed: every press is lost.",
        "Presses once more when ten readings in a new session have shown no trace of the first press; then asks a person.",
        6, "waiting", r"Sync Now on B: pressed 2 times, and no reading in a new session shows a trace of it",
        at=(BEFORE_THE_SYNC,), knobs={"posts_end_sessions": "b"},
    ),
    # -- who answers
    refused(
        "wrong-product", WHO, "Something else answers at A's address.", "Gives it no password.",
        r"does not look like this product's sign-in", knobs={"wrong_product": "a"},
    ),
    refused(
        "cloud", WHO, "It is a cloud site.", "Refuses.", r"has no /appliance: a cloud site", knobs={"cloud": True},
    ),
    refused(
        "same-box-twice", WHO, "A's pages answer at B's address.", "Compares serial numbers, and refuses.",
        r"are the same appliance", knobs={"answers_as_peer": "b"}, pair=(('credentials = "B"', 'credentials = "A"'),),
    ),
    refused(
        "peer-answers-later", WHO, "In mid-run A's pages answer at B's address.", "Presses nothing.",
        r"has the serial number .* not .* as B had|did not accept robot-b", at=(BEFORE_THE_BREAK, BEFORE_ESTABLISHING),
        knobs={"answers_as_peer": "b"}, always={"same_certificate": True},
    ),
    refused(
        "other-serial", WHO, "Another serial number at the right address.", "Presses nothing.",
        r"serial number 0BADC0FFEE, not", at=(BEFORE_THE_BREAK,),
        knobs={"mischief": "other-serial"}, acts=(("a", "end-sessions"), ("b", "end-sessions")),
    ),
    refused(
        "certificate-changed", WHO, "The update has changed the certificate.", "Stops until somebody confirms it.",
        r"B's certificate has changed since this run began|another certificate|not to be trusted", at=(B_IS_UPDATED,),
        knobs={"other_certificate": "b"},
    ),
    # -- the network
    survived(
        "refuses-5s", NETWORK, "An appliance refuses connections for 5 s.", "Reads again until the page comes.",
        at=(AFTER_THE_BREAK,), knobs={"own_refuses": "b"}, seconds=5, presses=1,
    ),
    survived(
        "resets-5s", NETWORK, "An appliance resets connections for 5 s.", "Reads again until the page comes.",
        at=(BEFORE_THE_BREAK,), knobs={"own_resets": "a"}, seconds=5, presses=1,
    ),
    survived(
        "bad-gateway-8s", NETWORK, "Every page is a 502 for 8 s.", "Reads again until the page comes.",
        at=(BEFORE_THE_SYNC, AFTER_THE_SWING), knobs={"bad_gateway": True}, seconds=8, presses=1,
    ),
    refused(
        "bad-gateway-for-good", NETWORK, "Every page is a 502, for good.", "Reads for a minute, then says so.",
        r"502|not ready|does not answer", at=(FROM_THE_START,), knobs={"bad_gateway": "b"},
    ),
    refused(
        "down-for-good", NETWORK, "B goes down and stays down.", "Reads for a minute, then says so.",
        r"does not answer|does not open|no page came|broke off", at=(FROM_THE_START, AFTER_THE_BREAK), knobs={"down": "b"},
    ),
    survived(
        "gone-while-waited-for", NETWORK, "An appliance refuses connections for 4 s while it is waited for.",
        "Goes on reading.", at=(B_SYNCHRONISES,), knobs={"own_refuses": "b"}, seconds=4, always={"sync_slow": 40.0}, presses=1,
    ),
    survived(
        "slow-pages", NETWORK, "Every page takes 2 s.", "Waits.", knobs={"slow_pages": 2.0, "slow_pages_at": "b"}, presses=3,
    ),
    refused(
        "very-slow-pages", NETWORK, "Every page of B takes 45 s.", "Gives up after 30 s a page, and a minute in all.",
        r"does not open|no page came|does not answer|broke off", at=(BEFORE_THE_SYNC,),
        knobs={"slow_pages": 45.0, "slow_pages_at": "b"},
    ),
    survived(
        "torn-pages-6s", NETWORK, "For 6 s every page breaks off in the middle.", "Reads again until whole pages come.",
        at=(BEFORE_THE_BREAK,), knobs={"mischief": "torn"}, seconds=6, presses=1,
    ),
    # -- pages
    refused(
        "torn-pages", PAGES, "Every page breaks off in the middle.", "Believes no half page.",
        r"broke off|does not open|no page came|not whole", at=(FROM_THE_START,), knobs={"mischief": "torn"},
    ),
    refused(
        "halved-pages", PAGES, "A proxy passes on the first half of every page only.",
        "Does not find what it needs, and says what is there.",
        r"there is|is not shown|no single button|cannot|stands", at=(BEFORE_THE_BREAK,), knobs={"mischief": "halved"},
    ),
    refused(
        "error-500", PAGES, "The Failover page is a 500.", "Reads for a minute, then says so.",
        r"500", at=(BEFORE_THE_BREAK,), knobs={"mischief": "error-500"},
    ),
    refused(
        "redirect-loop", PAGES, "Every page leads to itself.", "Gives up.", r"does not open|no page came|broke off",
        knobs={"mischief": "loop"},
    ),
    refused(
        "another-page", PAGES, "Another page stands where the Failover page should.", "Says what is there instead.",
        r"Management > Failover on [AB] is not shown", at=(BEFORE_THE_BREAK,), knobs={"mischief": "other-page"},
    ),
    refused(
        "menu-lacks-failover", PAGES, "The menu has no entry Failover.", "Says what is there instead.",
        r"Management > Failover on [AB] is not shown", knobs={"menu_lacks": "failover"},
    ),
    refused(
        "menu-lacks-updates", PAGES, "The menu has lost its entry Updates in mid-run.", "Says what is there instead.",
        r"Updates on B is not shown", at=(AFTER_THE_BREAK,), knobs={"menu_lacks": "updates"},
    ),
    refused(
        "overlay", PAGES, "A notice covers the whole page.", "Forces no click.",
        r"something covers it, which says .*Planned maintenance", at=(FROM_THE_START, BEFORE_THE_BREAK),
        knobs={"mischief": "overlay"},
    ),
    refused(
        "dialog-in-the-page", PAGES, "A box in the page asks whether to shut the appliance down.", "Answers nothing.",
        r"something covers it, which says .*Shut down this appliance", at=(BEFORE_THE_BREAK,), knobs={"mischief": "dialog"},
    ),
    survived(
        "alert-on-every-page", PAGES, "Every page opens a native dialog by itself.", "Dismisses it; it belongs to no press.",
        knobs={"mischief": "alert"}, presses=3,
    ),
    survived(
        "orders-to-robots", PAGES, "The pages tell robots to press Reboot and Become Primary.", "Takes no orders from pages.",
        knobs={"mischief": "orders"},
    ),
    # -- controls
    survived(
        "news-banner", CONTROLS, "A news banner has a link Install This Update.", "Presses the button beside the package.",
        knobs={"mischief": "news"}, presses=3,
    ),
    survived(
        "near-words", CONTROLS, "Reboot, Shut Down and Fix This Error stand beside, in nearly the same words.",
        "Presses only what is called exactly so.", knobs={"mischief": "near-words"},
    ),
    refused(
        "second-sync", CONTROLS, "Sync Now stands there twice: the other one is a cluster's.", "Does not choose.",
        r'"Sync Now" stands there several times', at=(BEFORE_THE_SYNC,), knobs={"mischief": "second-sync"},
    ),
    refused(
        "second-break", CONTROLS, "Break Failover Relationships stands there twice: the other one is Become Primary.",
        "Does not choose.", r'"Break Failover Relationships" stands there several times', at=(BEFORE_THE_BREAK,),
        knobs={"mischief": "second-break"},
    ),
    refused(
        "second-install", CONTROLS, "Beside the package there are two buttons Install This Update.", "Does not choose.",
        r'Updates( on [AB])?: "Install This Update" stands beside nothing', at=(BEFORE_B_INSTALLS,),
        knobs={"mischief": "second-install"},
    ),
    lying("sync", "Sync Now", "Fix This Error", BEFORE_THE_SYNC),
    lying("break", "Break Failover Relationships", "Fix This Error", BEFORE_THE_BREAK),
    lying("install", "Install This Update", "Reboot", BEFORE_B_INSTALLS),
    lying("save", "Save Changes", "Shut Down", BEFORE_THE_SWING, of=" of the shared IP"),
    lying("establish", "Establish Relationship", "Fix This Error", BEFORE_ESTABLISHING),
    refused(
        "break-asks-native", CONTROLS, "Break asks whether to shut the appliance down.", "Says no.",
        r"asked something unexpected, which was declined", at=(BEFORE_THE_BREAK,), knobs={"odd_dialog": "native"},
    ),
    refused(
        "break-asks-in-page", CONTROLS, "Break asks the same in a box of the page.", "Says nothing.",
        r"was answered by another question, which was left alone", at=(BEFORE_THE_BREAK,), knobs={"odd_dialog": "modal"},
    ),
    survived(
        "other-dialogs", CONTROLS, "Break, Establish and Install ask in boxes of the page.",
        "Confirms what belongs to its press.",
        knobs={"dialogs": "modal", "install_dialog": "modal"},
    ),
    # -- roles and the shared IP
    refused(
        "roles-swapped", ROLES, "A is the backup and B the primary.", "Refuses.", r"roles are the other way round",
        knobs={"roles_swapped": True},
    ),
    refused(
        "role-conflict", ROLES, "Both say that they are the primary.", "Does not press Fix This Error.", r"role conflict",
        knobs={"conflict": True},
    ),
    refused(
        "already-broken", ROLES, "The pair is broken already.", "Refuses: B's data is stale.", r"already broken",
        knobs={"broken": 7200},
    ),
    refused(
        "half-done", ROLES, "Somebody has updated B already.", "Refuses.", r"somebody began this upgrade",
        knobs={"b_upgraded": True},
    ),
    refused(
        "cluster", ROLES, "The site is a cluster, with a Sync Now of its own.", "Refuses.", r"Atlas cluster",
        knobs={"cluster": True},
    ),
    refused(
        "both-have-the-shared-ip", ROLES, "The shared IP is enabled on both.", "Refuses.",
        r"shared IP .* enabled on A and enabled on B",
        acts=(("b", "ip-enable"),), both=True,
    ),
    refused(
        "neither-has-the-shared-ip", ROLES, "The shared IP is enabled on neither.", "Refuses.",
        r"shared IP .* disabled on A and disabled on B", acts=(("a", "ip-disable"),),
    ),
    refused(
        "keys-differ", ROLES, "The Inter-Appliance keys differ; a backup hides its own.",
        "Finds it once B stands alone, before anything is installed.", r"keys of A and B differ", knobs={"keys_differ": True},
        presses=2,
    ),
    survived(
        "keys-masked", ROLES, "The pages mask the keys.", "Takes a person's word for them.", knobs={"key_masked": True},
        presses=3,
    ),
    # -- backup, sync and keys
    refused(
        "backup-is-html", SYNC, "Download Backup gives a web page.", "Keeps no such file.",
        r"page instead of a backup, which says .*expired", at=(BEFORE_THE_BACKUP,), knobs={"backup_is_html": True},
    ),
    refused(
        "backup-is-short", SYNC, "Download Backup gives a few bytes.", "Keeps no such file.", r"too small to be a backup",
        at=(BEFORE_THE_BACKUP,), knobs={"backup_is_short": "a"},
    ),
    refused(
        "backup-breaks-off", SYNC, "Download Backup breaks off.", "Asks again for a minute; keeps no half file.",
        r"did not come whole", at=(BEFORE_THE_BACKUP,),
        knobs={"backup_breaks_off": "a"},
    ),
    refused(
        "no-room-for-a-backup", SYNC, "A's disk is full: it can make no backup.", "Says what the page says.",
        r"not enough free disk space", at=(BEFORE_THE_BACKUP,), knobs={"disk_full": "a"},
    ),
    stalled(
        "sync-stuck", SYNC, "The synchronisation does not end.", "Waits to the deadline; breaks nothing.",
        r"synchronisation of B.*do not restart", at=(BEFORE_THE_SYNC,), knobs={"sync_stuck": True}, pair=(limit("sync", 6),),
        presses=1,
    ),
    stalled(
        "last-sync-stuck", SYNC, "The first synchronisation after establishing does not end.", "Waits to the deadline.",
        r"synchronisation of A.*do not restart", at=(AFTER_ESTABLISHING,), knobs={"sync_stuck": True}, pair=(limit("sync", 6),),
        presses=1,
    ),
    refused(
        "sync-fails", SYNC, "The synchronisation ends with an error.", "Breaks nothing; says what the page says.",
        r"synchronization failed", at=(BEFORE_THE_SYNC,), knobs={"sync_fails": True}, presses=1,
    ),
    refused(
        "sync-fails-dated", SYNC, "The synchronisation ends with an error, and the page tells its time as that of the last one.",
        "Breaks nothing; says what the page says.", r"synchronization failed", at=(BEFORE_THE_SYNC,),
        knobs={"sync_fails_dated": True}, presses=1,
    ),
    survived(
        "sync-slow", SYNC, "The synchronisation takes twenty times as long.", "Waits.", knobs={"sync_slow": 20.0}, presses=2,
    ),
    survived(
        "clocks-differ", SYNC, "B's clock is seven hours ahead.", "Compares no clocks.",
        knobs={"clock_skew": 25200.0, "clock_skew_at": "b"}, presses=2,
    ),
    # -- updates
    *(
        refused(
            f"nothing-offered-{name}", UPDATES, f"Nothing is offered: {what}.", "Says why, and what to do about it.", tells,
            knobs=knobs,
        )
        for name, what, tells, knobs in (
            ("untold", "the page does not say why", r"the page does not say why", {"not_offered": "b"}),
            ("current", "all is said to be up to date", r"which the version that runs denies", {"empty_because": "current"}),
            ("downloaded", "it was downloaded before", r"it was downloaded before", {"empty_because": "downloaded"}),
            ("not-built", "none was built", r"it is not built for this appliance", {"empty_because": "not built"}),
            ("maintenance", "the contract has ended", r"maintenance has lapsed", {"empty_because": "maintenance"}),
        )
    ),
    refused(
        "check-fails", UPDATES, "The vendor's server cannot be reached.", "Says so; knows nothing of updates.",
        r"the check itself failed", knobs={"check_fails": "a"},
    ),
    refused(
        "maintenance-lapsed", UPDATES, "B's status page says that its maintenance has lapsed.", "Refuses.", r"maintenance",
        knobs={"maintenance_lapsed": "b"},
    ),
    refused(
        "target-greyed", UPDATES, "The target is greyed out and needs what nobody offers.", "Says what it needs.",
        r"[Rr]equires|greyed|needs", knobs={"target_greyed": "b"},
    ),
    refused(
        "offer-withdrawn", UPDATES, "Nothing is offered any more when B is to be updated.", "Says why, and what to do about it.",
        r"nothing is offered", at=(AFTER_THE_BREAK,), knobs={"not_offered": True},
    ),
    refused(
        "agreement-before-download", UPDATES, "A licence agreement stands before the download.", "Does not accept it.",
        r"an agreement stands before .*accept_agreement is false", knobs={"download_agreement": True}, presses=2,
    ),
    refused(
        "no-room-for-an-update", UPDATES, "B's disk is full: it cannot take the update.", "Says what the page says.",
        r"not enough free disk space", at=(BEFORE_B_INSTALLS,), knobs={"disk_full": "b"}, presses=1, forgiven=True,
    ),
    stalled(
        "install-stalls", UPDATES, "An install does not end.", "Waits to the deadline; does not restart anything.",
        r"to install .*do not restart", at=(BEFORE_B_INSTALLS, BEFORE_A_INSTALLS), knobs={"install_stuck": True},
        pair=(limit("install", 8),), presses=1,
    ),
    refused(
        "install-fails", UPDATES, "An install fails.", "Does not press again; says what the page says.",
        r"An error occurred installing", at=(BEFORE_B_INSTALLS,), knobs={"install_fails": True}, presses=1,
    ),
    refused(
        "install-rolled-back", UPDATES, "A base update restarts B, which then runs the old base and offers the same again.",
        "Does not press again; says that B did not take it.", r"B has restarted, .*did not take the update",
        at=(BEFORE_B_INSTALLS,), knobs={"install_rolled_back": "b"}, always={"chain": 2}, presses=1,
    ),
    stalled(
        "base-never-returns", UPDATES, "A base update restarts B, and B does not come back.",
        "Waits to the deadline; does not restart anything.", r"to install Base Software.*do not restart",
        at=(BEFORE_B_INSTALLS,), knobs={"stays_down": "b"}, always={"chain": 2}, pair=(limit("install", 8),), presses=1,
    ),
    refused(
        "install-brings-shared-ip", UPDATES, "B's install brings the shared IP back: both would answer.",
        "Presses nothing more.", r"both would answer", at=(BEFORE_B_INSTALLS,), knobs={"install_enables_shared_ip": "b"},
        presses=1, both=True,
    ),
    refused(
        "clients-stay-away", UPDATES, "Half of the Jump Clients do not find B.", "Does not touch A.", r"[Jj]ump [Cc]lients",
        knobs={"jump_clients_back": 50}, presses=5, pair=(limit("establish", 8),),
    ),
    # -- other hands
    refused(
        "somebody-breaks", HANDS, "Somebody breaks the relationship first.", "Asks who.", r"somebody else is at work",
        at=(BEFORE_THE_BREAK,), acts=(("b", "break-failover-relationships"),),
    ),
    refused(
        "somebody-re-establishes", HANDS, "Somebody establishes the relationship again, from A.", "Asks who.",
        r"somebody else is at work", at=(AFTER_THE_BREAK,), acts=(("a", "establish-relationship"),),
    ),
    refused(
        "somebody-installs", HANDS, "Somebody installs the update on A first.", "Asks who.",
        r"somebody else is at work",
        at=(AFTER_THE_BREAK,), acts=(("a", "check-for-updates"), ("a", "install")),
    ),
    refused(
        "somebody-reboots", HANDS, "Somebody restarts A: its uptime runs backwards.", "Asks who.",
        r"uptime|restarted", at=(BEFORE_THE_BREAK,), acts=(("a", "reboot"),),
    ),
    refused(
        "reverted-to-a-snapshot", HANDS, "Somebody puts B back to a snapshot.", "Asks who.",
        r"somebody else|backwards|this run left it", at=(BEFORE_THE_SWING,),
        acts=(("b", "revert-to-snapshot"),),
    ),
    refused(
        "shared-ip-by-hand", HANDS, "Somebody takes the shared IP from A before the swing.", "Asks who.",
        r"shared IP is disabled on A", at=(BEFORE_THE_SWING,), acts=(("a", "ip-disable"),),
    ),
    # -- our own machine
    refused(
        "own-disk-full", OURS, "The disk of the robot's own machine is full.", "No evidence, no press.",
        r"No space left on device", at=(BEFORE_THE_SYNC,), disk=True,
    ),
)  # fmt: skip
"""Every kind."""


def named(name: str) -> Fault:
    """The kind of that name."""
    return next(kind for kind in KINDS if kind.name == name)
