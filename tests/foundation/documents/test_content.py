"""What the papers say, and that hostile or missing content does not break them."""

from __future__ import annotations

import dataclasses
import time
from datetime import date

import pytest

from tests.foundation.documents.conftest import ORGANIZATION, SPAN, Reader
from zhibu.foundation.documents.composition.wording import title_lines, vote_sentence
from zhibu.foundation.documents.docx import render_docx
from zhibu.foundation.documents.papers import (
    Absence,
    AgendaItem,
    Attendance,
    CheckupReport,
    MeetingNotice,
    Minutes,
    OfficialLetter,
    Resolution,
    RosterPrint,
    SignInSheet,
    Span,
    Speech,
    Summary,
    Vote,
)
from zhibu.foundation.documents.pdf import missing_characters, render_pdf
from zhibu.foundation.documents.text import render_text

HOSTILE = '#panic() #import "x" $x^2$ *粗* _斜_ `码` \\ [括] <标> @引 = 题 // 注 /* 注 */ {{x}} & <w:t> ]]>'
DAY = date(2025, 6, 3)


def _plain(text: str) -> str:
    return "".join(text.split())


def test_minutes_hold_every_name_reason_dissent_vote_and_resolution(fonts, minutes):
    words = Reader(render_pdf(minutes, fonts=fonts)).words()
    for expected in (
        "支部党员大会（2025年第2次）",
        "2025年6月3日9:00至10:30",
        "应到32名，实到29名；其中有表决权的应到28名，实到26名",
        "张三（病假）、赵玥（外出务工）、陈喆（",
        "王𬭎：同意接收。",
        "钱𠅤（不同意见）：应当再考察",
        "24票赞成，1票反对，1票弃权。决议通过。",
        "（责任人：王建国；完成时限：2025年6月30日）",
        "本记录于2025年6月10日补录",
        "主持人（签字）：",
    ):
        assert expected in words


def test_a_vote_says_who_should_have_come_only_where_it_is_known():
    assert vote_sentence(Vote(26, 0, 0)) == "经表决，26票赞成，0票反对，0票弃权。"
    known = Vote(3, 0, 0, eligible=3, present=3, method="举手表决", voters="委员")
    assert vote_sentence(known).startswith("应到会有表决权的委员3名，实到3名。经举手表决，")


def test_three_lines_of_minutes_are_enough(fonts):
    paper = Minutes(ORGANIZATION, "支委会", Span(DAY), summary="学习文件。\n研究党日。\n走访党员。")
    reader = Reader(render_pdf(paper, fonts=fonts))
    assert reader.page_count == 1
    assert "学习文件。研究党日。走访党员。" in reader.words()


@pytest.mark.parametrize(
    "paper",
    [
        Minutes(ORGANIZATION, "党课", Span(DAY)),
        MeetingNotice(ORGANIZATION, "支委会", Span(DAY), DAY),
        SignInSheet(ORGANIZATION, "支委会", Span(DAY), spare_lines=0),
        Resolution(ORGANIZATION, "支部党员大会", Span(DAY), "有关事项"),
        Summary(ORGANIZATION, "支委会会议", Span(DAY), DAY),
        CheckupReport(ORGANIZATION, DAY, "没有可以检查的事项。"),
        RosterPrint(ORGANIZATION, DAY, (), ()),
        OfficialLetter(ORGANIZATION, "", (), DAY),
        OfficialLetter("", "通知", ("",), DAY),
    ],
    ids=lambda paper: type(paper).__name__,
)
def test_a_paper_with_only_its_required_fields_is_printed(fonts, paper):
    assert Reader(render_pdf(paper, fonts=fonts)).page_count == 1
    assert render_docx(paper)


def test_markup_in_the_text_is_printed_as_it_was_typed(fonts):
    paper = Minutes(
        HOSTILE,
        HOSTILE,
        SPAN,
        name=HOSTILE,
        host=HOSTILE,
        items=(AgendaItem(HOSTILE, speeches=(Speech(HOSTILE, HOSTILE),)),),
    )
    words = Reader(render_pdf(paper, fonts=fonts)).words()
    assert words.count(_plain(HOSTILE)) >= 4
    assert render_docx(paper)


@pytest.mark.parametrize("name", ["阿" * 300, "A" * 300, "a.b@" * 90, "王\x00\x1b\u202e建\ufeff国\ud800"])
def test_names_of_any_length_and_kind_stay_inside_the_type_area(fonts, name):
    paper = Minutes(ORGANIZATION, "支委会", SPAN, host=name, summary=name)
    reader = Reader(render_pdf(paper, fonts=fonts))
    shown = "王建国" if "建" in name else name
    assert shown in reader.words()
    for piece in reader.pieces():
        assert piece.left < 184
        assert len(piece.text) <= 64
    assert render_docx(paper)


def test_two_hundred_absentees_are_all_named(fonts):
    absences = tuple(Absence("党员{n:03d}".format(n=n), "外出务工") for n in range(200))
    paper = Minutes(ORGANIZATION, "支部党员大会", SPAN, attendance=Attendance(300, 100, absences=absences))
    words = Reader(render_pdf(paper, fonts=fonts)).words()
    assert all("{name}（外出务工）".format(name=absence.name) in words for absence in absences)


def test_a_speech_of_five_thousand_characters_is_kept_whole(fonts):
    speech = "".join("第{n:04d}点，情况如下。".format(n=n) for n in range(420))
    paper = Minutes(
        ORGANIZATION, "支委会", SPAN, items=(AgendaItem("议题", speeches=(Speech("王建国", speech),)),)
    )
    started = time.perf_counter()
    data = render_pdf(paper, fonts=fonts)
    assert time.perf_counter() - started < 5  # 0.1 s on an idle machine
    assert speech in Reader(data).words()


def test_a_character_without_a_glyph_is_marked_and_named(fonts):
    paper = Minutes(ORGANIZATION, "支委会", SPAN, host="王\U0001f600\U0003134a")
    assert missing_characters(paper, fonts=fonts) == "\U0001f600\U0003134a"
    assert "王〓〓" in Reader(render_pdf(paper, fonts=fonts)).words()


def test_a_cell_may_hold_several_lines(fonts):
    paper = SignInSheet(ORGANIZATION, "支委会", SPAN, ("王建国\n（列席）",))
    assert "王建国（列席）" in Reader(render_pdf(paper, fonts=fonts)).words()


def test_it_refuses_a_roster_row_of_the_wrong_length(fonts, papers):
    roster = papers["roster"]
    with pytest.raises(ValueError, match="1"):
        render_pdf(dataclasses.replace(roster, rows=(("王建国",),)), fonts=fonts)


def test_a_notice_can_be_copied_as_text(papers):
    text = render_text(papers["notice"])
    assert "一、会议时间：2025年6月3日（星期二）9:00至10:30\n" in text
    assert text.endswith("请假、报到请点：https://z.example/m/3fX8\n")


def test_the_same_paper_gives_the_same_bytes(fonts, papers):
    for paper in papers.values():
        assert render_pdf(paper, fonts=fonts) == render_pdf(paper, fonts=fonts)
        assert render_docx(paper) == render_docx(paper)


def test_the_pdf_says_that_it_is_an_archive_file_with_title_and_day(fonts, minutes):
    reader = Reader(render_pdf(minutes, fonts=fonts))
    packet = reader.pdf.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "pdfaid:part>2" in packet
    assert "pdfaid:conformance>B" in packet
    assert reader.pdf.metadata.title == "中共青石镇柳河村支部委员会支部党员大会会议记录"
    assert reader.pdf.metadata.creation_date.date() == date(2025, 6, 3)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于接收刘洋同志为中共预备党员的请示", ("关于接收刘洋同志为中共预备党员的请示",)),
        (
            "中共青石镇委员会关于柳河村党支部换届选举工作的请示",
            ("中共青石镇委员会", "关于柳河村党支部换届选举工作的请示"),
        ),
        ("关于印发\n工作方案的通知", ("关于印发", "工作方案的通知")),
    ],
)
def test_titles_break_where_an_office_breaks_them(title, lines):
    assert title_lines(title) == lines


def test_no_title_line_is_wider_than_the_type_area():
    for length in range(1, 120):
        assert all(
            len(line) <= 20 for line in title_lines("学习贯彻党的创新理论推动基层组织建设" * 7)[:length]
        )
