"""What goes out: the sender's workbook with its notes, the cells as JSON, and the two exports."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.roster.imports.made import FIRST, id_number, interpreted, rows_of, xlsx
from zhibu.roster.exports import MemberRow, ReportHead, file_name, report_roster, system_roster
from zhibu.roster.imports.as_json import cells_as_json
from zhibu.roster.imports.handback import hand_back

_ROWS = [
    ["党员花名册"],
    ["姓名", "身份证号", "入党时间"],
    ["王军", id_number("19680909"), "1998-07-01"],
    ["李 敏", "3.7E+17", 2018.1],
]


def _handed_back(content: bytes, folder: Path, name: str = "名册.xlsx") -> openpyxl.Workbook:
    path = folder / "sent"
    path.write_bytes(content)
    found = interpreted(content, folder, name)
    return openpyxl.load_workbook(io.BytesIO(hand_back(path, found)))


def test_the_same_workbook_comes_back_with_a_column_and_comments(tmp_path: Path) -> None:
    content = xlsx({"名册": _ROWS, "说明": [["请如实填写"]]}, merges=[(0, 0, 0, 2)], hidden_rows=[2])
    book = _handed_back(content, tmp_path)
    sheet = book["名册"]
    assert [sheet.cell(2, c).value for c in range(1, 5)] == ["姓名", "身份证号", "入党时间", "校核"]
    assert sheet["D3"].value == "没有问题"
    assert "请重填【身份证号】" in sheet["D4"].value
    assert "后3位已丢失" in sheet["B4"].comment.text
    assert "2018-10" in sheet["C4"].comment.text
    assert sheet["A1"].value == "党员花名册"
    assert sheet.row_dimensions[3].hidden
    assert str(next(iter(sheet.merged_cells.ranges))) == "A1:C1"
    assert book["说明"]["A1"].value == "请如实填写"


def test_a_workbook_handed_back_can_be_sent_again(tmp_path: Path) -> None:
    path = tmp_path / "sent"
    path.write_bytes(xlsx({"名册": _ROWS}))
    once = hand_back(path, interpreted(path.read_bytes(), tmp_path))
    again = interpreted(once, tmp_path)
    assert [column.field for column in again.tables[0].columns] == [
        "name",
        "id_number",
        "joined_date",
        "check",
    ]
    path.write_bytes(once)
    twice = openpyxl.load_workbook(io.BytesIO(hand_back(path, again)))["名册"]
    assert [twice.cell(2, c).value for c in range(1, 6)] == ["姓名", "身份证号", "入党时间", "校核", None]


def test_parts_of_the_file_that_we_do_not_know_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "sent"
    out = io.BytesIO(xlsx({"名册": _ROWS}))
    with zipfile.ZipFile(out, "a") as target:
        target.writestr("xl/media/picture.bin", b"unknown")
    path.write_bytes(out.getvalue())
    back = hand_back(path, interpreted(path.read_bytes(), tmp_path))
    with zipfile.ZipFile(io.BytesIO(back)) as found:
        assert found.read("xl/media/picture.bin") == b"unknown"
        assert found.testzip() is None


def test_a_csv_comes_back_as_a_workbook(tmp_path: Path) -> None:
    text = "姓名,身份证号,备注\n李敏,3.7E+17,=1+1\n"
    sheet = _handed_back(text.encode("gb18030"), tmp_path, "名册.csv").active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == ["姓名", "身份证号", "备注", "校核"]
    assert sheet["C2"].value == "=1+1"
    assert sheet["C2"].data_type == "s"
    assert "请重填" in str(sheet["D2"].value)


def test_cells_as_json_have_the_documented_keys(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in cells_as_json(interpreted(xlsx({"名册": _ROWS}), tmp_path))]
    cells = {line["address"]: line for line in lines if line["type"] == "cell"}
    assert set(cells) == {"A3", "B3", "C3", "A4", "B4", "C4"}
    needed = {"address", "original", "outcome", "field", "value", "reason"}
    assert all(needed <= set(cell) for cell in cells.values())
    assert (cells["C3"]["value"], cells["C3"]["precision"]) == ("1998-07-01", "day")
    assert (cells["B4"]["outcome"], cells["B4"]["value"], cells["B4"]["original"]) == ("REJ", None, "3.7E+17")
    assert [choice["value"] for choice in cells["C4"]["choices"]] == ["2018-01", "2018-10"]


_MEMBERS = [
    MemberRow(
        name="王军",
        alias="王军(大)",
        id_number=id_number("19680909", "001"),
        sex="1",
        ethnicity="46",
        birth="1968-09-09",
        native_place="山东某县",
        education="21",
        education_track="provincial_party_school",
        degree="4",
        school="某大学",
        major="农学",
        work_start_date="1990-07",
        status="full",
        membership_state="normal",
        branch_name=FIRST.name,
        branch_code=FIRST.code,
        party_group="第一党小组",
        office="secretary",
        joined_date="1998-07-01",
        full_date="1999-07-01",
        introducers="李敏、张强",
        post_code="2",
        unit="某厂",
        technical_title="工程师",
        stratum="2",
        is_migrant_worker=False,
        frontline="生产一线",
        phone="13800000000",
        landline="0531-88880000",
        address="甲县乙镇1号",
        household_place="甲县",
        archive_place="甲县人才中心",
        is_lost=True,
        lost_date="2020-01",
        lost_circumstance="5",
        is_mobile=True,
        mobile_destination="广东东莞",
        mobile_since_date="2019-03-01",
        party_age_correction=-6,
        remark="流动党员，东莞",
    ),
    MemberRow(
        name="阿依古丽·买买提",
        sex="2",
        ethnicity="05",
        birth="1990-01",
        status="probationary",
        joined_date="2024-12-01",
        branch_name=FIRST.name,
        branch_code=FIRST.code,
        unit="=cmd|' /C calc'!A0",
        address="臺北路1號",
    ),
]
_RENAMED = {"branch_name": "branch", "remark": "remark_text"}


def test_the_system_export_comes_back_ok_in_every_cell(tmp_path: Path) -> None:
    people = rows_of(system_roster(_MEMBERS), tmp_path)
    assert len(people) == len(_MEMBERS)
    for person, member in zip(people, _MEMBERS, strict=True):
        outcomes = {cell.address: cell.verdict.outcome.value for cell in person.cells() if cell.original}
        assert set(outcomes.values()) == {"OK"}, [c for c in person.cells() if c.verdict.outcome != "OK"]
        got = {e.field: e.value.iso() if hasattr(e.value, "iso") else e.value for e in person.accepted()}
        for name in member.__dataclass_fields__:
            stated = getattr(member, name)
            if stated not in ("", None):
                expected = FIRST.key if name in ("branch_name", "branch_code") else stated
                assert got[_RENAMED.get(name, name)] == expected, name


def test_the_system_export_keeps_numbers_as_text_and_formulas_as_words() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(system_roster(_MEMBERS)))["系统版"]
    header = [cell.value for cell in sheet[1]]
    for name in ("公民身份证号", "手机号", "党组织编码"):
        cell = sheet.cell(2, header.index(name) + 1)
        assert (cell.data_type, cell.number_format) == ("s", "@")
    assert sheet.cell(2, header.index("加入党组织日期") + 1).number_format == "yyyy-mm-dd"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    unit = sheet.cell(3, header.index("工作单位及职务") + 1)
    assert unit.value == "=cmd|' /C calc'!A0"
    assert unit.quotePrefix
    assert not sheet.merged_cells.ranges
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"


@pytest.mark.parametrize("months", [False, True])
def test_the_report_export_is_fit_to_be_printed_and_signed(tmp_path: Path, months: bool) -> None:
    head = ReportHead(
        "党员名册", "第一党支部", "王军", "李敏", date(2025, 6, 30), "李敏 2025-06-30 报送", months
    )
    content = report_roster(_MEMBERS, head)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["党员名册"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert sheet["A1"].value == "党员名册"
    assert "填报单位（盖章）：第一党支部" in texts
    assert "合计：2人，正式1人，预备1人" in texts
    assert any("审核人：李敏" in text for text in texts)
    assert ("1998.07" in texts) is months
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "landscape",
        9,
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert book.sheetnames[1] == "填表说明"
    found = interpreted(content, tmp_path)
    assert [row.value("name") for row in found.persons()] == [member.name for member in _MEMBERS]
    assert all(total.agrees for table in found.tables for total in table.totals)


def test_file_names_follow_the_office_pattern() -> None:
    assert (
        file_name("某村/党支部", date(2025, 6, 30), "报送版") == "某村党支部2025年6月党员名册（报送版）.xlsx"
    )
