"""The words the checks use for fact rows: each with its table, its meaning and the module that provides
it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA_FILE = Path(__file__).with_name("vocabulary.toml")
KINDS = ("event", "step", "measure", "act", "body", "role", "waiver", "paper", "status", "mark", "action")


@dataclass(frozen=True, slots=True)
class Word:
    """``key`` is ``kind:name`` (``measure:full_members``, ``step:term.elected``)."""

    key: str
    table: str
    meaning: str
    module: str
    subject: str
    absent: str  # measures: "zero" where a missing row means 0, else "unknown"
    label: str  # the short name that people see
    yes: str  # measures that are 1 or 0: how each is said
    no: str


@cache
def vocabulary(path: Path = DATA_FILE) -> dict[str, Word]:
    """Every word by key. ``[step.term]`` holds one word per step; the other kinds one table per word."""
    with path.open("rb") as handle:
        raw = tomllib.load(handle)
    words: dict[str, Word] = {}
    for kind in KINDS:
        for name, table in raw.get(kind, {}).items():
            if kind == "step":
                for step, meaning in table["steps"].items():
                    key = f"step:{name}.{step}"
                    words[key] = Word(
                        key, "steps", meaning, table["module"], table["subject"], "", _short(meaning), "", ""
                    )
            else:
                key = f"{kind}:{name}"
                words[key] = Word(
                    key,
                    table["table"],
                    table["meaning"],
                    table["module"],
                    table.get("subject", ""),
                    table.get("absent", "unknown") if kind == "measure" else "",
                    table.get("label", _short(table["meaning"])),
                    table.get("yes", ""),
                    table.get("no", ""),
                )
    return words


def is_zero_when_absent(measure: str) -> bool:
    """Whether a subject without a row for this measure counts as 0."""
    word = vocabulary().get(f"measure:{measure}")
    return word is not None and word.absent == "zero"


def label(key: str) -> str:
    """The Chinese name of a word as people see it, or the key itself where it is a local one."""
    word = vocabulary().get(key)
    return word.label if word else key.split(":", 1)[-1]


def _short(meaning: str) -> str:
    return re.split("[（，：]", meaning)[0]
