"""What the cells of one row say about each other. A contradiction makes cells ASK; it never corrects
silently.
"""

from __future__ import annotations

from datetime import date

from zhibu.common.dates import add_months, add_years
from zhibu.roster.codes import label_of
from zhibu.roster.imports.interpretation import Grid
from zhibu.roster.imports.values.id_number import birth_of, sex_of
from zhibu.roster.imports.values.outcome import (
    LEAVE_EMPTY,
    Choice,
    Outcome,
    PartialDate,
    Verdict,
    ask,
    downgraded,
    fix,
)

# 九大党章 (1969-04) abolished the probationary period, 十一大党章 (August 1977) brought it back.
NO_PROBATION_FROM = date(1969, 4, 1)
NO_PROBATION_TO = date(1977, 8, 11)
ADULT_RULE_FROM = date(1945, 6, 11)
_PARTY_FOUNDED = date(1921, 7, 1)


class RowChecks:
    """Checks the rows of one table; reads verdicts through the grid and writes overrides into it."""

    def __init__(self, grid: Grid, today: date) -> None:
        self.grid = grid
        self.today = today
        self._birth_of: dict[str, PartialDate] = {}
        has = grid.vectors.__contains__
        self.has_birth, self.has_sex = has("birth"), has("sex")
        self.has_joined, self.has_full = has("joined_date"), has("full_date")
        self.has_status, self.has_again = has("status"), has("joined_date_again")

    def check(self, position: int) -> None:
        """All checks of one row."""
        verdict = self.grid.verdict
        number = verdict(position, "id_number").value
        if isinstance(number, str) and len(number) == 18:
            if self.has_birth:
                self._birth_against_number(position, number)
            if self.has_sex:
                self._sex_against_number(position, number)
        birth = verdict(position, "birth").value if self.has_birth else None
        if isinstance(birth, PartialDate) and not 16 <= self.today.year - birth.year <= 110:
            reason = "按出生日期算，年龄不合常理，请核对。"
            found = downgraded(verdict(position, "birth"), reason, _date_choice(birth), LEAVE_EMPTY)
            self.override(position, "birth", found)
        if birth is None and isinstance(number, str) and len(number) == 18:
            birth = birth_of(number)
        if self.has_joined:
            self._joined(position, birth if isinstance(birth, PartialDate) else None)
        if self.has_again:
            self._two_joined_columns(position)
        if self.has_status:
            self._status_against_dates(position)

    def override(self, position: int, name: str, verdict: Verdict) -> None:
        """Replace the verdict on one cell of one row."""
        self.grid.overrides[position, name] = verdict

    def _birth_against_number(self, position: int, number: str) -> None:
        proved = birth_of(number)
        verdict = self.grid.verdict(position, "birth")
        value = verdict.value
        if value == proved:
            return
        if isinstance(value, PartialDate):
            if not (value.first_day() <= proved.first_day() <= value.last_day()):
                reason = "出生日期和身份证号里的{proved}不一致，请按证件核对。".format(proved=proved.iso())
                choices = (_date_choice(proved), _date_choice(value), LEAVE_EMPTY)
                self.override(position, "birth", downgraded(verdict, reason, *choices))
                number_verdict = self.grid.verdict(position, "id_number")
                number_reason = "身份证号里的出生日期和“出生日期”一列不一致，请按证件核对。"
                keep = Choice(number, number)
                self.override(
                    position, "id_number", downgraded(number_verdict, number_reason, keep, LEAVE_EMPTY)
                )
            return
        if verdict.outcome is Outcome.ASK:
            for choice in verdict.choices:
                if isinstance(choice.value, PartialDate) and choice.value.agrees_with(proved):
                    reason = "由身份证号证实是{date}。".format(date=choice.value.iso())
                    self.override(position, "birth", fix(choice.value, reason))
                    return

    def _sex_against_number(self, position: int, number: str) -> None:
        proved = sex_of(number)
        verdict = self.grid.verdict(position, "sex")
        if verdict.value is not None and verdict.value != proved:
            reason = "性别和身份证号不一致，请按证件核对。"
            choices = [Choice(key, label_of("sex", key)) for key in ("1", "2")]
            self.override(position, "sex", downgraded(verdict, reason, *choices, LEAVE_EMPTY))

    def _joined(self, position: int, birth: PartialDate | None) -> None:
        joined = self.grid.verdict(position, "joined_date")
        full = self.grid.verdict(position, "full_date")
        value, full_value = joined.value, full.value
        if isinstance(value, PartialDate):
            reason = _joined_problem(value, birth)
            if reason:
                self.override(
                    position, "joined_date", downgraded(joined, reason, _date_choice(value), LEAVE_EMPTY)
                )
            if isinstance(full_value, PartialDate):
                reason = probation_problem(value, full_value)
                if reason:
                    self.override(
                        position, "full_date", downgraded(full, reason, _date_choice(full_value), LEAVE_EMPTY)
                    )
                    if joined.is_accepted and (position, "joined_date") not in self.grid.overrides:
                        confirm = downgraded(joined, reason, _date_choice(value), LEAVE_EMPTY)
                        self.override(position, "joined_date", confirm)

    def _two_joined_columns(self, position: int) -> None:
        first = self.grid.verdict(position, "joined_date")
        second = self.grid.verdict(position, "joined_date_again")
        one, two = first.value, second.value
        if isinstance(one, PartialDate) and isinstance(two, PartialDate) and not one.agrees_with(two):
            reason = "两列入党日期不一样，请确认哪一个是支部大会通过的日期。"
            choices = (_date_choice(one), _date_choice(two))
            self.override(position, "joined_date", downgraded(first, reason, *choices))
        elif one is None and first.outcome is Outcome.OK and isinstance(two, PartialDate):
            reason = "只有“入党时间”一列有日期，请确认是不是支部大会通过的日期。"
            self.override(position, "joined_date", ask(reason, _date_choice(two), LEAVE_EMPTY))

    def _status_against_dates(self, position: int) -> None:
        verdict = self.grid.verdict(position, "status")
        joined = self.grid.verdict(position, "joined_date").value
        full = self.grid.verdict(position, "full_date").value
        reason = status_problem(verdict.value, joined, full, self.today)
        if reason:
            choices = [Choice(key, label_of("status", key)) for key in ("full", "probationary")]
            self.override(position, "status", downgraded(verdict, reason, *choices, LEAVE_EMPTY))


def _joined_problem(joined: PartialDate, birth: PartialDate | None) -> str:
    if birth is not None and joined.year > max(birth.year + 18, ADULT_RULE_FROM.year):
        return ""  # the ordinary case, without a calendar
    if joined.last_day() < _PARTY_FOUNDED:
        return "入党日期早于建党的日期，请核对。"
    if birth is None or joined.first_day() < ADULT_RULE_FROM:
        return ""
    if joined.last_day() < add_years(birth.first_day(), 18):
        return "按出生日期算，入党时不满18周岁，请核对。"
    return ""


def probation_problem(joined: PartialDate, full: PartialDate) -> str:
    """Why the two dates cannot both be right under the rules of their time; empty if they can."""
    if joined.year > NO_PROBATION_TO.year and joined.day and full.day:
        months = (full.year - joined.year) * 12 + full.month - joined.month
        if 12 < months < 30 or (months == 12 and full.day >= joined.day):
            return ""  # the ordinary case, without a calendar
    if full.last_day() < joined.first_day():
        return "转正日期早于入党日期，请核对。"
    if joined.first_day() >= NO_PROBATION_FROM and joined.last_day() <= NO_PROBATION_TO:
        return (
            ""
            if full.agrees_with(joined)
            else "1969年4月至1977年8月入党没有预备期，转正日期应当和入党日期相同或者留空，请核对。"
        )
    if joined.first_day() <= NO_PROBATION_TO and joined.last_day() >= NO_PROBATION_FROM:
        return ""
    if full.agrees_with(joined):
        return "转正日期和入党日期相同，这一时期入党有一年预备期，请核对。"
    if joined.first_day() > NO_PROBATION_TO and full.last_day() < add_months(joined.first_day(), 12):
        return "从入党到转正不满一年，请核对。"
    if joined.first_day() > NO_PROBATION_TO and full.first_day() > add_months(joined.last_day(), 30):
        return "从入党到转正超过两年半，请核对。"
    return ""


def status_problem(status: object, joined: object, full: object, today: date) -> str:
    """Why a status does not fit the dates beside it; empty if it does."""
    if status == "probationary":
        if isinstance(full, PartialDate) and full.last_day() <= today:
            return "人员类别是预备党员，但转正日期已经过了，请核对。"
        if isinstance(joined, PartialDate) and add_months(joined.last_day(), 25) < today:
            return "入党已经两年多，人员类别还是预备党员，请核对。"
    if status == "full" and isinstance(joined, PartialDate) and joined.year + 1 < today.year:
        return ""
    if status == "full" and isinstance(joined, PartialDate) and add_months(joined.first_day(), 12) > today:
        return "入党还不满一年，人员类别却是正式党员，请核对。"
    return ""


def _date_choice(value: PartialDate) -> Choice:
    return Choice(value, value.iso())
