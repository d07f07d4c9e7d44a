"""What the form for a new meeting opens with: topics that the records ask for, and those usual for
the kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from zhibu.common.dates import add_years
from zhibu.orglife.meetings.models import Matter, MeetingKind, Resolution
from zhibu.roster.members.models import Exemption, Person, Standing
from zhibu.roster.organizations.models import Organization

_NEAR = timedelta(days=45)
_USUAL: dict[str, tuple[str, ...]] = {
    MeetingKind.GENERAL: ("传达学习上级精神", "审议支部委员会工作报告", "讨论支部重要事项"),
    MeetingKind.COMMITTEE: ("学习上级精神", "研究支部近期工作", "研究党员发展工作", "确定下次党员大会议题"),
    MeetingKind.GROUP: ("学习讨论", "汇报思想和工作情况", "讨论支部交办的事项"),
    MeetingKind.LECTURE: ("专题党课",),
    MeetingKind.PARTY_DAY: ("集体学习", "重温入党誓词", "交纳党费", "民主议事", "志愿服务"),
    MeetingKind.LIFE: ("通报准备情况", "支部班子对照检查", "批评与自我批评", "上级点评"),
    MeetingKind.APPRAISAL: ("个人自评", "党员互评", "民主测评", "确定评定意见"),
    MeetingKind.STUDY: ("专题学习",),
    MeetingKind.TRAINING: ("集中培训",),
    MeetingKind.REPORT: ("书记述职", "党员评议"),
    MeetingKind.COMMITTEE_STUDY: ("研究党支部建设工作",),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic to tick; ``is_due`` where the records ask for it, then it is ticked beforehand."""

    text: str
    matter: str = ""
    is_due: bool = False


def suggest_topics(organization: Organization, kind: str, day: date) -> list[Suggestion]:
    """First what is due, then what is usual for the kind."""
    due: list[Suggestion] = []
    if kind in (MeetingKind.GENERAL, MeetingKind.COMMITTEE):
        matter_here = kind == MeetingKind.GENERAL
        due += _confirmations(organization, day, matter_here)
        due += _exclusions(organization, matter_here)
        due += _open_resolutions(organization)
    return due + [Suggestion(text) for text in _USUAL.get(kind, ())]


def _confirmations(organization: Organization, day: date, decides: bool) -> list[Suggestion]:
    """Members on probation whose year ends soon (细则 32); the committee examines, the meeting decides."""
    people = Person.objects.filter(
        organization=organization,
        standing=Standing.PROBATIONARY,
        joined_date__isnull=False,
        joined_date__lte=add_years(day + _NEAR, -1),
    ).order_by("joined_date", "name")
    pattern = "讨论{name}同志预备党员转正" if decides else "审查{name}同志转正申请"
    return [
        Suggestion(pattern.format(name=person.name), Matter.FULL if decides else "", is_due=True)
        for person in people[:5]
    ]


def _exclusions(organization: Organization, decides: bool) -> list[Suggestion]:
    if not decides:
        return []
    rows = Exemption.objects.filter(
        organization=organization,
        kind=Exemption.Kind.EXCLUDED,
        valid_to__isnull=True,
        meeting_passed_date__isnull=True,
    ).select_related("person")
    text = "讨论{name}同志不计入应到会人数"
    return [Suggestion(text.format(name=row.person.name), Matter.EXCLUDE, is_due=True) for row in rows[:5]]


def _open_resolutions(organization: Organization) -> list[Suggestion]:
    is_open = Resolution.objects.filter(
        item__meeting__organization=organization, closure__isnull=True, due_date__isnull=False
    ).exists()
    return [Suggestion("通报上次决议办理情况")] if is_open else []
