"""``./zhibu import-roster``: a roster as offices send it, judged cell by cell before it is written."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from zhibu.common.dates import china_today
from zhibu.common.errors import Refused
from zhibu.roster.access.actors import system_actor
from zhibu.roster.imports.as_json import cells_as_json
from zhibu.roster.imports.commands.applying import apply_import
from zhibu.roster.imports.commands.staging import (
    Sent,
    check_size,
    interpret_content,
    make_plan,
    prepare_import,
    stage_upload,
)
from zhibu.roster.imports.interpretation import Interpretation
from zhibu.roster.imports.models import ImportBatch
from zhibu.roster.organizations.models import Organization

_SHOWN = 40
_OUTCOMES = {"OK": "照原样", "FIX": "改写法", "ASK": "须确认", "REJ": "不采用"}
_EFFECTS = {
    "added": "新增",
    "changed": "有变化",
    "same": "没有变化",
    "asked": "须先回答问题",
    "left_out": "不导入",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, where it belongs, and whether to write."""
    parser.add_argument("file", type=Path, metavar="文件", help="名册：.xlsx、.xls、.csv")
    parser.add_argument("--org", required=True, metavar="编码", help="导入到哪个党组织（党组织编码）")
    parser.add_argument(
        "--apply", action="store_true", help="写入；须确认的行留着不动，7 天内可以在网页上撤销"
    )
    parser.add_argument("--json", action="store_true", help="每格一行 JSON，格式见 docs/import-json.md")
    parser.add_argument("--all", action="store_true", help="列出全部有话要说的格子，不只是前几十个")


def run(options: argparse.Namespace) -> int:
    """Preview, or apply. Raises Refused for a file that cannot be read or an unknown organisation."""
    check_size(options.file.stat().st_size)
    today = china_today()
    organization = _organization(options.org)
    interpretation = _preview(options, organization, today)
    if options.json:
        for line in cells_as_json(interpretation):
            print(line)
    else:
        _print_cells(interpretation, everything=options.all)
    if options.apply:
        _apply(options, organization, today)
    elif not options.json:
        print("\n以上是预览，没有写入任何内容。确认无误后加上 --apply 写入。")
    return 0


def _organization(code: str) -> Organization:
    found = Organization.objects.current().filter(code=code).first()
    if found is None:
        raise Refused(
            "cli.unknown_organization",
            "没有编码为“{code}”的党组织，或者它已经撤销。".format(code=code),
            next_step="请核对党组织编码。",
        )
    return found


def _preview(options: argparse.Namespace, organization: Organization, today: date) -> Interpretation:
    """Read and interpret in memory; the batch is only a form for it and is never saved."""
    batch = ImportBatch(organization=organization, file_name=options.file.name, choices={}, mapping={})
    interpretation = interpret_content(batch, options.file.read_bytes(), today)
    if not options.json:
        _print_plan(make_plan(batch, interpretation, system_actor("import-roster"), today).counts())
    return interpretation


def _print_plan(counts: dict[str, int]) -> None:
    print("各行的结果：")
    for effect, word in _EFFECTS.items():
        print("  {word}  {count} 行".format(word=word, count=counts.get(effect, 0)))


def _print_cells(interpretation: Interpretation, *, everything: bool) -> None:
    cells = [line for line in _lines(interpretation) if line["type"] == "cell" and line["selected"]]
    tally = Counter(str(cell["outcome"]) for cell in cells)
    print("\n各格的判断：")
    for outcome, word in _OUTCOMES.items():
        print("  {word}（{outcome}）  {count} 格".format(word=word, outcome=outcome, count=tally[outcome]))
    speaking = [cell for cell in cells if cell["outcome"] in ("FIX", "ASK", "REJ")]
    speaking.sort(key=lambda cell: ("REJ", "ASK", "FIX").index(str(cell["outcome"])))
    shown = speaking if everything else speaking[:_SHOWN]
    for cell in shown:
        print(
            "  {outcome}  {sheet}!{address}  “{original}”  {reason}".format(
                outcome=_OUTCOMES[str(cell["outcome"])],
                sheet=cell["sheet"],
                address=cell["address"],
                original=cell["original"],
                reason=cell["reason"],
            )
        )
    if len(shown) < len(speaking):
        print("  ……还有 {count} 格，加上 --all 全部列出。".format(count=len(speaking) - len(shown)))
    for notice in interpretation.notices:
        print("  提示  {text}".format(text=notice.text))


def _lines(interpretation: Interpretation) -> Iterator[dict[str, object]]:
    return (json.loads(line) for line in cells_as_json(interpretation))


def _apply(options: argparse.Namespace, organization: Organization, today: date) -> None:
    actor = system_actor("import-roster")
    sent = Sent(options.file.name, options.file.read_bytes())
    batch = stage_upload(actor=actor, today=today, organization=organization, sent=sent)
    prepared = prepare_import(actor=actor, today=today, batch=batch)
    done = apply_import(actor=actor, today=today, batch=prepared, stamp=prepared.stamp)
    if not options.json:
        print("\n已经写入。须确认的行和不采用的格子没有动。")
        print("在网页的导入记录里可以查看结果、下载校核表，7 天内可以撤销。")
        print("导入编号：{id}".format(id=done.public_id))
