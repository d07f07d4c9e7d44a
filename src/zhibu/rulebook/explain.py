"""Says in Chinese why an obligation has its state: inputs, reading, parameters, clause, remedy."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from zhibu.common.dates import add_months
from zhibu.rulebook.model import Bound, Check, Frequency, Norm, Params, Regulation, Run, Version
from zhibu.rulebook.obligation import Mark, Obligation, mark, state
from zhibu.rulebook.parameters import LIMITS
from zhibu.rulebook.rulebook import Rulebook
from zhibu.rulebook.vocabulary import label, vocabulary

WORDING_FILE = Path(__file__).with_name("wording.toml")
REVIEW_MONTHS = 12
UNVERIFIED = "条号待核对"


@dataclass(frozen=True, slots=True)
class Citation:
    """One norm that asks for it: how it is cited, what it says, when it was last compared with its text."""

    check_id: str
    norm_id: str
    label: str
    text: str
    strength: str
    compared_on: date
    confidence: str
    is_review_due: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything a page shows about one obligation; all texts are whole Chinese sentences or titles."""

    title: str
    state: str
    state_text: str
    mark: Mark | None
    reason: str
    citations: tuple[Citation, ...]
    parameters: tuple[tuple[str, str], ...]
    in_force: date | None
    readings: tuple[str, ...]
    remedy: str
    action: str
    owner: str


@cache
def wording() -> dict[str, dict[str, str]]:
    """The sentences, by section and key."""
    with WORDING_FILE.open("rb") as handle:
        return tomllib.load(handle)


def explain(row: Obligation, rulebook: Rulebook, as_of: date) -> Explanation:
    """The explanation of one obligation on ``as_of``; raises KeyError for a check the rulebook does not
    know.
    """
    _, _, check = rulebook.clause(row.check_id)
    run = run_of(row, rulebook)
    now = state(row, as_of)
    return Explanation(
        title=check.title,
        state=now,
        state_text=state_text(row, as_of),
        mark=mark(now, row.strength),
        reason=reason_text(row, rulebook),
        citations=tuple(citation(item, rulebook, as_of) for item in row.citations),
        parameters=parameters_of(_version(run, rulebook)) if run else (),
        in_force=run.in_force if run else None,
        readings=tuple(reading.title for reading in check.readings),
        remedy=check.remedy if now in ("open", "unmet", "unknown", "depends") else "",
        action=check.action,
        owner=check.owner,
    )


def run_of(row: Obligation, rulebook: Rulebook) -> Run | None:
    """The run whose parameters judged a row: that of its check in force on the row's first day."""
    days = [day for day in (row.opens_date, row.due_date) if day]
    fitting = [run for run in rulebook.plan(rulebook.packs) if run.check_id == row.check_id]
    held = [run for run in fitting if any(run.holds_on(day) for day in days)]
    return next(iter(held or fitting), None)


def citation(check_id: str, rulebook: Rulebook, today: date) -> Citation:
    """How one check's norm is cited: 《支部工作条例》第十一条; without article where it is unverified."""
    regulation, norm, check = rulebook.clause(check_id)
    return Citation(
        check_id=check_id,
        norm_id=norm.id,
        label=label_of(regulation, norm),
        text=norm.text,
        strength=wording()["strength"][check.strength],
        compared_on=norm.compared_on,
        confidence=norm.confidence,
        is_review_due=add_months(norm.compared_on, REVIEW_MONTHS) < today,
    )


def label_of(regulation: Regulation, norm: Norm) -> str:
    """The citation as it is shown."""
    key = "unknown" if norm.article == UNVERIFIED else "known"
    return wording()["citation"][key].format(short=regulation.short, article=norm.article)


def state_text(row: Obligation, as_of: date) -> str:
    """The state in words, with the days of delay or the due date."""
    now = state(row, as_of)
    texts = wording()["state"]
    if now == "met_late" and row.satisfied_date and row.due_date:
        return texts[now].format(days=(row.satisfied_date - row.due_date).days)
    if now == "open":
        return texts[now].format(due_date=row.due_date) if row.due_date else texts["open_without_date"]
    return texts[now]


def reason_text(row: Obligation, rulebook: Rulebook) -> str:
    """The reason as one sentence."""
    run = run_of(row, rulebook)
    template = wording()["reason"][_reason_key(row, run)]
    if row.reason == "readings_differ":
        return template.format(readings=_readings(row, rulebook))
    values = {key: _value(key, value) for key, value in row.inputs}
    word = vocabulary().get("measure:{name}".format(name=dict(row.inputs).get("measure", "")))
    if word and word.yes:
        values["said"] = word.yes if dict(row.inputs).get("value") else word.no
    if run is not None and isinstance(run.params, Frequency):
        values |= _amounts(row, run.params, rulebook)
    if run is not None and isinstance(run.params, Bound):
        values["limits"] = _limits(_version(run, rulebook))
    for slot in re.findall(r"{(\w+)}", template):
        values.setdefault(slot, "（未记录）")
    return template.format_map(values)


def _reason_key(row: Obligation, run: Run | None) -> str:
    """Ratios, yes-or-no measures, absences and who presides have sentences of their own."""
    inputs = dict(row.inputs)
    word = vocabulary().get("measure:{name}".format(name=inputs.get("measure", "")))
    if row.reason in ("within", "too_low", "too_high"):
        if "of" in inputs:
            return row.reason + "_ratio"
        if word and word.yes:
            return "flag"
    if row.reason in ("count_within", "count_over") and getattr(run and run.params, "counts", "") == "missed":
        return row.reason.replace("count", "missed")
    if row.reason == "count_short" and inputs.get("done") == 0:
        return "count_none"
    if row.reason in ("right_body", "wrong_body"):
        key = row.reason
        if str(inputs.get("act", "")).startswith("preside"):
            key = key.replace("body", "host")
        return key + "_none" if row.reason == "wrong_body" and inputs.get("body") == "none" else key
    return row.reason


def _amounts(row: Obligation, params: Frequency, rulebook: Rulebook) -> dict[str, str]:
    """How much was wanted and done, in times or in the hours that people count (45 or 60 minutes each)."""
    inputs = dict(row.inputs)
    needed, done = int(inputs["needed"]), int(inputs["done"])
    if params.unit == "events":
        return {"needed": "{n} 次".format(n=needed), "done": "{n} 次".format(n=done)}
    hours = _study_hours(rulebook.check(row.check_id))
    minutes = list(dict.fromkeys(hours.values()))
    values = {"hours": _hours(done, minutes[0]), "minutes": minutes[0]}
    key = "one"
    if len(minutes) > 1:
        key = "two"
        values |= {"other_minutes": minutes[1], "other_hours": _hours(done, minutes[1])}
    texts = wording()["hours"]
    wanted = texts["one"].format(hours=_hours(params.at_least or params.at_most or 0, minutes[0]))
    return {"needed": wanted, "done": texts[key].format_map(values)}


def _study_hours(check: Check) -> dict[str, int]:
    """Reading → how many minutes an hour of study has under it: the limit in minutes by that in hours."""
    version = check.versions[-1]
    said = dict(version.spoken)
    limit = int(re.sub(r"\D.*", "", said.get("at_least") or said.get("at_most") or "1"))
    return {key: _limit_of(params) // limit for key, params in version.params}


def _limit_of(params: Params) -> int:
    assert isinstance(params, Frequency)
    return params.at_least or params.at_most or 0


def _hours(minutes: int, each: int) -> str:
    """Hours of study to a tenth, never rounded up to a limit that was not reached."""
    tenths = minutes * 10 // each
    whole, rest = divmod(tenths, 10)
    return "{whole}.{rest}".format(whole=whole, rest=rest) if rest else str(whole)


def _limits(version: Version) -> str:
    """“不少于 3 人”, “超过应到会人数的半数”, “是 1 人” where both limits are the same."""
    texts, names = wording()["limit"], wording()["parameter"]
    found = [(names[name], said) for name, said in version.spoken if name in LIMITS]
    if len(found) > 1 and len({said for _, said in found}) == 1:
        return texts["exact"].format(number=found[0][1])
    parts = []
    for name, said in found:
        number, _, unit = said.partition(" ")
        share = wording()["fraction"].get(number, number)
        key = "share" if "/" in number else "number"
        parts.append(texts[key].format(name=name, unit=unit, share=share, number=said))
    return "，".join(parts)


def _readings(row: Obligation, rulebook: Rulebook) -> str:
    check, texts, inputs = rulebook.check(row.check_id), wording()["reading"], dict(row.inputs)
    counted = "done" in inputs
    hours = _study_hours(check) if counted else {}
    said = []
    for reading in check.readings:
        values = {"title": reading.title, "state": _short(str(inputs.get(reading.key, "")))}
        if counted:
            values["hours"] = _hours(int(inputs["done"]), hours[reading.key])
        said.append(texts["hours" if counted else "one"].format_map(values))
    return "；".join(said)


def _short(name: str) -> str:
    texts = wording()["state"]
    return texts["open_without_date"] if name == "open" else texts[name].split("，")[0]


WORD_KINDS = {"measure": "measure", "of": "measure", "body": "body", "act": "act"}


def _value(key: str, value: int | str) -> str:
    if isinstance(value, int):
        return str(value)
    if key in WORD_KINDS:
        return label("{kind}:{name}".format(kind=WORD_KINDS[key], name=value))
    return "、".join(label(part) for part in value.split(" ")) if ":" in value else value


def parameters_of(version: Version) -> tuple[tuple[str, str], ...]:
    """The numbers of one version in words: (``不少于``, ``32 学时``)."""
    names = wording()["parameter"]
    return tuple((names[name], said) for name, said in version.spoken)


def _version(run: Run, rulebook: Rulebook) -> Version:
    known = rulebook.check(run.check_id).versions
    return max((v for v in known if v.in_force <= run.in_force), key=lambda v: v.in_force)
