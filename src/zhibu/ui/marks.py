"""The five marks of a state: always a shape and a word, never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """``key`` is ok, soon, late, open or none; ``word`` the usual word where the caller gives no other."""

    key: str
    word: str
    shape: str


MARKS = {
    mark.key: mark
    for mark in (
        Mark("ok", "正常", "●"),
        Mark("soon", "临期", "▲"),
        Mark("late", "逾期", "■"),
        Mark("open", "未开始", "○"),
        Mark("none", "不适用", "–"),
    )
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a row of steps; ``state`` is done, current or ahead; ``url`` may be empty."""

    title: str
    state: str = "ahead"
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: an address with words; ``count`` None shows no number."""

    label: str
    url: str
    is_current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of a menu."""

    label: str
    url: str
    icon: str = "list"
    is_current: bool = False
    note: str = ""
