"""What a cell's judgement may know about its column and the installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhibu.roster.imports.values.dictionaries import Dictionary
from zhibu.roster.imports.values.organizations import NO_ORGANIZATIONS, OrganizationIndex


@dataclass(frozen=True, slots=True)
class ColumnContext:
    """The surroundings of a cell that may change its meaning.

    ``hint`` is what the header says in brackets; ``has_float_dates`` if the column holds months typed as
    numbers; ``tells_probationary`` if the column also names probationary members, so that 党员 alone means
    full; ``is_own_export`` if the table is our own 系统版; ``dictionary`` what was loaded into the column's
    code table, None where nothing was.
    """

    today: date
    header: str = ""
    hint: str = ""
    uses_1904: bool = False
    has_float_dates: bool = False
    tells_probationary: bool = False
    is_own_export: bool = False
    organizations: OrganizationIndex = NO_ORGANIZATIONS
    dictionary: Dictionary | None = None
