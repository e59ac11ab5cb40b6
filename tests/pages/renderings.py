"""The same content as different vendors' pages draw it: headings, labelled values, fields, buttons, whole pages."""

import zlib
from collections.abc import Callable, Iterable, Sequence

Facts = Sequence[tuple[str, str]]


def mixed(these: Iterable[str], those: Iterable[str], *, every: int) -> list[tuple[str, str]]:
    """Each of these with `every` of those, so that all of both occur without every combination."""
    others = list(those)
    return [(this, others[(i * every + j) % len(others)]) for i, this in enumerate(these) for j in range(every)]


HEADINGS: dict[str, Callable[[str], str]] = {
    "h2": lambda t: f"<h2>{t}</h2>",
    "h4 with a help link": lambda t: f'<h4><a name="x"></a>{t} <a href="#help">?</a></h4>',
    "title box": lambda t: f'<div class="title">{t}</div>',
    "bold box": lambda t: f'<div style="font-weight: bold; background: #ccd">{t}</div>',
    "bold line": lambda t: f"<b>{t}</b><br>",
    "large span": lambda t: f'<p><span style="font-size: 150%">{t}</span></p>',
    "table of its own": lambda t: f'<table width="100%"><tr><td bgcolor="#336699"><b>{t}</b></td></tr></table>',
    "area :: section": lambda t: f"<div>Area :: {t}</div>",
    "role heading": lambda t: f'<span role="heading" aria-level="3" style="display: block">{t}</span>',
    "old font": lambda t: f'<p><font size="+2"><b>{t}</b></font></p>',
}

FACTS: dict[str, Callable[[Facts], str]] = {
    "th and td": lambda f: "<table>" + "".join(f"<tr><th>{k}</th><td>{v}</td></tr>" for k, v in f) + "</table>",
    "two td": lambda f: "<table>" + "".join(f"<tr><td>{k}:</td><td>{v}</td></tr>" for k, v in f) + "</table>",
    "two td, bold label": lambda f: "<table>" + "".join(f"<tr><td><b>{k}</b></td><td>{v}</td></tr>" for k, v in f) + "</table>",
    "definition list": lambda f: "<dl>" + "".join(f"<dt>{k}</dt><dd>{v}</dd>" for k, v in f) + "</dl>",
    "bold terms": lambda f: (
        '<dl style="display: grid; grid-template-columns: 200px 1fr">'
        + "".join(f"<dt style='font-weight: 700'>{k}:</dt><dd>{v}</dd>" for k, v in f)
        + "</dl>"
    ),
    "label and span": lambda f: "".join(f"<div><label>{k}</label> <span>{v}</span></div>" for k, v in f),
    "bold run": lambda f: "<p>" + "".join(f"<b>{k}:</b> {v}<br>" for k, v in f) + "</p>",
    "plain run": lambda f: "".join(f"{k}: {v}<br>" for k, v in f),
    "list items": lambda f: "<ul>" + "".join(f"<li><strong>{k}:</strong> {v}</li>" for k, v in f) + "</ul>",
    "floating boxes": lambda f: "".join(
        f'<div style="overflow: hidden"><div style="float: left; width: 220px">{k}</div><div style="float: left">{v}</div></div>'
        for k, v in f
    ),
    "flex row": lambda f: "".join(
        f'<div style="display: flex"><div style="width: 220px">{k}</div><div>{v}</div></div>' for k, v in f
    ),
    "one grid": lambda f: (
        '<div style="display: grid; grid-template-columns: 220px 1fr">'
        + "".join(f"<div>{k}</div><div>{v}</div>" for k, v in f)
        + "</div>"
    ),
    "stacked": lambda f: "".join(f'<div class="item"><div style="font-weight: 600">{k}</div><div>{v}</div></div>' for k, v in f),
    "four cells": lambda f: (
        "<table>"
        + "".join("<tr>" + "".join(f"<th>{k}</th><td>{v}</td>" for k, v in f[i : i + 2]) + "</tr>" for i in range(0, len(f), 2))
        + "</table>"
    ),
    "paragraphs": lambda f: "".join(f"<p>{k}: <i>{v}</i></p>" for k, v in f),
}

BUTTONS: dict[str, Callable[[str], str]] = {
    "submit": lambda t: f'<form method="post"><input type="submit" value="{t}"></form>',
    "input button": lambda t: f'<input type="button" value="{t}" onclick="void 0">',
    "button": lambda t: f"<button>{t}</button>",
    "link as button": lambda t: f'<a class="button" href="#{t}">{t}</a>',
    "role": lambda t: f'<div role="button" tabindex="0">{t}</div>',
    "cell": lambda t: f"<table><tr><td onclick='void 0' style='cursor: pointer'>{t}</td></tr></table>",
}


def field(label: str, markup: str, style: str) -> str:
    """One field with its label; `markup` holds the input with the id `{id}` to be."""
    number = f"f{zlib.crc32((label + markup).encode()) % 100000}"  # the same in every process
    bare = markup.replace("<input", f'<input id="{number}"', 1).replace("<select", f'<select id="{number}"', 1)
    return {
        "for": f'<div><label for="{number}">{label}</label> {bare}</div>',
        "wrapped": f"<p><label>{label} {markup}</label></p>",
        "beside in a row": f"<table><tr><td>{label}:</td><td>{markup}</td></tr></table>",
        "row with th": f"<table><tr><th>{label}</th><td>{markup} <small>see the guide</small></td></tr></table>",
        "before in the line": f"{label}: {markup}<br>",
        "bold above": f"<div><b>{label}</b><br>{markup}</div>",
        "boxes": f'<div class="row"><div class="l">{label}</div><div class="f">{markup}</div></div>',
        "flex": f'<div style="display: flex"><span style="width: 200px">{label}</span><span>{markup}</span></div>',
        "list": f"<dl><dt>{label}</dt><dd>{markup}</dd></dl>",
        "aria": f"<p>{markup.replace('<input', f'<input aria-label={chr(34)}{label}{chr(34)}', 1)}</p>",
        "starred": f"<table><tr><td>{label}</td><td>*</td><td>{markup}</td></tr></table>",
    }[style]


FIELDS = (
    "for", "wrapped", "beside in a row", "row with th", "before in the line", "bold above", "boxes", "flex", "list", "aria", "starred",
)  # fmt: skip

GROUPS: dict[str, Callable[[str, str], str]] = {
    "fieldset": lambda t, b: f"<fieldset><legend>{t}</legend>{b}</fieldset>",
    "h3": lambda t, b: f"<h3>{t}</h3>{b}",
    "bold line": lambda t, b: f"<p><b>{t}</b></p>{b}",
    "title box": lambda t, b: f'<div class="panel"><div class="panel-title">{t}</div><div class="panel-body">{b}</div></div>',
    "region": lambda t, b: f'<section aria-label="{t}">{b}</section>',
    "headed table": lambda t, b: (
        f'<table><tr><td colspan="2" class="head"><b>{t}</b></td></tr><tr><td colspan="2">{b}</td></tr></table>'
    ),
    "th over all": lambda t, b: f'<table><tr><th colspan="2">{t}</th></tr><tr><td></td><td>{b}</td></tr></table>',
    "underlined": lambda t, b: f"<u><b>{t}:</b></u><br>{b}",
}

MENU = ("Status", "My Account", "Configuration", "Users and Security", "Reports", "Public Portals", "Management")


def links(names: Sequence[str], where: str = "") -> list[str]:
    return [f'<a href="{where}/{name.lower().replace(" ", "-")}">{name}</a>' for name in names]


MENUS: dict[str, Callable[[Sequence[str], str], str]] = {
    "list": lambda n, w: "<ul>" + "".join(f"<li>{a}</li>" for a in links(n, w)) + "</ul>",
    "marked list": lambda n, w: "<nav><ul>" + "".join(f"<li>{a}</li>" for a in links(n, w)) + "</nav>",
    "cells": lambda n, w: "<table><tr>" + "".join(f"<td>{a}</td>" for a in links(n, w)) + "</tr></table>",
    "plain box": lambda n, w: "<div>" + " ".join(links(n, w)) + "</div>",
    "bars": lambda n, w: "<div>" + " | ".join(links(n, w)) + "</div>",
    "tabs": lambda n, w: '<div role="tablist">' + "".join(a.replace("<a ", '<a role="tab" ') for a in links(n, w)) + "</div>",
    "clicked cells": lambda n, w: (
        "<table><tr>"
        + "".join(f"<td onclick=\"location='{w}/{x.lower().replace(' ', '-')}'\" style='cursor: pointer'>{x}</td>" for x in n)
        + "</tr></table>"
    ),
}


def around(body: str, menu: str = "") -> str:
    """What every page has around it: a banner, a menu, a footer that repeats the menu."""
    return f"""
<div id="top"><div class="who">Logged in as admin | <a href="/login/logout">Log Out</a></div><h1>Bomgar Remote Support</h1></div>
{menu or MENUS["list"](MENU, "/login")}
<p class="breadcrumb"><a href="/login">Home</a> &raquo; <a href="/login/management?from=trail">Management</a></p>
{body}
<div id="footer">{" | ".join(links(("Status", "Management", "Help"), "/footer"))} &copy; Redistribution Prohibited</div>"""


LAYOUTS: dict[str, Callable[[str], str]] = {
    "plain": around,
    "table layout": lambda b: (
        '<table width="100%"><tr><td colspan="2"><h1>Bomgar</h1></td></tr><tr><td width="150" valign="top">'
        + MENUS["list"](MENU, "/login")
        + f'</td><td valign="top">{b}</td></tr><tr><td colspan="2">Redistribution Prohibited</td></tr></table>'
    ),
    "side menu": lambda b: (
        f'<div style="display: flex"><nav style="width: 200px">{MENUS["list"](MENU, "/login")}</nav><main style="flex: 1">{b}</main></div>'
    ),
    "one form around all": lambda b: f'<form method="post" action="#">{around(b)}</form>',
}
