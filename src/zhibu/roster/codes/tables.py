"""The one loader of the code tables: typed rows, looked up by key, spelling or external code."""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
_SPACES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_PUNCTUATION = str.maketrans("", "", "、,，.。·-_ ")


@dataclass(frozen=True, slots=True)
class External:
    """A code in another system, with the system and the version it was read from."""

    system: str
    version: str
    code: str


@dataclass(frozen=True, slots=True)
class LoadedCode:
    """A line of a dictionary that an office loaded; ``key`` is our row, empty where the line means none."""

    table: str
    system: str
    version: str
    code: str
    label: str
    key: str


@dataclass(frozen=True, slots=True)
class Code:
    """One row: ``key`` is ours and never changes, ``label`` is what a person reads."""

    key: str
    label: str
    synonyms: tuple[str, ...]
    doubtful: tuple[str, ...]
    parent: str
    external: tuple[External, ...]


@dataclass(frozen=True, slots=True)
class CodeTable:
    """A table in its order, with two indexes of spellings: certain ones and those to be confirmed."""

    name: str
    label: str
    codes: tuple[Code, ...]
    by_key: Mapping[str, Code]
    certain: Mapping[str, Code]
    doubtful: Mapping[str, Code]

    def exact(self, text: str) -> Code | None:
        """The row whose label, synonym or key this text is, after :func:`normal_form`; None if there is
        none.
        """
        return self.certain.get(normal_form(text))

    def doubt(self, text: str) -> Code | None:
        """The row this text probably means; a person has to confirm it."""
        return self.doubtful.get(normal_form(text))

    def of_external(self, system: str, code: str) -> Code | None:
        """The row with this code in another system; None where that code is unknown to us."""
        for row in self.codes:
            if any(ext.system == system and ext.code == code for ext in row.external):
                return row
        return None

    def choices(self) -> list[tuple[str, str]]:
        """Key and label of every row, in the table's order, as form fields want them."""
        return [(row.key, row.label) for row in self.codes]


def normal_form(text: str) -> str:
    """The spelling that is compared: NFKC, no blanks, no separators, brackets halved, capitals."""
    folded = _SPACES.sub("", unicodedata.normalize("NFKC", text))
    return folded.translate(_PUNCTUATION).upper()


@lru_cache(maxsize=32)
def code_table(name: str) -> CodeTable:
    """The table of this name. Raises ``KeyError`` for a table that does not exist."""
    head = _heads()[name]
    codes = _rows(name, head)
    certain: dict[str, Code] = {}
    doubtful: dict[str, Code] = {}
    for row in codes:
        for spelling in (row.label, *row.synonyms):
            certain.setdefault(normal_form(spelling), row)
        for spelling in row.doubtful:
            doubtful.setdefault(normal_form(spelling), row)
    by_key = {row.key: row for row in codes}
    return CodeTable(name, head["label"], codes, by_key, certain, doubtful)


def label_of(table: str, key: str) -> str:
    """The label of a key; the key itself where the table does not know it, so that nothing disappears."""
    row = code_table(table).by_key.get(key)
    return row.label if row else key


def table_names() -> tuple[str, ...]:
    """The names of all tables, in their order."""
    return tuple(_heads())


@lru_cache(maxsize=1)
def _heads() -> dict[str, dict[str, str]]:
    heads: dict[str, dict[str, str]] = tomllib.loads((DATA / "tables.toml").read_text("utf-8"))
    return heads


def _rows(name: str, head: dict[str, str]) -> tuple[Code, ...]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(_code(line, head) for line in csv.DictReader(lines))


def _code(line: dict[str, str], head: dict[str, str]) -> Code:
    external = (External(head["system"], head["version"], line["external"]),) if line["external"] else ()
    return Code(
        key=line["key"],
        label=line["label"],
        synonyms=tuple(filter(None, line["synonyms"].split("|"))),
        doubtful=tuple(filter(None, line["doubtful"].split("|"))),
        parent=line["parent"],
        external=external,
    )
