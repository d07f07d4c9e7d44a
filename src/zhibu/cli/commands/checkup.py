"""``./zhibu checkup``: who owes what, under which article, and whether it is done."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from zhibu.cli.parsing import columns
from zhibu.common.dates import china_today
from zhibu.common.errors import Refused
from zhibu.oversight.checkup.bulk import ask
from zhibu.oversight.checkup.queries.sources import load_facts, rulebook, switched_on_packs
from zhibu.roster.organizations.models import Organization
from zhibu.rulebook.explain import Explanation, explain
from zhibu.rulebook.judge import judge
from zhibu.rulebook.obligation import Obligation, state

# Up to so many organisations the reference answers in words; beyond, the bulk engine in numbers.
_FEW = 30
_TOLD = ("unmet", "unknown", "depends", "open")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of whom, on which day, under which local rules."""
    parser.add_argument("--org", metavar="编码", help="只看这个党组织和它的下级；不写就看全部")
    parser.add_argument("--as-of", type=date.fromisoformat, metavar="年-月-日", help="截至哪一天，默认今天")
    parser.add_argument("--packs", metavar="名称", help="启用的地方规则包，逗号分开；默认按系统设置")
    parser.add_argument("--all", action="store_true", help="已办的也列出")
    parser.add_argument("--json", action="store_true", help="每项一行 JSON")


def run(options: argparse.Namespace) -> int:
    """Judge and print; nothing is written."""
    as_of: date = options.as_of or china_today()
    packs = (
        switched_on_packs() if options.packs is None else frozenset(filter(None, options.packs.split(",")))
    )
    organizations = _organizations(options.org)
    if len(organizations) > _FEW:
        _print_counts(organizations, as_of, packs, as_json=options.json)
    else:
        _print_obligations(organizations, as_of, packs, options)
    return 0


def _organizations(code: str | None) -> list[Organization]:
    current = Organization.objects.current().order_by("path")
    if code is None:
        return list(current)
    top = current.filter(code=code).first()
    if top is None:
        raise Refused(
            "cli.unknown_organization",
            "没有编码为“{code}”的党组织，或者它已经撤销。".format(code=code),
            next_step="请核对党组织编码。",
        )
    return list(current.below(top.path))


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


def _print_counts(
    organizations: Sequence[Organization], as_of: date, packs: frozenset[str], *, as_json: bool
) -> None:
    answer = ask(as_of=as_of, packs=packs, audit_seq=0, compare=False)
    counts = {row["org_id"]: row for row in answer.counts.to_pylist()}
    rows = []
    totals: Counter[str] = Counter()
    for organization in organizations:
        found = counts.get(organization.pk, {})
        numbers = {key: int(found.get(key, 0)) for key in ("breaches", "notices", "reminding", "doubtful")}
        totals.update(numbers)
        if as_json:
            print(json.dumps({"org": organization.code, **numbers}, ensure_ascii=False))
        elif any(numbers.values()):
            rows.append((organization.name, _NUMBERS.format_map(numbers)))
    if not as_json:
        print(columns(rows, width=48))
        print("\n合计 {count} 个党组织：".format(count=len(organizations)) + _NUMBERS.format_map(totals))
        print("看一个党组织的每一项：./zhibu checkup --org 编码")


_NUMBERS = "违规 {breaches}，提醒 {notices}，临期 {reminding}，待核对 {doubtful}"
