"""Recording a vote: the norm is asked before anything is written, and its answer is kept with the totals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command
from zhibu.orglife.meetings.commands.checks import allow_open, note
from zhibu.orglife.meetings.models import AgendaItem, Meeting, Vote
from zhibu.orglife.meetings.norms import Breach, Count, Ruling, rule, votes_at, voting_kind
from zhibu.orglife.meetings.queries.attendance import Roll, get_roll

_ARITHMETIC = frozenset({"meetings.too_many_votes", "meetings.too_many_written"})


@dataclass(frozen=True, slots=True)
class VoteTotals:
    """How many voted which way; nobody's own vote is ever kept. ``ineligible``: votes of those
    without one."""

    method: str
    yes: int
    no: int = 0
    abstain: int = 0
    written_yes: int = 0
    written_no: int = 0
    ineligible: int = 0


@command("meetings.vote")
def record_vote(
    *, actor: Actor, today: date, item: AgendaItem, totals: VoteTotals, as_invalid: bool = False
) -> Vote:
    """Record the totals of one vote, or correct them before the meeting is filed.

    On the day itself a vote that breaks a norm is refused with its clause. A record of a past day may be
    entered ``as_invalid``: then it is kept as void, never silently as valid. Wrong sums are always refused.
    """
    meeting = item.meeting
    allow_open(actor, meeting, today)
    return write_vote(actor=actor, today=today, item=item, totals=totals, as_invalid=as_invalid)


def write_vote(*, actor: Actor, today: date, item: AgendaItem, totals: VoteTotals, as_invalid: bool) -> Vote:
    """The part shared with corrections: norm, change and audit row, inside the caller's transaction."""
    meeting = item.meeting
    _refuse_time_and_place(meeting, today)
    count, ruling = judge_vote(item, totals)
    is_late = meeting.date < today
    _refuse(ruling.breaches, may_be_invalid=is_late and as_invalid, is_late=is_late)
    vote, _ = Vote.objects.update_or_create(
        item=item,
        defaults={
            "method": totals.method,
            "expected_voting": count.expected,
            "present_voting": count.present,
            "yes": totals.yes,
            "no": totals.no,
            "abstain": totals.abstain,
            "written_yes": totals.written_yes,
            "written_no": totals.written_no,
            "ineligible_voters": totals.ineligible,
            "is_valid": not ruling.breaches,
            "is_passed": ruling.is_passed,
            "judgement": ruling.sentence[:300],
            "clauses": list(ruling.clauses),
            "recorded_late": is_late,
            "recorded_at": utc_now(),
            "recorded_by": actor.label,
        },
    )
    settle_validity(meeting)
    note(
        actor,
        "meetings.vote",
        meeting,
        {"item": item.pk, "is_valid": vote.is_valid, "is_passed": vote.is_passed, "is_late": is_late},
    )
    return vote


@command("meetings.withdraw_vote")
def withdraw_vote(*, actor: Actor, today: date, item: AgendaItem) -> None:
    """Take back totals that were entered by mistake, before the meeting is filed."""
    allow_open(actor, item.meeting, today)
    Vote.objects.filter(item=item).delete()
    settle_validity(item.meeting)
    note(actor, "meetings.withdraw_vote", item.meeting, {"item": item.pk})


def rejudge_votes(meeting: Meeting, roll: Roll) -> list[Breach]:
    """Judge the votes again after the roll changed, so that none stays valid on an old count.

    Returns what the norms forbid now. Where more voted than are present the counts of the day of entry
    stay on the row, which is void until somebody corrects one or the other.
    """
    found: list[Breach] = []
    for vote in Vote.objects.filter(item__meeting=meeting).select_related("item").order_by("item__position"):
        count = replace(
            roll.count,
            yes=vote.yes,
            no=vote.no,
            abstain=vote.abstain,
            written_yes=vote.written_yes,
            written_no=vote.written_no,
            ineligible=vote.ineligible_voters,
        )
        kind = voting_kind(meeting.all_kinds)
        ruling = rule(meeting.organization, kind, vote.item.matter, meeting.date, count, vote.method)
        found += ruling.breaches
        if vote.yes + vote.no + vote.abstain <= count.present + count.ineligible:
            vote.expected_voting, vote.present_voting = count.expected, count.present
        vote.is_valid, vote.is_passed = not ruling.breaches, ruling.is_passed
        vote.judgement, vote.clauses = ruling.sentence[:300], list(ruling.clauses)
        vote.save()
    settle_validity(meeting)
    return found


def refuse_void_votes(meeting: Meeting, roll: Roll, today: date) -> None:
    """Before filing: a vote that breaks a norm is refused on the day and kept as void afterwards; wrong
    sums are always refused."""
    is_late = meeting.date < today
    for breach in rejudge_votes(meeting, roll):
        if breach.code in _ARITHMETIC or not is_late:
            step = breach.next_step or "请核对到会情况和票数。"
            step += "表决不能算数的，请清空这一项的票数再保存，就撤回了。"
            raise Refused(breach.code, breach.message, clause=breach.clause, next_step=step)


def refuse_voided(meeting: Meeting, were_valid: frozenset[int], declared: frozenset[int]) -> None:
    """In a correction: a vote that was valid becomes void only where the person who corrects says so."""
    lost = Vote.objects.filter(item__meeting=meeting, item__in=were_valid - declared, is_valid=False)
    vote = lost.order_by("item__position").first()
    if vote is not None:
        raise Refused(
            "meetings.vote_lost",
            "照这样更正，“{topic}”的{judgement}".format(topic=vote.item.topic[:40], judgement=vote.judgement),
            clause=vote.clauses[0] if vote.clauses else "",
            next_step="请核对到会情况和票数；确实如此的，请在这一项勾选“按纸质记录补录，记为无效”。",
        )


def valid_items(meeting: Meeting) -> frozenset[int]:
    """The matters of a meeting whose votes are valid as they stand."""
    return frozenset(
        Vote.objects.filter(item__meeting=meeting, is_valid=True).values_list("item_id", flat=True)
    )


def _refuse_time_and_place(meeting: Meeting, today: date) -> None:
    if meeting.date > today:
        raise Refused(
            "meetings.not_yet", "会议还没有召开，不能登记表决结果。", next_step="请在会议当天或者会后登记。"
        )
    if not votes_at(meeting.all_kinds):
        raise Refused(
            "meetings.no_votes_here",
            "这类活动不进行表决。",
            next_step="需要表决的，请列入党员大会或者支委会的议题。",
        )


def judge_vote(item: AgendaItem, totals: VoteTotals) -> tuple[Count, Ruling]:
    """What the norms say of these totals with the roll as it stands."""
    meeting = item.meeting
    roll = get_roll(meeting)
    if not meeting.basis and not roll.present_count:
        raise Refused(
            "meetings.no_roll",
            "还没有登记到会情况，不能判断到会人数够不够。",
            next_step="请先点“全到”，再改没有到的人。",
        )
    count = Count(
        expected=roll.voting_count,
        present=roll.present_voting_count,
        yes=totals.yes,
        no=totals.no,
        abstain=totals.abstain,
        written_yes=totals.written_yes,
        written_no=totals.written_no,
        ineligible=totals.ineligible,
    )
    kind = voting_kind(meeting.all_kinds)
    return count, rule(meeting.organization, kind, item.matter, meeting.date, count, totals.method)


def _refuse(breaches: tuple[Breach, ...], *, may_be_invalid: bool, is_late: bool) -> None:
    for breach in breaches:
        if breach.code in _ARITHMETIC or not may_be_invalid:
            step = breach.next_step
            if is_late and breach.code not in _ARITHMETIC:
                step += "如果纸质记录确实如此，请勾选“按纸质记录补录，记为无效”后再保存。"
            raise Refused(breach.code, breach.message, clause=breach.clause, next_step=step)


def settle_validity(meeting: Meeting) -> None:
    """A meeting counts for nothing where it voted and none of its votes is valid."""
    votes = list(Vote.objects.filter(item__meeting=meeting))
    is_valid = not votes or any(vote.is_valid for vote in votes)
    reason = "" if is_valid else votes[0].judgement[:200]
    if (is_valid, reason) != (meeting.is_valid, meeting.invalid_reason):
        meeting.is_valid, meeting.invalid_reason = is_valid, reason
        meeting.save(update_fields=["is_valid", "invalid_reason"])
