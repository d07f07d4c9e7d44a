"""Values: how each kind of cell is read, and the four outcomes a reading can have."""

from __future__ import annotations

from zhibu.roster.imports.values.context import ColumnContext
from zhibu.roster.imports.values.judging import judge
from zhibu.roster.imports.values.organizations import KnownOrganization, OrganizationIndex, organization_index
from zhibu.roster.imports.values.outcome import BLANK, Choice, Extra, Outcome, PartialDate, Value, Verdict

__all__ = [
    "BLANK",
    "Choice",
    "ColumnContext",
    "Extra",
    "KnownOrganization",
    "OrganizationIndex",
    "Outcome",
    "PartialDate",
    "Value",
    "Verdict",
    "judge",
    "organization_index",
]
