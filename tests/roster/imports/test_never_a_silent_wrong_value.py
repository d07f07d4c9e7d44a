"""Truth records, mangled as offices mangle them: what is accepted is the truth, everything else is asked
or refused.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.roster.imports.made import ORGANIZATIONS, TODAY, Cell, id_number, interpreted, xlsx
from zhibu.roster.codes import code_table
from zhibu.roster.imports.sheets.model import Kind, RawCell
from zhibu.roster.imports.values import ColumnContext, PartialDate, judge, organization_index

_SETTINGS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_SURNAMES = ["王", "李", "张", "欧阳", "单", "曾"]
_GIVEN = ["伟", "敏", "晓明", "桂英", "磊", "雪"]
_HAN = "〇一二三四五六七八九"


@dataclass(frozen=True)
class Truth:
    """What one person's row should say."""

    name: str
    id_number: str
    birth: date
    sex: str
    ethnicity: str
    joined: date
    full: date
    phone: str


@st.composite
def truths(draw: st.DrawFn) -> Truth:
    birth = draw(st.dates(date(1935, 1, 1), date(2003, 12, 31)))
    sequence = draw(st.integers(1, 999))
    joined = draw(st.dates(date(birth.year + 19, 1, 1), max(date(birth.year + 19, 1, 2), date(2022, 12, 31))))
    return Truth(
        name=draw(st.sampled_from(_SURNAMES)) + draw(st.sampled_from(_GIVEN)),
        id_number=id_number(birth.strftime("%Y%m%d"), f"{sequence:03}"),
        birth=birth,
        sex="1" if sequence % 2 else "2",
        ethnicity=draw(st.sampled_from([code.key for code in code_table("ethnicity").codes[:56]])),
        joined=joined,
        full=joined + timedelta(days=400),
        phone="1" + draw(st.sampled_from("3456789")) + f"{draw(st.integers(0, 999_999_999)):09}",
    )


def wide(text: str) -> str:
    """ASCII as full-width."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def noisy(draw: st.DrawFn, text: str) -> str:
    """Blanks, invisible characters and quotes around and inside."""
    noise = draw(
        st.sampled_from(["{}", " {}", "{}\t", "\u3000{}", "{}\u00a0", "\u200b{}", "{}\ufeff", "\n{}"])
    )
    return noise.format(text)


@st.composite
def spelled_dates(draw: st.DrawFn, day: date) -> tuple[Cell, str]:
    """A spelling of the day and how precise it is."""
    y, m, d = day.year, day.month, day.day
    han_month = {10: "十", 11: "十一", 12: "十二"}.get(m, _HAN[m % 10])
    spellings: list[tuple[Cell, str]] = [
        (f"{y}.{m:02}", "month"),
        (f"{y}.{m}", "month"),
        (f"{y}年{m}月", "month"),
        (f"{y}-{m}-{d}", "day"),
        (f"{y}{m:02}{d:02}", "day"),
        (f"{y}{m:02}", "month"),
        ((day - date(1899, 12, 30)).days, "day"),
        (int(f"{y}{m:02}{d:02}"), "day"),
        (int(f"{y}{m:02}"), "month"),
        (float(f"{y}.{m:02}"), "month"),
        (float(f"{y}.{m}"), "month"),
        (day, "day"),
        (f"{y}/{m}/{d}", "day"),
        (f"{y}年{m}月{d}日", "day"),
        (f"{y}.{m}.{d}", "day"),
        (f"{m}/{d}/{y}", "day"),
        (f"{d}.{m}.{y}", "day"),
        (f"{y % 100}.{m}", "month"),
        (f"{y % 100:02}-{m}-{d}", "day"),
        (f"{y}-{m:02}-{d:02} 00:00:00", "day"),
        (wide(f"{y}.{m}"), "month"),
        ("".join(_HAN[int(c)] for c in str(y)) + f"年{han_month}月", "month"),
        (f"{y}年{m}月入党", "month"),
        (f"{y}", "year"),
        (f"{y}{m}{d}", "day"),
        (f"{y}{m}", "month"),
        (int(f"{y}{m}"), "month"),
        (f"{y}，{m}", "month"),
        (f"{y}。{m}", "month"),
    ]
    value, precision = draw(st.sampled_from(spellings))
    return (noisy(draw, value) if isinstance(value, str) else value), precision


@st.composite
def spelled_ids(draw: st.DrawFn, number: str) -> Cell:
    at = draw(st.integers(0, 17))
    other = draw(st.sampled_from("0123456789X"))
    fifteen = number[:6] + number[8:17]
    return draw(
        st.sampled_from(
            [
                number,
                number.lower(),
                wide(number),
                "'" + number,
                f"{number[:6]} {number[6:14]} {number[14:]}",
                number + "\t",
                float(number[:17] + "0"),
                f"{float(number[:17] + '0'):.14E}",
                fifteen,
                int(fifteen),
                number[:17],
                number + "0",
                number[:at] + other + number[at + 1 :],
                number[:15] + "000",
                number[:6] + "********" + number[14:],
                number[1] + number[0] + number[2:],
            ]
        )
    )


@st.composite
def spelled_phones(draw: st.DrawFn, phone: str) -> Cell:
    return draw(
        st.sampled_from(
            [
                phone,
                f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
                f"{phone[:3]} {phone[3:7]} {phone[7:]}",
                wide(phone),
                "+86" + phone,
                "86-" + phone,
                int(phone),
                float(phone),
                f"{float(phone):.2E}",
                phone[:10],
                phone + "1",
                phone + "/0531-88880000",
                "0531-88880000",
                phone[:3] + "****" + phone[7:],
                phone + "（儿子）",
                "'" + phone,
            ]
        )
    )


@st.composite
def spelled_names(draw: st.DrawFn, name: str) -> str:
    spaced = "　".join(name) if len(name) == 2 else name
    return noisy(
        draw,
        draw(
            st.sampled_from(
                [name, spaced, "*" + name, name + "（大）", name + "2", name + "、" + name, name + " 李敏"]
            )
        ),
    )


@st.composite
def spelled_headers(draw: st.DrawFn, header: str) -> str:
    spread = "　".join(header) if len(header) <= 2 else header
    noise = ["{}", "*{}", "{}（必填）", "{} ", "{}\n", "（1）{}", "{}(18位)", "{}*", "1.{}"]
    return draw(st.sampled_from(noise)).format(draw(st.sampled_from([header, spread])))


def _agrees(value: object, day: date, precision: str) -> bool:
    cut = day.isoformat()[: {"day": 10, "month": 7, "year": 4}[precision]]
    return isinstance(value, PartialDate) and value.iso() == cut


@_SETTINGS
@given(data=st.data(), truth=truths())
def test_a_mangled_row_never_brings_a_wrong_value(tmp_path: Path, data: st.DataObject, truth: Truth) -> None:
    birth, birth_precision = data.draw(spelled_dates(truth.birth))
    joined, joined_precision = data.draw(spelled_dates(truth.joined))
    full, full_precision = data.draw(spelled_dates(truth.full))
    label = code_table("ethnicity").by_key[truth.ethnicity].label
    sexes: dict[str, list[Cell]] = {"1": ["男", "1", 1, "男性", "M"], "2": ["女", "2", 2, "女性", "F"]}
    cells: dict[str, tuple[Cell, str]] = {
        "姓名": (data.draw(spelled_names(truth.name)), "name"),
        "身份证号": (data.draw(spelled_ids(truth.id_number)), "id_number"),
        "出生年月": (birth, "birth"),
        "性别": (data.draw(st.sampled_from(sexes[truth.sex])), "sex"),
        "民族": (
            data.draw(st.sampled_from([label, label[:-1] or label, truth.ethnicity, "868_" + label])),
            "ethnicity",
        ),
        "入党时间": (joined, "joined_date"),
        "转正时间": (full, "full_date"),
        "手机号码": (data.draw(spelled_phones(truth.phone)), "phone"),
    }
    order = data.draw(st.permutations(list(cells)))
    headers: list[Cell] = [data.draw(spelled_headers(header)) for header in order]
    title: list[list[Cell]] = data.draw(
        st.sampled_from([[], [["某村党员花名册"]], [["某村党员花名册"], ["填报单位（盖章）："]]])
    )
    found = interpreted(xlsx({"名册": [*title, headers, [cells[name][0] for name in order]]}), tmp_path)
    people = [row for table in found.tables for row in table.rows]
    assert len(people) == 1
    accepted = {extra.field: extra.value for extra in people[0].accepted()}
    expected: dict[str, object] = {
        "name": truth.name,
        "id_number": truth.id_number,
        "sex": truth.sex,
        "ethnicity": truth.ethnicity,
        "phone": truth.phone,
    }
    for field, value in expected.items():
        assert accepted.get(field, value) == value, (field, cells)
    for field, day, precision in (
        ("birth", truth.birth, birth_precision),
        ("joined_date", truth.joined, joined_precision),
        ("full_date", truth.full, full_precision),
    ):
        assert field not in accepted or _agrees(accepted[field], day, precision), (field, cells)


@pytest.mark.parametrize(
    "table", ["ethnicity", "education", "status", "membership_state", "post", "stratum", "sex"]
)
def test_every_label_and_synonym_gives_its_own_key(table: str) -> None:
    kind = "post" if table == "post" else table
    for code in code_table(table).codes:
        for text in (code.label, *code.synonyms):
            if text.isascii():
                continue
            verdict = judge(RawCell(Kind.TEXT, text), kind, ColumnContext(TODAY))
            assert verdict.outcome == "ASK" or (verdict.is_accepted and verdict.value == code.key), (
                text,
                verdict,
            )
        plain = judge(RawCell(Kind.TEXT, code.label), kind, ColumnContext(TODAY))
        assert (plain.outcome, plain.value) == ("OK", code.key)


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(max_size=30),
    kind=st.sampled_from(
        ["date", "id_number", "phone", "name", "education", "branch", "money", "remark", "post"]
    ),
)
def test_no_text_breaks_a_reader_or_becomes_a_number(text: str, kind: str) -> None:
    context = ColumnContext(TODAY, organizations=organization_index(ORGANIZATIONS))
    verdict = judge(RawCell(Kind.TEXT, text), kind, context)
    digits = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isdigit())
    if verdict.is_accepted and verdict.value is not None and kind in ("id_number", "phone"):
        assert str(verdict.value).rstrip("X") in digits + "X" or str(verdict.value)[:-1] in digits
    if verdict.outcome != "OK":
        assert verdict.reason.endswith("。")


@settings(max_examples=200, deadline=None)
@given(
    number=st.floats(allow_nan=False, allow_infinity=False),
    kind=st.sampled_from(["date", "id_number", "phone", "money", "education", "sex"]),
)
def test_no_number_breaks_a_reader(number: float, kind: str) -> None:
    verdict = judge(RawCell(Kind.NUMBER, repr(number), repr(number)), kind, ColumnContext(TODAY))
    if kind == "id_number":
        assert not verdict.is_accepted
    if kind == "date" and isinstance(verdict.value, PartialDate):
        assert 1900 <= verdict.value.year <= TODAY.year


@settings(max_examples=200, deadline=None)
@given(
    birth=st.dates(date(1930, 1, 1), date(2005, 1, 1)),
    at=st.integers(0, 17),
    digit=st.sampled_from("0123456789"),
)
def test_one_wrong_digit_in_an_id_number_is_always_seen(birth: date, at: int, digit: str) -> None:
    number = id_number(birth.strftime("%Y%m%d"), "123")
    wrong = number[:at] + digit + number[at + 1 :]
    verdict = judge(RawCell(Kind.TEXT, wrong), "id_number", ColumnContext(TODAY))
    assert verdict.is_accepted is (wrong == number)
