"""The papers of a meeting: previewed, printed, stored when the meeting is filed, opened again as
they were."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.dates import CHINA, china_today, utc_now
from zhibu.common.errors import NotVisible
from zhibu.foundation.documents.codes import code_modules
from zhibu.foundation.documents.docx import render_docx
from zhibu.foundation.documents.fonts import FaceReport, font_report
from zhibu.foundation.documents.papers import Paper
from zhibu.foundation.documents.pdf import missing_characters, render_pdf
from zhibu.foundation.documents.queries import current_fonts
from zhibu.orglife.meetings.commands.checkin import close_check_in, open_check_in, personal_token
from zhibu.orglife.meetings.commands.meetings import send_notice
from zhibu.orglife.meetings.commands.papers import PaperFile, file_papers
from zhibu.orglife.meetings.models import Meeting, MeetingKind, MinutesVersion
from zhibu.orglife.meetings.norms import votes_at
from zhibu.orglife.meetings.queries.attendance import get_roll
from zhibu.orglife.meetings.queries.links import get_link
from zhibu.orglife.meetings.queries.meetings import list_items
from zhibu.orglife.meetings.queries.papers import (
    DOCX,
    PDF,
    PaperKind,
    code_sheet_of,
    get_document,
    list_documents,
    notice_of,
    papers_of,
    sign_in_sheet_of,
)
from zhibu.orglife.meetings.queries.record import (
    compose_record,
    get_record,
    get_version,
    list_versions,
    record_of_json,
)
from zhibu.orglife.meetings.views.places import load, load_for_work
from zhibu.ui.forms import carried_number
from zhibu.ui.pages import PageRequest, page

logger = logging.getLogger(__name__)
FORMATS = {"pdf": PDF, "docx": DOCX}
_NUMBERED = "{kind}_{place}"


@dataclass(frozen=True, slots=True)
class Offer:
    """One paper that can be opened; ``name`` stands in the address."""

    name: str
    words: str


def offered_papers(meeting: Meeting) -> list[Offer]:
    """The papers of a filed meeting, and the two that went before it."""
    return [Offer(name, words) for name, (words, _) in _papers(meeting, latest_version(meeting)).items()]


def latest_version(meeting: Meeting) -> int:
    """The number of the newest version of the minutes; 1 for a record that came in bulk."""
    newest = MinutesVersion.objects.filter(meeting=meeting).order_by("-number").first()
    return newest.number if newest else 1


def _papers(meeting: Meeting, number: int) -> dict[str, tuple[str, Paper]]:
    """Name → words and content of each paper of one version; none of a talk, of which only the day and the
    names are kept."""
    if meeting.kind == MeetingKind.TALK:
        return {}
    version = get_version(meeting, number)
    record = record_of_json(version.content) if version else get_record(meeting)
    found: dict[str, tuple[str, Paper]] = {}
    note = ""
    if version is not None and version.number > 1:
        note = "第{n}版，更正原因：{why}".format(n=version.number, why=version.reason)
    for kind, papers in papers_of(record, note).items():
        for place, paper in enumerate(papers, start=1):
            name = kind.value if place == 1 else _NUMBERED.format(kind=kind.value, place=place)
            words = kind.words if len(papers) == 1 else "{words}（{n}）".format(words=kind.words, n=place)
            found[name] = (words, paper)
    told = meeting.notice_sent_at or meeting.created_at
    notice = notice_of(
        meeting,
        [item.topic for item in record.items],
        issued=min(told.astimezone(CHINA).date(), meeting.date),
    )
    found[PaperKind.NOTICE] = (PaperKind.NOTICE.words, notice)
    found[PaperKind.SIGN_IN] = (PaperKind.SIGN_IN.words, sign_in_sheet_of(meeting, get_roll(meeting)))
    return found


def font_substitutes() -> list[FaceReport]:
    """The faces that stand in for ones the machine lacks, each with its sentence for the page."""
    return [face for face in font_report(current_fonts()) if face.is_substitute]


def render_paper(paper: Paper, content_type: str) -> bytes:
    """A paper in one of the two formats."""
    return render_docx(paper) if content_type == DOCX else render_pdf(paper, fonts=current_fonts())


def store_papers(request: PageRequest, meeting: Meeting) -> None:
    """Store every paper of the newest version in both formats; half a second for a usual meeting.

    A disk that is full costs no record: the papers are made from the kept version when they are opened.
    """
    number = latest_version(meeting)
    files = [
        _set(meeting, name, words, paper, content_type)
        for name, (words, paper) in _papers(meeting, number).items()
        for content_type in FORMATS.values()
    ]
    try:
        file_papers(actor=request.actor, today=china_today(), meeting=meeting, version=number, files=files)
    except OSError:
        logger.exception("papers of meeting %s were not stored", meeting.pk)


def _set(meeting: Meeting, name: str, words: str, paper: Paper, content_type: str) -> PaperFile:
    title = "{title} {words}".format(title=meeting.title, words=words)
    return PaperFile(name, title, content_type, render_paper(paper, content_type))


@page(right="meetings:view")
def paper(request: PageRequest, public_id: str, name: str, ending: str) -> HttpResponse:
    """One paper as PDF or DOCX: the stored file of a filed meeting, a fresh draft of an open one."""
    meeting = load(request, public_id)
    content_type = FORMATS.get(ending)
    if content_type is None:
        raise NotVisible
    if meeting.state != Meeting.State.COMPLETED:
        return _draft(request, meeting, name, content_type, ending)
    number = _asked_version(request, meeting)
    document = get_document(meeting, name, number, content_type)
    if document is None:
        found = _papers(meeting, number).get(name)
        if found is None:
            raise NotVisible
        file = _set(meeting, name, *found, content_type)
        document = file_papers(
            actor=request.actor, today=china_today(), meeting=meeting, version=number, files=[file]
        )[0]
    with document.file.open("rb") as stored:
        body = stored.read()
    return paper_file(body, content_type, "{title}.{ending}".format(title=document.title, ending=ending))


def asked_paper(request: PageRequest, meeting: Meeting, name: str) -> tuple[str, Paper]:
    """What a paper is called and contains: of the version asked for, or as the open meeting stands now."""
    if meeting.state != Meeting.State.COMPLETED:
        return _draft_paper(request, meeting, name)
    found = _papers(meeting, _asked_version(request, meeting)).get(name)
    if found is None:
        raise NotVisible
    return found


def _asked_version(request: PageRequest, meeting: Meeting) -> int:
    asked, latest = carried_number(request.GET.get("version", "")), latest_version(meeting)
    return asked if 1 <= asked <= latest else latest


def _draft_paper(request: PageRequest, meeting: Meeting, name: str) -> tuple[str, Paper]:
    """A paper of an open meeting; 404 for a name it has no paper for."""
    items, link = list_items(meeting), arrival_url(request, meeting)
    if name == PaperKind.NOTICE:
        topics = [item.topic for item in items]
        return PaperKind.NOTICE.words, notice_of(meeting, topics, issued=china_today(), link=link)
    if name == PaperKind.SIGN_IN:
        return PaperKind.SIGN_IN.words, sign_in_sheet_of(meeting, get_roll(meeting), link=link)
    if name == PaperKind.CODE_SHEET and link:
        return PaperKind.CODE_SHEET.words, code_sheet_of(meeting, link)
    papers = papers_of(compose_record(meeting, get_roll(meeting), items))
    kind = next((kind for kind in papers if kind.value == name), None)
    if kind is None:
        raise NotVisible
    return kind.words, papers[kind][0]


def _draft(request: PageRequest, meeting: Meeting, name: str, content_type: str, ending: str) -> HttpResponse:
    words, content = _draft_paper(request, meeting, name)
    filename = "{title} {words}.{ending}".format(title=meeting.title, words=words, ending=ending)
    return paper_file(render_paper(content, content_type), content_type, filename)


def paper_file(body: bytes, content_type: str, filename: str) -> HttpResponse:
    """A paper as an answer; PDF opens in the window, DOCX is saved under its Chinese name (RFC 6266)."""
    response = HttpResponse(body, content_type=content_type)
    response.headers["Content-Disposition"] = "inline; filename*=UTF-8''{name}".format(name=quote(filename))
    return response


def arrival_url(request: PageRequest, meeting: Meeting) -> str:
    """The address behind the QR code, empty where nobody opened it."""
    link = get_link(meeting)
    if link is None:
        return ""
    return request.build_absolute_uri(reverse("meetings:arrive", args=[link.token]))


@page(right="meetings:view")
def preview(request: PageRequest, public_id: str) -> HttpResponse:
    """The record as it would be filed, or any version that was; with the papers and the faces they
    are set in."""
    meeting = load(request, public_id)
    number = carried_number(request.GET.get("version", ""))
    version = get_version(meeting, number) if number else None
    if meeting.is_open:
        record = compose_record(meeting, get_roll(meeting), list_items(meeting))
    else:
        record = record_of_json(version.content) if version else get_record(meeting)
    minutes = papers_of(record)[PaperKind.MINUTES][0]
    context = {
        "meeting": meeting,
        "record": record,
        "version": version,
        "versions": list_versions(meeting),
        "papers": papers_of(record),
        "substitutes": font_substitutes(),
        "missing": missing_characters(minutes, fonts=current_fonts()),
        "documents": list_documents(meeting),
    }
    return render(request, "orglife/meetings/preview.html", context)


@page(right="meetings:view", methods=("GET", "HEAD", "POST"))
def notice(request: PageRequest, public_id: str) -> HttpResponse:
    """What tells people of a meeting: a text to copy, a paper to print, a code to scan; nothing is sent."""
    meeting = load_for_work(request, public_id)
    if request.method == "POST":
        if request.POST.get("act") == "open":
            open_check_in(actor=request.actor, today=china_today(), meeting=meeting)
        elif request.POST.get("act") == "close":
            close_check_in(actor=request.actor, today=china_today(), meeting=meeting)
        else:
            send_notice(actor=request.actor, today=china_today(), meeting=meeting)
        return redirect("meetings:notice", meeting.public_id)
    url = arrival_url(request, meeting)
    context = {
        "meeting": meeting,
        "items": list_items(meeting),
        "roll": get_roll(meeting),
        "votes_here": votes_at(meeting.all_kinds),
        "url": url,
        "link": get_link(meeting),
        "now": utc_now(),
        "code": code_path(url) if url else None,
    }
    return render(request, "orglife/meetings/notice.html", context)


@page(right="meetings:view")
def personal_links(request: PageRequest, public_id: str) -> HttpResponse:
    """One address for each person, to be passed on by whoever knows them; it opens that person's
    page alone."""
    meeting = load_for_work(request, public_id)
    link = get_link(meeting)
    if link is None:
        return redirect("meetings:notice", meeting.public_id)
    rows = [
        (
            row,
            request.build_absolute_uri(
                reverse("meetings:arrive_as", args=[link.token, personal_token(meeting, row.person_id)])
            ),
        )
        for row in get_roll(meeting).expected
    ]
    return render(request, "orglife/meetings/links.html", {"meeting": meeting, "rows": rows})


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code as one path of unit squares in a square of ``size`` units, four of them quiet."""

    size: int
    path: str


def code_path(url: str) -> Code:
    """The squares of a QR code, to be drawn by the page itself."""
    rows = code_modules(url)
    steps = [
        "M{x} {y}h1v1h-1z".format(x=x + 4, y=y + 4)
        for y, row in enumerate(rows)
        for x, module in enumerate(row)
        if module == "1"
    ]
    return Code(len(rows) + 8, "".join(steps))
