"""{% load ui %}: the components of the pages. dure/kit/ui/README.md lists them with an example each."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from dure.base import ids, korean
from dure.base.money import Money
from dure.kit import devices, faces, show
from dure.kit.ui import pictures

register = template.Library()
register.filter("device", devices.named)
type Plain = dict[str, Any]


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing from our sprite, beside words that say the same; hidden from screen readers."""
    return format_html(
        '<svg class="i" viewBox="0 0 24 24" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("dure/icons.svg"),
        name,
    )


@register.simple_tag
def idempotency_key() -> SafeString:
    """The hidden field that makes sending a form twice the same as sending it once."""
    return format_html('<input type="hidden" name="{}" value="{}">', faces.KEY_FIELD, ids.new())


@register.simple_tag
def back(address: str, label: str = "") -> SafeString:
    """The arrow at the top left of a page, for `{% block back %}`; `label` says where it leads."""
    said = label or gettext("Back")
    return format_html('<a class="icon" href="{}" aria-label="{}">{}</a>', address, said, icon("back"))


# Surfaces


@register.simple_block_tag
def card(content: str, title: str = "", tone: str = "", level: int = 2, anchor: str = "") -> SafeString:
    """A card around what stands between the tags. `tone`: "" | "mark" (accent edge) | "sun" (needs attention)."""
    heading = format_html("<h{0}>{1}</h{0}>", level, title) if title else ""
    place = format_html(' id="{}"', anchor) if anchor else ""
    return format_html('<section class="card {}"{}>{}{}</section>', tone, place, heading, content)


@register.simple_block_tag
def notice(content: str, tone: str = "") -> SafeString:
    """A coloured remark. `tone`: "" | "sun" (mind this) | "warn" (something is wrong)."""
    sign = {"sun": "info", "warn": "warn"}.get(tone, "info")
    return format_html('<div class="note {}">{}<div class="grow">{}</div></div>', tone, icon(sign), content)


@register.simple_block_tag
def ask(content: str, label: str, tone: str = "", sign: str = "", is_open: object = False) -> SafeString:
    """A button that opens a question (a form) below itself, without script. `tone`: "" | "danger".

    `is_open`: whether it stands open already, as it must around a form that was turned back.
    """
    drawn = icon(sign) if sign else ""
    return format_html(
        '<details class="ask {}"{}><summary>{}{}</summary><div>{}</div></details>',
        tone,
        SafeString(" open") if is_open else "",
        drawn,
        label,
        content,
    )


@register.simple_block_tag
def more(content: str, label: str) -> SafeString:
    """Three dots that open what one seldom needs, without script; `label` says to a screen reader what they open."""
    return format_html(
        '<details class="more"><summary aria-label="{}"><span aria-hidden="true">⋯</span></summary><div>{}</div></details>',
        label,
        content,
    )


@register.inclusion_tag("ui/row.html")
def row(title: str, **more: Any) -> Plain:
    """A line of a list, inside `<ul class="rows">`. More: href, note, end, badge, badge_tone, sign (icon), initials, tone."""
    return {"title": title, **more}


@register.inclusion_tag("ui/empty.html")
def empty(title: str, what: str = "", href: str = "", label: str = "", sign: str = "leaf") -> Plain:
    """What stands where nothing is yet: says so, and what to do next."""
    return {"title": title, "what": what, "href": href, "label": label, "sign": sign}


# Small things


@register.simple_tag
def badge(text: object, tone: str = "") -> SafeString:
    """A short mark. `tone`: "" (accent) | "quiet" | "sun" | "warn" | "grey"."""
    return format_html('<span class="badge {}">{}</span>', tone, text)


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """The first letter of a name in a circle; decoration, since the name stands beside it. `size`: "" | "big"."""
    return format_html('<span class="icon {}" aria-hidden="true">{}</span>', size, (name.strip() or "?")[0].upper())


@register.inclusion_tag("ui/button.html")
def button(label: str, kind: str = "", href: str = "", **more: Any) -> Plain:
    """A button, or a link that looks like one. `kind`: "" | "ghost" | "danger" | "quiet".

    More: sign (icon), wide, most, name, value, form, formaction, disabled, again (text while it is being sent).
    """
    return {"label": label, "kind": kind, "href": href, **more}


@register.inclusion_tag("ui/chips.html", takes_context=True)
def chips(context: Context, label: str, items: Sequence[Any], name: str = "", wrap: bool = False) -> Plain:
    """A row of choices as links. `items`: (text, address) pairs, the one with the current address is marked; or, with
    `name`, (text, value) pairs that set that query parameter and keep the others.
    """
    request: HttpRequest = context["request"]
    drawn = []
    for text, target in items:
        if name:
            query = request.GET.copy()
            query.pop("page", None)
            query.pop(name, None)
            if str(target):
                query[name] = str(target)
            on = request.GET.get(name, "") == str(target)
            drawn.append((text, f"?{query.urlencode()}" if query else request.path, on))
        else:
            drawn.append((text, target, target.split("?")[0] == request.path))
    return {"label": label, "items": drawn, "wrap": wrap}


@register.inclusion_tag("ui/search.html", takes_context=True)
def search(context: Context, label: str, name: str = "q", placeholder: str = "") -> Plain:
    """A search field that keeps the other query parameters (filters) of the address."""
    request: HttpRequest = context["request"]
    kept = [(key, value) for key, value in request.GET.items() if key not in (name, "page")]
    value = request.GET.get(name, "")
    return {"label": label, "name": name, "value": value, "kept": kept, "placeholder": placeholder}


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any]) -> Plain:
    """Links to the other pages of a Django `Page`, keeping the filters of the address."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()

    def to(number: int) -> str:
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    last = page.paginator.num_pages
    near = {1, last, *range(max(1, page.number - 1), min(last, page.number + 1) + 1)}
    links: list[tuple[int, str] | None] = []
    for number in sorted(near):
        if links and links[-1] and number - links[-1][0] > 1:
            links.append(None)
        links.append((number, to(number)))
    before = to(page.previous_page_number()) if page.has_previous() else ""
    after = to(page.next_page_number()) if page.has_next() else ""
    return {"page": page, "links": links, "before": before, "after": after}


@register.inclusion_tag("ui/share.html")
def share(address: str, title: str = "", label: str = "") -> Plain:
    """A button that shares `address` (or copies it); without script it is a field to copy from."""
    return {"address": address, "title": title, "label": label or gettext("Share")}


@register.inclusion_tag("ui/picture.html")
def picture(address: str, alt: str, width: int = 0, height: int = 0, eager: bool = False) -> Plain:
    """A picture with its description; an empty `alt` only for decoration."""
    return {"address": address, "alt": alt, "width": width, "height": height, "eager": eager}


@register.inclusion_tag("ui/hero.html")
def hero(title: str, address: str = "", alt: str = "", note: str = "") -> Plain:
    """The head of one thing: its picture with the title over it, or a quiet ground of our own where it has none."""
    return {"title": title, "address": address, "alt": alt, "note": note}


@register.simple_block_tag
def tile(content: str, title: str, href: str, address: str = "", alt: str = "") -> SafeString:
    """One thing in a list, as a card that is pressed as a whole: picture (if any), title, what stands between the tags."""
    drawn = render_to_string("ui/picture.html", {"address": address, "alt": alt}) if address else ""
    return format_html(
        '<article class="card press">{}<h2><a class="whole" href="{}">{}</a></h2>{}</article>',
        drawn,
        href,
        title,
        content,
    )


# Numbers and pictures of numbers


@register.inclusion_tag("ui/stat.html")
def stat(value: object, unit: str, label: str, when: date | datetime | None = None) -> Plain:
    """A number with its unit, what it counts, and of when it is."""
    if isinstance(value, int):
        value = show.count(value)
    return {"value": value, "unit": unit, "label": label, "when": when}


@register.inclusion_tag("ui/goal.html")
def goal(raised: int, target: int, label: str = "", big: bool = True) -> Plain:
    """Money raised towards a goal, as a number, percent and bar; more than the goal is shown as more."""
    bar = pictures.goal_bar(raised, target)
    said = gettext("{raised} of {goal} raised, {percent}").format(
        raised=show.money(raised), goal=show.money(target), percent=show.percent(raised, target)
    )
    parts = show.money_parts(raised)
    return {
        "raised": raised,
        "goal": target,
        "more": max(0, raised - target),
        "sum": parts,
        "bar": bar,
        "said": said,
        "label": label,
        "big": big,
    }


@register.inclusion_tag("ui/bar.html")
def bar(part: int, whole: int, said: str, tone: str = "") -> Plain:
    """A plain share bar; `said` is its accessible text. `tone`: "" | "warn"."""
    return {"bar": pictures.goal_bar(part, whole), "said": said, "tone": tone}


@register.inclusion_tag("ui/flow.html")
def flow(
    sources: Sequence[pictures.Share], uses: Sequence[pictures.Share], caption: str, when: datetime | None = None
) -> Plain:
    """Where money came from and where it went; `sources` and `uses` are `pictures.Share`s and sum to the same."""
    drawn = pictures.ribbons(sources, uses)
    return {"sources": sources, "uses": uses, "ribbons": drawn, "caption": caption, "when": when}


@register.inclusion_tag("ui/bars.html")
def bars(caption: str, items: Sequence[tuple[str, int]], unit: str = "", heading: str = "") -> Plain:
    """A bar chart that is its own table: (label, number) pairs; `unit` is written after each number, "원" as money."""
    lengths = pictures.bar_lengths([number for _, number in items])
    drawn = [(text, number, length) for (text, number), length in zip(items, lengths, strict=True)]
    return {"caption": caption, "items": drawn, "unit": unit, "heading": heading}


@register.inclusion_tag("ui/line.html")
def line(caption: str, items: Sequence[tuple[str, int]], unit: str = "") -> Plain:
    """A line chart of (label, number) pairs in order, with the same numbers as a table to open."""
    chart = pictures.line([number for _, number in items])
    return {"caption": caption, "items": items, "unit": unit, "chart": chart}


@register.inclusion_tag("ui/steps.html")
def steps(items: Sequence[Mapping[str, Any]], label: str) -> Plain:
    """States one after another. Each: title, note, when, and state: "done" | "now" | "next" | "bad"."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/table.html")
def table(caption: str, headers: Sequence[str], rows: Sequence[Sequence[object]], numbers: str = "") -> Plain:
    """A table whose rows become cards on a phone; the first cell names the row.

    `numbers`: the columns to set right, counted from 1, "3,4".
    """
    right = {int(text) for text in numbers.split(",") if text}
    heads = [(text, place in right) for place, text in enumerate(headers, 1)]
    lines = [
        [(cell, text, place in right) for place, (cell, text) in enumerate(zip(cells, headers, strict=True), 1)]
        for cells in rows
    ]
    return {"caption": caption, "heads": heads, "lines": lines}


# Filters


@register.filter
def money(amount: Money | int | None) -> str:
    """8,432,100원; nothing for None."""
    return "" if amount is None else show.money(amount)


@register.filter
def money_short(amount: Money | int) -> str:
    """843만원."""
    return show.money_short(amount)


@register.filter
def count(number: int) -> str:
    """1,204."""
    return show.count(number)


@register.filter(expects_localtime=False)
def day(when: date | datetime | None) -> SafeString | str:
    """A day as a `<time>`: 11월 21일."""
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), show.day(when)) if when else ""


@register.filter(expects_localtime=False)
def day_plain(when: date | datetime | None) -> str:
    """The same without markup, to stand inside a sentence."""
    return show.day(when) if when else ""


@register.filter(expects_localtime=False)
def moment(when: datetime | None) -> SafeString | str:
    """A day and time as a `<time>`: 11월 21일 10:24."""
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), show.moment(when)) if when else ""


@register.filter(expects_localtime=False)
def moment_plain(when: datetime | None) -> str:
    """The same without markup, to hand on to a component."""
    return show.moment(when) if when else ""


@register.filter(expects_localtime=False)
def long_day(when: date | datetime) -> str:
    """11월 21일 토요일."""
    return show.day(when, weekday=True)


@register.filter
def left(until: date | datetime) -> str:
    """9일 남음."""
    return show.left(until)


@register.filter
def percent(part: int, whole: int) -> str:
    """{{ raised|percent:goal }} -> 84%."""
    return show.percent(part, whole)


@register.filter
def particle(word: object, pair: str) -> str:
    """{{ name|particle:"을/를" }}."""
    return korean.with_particle(str(word), pair)
