"""The acceptance checks G1-G10 of the papers, measured in the PDF."""

from __future__ import annotations

import dataclasses
import re
from datetime import date

import pytest

from tests.foundation.documents.conftest import MM, ORGANIZATION, RARE, SPAN, Reader
from zhibu.common.errors import Refused
from zhibu.foundation.documents.blocks import Paragraph, Run, Sheet
from zhibu.foundation.documents.papers import (
    DocumentNumber,
    Dress,
    Minutes,
    OfficialLetter,
    SignInSheet,
    Summary,
)
from zhibu.foundation.documents.pdf import render_pdf, render_sheet

DASH_ABOVE_BASELINE = 0.278 * 14 / MM  # the middle of the em dash of Noto Serif SC, seen at 300 dpi
KINDS = ("minutes", "letter", "notice", "sign_in", "resolution", "summary", "checkup", "roster")


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
    assert re.search(r"\d{4}年\d{1,2}月\d{1,2}日", words)
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
