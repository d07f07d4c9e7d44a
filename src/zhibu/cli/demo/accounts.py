"""The accounts of the demo: one for each role, with a password that everybody may read on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from zhibu.cli.demo.records import County, Org, Person
from zhibu.cli.demo.write_roster import Written
from zhibu.common.actor import Actor
from zhibu.foundation.accounts.commands.accounts import appoint_administrator, create_account
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
    """Somebody who gets an account, and where: the key of KEYS says in which role."""

    key: str
    org: Org
    person: Person | None = None
    group_id: int | None = None


# Key → role, what it is for, sign-in name, password. The passwords are printed: they keep nothing secret.
KEYS = {
    "busy": ("secretary", "党支部书记（这周有几件事要办）", "shuji", "qingshi-cunkou-1937"),
    "calm": ("secretary", "党支部书记（样样办完）", "shuji2", "liuwan-chuntian-2846"),
    "committee": ("committee_member", "支委委员", "weiyuan", "heye-tianjing-3755"),
    "group": ("group_leader", "党小组组长", "zuzhang", "zhuyuan-yueliang-5573"),
    "member": ("member", "普通党员", "dangyuan", "maidi-xingguang-4664"),
    "township": ("organizer", "乡镇组织员", "zuzhiyuan", "yunqi-shanlu-6482"),
    "county": ("organizer", "县委组织员（看全县支部）", "xianzu", "yanchuan-hepan-7391"),
    "statistics": ("statistics", "统计人员（只读）", "tongji", "shuju-qiutian-8209"),
}
ADMINISTRATORS = (
    ("system", "系统管理员", "xitong", "jishui-hetao-5173"),
    ("security", "安全管理员", "anquan", "lushan-songfeng-6284"),
    ("audit", "审计管理员", "shenji", "yanliu-qingzhou-7395"),
)


def hash_passwords() -> dict[str, str]:
    """The hashes by sign-in name; made before the transaction, since each costs time on purpose."""
    return {
        username: make_password(password) for _, _, username, password in (*KEYS.values(), *ADMINISTRATORS)
    }


def open_accounts(
    county: County, actor: Actor, written: Written, hashes: dict[str, str]
) -> tuple[DemoAccount, ...]:
    """Make the accounts: of the busy branch, of the calm one, of those above, of the administrators."""
    opened = [_open(seat, county.today, actor, written, hashes) for seat in _seats(county)]
    for kind, label, username, password in ADMINISTRATORS:
        account = create_account(
            actor=actor, username=username, display_name=label, password_hash=hashes[username]
        )
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
    return [
        Seat("busy", busy, _secretary(busy)),
        *([Seat("calm", calm, _secretary(calm))] if calm is not busy else []),
        Seat("committee", busy, publicity),
        *[Seat("group", busy, group.leader, group.group_id) for group in busy.groups[:1]],
        Seat("member", busy, member),
        Seat("township", busy.superior),
        Seat("county", county.root),
        Seat("statistics", county.root),
    ]


def _secretary(org: Org) -> Person:
    return next(o.person for o in org.offices if o.role == "secretary" and o.valid_to is None)


def _open(seat: Seat, today: date, actor: Actor, written: Written, hashes: dict[str, str]) -> DemoAccount:
    role, label, username, password = KEYS[seat.key]
    person = written.persons[seat.person.person_id] if seat.person else None
    account = create_account(
        actor=actor,
        username=username,
        display_name=seat.person.name if seat.person else label,
        person_id=person.pk if person else None,
        password_hash=hashes[username],
    )
    place = written.organizations[seat.org.org_id]
    group = written.groups[seat.group_id].pk if seat.group_id is not None else None
    grant_role(actor=actor, today=today, account=account, role=role, organization=place, group_id=group)
    if seat.person is not None and role != "member":
        grant_role(actor=actor, today=today, account=account, role="member", organization=place)
    return DemoAccount(role, label, username, password, seat.org.short_name)
