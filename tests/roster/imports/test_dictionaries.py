"""Cells are read by the dictionaries that an office loaded: one meaning is taken, two are asked about."""

from __future__ import annotations

import io
import json
from dataclasses import astuple
from pathlib import Path

import openpyxl
import pytest

from tests.roster.imports.made import ORGANIZATIONS, TODAY, Cell, choices, short, workbook, xlsx
from zhibu.roster.codes import LoadedCode
from zhibu.roster.imports.apart import interpret_apart
from zhibu.roster.imports.as_json import cells_as_json
from zhibu.roster.imports.handback import hand_back
from zhibu.roster.imports.interpret import ImportContext, Interpretation, interpret
from zhibu.roster.imports.values import Verdict
from zhibu.roster.imports.values.dictionaries import ROOM_FOR_CODES
from zhibu.roster.members.models import Person
from zhibu.roster.members.queries.cards import CODED


def line(table: str, code: str, label: str, key: str, *, system: str = "统计年报") -> LoadedCode:
    return LoadedCode(table, system, "2025", code, label, key)


EDUCATION = (
    line("education", "05", "大学本科", "21"),
    line("education", "77", "函授大专班", ""),
    line("education", "88", "农民夜校班", "31"),
    line("education", "06", "大学普通班", "31"),
)
OTHER = (
    line("education", "05", "普通高中", "61", system="省平台"),
    line("education", "88", "农民夜校班", "31", system="省平台"),
)
STRATUM = (line("stratum", "07", "个体劳动者", "3"),)


def read(
    header: str, values: list[Cell], codes: tuple[LoadedCode, ...], folder: Path
) -> tuple[list[Verdict], Interpretation]:
    """The verdicts on one column, with these dictionaries loaded."""
    names = ["王军", "李敏", "张强", "刘洋", "陈静", "杨勇", "赵磊", "黄丽"]
    rows: list[list[Cell]] = [["序号", "姓名", header, "工作单位"]]
    rows += [[n + 1, names[n], value, "某厂"] for n, value in enumerate(values)]
    content = xlsx({"名册": rows})
    found = interpret(workbook(content, folder), ImportContext(TODAY, ORGANIZATIONS, codes))
    field = next(column.field for column in found.tables[0].columns if column.index == 2)
    return [row.verdict(field) for row in found.tables[0].rows], found


def only(header: str, value: Cell, codes: tuple[LoadedCode, ...], folder: Path) -> Verdict:
    return read(header, [value], codes, folder)[0][0]


@pytest.mark.parametrize(
    "text", ["05", "05_大学本科", "05-大学本科", "05 大学本科", "大学本科(05)", "大学本科（05）"]
)
def test_a_code_is_read_by_the_dictionary_that_has_it(text: str, tmp_path: Path) -> None:
    verdict = only("学历", text, EDUCATION, tmp_path)
    assert short(verdict) == ("FIX", "21")
    assert "《统计年报 2025》" in verdict.reason
    assert verdict.dictionary == "统计年报 2025"


@pytest.mark.parametrize("text", ["农民夜校班", "88", "88_农民夜校班", "农民 夜校班"])
def test_a_local_label_is_read_by_it(text: str, tmp_path: Path) -> None:
    assert short(only("学历", text, EDUCATION, tmp_path)) == ("FIX", "31")
    assert short(only("学历", text, (), tmp_path))[0] != "OK"
    assert short(only("学历", text, (), tmp_path))[1] is None


def test_two_dictionaries_that_agree_are_one_voice(tmp_path: Path) -> None:
    assert short(only("学历", "88", EDUCATION + OTHER, tmp_path)) == ("FIX", "31")


def test_two_that_differ_are_asked_about_with_both_answers(tmp_path: Path) -> None:
    verdict = only("学历", "05", EDUCATION + OTHER, tmp_path)
    assert short(verdict) == ("ASK", None)
    assert choices(verdict) == ["21", "61", None]
    assert "统计年报 2025" in verdict.reason
    assert "省平台 2025" in verdict.reason


def test_a_label_beside_the_code_says_which_dictionary_is_meant(tmp_path: Path) -> None:
    assert short(only("学历", "05_普通高中", EDUCATION + OTHER, tmp_path)) == ("FIX", "61")


def test_a_code_and_a_label_that_contradict_each_other_are_asked_about(tmp_path: Path) -> None:
    verdict = only("学历", "05_小学", EDUCATION, tmp_path)
    assert short(verdict) == ("ASK", None)
    assert choices(verdict)[:2] == ["81", "21"]


@pytest.mark.parametrize("text", ["77", "77_函授大专班", "函授大专班"])
def test_a_code_without_a_meaning_of_ours_is_asked_about_and_can_be_kept(text: str, tmp_path: Path) -> None:
    verdict = only("学历", text, EDUCATION, tmp_path)
    assert short(verdict) == ("ASK", None)
    assert "77" in choices(verdict)
    assert None in choices(verdict)


def test_one_dictionary_without_a_meaning_makes_the_code_a_question(tmp_path: Path) -> None:
    keyless = (line("education", "88", "成人班", "", system="县平台"),)
    verdict = only("学历", "88", EDUCATION + keyless, tmp_path)
    assert short(verdict) == ("ASK", None)
    assert choices(verdict) == ["31", "88", None]


def test_our_own_reading_of_a_code_is_a_voice_like_the_others(tmp_path: Path) -> None:
    other = (line("education", "21", "中专班", "41"),)
    verdict = only("学历", "21", other, tmp_path)
    assert short(verdict) == ("ASK", None)
    assert choices(verdict) == ["21", "41", None]
    assert short(only("学历", "21", EDUCATION, tmp_path)) == ("FIX", "21")


def test_a_number_that_no_dictionary_has_stays_a_question(tmp_path: Path) -> None:
    verdict = only("新社会阶层类型", "5", STRATUM, tmp_path)
    assert short(verdict) == ("ASK", None)
    assert "不同的表编号不一样" in verdict.reason
    assert short(only("新社会阶层类型", "07", STRATUM, tmp_path)) == ("FIX", "3")


@pytest.mark.parametrize("value", [5, "5"])
def test_a_number_that_may_have_lost_its_zero_is_asked_about(value: Cell, tmp_path: Path) -> None:
    verdict = only("学历", value, EDUCATION, tmp_path)
    assert short(verdict) == ("ASK", None)
    assert "21" in choices(verdict)
    assert "丢了前面的0" in verdict.reason


def test_what_we_read_with_certainty_stays_as_it_is(tmp_path: Path) -> None:
    codes = (*EDUCATION, line("ethnicity", "868", "汉族", "01"), line("post", "99", "临时工", "011"))
    assert short(only("民族", "汉族", codes, tmp_path)) == ("OK", "01")
    assert short(only("民族", "868_汉族", codes, tmp_path)) == ("FIX", "01")
    assert short(only("学历", "函授大专", codes, tmp_path)) == ("FIX", "31")
    assert only("学历", "函授大专", codes, tmp_path).extras[0].value == "in_service"
    assert only("学历", "77", (line("post", "77", "甲", "011"),), tmp_path).outcome == "ASK"


def test_who_is_gone_is_never_read_as_a_member_by_a_dictionary(tmp_path: Path) -> None:
    codes = (line("status", "9", "停止党籍", "full"),)
    verdict = only("人员类别", "停止党籍", codes, tmp_path)
    assert short(verdict) == ("ASK", None)
    assert verdict.suggestions


def test_the_reason_stands_in_the_json_in_the_notices_and_in_the_workbook(tmp_path: Path) -> None:
    _, found = read("学历", ["05", "05", "小学毕业"], EDUCATION, tmp_path)
    cells = [json.loads(text) for text in cells_as_json(found)]
    told = [cell for cell in cells if cell.get("dictionary")]
    assert [cell["address"] for cell in told] == ["C2", "C3"]
    assert all("《统计年报 2025》" in cell["reason"] for cell in told)
    notice = next(notice for notice in found.notices if notice.code == "read_by_dictionary")
    assert "“05”按《统计年报 2025》的字典读作" in notice.text
    assert "2人" in notice.text
    sheet = openpyxl.load_workbook(io.BytesIO(hand_back(tmp_path / "upload", found)))["名册"]
    assert "《统计年报 2025》" in sheet["E2"].value
    assert sheet["E4"].value == "没有问题"


def test_the_child_process_is_handed_the_dictionaries(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["姓名", "学历", "工作单位"], ["王军", "05", "某厂"], ["李敏", "77", "某厂"]]
    content = xlsx({"名册": rows})
    context = ImportContext(TODAY, ORGANIZATIONS, EDUCATION)
    here = interpret(workbook(content, tmp_path), context)
    there = interpret_apart(content, "名册.xlsx", context)
    assert list(cells_as_json(there)) == list(cells_as_json(here))
    assert there.tables[0].grid.verdicts == here.tables[0].grid.verdicts
    assert [notice for notice in map(astuple, there.notices) if notice[0] == "read_by_dictionary"]


def test_a_card_has_room_for_every_code_that_can_be_kept() -> None:
    fields = {table: field for field, table in CODED.items()}
    for table, room in ROOM_FOR_CODES.items():
        assert Person._meta.get_field(fields[table]).max_length == room
