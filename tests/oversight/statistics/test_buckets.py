"""The published buckets: every value falls into exactly one, and the edges lie where they should."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.oversight.statistics.buckets import (
    DIMENSIONS,
    age_boundaries,
    age_bucket,
    education_bucket,
    joined_bucket,
    post_bucket,
)
from zhibu.roster.codes.tables import code_table

DAY = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("born", "bucket"),
    [
        (date(1995, 4, 1), "30岁及以下"),
        (date(1995, 3, 1), "31至35岁"),
        (date(1990, 4, 1), "31至35岁"),
        (date(1990, 3, 1), "36至40岁"),
        (date(1965, 4, 1), "56至60岁"),
        (date(1965, 3, 1), "61岁及以上"),
        (date(1930, 1, 1), "61岁及以上"),
        (date(2010, 1, 1), "30岁及以下"),
        (None, "未填"),
    ],
)
def test_ages(born: date | None, bucket: str) -> None:
    assert age_bucket(born, age_boundaries(DAY)) == bucket


@pytest.mark.parametrize(
    ("joined", "bucket"),
    [
        (date(1949, 9, 30), "1949年9月及以前"),
        (date(1949, 10, 1), "1949年10月至1966年4月"),
        (date(1978, 12, 31), "1976年11月至1978年12月"),
        (date(2012, 10, 31), "2002年11月至2012年10月"),
        (date(2012, 11, 1), "2012年11月及以后"),
        (None, "未填"),
    ],
)
def test_times_of_joining(joined: date | None, bucket: str) -> None:
    assert joined_bucket(joined) == bucket


def test_every_code_has_a_bucket_that_is_shown() -> None:
    shown = {dimension.key: set(dimension.buckets) for dimension in DIMENSIONS}
    for code in code_table("education").choices():
        assert education_bucket(code[0]) in shown["education"] - {"未填"}
    for code in code_table("post").choices():
        assert post_bucket(code[0]) in shown["post"] - {"未填"}
    assert (post_bucket(""), education_bucket("")) == ("未填", "未填")
    assert (post_bucket("0164"), post_bucket("111"), post_bucket("42")) == (
        "工勤技能人员",
        "农牧渔民",
        "离退休人员",
    )
