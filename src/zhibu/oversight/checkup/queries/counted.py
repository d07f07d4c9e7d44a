"""Which meetings a duty counts. What is stored of a duty has no evidence, so the meetings' own queries are
asked once for a report, and the same day and kind decide as in the rulebook's frequency."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from zhibu.orglife.meetings.models import Meeting
from zhibu.orglife.meetings.queries.meetings import list_counting
from zhibu.oversight.checkup.queries.sources import params_of
from zhibu.roster.organizations.models import Organization
from zhibu.rulebook.model import Frequency
from zhibu.rulebook.obligation import Obligation as Judged
from zhibu.rulebook.periods import period_key


def counted_meetings(
    organization: Organization, met: Iterable[Judged], *, as_of: date
) -> dict[str, tuple[Meeting, ...]]:
    """Check id → the meetings, newest first, in the periods of its ``met`` rows; one query or none.

    Only duties of the organisation itself that ask for events it holds have an entry; those of a person or a
    party group, and prohibitions, have none.
    """
    wanted = [(row, params) for row in met if (params := _params(organization, row)) is not None]
    if not wanted:
        return {}
    since = min(row.opens_date for row, _ in wanted if row.opens_date)
    kinds = frozenset(kind for _, params in wanted for kind in params.events)
    rows = list_counting(organization, kinds, since=since, until=as_of)
    found: dict[str, set[int]] = {}
    for row, params in wanted:
        found.setdefault(row.check_id, set()).update(
            meeting.pk for meeting in rows if _counts(params, row.period, meeting)
        )
    return {
        check_id: tuple(meeting for meeting in rows if meeting.pk in ids) for check_id, ids in found.items()
    }


def _params(organization: Organization, row: Judged) -> Frequency | None:
    if (row.subject_kind, row.subject_id) != ("organization", organization.pk) or not row.opens_date:
        return None
    params = params_of(row.check_id, row.opens_date)
    if not isinstance(params, Frequency) or params.counts != "held" or params.at_least is None:
        return None
    return params


def _counts(params: Frequency, period: str, meeting: Meeting) -> bool:
    is_label = params.period == "label_year"
    key = str(meeting.year_label) if is_label else period_key(params.period, meeting.date)
    is_level = not params.levels or meeting.level in params.levels
    return key == period and is_level and not frozenset(params.events).isdisjoint(meeting.all_kinds)
