"""``./zhibu checkup``: who owes what, under which article, and whether it is done."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from zhibu.analytics.optional import spark_lacks
from zhibu.analytics.snapshot import SnapshotError, read_manifest
from zhibu.cli.parsing import civil_day, columns
from zhibu.common.dates import china_today
from zhibu.common.errors import Refused
from zhibu.foundation.audit.queries import last_seq
from zhibu.oversight.checkup.bulk import Answer, ask
from zhibu.oversight.checkup.commands import refresh, refresh_all
from zhibu.oversight.checkup.queries.sources import load_facts, rulebook, switched_on_packs
from zhibu.oversight.checkup.queries.summary import STANDINGS, Summary, organizations_below, summarize
from zhibu.roster.organizations.models import Organization
from zhibu.rulebook.explain import Explanation, explain
from zhibu.rulebook.judge import judge
from zhibu.rulebook.obligation import Obligation, state

# Up to so many organisations the reference answers in words; beyond, the bulk engine by matter.
_FEW = 30
_TOLD = ("unmet", "unknown", "depends", "open")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of whom, on which day, under which local rules."""
    parser.add_argument("--org", metavar="编码", help="只看这个党组织和它的下级；不写就看全部")
    parser.add_argument("--as-of", type=civil_day, metavar="年-月-日", help="截至哪一天，默认今天")
    parser.add_argument("--packs", metavar="名称", help="启用的地方规则包，逗号分开；默认按系统设置")
    parser.add_argument("--all", action="store_true", help="已办的也列出")
    parser.add_argument("--json", action="store_true", help="每项一行 JSON")
    parser.add_argument(
        "--engine",
        choices=["reference", "bulk", "spark"],
        help="reference 逐个判定，bulk 成批判定，spark 用集群判定；默认按党组织多少选择",
    )
    parser.add_argument("--snapshot", type=Path, metavar="文件夹", help="不读数据库，判定这个数据快照")
    parser.add_argument(
        "--write-snapshot", type=Path, metavar="文件夹", help="把判定所用的事实写成数据快照（Parquet）"
    )
    parser.add_argument("--store", action="store_true", help="把结果存入系统，页面随之更新")


def run(options: argparse.Namespace) -> int:
    """Judge and print; only ``--store`` writes."""
    packs = (
        switched_on_packs() if options.packs is None else frozenset(filter(None, options.packs.split(",")))
    )
    _refuse_contradictions(options)
    if options.snapshot is not None:
        _print_summary(_of_snapshot(options, packs), options)
        return 0
    as_of: date = options.as_of or china_today()
    organizations = _organizations(options.org)
    engine = options.engine or (
        "bulk" if len(organizations) > _FEW or options.write_snapshot else "reference"
    )
    if options.store:
        _store(organizations, as_of, engine)
    if engine == "reference":
        _print_obligations(organizations, as_of, packs, options)
    else:
        found = ask(
            as_of=as_of,
            packs=packs,
            audit_seq=last_seq(),
            snapshot=options.write_snapshot,
            compare=False,
            engine=engine,
        )
        _print_summary((found, as_of), options)
    return 0


def _refuse_contradictions(options: argparse.Namespace) -> None:
    lacking = spark_lacks() if options.engine == "spark" else ""
    if lacking:
        raise Refused("cli.no_spark", lacking, next_step="也可以用 --engine bulk，结果相同。")
    if options.snapshot is not None and (options.store or options.engine == "reference"):
        raise Refused(
            "cli.snapshot_only_read",
            "数据快照只能成批判定，结果不存入系统。",
            next_step="请去掉 --store 和 --engine reference。",
        )
    if options.store and options.packs is not None:
        raise Refused(
            "cli.packs_not_stored",
            "存入系统的结果只按系统设置的地方规则包判定。",
            next_step="请去掉 --packs，或者先修改系统设置。",
        )


def _of_snapshot(options: argparse.Namespace, packs: frozenset[str]) -> tuple[Answer, date]:
    """The answer over a snapshot, for the day it was taken unless another is named."""
    try:
        manifest = read_manifest(options.snapshot)
    except SnapshotError as error:
        raise Refused("cli.bad_snapshot", str(error)) from error
    as_of: date = options.as_of or manifest.as_of
    found = ask(
        as_of=as_of,
        packs=packs,
        audit_seq=manifest.audit_seq,
        snapshot=options.snapshot,
        is_snapshot_read=True,
        compare=False,
        engine=options.engine or "bulk",
    )
    return found, as_of


def _store(organizations: Sequence[Organization], as_of: date, engine: str) -> None:
    """The same two ways as after a change and at night."""
    if engine == "reference":
        refresh(org_ids=[organization.pk for organization in organizations], as_of=as_of)
    else:
        refresh_all(as_of=as_of)


def _organizations(code: str | None) -> list[Organization]:
    current = Organization.objects.current().order_by("path")
    if code is None:
        return list(current)
    top = current.filter(code=code).first()
    if top is None:
        raise _unknown(code)
    return list(current.below(top.path))


def _unknown(code: str) -> Refused:
    return Refused(
        "cli.unknown_organization",
        "没有编码为“{code}”的党组织，或者它已经撤销。".format(code=code),
        next_step="请核对党组织编码。",
    )


def _print_obligations(
    organizations: Sequence[Organization], as_of: date, packs: frozenset[str], options: argparse.Namespace
) -> None:
    ids = [organization.pk for organization in organizations]
    judged = judge(rulebook(), load_facts(ids, as_of=as_of), as_of=as_of, packs=packs)
    for organization in organizations:
        rows = [row for row in judged if row.org_id == organization.pk]
        told = [row for row in rows if options.all or state(row, as_of) in _TOLD]
        if options.json:
            _print_json(organization, told, as_of)
        else:
            _print_words(organization, rows, told, as_of)


def _print_json(organization: Organization, rows: Iterable[Obligation], as_of: date) -> None:
    for row in rows:
        found = explain(row, rulebook(), as_of)
        print(json.dumps(_as_object(organization, row, found), ensure_ascii=False))


def _as_object(organization: Organization, row: Obligation, found: Explanation) -> dict[str, object]:
    return {
        "org": organization.code,
        "check": row.check_id,
        "title": found.title,
        "subject": "{kind}:{id}".format(kind=row.subject_kind, id=row.subject_id),
        "period": row.period,
        "state": found.state,
        "strength": row.strength,
        "opens_date": row.opens_date.isoformat() if row.opens_date else None,
        "due_date": row.due_date.isoformat() if row.due_date else None,
        "satisfied_date": row.satisfied_date.isoformat() if row.satisfied_date else None,
        "reason": found.reason,
        "citations": [citation.label for citation in found.citations],
        "remedy": found.remedy,
    }


def _print_words(
    organization: Organization, rows: Sequence[Obligation], told: Sequence[Obligation], as_of: date
) -> None:
    print("\n{name}（{code}）".format(name=organization.name, code=organization.code))
    counted = Counter(state(row, as_of) for row in rows)
    print(
        "  共 {all} 项：已办 {met}，超期 {unmet}，待办 {open}，待核对 {doubt}，其余不适用或已免除。".format(
            all=len(rows),
            met=counted["met"] + counted["met_late"],
            unmet=counted["unmet"],
            open=counted["open"],
            doubt=counted["unknown"] + counted["depends"],
        )
    )
    for row in sorted(told, key=lambda row: (row.due_date or date.max, row.check_id)):
        found = explain(row, rulebook(), as_of)
        labels = "、".join(citation.label for citation in found.citations)
        print("  · {title}（{state}）".format(title=found.title, state=found.state_text))
        print(
            "    {reason}依据：{labels}。{remedy}".format(
                reason=found.reason, labels=labels, remedy=found.remedy
            )
        )


def _print_summary(judged: tuple[Answer, date], options: argparse.Namespace) -> None:
    """How many stand how in each matter; which organisation stands worst is nobody's question."""
    answer, as_of = judged
    org_ids = organizations_below(answer.organizations, options.org)
    if org_ids is None:
        raise _unknown(options.org)
    found = summarize(answer.fresh, org_ids, as_of=as_of)
    if options.json:
        _print_summary_json(found)
        return
    rows = [
        (
            "{check}  {title}".format(check=matter.check_id, title=matter.title),
            (_NUMBERS + "，涉及 {organizations} 个党组织").format(
                **matter.counts, organizations=matter.organizations
            ),
        )
        for matter in found.matters
    ]
    print(columns(rows, width=64))
    print(
        "\n截至 {day}，{count} 个党组织，共 {rows} 项：".format(
            day=as_of.isoformat(), count=found.organizations, rows=found.rows
        )
        + _NUMBERS.format_map(found.totals)
    )
    print("看一个党组织的每一项：./zhibu checkup --org 编码")


def _print_summary_json(found: Summary) -> None:
    for matter in found.matters:
        counts = {name: matter.counts[name] for name in STANDINGS}
        row = {"check": matter.check_id, "title": matter.title, **counts}
        print(json.dumps(row | {"organizations": matter.organizations}, ensure_ascii=False))


_NUMBERS = "违规 {breach}，提醒 {notice}，临期 {reminding}，待核对 {doubt}"
