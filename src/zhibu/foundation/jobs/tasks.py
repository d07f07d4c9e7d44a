"""The foundation's own background tasks."""

from __future__ import annotations

from django.core.management import call_command
from django_tasks import task


@task()
def tidy_up() -> None:
    """Forget sessions that ended and tasks that are long done: neither is a record of anybody's work."""
    call_command("clearsessions", verbosity=0)
    ages = {"min_age_days": 30, "failed_min_age_days": 90}
    call_command("prune_db_task_results", queue_name="*", verbosity=0, **ages)
