"""Accounts: making and closing them, passwords, one-time links, failed attempts, second factor."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django_otp.plugins.otp_totp.models import TOTPDevice

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.accounts.models import Account, OneTimeLink, SignInFailure, SpecialRole
from zhibu.foundation.accounts.queries import CLOSED_FOR, is_name_closed
from zhibu.foundation.audit.commands import command, record
from zhibu.foundation.sealing.seal import blind_index

LINK_LIVES = {
    OneTimeLink.Purpose.RESET: timedelta(hours=24),
    OneTimeLink.Purpose.SIGN_IN: timedelta(hours=24),
}


@command("accounts.create")
def create_account(
    *,
    actor: Actor,
    username: str,
    display_name: str,
    person_id: int | None = None,
    password: str = "",
    must_change_password: bool = False,
) -> Account:
    """Make an account, closed to passwords until its owner sets one by a one-time link, unless one is
    given.
    """
    if not actor.may("accounts:manage"):
        raise NotAllowed("accounts:manage")
    return _create(actor, username, display_name, person_id, password, must_change_password)


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
    password: str,
    must_change_password: bool = False,
) -> Account:
    account = Account(username=username.strip(), display_name=display_name.strip(), person_id=person_id)
    account.must_change_password = must_change_password
    if password:
        account.set_password(password)
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
    _record(actor, "accounts.create", account)
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
    role = SpecialRole.objects.create(account=account, kind=kind)
    _record(actor, "accounts.appoint_administrator", account)
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
    _record(actor, "accounts.open" if is_active else "accounts.close", account)


@command("accounts.change_password")
def change_password(*, actor: Actor, account: Account, old_password: str, new_password: str) -> None:
    """Change one's own password, knowing the old one."""
    if actor.account_id != account.pk:
        raise NotAllowed("signed_in")
    if not account.check_password(old_password):
        raise Refused("accounts.wrong_password", "原密码不对。", next_step="请重新输入原密码。")
    _set_password(actor, account, new_password)


@command("accounts.reset_password")
def reset_password(*, actor: Actor, token: str, new_password: str) -> Account:
    """Set a password by a one-time link, which is used up by it."""
    link = _take_link(token, OneTimeLink.Purpose.RESET)
    _set_password(actor, link.account, new_password)
    SignInFailure.objects.filter(pk=name_digest(link.account.username)).delete()
    return link.account


def _set_password(actor: Actor, account: Account, password: str) -> None:
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Refused(
            "accounts.weak_password", "".join(error.messages), next_step="请换一个更长、更不容易猜到的密码。"
        ) from error
    account.set_password(password)
    account.must_change_password = False
    account.save(update_fields=["password", "must_change_password"])
    _record(actor, "accounts.set_password", account)


@command("accounts.issue_link")
def issue_link(*, actor: Actor, account: Account, purpose: OneTimeLink.Purpose) -> str:
    """A token for one use within its time; only its digest is kept, earlier unused ones of the kind are void.

    The system administrator may issue reset links for anybody; others ask through ``access.commands``.
    """
    if not actor.may("accounts:manage") and not actor.may("access:issue_link"):
        raise NotAllowed("accounts:manage")
    if not account.is_active:
        raise Refused("accounts.closed", "这个账号已经停用。", next_step="请先由系统管理员启用。")
    now = utc_now()
    OneTimeLink.objects.filter(account=account, purpose=purpose, used_at__isnull=True).update(expires_at=now)
    token = secrets.token_urlsafe(24)
    OneTimeLink.objects.create(
        digest=link_digest(token),
        account=account,
        purpose=purpose,
        expires_at=now + LINK_LIVES[purpose],
        created_by=actor.label,
    )
    _record(actor, "accounts.issue_link", account, purpose=purpose)
    return token


@command("accounts.sign_in_by_link")
def sign_in_by_link(*, actor: Actor, token: str) -> Account:
    """The account behind a sign-in link, which is used up by it."""
    link = _take_link(token, OneTimeLink.Purpose.SIGN_IN)
    _record(actor, "accounts.sign_in_by_link", link.account)
    return link.account


def _take_link(token: str, purpose: OneTimeLink.Purpose) -> OneTimeLink:
    now = utc_now()
    live = OneTimeLink.objects.filter(
        digest=link_digest(token),
        purpose=purpose,
        used_at__isnull=True,
        expires_at__gt=now,
        account__is_active=True,
    )
    if not live.update(used_at=now):
        raise Refused(
            "accounts.link_dead",
            "这个链接已经用过，或者过了有效期。",
            next_step="请找开出链接的人重新开一个。",
        )
    return OneTimeLink.objects.select_related("account").get(digest=link_digest(token))


def link_digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def name_digest(username: str) -> str:
    """What is kept of a name that somebody tried."""
    return blind_index("sign_in", username)


def take_attempt(username: str, *, now: datetime) -> None:
    """Count an attempt before the password is looked at, so that parallel ones are counted too.

    Raises ``Refused`` from the sixth on, until fifteen minutes after the last one counted. A success
    forgets them (``forget_attempts``). No audit row for each: only the closing is recorded.
    """
    digest = name_digest(username)
    if is_name_closed(digest, now=now):
        raise Refused(
            "accounts.closed_for_a_while",
            "连续5次没有登录成功，这个登录名先停15分钟。",
            next_step="请15分钟后再试；忘了密码请找系统管理员或者上级组织员开一个重设密码的链接。",
        )
    with transaction.atomic():
        SignInFailure.objects.filter(pk=digest, window_at__lt=now - CLOSED_FOR).delete()
        SignInFailure.objects.get_or_create(pk=digest, defaults={"window_at": now})
        SignInFailure.objects.filter(pk=digest).update(count=F("count") + 1, window_at=now)


def forget_attempts(username: str) -> None:
    """Forget the failures of a name after a success."""
    SignInFailure.objects.filter(pk=name_digest(username)).delete()


@command("accounts.enrol_second_factor")
def begin_second_factor(*, actor: Actor, account: Account) -> TOTPDevice:
    """A new, unconfirmed device for one's own account; an earlier unconfirmed one is dropped."""
    if actor.account_id != account.pk:
        raise NotAllowed("signed_in")
    if TOTPDevice.objects.filter(user=account, confirmed=True).exists():
        raise Refused("accounts.second_factor_there", "这个账号已经绑定了动态口令。")
    device = TOTPDevice.objects.filter(user=account, confirmed=False).first()
    if device is None:
        device = TOTPDevice.objects.create(user=account, name="动态口令", confirmed=False)
        _record(actor, "accounts.begin_second_factor", account)
    return device


@command("accounts.confirm_second_factor")
def confirm_second_factor(*, actor: Actor, account: Account, code: str) -> TOTPDevice:
    """Bind the device by a first right code."""
    if actor.account_id != account.pk:
        raise NotAllowed("signed_in")
    device = TOTPDevice.objects.filter(user=account, confirmed=False).first()
    if device is None or not device.verify_token(code):
        raise Refused("accounts.wrong_code", "动态口令不对。", next_step="请看手机上最新的6位数字再输一次。")
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    _record(actor, "accounts.confirm_second_factor", account)
    return device


@command("accounts.drop_second_factor")
def drop_second_factor(*, actor: Actor, account: Account) -> None:
    """Unbind the device of somebody who lost it; the system administrator does it for others only."""
    if not actor.may("accounts:manage") or actor.account_id == account.pk:
        raise NotAllowed("accounts:manage")
    TOTPDevice.objects.filter(user=account).delete()
    _record(actor, "accounts.drop_second_factor", account)


@command("accounts.prefer_elder_pages")
def prefer_elder_pages(*, actor: Actor, account: Account, prefers: bool) -> None:
    """Choose the elder version for oneself, or leave it."""
    if actor.account_id != account.pk:
        raise NotAllowed("signed_in")
    account.prefers_elder_pages = prefers
    account.save(update_fields=["prefers_elder_pages"])
    _record(actor, "accounts.prefer_elder_pages", account)


def _record(actor: Actor, action: str, account: Account, *, purpose: str = "") -> None:
    record(
        actor=actor,
        action=action,
        object_ref="account:{id}".format(id=account.pk),
        org_ids=[],
        diff={"purpose": purpose} if purpose else {},
    )
