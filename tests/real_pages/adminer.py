"""Adminer, which keeps databases: one PHP file, tables and long forms, here over SQLite."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Generator
from pathlib import Path

from playwright.sync_api import Page

from tests.real_pages.product import Product, free_port, from_debian, running

_DOOR = """<?php
function adminer_object() {
    include_once "/usr/share/adminer/plugins/plugin.php";
    include_once "/usr/share/adminer/plugins/login-password-less.php";
    return new AdminerPlugin([new AdminerLoginPasswordLess(password_hash("warehouse-1", PASSWORD_DEFAULT))]);
}
include "/usr/share/adminer/adminer.php";
"""
_DATA = """
create table supplier (id integer primary key, name text not null, city text, approved integer not null default 0);
insert into supplier values (1, 'Brandt & Sons', 'Kiel', 1), (2, 'Ollivier', 'Nantes', 0), (3, 'Tamm', null, 1);
create table part (
    number text primary key, name text not null, price numeric(8, 2) not null default 0,
    supplier integer references supplier (id) on delete restrict, note text
);
create index part_name on part (name);
insert into part values ('A-100', 'Bearing', 12.5, 1, null), ('A-101', 'Bearing, sealed', 14.75, 1, 'replaces A-100'),
    ('B-7', 'Drive belt', 33, 2, null), ('C-12', 'Fuse 10 A', 0.4, null, 'pack of five');
create view costly as select number, name, price from part where price > 13;
"""


def install() -> None:
    """Install Debian's packages."""
    from_debian("/usr/share/adminer/adminer.php", "adminer", "php-cli", "php-sqlite3")


@contextlib.contextmanager
def started(folder: Path) -> Generator[str]:
    """Serve it by PHP itself, with a database of parts and their suppliers."""
    with contextlib.closing(sqlite3.connect(folder / "warehouse.db")) as database, database:
        database.executescript(_DATA)
    (folder / "index.php").write_text(_DOOR, encoding="utf-8")
    address = f"http://127.0.0.1:{free_port()}"
    with running(["php", "-S", address.removeprefix("http://"), "-t", str(folder)], folder, address):
        yield address


def sign_in(tab: Page, address: str) -> None:
    """Sign in to the database."""
    tab.goto(address)
    tab.locator("[name='auth[driver]']").select_option("sqlite")
    tab.locator("[name='auth[password]']").fill("warehouse-1")
    tab.locator("[name='auth[db]']").fill("warehouse.db")
    tab.get_by_role("button", name="Login").click()
    tab.locator("#menu").get_by_role("link", name="Create table").wait_for()


PRODUCT = Product("adminer", install, started, sign_in)
