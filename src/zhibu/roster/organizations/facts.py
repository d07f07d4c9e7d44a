"""Organisations, their terms and changes as the rulebook's facts; and how a module's SELECT becomes a
provider.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any, get_type_hints

from django.db import connection
from django.db.models import Q

from zhibu.roster.organizations.models import Organization as OrganizationRow
from zhibu.roster.organizations.models import OrganizationState
from zhibu.rulebook.registry import Provider, Vendor, registry
from zhibu.rulebook.schema import Act, Begin, Facts, Measure, Organization, OrgState, Step, Waiver

MODULE = "roster.organizations"
BODY_OF = {
    "general_membership_meeting": "general_membership_meeting",
    "congress": "party_congress",
}  # who elects
_VENDORS: tuple[Vendor, ...] = ("sqlite", "postgresql")
_NEXT_DAY = {"sqlite": "date({}, '+1 day')", "postgresql": "({} + 1)"}
_ALL = "1 = 1"
_FEW = 3  # organisations


def provide(
    *,
    table: str,
    module: str,
    row: type[Any],
    sql: str,
    provides: tuple[str, ...] = (),
    concerned: str = "",
) -> Provider:
    """A provider from one SELECT that serves both bulk and one branch, so that the two cannot differ.

    In ``sql`` the mark ``[column]`` stands where the organisation is restricted (everything in bulk),
    ``[column|person]`` where rows of its persons count too, and ``<column>`` for the day after a date. ``[]``
    is everything in bulk and ``concerned``, with its own marks, for one branch: a condition that finds few
    rows by an index but would only slow down the reading of all.
    ``row`` is the schema's dataclass; dates and truth values come back as its fields say.
    """

    narrowed = sql.replace("[]", concerned).replace("%", "%%")
    for_one = {vendor: _dated(narrowed, vendor) for vendor in _VENDORS}

    def load(org_ids: frozenset[int], as_of: date) -> tuple[Any, ...]:
        if not org_ids:
            return ()
        vendor: Vendor = "postgresql" if connection.vendor == "postgresql" else "sqlite"
        with connection.cursor() as cursor:
            cursor.execute(*_restricted(for_one[vendor], sorted(org_ids)))
            return _as_rows(row, cursor.fetchall())

    bulk = {vendor: _everything(_dated(sql, vendor)) for vendor in _VENDORS}
    return Provider(table, module, bulk, load, frozenset(provides))


def _dated(sql: str, vendor: Vendor) -> str:
    head, *rest = sql.split("<<")
    parts = [head]
    for piece in rest:
        column, tail = piece.split(">>", 1)
        parts += [_NEXT_DAY[vendor].format(column), tail]
    return "".join(parts)


def _marked(sql: str, condition: Callable[[str], str]) -> str:
    head, *rest = sql.split("[")
    parts = [head]
    for piece in rest:
        mark, tail = piece.split("]", 1)
        parts += [condition(mark), tail]
    return "".join(parts)


def _everything(sql: str) -> str:
    return _marked(sql, lambda mark: _ALL)


def _restricted(sql: str, org_ids: list[int]) -> tuple[str, list[int]]:
    """The SELECT for these organisations, and its parameters.

    A few ids are parameters, so that the text stays the same and SQLite keeps what it made of it, which takes
    as long as finding the rows; many stand in the text, there being a limit to the number of parameters.
    """
    few = len(org_ids) <= _FEW
    ids = ", ".join("%s" if few else str(int(org_id)) for org_id in org_ids)
    lists = 0

    def condition(mark: str) -> str:
        nonlocal lists
        column, _, person = mark.partition("|")
        own = "{column} IN ({ids})".format(column=column, ids=ids)
        lists += 1
        if not person:
            return own
        lists += 1
        theirs = " ".join((person, "IN (SELECT id FROM members_person WHERE organization_id IN (", ids, "))"))
        return "({own} OR {theirs})".format(own=own, theirs=theirs)

    restricted = _marked(sql, condition)
    return restricted, org_ids * lists if few else []


def _as_rows(row: type[Any], found: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    """What was found as the schema's dataclass, a column at a time: most need no look at each value."""
    if not found:
        return ()
    columns: list[Iterable[Any]] = list(zip(*found, strict=True))
    for place, make in _changing(row):  # type: ignore[arg-type]
        columns[place] = map(make, columns[place])
    return tuple(map(row, *columns))


@cache
def _changing(row: type[Any]) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    """The places of the columns whose values come back in another form than the schema has."""
    hints = get_type_hints(row)
    makers = [(place, _MAKERS.get(hints[name])) for place, name in enumerate(row.__dataclass_fields__)]
    return tuple((place, make) for place, make in makers if make)


def _as_date(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) else value


_MAKERS: dict[object, Callable[[Any], Any]] = {date: _as_date, date | None: _as_date, bool: bool, int: int}


ORGANIZATIONS = """
SELECT o.id, o.parent_id, o.path, o.code, o.name, o.established_date, o.dissolved_date
FROM organizations_organization o WHERE [o.id]"""

_STEP = """
SELECT {process}, '{kind}', 'organization', {org}, {org}, '{step}', {date}, 'day'
FROM {source} WHERE {date} IS NOT NULL AND {where} AND [{org}]"""


def _step(
    kind: str, step: str, date_column: str, process: str, org: str, source: str, where: str = _ALL
) -> str:
    return _STEP.format(
        kind=kind, step=step, date=date_column, process=process, org=org, source=source, where=where
    )


_COUNTS = "t.annulled_at IS NULL"


def _term_step(step: str, column: str) -> str:
    return _step("term", step, column, "t.id", "t.organization_id", "organizations_term t", _COUNTS)


_REMINDED = """(SELECT MIN(r.reminded_date) FROM organizations_term_reminder r WHERE r.term_id = t.id)"""
_SUCCEEDED = """(SELECT MIN(n.elected_date) FROM organizations_term n
 WHERE n.organization_id = t.organization_id AND n.elected_date > t.elected_date
 AND n.annulled_at IS NULL)"""
_EXTENDED = "organizations_term_extension x JOIN organizations_term t ON t.id = x.term_id"


def _extension_step(step: str, column: str) -> str:
    return _step("extension", step, column, "x.id", "t.organization_id", _EXTENDED, _COUNTS)


def _change_step(step: str, column: str, where: str) -> str:
    return _step(
        "organization_change", step, column, "c.id", "c.organization_id", "organizations_change c", where
    )


_SET_UP = "c.kind IN ('create', 'split', 'merge', 'dissolve')"
STEPS = "\nUNION ALL".join(
    (
        _term_step("elected", "t.elected_date"),
        _term_step("expires", "t.end_date"),
        _term_step("reminded", _REMINDED),
        _term_step("succeeded", _SUCCEEDED),
        _term_step("secretary_approved", "t.secretary_approved_date"),
        _term_step("members_filed", "t.members_filed_date"),
        _extension_step("original_end", "t.end_date"),
        _extension_step("new_end", "x.new_end_date"),
        _extension_step("approved", "x.approved_date"),
        _change_step("applied", "c.applied_date", _SET_UP),
        _change_step("approved", "c.approved_date", _SET_UP),
        _change_step("established", "c.effective_date", "c.kind = 'create'"),
    )
)

# A root has its superior outside the system: without an approval's date it is not known who decided.
# Acts of several modules share one numbering: the last digit says whose (2 changes of organisations,
# 3 terms).
ACTS = """
SELECT c.id * 10 + 2,
 CASE c.kind WHEN 'create' THEN 'create_organization' ELSE 'dissolve_organization' END,
 c.organization_id, COALESCE(c.approved_date, c.effective_date), 'day',
 CASE WHEN c.approved_by_id = c.organization_id OR (c.approved_by_id IS NULL AND o.parent_id IS NOT NULL)
   THEN 'none'
  WHEN c.approved_by_id IS NULL AND c.approved_date IS NULL THEN '' ELSE 'superior_committee' END,
 COALESCE(a.kind, ''), 'organization', c.organization_id
FROM organizations_change c JOIN organizations_organization o ON o.id = c.organization_id
LEFT JOIN organizations_organization a ON a.id = c.approved_by_id
WHERE c.kind IN ('create', 'dissolve') AND [c.organization_id]
UNION ALL
SELECT t.id * 10 + 3, 'elect_committee', t.organization_id, t.elected_date, 'day',
 CASE t.formed_by {bodies} END,
 o.kind, 'organization', t.organization_id
FROM organizations_term t JOIN organizations_organization o ON o.id = t.organization_id
WHERE t.formed_by <> 'appointed' AND {counts} AND [t.organization_id]""".format(
    counts=_COUNTS,
    bodies=" ".join("WHEN '{how}' THEN '{body}'".format(how=how, body=body) for how, body in BODY_OF.items()),
)

MEASURES = """
SELECT 'organization', s.organization_id, s.organization_id, 'joint_units', s.valid_from, s.valid_to,
 s.joint_unit_count
FROM organizations_state s WHERE s.is_joint AND s.joint_unit_count IS NOT NULL AND [s.organization_id]"""

_UNITS = ("measure:joint_units",)

# Waivers likewise: 1 extensions, 2 duties not due, 3 exemptions of persons.
WAIVERS = """
SELECT x.id * 10 + 1, t.organization_id, CAST(NULL AS bigint), 'extension', '', '',
 t.end_date, <<x.new_end_date>>, x.approved_date, CAST(NULL AS date)
FROM organizations_term_extension x JOIN organizations_term t ON t.id = x.term_id
WHERE x.new_end_date >= t.end_date AND t.annulled_at IS NULL AND [t.organization_id]
UNION ALL
SELECT w.id * 10 + 2, w.organization_id, CAST(NULL AS bigint), 'not_due', w.duty, '',
 w.valid_from, w.valid_to, w.superior_approved_date, CAST(NULL AS date)
FROM organizations_duty_waiver w WHERE [w.organization_id]"""

BEGINS = """
SELECT b.organization_id, b.fact, b.begin_date FROM organizations_records_begin b WHERE [b.organization_id]"""


def register_facts() -> None:
    """Show this module's rows to the rulebook; called once at start-up."""
    registry.register(provide(table="organizations", module=MODULE, row=Organization, sql=ORGANIZATIONS))
    registry.register(
        provide(
            table="steps",
            module=MODULE,
            row=Step,
            sql=STEPS,
            provides=(
                *_keys("term", "elected expires reminded succeeded secretary_approved members_filed"),
                *_keys("extension", "original_end new_end approved"),
                *_keys("organization_change", "applied approved established"),
            ),
        )
    )
    registry.register(
        provide(
            table="acts",
            module=MODULE,
            row=Act,
            sql=ACTS,
            provides=(
                "act:create_organization",
                "act:dissolve_organization",
                "act:elect_committee",
                "body:party_congress",
            ),
        )
    )
    units = provide(table="measures", module=MODULE, row=Measure, sql=MEASURES, provides=_UNITS)
    registry.register(units)
    registry.register(
        provide(
            table="waivers",
            module=MODULE,
            row=Waiver,
            sql=WAIVERS,
            provides=("waiver:extension", "waiver:not_due"),
        )
    )
    registry.register(provide(table="begins", module=MODULE, row=Begin, sql=BEGINS))


def _keys(process: str, steps: str) -> tuple[str, ...]:
    return tuple("step:{process}.{step}".format(process=process, step=step) for step in steps.split())


def facts_on(organization: OrganizationRow, day: date) -> Facts:
    """The organisation as it was on a day, for a guard; what it is today where its history does not
    reach back.
    """
    state = (
        OrganizationState.objects.filter(organization=organization, valid_from__lte=day)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
        .first()
    )
    then = state or organization
    fact = Organization(
        organization.pk,
        organization.parent_id,
        organization.path,
        organization.code,
        organization.name,
        organization.established_date,
        organization.dissolved_date,
    )
    spell = OrgState(
        org_id=organization.pk,
        valid_from=date.min,
        valid_to=None,
        kind=then.kind,  # type: ignore[arg-type]
        domain=then.domain,  # type: ignore[arg-type]
        has_committee=then.has_committee,
        has_groups=False,
        is_temporary=then.is_temporary,
        is_joint=then.is_joint,
        is_mobile=then.is_mobile,
        is_functional=then.is_functional,
        may_approve_admissions=then.may_approve_admissions,
    )
    return Facts(organizations=(fact,), org_states=(spell,))
