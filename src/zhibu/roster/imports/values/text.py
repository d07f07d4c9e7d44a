"""Cleaning of text: what can be taken away without losing anything, and what has to be asked about."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe00-\ufe0f\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
SPACES = re.compile(r"[\s\u00a0\u3000]+")
EMPTY_WORDS = frozenset(
    [
        "无",
        "—",
        "-",
        "--",
        "——",
        "/",
        "\\",
        "空",
        "暂无",
        "没有",
        "／",
        "－",
        "―",
        "–",
        "N/A",
        "NA",
        "n/a",
        "(空)",
        "（空）",
        "／／",
        "、",
        ".",
        "。",
        "无。",
        "NULL",
        "null",
        "None",
    ]
)
DITTO = frozenset(
    ["〃", "同上", '"', "''", "″", "”", "“", "同左", "″″", "''''", "...", "〞", "〟", "同前", "々"]
)
_PINYIN = re.compile(
    r"[（(\[]\s*[a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ]+(?:\s+[a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ]+)*\s*[)）\]]"
)
_TONED = re.compile(r"[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ]")


def clean(text: str) -> str:
    """Without invisible characters and blanks at the ends; inner blanks become one ordinary blank."""
    if text.isalnum():
        return text
    return SPACES.sub(" ", INVISIBLE.sub("", text)).strip()


def squeezed(text: str) -> str:
    """NFKC without any blank: digits, dates and codes are read in this form."""
    if text.isascii() and text.isalnum():
        return text
    return SPACES.sub("", INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))


def is_empty_word(text: str) -> bool:
    """Whether people write this for *nothing to say*."""
    return text in EMPTY_WORDS


def is_ditto(text: str) -> bool:
    """Whether this means *as above*."""
    return text in DITTO


@lru_cache(maxsize=1)
def _simplified_of() -> dict[str, str]:
    pairs = (Path(__file__).parent / "traditional.txt").read_text("utf-8").split()
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


def to_simplified(text: str) -> str:
    """The text with the common traditional characters simplified; only ever offered, never applied
    unasked.
    """
    table = _simplified_of()
    if table.keys().isdisjoint(text):
        return text
    return "".join(table.get(letter, letter) for letter in text)


def without_pinyin(text: str) -> str:
    """The text without readings in brackets, as web pages carry them: 組織(zhī) → 組織."""
    if text.isalnum():
        return text
    return _PINYIN.sub(lambda m: "" if _TONED.search(m[0]) else m[0], text)
