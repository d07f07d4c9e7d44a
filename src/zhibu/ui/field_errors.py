"""What every field says where it cannot take what was typed: what is wrong and what to do, without jargon.

Django's Chinese speaks of fields and variables; the same keys get sentences as they are said in an office.
"""

from __future__ import annotations

from django import forms
from django.core import validators

_CHOICE = "没有这个选项，请从列出的选项里选择。"
_FILE = "文件没有传上来，请重新选择一次。"
_MESSAGES: tuple[tuple[type[forms.Field], dict[str, str]], ...] = (
    (forms.Field, {"required": "请填写或者选择这一项。"}),
    (forms.IntegerField, {"invalid": "请填写整数，例如“12”。"}),
    (forms.TimeField, {"invalid": "没有看懂这个时间，请写成“14:30”这样的时和分。"}),
    (forms.ChoiceField, {"invalid_choice": _CHOICE}),
    (forms.MultipleChoiceField, {"invalid_choice": _CHOICE, "invalid_list": _CHOICE}),
    (forms.ModelChoiceField, {"invalid_choice": _CHOICE}),
    (
        forms.ModelMultipleChoiceField,
        {"invalid_choice": _CHOICE, "invalid_list": _CHOICE, "invalid_pk_value": _CHOICE},
    ),
    (
        forms.FileField,
        {"invalid": _FILE, "missing": _FILE, "empty": "文件是空的，请核对以后重新选择。"},
    ),
)
_VALIDATORS: tuple[tuple[type[object], str], ...] = (
    (validators.ProhibitNullCharactersValidator, "里面有看不见的符号，请删去以后重新填写。"),
    (validators.MinValueValidator, "不能小于%(limit_value)s，请核对。"),
    (validators.MaxValueValidator, "不能大于%(limit_value)s，请核对。"),
    (validators.MinLengthValidator, "至少要写%(limit_value)d个字，现在是%(show_value)d个字。"),
    (validators.MaxLengthValidator, "最多写%(limit_value)d个字，现在是%(show_value)d个字，请缩短。"),
)


def use_house_sentences() -> None:
    """Put the sentences in the place of Django's; fields that bring their own keep them."""
    for field, sentences in _MESSAGES:
        field.default_error_messages = {**field.default_error_messages, **sentences}
    for validator, sentence in _VALIDATORS:
        setattr(validator, "message", sentence)  # noqa: B010 - stubs give each validator another type
