"""The kinds of meeting, which may be held as one, and the kinds that a place adds."""

from __future__ import annotations

from django.db import models


class MeetingKind(models.TextChoices):
    """The kinds the regulations know; a local kind refers to the one it counts as."""

    GENERAL = "general_membership_meeting", "支部党员大会"
    COMMITTEE = "branch_committee_meeting", "支部委员会会议"
    GROUP = "party_group_meeting", "党小组会"
    LECTURE = "party_lecture", "党课"
    PARTY_DAY = "themed_party_day", "主题党日"
    LIFE = "organizational_life_meeting", "组织生活会"
    APPRAISAL = "democratic_appraisal", "民主评议党员"
    TALK = "heart_to_heart_talk", "谈心谈话"
    STUDY = "collective_study", "集中学习"
    TRAINING = "training", "集中培训"
    REPORT = "secretary_report", "书记述职"
    COMMITTEE_STUDY = "committee_study", "党委专题研究"
    OTHER = "other_activity", "其他活动"


KIND_NUMBERS: dict[str, int] = {kind: number for number, kind in enumerate(MeetingKind.values)}
"""A fact row's event id is the meeting's id times 16 plus this number; never renumber."""

MAY_ALSO_COUNT_AS: dict[str, tuple[str, ...]] = {
    MeetingKind.PARTY_DAY: (
        MeetingKind.LECTURE,
        MeetingKind.STUDY,
        MeetingKind.GENERAL,
        MeetingKind.LIFE,
        MeetingKind.APPRAISAL,
    ),
    MeetingKind.GENERAL: (
        MeetingKind.PARTY_DAY,
        MeetingKind.LECTURE,
        MeetingKind.STUDY,
        MeetingKind.LIFE,
        MeetingKind.APPRAISAL,
        MeetingKind.REPORT,
    ),
    MeetingKind.LIFE: (MeetingKind.APPRAISAL, MeetingKind.GENERAL, MeetingKind.PARTY_DAY),
    MeetingKind.APPRAISAL: (MeetingKind.LIFE, MeetingKind.GENERAL, MeetingKind.PARTY_DAY),
    MeetingKind.LECTURE: (MeetingKind.STUDY, MeetingKind.PARTY_DAY),
    MeetingKind.GROUP: (MeetingKind.STUDY, MeetingKind.LIFE),
    MeetingKind.COMMITTEE: (MeetingKind.STUDY,),
    MeetingKind.REPORT: (MeetingKind.GENERAL,),
}
"""What one gathering may be recorded as besides (支部条例
16、17、18、27)。学时只计一次：学习与培训不得同时计。"""

_COMMITTEE = frozenset({MeetingKind.COMMITTEE})
_LISTED = frozenset({MeetingKind.TALK, MeetingKind.COMMITTEE_STUDY})


def audience_of(kind: str) -> str:
    """Who is expected at a kind of meeting: members, committee, group or listed (the schema's words)."""
    if kind in _COMMITTEE:
        return "committee"
    if kind == MeetingKind.GROUP:
        return "group"
    return "listed" if kind in _LISTED else "members"


class LocalMeetingKind(models.Model):
    """A kind of meeting that a place adds; it counts as one of the regulations' kinds, or
    (其他活动) as none."""

    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="local_meeting_kinds", verbose_name="党组织"
    )
    name = models.CharField("名称", max_length=30)
    counts_as = models.CharField(
        "计作", max_length=40, choices=MeetingKind.choices, default=MeetingKind.OTHER
    )
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        db_table = "meetings_local_kind"
        verbose_name = "本地会议类型"
        ordering = ["organization", "name"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="meetings_local_kind_once"),
        ]

    def __str__(self) -> str:
        return self.name
