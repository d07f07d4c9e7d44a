"""What a password must not be, and in the profile ``djbh3`` must be (docs/settings.md)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError

_OWN_WORDS = (
    "password",
    "admin",
    "qwerty",
    "woaini",
    "zhonggong",
    "中共",
    "zhibu",
    "dangzhibu",
    "dangwei",
    "dangyuan",
    "dangjian",
    "zuzhibu",
    "支部",
    "党支部",
    "党委",
    "党建",
)
_SHORTEST_WORD = 2
_REST = 8  # what must remain of a password when the unit's words are taken out of it
_word_sources: list[Callable[[], list[str]]] = []


def register_words(source: Callable[[], list[str]]) -> None:
    """Register where words of the unit come from, such as its name; each is asked when a password is set."""
    if source not in _word_sources:
        _word_sources.append(source)


class LengthValidator(MinimumLengthValidator):
    """Django's own, whose sentence has no Chinese in every release."""

    def get_error_message(self) -> str:
        """What somebody reads whose password is too short."""
        return "密码至少要有{n}个字符。".format(n=self.min_length)


class UnitWordsValidator:
    """Refuses a password that is little more than the name of the unit or the trade (ASVS 6.2.11)."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ``ValidationError`` unless enough remains without those words."""
        words = {*_OWN_WORDS, *(word.lower() for source in _word_sources for word in source())}
        rest = password.lower()
        for word in sorted(words, key=len, reverse=True):
            if len(word) >= _SHORTEST_WORD:
                rest = rest.replace(word, "")
        if rest != password.lower() and len(rest) < _REST:
            raise ValidationError("密码里主要是单位名或者“支部”一类的词，别人容易猜到。", code="unit_words")

    def get_help_text(self) -> str:
        """The rule in words."""
        return "不要用单位名。"


class ThreeClassesValidator:
    """Asks for three of: small letters, capitals, digits, other signs (GB/T 22239 8.1.4.1 a)."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ``ValidationError`` with fewer than three."""
        classes = {
            "lower"
            if sign.islower()
            else "upper"
            if sign.isupper()
            else "digit"
            if sign.isdigit()
            else "other"
            for sign in password
        }
        if len(classes) < 3:
            raise ValidationError("密码要有小写字母、大写字母、数字、符号当中的三种。", code="three_classes")

    def get_help_text(self) -> str:
        """The rule in words."""
        return "小写字母、大写字母、数字、符号，至少有三种。"
