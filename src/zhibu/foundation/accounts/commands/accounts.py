"""Making accounts, closing and opening them, and the three administrators."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.accounts.models import Account, SpecialRole
from zhibu.foundation.audit.commands import command, record


@command("accounts.create")
def create_account(
    *,
    actor: Actor,
    username: str,
    display_name: str,
    person_id: int | None = None,
    password_hash: str = "",
    must_change_password: bool = False,
) -> Account:
    """Make an account, closed to passwords until its owner sets one by a one-time link, unless one is
    given: as its hash (``make_password``), which the caller makes before any transaction.
    """
    if not actor.may("accounts:manage"):
        raise NotAllowed("accounts:manage")
    return _create(actor, username, display_name, person_id, password_hash, must_change_password)


@command("accounts.create_for_member")
def create_member_account(*, actor: Actor, display_name: str, person_id: int) -> Account:
    """The account of a member who signs in by link: a random name, no password, at most one a person.

    Whether the actor may do so at the member's organisation is asked by the caller, who knows it.
    """
    if not actor.may("access:issue_link"):
        raise NotAllowed("access:issue_link")
    return _create(actor, "m-" + secrets.token_hex(5), display_name, person_id, "")


def _create(
    actor: Actor,
    username: str,
    display_name: str,
    person_id: int | None,
    password_hash: str,
    must_change_password: bool = False,
) -> Account:
    account = Account(username=username.strip(), display_name=display_name.strip(), person_id=person_id)
    account.must_change_password = must_change_password
    if password_hash:
        account.password = password_hash
        account.password_set_at = utc_now()
    else:
        account.set_unusable_password()
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(
            "accounts.name_taken",
            "登录名“{name}”已经有人用了，或者这名党员已经有账号。".format(name=username),
            next_step="请换一个登录名。",
        ) from error
    record_account(actor, "accounts.create", account)
    return account


@command("accounts.appoint_administrator")
def appoint_administrator(*, actor: Actor, account: Account, kind: str) -> SpecialRole:
    """Make an account one of the three administrators; only the installation itself may (``init``,
    ``demo``).
    """
    if not actor.label.startswith("system:"):
        raise NotAllowed("accounts:manage")
    if SpecialRole.objects.filter(account=account).exists():
        raise Refused("accounts.administrator_already", "这个账号已经是三员之一，一个账号只能担任一员。")
    try:
        with transaction.atomic():
            role = SpecialRole.objects.create(account=account, kind=kind)
    except IntegrityError as error:
        raise Refused(
            "accounts.has_work",
            "{name}已经有业务角色，不能兼任三员。".format(name=account.display_name),
            next_step="请另建一个账号。",
        ) from error
    record_account(actor, "accounts.appoint_administrator", account)
    return role


@command("accounts.set_active")
def set_active(*, actor: Actor, account: Account, is_active: bool) -> None:
    """Close an account, or open it again. Nobody closes their own."""
    if not actor.may("accounts:manage"):
        raise NotAllowed("accounts:manage")
    if account.pk == actor.account_id:
        raise Refused("accounts.own_account", "不能停用自己的账号。", next_step="请由另一名系统管理员办理。")
    account.is_active = is_active
    account.save(update_fields=["is_active"])
    record_account(actor, "accounts.open" if is_active else "accounts.close", account)


@command("accounts.prefer_elder_pages")
def prefer_elder_pages(*, actor: Actor, account: Account, prefers: bool) -> None:
    """Choose the elder version for oneself, or leave it."""
    if actor.account_id != account.pk:
        raise NotAllowed("signed_in")
    account.prefers_elder_pages = prefers
    account.save(update_fields=["prefers_elder_pages"])
    record_account(actor, "accounts.prefer_elder_pages", account)


def require_shell(actor: Actor, account: Account) -> None:
    """Refuse one administrator the door to another's account; part of a command.

    Who could reset the password or the device of 安全管理员 could act as one. It takes the command line of
    the server (``./zhibu admin-link``), which two persons hold.
    """
    is_administrator = SpecialRole.objects.filter(account=account).exists()
    if is_administrator and not actor.label.startswith("system:"):
        raise Refused(
            "accounts.administrator",
            "三员的密码和动态口令不能由另一员在网页上重设。",
            next_step="请两个人一起到服务器上运行 ./zhibu admin-link，链接当面交给本人。",
        )


def record_account(actor: Actor, action: str, account: Account, *, purpose: str = "") -> None:
    """The row of a change of an account; part of a command."""
    record(
        actor=actor,
        action=action,
        object_ref="account:{id}".format(id=account.pk),
        org_ids=[],
        diff={"purpose": purpose} if purpose else {},
    )
