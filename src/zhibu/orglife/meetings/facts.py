"""Meetings as the rulebook's facts. A meeting is one event for each kind it counts as; only filed ones count.

The numbers: an event is ``meeting * 16 + KIND_NUMBERS[kind]``; an act ends in 4 (a vote, by its item) or 5
(who presided, by the meeting). Persons who stay away for long are found in the marks themselves.
"""

from __future__ import annotations

from dataclasses import replace

from zhibu.orglife.meetings.models import KIND_NUMBERS, Matter, MeetingKind
from zhibu.roster.organizations.facts import provide
from zhibu.rulebook.registry import registry
from zhibu.rulebook.schema import Act, Event, Measure, Participation, Step, Waiver

MODULE = "orglife.meetings"
_ELECTIONS = "('{a}', '{b}')".format(a=Matter.ELECT_COMMITTEE, b=Matter.ELECT_DELEGATES)
_OPINIONS_COUNT = "('{a}', '{b}')".format(a=Matter.ADMIT, b=Matter.FULL)
_SHOWN = [kind for kind in MeetingKind.values if kind != MeetingKind.OTHER]

_OTHER_KINDS = " UNION ALL ".join(
    "SELECT '{kind}' AS kind, {number} AS number".format(kind=kind, number=KIND_NUMBERS[kind])
    for kind in _SHOWN
)
_OWN_NUMBER = "CASE m.kind {cases} END".format(
    cases=" ".join("WHEN '{kind}' THEN {n}".format(kind=kind, n=KIND_NUMBERS[kind]) for kind in _SHOWN)
)
# In bulk every filed meeting; for one branch its own, and those of others on whose list its persons stand.
_ALL_MEETINGS = "1 = 1"
_MEETINGS_OF_BRANCH = """m.id IN (SELECT x.id FROM meetings_meeting x WHERE [x.organization_id]
 UNION SELECT a.meeting_id FROM meetings_attendance a JOIN members_person p ON p.id = a.person_id
 WHERE [p.organization_id])"""


def _by_kind(select: str, where: str) -> str:
    """A SELECT once for the meeting's own kind and once for each kind it counts as besides.

    An empty JSON list is two characters long: its brackets cannot stand here, they mark restrictions.
    """
    own = select.format(
        event="m.id * 16 + {number}".format(number=_OWN_NUMBER), kind="m.kind", source="meetings_meeting m"
    )
    besides = select.format(
        event="m.id * 16 + k.number",
        kind="k.kind",
        source="""meetings_meeting m JOIN ({kinds}) k ON length(CAST(m.also_counts_as AS text)) > 2
 AND CAST(m.also_counts_as AS text) LIKE '%"' || k.kind || '"%'""".format(kinds=_OTHER_KINDS),
    )
    first = own.replace("WHERE", "WHERE m.kind <> 'other_activity' AND", 1)
    return "{own}\nUNION ALL{besides}".format(own=first, besides=besides).replace("(where)", where)


def _is(kind: str) -> str:
    """Whether a meeting counts as a kind."""
    return """(m.kind = '{kind}' OR CAST(m.also_counts_as AS text) LIKE '%"{kind}"%')""".format(kind=kind)


def _event_of(kind: str) -> str:
    return "m.id * 16 + {number}".format(number=KIND_NUMBERS[kind])


_AUDIENCE = """CASE WHEN m.basis = 'listed' THEN 'listed' WHEN m.kind = 'branch_committee_meeting'
 THEN 'committee'
 WHEN m.kind = 'party_group_meeting' THEN 'group' ELSE 'members' END"""

_EVENTS = """
SELECT {event}, m.organization_id, m.group_id, {kind}, m.date, 'day', m.year_label, m.minutes_length,
 (audience), CASE WHEN m.basis = 'listed' THEN 'listed' ELSE 'expected' END, m.level,
 COALESCE(m.lecturer_id, m.host_id), m.is_valid
FROM {source} WHERE m.state = 'completed' AND (where)"""

_PARTICIPATIONS = """
SELECT {event}, a.person_id, COALESCE(u.way, a.mark), CAST(NULL AS bigint)
FROM {source} JOIN meetings_attendance a ON a.meeting_id = m.id
LEFT JOIN meetings_make_up u ON u.meeting_id = a.meeting_id AND u.person_id = a.person_id
WHERE m.state = 'completed' AND (where)"""

# Somebody not held to activities may be taught at home without having been marked away.
_TAUGHT_UNMARKED = """
SELECT {event}, u.person_id, u.way, CAST(NULL AS bigint)
FROM {source} JOIN meetings_make_up u ON u.meeting_id = m.id
LEFT JOIN meetings_attendance a ON a.meeting_id = u.meeting_id AND a.person_id = u.person_id
WHERE m.state = 'completed' AND a.id IS NULL AND (where)"""


def _events(where: str) -> str:
    return _by_kind(_EVENTS.replace("(audience)", _AUDIENCE), where)


def _participations(where: str) -> str:
    return "{marked}\nUNION ALL{taught}".format(
        marked=_by_kind(_PARTICIPATIONS, where), taught=_by_kind(_TAUGHT_UNMARKED, where)
    )


_VOTES = """(SELECT i.meeting_id, MIN(v.present_voting) AS present, MAX(v.expected_voting) AS expected,
 SUM(v.ineligible_voters) AS ineligible,
 SUM(CASE WHEN v.method = 'secret' THEN 0 ELSE 1 END) AS openly, i.matter IN {elections} AS is_election
 FROM meetings_vote v JOIN meetings_agenda_item i ON i.id = v.item_id
 JOIN meetings_meeting m ON m.id = i.meeting_id
 WHERE v.is_valid AND m.state = 'completed' AND [m.organization_id]
 GROUP BY i.meeting_id, i.matter IN {elections})""".format(elections=_ELECTIONS)  # noqa: S608


def _event_measure(key: str, kind: str, value: str, source: str, where: str) -> str:
    return """
SELECT 'event', {event}, m.organization_id, '{key}', m.date, <<m.date>>, CAST({value} AS bigint)
FROM {source} WHERE {where} AND {counts} AND m.state = 'completed' AND [m.organization_id]""".format(
        event=_event_of(kind), key=key, value=value, source=source, where=where, counts=_is(kind)
    )


_WITH_VOTES = "{votes} t JOIN meetings_meeting m ON m.id = t.meeting_id".format(votes=_VOTES)
_WITH_INELIGIBLE = """(SELECT meeting_id, SUM(ineligible) AS n FROM {votes} w GROUP BY meeting_id) t
 JOIN meetings_meeting m ON m.id = t.meeting_id""".format(votes=_VOTES)  # noqa: S608 - our own words
_GENERAL, _COMMITTEE, _LIFE = MeetingKind.GENERAL, MeetingKind.COMMITTEE, MeetingKind.LIFE
_COUNTED = "m.present_count IS NOT NULL AND m.expected_count IS NOT NULL"
_MEETING = "meetings_meeting m"
_MONTH = "CAST(substr(CAST(m.date AS text), 6, 2) AS integer)"
_YEAR = "CAST(substr(CAST(m.date AS text), 1, 4) AS integer)"
_QUARTER = "({year} - m.year_label) * 4 + ({month} + 2) / 3".format(year=_YEAR, month=_MONTH)
_MEASURES_OF_EVENTS = "\nUNION ALL".join(
    (
        _event_measure("voters_present", _GENERAL, "t.present", _WITH_VOTES, "NOT t.is_election"),
        _event_measure("voters_expected", _GENERAL, "t.expected", _WITH_VOTES, "NOT t.is_election"),
        _event_measure("electors_present", _GENERAL, "t.present", _WITH_VOTES, "t.is_election"),
        _event_measure("electors_expected", _GENERAL, "t.expected", _WITH_VOTES, "t.is_election"),
        _event_measure("open_elections", _GENERAL, "t.openly", _WITH_VOTES, "t.is_election"),
        _event_measure("ineligible_voters", _GENERAL, "t.n", _WITH_INELIGIBLE, "1 = 1"),
        _event_measure("ineligible_voters", _COMMITTEE, "t.n", _WITH_INELIGIBLE, "1 = 1"),
        _event_measure("committee_present", _COMMITTEE, "m.present_count", _MEETING, _COUNTED),
        _event_measure("committee_expected", _COMMITTEE, "m.expected_count", _MEETING, _COUNTED),
        _event_measure("label_quarter", _LIFE, _QUARTER, _MEETING, "1 = 1"),
    )
)


def _vote_measure(key: str, value: str) -> str:
    return """
SELECT 'act', v.item_id * 10 + 4, m.organization_id, '{key}', m.date, <<m.date>>, CAST({value} AS bigint)
FROM meetings_vote v JOIN meetings_agenda_item i ON i.id = v.item_id JOIN meetings_meeting m ON
 m.id = i.meeting_id
WHERE v.is_valid AND i.matter NOT IN {elections} AND m.state = 'completed' AND [m.organization_id]""".format(
        key=key, value=value, elections=_ELECTIONS
    )


_VOTES_FOR = "v.yes + CASE WHEN i.matter IN {matters} THEN v.written_yes ELSE 0 END".format(
    matters=_OPINIONS_COUNT
)
MEASURES = "\nUNION ALL".join(
    (
        _MEASURES_OF_EVENTS,
        _vote_measure("votes_for", _VOTES_FOR),
        _vote_measure("voters_expected", "v.expected_voting"),
        _vote_measure("declared_passed", "CASE WHEN v.is_passed THEN 1 ELSE 0 END"),
    )
)

_IS_GENERAL = _is(MeetingKind.GENERAL)
_BODY = "CASE WHEN {general} THEN 'general_membership_meeting' ELSE m.kind END".format(general=_IS_GENERAL)
_HELD = "f.organization_id = m.organization_id AND f.person_id = m.host_id AND f.valid_from <= m.date"
_STILL = "(f.valid_to IS NULL OR f.valid_to > m.date)"
_OFFICE = """CASE (SELECT MIN(CASE f.role WHEN 'secretary' THEN 1 WHEN 'deputy_secretary' THEN 2 ELSE 3 END)
  FROM members_office f WHERE {held} AND {still} AND f.role IN ('secretary', 'deputy_secretary',
  'organization_member', 'publicity_member', 'discipline_member', 'committee_member'))
 WHEN 1 THEN 'secretary' WHEN 2 THEN 'deputy_secretary' WHEN 3 THEN 'committee_member' ELSE 'none'
  END""".format(held=_HELD, still=_STILL)  # noqa: S608
_LEADER = """CASE WHEN EXISTS (SELECT 1 FROM members_office f WHERE {held} AND {still}
 AND f.role = 'group_leader' AND f.group_id = m.group_id) THEN 'group_leader' ELSE 'none' END""".format(  # noqa: S608
    held=_HELD, still=_STILL
)
ACTS = """
SELECT v.item_id * 10 + 4, 'resolve', m.organization_id, m.date, 'day', {body}, o.kind, 'organization',
 m.organization_id
FROM meetings_vote v JOIN meetings_agenda_item i ON i.id = v.item_id JOIN meetings_meeting m ON
 m.id = i.meeting_id
JOIN organizations_organization o ON o.id = m.organization_id
WHERE v.is_valid AND i.matter NOT IN {elections} AND m.state = 'completed' AND [m.organization_id]
UNION ALL
SELECT m.id * 10 + 5, 'preside_meeting', m.organization_id, m.date, 'day', {office}, o.kind, 'organization',
 m.organization_id
FROM meetings_meeting m JOIN organizations_organization o ON o.id = m.organization_id
WHERE m.state = 'completed' AND m.host_id IS NOT NULL AND (m.kind = 'branch_committee_meeting' OR {general})
 AND [m.organization_id]
UNION ALL
SELECT m.id * 10 + 5, 'preside_group_meeting', m.organization_id, m.date, 'day', {leader}, o.kind,
 'group', m.group_id
FROM meetings_meeting m JOIN organizations_organization o ON o.id = m.organization_id
WHERE m.state = 'completed' AND m.host_id IS NOT NULL AND m.kind = 'party_group_meeting' AND
 [m.organization_id]
""".format(body=_BODY, office=_OFFICE, leader=_LEADER, general=_IS_GENERAL, elections=_ELECTIONS)

_STEPS_OF = {
    MeetingKind.LIFE: "('studied', 'talked', 'opinions_sought')",
    MeetingKind.APPRAISAL: "('self_review', 'mutual_review', 'assessed')",
}
_PROCESS = """
SELECT m.id, '{kind}', 'organization', m.organization_id, m.organization_id, {step}, {day}, 'day'
FROM meetings_meeting m {source} WHERE {where}{counts} AND m.state = 'completed' AND [m.organization_id]"""


def _process(kind: MeetingKind) -> str:
    """The steps of one process that a meeting is: held on its day, and what was done before or at it."""
    held = _PROCESS.format(kind=kind, step="'held'", day="m.date", source="", where="", counts=_is(kind))
    done = _PROCESS.format(
        kind=kind,
        step="s.step",
        day="s.done_date",
        source="JOIN meetings_step s ON s.meeting_id = m.id",
        where="s.step IN {steps} AND ".format(steps=_STEPS_OF[kind]),
        counts=_is(kind),
    )
    return "{held}\nUNION ALL{done}".format(held=held, done=done)


_OF_MEETINGS = "\nUNION ALL".join(_process(kind) for kind in _STEPS_OF)

# Until both approvals are there the person counts as expected (K-03): being left out begins with the later.
_LEFT_OUT_FROM = """CASE WHEN x.superior_approved_date IS NULL OR x.meeting_passed_date IS NULL
  OR (x.valid_from >= x.superior_approved_date AND x.valid_from >= x.meeting_passed_date) THEN x.valid_from
 WHEN x.superior_approved_date > x.meeting_passed_date THEN x.superior_approved_date
 ELSE x.meeting_passed_date END"""
_EXCLUSION = """
SELECT x.id, 'exclusion', 'person', x.person_id, x.organization_id, '{step}', x.{date}, 'day'
FROM members_exemption x WHERE x.kind = 'excluded_from_expected' AND x.{date} IS NOT NULL AND
 [x.organization_id]"""

# Islands: the meetings of all members are numbered, and so are the marks of one who was away; where both run
# alike, nothing was attended in between. Runs of less than five months are left out: nothing is
# owed for them.
_RUNS = """
SELECT * FROM (WITH sitting AS (
 SELECT m.id, m.organization_id, m.date,
  ROW_NUMBER() OVER (PARTITION BY m.organization_id ORDER BY m.date, m.id) AS n
 FROM meetings_meeting m WHERE m.state = 'completed' AND m.basis = 'expected'
  AND m.kind NOT IN ('branch_committee_meeting', 'party_group_meeting') AND [m.organization_id]
), away AS (
 SELECT a.id, a.person_id, s.organization_id, s.date, s.n,
  s.n - ROW_NUMBER() OVER (PARTITION BY a.person_id, s.organization_id ORDER BY s.n) AS island
 FROM meetings_attendance a JOIN sitting s ON s.id = a.meeting_id
 WHERE a.mark IN ('leave', 'absent') AND NOT EXISTS (SELECT 1 FROM meetings_make_up u
  WHERE u.meeting_id = a.meeting_id AND u.person_id = a.person_id)
), run AS (
 SELECT MIN(id) AS process_id, person_id, organization_id, MIN(n) - 1 AS before_n, MAX(n) + 1 AS after_n,
  MAX(date) AS last_missed FROM away GROUP BY person_id, organization_id, island HAVING COUNT(*) >= 3
), absence AS (
 SELECT r.process_id, r.person_id, r.organization_id, b.date AS last_attended, c.date AS attended_again,
  (SELECT MIN(h.handled_date) FROM meetings_absence_follow_up h WHERE h.person_id = r.person_id
   AND h.handled_date > b.date AND (c.date IS NULL OR h.handled_date <= c.date)) AS handled
 FROM run r JOIN sitting b ON b.organization_id = r.organization_id AND b.n = r.before_n
 LEFT JOIN sitting c ON c.organization_id = r.organization_id AND c.n = r.after_n
 WHERE EXISTS (SELECT 1 FROM members_spell p WHERE p.person_id = r.person_id
   AND p.organization_id = r.organization_id AND p.valid_from <= b.date
   AND (p.valid_to IS NULL OR p.valid_to > r.last_missed))
  AND CAST(substr(CAST(COALESCE(c.date, r.last_missed) AS text), 1, 4) AS integer) * 12
   + CAST(substr(CAST(COALESCE(c.date, r.last_missed) AS text), 6, 2) AS integer)
   - CAST(substr(CAST(b.date AS text), 1, 4) AS integer) * 12
   - CAST(substr(CAST(b.date AS text), 6, 2) AS integer) >= 4
)
SELECT process_id, 'absence' AS process_kind, 'person' AS subject_kind, person_id, organization_id,
 'last_attended' AS step_word, last_attended AS day, 'day' AS precision_word FROM absence
UNION ALL
SELECT process_id, 'absence', 'person', person_id, organization_id, 'handled', handled, 'day'
FROM absence WHERE handled IS NOT NULL
UNION ALL
SELECT process_id, 'absence', 'person', person_id, organization_id, 'attended_again', attended_again, 'day'
FROM absence WHERE attended_again IS NOT NULL) AS runs"""

STEPS = "\nUNION ALL".join(
    (
        _OF_MEETINGS,
        _EXCLUSION.replace("x.{date},", "{in_force},").format(
            step="applied", date="valid_from", in_force=_LEFT_OUT_FROM
        ),
        _EXCLUSION.format(step="superior_approved", date="superior_approved_date"),
        _EXCLUSION.format(step="meeting_passed", date="meeting_passed_date"),
        _RUNS,
    )
)

WAIVERS = """
SELECT x.id * 10 + 4, x.organization_id, x.person_id, x.kind, '', x.circumstance, x.valid_from, x.valid_to,
 x.superior_approved_date, x.meeting_passed_date
FROM members_exemption x WHERE x.kind = 'excluded_from_expected' AND [x.organization_id]"""

_MARK_WORDS = "absent present made_up served_at_home lecturer partner"
_MEASURE_WORDS = (
    "voters_present voters_expected ineligible_voters electors_present electors_expected open_elections"
    " committee_present committee_expected label_quarter votes_for declared_passed"
)
_STEP_WORDS = (
    "organizational_life_meeting.studied organizational_life_meeting.talked"
    " organizational_life_meeting.opinions_sought organizational_life_meeting.held"
    " democratic_appraisal.self_review democratic_appraisal.mutual_review democratic_appraisal.assessed"
    " democratic_appraisal.held exclusion.applied exclusion.superior_approved exclusion.meeting_passed"
    " absence.last_attended absence.handled absence.attended_again"
)


def register_facts() -> None:
    """Show this module's rows to the rulebook; called once at start-up."""
    for table, row, bulk, of_branch, provides in (
        (
            "events",
            Event,
            _events(_ALL_MEETINGS),
            _events(_MEETINGS_OF_BRANCH),
            _keys("event", " ".join(_SHOWN)),
        ),
        (
            "participations",
            Participation,
            _participations(_ALL_MEETINGS),
            _participations(_MEETINGS_OF_BRANCH),
            _keys("mark", _MARK_WORDS),
        ),
        ("measures", Measure, MEASURES, MEASURES, _keys("measure", _MEASURE_WORDS)),
        ("acts", Act, ACTS, ACTS, _keys("act", "resolve preside_meeting preside_group_meeting")),
        ("steps", Step, STEPS, STEPS, _keys("step", _STEP_WORDS)),
        ("waivers", Waiver, WAIVERS, WAIVERS, ("waiver:excluded_from_expected",)),
    ):
        shown = provide(table=table, module=MODULE, row=row, sql=bulk, provides=provides)
        one = provide(table=table, module=MODULE, row=row, sql=of_branch)
        registry.register(replace(shown, load=one.load))


def _keys(kind: str, words: str) -> tuple[str, ...]:
    return tuple("{kind}:{word}".format(kind=kind, word=word) for word in words.split())
