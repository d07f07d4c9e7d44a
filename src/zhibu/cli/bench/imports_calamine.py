"""Reading the workbook with calamine alone: the floor."""

from __future__ import annotations

from pathlib import Path

import python_calamine

from zhibu.cli.bench.imports import timed


def measure(path: Path) -> dict[str, float]:
    """The seconds of the better of two runs."""

    def read() -> None:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        if not book.get_sheet_by_index(0).to_python():
            raise ValueError(path)

    return {"seconds": min(timed(read), timed(read))}
