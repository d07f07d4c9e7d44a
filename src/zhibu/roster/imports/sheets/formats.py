"""Number formats: which ones show dates, to which precision, and what a stored number looks like in them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from zhibu.roster.imports.sheets.model import Kind, RawCell

# The built-in formats that office programs store by number alone (ECMA-376, 18.8.30; 27-36 and 50-58 in
# Chinese).
_BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    27: "yyyy年m月",
    28: "m月d日",
    29: "m月d日",
    30: "m/d/yy",
    31: "yyyy年m月d日",
    32: "h时mm分",
    33: "h时mm分ss秒",
    36: "yyyy年m月",
    37: "#,##0",
    38: "#,##0",
    39: "#,##0.00",
    40: "#,##0.00",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    50: "yyyy年m月",
    51: "m月d日",
    52: "yyyy年m月",
    53: "m月d日",
    54: "m月d日",
    55: "yyyy年m月",
    56: "m月d日",
    57: "yyyy年m月",
    58: "m月d日",
}
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_LAST_SERIAL = 2_958_465  # 9999-12-31


def built_in_format(number: int) -> str:
    """The format code of a built-in number; General where there is none."""
    return _BUILT_IN.get(number, "General")


@lru_cache(maxsize=4096)
def date_precision(code: str) -> str:
    """``day``, ``month``, ``year`` or ``time`` for what a format shows of a date; empty if it shows no
    date.
    """
    section = _LITERALS.sub("", code.split(";", maxsplit=1)[0]).lower().replace("general", "")
    if "e+" in section or "e-" in section or not any(letter in section for letter in "ymdh"):
        return ""
    has_year, has_day = "y" in section or "e" in section, "d" in section
    if has_day:
        return "day"
    if has_year:
        return "month" if "m" in section else "year"
    return "time"


def number_cell(raw: str, code: str, uses_1904: bool, is_formula: bool) -> RawCell:
    """The cell of a stored number: a DATE where its format shows one, else a NUMBER as it is displayed."""
    if code == "General" and raw.isascii() and raw.isdigit() and len(raw) < 15:
        return RawCell(Kind.NUMBER, str(int(raw)), raw, "", code, is_formula)
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return RawCell(Kind.ERROR, raw, is_formula=is_formula)
    if not value.is_finite():
        return RawCell(Kind.ERROR, raw, is_formula=is_formula)
    precision = date_precision(code)
    if precision and precision != "time":
        iso = serial_to_iso(value, precision, uses_1904)
        if iso:
            return RawCell(Kind.DATE, iso, raw, iso, code, is_formula)
    return RawCell(Kind.NUMBER, _shown(raw, value, code), raw, "", code, is_formula)


def serial_to_iso(value: Decimal, precision: str, uses_1904: bool) -> str:
    """The date of a day number as ISO text cut to the precision; empty where the number is no date.

    The 1900 system counts a 29 February 1900 that never was: days before March 1900 shift by one.
    """
    days = int(value)
    if value < 1 or days > _LAST_SERIAL:
        return ""
    if uses_1904:
        day = date(1904, 1, 1) + timedelta(days=min(days, _LAST_SERIAL - 1462))
    elif days == 60:
        return ""
    else:
        day = date(1899, 12, 30 if days > 60 else 31) + timedelta(days=days)
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[precision]]


def plain_number(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros: 1.38E+10 → 13800000000."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shown(raw: str, value: Decimal, code: str) -> str:
    """What a person sees: leading zeros and fixed decimals as formatted, big numbers as stored."""
    body = _LITERALS.sub("", code.split(";", maxsplit=1)[0]).replace(",", "")
    if re.fullmatch(r"0+", body) and value == value.to_integral_value():
        return plain_number(value).zfill(len(body))
    fixed = re.fullmatch(r"[#0]*0\.(0+)", body)
    if fixed and abs(value) < Decimal("1e15"):
        return str(round(value, len(fixed[1])))
    if abs(value) >= Decimal("1e15"):
        return raw
    return plain_number(_shortest(raw, value))


def _shortest(raw: str, value: Decimal) -> Decimal:
    """Programs store 0.1 + 0.2 with its binary noise; what is shown has 15 significant digits."""
    if len(raw) < 17:
        return value
    return Decimal(f"{value:.15g}")
