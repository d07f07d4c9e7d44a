"""How every form looks, and the fields that people's way of writing asks for."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString

_WRITTEN_DATE = re.compile(r"^(\d{4})[年./\-\s]*(\d{1,2})[月./\-\s]*(\d{1,2})日?$")


class HouseRenderer(TemplatesSetting):
    """Renders ``{{ form }}`` with the house's templates: errors summarised, label above, help, field."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """What the template gives; choices, often a hundred and more, are written without one each."""
        if template_name == forms.Select.template_name:
            return _select(context["widget"])
        return super().render(template_name, context, request)


def _select(widget: dict[str, Any]) -> SafeString:
    """The same text as django/forms/widgets/select.html, in a twentieth of the time."""
    name, own = escape(widget["name"]), _attributes(widget["attrs"])
    groups = "".join(_group(name, options) for name, options, _ in widget["optgroups"])
    return SafeString(f'<select name="{name}"{own}>{groups}\n</select>')


def _group(name: str | None, options: list[dict[str, Any]]) -> str:
    shown = "".join(map(_option, options))
    return f'\n  <optgroup label="{conditional_escape(name)}">{shown}\n  </optgroup>' if name else shown


def _option(option: dict[str, Any]) -> str:
    value, label = conditional_escape(str(option["value"])), conditional_escape(option["label"])
    return f'\n  <option value="{value}"{_attributes(option["attrs"])}>{label}</option>'


def _attributes(values: dict[str, Any]) -> str:
    """True stands alone, False is left out."""
    return "".join(
        f" {escape(name)}" if value is True else f' {escape(name)}="{conditional_escape(str(value))}"'
        for name, value in values.items()
        if value is not False
    )


class DateInput(forms.DateInput):
    """The browser's own calendar; where it has none, a plain box that takes dates as people write them."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """A time of day in hours and minutes."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


class CivilDateField(forms.DateField):
    """A civil day; takes 2025-06-03, 2025.6.3, 2025年6月3日 and 20250603."""

    widget = DateInput
    default_error_messages = {
        "invalid": "没有看懂这个日期，请写成“2025-06-03”这样的年月日。",
        "far": "年份应当在1900年到2999年之间，请核对。",
    }

    def to_python(self, value: Any) -> date | None:
        """The day, or None where nothing was written.

        Raises:
            ValidationError: The text is not a day of the calendar, or so far off that no term ends within it.
        """
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        found = _WRITTEN_DATE.match(str(value).strip())
        try:
            year, month, day = (int(part) for part in found.groups()) if found else (0, 0, 0)
            written = date(year, month, day)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        if not 1900 <= year <= 2999:
            raise forms.ValidationError(self.error_messages["far"], code="far")
        return written


def carried_number(text: str, otherwise: int = 0) -> int:
    """A number that a page carried along in digits, ``otherwise`` where somebody made it into something else.

    Nine digits are enough for every version, year and id of a row, and fit every column.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise
