"""Granting and ending roles, following a member who moves, handing the secretary's work over, issuing
links.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.accounts.commands.attempts import take_turn
from zhibu.foundation.accounts.commands.passwords import issue_link
from zhibu.foundation.accounts.models import Account, OneTimeLink, SpecialRole
from zhibu.foundation.audit.commands import command, record
from zhibu.roster.access.models import Grant, HandOver, Role
from zhibu.roster.access.queries import list_open_matters, running
from zhibu.roster.organizations.models import Organization

_DENIALS, _DENIALS_WITHIN = 20, timedelta(minutes=15)
_SUBTREE_ROLES = frozenset({Role.ORGANIZER, Role.STATISTICS})
_BELOW_ORGANIZER = frozenset(
    {Role.MEMBER, Role.GROUP_LEADER, Role.COMMITTEE_MEMBER, Role.SECRETARY, Role.STATISTICS}
)


@command("access.grant")
def grant_role(
    *,
    actor: Actor,
    today: date,
    account: Account,
    role: str,
    organization: Organization,
    valid_from: date | None = None,
    group_id: int | None = None,
) -> Grant:
    """Give an account a role at an organisation; organisers and readers of statistics see all below it.

    Only 安全管理员 may; an administrator's account never gets a role of work. Raises ``Refused`` where
    the account has the role already.
    """
    if not actor.may("access:grant"):
        raise NotAllowed("access:grant")
    return _grant(actor, today, account, role, organization, valid_from or today, group_id)


def _grant(
    actor: Actor,
    today: date,
    account: Account,
    role: str,
    organization: Organization,
    valid_from: date,
    group_id: int | None = None,
) -> Grant:
    if SpecialRole.objects.filter(account=account).exists():
        raise Refused(
            "access.administrator",
            "{name}是三员之一，不能再授予业务角色。".format(name=account.display_name),
            next_step="请另开一个账号。",
        )
    if organization.dissolved_date:
        raise Refused("access.dissolved", "这个党组织已经撤销，不能在这里授权。")
    grant = Grant(
        account=account,
        role=role,
        organization=organization,
        group_id=group_id,
        with_subtree=role in _SUBTREE_ROLES,
        valid_from=valid_from,
        granted_by=actor.label,
        granted_at=utc_now(),
    )
    try:
        with transaction.atomic():
            grant.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(
            "access.granted_already",
            "{name}在这里已经有这个角色。".format(name=account.display_name),
        ) from error
    _record(actor, "access.grant", grant)
    return grant


@command("access.end_grant")
def end_grant(*, actor: Actor, today: date, grant: Grant) -> None:
    """Take a role away, from this moment."""
    if not actor.may("access:grant"):
        raise NotAllowed("access:grant")
    if grant.valid_to:
        raise Refused("access.grant_ended", "这项授权已经收回。")
    _end(actor, today, grant, "access.end_grant")


def _end(actor: Actor, today: date, grant: Grant, action: str) -> None:
    grant.valid_to = max(today, grant.valid_from)
    grant.save(update_fields=["valid_to"])
    _record(actor, action, grant)


@command("access.enrol_member")
def enrol_member(*, actor: Actor, today: date, account: Account, organization: Organization) -> Grant:
    """Let a member on an organisation's roster see their own things; follows from the roster, not from
    choice.
    """
    if not actor.may("access:issue_link", organization.path):
        raise NotAllowed("access:issue_link")
    return _grant(actor, today, account, Role.MEMBER, organization, today)


@command("access.follow_person")
def follow_person(*, actor: Actor, today: date, person_id: int, organization: Organization | None) -> None:
    """A member moved or left: every role held as one of that roster ends, the member's own follows to
    the new place.
    """
    account = Account.objects.filter(person_id=person_id).first()
    if account is None:
        return
    for grant in running(Grant.objects.filter(account=account), today).exclude(role__in=_SUBTREE_ROLES):
        _end(actor, today, grant, "access.follow_person")
    if organization is not None:
        _grant(actor, today, account, Role.MEMBER, organization, today)


@command("access.hand_over")
def hand_over(
    *,
    actor: Actor,
    today: date,
    organization: Organization,
    to_account: Account,
    from_account: Account | None = None,
) -> HandOver:
    """Hand a branch's work to the next secretary: the old grant ends and the new one begins in one step.

    May be done by the present secretary or by an organiser above. ``from_account`` names the secretary who
    leaves where the organiser does it; what was open on that day is kept with the hand-over.
    """
    if not actor.may("access:hand_over", organization.path):
        raise NotAllowed("access:hand_over")
    held = Grant.objects.filter(organization=organization, role=Role.SECRETARY, valid_to__isnull=True)
    leaving = held.filter(account=from_account) if from_account else held
    grants = list(leaving.select_related("account"))
    if not grants:
        raise Refused(
            "access.no_secretary",
            "{name}现在没有书记账号，不用交接。".format(name=organization.name),
            next_step="请由安全管理员直接授权。",
        )
    if any(grant.account_id == to_account.pk for grant in grants):
        raise Refused("access.same_account", "移交人和接手人是同一个账号。", next_step="请另选接手人。")
    matters = list_open_matters(organization, today=today)
    for grant in grants:
        _end(actor, today, grant, "access.hand_over_end")
    _grant(actor, today, to_account, Role.SECRETARY, organization, today)
    handed = HandOver.objects.create(
        organization=organization,
        from_account=grants[0].account,
        to_account=to_account,
        handed_date=today,
        summary={
            "matters": [
                {
                    "kind": matter.kind,
                    "text": matter.text,
                    "due_date": matter.due_date.isoformat() if matter.due_date else "",
                }
                for matter in matters
            ]
        },
        created_at=utc_now(),
        created_by=actor.label,
    )
    record(
        actor=actor,
        action="access.hand_over",
        object_ref="hand_over:{id}".format(id=handed.pk),
        org_ids=[organization.pk],
        diff={"from": grants[0].account_id, "to": to_account.pk, "matters": len(matters)},
    )
    return handed


@command("access.issue_reset_link")
def issue_reset_link(*, actor: Actor, today: date, account: Account) -> str:
    """A one-time link for somebody below who forgot the password; returns the token, shown once.

    Everything that the account may do must lie below an organiser's own place, and be less than it.
    """
    _check_below(actor, account, today, _BELOW_ORGANIZER, "supervision:remind")
    return issue_link(actor=actor, account=account, purpose=OneTimeLink.Purpose.RESET)


@command("access.issue_sign_in_link")
def issue_sign_in_link(*, actor: Actor, today: date, account: Account) -> str:
    """A one-time link for a member without password; only for accounts that are nothing but a member's."""
    _check_below(actor, account, today, frozenset({Role.MEMBER}), "access:issue_link")
    return issue_link(actor=actor, account=account, purpose=OneTimeLink.Purpose.SIGN_IN)


def _check_below(actor: Actor, account: Account, today: date, roles: frozenset[Role], right: str) -> None:
    grants = list(running(Grant.objects.filter(account=account), today).select_related("organization"))
    is_special = SpecialRole.objects.filter(account=account).exists()
    if is_special or not grants or account.pk == actor.account_id:
        raise NotAllowed(right)
    for grant in grants:
        if grant.role not in roles or not actor.may(right, grant.organization.path):
            raise NotAllowed(right)


def record_denial(*, actor: Actor, right: str, page: str, now: datetime) -> None:
    """A page that somebody asked for without the right to it, as ``_open_page`` records it.

    At most twenty rows a quarter of an hour and account, so that nobody fills the record by reloading.
    """
    with suppress(Refused, NotAllowed):
        take_turn("denied", actor.label, now=now, limit=_DENIALS, window=_DENIALS_WITHIN)
        _open_page(actor=actor, right=right, page=page)


@command("access.open_page")
def _open_page(*, actor: Actor, right: str, page: str) -> None:
    denial = NotAllowed(right)
    denial.object_ref = "page:{page}".format(page=page)
    raise denial


def refuse_marked(*, actor: Actor, page: str, mark: str) -> None:
    """Refuse what carries a mark of classification, as ``_bring_text`` records it; nothing of it is kept."""
    if mark:
        _bring_text(actor=actor, page=page, mark=mark)


@command("access.bring_text")
def _bring_text(*, actor: Actor, page: str, mark: str) -> None:
    refusal = Refused(
        "access.classified",
        "内容里有“{mark}”这样的密级标志。本系统为非涉密信息系统，不能存储、处理国家秘密和工作秘密，刚才的内容没有保存。".format(
            mark=mark[:12]
        ),
        next_step="涉密内容请按保密规定办理；确实不涉密的，请去掉密级标志再提交。已经留下记录，有疑问请联系安全管理员。",
    )
    refusal.object_ref = "page:{page}".format(page=page)
    raise refusal


def _record(actor: Actor, action: str, grant: Grant) -> None:
    record(
        actor=actor,
        action=action,
        object_ref="account:{id}".format(id=grant.account_id),
        org_ids=[grant.organization_id],
        diff={"role": grant.role},
    )
