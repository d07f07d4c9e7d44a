"""Files that are broken, oversized or meant to harm: refused in seconds in plain words, or read for what
they hold.
"""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.roster.imports.made import (
    ORGANIZATIONS,
    TODAY,
    id_number,
    interpreted,
    rows_of,
    short,
    workbook,
    xlsx,
)
from zhibu.roster.imports.interpret import ImportContext, interpret
from zhibu.roster.imports.sheets import SheetRefused, Workbook, open_workbook_bytes
from zhibu.roster.imports.sheets.limits import REFUSALS

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SECONDS = 20
_ROWS = [["姓名", "性别", "民族"], ["王军", "男", "汉族"]]


def good() -> bytes:
    return xlsx({"名册": _ROWS})


def changed(parts: Mapping[str, bytes | None], *, more: Mapping[str, bytes] | None = None) -> bytes:
    """A good workbook with parts replaced (None takes one away) and others added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good())) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = parts[name] if name in parts else source.read(name)
            if content is not None:
                target.writestr(name, content)
        for name, content in (more or {}).items():
            target.writestr(name, content)
    return out.getvalue()


def with_sheet(data: bytes, head: bytes = b"", tail: bytes = b"") -> bytes:
    """A workbook whose sheet has this inside ``sheetData``."""
    xml = b'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="' + _MAIN.encode() + b'">' + head
    return changed(
        {"xl/worksheets/sheet1.xml": xml + b"<sheetData>" + data + b"</sheetData>" + tail + b"</worksheet>"}
    )


def inline(row: int, *texts: str) -> bytes:
    cells = "".join(
        f'<c r="{chr(65 + n)}{row}" t="inlineStr"><is><t>{text}</t></is></c>' for n, text in enumerate(texts)
    )
    return f'<row r="{row}">{cells}</row>'.encode()


HEAD_AND_ONE = inline(1, "姓名", "性别", "民族") + inline(2, "王军", "男", "汉族")


def opened(content: bytes, name: str = "名册.xlsx") -> Workbook:
    """Read in the limited child, within seconds."""
    start = time.monotonic()
    try:
        return open_workbook_bytes(content, name)
    finally:
        assert time.monotonic() - start < _SECONDS


def names(book: Workbook) -> list[object]:
    return [row.value("name") for row in interpret(book, ImportContext(TODAY, ORGANIZATIONS)).persons()]


def _renamed_entry(new: str) -> bytes:
    return changed({}, more={new: b"x"})


def _symlink() -> bytes:
    out = io.BytesIO(good())
    with zipfile.ZipFile(out, "a") as target:
        info = zipfile.ZipInfo("xl/link")
        info.external_attr = 0o120777 << 16
        target.writestr(info, "/etc/passwd")
    return out.getvalue()


def _duplicate_names() -> bytes:
    out = io.BytesIO(good())
    with zipfile.ZipFile(out, "a") as target, pytest.warns(UserWarning, match="Duplicate"):
        target.writestr("xl/workbook.xml", b"<workbook/>")
    return out.getvalue()


def _wrong_crc() -> bytes:
    content = bytearray(good())
    at = content.find(b"xl/worksheets/sheet1.xml")
    content[at + 60] ^= 0xFF
    return bytes(content)


def _encrypted_entry() -> bytes:
    content = bytearray(good())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        flags = struct.unpack_from("<H", content, at + 8)[0]
        struct.pack_into("<H", content, at + 8, flags | 1)
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def _lying_size() -> bytes:
    """The directory says 100 bytes; the entry unpacks to 400 MB."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good())) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name != "xl/worksheets/sheet1.xml":
                target.writestr(name, source.read(name))
        with target.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sink:
            sink.write(b'<worksheet xmlns="x"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>')
            for _ in range(400):
                sink.write(b" " * 1_000_000)
    content = bytearray(out.getvalue())
    at = content.rfind(b"PK\x01\x02", 0, content.rfind(b"xl/worksheets/sheet1.xml"))
    struct.pack_into("<I", content, at + 24, 100)
    return bytes(content)


def _bomb() -> bytes:
    rows = b"".join(b'<row r="1"><c r="A1"><v>1</v></c></row>' for _ in range(1))
    return with_sheet(rows + b" " * 120_000_000)


def _many_entries() -> bytes:
    return changed({}, more={f"xl/media/{n}.txt": b"" for n in range(3_000)})


def _entities(part: str) -> bytes:
    entities = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    lol = b'<?xml version="1.0"?>' + entities + b"<worksheet>&b;</worksheet>"
    return changed({part: lol})


def _external_entity() -> bytes:
    xxe = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>'
    return changed({"xl/worksheets/sheet1.xml": xxe})


def _in_gbk() -> bytes:
    xml = '<?xml version="1.0" encoding="GBK"?><worksheet>姓</worksheet>'
    return changed({"xl/worksheets/sheet1.xml": xml.encode("gbk")})


def _open_quote() -> bytes:
    return '姓名,性别\n"王军,男\n'.encode()


def _ole(*names_inside: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 504
        + b"".join(n.encode("utf-16-le") + b"\0" * 64 for n in names_inside)
    )


HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "empty": (lambda: b"", "a.xlsx", "empty"),
    "not a zip": (lambda: b"PK\x03\x04 but nothing else", "a.xlsx", "broken"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"0" * 99, "a.xlsx", "not_a_table"),
    "pdf": (lambda: b"%PDF-1.7 ...", "a.xls", "not_a_table"),
    "cut at half": (lambda: good()[: len(good()) // 2], "a.xlsx", "broken"),
    "cut directory": (lambda: good()[:-30], "a.xlsx", "broken"),
    "wrong crc": (_wrong_crc, "a.xlsx", "broken"),
    "encrypted entries": (_encrypted_entry, "a.xlsx", "encrypted"),
    "encrypted office file": (lambda: _ole("EncryptionInfo", "EncryptedPackage"), "a.xlsx", "encrypted"),
    "zip in zip": (lambda: _zip({"inner.zip": good()}), "a.xlsx", "not_a_table"),
    "word document": (lambda: _ole("WordDocument"), "a.xls", "not_a_table"),
    "broken xls": (lambda: _ole("Workbook"), "a.xls", "broken"),
    "macros inside": (lambda: _renamed_entry("xl/vbaProject.bin"), "a.xlsx", "macros"),
    "xlm macro sheet": (lambda: _renamed_entry("xl/macrosheets/sheet1.xml"), "a.xlsx", "macros"),
    "xlsb inside": (lambda: _renamed_entry("xl/workbook.bin"), "a.xlsx", "xlsb"),
    "traversal": (lambda: _renamed_entry("../../etc/cron.d/x"), "a.xlsx", "hostile"),
    "absolute": (lambda: _renamed_entry("/etc/x"), "a.xlsx", "hostile"),
    "symlink": (_symlink, "a.xlsx", "hostile"),
    "many entries": (_many_entries, "a.xlsx", "hostile"),
    "duplicate names": (_duplicate_names, "a.xlsx", "hostile"),
    "bomb": (_bomb, "a.xlsx", "hostile"),
    "entities in a sheet": (lambda: _entities("xl/worksheets/sheet1.xml"), "a.xlsx", "hostile"),
    "entities in the workbook": (lambda: _entities("xl/workbook.xml"), "a.xlsx", "hostile"),
    "entities in the styles": (lambda: _entities("xl/styles.xml"), "a.xlsx", "hostile"),
    "external entity": (_external_entity, "a.xlsx", "hostile"),
    "not well formed": (lambda: with_sheet(b'<row r="1"><c r="A1"><v>1</c></row>'), "a.xlsx", "broken"),
    "encoding mismatch": (_in_gbk, "a.xlsx", "broken"),
    "no workbook": (lambda: changed({"xl/workbook.xml": None}), "a.xlsx", "broken"),
    "csv with an open quote": (_open_quote, "a.csv", "open_quote"),
    "csv in two encodings": (
        lambda: "姓名,性别\n王军,男\n".encode() + b"\x81\x30\xff\xfe",
        "a.csv",
        "encoding",
    ),
    "csv with one long line": (lambda: b"a," + b"x" * 3_000_000, "a.csv", "cell_too_long"),
    "csv of zeros": (lambda: b"\0" * 5_000, "a.csv", "not_a_table"),
    "unsorted rows": (lambda: with_sheet(inline(5, "a") + inline(2, "b")), "a.xlsx", "broken"),
}


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("case", HOSTILE)
def test_it_refuses(case: str) -> None:
    make, name, code = HOSTILE[case]
    with pytest.raises(SheetRefused) as refusal:
        opened(make(), name)
    assert refusal.value.code == code
    assert refusal.value.message.endswith("。")
    assert refusal.value.next_step.endswith("。")


def test_lying_sizes_are_counted_while_reading() -> None:
    with pytest.raises(SheetRefused) as refusal:
        opened(_lying_size())
    assert refusal.value.code in ("broken", "hostile", "too_much")


def test_a_file_over_thirty_megabytes_is_refused() -> None:
    with pytest.raises(SheetRefused) as refusal:
        opened(b"PK" + b"\0" * (30 * 1024 * 1024))
    assert refusal.value.code == "too_large"


def test_one_huge_cell_is_refused() -> None:
    with pytest.raises(SheetRefused) as refusal:
        opened(
            with_sheet(
                b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"x" * 15_000_000 + b"</t></is></c></row>"
            )
        )
    assert refusal.value.code in ("cell_too_long", "hostile")


def test_a_million_formatted_rows_are_read_in_seconds() -> None:
    blank = b"".join(
        b'<row r="%d" s="1" customFormat="1"><c r="A%d" s="1"/></row>' % (n, n) for n in range(3, 1_048_577)
    )
    start = time.monotonic()
    book = opened(with_sheet(HEAD_AND_ONE + blank))
    assert time.monotonic() - start < 5
    assert names(book) == ["王军"]


def test_too_many_used_rows_are_refused() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 100_003))
    with pytest.raises(SheetRefused) as refusal:
        opened(with_sheet(rows))
    assert refusal.value.code == "too_many_rows"


def test_too_many_columns_are_refused() -> None:
    cells = "".join(f"<c><v>{n}</v></c>" for n in range(16_384))
    with pytest.raises(SheetRefused) as refusal:
        opened(with_sheet(f'<row r="1">{cells}</row>'.encode()))
    assert refusal.value.code == "too_many_columns"


def test_a_cell_in_the_last_corner_costs_nothing() -> None:
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    assert names(opened(with_sheet(HEAD_AND_ONE + far)))[:1] == ["王军"]


def test_a_lying_dimension_and_a_giant_merge_are_harmless() -> None:
    merge = b'<mergeCells count="1"><mergeCell ref="A5:XFD1048576"/></mergeCells>'
    book = opened(with_sheet(HEAD_AND_ONE, b'<dimension ref="A1:XFD1048576"/>', merge))
    assert names(book) == ["王军"]


def test_too_many_sheets_are_refused() -> None:
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 500))
    xml = f'<workbook xmlns="{_MAIN}" xmlns:r="{relation}"><sheets>{sheets}</sheets></workbook>'
    with pytest.raises(SheetRefused) as refusal:
        opened(changed({"xl/workbook.xml": xml.encode()}))
    assert refusal.value.code == "too_many_sheets"


def test_many_styles_are_read() -> None:
    styles = (
        b'<styleSheet xmlns="'
        + _MAIN.encode()
        + b'"><cellXfs>'
        + b'<xf numFmtId="0"/>' * 200_000
        + b"</cellXfs></styleSheet>"
    )
    assert names(opened(changed({"xl/styles.xml": styles}))) == ["王军"]


def test_nested_tags_are_harmless() -> None:
    deep = b"<x>" * 100_000 + b"</x>" * 100_000
    assert names(opened(with_sheet(HEAD_AND_ONE, b"", deep))) == ["王军"]


def test_memory_is_limited() -> None:
    strings = b"".join(b"<si><t>%s%d</t></si>" % ("中".encode() + b"x" * 190, n) for n in range(1_200_000))
    shared = b'<sst xmlns="' + _MAIN.encode() + b'">' + strings + b"</sst>"
    with pytest.raises(SheetRefused) as refusal:
        opened(changed({"xl/sharedStrings.xml": shared}))
    assert refusal.value.code in ("too_hungry", "too_much", "hostile")


def test_comments_and_cdata_in_a_sheet_are_understood(tmp_path: Path) -> None:
    data = (
        HEAD_AND_ONE
        + (
            '<!-- <row r="9"><c r="A9" t="inlineStr"><is><t>李敏</t></is></c></row> -->'
            '<row r="3"><c r="A3" t="inlineStr"><is><t><![CDATA[李<敏]]></t></is></c>'
            '<c r="B3" t="inlineStr"><is><t>女</t></is></c>'
            '<c r="C3" t="inlineStr"><is><t>汉族</t></is></c></row>'
        ).encode()
    )
    found = interpreted(with_sheet(data), tmp_path)
    assert [cell.original for row in found.persons() for cell in row.cells()][3] == "李<敏"
    assert len(list(found.persons())) == 2


def test_prefixed_xml_is_understood(tmp_path: Path) -> None:
    sheet = changed({})
    with zipfile.ZipFile(io.BytesIO(sheet)) as source:
        xml = source.read("xl/worksheets/sheet1.xml").decode()
    body = xml.partition("<sheetData>")[2].partition("</sheetData>")[0]
    prefixed = (
        body.replace("</", "</x:").replace("<row", "<x:row").replace("<c ", "<x:c ").replace("<v>", "<x:v>")
    )
    whole = f'<x:worksheet xmlns:x="{_MAIN}"><x:sheetData>{prefixed}</x:sheetData></x:worksheet>'
    found = interpreted(changed({"xl/worksheets/sheet1.xml": whole.encode()}), tmp_path)
    assert [row.value("name") for row in found.persons()] == ["王军"]


def test_formulas_never_run_and_count_by_their_saved_result(tmp_path: Path) -> None:
    data = (
        inline(1, "姓名", "性别", "工作单位")
        + (
            '<row r="2"><c r="A2" t="str"><f>HYPERLINK("http://x","王军")</f><v>王军</v></c>'
            '<c r="B2" t="str"><f>[1]Sheet1!A1</f><v>男</v></c><c r="C2"><f>A2</f></c></row>'
            '<row r="3"><c r="A3" t="inlineStr"><is><t>李敏</t></is></c>'
            '<c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
            '<c r="C3" t="inlineStr"><is><t>=cmd|\' /C calc\'!A0</t></is></c></row>'
        ).encode()
    )
    first, second = rows_of(with_sheet(data), tmp_path)
    assert short(first.verdict("name")) == ("FIX", "王军")
    assert "公式" in first.verdict("name").reason
    assert short(first.verdict("unit")) == ("REJ", None)
    assert short(second.verdict("sex")) == ("REJ", None)
    assert short(second.verdict("unit")) == ("OK", "=cmd|' /C calc'!A0")


def test_hidden_sheets_and_columns_are_named(tmp_path: Path) -> None:
    head = ["姓名", "性别", "联系电话"]
    sheets = {"甲": [head, ["王军", "男", "13800000000"]], "乙": [head, ["李敏", "女", "13800000001"]]}
    found = interpreted(xlsx(sheets, hidden_columns=[2], hidden_sheets=["乙"]), tmp_path)
    assert [row.value("name") for row in found.persons()] == ["王军"]
    assert "hidden_columns" in {notice.code for notice in found.notices}
    assert [table.is_selected for table in found.tables] == [True, False]
    assert "隐藏" in found.tables[1].skip_reason


def test_strange_content_never_becomes_a_wrong_value(tmp_path: Path) -> None:
    cases: list[tuple[str, object, set[str]]] = [
        ("姓名", "\u202e军王", {"ASK"}),
        ("姓名", "王\u200d军", {"FIX"}),
        ("姓名", "王😀军", {"REJ", "ASK"}),
        ("姓名", "𠮷野", {"OK"}),
        ("姓名", "王\ue000", {"ASK"}),
        ("姓名", "王" * 5_000, {"ASK", "REJ"}),
        ("姓名", "王\n军", {"FIX"}),
        ("姓名", "张三 李四", {"ASK"}),
        ("姓名", "王军、李敏", {"REJ"}),
        ("身份证号", "370000196809090090", {"REJ"}),
        ("身份证号", "370000199902300011", {"REJ"}),
        ("身份证号", "37000019680909009", {"REJ"}),
        ("身份证号", "3700001968090900", {"REJ"}),
        ("入党时间", "1999-02-30", {"REJ"}),
        ("入党时间", "1999.13", {"REJ"}),
        ("入党时间", "98.7", {"ASK"}),
        ("入党时间", "7/1/1998", {"ASK"}),
        ("入党时间", "2199-01-01", {"ASK", "REJ"}),
        ("入党时间", 19987, {"ASK"}),
        ("入党时间", "1998.7（补）", {"ASK"}),
        ("入党时间", "1998年7月1日/1999年7月1日", {"ASK"}),
        ("入党时间", "不详", {"REJ"}),
        ("联系电话", "138****0000", {"REJ"}),
        ("联系电话", "1380000000", {"REJ"}),
        ("联系电话", "13800000000 13900000000", {"ASK"}),
        ("联系电话", "13800000000(妻)", {"ASK"}),
        ("月应缴党费", -1, {"REJ"}),
        ("月应缴党费", 1e9, {"ASK"}),
        ("月应缴党费", "十", {"REJ"}),
        ("民族", "汉/回", {"ASK", "REJ"}),
        ("性别", "不详", {"ASK", "REJ"}),
        ("学历", "硕士", {"ASK"}),
        ("人员类别", "党员", {"ASK"}),
        ("人员类别", "群众", {"ASK"}),
    ]
    for header, value, allowed in cases:
        others = [h for h in ("姓名", "工作单位", "职称", "籍贯") if h != header]
        filled = ["王军" if h == "姓名" else "某地" for h in others]
        rows: list[list[object]] = [[header, *others], [value, *filled]]
        found = interpreted(xlsx({"名册": rows}), tmp_path)  # type: ignore[dict-item]
        outcomes = [
            cell.verdict.outcome.value
            for row in found.persons()
            for cell in row.cells()
            if cell.address == "A2"
        ]
        assert outcomes, (header, value)
        assert set(outcomes) <= allowed, (header, value, outcomes)


def test_one_bad_row_leaves_the_others_alone(tmp_path: Path) -> None:
    rows: list[list[str]] = [["姓名", "身份证号", "性别"]]
    rows += [
        [f"王{chr(0x4E00 + n)}", id_number(f"19{50 + n % 40}0{n % 9 + 1}15", f"{n % 500:03}"), ""]
        for n in range(300)
    ]
    rows[150][1] = "37000019680909"
    people = rows_of(xlsx({"名册": rows}), tmp_path)
    assert sum(row.verdict("id_number").outcome == "REJ" for row in people) == 1
    assert len(people) == 300


def test_only_a_header_is_an_empty_roster(tmp_path: Path) -> None:
    found = interpreted(xlsx({"名册": [["姓名", "性别", "民族"]]}), tmp_path)
    assert not list(found.persons())
    assert "no_persons" in {notice.code for notice in found.notices}


def test_every_refusal_tells_what_to_do() -> None:
    assert all(message.endswith("。") and step.startswith("请") for message, step in REFUSALS.values())


def test_a_workbook_survives_the_way_out_of_the_child(tmp_path: Path) -> None:
    content = xlsx({"名册": _ROWS}, hidden_rows=[1])
    here, there = workbook(content, tmp_path), opened(content)
    assert here.sheets[0].columns == there.sheets[0].columns
    assert list(here.sheets[0].cells) == list(there.sheets[0].cells)
    assert here.sheets[0].hidden_rows == there.sheets[0].hidden_rows
    assert here.digest == there.digest
