"""Files are read and interpreted in a limited process, and come back whole or as one sentence."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import astuple
from datetime import date
from pathlib import Path

import pytest

from tests.roster.imports.made import ORGANIZATIONS, TODAY, Cell, id_number, interpreted, xlsx
from tests.roster.imports.test_cards import SIXTEEN
from tests.roster.imports.test_hostile_files import inline, with_sheet
from zhibu.roster.imports.apart import interpret_apart
from zhibu.roster.imports.as_json import cells_as_json
from zhibu.roster.imports.interpretation import ImportContext
from zhibu.roster.imports.sheets.limits import DEFAULT_LIMITS, SheetRefused

CONTEXT = ImportContext(TODAY, ORGANIZATIONS)
ROWS: list[list[Cell]] = [
    ["第一党支部党员花名册"],
    ["序号", "姓名", "身份证号", "出生日期", "入党时间", "联系电话", "所在党支部", "备注", "民族"],
    [1, "王　军*", id_number("19680909"), "1968-09-09", date(1998, 7, 1), 13800000001, "第一党支部", "已故"],
    [2, "张伟2", id_number("19680909"), "1968.9", "1998.1", "13800000001/0531-88880000", "〃", "", "傈傈族"],
    ["第一党小组"],
    [3, "李敏", 3.7e17, 1970.1, "2099-01-01", "1.38E+10", "某支部", "流动党员，某市", "868_汉族"],
    ["合计：5人"],
]  # fmt: skip


@pytest.mark.parametrize("rows", [ROWS, SIXTEEN], ids=["table", "form"])
def test_an_interpretation_survives_the_way_out_of_the_child(tmp_path: Path, rows: list[list[Cell]]) -> None:
    content = xlsx({"名册": rows, "第二党支部": ROWS}, merges=[(0, 0, 0, 8)], hidden_rows=[3])
    here = interpreted(content, tmp_path)
    there = interpret_apart(content, "名册.xlsx", CONTEXT)
    assert list(cells_as_json(there)) == list(cells_as_json(here))
    for one, two in zip(there.tables, here.tables, strict=True):
        assert one.counts() == two.counts()
        assert one.columns == two.columns
        assert one.grid.verdicts == two.grid.verdicts
        assert one.grid.overrides == two.grid.overrides
        assert [astuple(row.key) for row in one.rows] == [astuple(row.key) for row in two.rows]
        assert [(row.is_held, row.held, row.section, row.is_hidden) for row in one.rows] == [
            (row.is_held, row.held, row.section, row.is_hidden) for row in two.rows
        ]


def hostile() -> Iterator[tuple[str, bytes]]:
    """Files that are harmless to open and dear to understand."""
    header = ("姓名", "性别", "入党时间", "备注")
    yield "a header in every row", with_sheet(b"".join(inline(n, *header) for n in range(1, 20_001)))
    evil = [
        "(" * 800,
        "1998." * 200,
        "王 " * 400,
        "、" * 900,
        "〃" * 7,
        "第1" * 400,
        "省县镇村" * 150 + "支部",
        "（" * 400,
    ]
    cells = [
        inline(n, "王军", *(evil[(n + k) % len(evil)] + str(n) for k in range(3))) for n in range(2, 3_000)
    ]
    yield "texts made for slow patterns", with_sheet(inline(1, *header) + b"".join(cells))
    merges = "".join(f'<mergeCell ref="A2:A{5_000 - n % 4_000}"/>' for n in range(20_000))
    tail = f"<mergeCells>{merges}</mergeCells>".encode()
    yield (
        "merges over merges",
        with_sheet(
            inline(1, *header) + b"".join(inline(n, "王军", "男", "1998.7") for n in range(2, 5_001)),
            tail=tail,
        ),
    )


@pytest.mark.parametrize(
    "content", [content for _, content in hostile()], ids=[name for name, _ in hostile()]
)
def test_what_is_dear_to_understand_ends_within_the_limits(content: bytes) -> None:
    start = time.monotonic()
    with contextlib.suppress(SheetRefused):
        interpret_apart(content, "名册.xlsx", CONTEXT)
    assert time.monotonic() - start < DEFAULT_LIMITS.cpu_seconds


def test_a_child_that_dies_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhibu.roster.imports.apart._MAIN", "zhibu.roster.imports.no_such_module")
    with pytest.raises(SheetRefused) as told:
        interpret_apart(xlsx({"名册": ROWS}), "名册.xlsx", CONTEXT)
    assert told.value.code == "broken"
