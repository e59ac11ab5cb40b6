"""What a new release, another theme or a customer's own additions may do to a page, while a person still finds the way.

Each mutation is told in a sentence and changes any page that it is given; most of them leave many pages as they are. Names
of fields and where forms are sent to stay: no person sees them, and a browser sends what the page says.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

from markup import (
    after,
    all_of,
    before,
    begin,
    body,
    buttons,
    end,
    fields,
    fill,
    head_sheet,
    headings,
    labels,
    made,
    menus,
    replace,
    said_on,
    say_on,
    sections,
    texts,
    the,
    wrap,
)
from readers import Element, sends

Mutation = Callable[[Element], None]
MUTATIONS: dict[str, Mutation] = {}


def mutation(change: Mutation) -> Mutation:
    """Enter a mutation by its name in words."""
    MUTATIONS[change.__name__.replace("_", "-")] = change
    return change


def hashed(text: str) -> str:
    """A name that tells nothing, always the same for the same."""
    return f"c{zlib.crc32(text.encode()):08x}"


# -- names and style that no person sees -----------------------------------------------------------------------------------


@mutation
def ids_and_classes_are_called_otherwise(root: Element) -> None:
    for e in root:
        for name in ("id", "class", "for"):
            if e.get(name):
                e.attributes[name] = hashed(e.get(name))


@mutation
def no_style_sheet_comes(root: Element) -> None:
    for e in all_of(root, "link", "style"):
        replace(e)


@mutation
def everything_is_bold(root: Element) -> None:
    head_sheet(root, "body, td, th, input, label { font-weight: bold }")


@mutation
def the_letters_are_large(root: Element) -> None:
    head_sheet(root, "body, td, th, input { font-size: 20px } h2 { font-size: 22px }")


@mutation
def capitals_are_drawn_by_the_style_sheet(root: Element) -> None:
    head_sheet(root, "h1, h2, h3, legend, label, th, a, input, button { text-transform: uppercase }")


@mutation
def the_window_has_another_title(root: Element) -> None:
    if (title := the(root, "title")) is not None:
        fill(title, "Administration")


# -- words -----------------------------------------------------------------------------------------------------------------


@mutation
def words_are_wrapped_in_boxes(root: Element) -> None:
    for e in [*headings(root), *all_of(root, "label", "th", "a")]:
        if len(e.children) == 1 and isinstance(e.children[0], str):
            fill(e, *made(" ".join(f"<span>{word}</span>" for word in e.children[0].split())))


@mutation
def blanks_cannot_be_broken(root: Element) -> None:
    texts(root, lambda text, _: text.replace(" ", "\u00a0"))
    for button in buttons(root):
        say_on(button, said_on(button).replace(" ", "\u00a0"))


@mutation
def words_stand_on_lines_of_their_own_in_the_source(root: Element) -> None:
    texts(root, lambda text, _: re.sub(r" +", "\n\t  ", f" {text} "))
    for button in buttons(root):
        say_on(button, f"  {said_on(button).replace(' ', '   ')}  ")


@mutation
def everything_is_in_capitals(root: Element) -> None:
    for e in [*headings(root), *all_of(root, "label", "th", "a")]:
        e.children = [child.upper() if isinstance(child, str) else child for child in e.children]
    for button in buttons(root):
        say_on(button, said_on(button).upper())


@mutation
def nothing_begins_with_a_capital(root: Element) -> None:
    for e in [*headings(root), *all_of(root, "label", "th", "a")]:
        e.children = [child.lower() if isinstance(child, str) else child for child in e.children]
    for button in buttons(root):
        say_on(button, said_on(button).lower())


@mutation
def long_words_may_be_hyphenated(root: Element) -> None:
    def hyphenated(text: str, _e: Element | None = None) -> str:
        return re.sub(r"\b([A-Za-z]{5})([a-z]{4,})\b", "\\1\u00ad\\2", text)

    texts(root, hyphenated)
    for button in buttons(root):
        say_on(button, hyphenated(said_on(button)))


@mutation
def words_hold_invisible_places_to_break(root: Element) -> None:
    texts(root, lambda text, _: re.sub(r"\b([A-Za-z]{6})([a-z]{3,})\b", "\\1\u200b\\2", text))


@mutation
def labels_end_with_colons_and_stars(root: Element) -> None:
    for e in all_of(root, "label", "th"):
        if e.text and (e.tag == "label" or (e.parent is not None and len(all_of(e.parent, "th")) == 1)):
            e.children = [*e.children, " * :"]


@mutation
def sections_are_numbered(root: Element) -> None:
    for number, e in enumerate(all_of(root, "h2"), 1):
        begin(e, f"<small>{number}.</small> ")


@mutation
def sections_are_called_without_their_area(root: Element) -> None:
    for e in all_of(root, "h2"):
        fill(e, e.text.split(" :: ")[-1])


SYNONYMS = {
    "Break Failover Relationships": "Break Failover Relationship", "Check for updates": "Check for Updates Now",
    "Save Changes": "Save", "Login": "Log In", "Download Backup": "Download Backup File",
}  # fmt: skip


@mutation
def buttons_are_called_by_known_synonyms(root: Element) -> None:
    for button in buttons(root):
        say_on(button, SYNONYMS.get(said_on(button), said_on(button)))


LABELS = {
    "Host Name or IP Address": "Hostname or IP address", "Port": "TLS port", "Enabled": "Enabled?",
    "Inter-appliance Communication Pre-shared Key": "Inter-B Series Appliance communication pre-shared key",
    "Include Logged History Reporting Data": "Include logged session reporting data", "Username": "User name",
    "Serial Number": "Serial #", "Base Software Version": "Base version", "Product Version": "Version",
}  # fmt: skip


@mutation
def labels_are_called_by_known_synonyms(root: Element) -> None:
    texts(root, lambda text, _: LABELS.get(text.strip(), text))


MENU = {"Software Management": "Software", "IP Configuration": "IP configuration", "Information": "Status"}


@mutation
def the_menu_is_called_by_known_synonyms(root: Element) -> None:
    for menu in menus(root):
        for entry in all_of(menu, "a"):
            fill(entry, MENU.get(entry.text, entry.text))


@mutation
def hosts_are_told_apart_as_in_later_releases(root: Element) -> None:
    told = {"This Host": "This host's status", "Peer Host": "Peer host's status", "Last Data-Sync": "Last data sync completed"}
    texts(root, lambda text, _: told.get(text.strip(), text))


@mutation
def times_are_written_as_in_america(root: Element) -> None:
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    def american(found: re.Match[str]) -> str:
        hour = int(found[4])
        half = "PM" if hour > 11 else "AM"
        return f"{months[int(found[2]) - 1]} {int(found[3])}, {found[1]} {hour % 12 or 12}:{found[5]} {half} UTC"

    texts(root, lambda text, _: re.sub(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d:\d\d) UTC", american, text))


# -- buttons ---------------------------------------------------------------------------------------------------------------

SEND = (
    "<script>document.addEventListener('click', (e) => { const a = e.target.closest('[data-sends]'); if (!a) return;"
    " e.preventDefault(); if (a.dataset.asks && !confirm(a.dataset.asks)) return;"
    " const i = document.createElement('input'); i.type = 'hidden'; i.name = a.dataset.sends; i.value = a.textContent.trim();"
    " const f = a.closest('form'); f.append(i); f.submit(); i.remove(); });</script>"
)


def as_link(button: Element, attributes: str) -> None:
    """Draw a button as a link that does the same."""
    asks = re.search(r"confirm\('(.*)'\)", button.get("onclick"))
    asked = f' data-asks="{asks[1]}"' if asks else ""
    name = sends(button) or "send"
    replace(button, *made(f'<a href="#" data-sends="{name}"{asked} {attributes}>{said_on(button)}</a>'))


@mutation
def buttons_are_button_elements(root: Element) -> None:
    for button in buttons(root):
        if button.tag == "input":
            kept = {name: value for name, value in button.attributes.items() if name != "value"}
            replace(button, Element("button", {**kept, "value": "1"}, None, [said_on(button)]))


@mutation
def buttons_are_links_with_the_role_of_a_button(root: Element) -> None:
    for button in buttons(root):
        if sends(button) and not button.has("disabled"):
            as_link(button, 'role="button" class="button"')
    end(body(root), SEND)


@mutation
def buttons_are_plain_links(root: Element) -> None:
    for button in buttons(root):
        if sends(button) and not button.has("disabled"):
            as_link(button, "")
    end(body(root), SEND)


def as_element(root: Element) -> list[Element]:
    """Every button as an element that can hold others."""
    buttons_are_button_elements(root)
    return [button for button in buttons(root) if button.tag == "button"]


@mutation
def icons_stand_in_the_buttons(root: Element) -> None:
    for button in as_element(root):
        begin(button, '<svg width="12" height="12"><title>gear</title><rect width="9" height="9"></rect></svg> ')


@mutation
def letters_of_an_icon_font_stand_in_the_buttons(root: Element) -> None:
    for button in as_element(root):
        begin(button, '<i class="fa" aria-hidden="true">\uf021</i> ')


@mutation
def pictures_with_a_description_stand_in_the_buttons(root: Element) -> None:
    for button in as_element(root):
        begin(button, '<img src="data:," alt="icon" width="10" height="10">')


@mutation
def buttons_and_links_have_tooltips(root: Element) -> None:
    for e in [*buttons(root), *all_of(root, "a")]:
        e.attributes["title"] = f"Click here to go on: {e.words or 'menu'}. You can do this at any time."


@mutation
def buttons_have_longer_names_for_those_who_cannot_see(root: Element) -> None:
    for button in as_element(root):
        button.attributes["aria-label"] = f"{said_on(button)}, opens a confirmation"


@mutation
def buttons_say_that_they_lead_on(root: Element) -> None:
    for button in as_element(root):
        end(button, '<span aria-hidden="true"> \u203a</span>')


@mutation
def buttons_stand_in_a_bar_outside_their_forms(root: Element) -> None:
    for section in sections(root):
        bar: list[Element | str] = []
        for number, form in enumerate(all_of(section, "form")):
            if fields(form) and len(buttons(form)) == 1 and "signin" not in form.get("action"):
                form.attributes["id"] = f"{hashed(section.text)}{number}"
                [button] = buttons(form)
                replace(button)
                button.attributes["form"] = form.get("id")
                bar += [button]
        if bar:
            end(section, '<div class="bar"></div>')
            holder = section.children[-1]
            assert isinstance(holder, Element)
            fill(holder, *bar)


# -- what is not to be seen, or not to be pressed ------------------------------------------------------------------------


def likenesses(root: Element, style: str, *, disabled: bool = False) -> None:
    """Put a likeness before each button, that no person would press."""
    for button in buttons(root):
        before(button, f'<button type="button" style="{style}"{" disabled" if disabled else ""}>{said_on(button)}</button> ')


@mutation
def hidden_buttons_look_alike(root: Element) -> None:
    likenesses(root, "display: none")


@mutation
def invisible_buttons_look_alike(root: Element) -> None:
    likenesses(root, "visibility: hidden")


@mutation
def transparent_buttons_look_alike(root: Element) -> None:
    likenesses(root, "opacity: 0")


@mutation
def buttons_beyond_the_edge_look_alike(root: Element) -> None:
    likenesses(root, "position: absolute; left: -9999px")


@mutation
def buttons_for_screen_readers_look_alike(root: Element) -> None:
    likenesses(
        root, "position: absolute; width: 1px; height: 1px; padding: 0; border: 0; overflow: hidden; clip: rect(0, 0, 0, 0)"
    )


@mutation
def disabled_buttons_look_alike(root: Element) -> None:
    likenesses(root, "", disabled=True)


@mutation
def a_template_holds_the_same_controls(root: Element) -> None:
    names = "".join(f"<button>{said_on(button)}</button>" for button in buttons(root))
    begin(body(root), f"<template>{names}</template><noscript>{names}</noscript>")


@mutation
def a_closed_box_waits_to_be_opened(root: Element) -> None:
    end(body(root), '<div class="modal" role="dialog" style="display: none"><p>Are you sure?</p><button>OK</button></div>')


@mutation
def comments_and_scripts_speak_of_everything(root: Element) -> None:
    names = ", ".join(said_on(button) for button in buttons(root)).replace("'", "")
    begin(body(root), f"<script>const words = '{names}; installing 40 %; synchronization in progress';</script>")


# -- what else stands on the page ------------------------------------------------------------------------------------------


@mutation
def a_banner_announces_maintenance(root: Element) -> None:
    begin(
        body(root),
        '<p class="notice">Scheduled maintenance: the appliances may be unavailable on Sunday from 10:00 to 12:00.</p>',
    )


@mutation
def help_stands_beside_every_button(root: Element) -> None:
    for button in buttons(root):
        after(button, f"<small> When you click {said_on(button)}, the appliance may be busy for some minutes.</small>")


@mutation
def a_help_text_explains_the_page(root: Element) -> None:
    told = (
        "While an update is being installed, do not restart the appliance. If a synchronization is in progress, wait until "
        "it has finished. Before you break the failover relationships, make sure that the last synchronization was successful."
    )
    begin(body(root), f'<div class="help"><p>{told}</p></div>')


@mutation
def help_links_are_called_like_the_buttons(root: Element) -> None:
    for button in buttons(root):
        if button.within("form") is not None and button.parent is not None and button.parent.tag != "td":
            before(button, f'<p>Learn more about <a href="#help">{said_on(button)}</a> in the guide of this release.</p>')


@mutation
def the_menu_stands_in_the_footer_too(root: Element) -> None:
    links = " | ".join(f'<a href="{a.get("href")}">{a.text}</a>' for menu in menus(root) for a in all_of(menu, "a"))
    end(the(root, "body") or root, f'<div class="footer">{links}</div>')


@mutation
def a_trail_tells_where_one_is(root: Element) -> None:
    here = [a for menu in menus(root) for a in all_of(menu, "a") if a.get("class") == "here"]
    trail = " &raquo; ".join(f'<a href="{a.get("href")}">{a.text}</a>' for a in here)
    begin(body(root), f'<p class="breadcrumb"><a href="#">Home</a> &raquo; {trail}</p>')


@mutation
def one_can_search_on_every_page(root: Element) -> None:
    search = '<input name="q" placeholder="Search"> <input type="submit" value="Search">'
    if menus(root):
        begin(body(root), f'<form method="get" action="#" style="margin-bottom: 3em">{search}</form>')


@mutation
def a_bar_asks_for_consent_to_cookies(root: Element) -> None:
    style = "position: fixed; bottom: 0; right: 0; background: #ddd"
    end(the(root, "body") or root, f'<div style="{style}">This site uses cookies. <button type="button">Got it</button></div>')


@mutation
def somebody_offers_to_chat(root: Element) -> None:
    style = "position: fixed; bottom: 4px; right: 4px; width: 120px; background: #eee"
    end(the(root, "body") or root, f'<div role="dialog" style="{style}">Need help? <button type="button">Chat</button></div>')


@mutation
def the_top_of_the_page_stays_while_it_is_scrolled(root: Element) -> None:
    head_sheet(root, "#banner { position: sticky; top: 0; z-index: 5 } #content { padding-bottom: 400px }")


@mutation
def a_box_lists_what_is_used_most(root: Element) -> None:
    used = [a for menu in menus(root)[1:] for a in all_of(menu, "a")][:3]
    links = "".join(f'<li><a href="{a.get("href")}">{a.text}</a></li>' for a in used)
    if used:
        end(body(root), f"<h2>Quick links</h2><ul>{links}</ul>")


# -- the menu --------------------------------------------------------------------------------------------------------------


@mutation
def the_menu_stands_in_another_order(root: Element) -> None:
    for menu in menus(root):
        menu.children.reverse()


@mutation
def the_menu_is_a_table(root: Element) -> None:
    for menu in menus(root):
        cells = "".join(f'<td><a href="{a.get("href")}">{a.text}</a></td>' for a in all_of(menu, "a"))
        replace(menu, *made(f"<table><tr>{cells}</tr></table>"))


@mutation
def the_menu_is_marked_as_tabs(root: Element) -> None:
    for menu in menus(root):
        tabs = "".join(f'<a role="tab" href="{a.get("href")}">{a.text}</a> ' for a in all_of(menu, "a"))
        replace(menu, *made(f'<div role="tablist">{tabs}</div>'))


@mutation
def the_menu_counts_and_points(root: Element) -> None:
    for menu in menus(root):
        for number, entry in enumerate(all_of(menu, "a")):
            fill(entry, f"\u25b8 {entry.text} ({number})")


# -- sections and values ---------------------------------------------------------------------------------------------------


@mutation
def sections_stand_in_another_order(root: Element) -> None:
    found = sections(root)
    if found and found[0].parent is not None:
        parent = found[0].parent
        own = [child for child in parent.children if child in found]
        others = [child for child in parent.children if child not in found]
        fill(parent, *others, *reversed(own))


@mutation
def sections_stand_in_boxes_in_boxes(root: Element) -> None:
    for section in sections(root):
        wrap(section, '<div><div class="card"><div><article></article></div></div></div>')


@mutation
def sections_are_groups_of_a_form(root: Element) -> None:
    for section in sections(root):
        heading = the(section, "h2")
        section.tag = "fieldset"
        if heading is not None:
            heading.tag = "legend"


@mutation
def headings_are_only_drawn(root: Element) -> None:
    for heading in all_of(root, "h2", "h3"):
        heading.tag = "div"
        heading.attributes = {"style": "font-weight: bold; font-size: 17px; margin: 8px 0"}


@mutation
def headings_are_smaller(root: Element) -> None:
    for heading in all_of(root, "h2"):
        heading.tag = "h5"


@mutation
def sections_can_be_folded(root: Element) -> None:
    for section in sections(root):
        section.tag, section.attributes = "details", {"open": ""}
        if (heading := the(section, "h2")) is not None:
            heading.tag = "summary"


@mutation
def the_page_is_laid_out_by_a_table(root: Element) -> None:
    wrap_content = body(root)
    fill(wrap_content, *wrap_content.children)
    inner = list(wrap_content.children)
    wrap_content.children = made('<table width="100%"><tr><td width="20"></td><td></td></tr></table>')
    cell = all_of(wrap_content, "td")[1]
    fill(cell, *inner)
    for child in wrap_content.children:
        if isinstance(child, Element):
            child.parent = wrap_content


def facts(root: Element) -> list[tuple[Element, list[tuple[str, str]]]]:
    """Every table of labels and values, and what is in it."""
    tables = [t for t in all_of(root, "table") if all_of(t, "th") and not fields(t) and not buttons(t) and not all_of(t, "a")]
    found = [(t, [(tr.children[0], tr.children[1]) for tr in all_of(t, "tr") if len(tr.children) == 2]) for t in tables]
    return [
        (
            t,
            [
                (k.text, v.text)
                for k, v in rows
                if isinstance(k, Element) and isinstance(v, Element) and k.tag == "th" and v.tag == "td"
            ],
        )
        for t, rows in found
        if rows
    ]


def drawn(root: Element, around: str, each: str) -> None:
    """Draw every table of facts in another way."""
    for table, pairs in facts(root):
        if pairs:
            replace(table, *made(around.format("".join(each.format(k, v) for k, v in pairs))))


@mutation
def tables_of_facts_are_boxes(root: Element) -> None:
    drawn(root, "<div>{}</div>", '<div style="display: flex"><div style="width: 240px">{}</div><div>{}</div></div>')


@mutation
def tables_of_facts_are_terms(root: Element) -> None:
    drawn(root, "<dl>{}</dl>", "<dt>{}</dt><dd>{}</dd>")


@mutation
def tables_of_facts_are_lines(root: Element) -> None:
    drawn(root, "<p>{}</p>", "<b>{}:</b> {}<br>")


@mutation
def values_stand_in_fields_that_cannot_be_changed(root: Element) -> None:
    drawn(root, "<div>{}</div>", '<div><label>{} <input readonly size="60" value="{}"></label></div>')


@mutation
def lists_have_another_column(root: Element) -> None:
    for table in all_of(root, "table"):
        rows = all_of(table, "tr")
        if rows and len(all_of(rows[0], "th")) > 2:
            for row in rows:
                begin(row, "<th>No.</th>" if all_of(row, "th") else "<td>&nbsp;</td>")


# -- fields ----------------------------------------------------------------------------------------------------------------


@mutation
def labels_are_not_tied_to_their_fields(root: Element) -> None:
    for label, _ in list(labels(root)):
        label.tag, label.attributes = "span", {}


@mutation
def labels_stand_above_their_fields(root: Element) -> None:
    for label, field in list(labels(root)):
        if field.get("type") not in {"checkbox", "radio"}:
            label.tag, label.attributes = "div", {"style": "display: block"}


@mutation
def labels_are_only_hints_in_the_fields(root: Element) -> None:
    for label, field in list(labels(root)):
        if field.get("type") not in {"checkbox", "radio"} and field.tag == "input":
            field.attributes["placeholder"] = label.text
            replace(label)


@mutation
def labels_are_only_for_those_who_cannot_see(root: Element) -> None:
    for label, field in list(labels(root)):
        if field.get("type") not in {"checkbox", "radio"}:
            field.attributes["aria-label"] = label.text
            replace(label)


@mutation
def tick_boxes_stand_after_their_words(root: Element) -> None:
    for label, field in list(labels(root)):
        if field.get("type") == "checkbox" and label.parent is field.parent and label.parent is not None:
            parent = label.parent
            parent.children = [child for child in parent.children if child is not field]
            after(label, " ")
            fill(parent, *parent.children, field)


@mutation
def tick_boxes_are_drawn_as_switches(root: Element) -> None:
    head_sheet(
        root,
        "input[type=checkbox] { opacity: 0; position: absolute } input[type=checkbox] + label:before"
        " { content: ''; display: inline-block; width: 24px; height: 12px; border-radius: 6px; background: #889 }",
    )


@mutation
def an_agreement_box_stands_beside_the_sign_in(root: Element) -> None:
    for button in buttons(root):
        if sends(button) == "login[submit]":
            before(button, '<p><label><input type="checkbox" name="stay"> Remember me on this computer</label></p>')


@mutation
def fields_stand_in_a_table(root: Element) -> None:
    for label, field in list(labels(root)):
        row = label.parent
        if row is not None and row is field.parent and row.tag == "div" and field.get("type") not in {"checkbox", "radio"}:
            said, others = label.text, [child for child in row.children if child is not label]
            fill(row, *made(f"<table><tr><td>{said}</td><td></td></tr></table>"))
            fill(all_of(row, "td")[1], *others)


# -- when it is drawn ------------------------------------------------------------------------------------------------------


@mutation
def the_content_is_drawn_a_moment_later(root: Element) -> None:
    content = body(root)
    if menus(root):
        content.attributes["style"] = "display: none"
        end(
            the(root, "body") or root,
            f"<script>setTimeout(() => {{ document.getElementById('{content.get('id')}').style.display = ''; }}, 700);</script>",
        )
