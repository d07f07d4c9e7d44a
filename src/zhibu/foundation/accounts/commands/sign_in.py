"""Signing in, and proving again who one is: counted, compared outside any transaction, then recorded."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.db import transaction

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.accounts.commands.accounts import record_account
from zhibu.foundation.accounts.commands.attempts import forget_attempts, name_digest, take_attempt
from zhibu.foundation.accounts.models import Account, SecondFactor
from zhibu.foundation.accounts.queries import Origin, has_second_factor
from zhibu.foundation.audit.commands import command


def sign_in(*, actor: Actor, username: str, password: str, origin: Origin) -> Account:
    """The account whose name and password fit, as ``_admit`` records it; refusals tell no more than that."""
    take_attempt(username, now=utc_now(), origin=origin)
    found = authenticate(None, username=username, password=password)
    account = _admit(actor=actor, account=found if isinstance(found, Account) else None, username=username)
    forget_attempts(username, origin=origin)
    return account


@command("accounts.sign_in")
def _admit(*, actor: Actor, account: Account | None, username: str) -> Account:
    if account is None:
        refusal = Refused(
            "accounts.wrong", "登录名或者密码不对。", next_step="请再核对一遍，密码要区分大小写。"
        )
        refusal.object_ref = "name:{digest}".format(digest=name_digest(username)[:16])
        raise refusal
    record_account(actor, "accounts.sign_in", account)
    return account


def prove_identity(*, actor: Actor, account: Account, password: str, code: str, origin: Origin) -> None:
    """Prove again, within a session, that it is oneself, as ``_prove`` records it.

    The password, and the six digits where a device is bound. Counted like a sign-in from the same place.
    """
    take_attempt(account.username, now=utc_now(), origin=origin)
    is_right = account.check_password(password)
    if is_right and has_second_factor(account):
        is_right = _match(account, code) is not None
    _prove(actor=actor, account=account, is_right=is_right)
    forget_attempts(account.username, origin=origin)


@command("accounts.prove")
def _prove(*, actor: Actor, account: Account, is_right: bool) -> None:
    if not is_right:
        raise Refused(
            "accounts.not_proved",
            "密码或者动态口令不对，没有显示任何内容。",
            next_step="请重新输入；动态口令请看手机上最新的6位数字。",
        )
    record_account(actor, "accounts.prove", account)


def enter_code(*, actor: Actor, account: Account, code: str) -> SecondFactor:
    """The device whose six digits these are, as ``_take_code`` records it; each code opens once."""
    return _take_code(actor=actor, account=account, device=_match(account, code))


@command("accounts.second_factor")
def _take_code(*, actor: Actor, account: Account, device: SecondFactor | None) -> SecondFactor:
    if device is None:
        raise Refused("accounts.wrong_code", "动态口令不对。", next_step="请看手机上最新的6位数字再输一次。")
    record_account(actor, "accounts.second_factor", account)
    return device


def _match(account: Account, code: str) -> SecondFactor | None:
    """The bound device that shows this code now; it counts the try, and lets no code pass twice."""
    with transaction.atomic():
        devices = SecondFactor.objects.select_for_update().filter(user=account, confirmed=True)
        return next((device for device in devices.order_by("pk") if device.verify_token(code)), None)
