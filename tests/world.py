"""The standing cast: a small county, and somebody for every role in it. Built by commands, as in real life.

县委 ─ 机关工委
     ├ 北山镇党委 ─ 东村支部 (设支委会，8 名正式党员、1 名预备党员、两个小组)
     │             └ 西村支部 (3 名正式党员)
     └ 南河镇党委 ─ 港湾社区总支 ─ 一区支部
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password
from django.test import Client

from zhibu.common.dates import utc_now
from zhibu.foundation.accounts.commands.accounts import appoint_administrator, create_account
from zhibu.foundation.accounts.models import Account, SecondFactor, SpecialRole, sealed_secret
from zhibu.roster.access.actors import RoleActor, system_actor
from zhibu.roster.access.commands import grant_role
from zhibu.roster.access.models import Role
from zhibu.roster.access.queries import get_actor
from zhibu.roster.members.commands.cards import add_person
from zhibu.roster.members.commands.offices import Appointment, form_group, take_office
from zhibu.roster.members.commands.sealed_cards import PersonCard
from zhibu.roster.members.models import Group, Office, Person, Status
from zhibu.roster.organizations.commands.creation import create_organization
from zhibu.roster.organizations.commands.decisions import Decision, Profile
from zhibu.roster.organizations.commands.terms import Election, set_records_begin, start_term
from zhibu.roster.organizations.models import Organization, OrgDomain, OrgKind, Term

TODAY = date(2026, 3, 16)
FOUNDED = date(2016, 7, 1)
BEGIN = date(2025, 1, 1)
ELECTED = date(2023, 5, 20)
PASSWORD = "dong-cun-zhi-bu-2026"
SYSTEM = system_actor("test")


@dataclass
class World:
    """Organisations by key, persons and accounts by role."""

    county: Organization
    town: Organization
    other_town: Organization
    general_branch: Organization
    branch: Organization
    sibling: Organization
    far_branch: Organization
    term: Term
    groups: tuple[Group, Group]
    people: dict[str, Person] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)

    def actor(self, role: str, today: date = TODAY) -> RoleActor:
        """The actor behind an account of the cast."""
        return get_actor(self.accounts[role], today=today)

    def client(self, role: str) -> Client:
        """A browser in which somebody of the cast has just signed in by password."""
        client = Client()
        client.force_login(self.accounts[role])
        session = client.session
        session["signed_at"] = session["proved_at"] = utc_now().timestamp()
        session.save()
        return client


def build_world(mark: str = "", area: str = "37") -> World:
    """Set the cast up; about a second.

    A second county stands beside the first where ``mark`` (a sign put to every name) and ``area`` differ.
    """
    county = _organization(area + "0000", mark + "长河县委", OrgKind.LOCAL_COMMITTEE, OrgDomain.OFFICE, None)
    town = _organization(area + "0001", mark + "北山镇党委", OrgKind.COMMITTEE, OrgDomain.TOWNSHIP, county)
    other_town = _organization(
        area + "0002", mark + "南河镇党委", OrgKind.COMMITTEE, OrgDomain.TOWNSHIP, county
    )
    general = _organization(
        area + "0003", mark + "港湾社区党总支", OrgKind.GENERAL_BRANCH, OrgDomain.COMMUNITY, other_town
    )
    branch = _organization(
        area + "0004", mark + "东村党支部", OrgKind.BRANCH, OrgDomain.VILLAGE, town, has_committee=True
    )
    sibling = _organization(area + "0005", mark + "西村党支部", OrgKind.BRANCH, OrgDomain.VILLAGE, town)
    far = _organization(area + "0006", mark + "港湾一区党支部", OrgKind.BRANCH, OrgDomain.COMMUNITY, general)
    groups = (_group(branch, mark + "第一党小组"), _group(branch, mark + "第二党小组"))
    term = start_term(
        actor=SYSTEM,
        today=TODAY,
        organization=branch,
        election=Election(elected_date=ELECTED, number=12, secretary_approved_date=date(2023, 5, 25)),
    )
    world = World(county, town, other_town, general, branch, sibling, far, term, groups)
    _people(world, mark)
    _offices(world)
    _accounts(world, mark)
    return world


def _organization(
    code: str,
    name: str,
    kind: OrgKind,
    domain: OrgDomain,
    parent: Organization | None,
    *,
    has_committee: bool = False,
) -> Organization:
    organization = create_organization(
        actor=SYSTEM,
        today=TODAY,
        code=code,
        parent=parent,
        profile=Profile(name=name, kind=kind, domain=domain, has_committee=has_committee),
        decision=Decision(effective_date=FOUNDED),
    )
    set_records_begin(actor=SYSTEM, today=TODAY, organization=organization, begin_date=BEGIN)
    return organization


def _group(branch: Organization, name: str) -> Group:
    return form_group(actor=SYSTEM, today=TODAY, organization=branch, name=name, valid_from=FOUNDED)


_MAN, _WOMAN = "1", "2"
_CAST = (  # key, name, sex, birth, joined, full, group
    ("secretary", "周长河", _MAN, "1968-04-12", date(1995, 7, 1), date(1996, 7, 1), 0),
    ("deputy", "吴秀英", _WOMAN, "1975-09-03", date(2001, 7, 1), date(2002, 7, 1), 1),
    ("committee_member", "郑国强", _MAN, "1980-01-20", date(2008, 6, 30), date(2009, 6, 30), 0),
    ("group_leader", "王桂兰", _WOMAN, "1962-11-05", date(1990, 7, 1), date(1991, 7, 1), 0),
    ("member", "冯大山", _MAN, "1950-03-30", date(1972, 7, 1), date(1973, 7, 1), 1),
    ("elder", "陈玉珍", _WOMAN, "1938-06-18", date(1960, 7, 1), date(1961, 7, 1), 1),
    ("worker", "褚卫东", _MAN, "1988-12-01", date(2014, 7, 1), date(2015, 7, 1), 1),
    ("teacher", "卫小梅", _WOMAN, "1992-05-16", date(2016, 12, 20), date(2017, 12, 20), 0),
    ("probationary", "蒋新华", _MAN, "1999-08-08", date(2025, 6, 30), None, 0),
)
_SIBLINGS = (
    ("sibling_secretary", "沈建国", _MAN, "1970-02-02", date(1998, 7, 1), date(1999, 7, 1)),
    ("sibling_member", "韩春燕", _WOMAN, "1985-10-10", date(2010, 7, 1), date(2011, 7, 1)),
    ("sibling_elder", "杨福生", _MAN, "1945-01-09", date(1968, 7, 1), date(1969, 7, 1)),
)


def _people(world: World, mark: str) -> None:
    start = 200 if mark else 0
    for number, (key, name, sex, birth, joined, full, group) in enumerate(_CAST, start=start):
        card = card_of(name + mark, sex, birth, joined, full, number)
        world.people[key] = _add(world.branch, card, world.groups[group])
    for number, (key, name, sex, birth, joined, full) in enumerate(_SIBLINGS, start=start + 50):
        world.people[key] = _add(world.sibling, card_of(name + mark, sex, birth, joined, full, number))
    far = card_of("朱晚晴" + mark, _WOMAN, "1979-07-07", date(2005, 7, 1), date(2006, 7, 1), start + 90)
    world.people["far_member"] = _add(world.far_branch, far)


def card_of(name: str, sex: str, birth: str, joined: date, full: date | None, number: int = 0) -> PersonCard:
    """A card with a made-up identity number of the area 370000 and a made-up phone."""
    return PersonCard(
        name=name,
        sex=sex,
        ethnicity="01",
        birth=birth,
        id_number=identity_number(birth, number * 2 + (1 if sex == _MAN else 2)),
        phone="1380000{number:04d}".format(number=number),
        address="长河县北山镇东村{number}号".format(number=number),
        education="61",
        joined_date=joined,
        full_date=full,
    )


def identity_number(birth: str, serial: int) -> str:
    """An identity number with a right check digit (GB 11643-1999)."""
    body = "370000{birth}{serial:03d}".format(birth=birth.replace("-", ""), serial=serial)
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def _add(organization: Organization, card: PersonCard, group: Group | None = None) -> Person:
    return add_person(
        actor=SYSTEM,
        today=TODAY,
        organization=organization,
        card=card,
        status=Status.FULL if card.full_date else Status.PROBATIONARY,
        since_date=max(FOUNDED, card.joined_date or FOUNDED),
        group=group,
    )


def _offices(world: World) -> None:
    roles = Office.Role
    for key, role, organization in (
        ("secretary", roles.SECRETARY, world.branch),
        ("deputy", roles.DEPUTY_SECRETARY, world.branch),
        ("deputy", roles.ORGANIZATION_MEMBER, world.branch),
        ("committee_member", roles.DISCIPLINE_MEMBER, world.branch),
        ("sibling_secretary", roles.SECRETARY, world.sibling),
    ):
        take_office(
            actor=SYSTEM,
            today=TODAY,
            person=world.people[key],
            organization=organization,
            appointment=Appointment(role=role, valid_from=ELECTED),
        )
    take_office(
        actor=SYSTEM,
        today=TODAY,
        person=world.people["group_leader"],
        organization=world.branch,
        appointment=Appointment(role=roles.GROUP_LEADER, valid_from=ELECTED, obtained_by="appointed"),
        group=world.groups[0],
    )


def _accounts(world: World, mark: str) -> None:
    holders: tuple[tuple[str, str, Organization, str], ...] = (
        ("secretary", Role.SECRETARY, world.branch, "secretary"),
        ("committee_member", Role.COMMITTEE_MEMBER, world.branch, "committee_member"),
        ("group_leader", Role.GROUP_LEADER, world.branch, "group_leader"),
        ("member", Role.MEMBER, world.branch, "member"),
        ("sibling_secretary", Role.SECRETARY, world.sibling, "sibling_secretary"),
        ("organizer", Role.ORGANIZER, world.county, ""),
        ("town_organizer", Role.ORGANIZER, world.town, ""),
        ("statistics", Role.STATISTICS, world.county, ""),
    )
    for key, role, organization, person in holders:
        account = _account(key + mark, world.people.get(person))
        group_id = world.groups[0].pk if role == Role.GROUP_LEADER else None
        grant_role(
            actor=SYSTEM,
            today=TODAY,
            account=account,
            role=role,
            organization=organization,
            valid_from=BEGIN,
            group_id=group_id,
        )
        world.accounts[key] = account
    for kind in SpecialRole.Kind.values:
        account = _account(kind + mark, None)
        appoint_administrator(actor=SYSTEM, account=account, kind=kind)
        world.accounts[kind] = account


def _account(key: str, person: Person | None) -> Account:
    return create_account(
        actor=SYSTEM,
        username=key,
        display_name=person.name if person else key,
        person_id=person.pk if person else None,
        password_hash=make_password(PASSWORD),
    )


def bound_device(account: Account) -> SecondFactor:
    """A device that is bound to an account, its secret sealed as the command does it."""
    return SecondFactor.objects.create(
        user=account, name="动态口令", key=sealed_secret(account), confirmed=True
    )
