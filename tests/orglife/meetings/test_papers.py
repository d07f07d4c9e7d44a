"""The papers of a meeting: from the record to what is printed, and that what was filed stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.orglife.meetings.made import Hall
from tests.world import TODAY
from zhibu.foundation.documents.models import Document
from zhibu.foundation.documents.text import render_text
from zhibu.orglife.meetings.commands.agenda import ResolutionDraft, add_resolution, save_text
from zhibu.orglife.meetings.commands.checkin import open_check_in
from zhibu.orglife.meetings.models import Meeting, MeetingKind
from zhibu.orglife.meetings.queries.papers import PaperKind, matter_of, minutes_of, papers_of
from zhibu.orglife.meetings.queries.record import Record, RecordedItem, RecordedVote, get_record


def _url(meeting: Meeting, name: str, ending: str, version: int = 0) -> str:
    url = reverse("meetings:paper", args=[meeting.public_id, name, ending])
    return f"{url}?version={version}" if version else url


def _voted(hall: Hall, text: str = "") -> Meeting:
    meeting = hall.call()
    hall.seat(meeting, "elder")
    item = meeting.items.get()
    if text:
        save_text(actor=hall.secretary, today=TODAY, item=item, text=text, version=1)
    item.refresh_from_db()
    item.meeting = meeting
    hall.vote(item, 7)
    add_resolution(actor=hall.secretary, today=TODAY, item=item, draft=ResolutionDraft("照计划办理。"))
    return hall.complete(meeting)


@pytest.mark.parametrize(
    ("topic", "matter"),
    [
        ("讨论接收李明同志为中共预备党员", "接收李明同志为中共预备党员"),
        ("听取和审议支部委员会工作报告", "支部委员会工作报告"),
        ("研究路灯维修", "路灯维修"),
        ("通过", "通过"),
        ("2026年工作计划", "2026年工作计划"),
    ],
)
def test_a_resolution_is_about_the_matter_not_about_discussing_it(topic: str, matter: str) -> None:
    """关于讨论…的决议 is what an office sends back."""
    assert matter_of(topic) == matter


def _record(discussion: str, vote: RecordedVote | None = None, kind: str = MeetingKind.GENERAL) -> Record:
    return Record(
        organization="中共青石镇柳河村支部委员会",
        kind=kind,
        kind_words="支部党员大会",
        also_words="主题党日",
        title="大会",
        number=None,
        date="2026-06-03",
        start_time="",
        end_time="",
        place="",
        host="王建国",
        recorder="",
        lecturer="",
        secretary="",
        observers="",
        expected=9,
        present=9,
        voting_expected=8,
        voting_present=8,
        quorum="",
        present_names=(),
        absences=(),
        not_counted=(),
        items=(RecordedItem("议题", "", discussion, vote, ()),),
        steps=(),
        recorded_date="",
        is_valid=True,
        invalid_reason="",
    )


def test_who_said_what_is_set_apart_and_nothing_is_lost() -> None:
    """Report, speeches with their further lines, a dissent by name; a word before a colon is no speaker."""
    said = (
        "支委会作了报告。\n会议要求：抓紧办。\n钱𠅤：同意。\n另外建议公示。\n李明（不同意见）：再等等。\n"
        "主要问题：无"
    )
    item = minutes_of(_record(said)).items[0]
    assert item.notes == "支委会作了报告。\n会议要求：抓紧办。"
    assert [(one.speaker, one.text, one.is_dissent) for one in item.speeches] == [
        ("钱𠅤", "同意。\n另外建议公示。", False),
        ("李明", "再等等。\n主要问题：无", True),
    ]
    text = render_text(minutes_of(_record(said)))
    assert "李明（不同意见）：再等等。" in text
    for line in ("支委会作了报告。", "会议要求：抓紧办。", "另外建议公示。", "主要问题：无"):
        assert line in text


def test_a_committee_votes_as_its_members() -> None:
    """应到会有表决权的委员, not 正式党员."""
    vote = RecordedVote("举手表决", 5, 4, 4, 0, 0, 0, 0, True, True, "")
    committee = render_text(minutes_of(_record("", vote, MeetingKind.COMMITTEE)))
    assert "应到会有表决权的委员5名，实到4名" in committee
    assert "应到会有表决权的正式党员5名" in render_text(minutes_of(_record("", vote)))


def test_an_invalid_meeting_says_so_at_the_top() -> None:
    """Before the matters, with the reason; what it also counts as and the steps stand in the head."""
    record = replace(_record("讨论。"), is_valid=False, invalid_reason="到会人数不足。")
    text = render_text(minutes_of(record))
    assert text.index("会议效力：无效。到会人数不足。") < text.index("一、议题")
    assert "支部党员大会，同时计作主题党日" in text


def test_filed_papers_are_the_same_bytes_every_time(hall: Hall, today: date) -> None:
    """And the same as the stored ones."""
    meeting = _voted(hall)
    client = hall.world.client("secretary")
    for name in ("minutes", "resolution", "summary", "notice", "sign_in"):
        for ending in ("pdf", "docx"):
            first = client.get(_url(meeting, name, ending))
            assert first.status_code == 200
            assert first.content == client.get(_url(meeting, name, ending)).content
    Document.objects.all().delete()
    again = client.get(_url(meeting, "minutes", "pdf")).content
    Document.objects.all().delete()
    assert client.get(_url(meeting, "minutes", "pdf")).content == again


def test_a_corrected_version_names_itself_and_the_old_one_stays(hall: Hall, today: date) -> None:
    """On every paper of the record; version 1 opens with the bytes it had."""
    meeting = _voted(hall)
    client = hall.world.client("secretary")
    before = client.get(_url(meeting, "minutes", "pdf")).content
    item = meeting.items.get()
    data = {
        "reason": "补写发言",
        item.public_id + "-discussion": "王建国：同意。",
        item.public_id + "-version": str(item.version),
        item.public_id + "-yes": "7",
        item.public_id + "-no": "0",
        item.public_id + "-abstain": "0",
        item.public_id + "-method": "secret",
    }
    for resolution in item.resolutions.all():
        data[resolution.public_id + "-version"] = str(resolution.version)
        data[resolution.public_id + "-text"] = resolution.text
    assert client.post(reverse("meetings:correct", args=[meeting.public_id]), data).status_code == 302
    page = reverse("meetings:paper_pages", args=[meeting.public_id, "minutes"])
    assert "（第2版，更正原因：补写发言）" in client.get(page).content.decode()
    assert "第2版" not in client.get(page + "?version=1").content.decode()
    assert client.get(_url(meeting, "minutes", "pdf", 1)).content == before
    record = get_record(meeting)
    for papers in papers_of(record, "第2版，更正原因：补写发言").values():
        assert "（第2版，更正原因：补写发言）" in render_text(papers[0])


def test_a_paper_is_read_as_a_page_where_no_pdf_opens(hall: Hall, today: date) -> None:
    """Pictures of the printed pages, the words below, 404 for pages and papers that are not there."""
    meeting = _voted(hall, "王建国：同意。")
    client = hall.world.client("secretary")
    shown = client.get(reverse("meetings:paper_pages", args=[meeting.public_id, "minutes"])).content.decode()
    assert "王建国：同意。" in shown
    picture = reverse("meetings:paper_page", args=[meeting.public_id, "minutes", 1])
    assert picture in shown
    assert client.get(picture).content.startswith(b"\x89PNG")
    for missing in (("minutes", 9), ("nothing", 1)):
        url = reverse("meetings:paper_page", args=[meeting.public_id, *missing])
        assert client.get(url).status_code == 404
    other = hall.world.client("sibling_secretary")
    assert other.get(picture).status_code == 404


def test_the_code_is_printed_only_where_it_was_opened(hall: Hall, today: date) -> None:
    """A sheet for the door."""
    meeting = hall.call(day=TODAY + timedelta(days=3))
    client = hall.world.client("secretary")
    assert client.get(_url(meeting, PaperKind.CODE_SHEET, "pdf")).status_code == 404
    open_check_in(actor=hall.secretary, today=TODAY, meeting=meeting)
    assert client.get(_url(meeting, PaperKind.CODE_SHEET, "pdf")).content.startswith(b"%PDF")


def test_the_year_plan_is_printed(hall: Hall, today: date) -> None:
    """As PDF and to be edited; another ending is no paper."""
    client = hall.world.client("secretary")
    for ending, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        assert client.get(reverse("meetings:plan_paper", args=[ending])).content.startswith(start)
    assert client.get(reverse("meetings:plan_paper", args=["txt"])).status_code == 404


def test_the_editor_shows_the_three_flags_and_nothing_else(hall: Hall, today: date) -> None:
    """请假 without reason, 一致认为, a matter without a vote: three lines, gone once mended."""
    meeting = hall.call()
    hall.seat(meeting, "elder", reason="")
    item = meeting.items.get()
    save_text(actor=hall.secretary, today=TODAY, item=item, text="大家一致认为可行。", version=1)
    resolution = ResolutionDraft("照办。")
    add_resolution(actor=hall.secretary, today=TODAY, item=item, draft=resolution)
    client = hall.world.client("secretary")
    url = reverse("meetings:meeting", args=[meeting.public_id])
    shown = client.get(url).content.decode()
    assert shown.count('class="flag') == 3
    for words in ("请写明请假原因", "“一致认为”太笼统", "还没有表决结果"):
        assert shown.count(words) == 1
    hall.seat(meeting, "elder", reason="ill")
    item.refresh_from_db()
    item.meeting = meeting
    save_text(actor=hall.secretary, today=TODAY, item=item, text="王建国：可行。", version=item.version)
    hall.vote(item, 7)
    assert 'class="flag' not in client.get(url).content.decode()
