"""All tables of oversight, gathered for Django."""

from __future__ import annotations

from zhibu.oversight.checkup.models import OldDebt
from zhibu.oversight.statistics.models import Summary
from zhibu.oversight.supervision.models import Reminder

__all__ = ["OldDebt", "Reminder", "Summary"]
