"""The loaded rulebook: look-ups, and the plan of runs for a choice of local packs."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from zhibu.rulebook.model import NATIONAL, STRENGTHS, Check, Norm, Regulation, Run

PROVIDED_KINDS = frozenset({"event", "step", "measure", "act"})


@dataclass(frozen=True)
class Rulebook:
    """All regulations and packs that were loaded. ``plan`` is what both engines evaluate."""

    regulations: tuple[Regulation, ...]
    _plans: dict[frozenset[str], tuple[Run, ...]] = field(default_factory=dict, repr=False, compare=False)
    _checks: dict[str, Check] = field(default_factory=dict, repr=False, compare=False)
    _norms: dict[str, tuple[Regulation, Norm]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for regulation in self.regulations:
            for norm in regulation.norms:
                self._norms[norm.id] = (regulation, norm)
                self._checks.update({check.id: check for check in norm.checks})

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check of every regulation, in the order of the files."""
        return tuple(self._checks.values())

    @property
    def packs(self) -> frozenset[str]:
        """The local packs that could be switched on."""
        return frozenset(check.pack for check in self.checks) - {NATIONAL}

    def check(self, check_id: str) -> Check:
        """One check by id; raises KeyError."""
        return self._checks[check_id]

    def norm(self, norm_id: str) -> tuple[Regulation, Norm]:
        """One norm by id with its regulation; raises KeyError."""
        return self._norms[norm_id]

    def clause(self, check_id: str) -> tuple[Regulation, Norm, Check]:
        """A check with the norm and regulation that it cites; raises KeyError."""
        check = self._checks[check_id]
        return (*self._norms[check.norm_id], check)

    def version(self) -> str:
        """A digest of everything that can change a verdict; stored beside computed obligations."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        content = repr(list(self.plan(self.packs)))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def plan(self, packs: frozenset[str] = frozenset()) -> tuple[Run, ...]:
        """The runs of the national regulations and of the packs that are on, in a fixed order."""
        if packs not in self._plans:
            self._plans[packs] = tuple(self._runs(packs))
        return self._plans[packs]

    def not_checked(
        self, packs: frozenset[str] = frozenset(), provided: frozenset[str] | None = None
    ) -> tuple[Check, ...]:
        """The checks that no module shows the facts for: listed once, never per organisation.

        ``provided`` are the vocabulary keys that registered modules show; None: all that the vocabulary
        names.
        """
        on = packs | {NATIONAL}
        return tuple(
            check
            for check in self.checks
            if check.pack in on
            and (check.status == "deferred" or (check.status == "live" and not is_provided(check, provided)))
        )

    def provided_plan(self, packs: frozenset[str], provided: frozenset[str] | None) -> tuple[Run, ...]:
        """The runs whose facts are shown by some module."""
        return tuple(run for run in self.plan(packs) if is_provided(self.check(run.check_id), provided))

    def _runs(self, packs: frozenset[str]) -> Iterator[Run]:
        on = packs | {NATIONAL}
        duties: dict[str, list[Check]] = defaultdict(list)
        for check in self.checks:
            if check.status == "live" and check.pack in on:
                duties[check.duty].append(check)
        for members in duties.values():
            yield from _runs_of_duty(members)


def is_provided(check: Check, provided: frozenset[str] | None) -> bool:
    """Whether every event, step, measure and act that a check looks at is shown by some module."""
    if provided is None:
        return True
    return all(key in provided for key in check.needs if key.split(":")[0] in PROVIDED_KINDS)


def _runs_of_duty(members: list[Check]) -> Iterator[Run]:
    """One run for each stretch of days on which the same checks and parameters are in force, and each
    reading.
    """
    starts = {day for check in members for day in (check.in_force, *(v.in_force for v in check.versions))}
    ends = {check.until for check in members if check.until}
    cuts = sorted(starts | ends)
    for start, end in zip(cuts, [*cuts[1:], None], strict=True):
        active = [c for c in members if c.in_force <= start and (c.until is None or start < c.until)]
        if active:
            yield from _runs_of_stretch(sorted(active, key=_strictness), start, end)


def _strictness(check: Check) -> int:
    return STRENGTHS.index(check.strength)


def _runs_of_stretch(active: list[Check], start: date, end: date | None) -> Iterator[Run]:
    lead = active[0]
    version = max((v for v in lead.versions if v.in_force <= start), key=lambda v: v.in_force)
    for reading, params in version.params:
        yield Run(
            key="@".join([lead.id, start.isoformat(), *([reading] if reading else [])]),
            check_id=lead.id,
            duty=lead.duty,
            strength=lead.strength,
            subject=lead.subject,
            citations=tuple(check.id for check in active),
            reading=reading,
            in_force=start,
            until=end,
            applies=lead.applies,
            params=params,
        )
