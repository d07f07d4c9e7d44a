"""Words of the index, the same on every engine: plain ASCII, so that no engine's own parser can interfere.

A Chinese character is written by its code point (王 is ``u738b``). A run of them gives its bigrams in a
row, so that a phrase of bigrams finds any substring, and its single characters for queries of one.
``w`` marks Latin words and numbers, ``p`` initials, ``q`` whole pinyin, ``k`` keyed digests, ``t`` kinds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from zhibu.foundation.sealing.seal import blind_index
from zhibu.foundation.search.pinyin import readings

_RUNS = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
_GAP = "zz"  # between runs, so that no phrase reaches from one into the next
_DIGEST = 24  # hex digits kept of a keyed digest: 96 bits


def normalise(text: str) -> str:
    """Full-width letters made plain, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def runs(text: str) -> list[str]:
    """The words of a text: Latin words and numbers, and runs of Chinese characters."""
    return _RUNS.findall(normalise(text))


def is_latin(run: str) -> bool:
    """Whether a run is a Latin word or a number."""
    return run.isascii()


def character(one: str) -> str:
    """The word for one Chinese character."""
    return f"u{ord(one):x}"


def bigrams(run: str) -> list[str]:
    """The words for each pair of neighbours in a run of Chinese characters."""
    return [character(one) + character(other) for one, other in pairwise(run)]


def kind_token(kind: str) -> str:
    """The word that every entry of a kind carries."""
    return f"t{kind.replace('_', '')}"


def phone_token(number: str) -> str:
    """The keyed word for a whole phone number."""
    return "k" + blind_index("search_phone", number)[:_DIGEST]


def phone_tail_token(tail: str, org_id: int) -> str:
    """The keyed word for the last four digits inside one organisation: useless without naming it."""
    return "k" + blind_index("search_phone_tail", f"{org_id}|{tail}")[:_DIGEST]


def id_token(number: str) -> str:
    """The keyed word for a whole ID number."""
    return "k" + blind_index("search_id", number)[:_DIGEST]


def text_tokens(text: str) -> tuple[str, ...]:
    """The words of a text: bigrams in a row, single characters, Latin words."""
    found: list[str] = []
    for run in runs(text):
        if is_latin(run):
            found.append("w" + run)
        else:
            found += bigrams(run)
            found.append(_GAP)
            found += map(character, run)
        found.append(_GAP)
    return tuple(found)


@lru_cache(maxsize=32_768)  # namesakes are many
def name_words(name: str) -> tuple[str, str]:
    """The words of a person's name, joined: initials and whole pinyin under every reading; its text."""
    said = [syllables for syllables in readings(name) if syllables]
    spoken = [
        mark + "".join(parts)
        for syllables in said
        for mark, parts in (("p", [syllable[0] for syllable in syllables]), ("q", syllables))
    ]
    return " ".join(unrepeated(spoken)), " ".join(text_tokens(name))


def unrepeated(words: Iterable[str]) -> list[str]:
    """Words whose order does not matter, each once."""
    return list(dict.fromkeys(words))
