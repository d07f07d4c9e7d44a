"""The limited process that opens a file: bounded memory, time and output, no network needed, nothing of
value in it.
"""

from __future__ import annotations

import gc
import hashlib
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from zhibu.roster.imports.sheets.container import CountingZip, kind_of
from zhibu.roster.imports.sheets.limits import DEFAULT_LIMITS, Limits, SheetRefused
from zhibu.roster.imports.sheets.markup import read_html, read_spreadsheet_xml
from zhibu.roster.imports.sheets.model import Sheet, Workbook
from zhibu.roster.imports.sheets.text import read_csv
from zhibu.roster.imports.sheets.transfer import write_workbook
from zhibu.roster.imports.sheets.xls import read_xls
from zhibu.roster.imports.sheets.xlsx import read_xlsx


def read_here(path: Path, file_name: str, limits: Limits) -> Workbook:
    """Read a file in this very process. The web never calls this; it goes through ``open_workbook``."""
    kind = kind_of(path, file_name, limits)
    uses_1904, sheets = _read_kind(kind, path, limits)
    if not any(len(sheet.rows) for sheet in sheets):
        raise SheetRefused("empty")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Workbook(file_name, kind, digest, uses_1904, tuple(sheets))


def _read_kind(kind: str, path: Path, limits: Limits) -> tuple[bool, list[Sheet]]:
    if kind == "xlsx":
        return read_xlsx(CountingZip(path, limits), limits)
    if kind == "xls":
        return read_xls(path, limits)
    if kind == "xml":
        return read_spreadsheet_xml(path, limits)
    return False, read_html(path, limits) if kind == "html" else read_csv(path, limits)


def limited(work: Callable[[], None]) -> int:
    """Do a child's work within the limits; prints a refusal's code and returns 3 when there is one."""
    limits = DEFAULT_LIMITS
    gc.disable()  # the process ends with its one file; collecting between would only cost time
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * limits.unpacked_bytes, 2 * limits.unpacked_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        work()
    except SheetRefused as refusal:
        code = refusal.code
    except MemoryError:
        code = "too_hungry"
    except RecursionError:
        code = "hostile"
    except OSError:
        code = "no_disk"
    else:
        return 0
    sys.stdout.write(code)
    return 3


def main(source: str, file_name: str, target: str) -> int:
    """Read ``source`` and write it to ``target``."""
    return limited(lambda: write_workbook(read_here(Path(source), file_name, DEFAULT_LIMITS), Path(target)))
