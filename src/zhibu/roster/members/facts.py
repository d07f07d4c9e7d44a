"""Persons, spells, offices and changes as the rulebook's facts: dated counts are swept in the database
itself.
"""

from __future__ import annotations

from zhibu.roster.organizations.facts import provide
from zhibu.rulebook.registry import registry
from zhibu.rulebook.schema import Act, Measure, Membership, Office, OrgState, Person, Step, Waiver

MODULE = "roster.members"

# What a change of status is to the rulebook: an act that only some may decide, and a decision to be approved.
ACT_OF = {
    "accept": "admit_probationary",
    "confirm": "grant_full",
    "extend": "extend_probation",
    "cancel": "annul_probation",
    "remove": "strike_off",
    "withdraw": "strike_off_at_request",
    "persuade": "persuade_to_leave",
    "suspend": "suspend_membership",
    "observe": "impose_sanction",
    "expel": "impose_sanction",
}
PROCESS_OF = {
    "accept": "admission",
    "confirm": "probation_decision",
    "extend": "probation_decision",
    "cancel": "probation_decision",
    "observe": "sanction",
    "expel": "sanction",
}

# A state is cut where a group begins or ends, so that 有党小组 holds for the whole piece.
ORG_STATES = """
SELECT * FROM (WITH cut AS (
 SELECT s.id AS state_id, s.valid_from AS day FROM organizations_state s WHERE [s.organization_id]
 UNION
 SELECT s.id, g.valid_from FROM organizations_state s JOIN members_group g ON g.organization_id =
 s.organization_id
 WHERE g.valid_from > s.valid_from AND (s.valid_to IS NULL OR g.valid_from < s.valid_to) AND
 [s.organization_id]
 UNION
 SELECT s.id, g.valid_to FROM organizations_state s JOIN members_group g ON g.organization_id =
 s.organization_id
 WHERE g.valid_to > s.valid_from AND (s.valid_to IS NULL OR g.valid_to < s.valid_to) AND [s.organization_id]
), piece AS (
 SELECT state_id, day, LEAD(day) OVER (PARTITION BY state_id ORDER BY day) AS next_day FROM cut
)
SELECT s.organization_id, p.day, COALESCE(p.next_day, s.valid_to) AS valid_to, s.kind, s.domain,
 s.has_committee,
 EXISTS (SELECT 1 FROM members_group g WHERE g.organization_id = s.organization_id
  AND g.valid_from <= p.day AND (g.valid_to IS NULL OR g.valid_to > p.day)) AS has_groups,
 s.is_temporary, s.is_joint, s.is_mobile, s.is_functional, s.may_approve_admissions
FROM piece p JOIN organizations_state s ON s.id = p.state_id) AS states"""

PERSONS = """
SELECT p.id, p.organization_id FROM members_person p
WHERE p.merged_into_id IS NULL AND [p.organization_id]"""

MEMBERSHIPS = """
SELECT s.id, s.person_id, s.organization_id, s.group_id, s.status, s.is_belonging, s.valid_from, s.valid_to
FROM members_spell s
WHERE (s.valid_to IS NULL OR s.valid_to > s.valid_from) AND [s.organization_id|s.person_id]"""

OFFICES = """
SELECT f.id, f.organization_id, f.person_id, f.term_id, f.group_id, f.role, f.obtained_by,
 f.valid_from, f.valid_to
FROM members_office f
WHERE (f.valid_to IS NULL OR f.valid_to > f.valid_from) AND [f.organization_id|f.person_id]"""

_STEP = """
SELECT {process}, '{kind}', 'person', {person}, {org}, '{step}', {date}, {precision}
FROM {source} WHERE {date} IS NOT NULL AND {where} AND [{org}]"""


def _office_step(step: str, date: str, precision: str) -> str:
    return _STEP.format(
        process="f.id",
        kind="office_secretary",
        person="f.person_id",
        org="f.organization_id",
        step=step,
        date=date,
        precision=precision,
        source="members_office f JOIN members_person p ON p.id = f.person_id "
        "JOIN organizations_organization o ON o.id = f.organization_id",
        where="f.role = 'secretary' AND o.kind = 'branch'",
    )


def _person_step(step: str, column: str) -> str:
    return _STEP.format(
        process="p.id",
        kind="membership",
        person="p.id",
        org="p.organization_id",
        step=step,
        date="p.{column}_date".format(column=column),
        precision="p.{column}_precision".format(column=column),
        source="members_person p",
        where="p.merged_into_id IS NULL",
    )


def _change_step(process: str, step: str, date: str, kinds: str, extra: str = "1 = 1") -> str:
    return _STEP.format(
        process="c.id",
        kind=process,
        person="c.person_id",
        org="c.organization_id",
        step=step,
        date=date,
        precision="c.precision" if date == "c.date" else "'day'",
        source="members_status_change c",
        where="c.annulled_at IS NULL AND c.kind IN ({kinds}) AND {extra}".format(kinds=kinds, extra=extra),
    )


_FIRST_AFTER = """(SELECT MIN(n.date) FROM members_status_change n WHERE n.person_id = c.person_id
 AND n.annulled_at IS NULL AND n.kind IN ({kinds}) AND n.date >= c.date AND NOT EXISTS
 (SELECT 1 FROM members_status_change l WHERE l.person_id = c.person_id AND l.kind = 'lost'
 AND l.annulled_at IS NULL AND l.date > c.date AND l.date <= n.date))"""


def _after_loss(step: str, kinds: str) -> str:
    """The first change of some kinds after a loss, and before another loss of the same person."""
    first = _FIRST_AFTER.format(kinds=kinds)
    return _change_step("lost_contact", step, first, "'lost'")


_AFTER_EXTENSION = """(SELECT MIN(n.date) FROM members_status_change n WHERE n.person_id = c.person_id
 AND n.annulled_at IS NULL AND n.kind = 'confirm' AND n.date >= c.date)"""
_ENDED = "'withdraw', 'remove', 'persuade'"
_IN_FORCE = "CASE WHEN c.approved_date > c.date THEN c.approved_date ELSE c.date END"


def _decision_steps(process: str) -> tuple[str, ...]:
    """A decision that a superior has to approve, and the day from which it counts."""
    kinds = ", ".join("'{kind}'".format(kind=kind) for kind, own in PROCESS_OF.items() if own == process)
    return (
        _change_step(process, "decided", "COALESCE(c.decision_date, c.date)", kinds),
        _change_step(process, "approved", "c.approved_date", kinds),
        _change_step(process, "took_effect", _IN_FORCE, kinds),
    )


STEPS = "\nUNION ALL".join(
    (
        _office_step("full_member_since", "p.full_date", "p.full_precision"),
        _office_step("took_office", "f.valid_from", "'day'"),
        _person_step("applied", "applied"),
        _person_step("admitted", "joined"),
        _person_step("full", "full"),
        _change_step("probation_extension", "begins", "COALESCE(c.from_date, c.date)", "'extend'"),
        _change_step("probation_extension", "ends", "c.until_date", "'extend'"),
        _change_step("probation_extension", "confirmed", _AFTER_EXTENSION, "'extend'"),
        *_decision_steps("admission"),
        *_decision_steps("probation_decision"),
        *_decision_steps("sanction"),
        _change_step("party_probation", "begins", "c.date", "'observe'"),
        _change_step("party_probation", "ends", "c.until_date", "'observe'"),
        _change_step(
            "ending",
            "meeting_passed",
            "COALESCE(c.decision_date, c.date)",
            _ENDED,
            "c.body = 'general_membership_meeting'",
        ),
        _change_step("ending", "approved", "c.approved_date", _ENDED),
        _change_step("ending", "filed", "c.filed_date", _ENDED),
        _change_step("ending", "struck_off", _IN_FORCE, "'remove', 'persuade'"),
        _change_step("ending", "withdrawn", "c.date", "'withdraw'"),
        _change_step("lost_contact", "last_contact", "c.date", "'lost'"),
        _after_loss("searched", "'searched'"),
        _after_loss("suspended", "'suspend'"),
        _after_loss("struck_off", "'remove'"),
        _after_loss("restored", "'found', 'restore'"),
    )
)

_COMMITTEE = (
    "'secretary', 'deputy_secretary', 'organization_member', 'publicity_member',"
    " 'discipline_member', 'committee_member'"
)
_ROLE_KEYS = (
    "CASE f.role WHEN 'secretary' THEN 'secretaries' WHEN 'deputy_secretary' THEN 'deputy_secretaries'"
    " WHEN 'organization_member' THEN 'organization_members' WHEN 'publicity_member' THEN 'publicity_members'"
    " WHEN 'discipline_member' THEN 'discipline_members' ELSE 'organizers' END"
)
_COUNTED_ROLES = (
    "'secretary', 'deputy_secretary', 'organization_member', 'publicity_member',"
    " 'discipline_member', 'organizer'"
)


_EDGES = """SELECT {columns}, {p}.valid_from AS day, 1 AS n FROM {source} WHERE {where}
 AND ({p}.valid_to IS NULL OR {p}.valid_to > {p}.valid_from)
 UNION ALL SELECT {columns}, {p}.valid_to, -1 FROM {source} WHERE {where} AND {p}.valid_to > {p}.valid_from"""


def _edges(columns: str, source: str, prefix: str, where: str) -> str:
    """Plus one on a spell's first day, minus one on the first day after it."""
    return _EDGES.format(columns=columns, source=source, p=prefix, where=where)


def _held(key: str, where: str) -> str:
    """One row a person and day with how many such offices begin or end."""
    return _edges(
        "f.organization_id AS org_id, '{key}' AS key, f.person_id AS person_id".format(key=key),
        "members_office f",
        "f",
        "{where} AND [f.organization_id]".format(where=where),
    )


# Persons, not offices, are counted: somebody with two seats of the committee is one.
_BY_PERSON_OF = """
SELECT kind, org_id AS subject_id, org_id, key, day, level - COALESCE(before, 0) AS n FROM (
 SELECT 'organization' AS kind, org_id, key, day, level,
  LAG(level) OVER (PARTITION BY org_id, key, person_id ORDER BY day) AS before FROM (
  SELECT org_id, key, person_id, day,
   CASE WHEN SUM(SUM(n)) OVER (PARTITION BY org_id, key, person_id ORDER BY day) > 0 THEN 1 ELSE 0 END
 AS level
  FROM ({held}) AS held GROUP BY org_id, key, person_id, day) AS levels) AS steps
"""
_BY_PERSON = _BY_PERSON_OF.format(
    held="\n UNION ALL ".join(
        (
            _held("committee_members", "f.role IN ({roles})".format(roles=_COMMITTEE)),
            _held(
                "elected_officers",
                "f.role IN ({roles}) AND f.obtained_by = 'elected'".format(roles=_COMMITTEE),
            ),
        )
    )
)

_SPELLS = "members_spell s"
_ORG = "'organization' AS kind, s.organization_id AS subject_id, s.organization_id AS org_id, '{key}' AS key"
_GROUP = "'group' AS kind, s.group_id AS subject_id, s.organization_id AS org_id, '{key}' AS key"
_FORMAL = "s.is_belonging AND s.status IN ('full', 'probationary') AND [s.organization_id]"
_FULL = "s.is_belonging AND s.status = 'full' AND [s.organization_id]"
_LED = "f.role = 'group_leader' AND f.group_id IS NOT NULL AND [f.organization_id]"

_DELTAS = "\n UNION ALL ".join(
    (
        _edges(_ORG.format(key="all_members"), _SPELLS, "s", _FORMAL),
        _edges(_ORG.format(key="full_members"), _SPELLS, "s", _FULL),
        _edges(_GROUP.format(key="group_members"), _SPELLS, "s", _FORMAL + " AND s.group_id IS NOT NULL"),
        _edges(_GROUP.format(key="group_full_members"), _SPELLS, "s", _FULL + " AND s.group_id IS NOT NULL"),
        _edges(
            "'group', f.group_id, f.organization_id, 'group_leaders'",
            "members_office f",
            "f",
            _LED,
        ),
        _edges(
            "'organization', f.organization_id, f.organization_id, " + _ROLE_KEYS,
            "members_office f",
            "f",
            "f.role IN ({roles}) AND [f.organization_id]".format(roles=_COUNTED_ROLES),
        ),
        _BY_PERSON,
    )
)

MEASURES = """
SELECT * FROM (WITH delta AS ({deltas}), daily AS (
 SELECT kind, subject_id, org_id, key, day, SUM(n) AS n FROM delta
 GROUP BY kind, subject_id, org_id, key, day HAVING SUM(n) <> 0
), running AS (
 SELECT kind, subject_id, org_id, key, day,
  LEAD(day) OVER (PARTITION BY kind, subject_id, key ORDER BY day) AS next_day,
  CAST(SUM(n) OVER (PARTITION BY kind, subject_id, key ORDER BY day) AS bigint) AS value
 FROM daily
)
SELECT kind, subject_id, org_id, key, day, next_day, value FROM running WHERE value > 0) AS counts
UNION ALL
SELECT 'person', s.person_id, s.organization_id, 'has_branch', s.valid_from, s.valid_to,
 CAST(CASE WHEN o.kind = 'branch' THEN 1 ELSE 0 END AS bigint)
FROM members_spell s JOIN organizations_organization o ON o.id = s.organization_id
WHERE s.is_belonging AND (s.valid_to IS NULL OR s.valid_to > s.valid_from) AND [s.organization_id|s.person_id]
UNION ALL
SELECT 'process', p.id, p.organization_id, 'of_age_at_application', p.applied_date, CAST(NULL AS date),
 CAST(CASE WHEN p.is_of_age_at_application THEN 1 ELSE 0 END AS bigint)
FROM members_person p
WHERE p.applied_date IS NOT NULL AND p.is_of_age_at_application IS NOT NULL
 AND p.merged_into_id IS NULL AND [p.organization_id]""".replace("{deltas}", _DELTAS)

# The last digit of an act's number says whose it is: 1 changes of persons.
ACTS = """
SELECT c.id * 10 + 1,
 CASE c.kind {cases} END,
 c.organization_id, COALESCE(c.decision_date, c.date), c.precision, c.body,
 CASE WHEN c.body = 'superior_committee' THEN '' ELSE o.kind END, 'person', c.person_id
FROM members_status_change c JOIN organizations_organization o ON o.id = c.organization_id
WHERE c.annulled_at IS NULL AND c.kind IN ({kinds}) AND [c.organization_id]""".format(
    cases=" ".join("WHEN '{kind}' THEN '{act}'".format(kind=kind, act=act) for kind, act in ACT_OF.items()),
    kinds=", ".join("'{kind}'".format(kind=kind) for kind in ACT_OF),
)

WAIVERS = """
SELECT e.id * 10 + 3, e.organization_id, e.person_id, e.kind, '', e.circumstance, e.valid_from, e.valid_to,
 e.superior_approved_date, e.meeting_passed_date
FROM members_exemption e
WHERE e.kind = 'exempt_from_activities' AND [e.organization_id]"""

_MEASURE_WORDS = (
    "full_members all_members committee_members secretaries deputy_secretaries organization_members"
    " publicity_members discipline_members elected_officers organizers group_members group_full_members"
    " group_leaders has_branch of_age_at_application"
)
_STEP_WORDS = (
    "office_secretary.full_member_since office_secretary.took_office membership.applied membership.admitted"
    " membership.full probation_extension.begins probation_extension.ends probation_extension.confirmed"
    " admission.decided admission.approved admission.took_effect probation_decision.decided"
    " probation_decision.approved probation_decision.took_effect sanction.decided sanction.approved"
    " sanction.took_effect party_probation.begins party_probation.ends ending.meeting_passed"
    " ending.approved ending.filed ending.struck_off ending.withdrawn lost_contact.last_contact"
    " lost_contact.searched lost_contact.suspended lost_contact.struck_off lost_contact.restored"
)
_ACT_WORDS = (
    "admit_probationary grant_full extend_probation annul_probation strike_off strike_off_at_request"
    " persuade_to_leave impose_sanction suspend_membership"
)
_ROLE_WORDS = (
    "secretary deputy_secretary organization_member publicity_member discipline_member committee_member"
    " group_leader organizer"
)


def register_facts() -> None:
    """Show this module's rows to the rulebook; called once at start-up."""
    for table, row, sql, provides in (
        ("org_states", OrgState, ORG_STATES, ()),
        ("persons", Person, PERSONS, ()),
        ("memberships", Membership, MEMBERSHIPS, _keys("status", "full probationary suspended")),
        ("offices", Office, OFFICES, _keys("role", _ROLE_WORDS)),
        ("steps", Step, STEPS, _keys("step", _STEP_WORDS)),
        ("measures", Measure, MEASURES, _keys("measure", _MEASURE_WORDS)),
        ("acts", Act, ACTS, _keys("act", _ACT_WORDS)),
        ("waivers", Waiver, WAIVERS, ("waiver:exempt_from_activities",)),
    ):
        registry.register(provide(table=table, module=MODULE, row=row, sql=sql, provides=provides))


def _keys(kind: str, words: str) -> tuple[str, ...]:
    return tuple("{kind}:{word}".format(kind=kind, word=word) for word in words.split())
