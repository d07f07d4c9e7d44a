"""Pinyin of names: initials and whole syllables, under every reading a surname has."""

from __future__ import annotations

from functools import cache, lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT

from zhibu.foundation.search.surnames import SURNAMES

_ALL_READINGS = 4  # no name needs more than this many


@lru_cache(maxsize=8_192)
def readings(name: str) -> tuple[tuple[str, ...], ...]:
    """The syllables of a name under each of its readings, the reading as a surname first.

    Characters without a reading (separators, Latin letters) are left out.
    """
    given = _syllables(name)
    surname = name[:2] if name[:2] in SURNAMES else name[:1]
    rest = _syllables(name[len(surname) :])
    found = [(*reading.split(), *rest) for reading in SURNAMES.get(surname, ())]
    return tuple(dict.fromkeys([*found, given]))[:_ALL_READINGS]


def initials(name: str) -> str:
    """The initials of a name as the roster shows them, ``wxm``, under its first reading."""
    return "".join(syllable[0] for syllable in readings(name)[0])


@lru_cache(maxsize=65_536)
def _syllables(text: str) -> tuple[str, ...]:
    """Spoken as a whole where a part of it is a phrase with a reading of its own; else by characters."""
    parts = (text[start:end] for start in range(len(text)) for end in range(start + 2, len(text) + 1))
    if any(part in PHRASES_DICT for part in parts):
        return _spoken(text)
    return tuple(syllable for character in text for syllable in _of_character(character))


@cache
def _of_character(character: str) -> tuple[str, ...]:
    return _spoken(character)


def _spoken(text: str) -> tuple[str, ...]:
    """As pypinyin says it: right, and a hundred times as slow as a look at one character."""
    spoken = lazy_pinyin(text, style=Style.NORMAL, errors="ignore", v_to_u=False)
    return tuple(syllable for syllable in spoken if syllable.isascii() and syllable.isalpha())
