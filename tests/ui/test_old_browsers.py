"""Styles and scripts use only what Chromium 86 knows: offices keep old 360 and 麒麟 browsers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import zhibu.ui

ROOT = Path(zhibu.ui.__file__).parents[1]
STYLES = sorted(ROOT.glob("**/static/**/*.css"))
SCRIPTS = sorted(ROOT.glob("**/static/**/*.js"))
TEMPLATES = sorted(ROOT.glob("**/templates/**/*.html"))

TOO_NEW_CSS = [
    r"@layer", r"@container", r":has\(", r":is\(", r":where\(", r"aspect-ratio", r"(?<![\w-])inset\s*:",
    r"color-mix", r"\b\d+(dvh|svh|lvh)\b", r"^\s+&", r"subgrid", r"(margin|padding)-(inline|block)\s*:",
    r"text-wrap", r"@property",
]  # fmt: skip
TOO_NEW_JS = [
    r"\.at\(", r"structuredClone", r"\.toSorted\(", r"\.findLast\(", r"Object\.hasOwn", r"Object\.groupBy",
    r"\.replaceChildren\(", r"import\(", r"#\w+\s*[=;(]", r"\beval\(",
]  # fmt: skip


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_are_old_enough(path: Path) -> None:
    text = path.read_text()
    assert [rule for rule in TOO_NEW_CSS if re.search(rule, text, re.MULTILINE)] == []
    assert len(text.splitlines()) <= 300


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_old_enough(path: Path) -> None:
    code = re.sub(r"//.*|\"[^\"]*\"|'[^']*'", "", path.read_text())
    assert [rule for rule in TOO_NEW_JS if re.search(rule, code)] == []
    assert len(path.read_text().splitlines()) <= 60


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_templates_hold_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", text)
    assert len(text.splitlines()) <= 200


def test_there_is_something_to_check() -> None:
    assert len(STYLES) >= 10
    assert len(SCRIPTS) >= 8
