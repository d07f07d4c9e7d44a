"""How many are recorded as present."""

from __future__ import annotations

from typing import Any

from zhibu.orglife.meetings.models import Attendance


def measure() -> dict[str, Any]:
    """All marks; the bench's database holds one meeting."""
    present = Attendance.objects.filter(mark=Attendance.MarkChoice.PRESENT)
    return {"present": present.count()}
