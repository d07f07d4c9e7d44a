"""The components. Each tag's docstring is its interface; /gallery shows them all.

Block tags (``{% card %}…{% endcard %}``) wrap what the page writes; the others stand alone. All are
built in: no ``{% load %}``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from zhibu.common.identifiers import new_public_id
from zhibu.rulebook.explain import label_of
from zhibu.rulebook.loader import national
from zhibu.ui.charts import FULL, BarChart, HeatCell, HeatTable, place_bars
from zhibu.ui.listing import PAGE_SIZES, Column, Listing
from zhibu.ui.marks import MARKS, Step, Tab
from zhibu.ui.templatetags.formats import number

register = template.Library()
_WORD = "\x00"  # where the word of a mark stands


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A picture from the sprite (ui/_sprite.html); hidden from screen readers, so words stand beside it."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"></use></svg>', name)


@register.simple_tag
def mark(key: str, word: str = "") -> SafeString:
    """A state as shape and word: ``{% mark "soon" "还有12天" %}``; keys: ok ● soon ▲ late ■ open ○ none –."""
    known = MARKS.get(key, MARKS["none"])
    before, after = _mark_frame(known.key)
    return format_html("{}{}{}", before, word or known.word, after)


@cache
def _mark_frame(key: str) -> tuple[SafeString, SafeString]:
    """What stands before and after the word; a list has a mark or two in each of its rows."""
    before, after = _render("mark", _WORD, mark=MARKS[key]).split(_WORD)
    return mark_safe(before), mark_safe(after)  # noqa: S308 - the component's own template


@register.simple_tag(takes_context=True)
def organization_link(context: Context, organization: Any) -> SafeString:
    """An organisation's short name, leading to its page where the reader may open it."""
    request = context.get("request")
    if request is None or not request.actor.may("organizations:view", organization.path):
        return format_html("{}", organization)
    url = reverse("organizations:organization", args=[organization.public_id])
    return format_html('<a href="{}">{}</a>', url, organization)


@register.simple_block_tag
def page_header(
    content: str, title: str = "", lead: str = "", back_url: str = "", back_label: str = "返回"
) -> SafeString:
    """The head of a page: h1, one line below it, and at the right whatever buttons the block holds."""
    return _render("page_header", content, title=title, lead=lead, back_url=back_url, back_label=back_label)


@register.simple_tag
def button(label: str, url: str, kind: str = "", icon_name: str = "") -> SafeString:
    """A link that looks like a button; ``kind`` primary (one a page), small, plain, danger or several."""
    return _render("button", "", label=label, url=url, kinds=kind.split(), icon_name=icon_name)


@register.simple_block_tag
def card(
    content: str, title: str = "", more_url: str = "", more_label: str = "查看全部", flush: bool = False
) -> SafeString:
    """A white card with a heading and a link at its right; ``flush`` for a table without padding."""
    return _render("card", content, title=title, more_url=more_url, more_label=more_label, flush=flush)


@register.simple_block_tag
def alert(content: str, kind: str = "info", title: str = "") -> SafeString:
    """A notice in the page: ``kind`` info, success, warning or danger."""
    return _render("alert", content, kind=kind, title=title, is_grave=kind in ("warning", "danger"))


@register.simple_tag
def empty(text: str, url: str = "", label: str = "") -> SafeString:
    """What stands where a list is empty: a sentence and perhaps one button."""
    return _render("empty", "", text=text, url=url, label=label)


@register.simple_block_tag
def table(
    content: str,
    listing: Listing[Any] | Sequence[Column],
    caption: str = "",
    sticky: bool = True,
    cards: bool | str = False,
    empty_text: str = "还没有记录。",
) -> SafeString:
    """A data table: heads from the listing's columns (with sort links), rows (<tr>…) from the block.

    ``listing`` may be a plain tuple of ``Column`` where nothing is sorted. ``cards`` turns rows into
    cards on a phone (``"pairs"``: two short cells a line): then each <td> carries ``data-label``.
    The first cell of a row is a <th scope="row">.
    """
    paged = listing if isinstance(listing, Listing) else None
    columns = paged.columns if paged else tuple(listing)  # type: ignore[arg-type]
    heads = [
        {
            "label": column.label,
            "align": column.align,
            "url": paged.address({"sort": _turned(paged.sort, column.sort)}) if paged and column.sort else "",
            "direction": _direction(paged.sort, column.sort) if paged and column.sort else "",
        }
        for column in columns
    ]
    return _render(
        "table",
        content,
        heads=heads,
        caption=caption,
        sticky=sticky,
        cards=cards,
        empty_text=empty_text,
        is_empty=not content.strip(),
        width=len(columns),
    )


@register.simple_tag
def pager(listing: Listing[Any]) -> SafeString:
    """Below a table: how many, which page, and 20 / 50 / 全部 a page."""
    pages = [
        {"number": n, "url": listing.address({"page": str(n)}), "is_current": n == listing.number}
        for n in listing.shown_pages()
    ]
    choices = [(str(size), str(size), size == listing.size) for size in PAGE_SIZES]
    choices.append(("全部", "all", listing.size == 0))
    sizes = [
        {"label": label, "url": listing.address({"size": value}), "is_current": current}
        for label, value, current in choices
    ]
    return _render("pager", "", listing=listing, pages=pages, sizes=sizes)


@register.simple_block_tag
def filter_bar(content: str, action: str = "", clear_url: str = "") -> SafeString:
    """A line of filters sent by GET; a changed choice sends itself. Fields: ``{% filter_field form.x %}``."""
    return _render("filter_bar", content, action=action, clear_url=clear_url)


@register.inclusion_tag("ui/components/filter_field.html")
def filter_field(field: Any) -> dict[str, Any]:
    """One field of a form in the filter bar, its label above it."""
    return {"field": field}


@register.simple_block_tag(takes_context=True)
def post_form(
    context: Context,
    content: str,
    submit: str = "保存",
    action: str = "",
    cancel_url: str = "",
    cancel_label: str = "返回",
    is_dangerous: bool = False,
    has_files: bool = False,
    confirm_leave: bool = False,
    autosave_url: str = "",
    version: int | None = None,
) -> SafeString:
    """A form that changes something: token, once-only key, the block's fields, one main button.

    ``autosave_url`` saves while typing (form carries ``version``); ``confirm_leave`` asks before unsaved
    words are lost.
    """
    return _render(
        "post_form",
        content,
        csrf_token=context.get("csrf_token", ""),
        submission_key=new_public_id(),
        submit=submit,
        action=action,
        cancel_url=cancel_url,
        cancel_label=cancel_label,
        is_dangerous=is_dangerous,
        has_files=has_files,
        confirm_leave=confirm_leave,
        autosave_url=autosave_url,
        version=version,
    )


@register.simple_block_tag(takes_context=True)
def post_button(
    context: Context, content: str, label: str, url: str, kind: str = "", icon_name: str = ""
) -> SafeString:
    """One button that posts at once (the block may hold hidden fields): ``{% post_button "全到" url %}``."""
    return _render(
        "post_button",
        content,
        csrf_token=context.get("csrf_token", ""),
        submission_key=new_public_id(),
        label=label,
        url=url,
        kinds=kind.split(),
        icon_name=icon_name,
    )


@register.inclusion_tag("ui/components/crumbs.html")
def crumbs(*parts: str) -> dict[str, Any]:
    """The path to a page: ``{% crumbs "党员" list_url "张三" %}``, label, address, … the last alone."""
    pairs = [(parts[i], parts[i + 1] if i + 1 < len(parts) else "") for i in range(0, len(parts), 2)]
    return {"pairs": pairs}


@register.inclusion_tag("ui/components/tabs.html")
def tabs(items: Sequence[Tab], label: str = "分类") -> dict[str, Any]:
    """Tabs that are links; each a ``zhibu.ui.marks.Tab``."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/components/steps.html")
def steps(items: Sequence[Step], vertical: bool = False) -> dict[str, Any]:
    """The steps of a process; each a ``zhibu.ui.marks.Step`` (done, current, ahead)."""
    return {"items": items, "vertical": vertical}


@register.inclusion_tag("ui/components/fact.html")
def fact(label: str, value: object = "", wide: bool = False) -> dict[str, Any]:
    """A line of ``<dl class="facts">``: label and value; nothing given is shown as 未填."""
    return {"label": label, "value": value, "wide": wide}


@register.inclusion_tag("ui/components/event.html")
def event(date: str, title: str, note: str = "", url: str = "", late: bool = False) -> dict[str, Any]:
    """A line of ``<ol class="timeline">``: when (already in words), what, and a quiet note (who, why)."""
    return {"date": date, "title": title, "note": note, "url": url, "late": late}


@register.inclusion_tag("ui/components/masked.html")
def masked(value: str, url: str = "", label: str = "查看完整号码（会留下记录）") -> dict[str, Any]:
    """A masked number with an eye that leads to the page where a purpose is given; no url, no eye."""
    return {"value": value, "url": url, "label": label}


@register.inclusion_tag("ui/components/watermark.html")
def watermark(words: str) -> dict[str, Any]:
    """Who looks and when, over the whole window, on screen and on paper; does not catch clicks."""
    return {"words": words}


@register.simple_tag
@cache
def norm(norm_id: str, words: str = "") -> SafeString:
    """The article behind something, linked to its text: ``{% norm "ZB-11-2" %}``, or with other words."""
    try:
        url = reverse("home:norm", args=[norm_id]) if norm_id else ""
    except NoReverseMatch:
        url = ""
    return _render("norm", "", words=words or _article(norm_id), url=url)


@register.filter
def articles(norm_ids: list[str]) -> list[str]:
    """Of norms that stand in the same article only the first: it is named once."""
    return list({_article(norm_id): norm_id for norm_id in reversed(norm_ids)}.values())[::-1]


@register.inclusion_tag("ui/components/figure.html")
def figure(
    label: str, value: object, url: str = "", note: str = "", is_current: bool = False
) -> dict[str, Any]:
    """One big number in ``<div class="figures">``; with an address it leads to its list."""
    return {"label": label, "value": value, "url": url, "note": note, "is_current": is_current}


@register.inclusion_tag("ui/components/progress.html")
def progress(done: int, total: int, label: str = "") -> dict[str, Any]:
    """A bar with words: ``{% progress 27 32 "已交 27 人，应交 32 人" %}``."""
    length = min(100, done * 100 // total) if total else 0
    return {"length": length, "label": label or f"{done} / {total}"}


@register.inclusion_tag("ui/components/bar_chart.html")
def bar_chart(chart: BarChart) -> dict[str, Any]:
    """A bar chart drawn on the server, with 看数据 and 导出 below it; see ``zhibu.ui.charts``."""
    has_before = any(bar.before is not None for bar in chart.bars)
    return {"chart": chart, "bars": place_bars(chart), "full": FULL, "has_before": has_before}


@register.inclusion_tag("ui/components/heat_table.html")
def heat_table(heat: HeatTable) -> dict[str, Any]:
    """Rows by months with numbers inside; see ``zhibu.ui.charts.HeatTable``."""
    rows = [(row, SafeString("".join(map(_heat_cell, row.cells)))) for row in heat.rows]
    return {"heat": heat, "rows": rows}


def _heat_cell(cell: HeatCell) -> str:
    """One number; written here, because a county has four hundred and more of them."""
    words = f' title="{escape(cell.title)}"' if cell.title else ""
    short = " heat-short" if cell.is_short else ""
    inner = f"<span{words}>{number(cell.value)}</span>"
    if cell.url and cell.value is not None:
        inner = f'<a href="{escape(cell.url)}"{words}>{number(cell.value)}</a>'
    return f'<td class="heat-{cell.level}{short}">{inner}</td>'


def _article(norm_id: str) -> str:
    """《支部工作条例》第十一条 for the id of a norm or of a check; the id itself where neither is known."""
    book = national()
    for find in (book.norm, book.clause):
        try:
            regulation, norm_found, *_ = find(norm_id)
        except KeyError:
            continue
        return label_of(regulation, norm_found)
    return norm_id


def _render(name: str, content: str, **values: object) -> SafeString:
    return render_to_string(f"ui/components/{name}.html", {"content": content, **values})


def _turned(current: str, key: str) -> str:
    return f"-{key}" if current == key else key


def _direction(current: str, key: str) -> str:
    if current.lstrip("-") != key:
        return ""
    return "descending" if current.startswith("-") else "ascending"
