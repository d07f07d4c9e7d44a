"""Tables of accounts. No column counts or times sign-ins: log-in statistics of persons are not built; that
somebody signed in stands in the record alone, for 审计管理员.
"""

from __future__ import annotations

import base64
import os
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django_otp.plugins.otp_totp.models import TOTPDevice

from zhibu.common.errors import Refused
from zhibu.common.identifiers import new_public_id
from zhibu.foundation.sealing.seal import seal_bytes, unseal_bytes


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by their sign-in name."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """The account with this sign-in name."""
        return self.get(username=username)


class Account(AbstractBaseUser):
    """Somebody who signs in; ``person_id`` is an opaque reference to the member behind it."""

    last_login = None
    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    username = models.CharField("登录名", max_length=64, unique=True)
    display_name = models.CharField("姓名", max_length=64)
    person_id = models.BigIntegerField("对应党员", null=True, blank=True, unique=True)
    is_active = models.BooleanField("启用", default=True)
    password_set_at = models.DateTimeField("密码设定时间", null=True, blank=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    prefers_elder_pages = models.BooleanField("使用长辈版", default=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects = AccountManager()

    class Meta:
        db_table = "accounts_account"
        verbose_name = "账号"
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name


class SpecialRole(models.Model):
    """One of the three administrators. The primary key makes two of them on one account impossible."""

    class Kind(models.TextChoices):
        SYSTEM = "system", "系统管理员"
        SECURITY = "security", "安全管理员"
        AUDIT = "audit", "审计管理员"

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, related_name="special_role")
    kind = models.CharField("职责", max_length=10, choices=Kind.choices)
    granted_at = models.DateTimeField("授予时间", auto_now_add=True)

    class Meta:
        db_table = "accounts_special_role"
        verbose_name = "三员"
        ordering = ["account"]


class OneTimeLink(models.Model):
    """A signed link that opens one thing once: a password reset, a member's sign-in without password."""

    class Purpose(models.TextChoices):
        RESET = "reset", "重设密码"
        SIGN_IN = "sign_in", "免密登录"

    digest = models.CharField("摘要", max_length=64, primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="links", verbose_name="账号")
    purpose = models.CharField("用途", max_length=10, choices=Purpose.choices)
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)
    created_by = models.CharField("开出人", max_length=64)

    class Meta:
        db_table = "accounts_one_time_link"
        verbose_name = "一次性链接"
        ordering = ["expires_at", "digest"]


class SecondFactor(TOTPDevice):  # type: ignore[misc]  # django-otp has no types
    """The device behind the six digits, in django-otp's own table, with its secret sealed to the account.

    20 random bytes are 68 characters sealed and in base64, so the column of 80 holds them. ``TOTPDevice``
    cannot read them: nothing may ask it for a code (``match_token`` would), only for whose device it is.
    """

    objects: ClassVar[models.Manager[SecondFactor]]

    class Meta:
        proxy = True
        verbose_name = "动态口令"

    @property
    def bin_key(self) -> bytes:
        """The secret in clear. Raises ``Refused`` where the keys are not those it was sealed with."""
        try:
            return unseal_bytes(base64.b64decode(self.key), place=_place(self.user))
        except (InvalidTag, KeyError) as error:
            raise Refused(
                "accounts.second_factor_sealed",
                "这台服务器上的密钥打不开您绑定的动态口令。",
                next_step="请系统管理员核对密钥文件；确实找不回来的，先解绑，再重新绑定。",
            ) from error


def sealed_secret(account: Account) -> str:
    """A fresh secret of 160 bits (RFC 4226), sealed for this account."""
    return base64.b64encode(seal_bytes(os.urandom(20), place=_place(account))).decode()


def _place(account: Account) -> str:
    return "accounts_account.second_factor:{account}".format(account=account.public_id)


class SignInFailure(models.Model):
    """Attempts within a window under one keyed digest: of a name at an address, an address, a browser."""

    name_digest = models.CharField("摘要", max_length=64, primary_key=True)
    count = models.PositiveIntegerField("次数", default=0)
    window_at = models.DateTimeField("起算时间")

    class Meta:
        db_table = "accounts_sign_in_failure"
        verbose_name = "登录失败"
        ordering = ["name_digest"]
