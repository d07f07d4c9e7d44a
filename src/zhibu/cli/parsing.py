"""argparse in Chinese: the help and the complaints of every command."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import date
from typing import NoReturn

_TEXTS = {
    "usage: ": "用法：",
    "positional arguments": "内容",
    "options": "选项",
    "show this help message and exit": "显示这份说明",
    "unrecognized arguments: %s": "不认识这些选项：%s。",
    "the following arguments are required: %s": "还缺少：%s。",
    "expected one argument": "后面要写一个值。",
    "expected at least one argument": "后面至少要写一个值。",
    "not allowed with argument %s": "不能和 %s 一起使用。",
    "one of the arguments %s is required": "这些选项要写其中一个：%s。",
    "invalid %(type)s value: %(value)r": "%(value)r 这个值写得不对。",
    "invalid choice: %(value)r (choose from %(choices)s)": "%(value)r 不在可选范围内，可选：%(choices)s。",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s：%(message)s",
    "%(prog)s: error: %(message)s\n": "%(message)s\n",
}

_LAST_PORT = 65535


def _in_chinese(text: str) -> str:
    return _TEXTS.get(text, text)


class ChineseParser(argparse.ArgumentParser):
    """A parser whose every word is Chinese, for the user's command ``./zhibu NAME``."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to see what is possible."""
        hint = "查看用法：{prog} --help\n".format(prog=self.prog)
        self.exit(2, "{message}\n{hint}".format(message=message, hint=hint))


def civil_day(text: str) -> date:
    """A day as an option takes it."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            "“{text}”不是一个日期，请写成 2026-01-31 这样。".format(text=text)
        ) from error


def at_least_one(text: str) -> int:
    """A number from one upwards."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("“{text}”不行，请写 1 或者更大的整数。".format(text=text))
    return int(text)


def port_number(text: str) -> int:
    """A port that one may listen on."""
    if not text.isdecimal() or not 1 <= int(text) <= _LAST_PORT:
        raise argparse.ArgumentTypeError(
            "“{text}”不是端口，请写 1 到 65535 之间的整数，例如 8000。".format(text=text)
        )
    return int(text)


def speak_chinese() -> None:
    """Make argparse use our texts; it looks its texts up through the name ``_`` when it needs them."""
    argparse._ = _in_chinese  # type: ignore[attr-defined]


def columns(rows: Iterable[tuple[str, str]], *, width: int) -> str:
    """Two columns of text, the first padded by what it takes up on the screen."""
    return "\n".join(left + " " * max(1, width - screen_width(left)) + right for left, right in rows)


def screen_width(text: str) -> int:
    """The width of a text in a terminal, where a Chinese character takes two places."""
    return sum(2 if ord(character) >= 0x2E80 else 1 for character in text)
