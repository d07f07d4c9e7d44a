"""What `./zhibu rules` prints: the list of rules, one rule, the outcome of cases, the effect of an edit."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from zhibu.rulebook.casefile import CaseResult, read, run, shipped
from zhibu.rulebook.casefile import evaluate as evaluate_case
from zhibu.rulebook.explain import label_of, parameters_of, reason_text, wording
from zhibu.rulebook.loader import load, national
from zhibu.rulebook.model import Check, Norm, Regulation
from zhibu.rulebook.rulebook import Rulebook
from zhibu.rulebook.vocabulary import label

STATUS_WORDS = {"live": "已能判定", "deferred": "暂缓", "none": "不作判定"}


@dataclass(frozen=True, slots=True)
class Report:
    """The same content for people and for programs; ``is_right`` is False where the command should fail."""

    text: str
    json: str
    is_right: bool = True


def list_rules(rulebook: Rulebook | None = None) -> Report:
    """Every check on one line, and the counts of norms and checks per regulation."""
    book = rulebook or national()
    lines: list[str] = []
    data = []
    for regulation in book.regulations:
        counts = counts_of(regulation)
        lines.append(_heading(regulation, counts))
        lines.extend(_line(check) for norm in regulation.norms for check in norm.checks)
        data.append({"regulation": regulation.id, "title": regulation.title, **asdict(counts)})
    total = [counts_of(regulation) for regulation in book.regulations]
    lines.append(
        (
            "合计：规范 {norms} 条，其中能判定 {live} 条、暂缓 {deferred} 条、"
            "不作判定 {none} 条；校验 {checks} 项。"
        ).format(
            norms=sum(c.norms for c in total),
            live=sum(c.live for c in total),
            deferred=sum(c.deferred for c in total),
            none=sum(c.none for c in total),
            checks=sum(c.checks for c in total),
        )
    )
    return Report("\n".join(lines), _json(data))


@dataclass(frozen=True, slots=True)
class Counts:
    """Norms of a regulation by what can be done with them (live: at least one live check), and its checks."""

    norms: int
    live: int
    deferred: int
    none: int
    checks: int
    live_checks: int
    deferred_checks: int
    none_checks: int


def counts_of(regulation: Regulation) -> Counts:
    """The counts of one regulation."""
    norms = Counter(norm_status(norm) for norm in regulation.norms)
    checks = Counter(check.status for norm in regulation.norms for check in norm.checks)
    return Counts(
        len(regulation.norms),
        norms["live"],
        norms["deferred"],
        norms["none"],
        sum(checks.values()),
        checks["live"],
        checks["deferred"],
        checks["none"],
    )


def norm_status(norm: Norm) -> str:
    """live where one check is, else deferred where one is, else none."""
    found = {check.status for check in norm.checks}
    return next(status for status in ("live", "deferred", "none") if status in found)


def _heading(regulation: Regulation, counts: Counts) -> str:
    template = (
        "《{title}》（{id}，{day} 起施行）：规范 {norms} 条，"
        "能判定 {live} 条，暂缓 {deferred} 条，不作判定 {none} 条"
    )
    return template.format(
        title=regulation.title,
        id=regulation.id,
        day=regulation.in_force,
        norms=counts.norms,
        live=counts.live,
        deferred=counts.deferred,
        none=counts.none,
    )


def _line(check: Check) -> str:
    note = {"live": "", "deferred": "　缺：" + check.missing, "none": "　" + check.reason}[check.status]
    template = "  {id:<12}{strength}　{shape}　{status}　{title}{note}"
    return template.format(
        id=check.id,
        strength=wording()["strength"][check.strength],
        shape=wording()["shape"][check.shape],
        status=STATUS_WORDS[check.status],
        title=check.title,
        note=note,
    )


def show_rule(rule_id: str, rulebook: Rulebook | None = None) -> Report:
    """One norm (``ZB-11-1``) or check (``ZB-11-1.a``) in full; not right where there is no such rule."""
    book = rulebook or national()
    norm_id = rule_id.split(".", maxsplit=1)[0]
    try:
        regulation, norm = book.norm(norm_id)
    except KeyError:
        return Report("没有编号为 {id} 的规范。".format(id=rule_id), _json({"error": rule_id}), False)
    checks = [check for check in norm.checks if rule_id in (norm_id, check.id)]
    lines = [
        "{id}　{label}".format(id=norm.id, label=label_of(regulation, norm)),
        norm.text,
        "来源 {source}，{day} 与文本核对，信度 {confidence}".format(
            source=norm.source, day=norm.compared_on, confidence=norm.confidence
        ),
    ]
    for check in checks:
        lines += ["", *_check_lines(check)]
    return Report("\n".join(lines), _json([asdict(check) for check in checks]), bool(checks))


def _check_lines(check: Check) -> list[str]:
    lines = [_line(check).strip()]
    for version in check.versions:
        numbers = "，".join(
            "{name} {said}".format(name=name, said=said) for name, said in parameters_of(version)
        )
        lines.append("  自 {day} 起判定。{numbers}".format(day=version.in_force, numbers=numbers))
    lines += ["  口径：{title}（{source}）".format(title=r.title, source=r.source) for r in check.readings]
    if check.needs:
        lines.append("  所需事实：" + "、".join(label(key) for key in check.needs))
    if check.remedy:
        lines.append("  怎么办：" + check.remedy)
    if check.beforehand:
        lines.append("  登记时不合规定的，系统会请人：" + check.beforehand)
    return lines


def try_cases(paths: list[Path], rulebook: Rulebook | None = None) -> Report:
    """Evaluates case files; each expectation that fails is shown with what was found and why."""
    book = rulebook or national()
    results = [result for path in paths for result in run(path, book)]
    lines = [line for result in results for line in _result_lines(result, book)]
    wrong = sum(not result.is_right for result in results)
    lines.append("用例 {all} 个，相符 {right} 个，不符 {wrong} 个。".format(
        all=len(results), right=len(results) - wrong, wrong=wrong))  # fmt: skip
    data = [
        {
            "file": result.case.file,
            "name": result.case.name,
            "is_right": result.is_right,
            "outcomes": [
                {"expect": o.expectation.label, "expected": o.expectation.state, "found": o.found}
                for o in result.outcomes
            ],
        }
        for result in results
    ]
    return Report("\n".join(lines), _json(data), wrong == 0)


def _result_lines(result: CaseResult, rulebook: Rulebook) -> list[str]:
    sign = "✓" if result.is_right else "✗"
    lines = ["{sign} {name}".format(sign=sign, name=result.case.name)]
    for outcome in result.outcomes:
        if not outcome.is_right:
            why = reason_text(outcome.row, rulebook) if outcome.row else "没有产生这项义务。"
            lines.append(
                "    {label}：应为 {expected}，实为 {found}。{why}".format(
                    label=outcome.expectation.label,
                    expected=outcome.expectation.state,
                    found=outcome.found,
                    why=why,
                )
            )
    return lines


def diff_rules(old: Path, new: Path, cases: list[Path] | None = None) -> Report:
    """Which verdicts over the case files change when the regulations of ``old`` become those of ``new``.

    Each is a folder of regulation files, or one file that replaces the shipped one of the same name.
    """
    before, after = rulebook_at(old), rulebook_at(new)
    lines: list[str] = []
    data: list[dict[str, str]] = []
    for path in cases or list(shipped()):
        for one, two in zip(_found(path, before, after), _found(path, after, after), strict=True):
            for left, right in zip(one.outcomes, two.outcomes, strict=True):
                if left.found != right.found:
                    entry = {
                        "case": one.case.name,
                        "check": left.expectation.label,
                        "old": left.found,
                        "new": right.found,
                    }
                    lines.append("{case}\n    {check}：由 {old} 变为 {new}".format_map(entry))
                    data.append(entry)
    lines.append("共有 {count} 处判定发生变化。".format(count=len(data)))
    return Report("\n".join(lines), _json(data))


def _found(path: Path, book: Rulebook, names: Rulebook) -> list[CaseResult]:
    return [evaluate_case(case, book) for case in read(path, names)]


def rulebook_at(path: Path) -> Rulebook:
    """The rulebook of a folder, or the shipped one with one file replaced; raises RulebookError."""
    if path.is_dir():
        return load(sorted(path.glob("*.toml")))
    kept = [file for file in sorted(_shipped_regulations()) if file.name != path.name]
    return load([*kept, path])


def _shipped_regulations() -> list[Path]:
    return list(Path(__file__).with_name("regulations").glob("*.toml"))


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
