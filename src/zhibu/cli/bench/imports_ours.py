"""Our import of a county's roster, step by step, with a clock."""

from __future__ import annotations

import resource
import time
from datetime import date
from pathlib import Path

from django.core.management import call_command

from zhibu.cli.bench.imports import BRANCHES, branch_code, branch_name, peak_megabytes
from zhibu.common.actor import Actor
from zhibu.common.dates import china_today
from zhibu.roster.access.actors import system_actor
from zhibu.roster.imports.commands.applying import apply_import
from zhibu.roster.imports.commands.staging import (
    Sent,
    interpret_batch,
    keep_plan,
    make_plan,
    stage_upload,
)
from zhibu.roster.imports.commands.undoing import undo_import
from zhibu.roster.imports.models import ImportBatch
from zhibu.roster.imports.queries import newest_person
from zhibu.roster.imports.tasks import release_memory
from zhibu.roster.members.models import Person
from zhibu.roster.organizations.commands.bulk import NewOrganization, bulk_create_organizations
from zhibu.roster.organizations.commands.decisions import Decision, Profile
from zhibu.roster.organizations.models import Organization, OrgDomain, OrgKind

_FOUNDED = date(2000, 7, 1)
_COUNTY = "370000"


class _Clock:
    """Seconds since the last lap, by name."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name], self._since = now - self._since, now


def measure(path: Path) -> dict[str, float]:
    """Stage, read, interpret, plan, apply; then the same file again; then undo the first import."""
    call_command("migrate", interactive=False, verbosity=0)
    actor = system_actor("bench")
    county = _county(actor)
    clock = _Clock()
    done = _import(actor, county, path, clock)
    found = dict(clock.laps)
    found["peak_megabytes"] = peak_megabytes()
    found["added"] = done.summary["done"]["added"]
    found["rows"] = sum(done.summary["counts"].values())
    start = time.perf_counter()
    again = _import(actor, county, path, _Clock())
    found["again_seconds"] = time.perf_counter() - start
    found["changed_again"] = again.summary["done"]["changed"] + again.summary["done"]["added"]
    start = time.perf_counter()
    undo_import(actor=actor, today=china_today(), batch=done)
    found["undo_seconds"] = time.perf_counter() - start
    found["undone"] = found["added"] - Person.objects.count()
    found["child_megabytes"] = peak_megabytes(resource.RUSAGE_CHILDREN)
    return found


def _import(actor: Actor, county: Organization, path: Path, clock: _Clock) -> ImportBatch:
    """The whole way of a file, as the worker goes it."""
    today = china_today()
    sent = Sent(path.name, path.read_bytes())
    batch = stage_upload(actor=actor, today=today, organization=county, sent=sent)
    clock.lap("stage_seconds")
    top = newest_person()
    interpretation = interpret_batch(batch, today)
    clock.lap("read_seconds")
    plan = make_plan(batch, interpretation, actor, today)
    batch = keep_plan(batch=batch, interpretation=interpretation, plan=plan, top=top)
    clock.lap("plan_seconds")
    del plan, interpretation
    release_memory()
    done = apply_import(actor=actor, today=today, batch=batch, stamp=batch.stamp)
    release_memory()
    clock.lap("apply_seconds")
    return done


def _county(actor: Actor) -> Organization:
    decision = Decision(effective_date=_FOUNDED)
    begin = date(2025, 1, 1)
    top = Profile(name="长河县委", kind=OrgKind.LOCAL_COMMITTEE, domain=OrgDomain.OFFICE)
    rows = [NewOrganization(_COUNTY, "", top, decision, begin)]
    for number in range(BRANCHES):
        profile = Profile(name=branch_name(number), kind=OrgKind.BRANCH, domain=OrgDomain.VILLAGE)
        rows.append(NewOrganization(branch_code(number), _COUNTY, profile, decision, begin))
    made = bulk_create_organizations(actor=actor, today=china_today(), rows=rows)
    return made[_COUNTY]
