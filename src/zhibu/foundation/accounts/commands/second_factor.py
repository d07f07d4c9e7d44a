"""The second factor: binding a device, unbinding it for somebody who lost it."""

from __future__ import annotations

from zhibu.common.actor import Actor
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.accounts.commands.accounts import record_account, require_shell
from zhibu.foundation.accounts.models import Account, SecondFactor, sealed_secret
from zhibu.foundation.audit.commands import command


@command("accounts.enrol_second_factor")
def begin_second_factor(*, actor: Actor, account: Account) -> SecondFactor:
    """A new, unconfirmed device for one's own account; an earlier unconfirmed one is dropped."""
    if actor.account_id != account.pk:
        raise NotAllowed("signed_in")
    if SecondFactor.objects.filter(user=account, confirmed=True).exists():
        raise Refused("accounts.second_factor_there", "这个账号已经绑定了动态口令。")
    device = SecondFactor.objects.filter(user=account, confirmed=False).first()
    if device is None:
        device = SecondFactor.objects.create(
            user=account, name="动态口令", key=sealed_secret(account), confirmed=False
        )
        record_account(actor, "accounts.begin_second_factor", account)
    return device


@command("accounts.confirm_second_factor")
def confirm_second_factor(*, actor: Actor, account: Account, code: str) -> SecondFactor:
    """Bind the device by a first right code."""
    if actor.account_id != account.pk:
        raise NotAllowed("signed_in")
    device = SecondFactor.objects.filter(user=account, confirmed=False).first()
    if device is None or not device.verify_token(code):
        raise Refused("accounts.wrong_code", "动态口令不对。", next_step="请看手机上最新的6位数字再输一次。")
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    record_account(actor, "accounts.confirm_second_factor", account)
    return device


@command("accounts.drop_second_factor")
def drop_second_factor(*, actor: Actor, account: Account) -> None:
    """Unbind the device of somebody who lost it; the system administrator does it for others only."""
    if not actor.may("accounts:manage") or actor.account_id == account.pk:
        raise NotAllowed("accounts:manage")
    require_shell(actor, account)
    SecondFactor.objects.filter(user=account).delete()
    record_account(actor, "accounts.drop_second_factor", account)
