"""Finding meetings: one, many with filters, the last of a kind, those ahead of a member."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, time

from django.db.models import Prefetch, Q, QuerySet

from zhibu.common.actor import Actor, Scope
from zhibu.common.errors import NotVisible
from zhibu.orglife.meetings.models import (
    AgendaItem,
    LocalMeetingKind,
    Meeting,
    MeetingKind,
    Resolution,
    Vote,
)
from zhibu.roster.members.models import Group, Office
from zhibu.roster.members.queries.attendance import COMMITTEE_ROLES
from zhibu.roster.organizations.models import Organization

_BY_KIND_NUMBER = 16  # see KIND_NUMBERS
_VOTED, _PRESIDED = 4, 5  # the last digits of the acts in facts.py


def get_meeting(scope: Scope, public_id: str) -> Meeting:
    """One meeting of the scope with its organisation and people; raises ``NotVisible``."""
    meeting = (
        Meeting.objects.visible_to(scope)
        .select_related("organization", "group", "host", "recorder", "lecturer", "local_kind")
        .filter(public_id=public_id)
        .first()
    )
    if meeting is None:
        raise NotVisible
    return meeting


def get_meeting_by_id(meeting_id: int) -> Meeting:
    """One meeting by its internal id, for tasks and for facts that name it; raises
    ``Meeting.DoesNotExist``."""
    return Meeting.objects.select_related("organization", "group", "local_kind").get(pk=meeting_id)


def meetings_of_facts(kind: str, ids: Iterable[int]) -> dict[int, Meeting]:
    """The meetings behind fact rows: ``event`` and ``act`` ids of this module, others are left out.

    ``facts`` says how the numbers are made; pages that show an obligation name its meeting by it.
    """
    wanted = set(ids)
    if kind == "event":
        behind = {one: one // _BY_KIND_NUMBER for one in wanted}
    else:
        behind = {one: one // 10 for one in wanted if one % 10 == _PRESIDED}
        votes = {one // 10: one for one in wanted if one % 10 == _VOTED}
        items = AgendaItem.objects.filter(pk__in=votes).values_list("pk", "meeting_id")
        behind |= {votes[item]: meeting for item, meeting in items}
    found = Meeting.objects.in_bulk(set(behind.values()))
    return {one: found[meeting] for one, meeting in behind.items() if meeting in found}


def list_items(meeting: Meeting) -> list[AgendaItem]:
    """The agenda in order, with votes, resolutions and texts waiting to be merged."""
    resolutions = Resolution.objects.select_related("owner", "closure").order_by("id")
    items = meeting.items.select_related("vote").prefetch_related(
        Prefetch("resolutions", queryset=resolutions),
        "conflicts",
    )
    return list(items.order_by("position", "id"))


def vote_of(item: AgendaItem) -> Vote | None:
    """The vote of an item, None where there was none."""
    return getattr(item, "vote", None)


@dataclass(frozen=True, slots=True)
class MeetingFilter:
    """What a list shows: empty fields do not filter. ``month`` is 1 to 12."""

    kind: str = ""
    state: str = ""
    year: int | None = None
    month: int | None = None
    text: str = ""


def list_meetings(scope: Scope, wanted: MeetingFilter, *, below: str = "") -> QuerySet[Meeting]:
    """The meetings of the scope, newest first; ``below`` narrows to one organisation's path."""
    rows = Meeting.objects.visible_to(scope).select_related("organization", "group", "local_kind")
    if below:
        rows = rows.filter(organization__path=below)
    if wanted.kind:
        rows = rows.filter(Q(kind=wanted.kind) | Q(also_counts_as__icontains=wanted.kind))
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.year:
        first, last = date(wanted.year, wanted.month or 1, 1), date(wanted.year, wanted.month or 12, 1)
        rows = rows.filter(date__gte=first, date__lt=_after_month(last))
    if wanted.text:
        rows = rows.filter(title__contains=wanted.text)
    return rows.order_by("-date", "-id")


MOST_COUNTING = 400  # three years of every kind a branch owes, four times over


def list_counting(
    organization: Organization, kinds: Collection[str], *, since: date, until: date
) -> list[Meeting]:
    """The filed meetings of an organisation that count as one of ``kinds``, newest first, up to
    ``MOST_COUNTING``: held between the two days, or held later for a year that had begun (补开)."""
    rows = Meeting.objects.filter(
        Q(kind__in=kinds) | ~Q(also_counts_as=[]),
        Q(date__gte=since) | Q(year_label__gte=since.year),
        organization=organization,
        state=Meeting.State.COMPLETED,
        is_valid=True,
        date__lte=until,
    )
    newest = rows.order_by("-date", "-id")[:MOST_COUNTING]
    return [meeting for meeting in newest if not frozenset(kinds).isdisjoint(meeting.all_kinds)]


def _after_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def list_upcoming(organization: Organization, *, today: date, limit: int = 10) -> list[Meeting]:
    """The meetings that are prepared or not yet filed, those soonest first."""
    rows = Meeting.objects.filter(
        organization=organization, state__in=[Meeting.State.PLANNED, Meeting.State.HELD]
    ).select_related("local_kind")
    return list(rows.order_by("date", "id")[:limit])


def list_open(organization: Organization, kind: str) -> list[Meeting]:
    """The meetings of a kind that were called and are not filed yet: another one is rarely meant."""
    is_open = Meeting.objects.filter(
        organization=organization, kind=kind, state__in=[Meeting.State.PLANNED, Meeting.State.HELD]
    )
    return list(is_open.select_related("local_kind", "group").order_by("date", "id")[:5])


def list_invitations(organization_ids: list[int], *, today: date) -> list[Meeting]:
    """The meetings of these organisations that a member may still come to, ask leave from or arrive at."""
    rows = Meeting.objects.filter(
        organization_id__in=organization_ids, state=Meeting.State.PLANNED, date__gte=today
    ).exclude(kind__in=[MeetingKind.TALK, MeetingKind.COMMITTEE_STUDY])
    return list(rows.select_related("organization", "local_kind").order_by("date", "id")[:20])


@dataclass(frozen=True, slots=True)
class Habit:
    """How an organisation held its last meeting of a kind: what the next one's form opens with."""

    place: str
    start_time: time | None
    minutes_length: int
    host_id: int | None
    recorder_id: int | None


def last_habit(organization: Organization, kind: str, today: date) -> Habit:
    """Place, hour and people of the last meeting of the kind (else of any); the secretary presides."""
    rows = Meeting.objects.filter(organization=organization).exclude(state=Meeting.State.CANCELLED)
    last = rows.filter(kind=kind).order_by("-date", "-id").first()
    anywhere = last or rows.exclude(place="").order_by("-date", "-id").first()
    return Habit(
        place=anywhere.place if anywhere else "",
        start_time=(last.start_time if last else None) or time(9, 0),
        minutes_length=last.minutes_length if last else 0,
        host_id=secretary_id(organization, today),
        recorder_id=anywhere.recorder_id if anywhere else None,
    )


def secretary_id(organization: Organization, day: date) -> int | None:
    """Who is secretary of an organisation on a day."""
    held = _running(Office.objects.filter(organization=organization, role=Office.Role.SECRETARY), day)
    return held.values_list("person_id", flat=True).first()


def office_of(person_id: int, organization: Organization, day: date, group: Group | None = None) -> str:
    """The office in which a person presides on a day: secretary, deputy_secretary, committee_member,
    group_leader (of this group), or none."""
    held = _running(Office.objects.filter(person_id=person_id, organization=organization), day)
    if group is not None:
        leads = held.filter(role=Office.Role.GROUP_LEADER, group=group).exists()
        return "group_leader" if leads else "none"
    roles = set(held.filter(role__in=COMMITTEE_ROLES).values_list("role", flat=True))
    for role in ("secretary", "deputy_secretary"):
        if role in roles:
            return role
    return "committee_member" if roles else "none"


def list_led_groups(person_id: int | None, day: date) -> list[int]:
    """The groups that a person leads on a day."""
    if person_id is None:
        return []
    held = _running(Office.objects.filter(person_id=person_id, role=Office.Role.GROUP_LEADER), day)
    return [group for group in held.values_list("group_id", flat=True) if group is not None]


def leader_id(group: Group, day: date) -> int | None:
    """Who leads a group on a day; None where nobody does."""
    held = _running(Office.objects.filter(role=Office.Role.GROUP_LEADER, group=group), day)
    return held.values_list("person_id", flat=True).first()


def _running(offices: QuerySet[Office], day: date) -> QuerySet[Office]:
    return offices.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def list_groups(organization: Organization, day: date) -> QuerySet[Group]:
    """The party groups that exist on a day."""
    rows = Group.objects.filter(organization=organization, valid_from__lte=day)
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def list_local_kinds(organization: Organization) -> list[LocalMeetingKind]:
    """The kinds that this organisation or one above it added and still uses."""
    above = [int(part) for part in organization.path.strip("/").split("/") if part]
    return list(LocalMeetingKind.objects.filter(organization_id__in=above, is_active=True).order_by("name"))


def may_edit(actor: Actor, organization: Organization, group_id: int | None, today: date) -> bool:
    """Whether the actor may work on meetings here; a group leader only on those of the own group."""
    if actor.may("meetings:edit", organization.path):
        return True
    if group_id is None or not actor.may("meetings:edit_group", organization.path):
        return False
    return group_id in list_led_groups(actor.scope.person_id, today)


def next_number(organization: Organization, kind: str, year: int) -> int:
    """Which meeting of its kind in the year the next one is."""
    held = Meeting.objects.filter(organization=organization, kind=kind, date__year=year)
    return held.exclude(state=Meeting.State.CANCELLED).count() + 1
