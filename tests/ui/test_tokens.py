"""The colours of the token file keep the contrast that the rules ask for (4.5 for text, 3 for controls)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import zhibu.ui

TOKENS = Path(zhibu.ui.__file__).parent / "static/ui/css/tokens.css"
COLOURS = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", TOKENS.read_text()))

TEXT_PAIRS = [
    *[(text, ground) for text in ("text", "text-2", "text-3") for ground in ("surface", "page", "sunken")],
    ("link", "surface"),
    ("link", "page"),
    ("link", "info-soft"),
    ("link", "sunken"),
    ("success", "surface"),
    ("success", "success-soft"),
    ("success", "info-soft"),
    ("warning", "surface"),
    ("warning", "warning-soft"),
    ("warning", "info-soft"),
    ("warning", "page"),
    ("danger", "surface"),
    ("danger", "danger-soft"),
    ("danger", "info-soft"),
    ("brand-deep", "brand-soft"),
    ("brand", "surface"),
    ("on-brand", "brand"),
    ("on-brand", "brand-deep"),
    *[("text", f"heat-{level}") for level in range(4)],
    ("text", "info-soft"),
    ("text", "warning-soft"),
    ("text", "danger-soft"),
    ("text", "success-soft"),
]
CONTROL_PAIRS = [
    ("control-border", "surface"),
    ("link", "surface"),
    ("chart-1", "surface"),
    ("chart-mark", "surface"),
]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(COLOURS[one]), luminance(COLOURS[other])), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(("line", "ground"), CONTROL_PAIRS)
def test_controls_can_be_seen(line: str, ground: str) -> None:
    assert contrast(line, ground) >= 3


def test_the_sample_of_the_standard_gives_its_known_contrast() -> None:
    assert 6.8 < contrast("brand", "surface") < 6.9
