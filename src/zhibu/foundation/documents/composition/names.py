"""The names of people in a paper, so that none is divided between two lines."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

_NAME = re.compile("[\u3400-\u9fff·\U00020000-\U0003ffff]{2,8}")
_FIELDS = frozenset(
    {
        "name",
        "host",
        "recorder",
        "lecturer",
        "secretary",
        "speaker",
        "owner",
        "contact",
        "signer",
        "present_names",
        "observers",
        "attended",
        "filled_by",
        "checked_by",
    }
)
_PEOPLE = ("Absence",)  # where ``name`` is a person's


def known_names(paper: object) -> tuple[str, ...]:
    """Every name a paper knows as such, the longest first; long designations (镇党委副书记…) are left out."""
    found = {name for name in _names(paper) if _NAME.fullmatch(name)}
    return tuple(sorted(found, key=lambda name: (-len(name), name)))


def _names(value: object) -> Iterator[str]:
    if dataclasses.is_dataclass(value):
        for item in dataclasses.fields(value):
            content = getattr(value, item.name)
            if item.name in _FIELDS and (item.name != "name" or type(value).__name__ in _PEOPLE):
                yield from _texts(content)
            if not isinstance(content, str):
                yield from _names(content)
    elif isinstance(value, tuple):
        for part in value:
            yield from _names(part)


def _texts(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content.strip()
    elif isinstance(content, tuple):
        yield from (part.strip() for part in content if isinstance(part, str))
