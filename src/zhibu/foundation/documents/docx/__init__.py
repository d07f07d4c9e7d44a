"""A paper as DOCX: real OOXML that Word and WPS edit, in the measures tried for GB/T 9704 (``ux.md`` 1.4).

Fonts are named as offices own them (仿宋_GB2312, 方正小标宋简体 …), with the system's own as substitutes;
none is shipped or embedded.
"""

from __future__ import annotations

from zhibu.foundation.documents.composition import compose
from zhibu.foundation.documents.docx.assembly import render_sheet
from zhibu.foundation.documents.papers import Paper

__all__ = ["render_docx"]


def render_docx(paper: Paper) -> bytes:
    """The paper as DOCX; the same paper gives the same bytes."""
    return render_sheet(compose(paper))
