"""Organisational life of a branch for the whole time on record, everything lawful and in time."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

from zhibu.cli.demo.records import Change, County, Group, Item, Meeting, Org, Person, Vote
from zhibu.cli.demo.source import Source, table
from zhibu.common.dates import add_months

STUDY_MINUTES = 150  # a party day with study; twelve of them and the days below make 46 hours a year
MONTHLY = {
    "themed_party_day",
    "branch_committee_meeting",
    "party_group_meeting",
    "general_membership_meeting",
}
HALF_DAY, DAY, WEEK = 240, 480, 1440


def live(source: Source, county: County) -> None:
    """Two years of meetings of every organisation, in the order of dates."""
    decided = _decisions(county.changes)
    for org in county.orgs:
        if org.kind == "branch":
            _Branch(source, county, org, decided.get(org.org_id, [])).live()
        elif org.kind != "general_branch":
            _committee_year(source, county, org)


def months(first: date, last: date) -> Iterator[date]:
    """The first days of the months from that of ``first`` to that of ``last``."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = add_months(month, 1)


def day_of(month: date, day: int) -> date:
    """A day of a month, the last one where the month is shorter."""
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))


def _decisions(changes: list[Change]) -> dict[int, list[Change]]:
    found: dict[int, list[Change]] = {}
    for change in changes:
        if change.kind in ("accept", "confirm") and change.body == "general_membership_meeting":
            found.setdefault(change.org.org_id, []).append(change)
    return found


class _Branch:
    """The life of one branch. Days of the month are fixed for a branch, as branches keep them."""

    def __init__(self, source: Source, county: County, org: Org, decided: list[Change]) -> None:
        self.source, self.county, self.org, self.decided = source, county, org, decided
        self.begin = org.begin or county.begin
        self.end = date(county.today.year, 12, 31) if org.is_prompt else county.today
        self.themes = table("themes")
        chance = source.random
        self.party_day, self.committee_day, self.group_day = (
            chance.randint(8, 22),
            chance.randint(2, 7),
            chance.randint(3, 26),
        )
        self.place = source.pick(self.themes["places"])
        self.year_end = chance.randint(4, 27)
        self.trained = chance.randint(5, 9)

    def live(self) -> None:
        for month in months(self.begin, self.end):
            self._month(month)
            if month.month % 3 == 2:
                self._general(month)
            if month.month in (3, 9):
                self._add(
                    "collective_study", day_of(month, self.group_day), HALF_DAY, "members", "专题集中学习"
                )
            if month.month == self.trained:
                self._training(month)
            if month.month == 12:
                self._year_end(month)
            if month.month in (5, 10):
                self._talks(month)
        for change in self.decided:
            self._decision(change)
        for term in self.org.terms:
            if term.elected_date >= self.begin:
                self._election(term.elected_date, self.org.has_committee)
        self.org.meetings.sort(key=lambda meeting: (meeting.date, meeting.kind))

    def secretary(self, day: date) -> Person | None:
        """Who was secretary on a day."""
        for office in self.org.offices:
            if (
                office.role == "secretary"
                and office.valid_from <= day
                and (office.valid_to is None or day < office.valid_to)
            ):
                return office.person
        return None

    def _add(self, kind: str, day: date, minutes: int, audience: str, title: str) -> Meeting | None:
        """A meeting, unless the day lies outside the time on record."""
        if self.org.is_prompt:
            day = self._soon(kind, day)
        if not self.begin <= day <= self.county.today:
            return None
        made = Meeting(self.org, kind, day, minutes, audience, title, day.year, place=self.place)
        made.host = self.secretary(day)
        self.org.meetings.append(made)
        return made

    def _soon(self, kind: str, day: date) -> date:
        """A prompt branch has already done what is due in the running month, quarter or year's end."""
        today = self.county.today
        is_quarterly = kind == "general_membership_meeting" and (day.month - 1) // 3 == (today.month - 1) // 3
        is_yearly = kind not in MONTHLY and today.month >= 10
        near = day.year == today.year and (day.month == today.month or is_quarterly or is_yearly)
        return min(day, today) if near else day

    def _month(self, month: date) -> None:
        theme = self.themes["party_days"][(month.month + self.party_day) % 12]
        made = self._add(
            "themed_party_day",
            day_of(month, self.party_day),
            STUDY_MINUTES,
            "members",
            f"{month.month}月主题党日：{theme}",
        )
        if made:
            made.also = ["collective_study"]
            if month.month % 3 == 0:
                made.also.append("party_lecture")
                made.lecturer = made.host
        if self.org.has_committee:
            made = self._add(
                "branch_committee_meeting",
                day_of(month, self.committee_day),
                60,
                "committee",
                f"{month.month}月支部委员会会议",
            )
            if made:
                made.start_hour = 15
                made.items.append(self._item("committee"))
        for group in self.org.groups:
            self._group(group, month)

    def _group(self, group: Group, month: date) -> None:
        made = self._add(
            "party_group_meeting",
            day_of(month, self.group_day),
            60,
            "group",
            f"{group.name}{month.month}月会议",
        )
        if made:
            made.group, made.host = group, group.leader
            made.start_hour = 16

    def _general(self, month: date) -> None:
        made = self._add(
            "general_membership_meeting",
            day_of(month, self.party_day + 2),
            90,
            "members",
            f"{month.year}年第{'一二三四'[month.month // 3]}季度党员大会",
        )
        if made:
            made.items += [self._item("general"), self._item("general", with_vote=self.source.chance(60))]

    def _item(self, kind: str, *, with_vote: bool = False) -> Item:
        item = Item(
            self.source.pick(self.themes[kind]), discussion=self.source.pick(self.themes["discussions"])
        )
        if with_vote:
            item.matter, item.vote = "other", Vote("hands", 0, 0, 0, 0, 0)
        return item

    def _training(self, month: date) -> None:
        """The yearly training: a day for all by the township, a course by the county for the officers."""
        made = self._add(
            "training", day_of(month, self.group_day), DAY, "members", f"{month.year}年党员集中轮训"
        )
        if made:
            made.level = "township"
        made = self._add("training", day_of(month, 28), WEEK, "listed", f"{month.year}年党务干部培训班")
        if made:
            made.level, made.basis, made.host, made.place = "county", "listed", None, "县委党校"
            made.marks = {
                o.person: "present" for o in self.org.offices if o.group is None and o.valid_to is None
            }

    def _year_end(self, month: date) -> None:
        """Life meeting and appraisal of the year, and the secretary's two reports."""
        label = month.year
        made = self._add("organizational_life_meeting", day_of(month, self.year_end), 150, "members", "")
        if made:
            made.title = f"{label}年度组织生活会和民主评议党员"
            made.also = ["democratic_appraisal"]
        made = self._add("secretary_report", day_of(month, self.year_end + 1), 60, "members", "")
        if made:
            made.title, made.lecturer = f"{label}年度书记向支部党员大会述职", made.host
        made = self._add("secretary_report", day_of(month, 29), 60, "listed", "")
        if made:
            made.title = f"{label}年度书记向上级党组织述职"
            made.level, made.basis, made.lecturer = "township", "listed", made.host
            made.marks = {made.host: "present"} if made.host else {}

    def _talks(self, month: date) -> None:
        """Talks of the officers with members, half of the members each time, ten to a list."""
        day = day_of(month, self.group_day)
        half = [p for p in self.org.roll if p.person_id % 2 == month.month % 2 and _belongs(p, self.org, day)]
        officers = list(
            dict.fromkeys(o.person for o in self.org.offices if o.group is None and o.valid_to is None)
        )
        for start in range(0, len(half), 10):
            made = self._add(
                "heart_to_heart_talk", day + timedelta(days=start // 10 % 3), 60, "listed", "谈心谈话"
            )
            if made:
                made.basis, made.host = "listed", officers[start // 10 % len(officers)]
                made.marks = dict.fromkeys([made.host, *half[start : start + 10]], "partner")

    def _decision(self, change: Change) -> None:
        """The members' meeting that accepted somebody on probation or as a full member."""
        assert change.decision_date is not None
        word = "接收为预备党员" if change.kind == "accept" else "预备党员转正"
        made = self._add(
            "general_membership_meeting", change.decision_date, 60, "members", f"讨论{word}的党员大会"
        )
        if made:
            matter = "admit_probationary" if change.kind == "accept" else "grant_full"
            made.items.append(
                Item(
                    f"讨论{change.person.name}同志{word}",
                    matter,
                    "介绍人介绍情况，与会党员充分讨论。",
                    Vote("secret", 0, 0, 0, 0, 0),
                )
            )

    def _election(self, day: date, has_committee: bool) -> None:
        made = self._add("general_membership_meeting", day, 120, "members", "换届选举党员大会")
        if made:
            topic = "选举新一届支部委员会" if has_committee else "选举支部书记"
            made.items.append(Item(topic, "elect_committee", "", Vote("secret", 0, 0, 0, 0, 0)))


def _belongs(person: Person, org: Org, day: date) -> bool:
    return any(
        spell.org is org and spell.valid_from <= day and (spell.valid_to is None or day < spell.valid_to)
        for spell in person.spells
    )


def _committee_year(source: Source, county: County, org: Org) -> None:
    """What a committee itself owes each year: a study, a lecture by its secretary, a training."""
    secretary = next((o.person for o in org.offices if o.role == "secretary" and o.valid_to is None), None)
    shift = source.random.randint(2, 20)
    begin = org.begin or county.begin
    for month in months(begin, county.today):
        for kind, due, title in (
            ("committee_study", 4, "专题研究党支部建设"),
            ("party_lecture", 7, "党委书记讲党课"),
            ("training", 9, "党员集中轮训"),
        ):
            day = day_of(month, shift)
            if month.month != due or not begin <= day <= county.today:
                continue
            made = Meeting(
                org,
                kind,
                day,
                120,
                "listed",
                f"{month.year}年{title}",
                day.year,
                basis="listed",
                place="党委会议室",
            )
            made.level = "county" if org.kind == "local_committee" else "township"
            made.host = secretary
            if kind == "party_lecture":
                made.lecturer = secretary
            org.meetings.append(made)
