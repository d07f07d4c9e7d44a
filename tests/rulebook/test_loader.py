"""What the loader accepts, and what it refuses with file, line, field and clause."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.rulebook.errors import RulebookError
from zhibu.rulebook.loader import load_text, national
from zhibu.rulebook.model import Frequency
from zhibu.rulebook.report import counts_of
from zhibu.rulebook.vocabulary import vocabulary

PACK = """
[regulation]
id = "XX"
title = "某县口径"
short = "县口径"
number = "县发〔2026〕1 号"
issuer = "某县委"
in_force = 2026-01-01
pack = "some_county"

[[norm]]
id = "XX-1-1"
article = "第一条"
text = "党员大会每月一次"
source = "本地"
compared_on = 2026-02-01
confidence = "high"

[[norm.check]]
id = "a"
title = "党员大会每月一次"
strength = "L"
shape = "frequency"
duty = "xx.general_membership_meeting.monthly"
applies = { kinds = ["branch"] }
events = ["general_membership_meeting"]
period = "month"
at_least = { value = 1, unit = "次" }
remedy = "请召开党员大会。"
action = "meetings.create"
"""


def test_it_works() -> None:
    book = load_text("xx.toml", PACK, national())
    assert "some_county" in book.packs
    assert not any(run.check_id == "XX-1-1.a" for run in book.plan())
    assert any(run.check_id == "XX-1-1.a" for run in book.plan(frozenset({"some_county"})))


def test_counts() -> None:
    counts = {regulation.id: counts_of(regulation) for regulation in national().regulations}
    assert {key: value.norms for key, value in counts.items()} == {
        "ZC": 21,
        "ZB": 42,
        "JY": 25,
        "RQ": 4,
        "XJ": 3,
    }
    assert sum(value.live for value in counts.values()) * 3 >= 95 * 2
    for check in national().checks:
        assert {
            "live": check.duty and check.remedy and check.action,
            "deferred": check.missing,
            "none": check.reason,
        }[check.status], check.id


def test_the_vocabulary_names_every_fact() -> None:
    words = vocabulary()
    unknown = {(check.id, key) for check in national().checks for key in check.needs if key not in words}
    assert unknown == set()
    assert all(word.meaning and word.module and word.label for word in words.values())
    assert {"action:" + check.action for check in national().checks if check.action} <= set(words)


def test_old_years_keep_their_number() -> None:
    dated = PACK.replace(
        'at_least = { value = 1, unit = "次" }',
        'at_least = [{ value = 1, unit = "次" }, { value = 2, unit = "次", from = 2027-01-01 }]',
    )
    runs = load_text("xx.toml", dated, national()).plan(frozenset({"some_county"}))
    found = [(run.in_force, run.until, run.params) for run in runs if run.check_id == "XX-1-1.a"]
    assert [(start, end) for start, end, _ in found] == [
        (date(2026, 1, 1), date(2027, 1, 1)),
        (date(2027, 1, 1), None),
    ]
    assert [p.at_least for _, _, p in found if isinstance(p, Frequency)] == [1, 2]


def test_an_ended_regulation_judges_nothing_after_its_end() -> None:
    ended = PACK.replace("in_force = 2026-01-01", "in_force = 2026-01-01\nuntil = 2027-01-01")
    runs = load_text("xx.toml", ended, national()).plan(frozenset({"some_county"}))
    assert [run.until for run in runs if run.check_id == "XX-1-1.a"] == [date(2027, 1, 1)]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('title = "党员大会每月一次"', 'title = "党员大会每月一次并上传照片"', "JF-C-4"),
        ('events = ["general_membership_meeting"]', 'events = ["login"]', "JF-C-3"),
        ('events = ["general_membership_meeting"]', 'events = ["online_minutes"]', "JF-C-2"),
        ('events = ["general_membership_meeting"]', 'events = ["note_count"]', "JF-A-1"),
        ('remedy = "请召开党员大会。"', 'remedy = "请争取提高排名。"', "JF-C-2"),
        ('remedy = "请召开党员大会。"', 'remedy = "请多点赞。"', "JF-B-4"),
        ('remedy = "请召开党员大会。"', 'remedy = "请每日打卡。"', "JF-B-2"),
        ("value = 1,", "value = 1.5,", "不用小数"),
        ("value = 1,", 'value = "一",', "分数写作"),
        ('unit = "次"', 'unit = "回"', "频次的单位"),
        ('period = "month"', 'period = "week"', "period"),
        ('shape = "frequency"', 'shape = "often"', "shape"),
        ('strength = "L"', 'strength = "S"', "strength"),
        ('pack = "some_county"', "", "地方口径"),
        ('id = "XX-1-1"', 'id = "YY-1-1"', "编号要以 XX- 开头"),
        ('remedy = "请召开党员大会。"', "", "remedy"),
        ('period = "month"', 'period = "month"\nperiode = 3', "没有这个栏目"),
        ("in_force = 2026-01-01", 'in_force = "2026"', "要写成日期"),
        ('kinds = ["branch"]', 'kind = ["branch"]', "没有这个适用条件"),
        ('shape = "frequency"', 'shape = "frequency"\nsubject = "person"', "对象只能是"),
        ("[regulation]", "[rules]", "缺少 .regulation."),
        ('id = "XX"', 'id = "XX', "TOML"),
        ("xx.general_membership_meeting.monthly", "general_membership_meeting.quarterly", "不得改动上位规定"),
        ('id = "XX"', 'id = "ZB"', "编号要以 ZB- 开头"),
        ('strength = "L"', 'strength = "L"\nstatus = "deferred"', "missing"),
    ],
)
def test_it_refuses(old: str, new: str, words: str) -> None:
    assert old in PACK
    with pytest.raises(RulebookError, match=words) as refused:
        load_text("xx.toml", PACK.replace(old, new, 1), national())
    assert "xx.toml" in str(refused.value)


def test_a_refusal_names_the_line() -> None:
    with pytest.raises(RulebookError) as refused:
        load_text("xx.toml", PACK.replace('period = "month"', 'period = "week"'), national())
    assert "第12行" in str(refused.value)
    assert "XX-1-1.a 的 period" in str(refused.value)


def test_it_refuses_a_repeated_number() -> None:
    repeated = PACK + PACK[PACK.index("[[norm]]") :]
    with pytest.raises(RulebookError, match="编号与文件"):
        load_text("xx.toml", repeated, national())


def test_it_refuses_to_turn_a_general_rule_into_a_must() -> None:
    stricter = PACK.replace('strength = "L"', 'strength = "M"').replace(
        "xx.general_membership_meeting.monthly", "general_membership_meeting.quarterly"
    )
    same = (
        stricter.replace('period = "month"', 'period = "quarter"\nremind = { value = 30, unit = "日" }')
        .replace('applies = { kinds = ["branch"] }', 'applies = { kinds = ["branch"], is_temporary = false }')
        .replace('action = "meetings.create"', 'action = "meetings.create"\nwaivers = ["not_due"]')
    )
    with pytest.raises(RulebookError, match=r"不得把 ZB-11-1\.a 的一般要求改成必须"):
        load_text("xx.toml", same, national())
