"""权限: acts of a kind may only be decided by certain bodies."""

from __future__ import annotations

from collections.abc import Iterator

from zhibu.rulebook.index import Index
from zhibu.rulebook.model import Competence, Run
from zhibu.rulebook.obligation import Fixed, Obligation
from zhibu.rulebook.periods import Window
from zhibu.rulebook.population import Population
from zhibu.rulebook.schema import Act


def judge(run: Run, index: Index, population: Population, window: Window) -> Iterator[Obligation]:
    """One obligation for each act of the kinds named, done inside the window by an organisation that
    fits that day.
    """
    params = run.params
    assert isinstance(params, Competence)
    for kind in params.acts:
        for act in index.acts.get(kind, ()):
            if not (window.start <= act.date <= window.end and run.holds_on(act.date)):
                continue
            begin = index.begin(act.org_id, "acts", (kind,)) if index.begins else None
            if begin is not None and act.date < begin:
                continue
            fits = population.holds_on(run.applies, act.org_id, act.date)
            if fits and population.subject_holds_on(run.applies, "act", act.act_id, act.date):
                yield _obligation(run, params, act)


def verdict_of(params: Competence, act: Act) -> tuple[Fixed, str]:
    """Right body, wrong body, or a body that was not recorded."""
    if not params.bodies:
        return "unmet", "not_allowed"
    if not act.body:
        return "unknown", "body_missing"
    if act.body not in params.bodies:
        return "unmet", "wrong_body"
    if params.body_org_kinds and not act.body_org_kind:
        return "unknown", "body_missing"
    if params.body_org_kinds and act.body_org_kind not in params.body_org_kinds:
        return "unmet", "wrong_body_org"
    return "met", "right_body"


def _obligation(run: Run, params: Competence, act: Act) -> Obligation:
    verdict, reason = verdict_of(params, act)
    return Obligation(
        check_id=run.check_id,
        duty=run.duty,
        strength=run.strength,
        subject_kind="act",
        subject_id=act.act_id,
        org_id=act.org_id,
        period=act.date.isoformat(),
        reading=run.reading,
        opens_date=act.date,
        remind_date=None,
        due_date=act.date,
        satisfied_date=act.date if verdict == "met" else None,
        verdict=verdict,
        precision=act.precision,
        reason=reason,
        inputs=(("act", act.kind), ("body", act.body), ("body_org_kind", act.body_org_kind)),
        evidence=(("acts", act.act_id),),
        waiver=None,
        citations=run.citations,
    )
