"""Opens a file in a child process with limits, so that no file can hold up or bring down the server."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from zhibu.roster.imports.sheets.limits import DEFAULT_LIMITS, SheetRefused
from zhibu.roster.imports.sheets.model import Workbook
from zhibu.roster.imports.sheets.transfer import read_workbook

_ROOT = Path(__file__).resolve().parents[4]
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from importlib import import_module; sys.exit(import_module(sys.argv[2]).main(*sys.argv[3:]))"
)
_READER = "zhibu.roster.imports.sheets.child"


def open_workbook(path: Path, file_name: str) -> Workbook:
    """Read a file that somebody uploaded.

    ``file_name`` is the name it had on the sender's machine. Raises :class:`SheetRefused` with a sentence
    for the user; whatever happens to the child, nothing but that exception reaches the caller.
    """
    with tempfile.TemporaryDirectory(prefix="zhibu-sheet-") as folder:
        target = Path(folder) / "workbook"
        run_limited(_READER, str(path), file_name, str(target))
        return read_workbook(target)


def open_workbook_bytes(content: bytes, file_name: str) -> Workbook:
    """The same for bytes in hand, such as a staged file that was just unsealed."""
    with tempfile.TemporaryDirectory(prefix="zhibu-sheet-") as folder:
        source = Path(folder) / "upload"
        source.write_bytes(content)
        return open_workbook(source, file_name)


def run_limited(module: str, *arguments: str) -> None:
    """Run ``main`` of a module in the limited child; raises :class:`SheetRefused` unless it ended well."""
    command = [sys.executable, "-I", "-c", _PROGRAM, str(_ROOT), module]
    try:
        done = subprocess.run(  # noqa: S603 - our own program; what the sender named are only arguments
            [*command, *(argument.replace("\0", "") for argument in arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=DEFAULT_LIMITS.wall_seconds,
            env={"LANG": "C.UTF-8", "PYTHONUTF8": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SheetRefused("too_slow") from error
    if done.returncode != 0:
        raise SheetRefused(_refusal_of(done.returncode, done.stdout.decode("ascii", "replace")))


def _refusal_of(code: int, said: str) -> str:
    if code == 3 and said:
        return said
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "too_slow" if code == -signal.SIGXCPU else "too_hungry"
    return "broken" if code in (0, 1) else "hostile"
