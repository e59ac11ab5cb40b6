"""Five strangers who draw the product's pages from its public documentation, each in the manner of another time.

A test says what stands on a page; the style says how it is drawn. A test module that draws in styles holds these two lines:

    pytest_generate_tests = in_every_style_if_asked
    style = pytest.fixture(style_of_the_case)

Each of its cases that takes a `style` is then drawn in one, by a checksum of the case's name: the same in every process. With
`--drawings 1` (or any other number but 0) each is drawn in all five.
"""

import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from itertools import count
from typing import ClassVar

import pytest
from renderings import Facts
from strange_places import Place

Rows = Sequence[Sequence[str]]


class Style(ABC):
    """What a stranger can draw. Words may hold markup of their own: nothing is escaped.

    Attributes:
        css: the style sheet, as an element.
        is_old: whether sections are called as the oldest pages call them, "Area :: Section".
        nests_sections: whether what belongs to a section is drawn as sections within it.
        log_in: the words on the button that signs in.
    """

    css: ClassVar[str] = ""
    is_old: ClassVar[bool] = False
    nests_sections: ClassVar[bool] = False
    log_in: ClassVar[str] = "Login"

    def __init__(self) -> None:
        self._ids = count(1)

    @abstractmethod
    def page(self, place: Place, body: str) -> str:
        """A page with its menu, the help beside it, and a foot that tells versions of other things."""

    @abstractmethod
    def section(self, title: str, body: str) -> str:
        """A part of a page, under its title."""

    @abstractmethod
    def facts(self, pairs: Facts) -> str:
        """Labels, each with its value."""

    @abstractmethod
    def table(self, heads: Sequence[str], rows: Rows) -> str:
        """Rows under the heads of their columns."""

    @abstractmethod
    def button(self, label: str, *, enabled: bool = True) -> str:
        """A button that sends the form around it."""

    @abstractmethod
    def field(self, label: str, value: str = "", kind: str = "text", hint: str = "") -> str:
        """A field of a form."""

    @abstractmethod
    def tick(self, label: str, *, on: bool, hint: str = "") -> str:
        """A box to be ticked, or a switch."""

    @abstractmethod
    def note(self, text: str) -> str:
        """What the appliance reports, so that nobody overlooks it."""

    @abstractmethod
    def chip(self, text: str) -> str:
        """A state, in its colour."""

    def paragraph(self, text: str) -> str:
        """Sentences."""
        return f"<p>{text}</p>"

    def progress(self, percent: int) -> str:
        """How far something is."""
        return f'<div class="progress"><div class="progress-bar" style="width: {percent}%">{percent}%</div></div>'

    def form(self, body: str, action: str = "") -> str:
        """What is sent together."""
        return f'<form method="post" action="{action}">{body}</form>'

    def command(self, label: str, *, enabled: bool = True, action: str = "") -> str:
        """A button in a form of its own."""
        return self.form(self.button(label, enabled=enabled), action)

    def words(self, old: str, new: str) -> str:
        """The words of the oldest pages or of the newer ones, as the style has them."""
        return old if self.is_old else new

    def new_id(self) -> str:
        """An id that nothing else on the page has."""
        return f":r{next(self._ids)}:"


class Classic(Style):
    """About 2005: tables for everything, `font` and `bgcolor`, no label that belongs to a field."""

    is_old = True

    def page(self, place: Place, body: str) -> str:
        tabs = joined(
            f'<td bgcolor="{"#ffffff" if area == place.area else "#336699"}" align=center>'
            f'&nbsp;<a href="/go/{area}"><font face="Verdana" size=2>{area}</font></a>&nbsp;</td>'
            for area in place.menu
        )
        screens = joined(
            f'<td nowrap>&nbsp;<a href="/go/{place.area}/{screen}"><font size=1>'
            f"{f'<b>{screen}</b>' if screen == place.screen else screen}</font></a>&nbsp;</td>"
            for screen in place.screens
        )
        return f"""
<table width="100%" cellpadding=0 cellspacing=0 border=0><tr>
<td bgcolor="#003366"><font color=white size=4><b>Bomgar</b></font></td>
<td align=right bgcolor="#003366"><font color=white size=1>Logged in as admin |
<a href="/logout"><font color=white>Logout</font></a></font></td></tr></table>
<table cellpadding=4 cellspacing=1 border=0><tr>{tabs}</tr></table>
<table cellpadding=2 cellspacing=0 border=0 bgcolor="#dddddd" width="100%"><tr>{screens}<td width="90%"></td></tr></table><br>
<table width="100%" border=0><tr><td valign=top width="75%">{body}</td>
<td valign=top width="25%" bgcolor="#eeeeee"><font size=1>{place.help_text}</font></td></tr></table>
<hr><center><font size=1>Copyright &copy; 2002-2013 Bomgar Corporation. Version 13.9.9.
Redistribution Prohibited. All Rights Reserved.</font></center>"""

    def section(self, title: str, body: str) -> str:
        return (
            '<table width="100%" cellpadding=3 cellspacing=0 border=1 bordercolor="#336699"><tr><td bgcolor="#336699">'
            f"<font color=white face=Verdana size=2><b>{title}</b></font></td></tr><tr><td>{body}</td></tr></table><br>"
        )

    def facts(self, pairs: Facts) -> str:
        rows = joined(
            f"<tr><td align=right nowrap><font size=2>{label}:</font></td><td><font size=2><b>{value}</b></font></td></tr>"
            for label, value in pairs
        )
        return f"<table border=0 cellpadding=2>{rows}</table>"

    def table(self, heads: Sequence[str], rows: Rows) -> str:
        head = joined(f"<td><font size=2><b>{each}</b></font></td>" for each in heads)
        body = joined(f"<tr>{joined(f'<td><font size=2>{cell}</font></td>' for cell in row)}</tr>" for row in rows)
        return f'<table border=1 cellpadding=3><tr bgcolor="#cccccc">{head}</tr>{body}</table>'

    def button(self, label: str, *, enabled: bool = True) -> str:
        return f'<input type=submit name="cmd[x]" value="{label}"{"" if enabled else " disabled"}>'

    def command(self, label: str, *, enabled: bool = True, action: str = "") -> str:
        return self.form(f"<input type=hidden name=token value=abc>{self.button(label, enabled=enabled)}", action)

    def field(self, label: str, value: str = "", kind: str = "text", hint: str = "") -> str:
        below = f"<br><font size=1>{hint}</font>" if hint else ""
        return self._row(label, f'<input type={kind} name=f value="{value}" size=40>{below}')

    def tick(self, label: str, *, on: bool, hint: str = "") -> str:
        beside = f" <font size=1>{hint}</font>" if hint else ""
        return self._row(label, f"<input type=checkbox name=f{' checked' if on else ''}>{beside}")

    def _row(self, label: str, control: str) -> str:
        return f"<table border=0><tr><td width=200><font size=2>{label}</font></td><td>{control}</td></tr></table>"

    def note(self, text: str) -> str:
        return f"<font color=red>{text}</font><br>"

    def chip(self, text: str) -> str:
        return f"<font color=green>{text}</font>"

    def paragraph(self, text: str) -> str:
        return f"<font size=2>{text}</font><br><br>"

    def progress(self, percent: int) -> str:
        bar = f'<td bgcolor=blue width="{percent}%">&nbsp;</td><td>&nbsp;</td>'
        return f"<table border=1 width=300><tr>{bar}</tr></table><font size=2>{percent}% complete</font>"


class Boot(Style):
    """About 2015: cards, badges and rows of columns that a style sheet draws."""

    css = """<style>
        body { font: 14px sans-serif; margin: 0 }
        .navbar { display: flex; background: #222 } .navbar a { color: #fff; padding: 8px }
        .nav-tabs { display: flex; list-style: none; padding: 0 } .nav-tabs li { padding: 6px }
        .breadcrumb { display: flex; list-style: none; padding: 4px }
        .row { display: flex; flex-wrap: wrap } .col-3 { width: 25% } .col-9 { width: 75% }
        .card { border: 1px solid #ccc; margin: 10px 0 } .card-body { padding: 10px }
        .card-header { background: #f7f7f7; padding: 6px; font-weight: 500 }
        .badge { background: #28a745; color: #fff; border-radius: 4px; padding: 2px 6px; font-size: 75% }
        .form-group { margin-bottom: 12px } .form-group label { display: block } .form-check label { display: inline }
        .help-block { display: block; color: #777; font-size: 12px } .text-muted { color: #999 }
        .alert { padding: 8px; background: #f8d7da }
        .table { width: 100%; border-collapse: collapse }
    </style>"""

    def page(self, place: Place, body: str) -> str:
        entries = joined(
            f'<a class="nav-item{" active" if area == place.area else ""}" href="/go/{area}">{area}</a>' for area in place.menu
        )
        tabs = joined(f'<li><a href="/go/{place.area}/{screen}">{screen}</a></li>' for screen in place.screens)
        return f"""{self.css}
<div class="navbar"><a class="navbar-brand" href="/">BeyondTrust</a>{entries}
<div style="margin-left: auto" class="dropdown"><a href="#" class="dropdown-toggle">admin &#9662;</a></div>
<a href="/logout">Log out</a></div>
<ul class="nav-tabs">{tabs}</ul>
<ol class="breadcrumb"><li>Home&nbsp;/&nbsp;</li><li>{place.area}&nbsp;/&nbsp;</li><li>{place.screen}</li></ol>
<div class="container"><div class="row"><div style="width: 70%">{body}</div><div style="width: 28%">
<div class="well"><h5>Help</h5><p class="help-block">{place.help_text}</p></div></div></div></div>
<footer>&copy; 2019 BeyondTrust Corporation &middot; v19.2.3 &middot; support.example.com</footer>"""

    def section(self, title: str, body: str) -> str:
        return f'<div class="card"><div class="card-header">{title}</div><div class="card-body">{body}</div></div>'

    def facts(self, pairs: Facts) -> str:
        return joined(
            f'<div class="row"><div class="col-3 text-muted">{label}</div><div class="col-9">{value}</div></div>'
            for label, value in pairs
        )

    def table(self, heads: Sequence[str], rows: Rows) -> str:
        head = joined(f"<th>{each}</th>" for each in heads)
        body = joined(f"<tr>{joined(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
        return f'<table class="table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'

    def button(self, label: str, *, enabled: bool = True) -> str:
        off = "" if enabled else " disabled"
        return f'<button type="submit" class="btn btn-primary"{off}><i class="icon-ok"></i> {label}</button>'

    def field(self, label: str, value: str = "", kind: str = "text", hint: str = "") -> str:
        own = self.new_id()
        return (
            f'<div class="form-group"><label for="{own}">{label}</label>'
            f'<input id="{own}" class="form-control" type="{kind}" value="{value}">{self._hint(hint)}</div>'
        )

    def tick(self, label: str, *, on: bool, hint: str = "") -> str:
        own = self.new_id()
        return (
            f'<div class="form-check"><input type="checkbox" id="{own}"{" checked" if on else ""}> '
            f'<label for="{own}">{label}</label>{self._hint(hint)}</div>'
        )

    def _hint(self, hint: str) -> str:
        return f'<small class="help-block">{hint}</small>' if hint else ""

    def note(self, text: str) -> str:
        return f'<div class="alert alert-danger" role="alert"><strong>Error!</strong> {text}</div>'

    def chip(self, text: str) -> str:
        return f'<span class="badge badge-success">{text}</span>'


class React(Style):
    """About 2022: roles in the place of elements, switches that are no inputs, a button's words in a box of their own."""

    nests_sections = True
    log_in = "Sign in"
    css = """<style>
        body { margin: 0; font: 14px/1.5 Inter, sans-serif }
        .css-app { display: flex } .css-main { flex: 1; padding: 16px } .css-tabs { display: flex; gap: 12px }
        .css-nav { width: 200px; background: #1b1b2f; min-height: 600px }
        .css-nav a { display: block; color: #fff; padding: 8px 16px }
        .css-kv { display: grid; grid-template-columns: 220px 1fr; row-gap: 4px }
        .css-kv dt { color: #666 } .css-kv dd { margin: 0 }
        .css-row { display: flex } .css-cell { flex: 1; padding: 4px }
        .css-chip { border-radius: 12px; background: #dfd; padding: 2px 8px; display: inline-flex }
        .css-sw { display: inline-block; width: 36px; height: 20px; background: #4a4; border-radius: 10px }
        .css-set { display: flex; justify-content: space-between; align-items: center; width: 500px }
        .css-desc { color: #888; font-size: 12px }
    </style>"""

    def page(self, place: Place, body: str) -> str:
        entries = joined(
            f'<a role="menuitem" href="/go/{area}"{" aria-current=page" if area == place.area else ""}>'
            f"<svg width=16 height=16></svg><span>{area}</span></a>"
            for area in place.menu
        )
        tabs = joined(
            f'<a role="tab" aria-selected="{truth(screen == place.screen)}" href="/go/{place.area}/{screen}">{screen}</a>'
            for screen in place.screens
        )
        return f"""{self.css}
<div id="root"><div class="css-app"><div class="css-nav" role="navigation" aria-label="Main">{entries}</div>
<div class="css-main" role="main"><div role="banner" style="display: flex; justify-content: space-between">
<div>BeyondTrust Privileged Remote Access</div>
<button aria-haspopup="true" aria-label="User menu: admin"><span aria-hidden="true">A</span></button>
<button>Log Out</button></div>
<nav aria-label="Breadcrumb" style="font-size: 12px"><a href="/go/{place.area}">{place.area}</a>
<span aria-hidden=true>/</span> <span aria-current="page">{place.screen}</span></nav>
<h1>{place.screen}</h1>
<div role="tablist" class="css-tabs">{tabs}</div>
<div role="tabpanel">{body}</div>
<aside aria-label="Help" class="css-desc"><h3>Learn more</h3>{place.help_text}</aside></div></div></div>"""

    def section(self, title: str, body: str) -> str:
        own = self.new_id()
        return f'<section aria-labelledby="{own}" class="css-panel"><h2 id="{own}">{title}</h2>{body}</section>'

    def facts(self, pairs: Facts) -> str:
        return f'<dl class="css-kv">{joined(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in pairs)}</dl>'

    def table(self, heads: Sequence[str], rows: Rows) -> str:
        head = joined(f'<div role="columnheader" class="css-cell">{each}</div>' for each in heads)
        cells = [joined(f'<div role="cell" class="css-cell">{cell}</div>' for cell in row) for row in rows]
        body = joined(f'<div role="row" class="css-row">{each}</div>' for each in (head, *cells))
        return f'<div role="table">{body}</div>'

    def button(self, label: str, *, enabled: bool = True) -> str:
        off = "" if enabled else " aria-disabled=true"
        return f'<button class="css-btn" type="submit"{off}><span class="css-btn-label">{label}</span></button>'

    def field(self, label: str, value: str = "", kind: str = "text", hint: str = "") -> str:
        own = self.new_id()
        below = f'<p class="css-desc" id="{own}d">{hint}</p>' if hint else ""
        return (
            f'<div class="css-f"><label for="{own}" id="{own}l"><span>{label}</span></label><div><div class="css-in">'
            f'<input aria-labelledby="{own}l" id="{own}" type="{kind}" value="{value}"></div></div>{below}</div>'
        )

    def tick(self, label: str, *, on: bool, hint: str = "") -> str:
        own = self.new_id()
        below = f'<div class="css-desc">{hint}</div>' if hint else ""
        turn = "this.setAttribute('aria-checked', this.getAttribute('aria-checked') !== 'true')"
        return (
            f'<div class="css-set"><div><div id="{own}">{label}</div>{below}</div><span role="switch" tabindex=0'
            f' aria-checked="{truth(on)}" aria-labelledby="{own}" class="css-sw" onclick="{turn}"></span></div>'
        )

    def note(self, text: str) -> str:
        return f'<div role="alert" class="css-alert"><div>{text}</div><button aria-label="Dismiss">&times;</button></div>'

    def chip(self, text: str) -> str:
        return f'<span class="css-chip"><span>{text}</span></span>'

    def paragraph(self, text: str) -> str:
        return f'<p class="css-desc">{text}</p>'


class Material(Style):
    """About 2018: labels above their values and, by their place alone, above their fields; what is reported slides in below."""

    css = """<style>
        body { margin: 0; font: 14px Roboto, sans-serif }
        .mdc-top { background: #6200ee; color: #fff; display: flex; padding: 12px }
        .mdc-tabs { display: flex } .mdc-tab { padding: 10px; text-transform: uppercase }
        .mat-card { box-shadow: 0 1px 3px #999; padding: 16px; margin: 16px }
        .mat-card-title { font-size: 20px; margin-bottom: 8px }
        .mat-line { padding: 6px 0 } .mat-line .k { display: block; font-size: 12px; color: #666 } .mat-line .v { display: block }
        .ff { position: relative; padding-top: 18px; margin: 10px 0 } .ff input { width: 260px }
        .ff label { position: absolute; top: 0; left: 0; font-size: 11px; color: #666 }
        .ff .hint { font-size: 11px; color: #888; display: block }
        .mat-cb { display: inline-flex; align-items: center } .mat-cb input { margin-right: 8px }
        .mat-chip { background: #e0e0e0; border-radius: 16px; padding: 4px 12px; font-size: 13px; display: inline-block }
        .snack { position: fixed; bottom: 10px; left: 10px; background: #333; color: #fff; padding: 12px }
    </style>"""

    def page(self, place: Place, body: str) -> str:
        areas = joined(f'<a class="mdc-tab" href="/go/{area}">{area}</a>' for area in place.menu)
        screens = joined(f'<a class="mdc-tab" href="/go/{place.area}/{screen}">{screen}</a>' for screen in place.screens)
        return f"""{self.css}
<header class="mdc-top"><span style="font-size: 20px">BeyondTrust Appliance</span><span style="margin-left: auto"></span>
<a href="/logout" style="color: #fff">Logout</a></header>
<nav class="mdc-tabs">{areas}</nav><nav class="mdc-tabs" style="background: #eee">{screens}</nav>
<main>{body}<div class="mat-card"><div class="mat-card-title">About this page</div><p>{place.help_text}</p></div></main>
<footer><span>Version 22.3.9</span> <span>build 99887</span> <a href="/help">Help</a> <a href="/legal">Legal</a></footer>"""

    def section(self, title: str, body: str) -> str:
        return f'<div class="mat-card"><div class="mat-card-title">{title}</div><div class="mat-card-content">{body}</div></div>'

    def facts(self, pairs: Facts) -> str:
        return joined(
            f'<div class="mat-line"><span class="k">{label}</span><span class="v">{value}</span></div>' for label, value in pairs
        )

    def table(self, heads: Sequence[str], rows: Rows) -> str:
        head = joined(f"<th scope=col>{each}</th>" for each in heads)
        body = joined(f"<tr>{joined(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
        return f'<table class="mat-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'

    def button(self, label: str, *, enabled: bool = True) -> str:
        return (
            f'<button class="mdc-button"{"" if enabled else " disabled"}><span class="mdc-button__ripple"></span>'
            f'<span class="mdc-button__label">{label}</span></button>'
        )

    def field(self, label: str, value: str = "", kind: str = "text", hint: str = "") -> str:
        own = self.new_id()
        below = f'<span class="hint">{hint}</span>' if hint else ""
        return (
            f'<div class="ff"><input id="{own}" type="{kind}" value="{value}" placeholder=" ">'
            f'<label for="{own}">{label}</label>{below}</div>'
        )

    def tick(self, label: str, *, on: bool, hint: str = "") -> str:
        below = f'<span class="hint" style="display: block">{hint}</span>' if hint else ""
        box = f'<input type="checkbox"{" checked" if on else ""}>'
        return f'<div><label class="mat-cb">{box}<span>{label}</span></label>{below}</div>'

    def note(self, text: str) -> str:
        return f'<div class="snack"><span>{text}</span> <button>Dismiss</button></div>'

    def chip(self, text: str) -> str:
        return f'<span class="mat-chip">{text}</span>'


class Grid(Style):
    """About 2024: few elements and no class where a grid will do; even a table is nothing but columns."""

    css = """<style>
        body { display: grid; grid-template: "h h h" auto "n m a" 1fr "f f f" auto / 180px 1fr 220px; margin: 0 }
        body { font: 15px system-ui } nav ul { list-style: none; padding: 0 }
        header { grid-area: h } nav.side { grid-area: n } main { grid-area: m } aside { grid-area: a } footer { grid-area: f }
        .g { display: grid; grid-template-columns: 14em 1fr; gap: 4px } .cols { display: grid } .hd { font-weight: 600 }
        .sw { display: flex; gap: 8px } .sw input { appearance: none; width: 32px; height: 18px; background: #ccc }
        .pill { border: 1px solid; border-radius: 9px; padding: 0 6px } .toast { border-left: 4px solid red; padding: 6px }
    </style>"""

    def page(self, place: Place, body: str) -> str:
        screens = joined(f'<li><a href="/go/{place.area}/{screen}">{screen}</a></li>' for screen in place.screens)
        areas = joined(
            f'<li><a href="/go/{area}">{area}</a>{f"<ul>{screens}</ul>" if area == place.area else ""}</li>'
            for area in place.menu
        )
        return f"""{self.css}
<header><strong>support.example.com</strong> &mdash; Signed in as <em>admin</em> (<a href="/logout">Sign out</a>)</header>
<nav class="side"><ul>{areas}</ul></nav>
<main><h1>{place.area} &rsaquo; {place.screen}</h1>{body}</main>
<aside><details open><summary>Help</summary><p>{place.help_text}</p></details></aside>
<footer>BeyondTrust Remote Support 23.9.9 | Base 8.8.8</footer>"""

    def section(self, title: str, body: str) -> str:
        return f"<fieldset><legend>{title}</legend>{body}</fieldset>"

    def facts(self, pairs: Facts) -> str:
        return f'<div class="g">{joined(f"<div>{label}</div><div>{value}</div>" for label, value in pairs)}</div>'

    def table(self, heads: Sequence[str], rows: Rows) -> str:
        head = joined(f'<div class="hd">{each}</div>' for each in heads)
        body = joined(f"<div>{cell}</div>" for row in rows for cell in row)
        return f'<div class="cols" style="grid-template-columns: repeat({len(heads)}, 1fr)">{head}{body}</div>'

    def button(self, label: str, *, enabled: bool = True) -> str:
        return f'<button{"" if enabled else " disabled"} title="{label}">{label}</button>'

    def field(self, label: str, value: str = "", kind: str = "text", hint: str = "") -> str:
        told = f"{label} <small>({hint})</small>" if hint else label
        return f'<div class="g"><label>{told}</label><input type="{kind}" value="{value}"></div>'

    def tick(self, label: str, *, on: bool, hint: str = "") -> str:
        below = f"<small>{hint}</small>" if hint else ""
        return f'<label class="sw"><input type="checkbox"{" checked" if on else ""}> {label}</label>{below}'

    def note(self, text: str) -> str:
        return f'<div class="toast" role="status">{text}</div>'

    def chip(self, text: str) -> str:
        return f'<span class="pill">{text}</span>'


STYLES: dict[str, type[Style]] = {"classic": Classic, "boot": Boot, "react": React, "material": Material, "grid": Grid}


def in_every_style_if_asked(metafunc: pytest.Metafunc) -> None:
    """With `--drawings`, every case that takes a `style` is made five: pytest's hook `pytest_generate_tests`."""
    if "style" in metafunc.fixturenames and metafunc.config.getoption("--drawings"):
        metafunc.parametrize("style", STYLES, indirect=True)


def style_of_the_case(request: pytest.FixtureRequest) -> Style:
    """The style that was asked for; else the one that falls to this case, in every process the same."""
    names = list(STYLES)
    asked: str = getattr(request, "param", names[zlib.adler32(request.node.name.encode()) % len(names)])
    return STYLES[asked]()


def document(body: str) -> str:
    """A whole document, as a server gives it."""
    return f"<!DOCTYPE html><html><head><title>Appliance</title></head><body>{body}</body></html>"


def joined(parts: Iterable[str]) -> str:
    """One after another."""
    return "".join(parts)


def truth(on: bool) -> str:
    """True or false, as an attribute words it."""
    return "true" if on else "false"
