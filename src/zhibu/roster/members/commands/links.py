"""A member's way in without password: an account made from the roster, and a link for one use."""

from __future__ import annotations

from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.errors import Refused
from zhibu.foundation.accounts.commands.accounts import create_member_account
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.audit.commands import command
from zhibu.roster.access.commands import enrol_member, issue_sign_in_link
from zhibu.roster.members.commands.decisions import allow
from zhibu.roster.members.models import Person, Standing


@command("members.issue_sign_in_link")
def issue_member_link(*, actor: Actor, today: date, person: Person) -> str:
    """The token of a sign-in link for a member of the roster, whose account is made on first use.

    Refused for somebody whose account can do more than a member's: they sign in by password.
    """
    allow(actor, "access:issue_link", person.organization.path)
    if person.standing == Standing.LEFT:
        raise Refused("members.not_on_roster", "{name}已经不在册。".format(name=person.name))
    account = Account.objects.filter(person_id=person.pk).first()
    if account is None:
        account = create_member_account(actor=actor, display_name=person.name, person_id=person.pk)
        enrol_member(actor=actor, today=today, account=account, organization=person.organization)
    elif account.has_usable_password():
        raise Refused(
            "members.has_password",
            "{name}有自己的登录名和密码，请用密码登录。".format(name=person.name),
            next_step="忘了密码的，请开重设密码的链接。",
        )
    return issue_sign_in_link(actor=actor, today=today, account=account)
