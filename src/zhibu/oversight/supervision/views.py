"""The organiser's board and its reminder."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

import xlsxwriter
from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.dates import china_today
from zhibu.common.errors import NotVisible
from zhibu.foundation.obligations.queries import Totals
from zhibu.oversight.supervision import commands, queries
from zhibu.roster.organizations.models import Organization
from zhibu.ui.listing import Column, Listing, list_page
from zhibu.ui.pages import PageRequest, page, require

COLUMNS = (
    Column("党支部", sort="name"),
    Column("党员", align="end"),
    Column("书记"),
    Column("届满", sort="term"),
    Column("党员大会"),
    Column("支委会"),
    Column("党课"),
    Column("体检"),
    Column("提醒"),
)
SORTS = {
    "name": ("name", "pk"),
    "code": ("code", "pk"),
    "term": ("term_end", "name", "pk"),
}
ONLY = [
    ("", "全部"),
    ("breaches", "有需补办"),
    ("reminding", "有临期"),
    ("notices", "有建议改进"),
    ("term", "90天内届满"),
]

ORDERS = [("term", "按届满日期"), ("name", "按名称"), ("code", "按编码")]


class BoardForm(forms.Form):
    """What the board is narrowed to."""

    below = forms.ChoiceField(required=False, label="上级")
    words = forms.CharField(required=False, label="名称或编码", max_length=40)
    only = forms.ChoiceField(choices=ONLY, required=False, label="只看")
    sort = forms.ChoiceField(choices=ORDERS, required=False, label="排列")

    def __init__(self, data: QueryDict, committees: Sequence[Organization]) -> None:
        super().__init__(data)
        self.committees = {org.public_id: org for org in committees}
        field = self.fields["below"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "全部"), *((key, str(org)) for key, org in self.committees.items())]

    def committees_by_id(self) -> dict[int, Organization]:
        """The committees by id."""
        return {org.pk: org for org in self.committees.values()}

    def below_path(self) -> str:
        """The path that the board is narrowed to, empty for the whole scope."""
        below = self.committees.get(self.cleaned_data["below"]) if self.is_valid() else None
        return below.path if below else ""

    def filters(self) -> queries.Filters:
        """The choices made, as the queries take them."""
        if not self.is_valid():
            return queries.Filters()
        return queries.Filters(
            below=self.below_path(),
            words=self.cleaned_data["words"],
            only=self.cleaned_data["only"],
        )


class ReminderForm(forms.Form):
    """The one sentence of a reminder."""

    text = forms.CharField(
        label="提醒内容",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="对方会在工作台上看到这句话，可以修改。",
    )


def _form(request: PageRequest) -> BoardForm:
    return BoardForm(request.GET, queries.list_committees(request.actor.scope))


@page(right="supervision:view")
def board(request: PageRequest) -> HttpResponse:
    """One row a branch, sorted by name, code or the end of the term."""
    today, form, scope = china_today(), _form(request), request.actor.scope
    filters = form.filters()
    rows = queries.branches(scope, filters, today=today)
    listing = list_page(request, rows, columns=COLUMNS, sorts=SORTS, default_sort="term")
    totals = queries.board_totals(scope, filters.below)
    context = {
        "form": form,
        "listing": listing,
        "rows": queries.board_rows(listing.rows, form.committees_by_id(), today=today),
        "counters": _counters(request, totals, filters.below, today),
        "totals": totals,
        "tree": queries.get_tree(tuple(form.committees.values()), filters.below),
        "query": _query(listing),
        "may_remind": request.actor.may("supervision:remind"),
        "may_check": request.actor.may("checkup:view"),
    }
    return render(request, "oversight/supervision/board.html", context)


@dataclass(frozen=True, slots=True)
class Counter:
    """A number above the board that narrows it to what it counts."""

    label: str
    value: int
    url: str
    note: str
    is_current: bool


def _counters(request: PageRequest, totals: Totals, below: str, today: date) -> list[Counter]:
    """The numbers over the committee looked at, whatever else the board is narrowed to."""
    ending = queries.count_terms_ending(request.actor.scope, below, today=today)
    kept = {"below": request.GET.get("below", "")} if below else {}
    only = request.GET.get("only", "")
    given = (
        ("党支部", totals.organizations, "", ""),
        ("有需补办的", totals.with_breaches, "breaches", ""),
        ("有临期的", totals.with_reminders, "reminding", ""),
        ("90天内届满", ending, "term", "含已届满"),
    )
    return [
        Counter(label, value, "?" + urlencode(kept | ({"only": key} if key else {})), note, key == only)
        for label, value, key, note in given
    ]


def _query(listing: Listing[Organization]) -> str:
    return listing.address({"page": ""}).lstrip("?")


@page(right="supervision:view")
def export(request: PageRequest) -> HttpResponse:
    """The board as a workbook, with the filters of the page."""
    today, form = china_today(), _form(request)
    found = queries.branches(request.actor.scope, form.filters(), today=today).order_by("name", "pk")
    body = _workbook(queries.board_rows(list(found), form.committees_by_id(), today=today), today)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return HttpResponse(
        body, content_type=kind, headers={"Content-Disposition": "attachment; filename=board.xlsx"}
    )


def _workbook(rows: list[queries.BoardRow], today: date) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("督导")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    heads = [
        "党支部",
        "编码",
        "上级党组织",
        "党员数",
        "书记",
        "届满",
        "最近党员大会",
        "最近支委会",
        "最近党课",
        "需补办",
        "建议改进",
        "临期",
    ]
    sheet.write_row(0, 0, heads)
    for number, row in enumerate(rows, start=1):
        org = row.organization
        sheet.write_row(
            number, 0, [org.name, org.code, row.parent.name if row.parent else "", row.members, row.secretary]
        )
        for column, value in enumerate((row.term_end, *(day for _, day in row.last_meetings)), start=5):
            if value:
                sheet.write_datetime(number, column, value, day)
        sheet.write_row(number, 9, [row.breaches, row.notices, row.reminding])
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L数据截至 {day}&R第 &P 页".format(day=today.isoformat()))
    book.close()
    return buffer.getvalue()


@page(right="supervision:remind", methods=("GET", "HEAD", "POST"))
def reminder(request: PageRequest, public_id: str) -> HttpResponse:
    """One sentence to a branch, prefilled with what is due first; from the board it is sent at once."""
    found = Organization.objects.visible_to(request.actor.scope).filter(public_id=public_id).first()
    if found is None:
        raise NotVisible
    require(request.actor, "supervision:remind", found.path)
    today = china_today()
    subject = queries.subject_of_reminder(found, today=today, is_term=request.GET.get("about") == "term")
    form = ReminderForm(_sent(request, subject.text), initial={"text": subject.text})
    if request.method == "POST" and form.is_valid():
        commands.remind(
            actor=request.actor,
            today=today,
            organization=found,
            sender=_sender(request, found),
            duty=subject.duty,
            text=form.cleaned_data["text"],
        )
        text = form.cleaned_data["text"]
        messages.success(request, "已提醒{name}：{text}".format(name=found, text=text))
        return redirect(_board_address(request))
    context = {"form": form, "organization": found, "query": request.GET.urlencode()}
    return render(request, "oversight/supervision/reminder.html", context)


def _sent(request: PageRequest, prefilled: str) -> dict[str, str] | None:
    """What was sent: the words of the form, or the prefilled ones where the board's button was pressed."""
    if request.method != "POST":
        return None
    return {"text": prefilled} if "at_once" in request.POST else request.POST.dict()


def _board_address(request: PageRequest) -> str:
    """Back to the board as it was narrowed and sorted."""
    kept = {key: value for key, value in request.GET.dict().items() if key != "about"}
    return reverse("supervision:board") + ("?" + urlencode(kept) if kept else "")


def _sender(request: PageRequest, org: Organization) -> Organization:
    """In whose name the actor reminds: the place of the actor's role, else the branch's superior."""
    home = getattr(request.actor, "home_path", "")
    own = Organization.objects.visible_to(request.actor.scope).filter(path=home).first()
    return own or org.parent or org
