"""The check-up report of one organisation: each matter once, in words, with its article and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from zhibu.foundation.obligations.queries import get_freshness, list_all
from zhibu.orglife.meetings.models import Meeting
from zhibu.oversight.checkup.queries.counted import counted_meetings
from zhibu.oversight.checkup.queries.sources import as_judged, rulebook, switched_on_packs
from zhibu.oversight.checkup.queries.subjects import subject_names
from zhibu.oversight.checkup.queries.wording import period_words
from zhibu.roster.organizations.models import Organization
from zhibu.rulebook.explain import Citation, citation, explain
from zhibu.rulebook.model import Check
from zhibu.rulebook.obligation import Obligation as Judged
from zhibu.rulebook.obligation import State, is_reminding, state
from zhibu.ui.actions import ActionButton, May, action_button, everything

# The order in which one matter's rows speak for it: the first that occurs.
_WEIGHT = {
    "breach": 0,
    "notice": 1,
    "reminding": 2,
    "doubt": 3,
    "open": 4,
    "met": 5,
    "exempt": 6,
}
_MARKS = {
    "breach": ("late", "需补办"),
    "notice": ("soon", "建议改进"),
    "reminding": ("soon", "临期"),
    "doubt": ("open", "待核对"),
    "open": ("open", "待办"),
    "met": ("ok", "正常"),
    "exempt": ("none", "不适用"),
}
FAR_DAYS = 92
GROUPS = (
    ("organization", "组织设置与换届", ("offices", "organizations", "terms")),
    ("life", "组织生活", ("meetings", "talks", "learning")),
    ("members", "党员", ("members", "exclusions")),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One subject or period of a matter that is not done: what, why, since when."""

    subject: str
    period: str
    reason: str
    state_text: str
    due_date: date | None
    key: str


@dataclass(frozen=True, slots=True)
class Matter:
    """One check of the report; ``meetings`` are those that met its duty, for who may read them."""

    check_id: str
    title: str
    citations: tuple[Citation, ...]
    fact: str
    key: str
    mark: str
    word: str
    remedy: str
    button: ActionButton
    items: tuple[Item, ...]
    meetings: tuple[Meeting, ...]
    counted: int
    is_pressing: bool
    is_for_superior: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Matters of one field."""

    key: str
    title: str
    matters: tuple[Matter, ...]

    @property
    def pressing(self) -> list[Matter]:
        """What is not done, in doubt, or due in the coming months."""
        return [matter for matter in self.matters if matter.is_pressing]

    @property
    def settled(self) -> list[Matter]:
        """What is in order, not due for long, or not asked of this organisation."""
        return [matter for matter in self.matters if not matter.is_pressing]


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A norm that cannot be checked yet, and which fact is missing."""

    title: str
    citation: Citation
    missing: str


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report; ``verdict`` is its first sentence."""

    organization: Organization
    as_of: date
    computed_for: date | None
    is_stale: bool
    verdict: str
    groups: tuple[Group, ...]
    unchecked: tuple[Unchecked, ...]


def get_report(organization: Organization, *, as_of: date, may: May = everything) -> Report:
    """Everything the check-up says of one organisation on a day; a fixed number of queries.

    A matter carries its button where the reader ``may`` do what it starts.
    """
    rows = list_all([organization.pk], as_of=as_of)
    names = subject_names(row for row in rows if _key(as_judged(row), as_of) in ("breach", "notice", "doubt"))
    by_check: dict[str, list[Judged]] = {}
    for row in rows:
        by_check.setdefault(row.check_id, []).append(as_judged(row))
    met = [row for found in by_check.values() for row in found if _key(row, as_of) == "met"]
    readable = met if may("meetings:view") else []
    reader = _Reader(organization, may, counted_meetings(organization, readable, as_of=as_of))
    matters = {
        check_id: _matter(check_id, found, reader, names, as_of) for check_id, found in by_check.items()
    }
    freshness = get_freshness(organization.pk)
    return Report(
        organization=organization,
        as_of=as_of,
        computed_for=freshness.as_of_date,
        is_stale=freshness.is_stale,
        verdict=_verdict(matters.values()),
        groups=_groups(matters),
        unchecked=_unchecked(as_of),
    )


def _key(row: Judged, as_of: date) -> str:
    """The kind of standing that a row has on a day."""
    of: State = state(row, as_of)
    if of == "unmet":
        return "breach" if row.strength in ("M", "X") else "notice"
    if of in ("unknown", "depends"):
        return "doubt"
    if of == "open":
        return "reminding" if is_reminding(row, as_of) else "open"
    return "met" if of in ("met", "met_late") else "exempt"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Of which organisation the report is, what its reader may do there, and the meetings shown to them by
    check."""

    organization: Organization
    may: May
    meetings: dict[str, tuple[Meeting, ...]]

    def button(self, action: str, event: str) -> ActionButton:
        return action_button(action, org_public_id=self.organization.public_id, kind=event, may=self.may)


def _matter(
    check_id: str, rows: Sequence[Judged], reader: _Reader, names: dict[tuple[str, int], str], as_of: date
) -> Matter:
    check = rulebook().check(check_id)
    ordered = sorted(
        rows, key=lambda row: (_WEIGHT[_key(row, as_of)], row.due_date or date.min), reverse=False
    )
    lead = ordered[0]
    key = _key(lead, as_of)
    told = explain(lead, rulebook(), as_of)
    standing = [row for row in ordered if _key(row, as_of) in ("breach", "notice", "doubt")]
    mark, word = _MARKS[key]
    return Matter(
        check_id=check_id,
        title=check.title,
        citations=told.citations,
        fact=_fact(rows, key, told.reason, as_of),
        key=key,
        mark=mark,
        word=word,
        remedy=told.remedy,
        button=reader.button(told.action, _event_of(check)),
        items=tuple(_item(row, names, as_of) for row in standing),
        meetings=reader.meetings.get(check_id, ()),
        counted=len(rows),
        is_pressing=key not in ("met", "exempt") and not _is_far(lead, as_of),
        is_for_superior=told.owner == "superior" and not reader.may("supervision:remind"),
    )


def _is_far(row: Judged, as_of: date) -> bool:
    """Whether what is still open is due only after this year's end or in more than three months."""
    if _key(row, as_of) != "open" or row.due_date is None:
        return False
    return row.due_date > max(as_of + timedelta(days=FAR_DAYS), date(as_of.year, 12, 31))


def _fact(rows: Sequence[Judged], key: str, reason: str, as_of: date) -> str:
    """The present state in one sentence: of many alike only the number, of one its reason."""
    same = sum(1 for row in rows if _key(row, as_of) == key)
    if key == "met":
        return "共 {n} 项，均已办理。".format(n=len(rows)) if len(rows) > 1 else reason
    if same > 1 and key in ("breach", "notice", "doubt"):
        return "{reason}（同类共 {n} 项）".format(reason=reason, n=same)
    return reason


def _item(row: Judged, names: dict[tuple[str, int], str], as_of: date) -> Item:
    told = explain(row, rulebook(), as_of)
    subject = names.get((row.subject_kind, row.subject_id), "")
    return Item(
        subject=subject,
        period=_when(row.period, subject),
        reason=told.reason,
        state_text=told.state_text,
        due_date=row.due_date,
        key=_key(row, as_of),
    )


def _when(period: str, subject: str) -> str:
    """The period in words; a single day as it is, unless the subject's name says it already."""
    is_day = len(period) == len("2026-06-03")
    return period if is_day and not subject.startswith(period) else period_words(period)


def _verdict(matters: Iterable[Matter]) -> str:
    counts = dict.fromkeys(_WEIGHT, 0)
    for matter in matters:
        counts[matter.key] += 1
    parts = ["{n}项正常".format(n=counts["met"])]
    for key, words in (
        ("open", "未到期"),
        ("reminding", "临期"),
        ("breach", "需补办"),
        ("notice", "建议改进"),
        ("doubt", "待核对"),
    ):
        if counts[key]:
            parts.append("{n}项{words}".format(n=counts[key], words=words))
    return "，".join(parts) + "。"


def _groups(matters: dict[str, Matter]) -> tuple[Group, ...]:
    found: dict[str, list[Matter]] = {key: [] for key, _, _ in GROUPS}
    for matter in sorted(matters.values(), key=lambda one: (_WEIGHT[one.key], one.check_id)):
        found[_group_of(rulebook().check(matter.check_id))].append(matter)
    return tuple(Group(key, title, tuple(found[key])) for key, title, _ in GROUPS if found[key])


def _group_of(check: Check) -> str:
    area = check.action.partition(".")[0]
    return next((key for key, _, areas in GROUPS if area in areas), "organization")


def _event_of(check: Check) -> str:
    events = getattr(check.versions[-1].params[0][1], "events", ()) if check.versions else ()
    return events[0] if events else ""


def _unchecked(as_of: date) -> tuple[Unchecked, ...]:
    return tuple(
        Unchecked(check.title, citation(check.id, rulebook(), as_of), check.missing)
        for check in rulebook().not_checked(switched_on_packs())
    )
