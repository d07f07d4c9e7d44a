"""The accounts of the demo: one for each role, with a password that everybody may read on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhibu.cli.demo.records import County, Org, Person
from zhibu.cli.demo.write_roster import Written
from zhibu.common.actor import Actor
from zhibu.foundation.accounts.commands import appoint_administrator, create_account
from zhibu.roster.access.commands import grant_role


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account to try: what it is for, in Chinese, and how to sign in."""

    role: str
    label: str
    username: str
    password: str
    place: str


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who gets an account, and where."""

    role: str
    label: str
    username: str
    password: str
    org: Org
    person: Person | None = None
    group_id: int | None = None


ADMINISTRATORS = (
    ("system", "系统管理员", "xitong", "jishui-hetao-5173"),
    ("security", "安全管理员", "anquan", "lushan-songfeng-6284"),
    ("audit", "审计管理员", "shenji", "yanliu-qingzhou-7395"),
)


def open_accounts(county: County, actor: Actor, written: Written) -> tuple[DemoAccount, ...]:
    """Make the accounts: of the busy branch, of the calm one, of those above, of the administrators."""
    opened = [_open(seat, county.today, actor, written) for seat in _seats(county)]
    for kind, label, username, password in ADMINISTRATORS:
        account = create_account(actor=actor, username=username, display_name=label, password=password)
        appoint_administrator(actor=actor, account=account, kind=kind)
        opened.append(DemoAccount(kind, label, username, password, "本系统"))
    return tuple(opened)


def _seats(county: County) -> list[Seat]:
    busy, calm = county.busy, county.calm
    assert busy is not None
    assert calm is not None
    holders = {office.person for office in busy.offices}
    member = next(p for p in busy.members if p not in holders and p.is_full)
    publicity = next(o.person for o in busy.offices if o.role == "publicity_member")
    seats = [
        Seat(
            "secretary",
            "党支部书记（这周有几件事要办）",
            "shuji",
            "qingshi-cunkou-1937",
            busy,
            _secretary(busy),
        ),
        Seat("committee_member", "支委委员", "weiyuan", "heye-tianjing-3755", busy, publicity),
        Seat("member", "普通党员", "dangyuan", "maidi-xingguang-4664", busy, member),
    ]
    if busy.groups:
        group = busy.groups[0]
        seats.append(
            Seat(
                "group_leader",
                "党小组组长",
                "zuzhang",
                "zhuyuan-yueliang-5573",
                busy,
                group.leader,
                group.group_id,
            )
        )
    if calm is not busy:
        seats.append(
            Seat(
                "secretary",
                "党支部书记（样样办完）",
                "shuji2",
                "liuwan-chuntian-2846",
                calm,
                _secretary(calm),
            )
        )
    above = busy.superior
    seats.append(Seat("organizer", "乡镇组织员", "zuzhiyuan", "yunqi-shanlu-6482", above))
    seats.append(Seat("organizer", "县委组织员（看全县支部）", "xianzu", "yanchuan-hepan-7391", county.root))
    seats.append(Seat("statistics", "统计人员（只读）", "tongji", "shuju-qiutian-8209", county.root))
    return seats


def _secretary(org: Org) -> Person:
    return next(o.person for o in org.offices if o.role == "secretary" and o.valid_to is None)


def _open(seat: Seat, today: date, actor: Actor, written: Written) -> DemoAccount:
    person = written.persons[seat.person.person_id] if seat.person else None
    account = create_account(
        actor=actor,
        username=seat.username,
        display_name=seat.person.name if seat.person else seat.label,
        person_id=person.pk if person else None,
        password=seat.password,
    )
    place = written.organizations[seat.org.org_id]
    group = written.groups[seat.group_id].pk if seat.group_id is not None else None
    grant_role(actor=actor, today=today, account=account, role=seat.role, organization=place, group_id=group)
    if seat.person is not None and seat.role != "member":
        grant_role(actor=actor, today=today, account=account, role="member", organization=place)
    return DemoAccount(seat.role, seat.label, seat.username, seat.password, seat.org.short_name)
