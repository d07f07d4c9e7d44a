"""Passwords and one-time links."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.accounts.commands.accounts import record_account, require_shell
from zhibu.foundation.accounts.commands.attempts import forget_name
from zhibu.foundation.accounts.models import Account, OneTimeLink
from zhibu.foundation.audit.commands import command

LINK_LIVES = {
    OneTimeLink.Purpose.RESET: timedelta(hours=24),
    OneTimeLink.Purpose.SIGN_IN: timedelta(hours=24),
}


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password for one account, judged and hashed before any transaction.

    A hash costs tenths of a second on purpose; made inside a command it would keep everybody else from
    writing for so long, since SQLite has one write lock. ``against`` is the hash that it was compared with:
    the command refuses where another one stands by then. ``refusal`` is what the command has to say, None
    if all is well.
    """

    encoded: str
    against: str
    refusal: Refused | None = None


def make_ready(account: Account, password: str, *, old_password: str | None = None) -> NewPassword:
    """Compare, judge and hash a new password; ``old_password`` is None where a link stands for it.

    Call it outside any transaction. Nothing is written, nothing raised: what is wrong the command refuses.
    """
    wrong = _judge(account, password, old_password)
    return NewPassword("" if wrong else make_password(password), account.password, wrong)


def _judge(account: Account, password: str, old_password: str | None) -> Refused | None:
    if old_password is not None and not account.check_password(old_password):
        return Refused("accounts.wrong_password", "原密码不对。", next_step="请重新输入原密码。")
    if account.has_usable_password() and account.check_password(password):
        return Refused(
            "accounts.same_password", "新密码和现在的密码一样。", next_step="请换一个没有用过的密码。"
        )
    try:
        validate_password(password, account)
    except ValidationError as error:
        said = "".join(error.messages)
        return Refused("accounts.weak_password", said, next_step="请换一个更长、更不容易猜到的密码。")
    return None


@command("accounts.change_password")
def change_password(*, actor: Actor, account: Account, password: NewPassword) -> None:
    """Change one's own password, which was made ready with the old one."""
    if actor.account_id != account.pk:
        raise NotAllowed("signed_in")
    _set_password(actor, account, password)


@command("accounts.reset_password")
def reset_password(*, actor: Actor, token: str, password: NewPassword) -> Account:
    """Set a password by a one-time link, which is used up by it."""
    link = _take_link(token, OneTimeLink.Purpose.RESET)
    _set_password(actor, link.account, password)
    forget_name(link.account.username)
    return link.account


def _set_password(actor: Actor, account: Account, password: NewPassword) -> None:
    if password.refusal is not None:
        raise password.refusal
    present = Account.objects.select_for_update().values_list("password", flat=True).get(pk=account.pk)
    if present != password.against:
        raise Refused(
            "accounts.password_changed",
            "这个账号的密码刚才已经在别处改过，这一次没有保存。",
            next_step="不是您本人改的，请马上联系系统管理员；是您改的，请用那个密码登录。",
        )
    account.password = password.encoded
    account.must_change_password = False
    account.password_set_at = utc_now()
    account.save(update_fields=["password", "must_change_password", "password_set_at"])
    record_account(actor, "accounts.set_password", account)


@command("accounts.issue_link")
def issue_link(*, actor: Actor, account: Account, purpose: OneTimeLink.Purpose) -> str:
    """A token for one use within its time; only its digest is kept, earlier unused ones of the kind are void.

    The system administrator may issue reset links for anybody; others ask through ``access.commands``.
    """
    if not actor.may("accounts:manage") and not actor.may("access:issue_link"):
        raise NotAllowed("accounts:manage")
    if not account.is_active:
        raise Refused("accounts.closed", "这个账号已经停用。", next_step="请先由系统管理员启用。")
    require_shell(actor, account)
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
    record_account(actor, "accounts.issue_link", account, purpose=purpose)
    return token


@command("accounts.sign_in_by_link")
def sign_in_by_link(*, actor: Actor, token: str) -> Account:
    """The account behind a sign-in link, which is used up by it."""
    link = _take_link(token, OneTimeLink.Purpose.SIGN_IN)
    record_account(actor, "accounts.sign_in_by_link", link.account)
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
