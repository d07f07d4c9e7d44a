"""What people type, as words of the index: all parts must match, each in one of its readings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zhibu.foundation.search.tokens import (
    bigrams,
    character,
    id_token,
    is_latin,
    kind_token,
    normalise,
    phone_tail_token,
    phone_token,
    runs,
)

_ID_NUMBER = re.compile(r"\d{17}[\dx]")
_PHONE = re.compile(r"1\d{10}")
_TAIL = re.compile(r"\d{4}")
_MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand in a row; ``is_prefix``: the last one only begins so."""

    words: tuple[str, ...]
    is_prefix: bool = False


def parse(text: str, *, tail_org_ids: Sequence[int] = ()) -> list[list[Phrase]]:
    """The parts of a query, each a list of alternatives; empty where nothing can be looked for."""
    whole = normalise(text).replace(" ", "")
    if _ID_NUMBER.fullmatch(whole):
        return [[Phrase((id_token(whole),))]]
    if _PHONE.fullmatch(whole):
        return [[Phrase((phone_token(whole),))]]
    if _TAIL.fullmatch(whole):
        tails = [Phrase((phone_tail_token(whole, org_id),)) for org_id in tail_org_ids]
        return [[Phrase(("w" + whole,), True), *tails]]
    return [_alternatives(run) for run in runs(text)[:_MOST_PARTS]]


def _alternatives(run: str) -> list[Phrase]:
    if is_latin(run):
        return [Phrase((mark + run,), True) for mark in ("w" if run.isdigit() else "wpq")]
    if len(run) == 1:
        return [Phrase((character(run),))]
    return [Phrase(tuple(bigrams(run)))]


def to_fts5(kind: str, parts: list[list[Phrase]]) -> str:
    """The query in the language of SQLite's FTS5."""
    written = [
        " OR ".join('"{}"{}'.format(" ".join(p.words), " *" if p.is_prefix else "") for p in part)
        for part in parts
    ]
    return " AND ".join([f'"{kind_token(kind)}"', *(f"({part})" for part in written)])


def to_tsquery(kind: str, parts: list[list[Phrase]]) -> str:
    """The query in the language of PostgreSQL's ``to_tsquery('simple', …)``."""
    written = [
        " | ".join("({}{})".format(" <-> ".join(p.words), ":*" if p.is_prefix else "") for p in part)
        for part in parts
    ]
    return " & ".join([kind_token(kind), *(f"({part})" for part in written)])


def to_like(parts: list[list[Phrase]]) -> list[list[str]]:
    """The query as patterns over the stored words, which are plain ASCII without wildcards."""
    return [
        [("% {}%" if p.is_prefix else "% {} %").format(" ".join(p.words)) for p in part] for part in parts
    ]


def is_plain_chinese(text: str) -> bool:
    """Whether a text is one run of Chinese characters: then a label may begin with it."""
    found = runs(text)
    return len(found) == 1 and found[0] == text and not is_latin(text)
