"""Tags and filters that every template may use."""

from __future__ import annotations

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from zhibu.common.identifiers import new_public_id

register = template.Library()


@register.simple_tag
def submission_key() -> SafeString:
    """A hidden field that makes a form count once, however often it is sent."""
    return mark_safe(f'<input type="hidden" name="submission_key" value="{new_public_id()}">')  # noqa: S308


@register.simple_tag
@cache
def unchanging(name: str) -> SafeString:
    """A template that says the same on every page (style sheets, scripts), rendered once a process."""
    return render_to_string(name)
