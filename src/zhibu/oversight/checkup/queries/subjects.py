"""Names of what obligations are about: persons, groups, meetings; one query a kind."""

from __future__ import annotations

from collections.abc import Iterable

from zhibu.foundation.obligations.models import Obligation
from zhibu.orglife.meetings.queries.meetings import meetings_of_facts
from zhibu.roster.members.models import Group, Person


def subject_names(rows: Iterable[Obligation]) -> dict[tuple[str, int], str]:
    """``(subject kind, id)`` → the name shown; kinds without a name of their own are left out."""
    ids: dict[str, set[int]] = {}
    for row in rows:
        ids.setdefault(row.subject_kind, set()).add(row.subject_id)
    found: dict[tuple[str, int], str] = {}
    for pk, name in Person.objects.filter(pk__in=ids.get("person", ())).values_list("pk", "name"):
        found["person", pk] = name
    for pk, name in Group.objects.filter(pk__in=ids.get("group", ())).values_list("pk", "name"):
        found["group", pk] = name
    for kind in ("event", "act"):
        for pk, meeting in meetings_of_facts(kind, ids.get(kind, ())).items():
            found[kind, pk] = "{day} {title}".format(day=meeting.date.isoformat(), title=meeting.title)
    return found
