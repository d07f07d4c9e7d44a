"""The run as a page: `performance_template.md` with the machine and the figures filled in."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from zhibu.cli.bench.figures import Figure, Section

_TEMPLATE = Path(__file__).with_name("performance_template.md")
_BLOCK = 4096
_SYNCED_WRITES = 200


def machine(folder: Path) -> list[str]:
    """What the figures were measured on: processors and load, memory, system, and how fast the disk syncs."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    free = shutil.disk_usage(folder).free / 2**30
    return [
        "{count} 个处理器核，内存 {memory:.0f} GiB，{system}，Python {python}".format(
            count=os.cpu_count(),
            memory=memory,
            system=platform.platform(terse=True),
            python=platform.python_version(),
        ),
        "开始时系统负载 {load:.1f}（大于核数时，其他程序占用了处理器，秒数偏大）".format(
            load=os.getloadavg()[0]
        ),
        "磁盘：4 KiB 写入并落盘 {sync:.2f} 毫秒一次，剩余 {free:.0f} GiB".format(
            sync=_synced_write(folder), free=free
        ),
    ]


def _synced_write(folder: Path) -> float:
    with tempfile.TemporaryFile(dir=folder) as file:
        begun = time.perf_counter()
        for _ in range(_SYNCED_WRITES):
            file.write(b"\0" * _BLOCK)
            file.flush()
            os.fsync(file.fileno())
        return (time.perf_counter() - begun) * 1000 / _SYNCED_WRITES


def as_table(section: Section) -> str:
    """One floor as a table of Markdown."""
    lines = [
        "### ({letter}) {title}".format(letter=section.letter, title=section.title),
        "",
        "| 项目 | 实测 | 目标 | |",
        "|---|---:|---:|---|",
    ]
    lines += [_row(figure) for figure in section.figures]
    lines += ["", *section.notes, ""]
    return "\n".join(lines)


def _row(figure: Figure) -> str:
    target = ""
    if figure.target is not None:
        sign = "≥" if figure.at_least else "≤"
        target = "{sign} {value:g} {unit}".format(sign=sign, value=round(figure.target, 1), unit=figure.unit)
    said = {None: "", True: "达到", False: figure.miss}[figure.is_met]
    return "| {name} | {value} {unit} | {target} | {said} |".format(
        name=figure.name, value=_number(figure.value), unit=figure.unit, target=target, said=said
    )


def _number(value: float) -> str:
    if value >= 100 or value == int(value):
        return "{value:,.0f}".format(value=value)
    return "{value:.2f}".format(value=value)


def page(sections: Sequence[Section], facts: Sequence[str], *, command: str, day: date) -> str:
    """The whole of docs/performance.md."""
    return _TEMPLATE.read_text(encoding="utf-8").format(
        day=day.isoformat(),
        command=command,
        machine="\n".join("- " + fact for fact in facts),
        figures="\n".join(as_table(section) for section in sections),
    )
