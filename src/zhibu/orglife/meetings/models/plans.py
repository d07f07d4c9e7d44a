"""The year plan: what is to be held when, and the meeting that came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhibu.common.identifiers import new_public_id
from zhibu.orglife.meetings.models.kinds import MeetingKind
from zhibu.orglife.meetings.models.meetings import Meeting


class PlannedMeeting(models.Model):
    """A line of the year plan, made from what is due; it turns into a meeting with one click.

    ``duties`` are the duty keys that the line answers, ``reason`` says in one sentence why it is there.
    """

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="planned_meetings", verbose_name="党组织"
    )
    year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("类型", max_length=40, choices=MeetingKind.choices)
    also_counts_as = models.JSONField("同时计作", default=list)
    group = models.ForeignKey(
        "roster.Group", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="党小组"
    )
    planned_date = models.DateField("拟开日期")
    topic = models.CharField("主题", max_length=120, blank=True)
    duties = models.JSONField("对应事项", default=list)
    reason = models.CharField("依据", max_length=200, blank=True)
    meeting = models.OneToOneField(
        Meeting, models.SET_NULL, null=True, blank=True, related_name="plan", verbose_name="已开会议"
    )

    class Meta:
        db_table = "meetings_planned"
        verbose_name = "年度计划"
        ordering = ["organization", "planned_date", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "planned_date", "group"],
                condition=Q(group__isnull=False),
                name="meetings_planned_group_once",
            ),
            models.UniqueConstraint(
                fields=["organization", "kind", "planned_date"],
                condition=Q(group__isnull=True),
                name="meetings_planned_once",
            ),
        ]
