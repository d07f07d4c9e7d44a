"""Reading for the check-up: the rulebook of this installation and the facts of organisations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.conf import settings

from zhibu.foundation.obligations.models import Obligation
from zhibu.rulebook.loader import national
from zhibu.rulebook.model import Params, Run
from zhibu.rulebook.obligation import Obligation as Judged
from zhibu.rulebook.registry import registry
from zhibu.rulebook.rulebook import Rulebook
from zhibu.rulebook.schema import Facts


@lru_cache(maxsize=1)
def rulebook() -> Rulebook:
    """The rulebook of this installation, loaded once a process."""
    return national()


def switched_on_packs() -> frozenset[str]:
    """The local packs that this installation has switched on."""
    return frozenset(settings.RULE_PACKS)


def load_facts(org_ids: Iterable[int], *, as_of: date) -> Facts:
    """All facts that the modules show of these organisations."""
    return registry.load(org_ids, as_of)


@lru_cache(maxsize=2)
def _runs_by_check(packs: frozenset[str]) -> dict[str, tuple[Run, ...]]:
    found: dict[str, list[Run]] = {}
    for run in rulebook().plan(packs):
        found.setdefault(run.check_id, []).append(run)
    return {check: tuple(runs) for check, runs in found.items()}


def _run_on(check_id: str, day: date | None) -> Run | None:
    """The run that judged a stored row: that which held on its day."""
    runs = _runs_by_check(switched_on_packs()).get(check_id, ())
    held = (run for run in runs if day is None or run.holds_on(day))
    return next(held, runs[0] if runs else None)


def citations_of(check_id: str, day: date | None) -> tuple[str, ...]:
    """The check ids that one stored row cites."""
    run = _run_on(check_id, day)
    return run.citations if run else (check_id,)


def params_of(check_id: str, day: date | None) -> Params | None:
    """The parameters by which one stored row was judged; None of a check that is no longer switched on."""
    run = _run_on(check_id, day)
    return run.params if run else None


def as_judged(row: Obligation) -> Judged:
    """The rulebook's form of a stored row, for sentences."""
    return Judged(
        check_id=row.check_id,
        duty=row.duty,
        strength=row.strength,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        org_id=row.org_id,
        period=row.period,
        reading=row.reading,
        opens_date=row.opens_date,
        remind_date=row.remind_date,
        due_date=row.due_date,
        satisfied_date=row.satisfied_date,
        verdict=row.verdict,  # type: ignore[arg-type]
        precision=row.precision,  # type: ignore[arg-type]
        reason=row.reason,
        inputs=tuple((name, value) for name, value in row.inputs),
        evidence=(),
        waiver=row.waiver_id,
        citations=citations_of(row.check_id, row.opens_date or row.due_date),
    )
