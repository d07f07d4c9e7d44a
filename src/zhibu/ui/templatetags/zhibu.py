"""Tags and filters that every template may use."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from zhibu.common.identifiers import new_public_id

register = template.Library()


@register.simple_tag
def submission_key() -> SafeString:
    """A hidden field that makes a form count once, however often it is sent."""
    return mark_safe(f'<input type="hidden" name="submission_key" value="{new_public_id()}">')  # noqa: S308
