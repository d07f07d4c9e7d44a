"""Tables of the scheduler."""

from __future__ import annotations

from django.db import models

HEARTBEAT = "worker.heartbeat"


class ScheduledRun(models.Model):
    """When a periodic job was last put on the queue; locked while the scheduler decides.

    The row named ``HEARTBEAT`` says when a worker was last alive.
    """

    name = models.CharField("任务", max_length=80, primary_key=True)
    last_at = models.DateTimeField("上次安排时间", null=True, blank=True)

    class Meta:
        db_table = "jobs_scheduled_run"
        verbose_name = "定时任务"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
