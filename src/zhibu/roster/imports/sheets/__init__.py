"""Files as they arrive: what kind they really are, what they hold, and why one cannot be read."""

from __future__ import annotations

from zhibu.roster.imports.sheets.limits import SheetRefused
from zhibu.roster.imports.sheets.model import Kind, Merge, RawCell, Sheet, Workbook, address, column_letters
from zhibu.roster.imports.sheets.reading import open_workbook, open_workbook_bytes

__all__ = [
    "Kind",
    "Merge",
    "RawCell",
    "Sheet",
    "SheetRefused",
    "Workbook",
    "address",
    "column_letters",
    "open_workbook",
    "open_workbook_bytes",
]
