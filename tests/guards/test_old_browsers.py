"""Nothing newer than Chromium 86 where a page would break without it; tests/ui lists the rest.

A property that is merely prettier where it is known may stay; what carries layout or behaviour may not.
"""

from __future__ import annotations

import re

import pytest

from tests.guards.source import PACKAGE, none, templates

TOO_NEW = {
    ".css": {
        "media query ranges (104)": r"@media[^{]*\((width|height)\s*[<>]",
        "single transforms (104)": r"^\s*(translate|rotate|scale)\s*:",
        "overflow: clip (90)": r"overflow(-[xy])?\s*:\s*clip",
        "new colour functions (101–123)": r"\b(hwb|lab|lch|oklab|oklch|light-dark)\(",
        "lh and rlh units (109)": r"\b\d+(\.\d+)?r?lh\b",
        "starting style (117)": r"@starting-style|@scope|@supports\s+selector",
        "anchors (125)": r"anchor-name|position-anchor|\banchor\(",
        "nesting (112)": r"^\s+&[\s.:>+~]",
    },
    ".js": {
        "static blocks (94)": r"\bstatic\s*\{",
        "randomUUID (92)": r"randomUUID",
        "AbortSignal.timeout (103)": r"AbortSignal\.(timeout|any)",
        "findLast (97)": r"\.findLast(Index)?\(",
        "top-level await (89)": r"^await\s",
        "Intl.Segmenter (87)": r"Intl\.Segmenter",
        "checkVisibility (105)": r"\.checkVisibility\(",
        "popovers (114)": r"\.(show|hide|toggle)Popover\(",
        "set methods (122)": r"\.(union|intersection|difference|isSubsetOf)\(",
        "view transitions (111)": r"startViewTransition",
    },
    ".html": {
        "popover (114)": r"\spopover(=|\s|>|target)",
        "inert (102)": r"\sinert(=|\s|>)",
        "search element (118)": r"<search\b",
        "import maps (89)": r"type=\"importmap\"",
        "exclusive details (120)": r"<details[^>]*\sname=",
    },
}


@pytest.mark.parametrize("kind", TOO_NEW)
def test_nothing_too_new_carries_a_page(kind: str) -> None:
    paths = templates() if kind == ".html" else sorted(PACKAGE.glob(f"**/static/**/*{kind}"))
    assert len(paths) > 5
    none(
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in paths
        for name, pattern in TOO_NEW[kind].items()
        if re.search(pattern, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
