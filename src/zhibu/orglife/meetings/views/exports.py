"""The list of meetings as a workbook: 三会一课情况登记表, derived from the records, typed by nobody."""

from __future__ import annotations

import io
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse

from zhibu.common.dates import china_today
from zhibu.orglife.meetings.models import Meeting
from zhibu.orglife.meetings.queries.meetings import list_meetings
from zhibu.orglife.meetings.views.lists import asked_filter, below_of
from zhibu.orglife.meetings.views.places import work_organization
from zhibu.ui.pages import PageRequest, page, require

_HEADS = (
    ("党组织", 26),
    ("类型", 18),
    ("同时计作", 18),
    ("名称", 34),
    ("日期", 12),
    ("补录日期", 12),
    ("地点", 18),
    ("主持人", 10),
    ("应到", 7),
    ("实到", 7),
    ("主要内容", 50),
    ("决议", 50),
    ("状态", 10),
)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(right="meetings:view")
def export(request: PageRequest) -> HttpResponse:
    """What the list shows, all of it, as a workbook; dates and numbers are such, not text."""
    organization = work_organization(request)
    require(request.actor, "meetings:view", organization.path)
    _, wanted = asked_filter(request, china_today())
    rows = list_meetings(request.actor.scope, wanted, below=below_of(request, organization))
    rows = rows.select_related("host").prefetch_related("items__resolutions")
    name = "{org}三会一课情况登记表{day}.xlsx".format(org=organization, day=china_today().isoformat())
    response = HttpResponse(_book(list(rows[:20_000])), content_type=_XLSX)
    response.headers["Content-Disposition"] = "attachment; filename*=UTF-8''{name}".format(name=quote(name))
    return response


def _book(rows: list[Meeting]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("情况登记表")
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for column, (head, width) in enumerate(_HEADS):
            sheet.write_string(0, column, head, bold)
            sheet.set_column(column, column, width, wrapped)
        sheet.freeze_panes(1, 0)
        for number, meeting in enumerate(rows, start=1):
            for column, value in enumerate(_values(meeting)):
                if isinstance(value, str):
                    sheet.write_string(number, column, value, wrapped)
                elif isinstance(value, int):
                    sheet.write_number(number, column, value)
                elif value is not None:
                    sheet.write_datetime(number, column, value, day)
    return out.getvalue()


def _values(meeting: Meeting) -> tuple[object, ...]:
    items = list(meeting.items.all())
    resolved = [row.text for item in items for row in item.resolutions.all()]
    return (
        meeting.organization.name,
        meeting.kind_words,
        meeting.also_words,
        meeting.title,
        meeting.date,
        meeting.recorded_date,
        meeting.place,
        meeting.host.name if meeting.host else "",
        meeting.expected_count,
        meeting.present_count,
        "；".join(item.topic for item in items),
        "；".join(resolved),
        meeting.get_state_display(),
    )
