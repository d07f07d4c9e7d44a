"""Which vocabulary a check needs: every fact row it looks at, by key."""

from __future__ import annotations

from collections.abc import Iterator

from zhibu.rulebook.model import Applies, Bound, Check, Competence, Completeness, Frequency, Interval, Params


def needs_of(check: Check) -> tuple[str, ...]:
    """Sorted vocabulary keys of all versions and readings of a check."""
    keys = set(_of_applies(check.applies))
    for version in check.versions:
        for _, params in version.params:
            keys |= set(needs_of_params(params))
    return tuple(sorted(keys))


def needs_of_params(params: Params) -> Iterator[str]:
    """The keys of one set of parameters."""
    match params:
        case Frequency():
            yield from (f"event:{kind}" for kind in params.events)
            yield from (f"waiver:{kind}" for kind in params.waivers)
        case Interval():
            steps = {params.from_step, params.to_step, params.until_step} - {""}
            yield from (f"step:{params.process}.{step}" for step in steps)
            yield from (f"waiver:{kind}" for kind in params.waivers)
        case Bound():
            yield from (f"measure:{key}" for key in (params.measure, params.of) if key)
            yield from (f"event:{kind}" for kind in params.events)
            yield from (f"act:{kind}" for kind in params.acts)
            yield from (f"body:{kind}" for kind in params.bodies)
        case Competence():
            yield from (f"act:{kind}" for kind in params.acts)
            yield from (f"body:{kind}" for kind in params.bodies)
        case Completeness():
            yield from (f"step:{params.process}.{step}" for step in (params.stage, *params.steps))
            yield from (f"paper:{kind}" for kind in params.papers)
            yield from (f"waiver:{kind}" for kind in params.waivers)


def _of_applies(applies: Applies) -> Iterator[str]:
    yield from (f"measure:{key}" for key in (applies.org_measure, applies.subject_measure) if key)
    yield from (f"role:{role}" for role in applies.roles)
    yield from (f"status:{status}" for status in applies.statuses)
