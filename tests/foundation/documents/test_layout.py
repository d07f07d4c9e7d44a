"""The acceptance checks G1-G10 of the papers, measured in the PDF."""

from __future__ import annotations

import dataclasses
import itertools
import re
from datetime import date

import pytest

from tests.foundation.documents.conftest import MM, ORGANIZATION, RARE, SPAN, Reader
from zhibu.common.errors import Refused
from zhibu.foundation.documents.blocks import Paragraph, Run, Sheet
from zhibu.foundation.documents.papers import (
    Absence,
    Attendance,
    DocumentNumber,
    Dress,
    MeetingNotice,
    Minutes,
    OfficialLetter,
    SignInSheet,
    Summary,
)
from zhibu.foundation.documents.pdf import render_pdf, render_sheet

DASH_ABOVE_BASELINE = 0.278 * 14 / MM  # the middle of the em dash of Noto Serif SC, seen at 300 dpi
KINDS = ("minutes", "letter", "notice", "sign_in", "resolution", "summary", "checkup", "roster", "plan")
LINK = "https://z.example/meetings/arrive/3fX8kQzT0aLw/"


def _page_of(count: int) -> Sheet:
    return Sheet("样张", ORGANIZATION, date(2025, 6, 3), (Paragraph((Run("国" * count),), indent=0),))


def test_g1_the_page_is_a4_with_the_margins_of_the_standard(fonts, minutes):
    reader = Reader(render_pdf(minutes, fonts=fonts))
    box = reader.pdf.pages[0].mediabox
    assert float(box.width) / MM == pytest.approx(210, abs=0.1)
    assert float(box.height) / MM == pytest.approx(297, abs=0.1)
    lines = [piece for piece in reader.pieces() if not piece.text.startswith("— ")]
    assert min(piece.left for piece in lines) == pytest.approx(28, abs=0.5)
    assert max(piece.baseline for piece in lines) < 297 - 35
    assert min(piece.baseline - piece.size / MM for piece in lines) > 37 - 0.5


def test_g2_a_full_page_holds_22_lines_of_28_characters(fonts):
    reader = Reader(render_sheet(_page_of(28 * 22), fonts=fonts))
    assert reader.page_count == 1
    lines: dict[float, str] = {}
    for piece in reader.pieces():
        if not piece.text.startswith("— "):
            lines[round(piece.baseline, 1)] = lines.get(round(piece.baseline, 1), "") + piece.text
    assert [len(text) for text in lines.values()] == [28] * 22
    heights = sorted(lines)
    assert (heights[-1] - heights[0]) / 21 * MM == pytest.approx(28.95, abs=0.02)


def test_g2_one_more_line_takes_a_second_page(fonts):
    assert Reader(render_sheet(_page_of(28 * 22 + 1), fonts=fonts)).page_count == 2


def test_g3_the_mark_stands_35_mm_below_the_top_of_the_type_area(fonts, red_letter):
    mark = next(piece for piece in Reader(render_pdf(red_letter, fonts=fonts)).pieces() if piece.size > 30)
    ink_above_baseline = 0.85 * mark.size / MM  # the tallest strokes of the face
    assert mark.text == "中共青石镇委员会文件"
    assert mark.baseline - ink_above_baseline == pytest.approx(37 + 35, abs=1)


def test_g4_the_red_rule_is_as_wide_as_the_type_area_4_mm_below_the_number(fonts, red_letter):
    reader = Reader(render_pdf(red_letter, fonts=fonts))
    number = next(piece for piece in reader.pieces() if "〔2025〕" in piece.text)
    rule = next(line for line in reader.rules(1) if line[2] > 100)
    assert rule[2] == pytest.approx(156, abs=0.2)
    assert rule[0] == pytest.approx(28, abs=0.2)
    below_figures = rule[1] - (number.baseline + 0.12 * number.size / MM)
    assert below_figures == pytest.approx(4, abs=0.5)


def test_g5_the_number_has_hexagonal_brackets_and_is_not_padded(fonts, red_letter):
    words = Reader(render_pdf(red_letter, fonts=fonts)).words(1)
    assert "青党〔2025〕3号" in words
    assert "第3号" not in words


@pytest.mark.parametrize(("year", "sequence"), [(25, 3), (2025, 0)])
def test_g5_it_refuses_a_number_that_is_none(fonts, red_letter, year, sequence):
    broken = dataclasses.replace(red_letter, number=DocumentNumber("青党", year, sequence))
    with pytest.raises(Refused) as refusal:
        render_pdf(broken, fonts=fonts)
    assert refusal.value.code == "documents.number"
    assert refusal.value.next_step


@pytest.mark.parametrize("kind", KINDS)
def test_g6_dates_have_no_leading_zeros(fonts, papers, kind):
    words = Reader(render_pdf(papers[kind], fonts=fonts)).words()
    assert re.search(r"\d{1,2}月\d{1,2}日", words)
    assert not re.search(r"年0|月0", words)


def test_g7_page_numbers_stand_outside_with_the_dash_7_mm_below(fonts, red_letter):
    reader = Reader(render_pdf(red_letter, fonts=fonts))
    numbers = {piece.page: piece for piece in reader.pieces() if piece.text.startswith("— ")}
    assert [numbers[page].text for page in sorted(numbers)] == [
        "— {n} —".format(n=n) for n in range(1, reader.page_count + 1)
    ]
    for page, piece in numbers.items():
        assert piece.baseline - DASH_ABOVE_BASELINE == pytest.approx(297 - 35 + 7, abs=1)
        assert piece.left > 150 if page % 2 else piece.left == pytest.approx(28 + 5.57, abs=0.3)


def test_g7_a_page_with_the_imprint_alone_has_no_number(fonts, red_letter):
    for length in range(1, 40):
        long = dataclasses.replace(red_letter, attachments=(), paragraphs=("事项说明。" * 5,) * length)
        reader = Reader(render_pdf(long, fonts=fonts))
        last = [piece for piece in reader.pieces() if piece.page == reader.page_count]
        if reader.words(reader.page_count).startswith("抄送"):
            assert not any(piece.text.startswith("— ") for piece in last)
            return
    pytest.fail("no length put the imprint on a page of its own")


@pytest.mark.parametrize("dress", list(Dress))
def test_g8_the_first_page_shows_body_text(fonts, red_letter, dress):
    letter = dataclasses.replace(red_letter, dress=dress)
    assert "柳河村党支部本届委员会" in Reader(render_pdf(letter, fonts=fonts)).words(1)


@pytest.mark.parametrize("lines", [1, *range(4, 13), *range(26, 36)])  # around both page ends
def test_g9_the_signature_page_holds_body_text_and_nothing_is_lost(fonts, lines):
    body = "".join("第{n:03d}句，会议讨论。".format(n=n) for n in range(lines * 2))
    paper = Minutes(ORGANIZATION, "支委会", SPAN, summary=body)
    reader = Reader(render_pdf(paper, fonts=fonts))
    last = reader.words(reader.page_count)
    assert "主持人（签字）" in last
    assert "讨论。" in last.split("主持人（签字）")[0]
    assert body in reader.words()


@pytest.mark.parametrize("people", range(1, 60, 7))
def test_g9_a_table_shares_its_last_row_with_what_follows(fonts, people):
    names = tuple("党员{n:02d}号".format(n=n) for n in range(people))
    sheet = SignInSheet(ORGANIZATION, "支部党员大会", SPAN, names, spare_lines=0, link="https://z.example/m")
    reader = Reader(render_pdf(sheet, fonts=fonts))
    assert "号" in reader.words(reader.page_count).split("可以扫码报到")[0]
    assert all(name in reader.words() for name in names)


@pytest.mark.parametrize("kind", KINDS)
def test_g10_every_face_is_embedded(fonts, papers, kind):
    descriptors = Reader(render_pdf(papers[kind], fonts=fonts)).fonts()
    assert descriptors
    assert all("/FontFile3" in item or "/FontFile2" in item for item in descriptors)


@pytest.mark.parametrize("rare", RARE)
def test_g10_rare_names_are_printed_in_body_title_and_table(fonts, rare):
    name = "王" + rare
    papers = (
        Minutes(ORGANIZATION, "支委会", SPAN, host=name),
        OfficialLetter(
            ORGANIZATION, "关于{name}同志的报告".format(name=name), ("请审阅。",), date(2025, 6, 3)
        ),
        SignInSheet(ORGANIZATION, "支委会", SPAN, (name,)),
    )
    for paper in papers:
        assert name in Reader(render_pdf(paper, fonts=fonts)).words()


def test_g11_every_attachment_listed_has_its_page(fonts, red_letter):
    reader = Reader(render_pdf(red_letter, fonts=fonts))
    assert "附件：1.候选人情况表2.工作方案" in reader.words()
    pages = [reader.words(page) for page in range(1, reader.page_count + 1)]
    assert any(page.startswith("附件1候选人情况表") for page in pages)
    assert any(page.startswith("附件2工作方案") for page in pages)


@pytest.mark.parametrize("people", [1, 15, 30, 58])
def test_everybody_has_nine_millimetres_to_sign(fonts, people):
    """Every row of the sheet, on every page, whatever the number of names."""
    names = tuple("党员{n:02d}".format(n=n) for n in range(people))
    sheet = SignInSheet(ORGANIZATION, "支部党员大会", SPAN, names, name="第二季度党员大会")
    reader = Reader(render_pdf(sheet, fonts=fonts))
    for page in range(1, reader.page_count + 1):
        tops = sorted({round(rule[1], 1) for rule in reader.rules(page)})
        assert len(tops) > 2
        heights = [below - above for above, below in itertools.pairwise(tops) if below - above > 1]
        assert min(heights) >= 8.95


def test_a_long_sheet_is_numbered_page_by_page(fonts):
    """Down the left half, down the right half, then on the next page: nobody looks for 20 behind 40."""
    names = tuple("党员{n:02d}".format(n=n) for n in range(1, 59))
    sheet = SignInSheet(ORGANIZATION, "支部党员大会", SPAN, names, name="大会", spare_lines=0)
    reader = Reader(render_pdf(sheet, fonts=fonts))
    on_page = [[n for n in names if n in reader.words(page)] for page in range(1, reader.page_count + 1)]
    assert [name for found in on_page for name in found] == list(names)
    assert reader.page_count == 2


def test_a_usual_notice_with_its_code_takes_one_page(fonts):
    """Four topics, three requests and a contact; the code stands beside the signature."""
    notice = MeetingNotice(
        "中共砚川县云栖镇杏林村支部委员会",
        "支部党员大会",
        SPAN,
        date(2025, 5, 28),
        topics=("审议报告", "讨论接收预备党员", "研究路灯维修", "通报党费收缴情况"),
        preparations=("请带章程。", "请提前阅读报告。"),
        contact="李䶮",
        contact_phone="0000-0000000",
        link=LINK,
    )
    assert Reader(render_pdf(notice, fonts=fonts)).page_count == 1


@pytest.mark.parametrize("organization", ["中共青石镇柳河村支部委员会", "中共" + "青石" * 12 + "支部委员会"])
def test_the_signature_of_a_notice_keeps_clear_of_its_code(fonts, papers, organization):
    """Beside the code where the name leaves room, below it where it does not."""
    notice = dataclasses.replace(papers["notice"], organization=organization)
    reader = Reader(render_pdf(notice, fonts=fonts))
    page = reader.page_count
    at, left, _ = next(line for line in reversed(reader.lines(page)) if line[2].endswith("支部委员会"))
    beside = [piece for piece in reader.pieces() if piece.page == page and abs(piece.baseline - at) < 4]
    captions = [piece for piece in beside if piece.size < 12]
    assert all(
        piece.left + len(piece.text) * piece.size / MM < left for piece in captions if piece.left < left
    )


def test_names_and_figures_are_never_divided_between_lines(fonts):
    """Forty names with reasons, in lines of every length."""
    people = ["王建国", "李䶮", "欧阳建华", "钱𠅤", "司马相宜"]
    for shift in range(6):
        absences = tuple(Absence(people[n % 5], "事" * (1 + (n + shift) % 4)) for n in range(40))
        text = "一二三四五六七八九十"[: shift + 1] + "，应到1286名，时限2026年12月31日，" * 9
        paper = Minutes(
            ORGANIZATION, "支委会", SPAN, attendance=Attendance(45, 5, absences=absences), summary=text
        )
        reader = Reader(render_pdf(paper, fonts=fonts))
        lines = [line[2] for page in range(1, reader.page_count + 1) for line in reader.lines(page)]
        whole = "".join(lines)
        for word in (*people, "1286名", "2026年", "12月", "31日"):
            assert whole.count(word) == sum(line.count(word) for line in lines)


@pytest.mark.parametrize("shift", range(6))
def test_no_line_of_a_paragraph_stands_alone_on_a_page(fonts, shift):
    """Paragraphs of three lines are kept whole: each page begins with the first line of one."""
    text = "\n".join(["短句。"] * shift + ["会议讨论" * 20 + "。"] * 16)
    paper = Minutes(ORGANIZATION, "支委会", SPAN, summary=text)
    reader = Reader(render_pdf(paper, fonts=fonts))
    assert reader.page_count > 2
    for page in range(2, reader.page_count):
        assert reader.lines(page)[0][1] == pytest.approx(28 + 2 * 5.57, abs=0.5)


def test_no_page_begins_with_an_empty_line(fonts):
    """Also where the line between head and matters would fall on the next page."""
    for count in range(30):
        people = tuple("张三李四" for _ in range(count * 3))
        paper = Minutes(
            ORGANIZATION, "支委会", SPAN, attendance=Attendance(9, 9, present_names=people), summary="内容。"
        )
        reader = Reader(render_pdf(paper, fonts=fonts))
        for page in range(2, reader.page_count + 1):
            assert reader.lines(page)[0][0] == pytest.approx(37 + 7.4, abs=1)


def test_a_resolution_leaves_room_for_seal_and_signature(fonts, papers):
    """The secretary signs on a rule; name and date follow with a line free above them."""
    reader = Reader(render_pdf(papers["resolution"], fonts=fonts))
    lines = reader.lines(reader.page_count)
    sign = next(at for at, _, text in lines if "（签名）" in text)
    name = next(at for at, _, text in lines if text == ORGANIZATION and at > sign)
    assert name - sign == pytest.approx(2 * 28.95 / MM, abs=0.3)


def test_the_roster_names_unit_and_day_at_both_ends_of_one_line(fonts, papers):
    """On its side, with the title in one line."""
    lines = Reader(render_pdf(papers["roster"], fonts=fonts)).lines(1)
    assert lines[0][2] == ORGANIZATION + "党员花名册"
    assert lines[1][2].startswith("填报单位")
    assert lines[1][2].endswith("截至2025年6月3日")


def test_the_plan_goes_quarter_by_quarter_to_its_signature(fonts, papers):
    """Nobody finds the last line alone."""
    words = Reader(render_pdf(papers["plan"], fonts=fonts)).words()
    assert words.index("第一季度") < words.index("第二季度") < words.index("第四季度")
    assert "12月5日主题党日" in words
    assert "党支部书记（签名）：" in words


def test_a_summary_names_who_was_there_and_has_no_place_for_a_seal(fonts, papers):
    for dress in Dress:
        summary = papers["summary"]
        assert isinstance(summary, Summary)
        words = Reader(render_pdf(dataclasses.replace(summary, dress=dress), fonts=fonts)).words()
        assert "出席：王建国、李䶮请假：赵玥（病假）" in words
        assert "盖章" not in words


def test_the_checkup_takes_two_pages_and_says_what_was_not_checked(fonts, papers):
    reader = Reader(render_pdf(papers["checkup"], fonts=fonts))
    assert reader.page_count <= 2
    assert "未检查：党费收缴" in reader.words()
