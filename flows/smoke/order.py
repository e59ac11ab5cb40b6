"""What is to be verified: the order that goes, with the secrets it needs, through a pipe to the process of the checks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from robot.domain.model import Unit
from robot.settings.sections.pair_file import Settings

if TYPE_CHECKING:
    from robot.settings.secrets import Account, Secrets

OURS, YOURS = "ours", "yours"
"""The folders with the tests in the spool folder: nothing above them is looked at, no `conftest.py` and no settings."""


@dataclass(frozen=True)
class SmokeOrder:
    """One smoke verification of one appliance.

    Attributes:
        settings: the pair file.
        unit: the appliance.
        expect: the product version that it must run; "" for the pair file's target.
        tests: a folder with further tests, the user's own; `None` if there is none.
        signs_in: whether the checks that sign in are made too; without them it is a second client, which needs no account.
        serial: the serial number that it must show; "" if only the pair file may tell.
        must_serve: whether it must serve the site: then a portal that refuses because the appliance is a backup is a failure.
        login_of: whose account is used for `/login`: after a synchronisation the backup has the primary's accounts.
        as_before: sentences of what was amiss on the site's pages before the change: that is told, and is no failure now.
    """

    settings: Settings
    unit: Unit
    expect: str = ""
    tests: Path | None = None
    signs_in: bool = True
    serial: str = ""
    must_serve: bool = False
    login_of: Unit | None = None
    as_before: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The product version that the appliance must run."""
        return self.expect or self.settings.site.target_version

    @property
    def base(self) -> str:
        """The base version that it must run; "" if none is expected: a version that was asked for says nothing of the base."""
        return self.settings.site.target_base or "" if self.version == self.settings.site.target_version else ""

    @property
    def must_show(self) -> str:
        """The serial number or GUID that it must show; "" if nobody has told it."""
        return self.serial or self.settings.smoke.serial(self.unit)

    def as_document(self, known: Secrets | None) -> dict[str, Any]:
        """Return the order as plain JSON, with the accounts that it needs and every text that no picture may show.

        Args:
            known: the secrets; `None` if no check signs in.

        Returns:
            The fields of the order, with `accounts` and `hide`.
        """
        accounts: dict[str, str] = {}
        if known and self.signs_in:
            prefix = self.settings.of(self.unit).credentials
            accounts |= _values(f"{prefix}_LOGIN", known.of(self.login_of or self.unit).login)
            accounts |= _values(f"{prefix}_APPLIANCE", known.of(self.unit).appliance)
        return {
            "settings": self.settings.model_dump(mode="json"), "unit": self.unit.value, "expect": self.expect,
            "tests": str(self.tests) if self.tests else "", "signs_in": self.signs_in, "serial": self.serial,
            "must_serve": self.must_serve, "as_before": list(self.as_before), "accounts": accounts,
            "hide": list(known.texts()) if known else [],
        }  # fmt: skip

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> SmokeOrder:
        """Return the order that `as_document` has written; whose account is used stands in its accounts."""
        return cls(
            settings=Settings.model_validate(document["settings"]), unit=Unit(document["unit"]), expect=document["expect"],
            tests=Path(document["tests"]) if document["tests"] else None, signs_in=document["signs_in"],
            serial=document["serial"], must_serve=document["must_serve"], as_before=tuple(document["as_before"]),
        )  # fmt: skip


def _values(stem: str, account: Account) -> dict[str, str]:
    seed = account.totp
    return {
        f"{stem}_USERNAME": account.username,
        f"{stem}_PASSWORD": account.password.get_secret_value(),
        **({f"{stem}_TOTP": seed.get_secret_value()} if seed else {}),
    }
