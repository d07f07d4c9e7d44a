"""Worked cases: facts in, expected states out. `run` evaluates a file without any database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from zhibu.rulebook.casecheck import check_rows
from zhibu.rulebook.casefacts import CaseError, Draft, labels, read_facts
from zhibu.rulebook.errors import RulebookError
from zhibu.rulebook.judge import judge_runs
from zhibu.rulebook.loader import national
from zhibu.rulebook.model import Run
from zhibu.rulebook.obligation import Obligation, state
from zhibu.rulebook.periods import Window, default_window
from zhibu.rulebook.rulebook import Rulebook
from zhibu.rulebook.schema import Facts

FOLDER = Path(__file__).with_name("cases")
FIELDS = frozenset({"name", "as_of", "from", "packs", "facts", "expect", "setting"})
STATES = frozenset(
    [
        "met",
        "met_late",
        "open",
        "unmet",
        "exempt",
        "not_applicable",
        "unknown",
        "depends",
        "none",
    ]
)
PERIOD = re.compile(r"^[0-9]{4}(-Q[1-4]|-H[12]|-[0-9]{2}(-[0-9]{2})?)?$")


@dataclass(frozen=True, slots=True)
class Expectation:
    """Of one check, perhaps one period and one subject, the state that is expected (none: no obligation)."""

    check_id: str
    period: str
    subject: tuple[str, int] | None
    label: str
    state: str


@dataclass(frozen=True, slots=True)
class Case:
    """One story with its facts and expectations."""

    file: str
    name: str
    as_of: date
    window: Window
    packs: frozenset[str]
    facts: Facts
    expected: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expectation beside what was found."""

    expectation: Expectation
    found: str
    row: Obligation | None

    @property
    def is_right(self) -> bool:
        """Whether the expected state was found."""
        return self.found == self.expectation.state


@dataclass(frozen=True, slots=True)
class CaseResult:
    """All outcomes of one case."""

    case: Case
    outcomes: tuple[Outcome, ...]

    @property
    def is_right(self) -> bool:
        """Whether everything came out as expected."""
        return all(outcome.is_right for outcome in self.outcomes)


def run(path: Path, rulebook: Rulebook | None = None) -> tuple[CaseResult, ...]:
    """Evaluates one file of cases; raises RulebookError where the file is not written as it should be."""
    book = rulebook or national()
    return tuple(evaluate(case, book) for case in read(path, book))


def shipped() -> tuple[Path, ...]:
    """The case files that come with the regulations."""
    return tuple(sorted(FOLDER.glob("*.yaml")))


def read(path: Path, rulebook: Rulebook) -> tuple[Case, ...]:
    """The cases of one file; raises RulebookError."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise RulebookError(path.name, "格式", "不是正确的 YAML：{error}".format(error=error)) from error
    if not isinstance(raw, dict) or not isinstance(raw.get("cases"), list):
        raise RulebookError(path.name, "文件开头", "缺少 cases 一栏，里面逐条写用例。")
    settings = raw.get("settings", {})
    return tuple(
        _case(path.name, number, item, settings, rulebook) for number, item in enumerate(raw["cases"], 1)
    )


def _case(file: str, number: int, raw: dict[str, Any], settings: dict[str, Any], rulebook: Rulebook) -> Case:
    place = "第{number}个用例 {name}".format(number=number, name=raw.get("name", ""))
    unknown = set(raw) - FIELDS
    if unknown:
        raise RulebookError(
            file, place, "没有“{name}”这一栏，请核对拼写。".format(name="、".join(sorted(unknown)))
        )
    for name in ("name", "as_of", "expect"):
        if name not in raw:
            raise RulebookError(file, place, "缺少 {name}。".format(name=name))
    given = dict(raw.get("facts") or {})
    if "setting" in raw:
        given = {**settings[raw["setting"]], **given}
    try:
        facts, draft = read_facts(given)
        check_rows(given, rulebook)
        expected = tuple(_expectations(raw["expect"], draft, rulebook))
    except CaseError as error:
        raise RulebookError(file, place, str(error)) from error
    window = Window(raw["from"], raw["as_of"]) if "from" in raw else default_window(raw["as_of"])
    packs = frozenset(raw.get("packs", []))
    return Case(file, raw["name"], raw["as_of"], window, packs, facts, expected)


def _expectations(raw: dict[str, str], draft: Draft, rulebook: Rulebook) -> Iterator[Expectation]:
    for key, expected in raw.items():
        check_id, *rest = key.split()
        if check_id not in {check.id for check in rulebook.checks}:
            raise CaseError("没有编号为 {check} 的校验。".format(check=check_id))
        if expected not in STATES:
            raise CaseError(
                "“{state}”不是判定结果；可写：{known}。".format(
                    state=expected, known="、".join(sorted(STATES))
                )
            )
        period, subject = "", None
        for word in rest:
            found = [(kind, number) for kind, label, number in labels(draft) if label == word]
            if found:
                subject = found[0]
            elif PERIOD.match(word):
                period = word
            else:
                raise CaseError(
                    "“{word}”既不是用例里出现过的名字，也不是期次；期次写作 2026-03、2026-Q1、2026-H1、2026，"
                    "或者某一天的日期。".format(word=word)
                )
        yield Expectation(check_id, period, subject, key, expected)


def evaluate(case: Case, rulebook: Rulebook) -> CaseResult:
    """Judges the facts by the runs that the expectations name, and compares."""
    return evaluate_runs(case, _runs(case, rulebook.plan(case.packs)))


def evaluate_runs(case: Case, runs: Iterable[Run]) -> CaseResult:
    """The same with runs at hand (a planted fault, an edited rule)."""
    rows = judge_runs(runs, case.facts, as_of=case.as_of, window=case.window)
    return CaseResult(case, tuple(_outcome(expectation, rows, case.as_of) for expectation in case.expected))


def _runs(case: Case, plan: tuple[Run, ...]) -> list[Run]:
    wanted = {expectation.check_id for expectation in case.expected}
    return [run for run in plan if wanted & set(run.citations)]


def _outcome(expectation: Expectation, rows: tuple[Obligation, ...], as_of: date) -> Outcome:
    fitting = [row for row in rows if _fits(expectation, row)]
    if not fitting:
        return Outcome(expectation, "none", None)
    found = {state(row, as_of) for row in fitting}
    if len(found) > 1:
        return Outcome(expectation, "多个结果：" + "、".join(sorted(found)), fitting[0])
    return Outcome(expectation, found.pop(), fitting[0])


def _fits(expectation: Expectation, row: Obligation) -> bool:
    if expectation.check_id not in row.citations:
        return False
    if expectation.period and expectation.period != row.period:
        return False
    if expectation.subject is None:
        return True
    kind, number = expectation.subject
    if kind == "process":
        return row.period.split("@")[0] == "#{number}".format(number=number)
    if kind == "organization":
        return row.org_id == number
    return row.subject_kind == kind and row.subject_id == number
