"""What has to be done now: one card a duty, with the reason, the date and one button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from zhibu.foundation.obligations.models import Obligation
from zhibu.foundation.obligations.queries import list_pending
from zhibu.home.panels.branch import RegularMeetings
from zhibu.home.panels.wording import verb_for
from zhibu.orglife.meetings.models import Meeting
from zhibu.oversight.checkup.queries.sources import as_judged, rulebook
from zhibu.oversight.checkup.queries.wording import period_words
from zhibu.roster.organizations.models import Organization
from zhibu.rulebook.explain import Citation, Explanation, explain
from zhibu.rulebook.model import Check, Frequency
from zhibu.rulebook.rulebook import Rulebook
from zhibu.ui.actions import ActionButton, May, action_button, everything

NO_MEETINGS = RegularMeetings((), {}, {})
NEAR_DAYS = 31  # how far ahead a duty without a notice period is shown
PAST_DAYS = 92  # how long a missed date stays among the cards; then the check-up alone keeps it

_SUBJECT_WORDS = {
    "person": "涉及 {count} 人",
    "group": "涉及 {count} 个党小组",
    "event": "涉及 {count} 次会议",
}


@dataclass(frozen=True, slots=True)
class DueCard:
    """One duty: what to do, why, until when in words, and the button that starts doing so.

    ``note`` says in words what else of the same duty the card stands for.
    """

    title: str
    why: str
    mark: str
    mark_words: str
    citations: tuple[Citation, ...]
    button: ActionButton
    note: str
    due_date: date | None


@dataclass(frozen=True, slots=True)
class DueList:
    """The cards to show, in the order of their dates, and how many more there are."""

    cards: tuple[DueCard, ...]
    more: int


def due_list(
    org: Organization,
    *,
    today: date,
    most: int = 5,
    may: May = everything,
    meetings: RegularMeetings = NO_MEETINGS,
) -> DueList:
    """What an organisation has to do in the coming weeks, by legal date; the rest is in the check-up.

    A card carries its button where the reader ``may`` do what it starts. ``meetings`` tells when a kind of
    meeting was held last, and which one is planned already: then the card leads there.
    """
    duties: dict[str, list[Obligation]] = {}
    for row in list_pending([org.pk], as_of=today):
        if row.strength in ("M", "X", "N") and _is_near(row, today):
            duties.setdefault(row.duty, []).append(row)
    first = sorted(duties.values(), key=lambda rows: _order(_foremost(rows, today), today))
    asked = _Asked(org, today, may, meetings)
    cards = tuple(_card(rows, asked) for rows in first[:most])
    return DueList(cards, max(0, len(first) - most))


def _is_near(row: Obligation, today: date) -> bool:
    if row.due_date is None:
        return row.verdict == "unmet"
    if row.due_date < today:
        return row.verdict in ("", "unmet") and row.due_date >= today - timedelta(days=PAST_DAYS)
    notice = row.remind_date or row.due_date - timedelta(days=NEAR_DAYS)
    return notice <= today


def _order(row: Obligation, today: date) -> tuple[date, str]:
    return (row.due_date or today, row.check_id)


def _foremost(rows: Sequence[Obligation], today: date) -> Obligation:
    """The row a card speaks of: the period that can still be met, else the one missed last."""
    coming = [row for row in rows if row.due_date is None or row.due_date >= today]
    return coming[0] if coming else rows[-1]


def _note(rows: Sequence[Obligation], row: Obligation) -> str:
    """What else of the duty is open: the same period for others, earlier periods not recorded."""
    same = len({other.subject_id for other in rows if other.period == row.period})
    earlier = len({other.period for other in rows if other.period < row.period})
    notes = []
    if same > 1 and row.subject_kind in _SUBJECT_WORDS:
        notes.append(_SUBJECT_WORDS[row.subject_kind].format(count=same))
    if earlier:
        notes.append("此前还有 {count} 期没有记录".format(count=earlier))
    return "，".join(notes)


@dataclass(frozen=True, slots=True)
class _Asked:
    """For which organisation, day and reader the cards are made."""

    org: Organization
    today: date
    may: May
    meetings: RegularMeetings

    def planned(self, event: str, row: Obligation) -> Meeting | None:
        """The meeting already planned that would settle a duty which can still be met."""
        meeting = self.meetings.planned.get(event)
        in_time = row.due_date is not None and self.today <= row.due_date
        return meeting if meeting and in_time and row.due_date and meeting.date <= row.due_date else None


def _card(rows: Sequence[Obligation], asked: _Asked) -> DueCard:
    book, today = rulebook(), asked.today
    row = _foremost(rows, today)
    told = explain(as_judged(row), book, today)
    event = _event(row, book)
    planned = asked.planned(event, row)
    key, words = _mark(row, today)
    return DueCard(
        title=_title(row, book.check(row.check_id)),
        why=_why(row, told, today) + _history(asked.meetings.last.get(event), planned),
        mark=key,
        mark_words=words,
        citations=told.citations[:2],
        button=_button(told.action, event, planned, asked),
        note=_note(rows, row),
        due_date=row.due_date,
    )


def _button(action: str, event: str, planned: Meeting | None, asked: _Asked) -> ActionButton:
    if planned is not None and asked.may("meetings:view"):
        return ActionButton("打开会议", reverse("meetings:meeting", args=[planned.public_id]))
    return action_button(action, org_public_id=asked.org.public_id, kind=event, may=asked.may)


def _history(last: date | None, planned: Meeting | None) -> str:
    """When it was done last, or for when it is planned."""
    if planned is not None:
        return "已安排在{0.month}月{0.day}日。".format(planned.date)
    return "上次是{0.year}年{0.month}月{0.day}日。".format(last) if last else ""


def _why(row: Obligation, told: Explanation, today: date) -> str:
    """The reason for what can still be met, the remedy for a fault, a plain word for a lost period."""
    if row.due_date is not None and row.due_date >= today:
        return told.reason
    if row.due_date is not None and period_words(row.period):
        return "这一期没有记录；已经办过的请补录，如实写明日期。"
    return told.remedy or told.reason


def _title(row: Obligation, check: Check) -> str:
    verb = verb_for(_event_of(check))
    period = period_words(row.period)
    if not verb or not period:
        return check.title
    return "{verb}（{period}）".format(verb=verb, period=period)


def _mark(row: Obligation, today: date) -> tuple[str, str]:
    """The mark's key and words: overdue, near, or later."""
    if row.due_date is None:
        return ("late", "需要补正") if row.strength != "N" else ("soon", "建议改进")
    days = (row.due_date - today).days
    if days < 0:
        return "late", "已超期 {days} 天".format(days=-days)
    written = "{0.month} 月 {0.day} 日".format(row.due_date)
    if days == 0:
        return "soon", "今天到期"
    if days <= NEAR_DAYS:
        return "soon", "{written}前，还有 {days} 天".format(written=written, days=days)
    return "open", "{year} 年 {written}前".format(year=row.due_date.year, written=written)


def _event(row: Obligation, book: Rulebook) -> str:
    return _event_of(book.check(row.check_id))


def _event_of(check: Check) -> str:
    """The kind of event that a frequency check counts, where it counts one kind."""
    if not check.versions:
        return ""
    params = check.versions[-1].params[0][1]
    return params.events[0] if isinstance(params, Frequency) and params.events else ""
