"""The buckets of the published party statistics: age, education, occupation, time of joining.

Source: the yearly 党内统计公报; ages by whole years at the day, as there. Every person falls into exactly
one bucket of each dimension, 未填 included, so that the sums always agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

from zhibu.common.dates import add_years

UNKNOWN = "未填"

_AGES = (30, 35, 40, 45, 50, 55, 60)
_JOINED = (
    (date(1949, 10, 1), "1949年9月及以前"),
    (date(1966, 5, 1), "1949年10月至1966年4月"),
    (date(1976, 11, 1), "1966年5月至1976年10月"),
    (date(1979, 1, 1), "1976年11月至1978年12月"),
    (date(2002, 11, 1), "1979年1月至2002年10月"),
    (date(2012, 11, 1), "2002年11月至2012年10月"),
)
_JOINED_LAST = "2012年11月及以后"
_EDUCATION = {
    "1": "研究生",
    "2": "大学本科",
    "3": "大学专科",
    "4": "中专、中技",
    "6": "高中",
    "7": "初中及以下",
    "8": "初中及以下",
    "9": "初中及以下",
}
_POSTS = (  # the longest prefix that fits
    ("011", "党政机关工作人员"),
    ("012", "企事业单位管理人员"),
    ("013", "专业技术人员"),
    ("014", "企事业单位管理人员"),
    ("015", "专业技术人员"),
    ("016", "工勤技能人员"),
    ("021", "企事业单位管理人员"),
    ("022", "专业技术人员"),
    ("023", "企事业单位管理人员"),
    ("024", "专业技术人员"),
    ("025", "工勤技能人员"),
    ("1", "农牧渔民"),
    ("3", "学生"),
    ("4", "离退休人员"),
)
_POST_OTHER = "其他职业人员"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way of dividing the members: its key, its title and its buckets in the published order."""

    key: str
    title: str
    buckets: tuple[str, ...]


def _age_labels() -> tuple[str, ...]:
    spans = ["30岁及以下"]
    spans += ["{low}至{high}岁".format(low=low + 1, high=high) for low, high in pairwise(_AGES)]
    return (*spans, "61岁及以上")


AGE_LABELS = _age_labels()
DIMENSIONS = (
    Dimension("age", "年龄", (*AGE_LABELS, UNKNOWN)),
    Dimension("education", "学历", (*dict.fromkeys(_EDUCATION.values()), UNKNOWN)),
    Dimension("post", "职业", (*dict.fromkeys(label for _, label in _POSTS), _POST_OTHER, UNKNOWN)),
    Dimension("joined", "入党时间", (*(label for _, label in _JOINED), _JOINED_LAST, UNKNOWN)),
)


def age_boundaries(day: date) -> list[tuple[date, str]]:
    """For each age bucket the earliest birthday that still belongs to it, youngest first."""
    born_after = [add_years(day, -(age + 1)) for age in _AGES]
    return list(zip(born_after, AGE_LABELS, strict=False))


def age_bucket(birth_month: date | None, boundaries: list[tuple[date, str]]) -> str:
    """The age bucket of somebody born in this month, counted as if born on its first day."""
    if birth_month is None:
        return UNKNOWN
    return next((label for earliest, label in boundaries if birth_month > earliest), AGE_LABELS[-1])


@cache
def education_bucket(code: str) -> str:
    """The education bucket of a code of GB/T 4658."""
    return _EDUCATION.get(code[:1], UNKNOWN)


@cache
def post_bucket(code: str) -> str:
    """The occupation bucket of a post code, by its prefix."""
    if not code:
        return UNKNOWN
    return next((label for prefix, label in _POSTS if code.startswith(prefix)), _POST_OTHER)


def joined_bucket(joined: date | None) -> str:
    """The bucket of the day of joining."""
    if joined is None:
        return UNKNOWN
    return next((label for before, label in _JOINED if joined < before), _JOINED_LAST)
