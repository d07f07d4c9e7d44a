"""Rosters going out: 报送版 as the office prints it, 系统版 that comes back without a change."""

from __future__ import annotations

from zhibu.roster.exports.rows import MemberRow, ReportHead
from zhibu.roster.exports.workbooks import file_name, report_roster, system_roster

__all__ = ["MemberRow", "ReportHead", "file_name", "report_roster", "system_roster"]
