"""Gaps in organisational life: meetings not held, late, short of quorum, or held by the wrong person."""

from __future__ import annotations

from datetime import date

from zhibu.cli.demo.manifest import Finding
from zhibu.cli.demo.planner.site import Plant, Site, Span, day_before
from zhibu.cli.demo.records import Item, Meeting, Office, Vote
from zhibu.common.dates import add_months


def _missing(duty: str, kind: str, months: int, lag: int = 0, level: str = "") -> Plant:
    def plant(site: Site) -> list[Finding]:
        span = site.pick_span(months, lag=lag)
        for meeting in site.held(kind, span):
            if not level or meeting.level == level:
                site.strip(meeting, kind)
        return [site.finding(duty, period=span.key)]

    return plant


def _last_day(duty: str, kind: str, months: int, lag: int = 0, level: str = "") -> Plant:
    def plant(site: Site) -> list[Finding]:
        span = site.pick_span(months, lag=lag)
        last = day_before(add_months(span.end, lag))
        for meeting in site.held(kind, span):
            if not level or meeting.level == level:
                _postpone(site, meeting, kind, last, span)
        return _fourth_quarter(site, last) if kind == "organizational_life_meeting" and lag else []

    return plant


def _postpone(site: Site, meeting: Meeting, kind: str, day: date, span: Span) -> None:
    """The same meeting on another day, for the year it belongs to; its other kinds stay where they are."""
    made = site.add(meeting, day)
    made.kind, made.also, made.year_label = kind, [], span.start.year
    made.title = meeting.title
    made.items, meeting.items = meeting.items, []
    site.strip(meeting, kind)


def _fourth_quarter(site: Site, day: date) -> list[Finding]:
    return [site.finding("life_meeting_fourth_quarter", kind="event", period=day.isoformat())]


def _out_of_season(site: Site) -> list[Finding]:
    """The life meeting of a year held in the third quarter."""
    span = site.pick_span(12, lag=3)
    day = date(span.start.year, 9, site.source.random.randint(3, 26))
    _postpone(
        site, site.held("organizational_life_meeting", span)[0], "organizational_life_meeting", day, span
    )
    return _fourth_quarter(site, day)


def _first_day_of_season(site: Site) -> list[Finding]:
    span = site.pick_span(12, lag=3)
    meeting = site.held("organizational_life_meeting", span)[0]
    _postpone(site, meeting, "organizational_life_meeting", date(span.start.year, 10, 1), span)
    return []


def _group_missing(site: Site) -> list[Finding]:
    span, group = site.pick_span(1), site.source.pick(site.org.groups)
    for meeting in site.held("party_group_meeting", span):
        if meeting.group is group:
            site.org.meetings.remove(meeting)
    return [site.finding("group_monthly", kind="group", subject=group.public_id, period=span.key)]


def _group_last_day(site: Site) -> list[Finding]:
    span, group = site.pick_span(1), site.source.pick(site.org.groups)
    for meeting in site.held("party_group_meeting", span):
        if meeting.group is group:
            meeting.date = day_before(span.end)
    return []


def _sitting(site: Site) -> Meeting:
    """A members' meeting that is over and in which something is put to the vote."""
    meetings = [m for m in site.org.meetings if m.kind == "general_membership_meeting" and len(m.items) == 2]
    meeting = site.source.pick(meetings)
    meeting.items[1] = Item(
        "表决年度为民办实事项目", "other", "与会党员充分讨论。", Vote("hands", 0, 0, 0, 0, 0)
    )
    meeting.items[0].vote = None
    return meeting


def seat_voters(meeting: Meeting, present: int, yes: int) -> None:
    """So many of those entitled are present and vote for it; all others of them are on leave."""
    vote = next(item.vote for item in meeting.items if item.vote)
    everybody = [person for person in meeting.org.members if person is not meeting.host]
    meeting.marks = dict.fromkeys(everybody[: meeting.expected_voting - present], "leave")
    meeting.present, meeting.present_voting = meeting.expected - len(meeting.marks), present
    vote.expected, vote.present, vote.yes, vote.no, vote.abstain = (
        meeting.expected_voting,
        present,
        yes,
        present - yes,
        0,
    )


def _short_of_quorum(site: Site) -> list[Finding]:
    meeting = _sitting(site)
    present = (meeting.expected_voting + 1) // 2 - 1
    seat_voters(meeting, present, present)
    _vote_of(meeting).is_passed = False
    return [site.finding("meeting_quorum", kind="event", period=meeting.date.isoformat())]


def _exact_quorum(site: Site) -> list[Finding]:
    meeting = _sitting(site)
    seat_voters(meeting, (meeting.expected_voting + 1) // 2, 3)
    _vote_of(meeting).is_passed = False
    return []


def _void(site: Site) -> list[Finding]:
    """Too few came, the meeting says so itself, and another one is held on the last day of the quarter."""
    span = site.pick_span(3)
    meeting = site.held("general_membership_meeting", span)[0]
    meeting.items = [Item("表决年度为民办实事项目", "other", "", Vote("hands", 0, 0, 0, 0, 0))]
    again = site.add(meeting, day_before(span.end))
    again.expected, again.expected_voting = meeting.expected, meeting.expected_voting
    again.marks, again.present, again.present_voting = {}, meeting.expected, meeting.expected_voting
    seat_voters(meeting, meeting.expected_voting // 2 - 2, 4)
    _vote_of(meeting).is_passed = _vote_of(meeting).is_valid = meeting.is_valid = False
    meeting.invalid_reason = "到会有表决权党员不足半数，表决无效"
    return []


def _half_is_no_majority(site: Site) -> list[Finding]:
    meeting = _sitting(site)
    seat_voters(meeting, meeting.expected_voting - 2, meeting.expected_voting // 2)
    return [site.finding("meeting_majority", kind="act", period=meeting.date.isoformat())]


def _bare_majority(site: Site) -> list[Finding]:
    meeting = _sitting(site)
    seat_voters(meeting, meeting.expected_voting - 2, meeting.expected_voting // 2 + 1)
    return []


def _vote_of(meeting: Meeting) -> Vote:
    return next(item.vote for item in meeting.items if item.vote)


def _committee_meeting(site: Site, present: int) -> Meeting:
    meeting = site.source.pick([m for m in site.org.meetings if m.kind == "branch_committee_meeting"])
    away = [office.person for office in site.officers() if office.person is not meeting.host]
    meeting.marks = dict.fromkeys(list(dict.fromkeys(away))[: meeting.expected - present], "leave")
    meeting.present = meeting.present_voting = present
    return meeting


def _committee_short(site: Site) -> list[Finding]:
    meeting = _committee_meeting(site, 2)
    return [site.finding("committee_quorum", kind="event", period=meeting.date.isoformat())]


def _committee_half(site: Site) -> list[Finding]:
    _committee_meeting(site, 2)
    return []


def _election_short(site: Site) -> list[Finding]:
    meeting = next(m for m in site.org.meetings if m.items and m.items[0].matter == "elect_committee")
    present = (meeting.expected_voting * 4 + 4) // 5 - 1
    seat_voters(meeting, present, present)
    return [site.finding("election_quorum", kind="event", period=meeting.date.isoformat())]


def _election_exact(site: Site) -> list[Finding]:
    meeting = next(m for m in site.org.meetings if m.items and m.items[0].matter == "elect_committee")
    present = meeting.expected_voting * 4 // 5
    seat_voters(meeting, present, present)
    return []


def _election_by_hands(site: Site) -> list[Finding]:
    meeting = next(m for m in site.org.meetings if m.items and m.items[0].matter == "elect_committee")
    vote = meeting.items[0].vote
    assert vote is not None
    vote.method = "hands"
    return [site.finding("secret_ballot", kind="event", period=meeting.date.isoformat())]


def _wrong_host(site: Site) -> list[Finding]:
    kinds = ("general_membership_meeting", "branch_committee_meeting")
    meeting = site.source.pick([m for m in site.org.meetings if m.kind in kinds])
    meeting.host = next(site.ordinary())
    meeting.marks.pop(meeting.host, None)
    return [site.finding("meeting_host", kind="act", period=meeting.date.isoformat())]


def _delegated_host(site: Site) -> list[Finding]:
    meeting = site.source.pick([m for m in site.org.meetings if m.kind == "general_membership_meeting"])
    meeting.host = site.officers("discipline_member")[0].person
    meeting.delegation = "书记因公外出，委托主持"
    meeting.marks.pop(meeting.host, None)
    return []


def _wrong_group_host(site: Site) -> list[Finding]:
    meeting = site.source.pick([m for m in site.org.meetings if m.kind == "party_group_meeting"])
    assert meeting.group is not None
    meeting.host = next(p for p in meeting.group.members if p is not meeting.group.leader)
    meeting.marks.pop(meeting.host, None)
    return [site.finding("group_host", kind="act", period=meeting.date.isoformat())]


def _new_group_leader(site: Site) -> list[Finding]:
    """The group got another leader, who presides from the very day on."""
    group = site.source.pick(site.org.groups)
    day = site.pick_span(1).start
    old = next(office for office in site.org.offices if office.group is group)
    successor = next(p for p in group.members if p is not group.leader)
    old.valid_to = day
    site.org.offices.append(
        Office(successor, site.org, None, group, "group_leader", "appointed", day, None, None, 20)
    )
    group.leader = successor
    for meeting in site.org.meetings:
        if meeting.group is group and meeting.date >= day:
            meeting.host = successor
    return []


def _uninvited(site: Site) -> list[Finding]:
    """A member on probation was counted among those who voted."""
    meeting = _sitting(site)
    seat_voters(meeting, meeting.expected_voting - 2, meeting.expected_voting - 3)
    _vote_of(meeting).ineligible = 1
    return [site.finding("only_entitled_vote", kind="event", period=meeting.date.isoformat())]


def _guests(site: Site) -> list[Finding]:
    """Members on probation sat in the meeting, and none of them voted."""
    meeting = _sitting(site)
    seat_voters(meeting, meeting.expected_voting - 2, meeting.expected_voting - 2)
    return []


def _lacking(kind: str, duty: str, step: str) -> Plant:
    def plant(site: Site) -> list[Finding]:
        span = site.pick_span(12, lag=3)
        meeting = site.held(kind, span)[0]
        meeting.lacks = step
        return [site.finding(duty)]

    return plant


def _nothing(site: Site) -> list[Finding]:
    """The branch as it is keeps the limit."""
    return []


LIFE = "organizational_life_meeting"
GENERAL, DAY = "general_membership_meeting", "themed_party_day"
PLANTS: dict[str, Plant] = {
    "missing quarterly_meeting": _missing("quarterly_meeting", GENERAL, 3),
    "last day quarterly_meeting": _last_day("quarterly_meeting", GENERAL, 3),
    "missing committee_monthly": _missing("committee_monthly", "branch_committee_meeting", 1),
    "last day committee_monthly": _last_day("committee_monthly", "branch_committee_meeting", 1),
    "missing party_day_monthly": _missing("party_day_monthly", DAY, 1),
    "last day party_day_monthly": _last_day("party_day_monthly", DAY, 1),
    "missing lecture_quarterly": _missing("lecture_quarterly", "party_lecture", 3),
    "last day lecture_quarterly": _last_day("lecture_quarterly", "party_lecture", 3),
    "missing life_meeting_yearly": _missing("life_meeting_yearly", "organizational_life_meeting", 12, 3),
    "last day life_meeting_yearly": _last_day("life_meeting_yearly", "organizational_life_meeting", 12),
    "life meeting in autumn": _out_of_season,
    "life meeting on 1 October": _first_day_of_season,
    "missing appraisal_yearly": _missing("appraisal_yearly", "democratic_appraisal", 12, 3),
    "last day appraisal_yearly": _last_day("appraisal_yearly", "democratic_appraisal", 12, 3),
    "missing report_to_branch": _missing("report_to_branch", "secretary_report", 12, 3, "branch"),
    "last day report_to_branch": _last_day("report_to_branch", "secretary_report", 12, 3, "branch"),
    "missing report_to_superior": _missing("report_to_superior", "secretary_report", 12, 3, "township"),
    "last day report_to_superior": _last_day("report_to_superior", "secretary_report", 12, 3, "township"),
    "missing group meeting": _group_missing,
    "late group meeting": _group_last_day,
    "short of quorum": _short_of_quorum,
    "exact half": _exact_quorum,
    "void vote": _void,
    "half in favour": _half_is_no_majority,
    "one more than half": _bare_majority,
    "committee short": _committee_short,
    "committee half": _committee_half,
    "election short": _election_short,
    "election exact": _election_exact,
    "election by hands": _election_by_hands,
    "election by ballot": _nothing,
    "vote of somebody on probation": _uninvited,
    "people on probation as listeners": _guests,
    "without opinions_sought": _lacking(
        "organizational_life_meeting", "life_meeting_prepared", "opinions_sought"
    ),
    "complete life_meeting_prepared": _nothing,
    "without assessed": _lacking("democratic_appraisal", "appraisal_complete", "assessed"),
    "complete appraisal_complete": _nothing,
    "wrong host": _wrong_host,
    "delegated host": _delegated_host,
    "group led by another": _wrong_group_host,
    "group led by its leader": _new_group_leader,
}
