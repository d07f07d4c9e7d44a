"""What the roster still keeps at an organisation: what must move before it is dissolved."""

from __future__ import annotations

from datetime import date

from zhibu.common.errors import Refused
from zhibu.roster.members.models import Group, MembershipSpell, Office
from zhibu.roster.organizations.models import Organization, Term


def offices_of_term(term: Term) -> list[Refused]:
    """What keeps a term from being annulled: somebody holds an office that belongs to it."""
    names = Office.objects.filter(term=term, valid_to__isnull=True).order_by("sort_order", "id")
    held = [
        "{name}（{role}）".format(name=office.person.name, role=office.get_role_display())
        for office in names.select_related("person")
    ]
    if not held:
        return []
    return [
        Refused(
            "members.offices_of_term",
            "班子成员的任职登记在这一届：{held}。".format(held="、".join(held)),
            next_step="请先在党员的页面登记离任，再来作废。",
        )
    ]


def list_remains(organization: Organization, day: date) -> list[str]:
    """Whole sentences about members, offices and groups that are still there; none if it is empty."""
    found = []
    open_spells = MembershipSpell.objects.filter(organization=organization, valid_to__isnull=True)
    count = open_spells.values("person").distinct().count()
    if count:
        found.append("还有{count}名党员的组织关系在这里。".format(count=count))
    if MembershipSpell.objects.filter(organization=organization, valid_to__gt=day).exists():
        found.append("有党员在生效日期以后才转出。")
    if Office.objects.filter(organization=organization, valid_to__isnull=True).exists():
        found.append("还有没登记离任的党内职务。")
    if Group.objects.filter(organization=organization, valid_to__isnull=True).exists():
        found.append("还有没撤销的党小组。")
    return found
