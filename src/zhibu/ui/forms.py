"""How every form looks, and the fields that people's way of writing asks for."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

_WRITTEN_DATE = re.compile(r"^(\d{4})[年./\-\s]*(\d{1,2})[月./\-\s]*(\d{1,2})日?$")


class HouseRenderer(TemplatesSetting):
    """Renders ``{{ form }}`` with the house's templates: errors summarised, label above, help, field."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"


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
    default_error_messages = {"invalid": "没有看懂这个日期，请写成“2025-06-03”这样的年月日。"}

    def to_python(self, value: Any) -> date | None:
        """The day, or None where nothing was written.

        Raises:
            ValidationError: The text is not a day of the calendar.
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
            return date(year, month, day)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
