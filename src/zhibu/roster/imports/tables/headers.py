"""Headers: their comparable form, and the dictionary of the fields they name."""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from zhibu.roster.imports.values.text import INVISIBLE

_BRACKETED = re.compile(r"[(\[{<【〔「《][^()\[\]{}<>【】〔〕「」《》]*[)\]}>】〕」》]")
_NUMBERING = re.compile(r"^(?:[①-⑳]|\d{1,2}[.、)]|[(]\d{1,2}[)])+")
_NOISE = re.compile(r"[\s*★☆#:,.;!?/\\|、。：，；_\-—~·'\"“”‘’`^+()\[\]{}<>【】〔〕「」《》]+")
_MONTH = re.compile(r"(1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?:份)?(?:党费|实缴|缴纳|交纳)?")
_HAN_MONTHS = {
    name: number
    for number, name in enumerate(
        ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], 1
    )
}
_FUZZY = 0.8
_DIGITS = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class Field:
    """What a column can be used as; ``kind`` says how its cells are read, ``group`` which module wants it."""

    key: str
    label: str
    kind: str
    group: str


@lru_cache(maxsize=1)
def fields() -> Mapping[str, Field]:
    """All fields by key, in their order."""
    source = tomllib.loads((Path(__file__).parent / "fields.toml").read_text("utf-8"))
    found = {key: Field(key, row["label"], row["kind"], row["group"]) for key, row in source.items()}
    again = {
        "joined_date_again": Field("joined_date_again", "加入党组织日期（另一列）", "date", "check"),
        "phone_again": Field("phone_again", "联系电话（另一列）", "phone", "check"),
        "masses_appraisal_date": Field(
            "masses_appraisal_date", "民主评议时间（发展）", "date", "development"
        ),
        "yearly_appraisal": Field("yearly_appraisal", "民主评议", "text", "kept"),
        "committee_approval_date": Field("committee_approval_date", "党委审批时间", "date", "development"),
        "committee_conversion_approval_date": Field(
            "committee_conversion_approval_date", "党委审批转正时间", "date", "development"
        ),
    }
    months = {
        f"dues_month_{n}": Field(f"dues_month_{n}", "{n}月党费".format(n=n), "dues_month", "dues")
        for n in range(1, 13)
    }
    return found | again | months


@lru_cache(maxsize=1)
def _dictionary() -> Mapping[str, str]:
    source = tomllib.loads((Path(__file__).parent / "fields.toml").read_text("utf-8"))
    found: dict[str, str] = {}
    for key, row in source.items():
        for header in row["headers"]:
            found.setdefault(full_form(header), key)
    return found


CLASHING = frozenset(
    [
        "党籍状态",
        "政治面貌",
        "类别",
        "单位",
        "职务",
        "民主评议时间",
        "民主评议",
        "党委审批时间",
        "党委审批时间2",
        "审批时间",
        "身份",
        "是否党员",
    ]
)


def full_form(header: str) -> str:
    """The comparable form with the words in brackets kept."""
    return _bare(INVISIBLE.sub("", unicodedata.normalize("NFKC", header)))


def _bare(text: str) -> str:
    return _NOISE.sub("", _NUMBERING.sub("", text.strip())).lower()


def short_form(header: str) -> str:
    """The comparable form without what stands in brackets."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", header))
    bare = _BRACKETED.sub("", _BRACKETED.sub("", text))
    return full_form(bare)


def hint_of(header: str) -> str:
    """What a header says in brackets, such as ``1正常 0不正常``."""
    text = unicodedata.normalize("NFKC", header)
    return " ".join(part[1:-1] for part in _BRACKETED.findall(text))


_OTHER_MEANING = re.compile(
    r"介绍人|联系人|配偶|父亲|母亲|父母|子女|家属|亲属|申请|谈话|紧急|预计|计划|拟|审批|批准|帮扶|责任人|监护|办公室"
)
_WIDE = re.compile(r"(?:基本)?(?:情况|信息|事项|登记)$")
_OTHER_PERSON = re.compile(
    r"介绍人|联系人|家庭成员|家属|配偶|父亲|母亲|子女|亲属|监护|帮扶|责任人|负责人|谈话人|书记|单位情况"
)


def field_of_path(segments: tuple[str, ...]) -> str:
    """The field of a header of several rows: 入党介绍人/姓名 is no member's name, 转正/时间 is 转正时间."""
    for joined in ("".join(segments[-2:]), "".join(segments), _under_wide_heading(segments)):
        if field := field_named(joined):
            return field
    above = "".join(full_form(part) for part in segments[:-1])
    if segments[:-1] and _OTHER_PERSON.search(above):
        is_introducer = "介绍人" in above and field_named(segments[-1]) == "name"
        return "introducers" if is_introducer else ""
    return field_named(segments[-1]) or field_named(segments[0])


def _under_wide_heading(segments: tuple[str, ...]) -> str:
    """入党情况 over 时间（支部大会） as 入党时间; empty where the heading is no such thing."""
    if len(segments) < 2 or _OTHER_MEANING.search(hint_of(segments[-1])):
        return ""
    heading = short_form(segments[-2])
    bare = _WIDE.sub("", heading)
    return bare + short_form(segments[-1]) if bare and bare != heading else ""


def field_named(header: str) -> str:
    """The field a header names exactly, ``?`` for one that its values must decide, empty for none."""
    if not header or len(header) > 60:
        return ""
    dictionary = _dictionary()
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", header))
    full = _bare(text)
    has_one_form = not _BRACKETED.search(text) and unicodedata.is_normalized("NFKC", text)
    for form in (full,) if has_one_form else dict.fromkeys((full, short_form(header))):
        if form != full and _OTHER_MEANING.search(hint_of(header)):
            return ""
        if form in CLASHING:
            return "?" + form
        if form in dictionary:
            return dictionary[form]
        if found := _MONTH.fullmatch(form):
            return f"month_{_HAN_MONTHS.get(found[1]) or int(found[1])}"
    return ""


def is_header_text(text: str) -> bool:
    """Whether a cell could be a header of the dictionary; quick enough for every distinct cell of a sheet."""
    if len(text) > 60 or not text:
        return False
    if text.isascii() and (len(text) > 12 or not _DIGITS.isdisjoint(text)):
        return False
    if len(text) <= 12 and text.isalnum() and not text[0].isdigit():
        return text in _dictionary() or text in CLASHING or ("月" in text and bool(_MONTH.fullmatch(text)))
    return field_named(text) != ""


def suggested_field(header: str) -> str:
    """A near header, as a suggestion only; empty if none is near."""
    form = short_form(header)
    if len(form) < 2:
        return ""
    close = difflib.get_close_matches(form, list(_dictionary()), n=1, cutoff=_FUZZY)
    if close:
        return _dictionary()[close[0]]
    inside = [name for name in _dictionary() if len(name) >= 3 and name in form]
    return _dictionary()[max(inside, key=len)] if inside else ""
