"""Reading accounts: the list for the system administrator, live links, names closed for a while."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.accounts.models import Account, OneTimeLink, SecondFactor, SpecialRole

ATTEMPTS = 5
ATTEMPTS_AN_ADDRESS = 30
ATTEMPTS_A_NAME = 100
CLOSED_FOR = timedelta(minutes=15)
PASSWORD_AGES_FOR = frozenset({"secretary", "organizer", *SpecialRole.Kind.values})
FRESH_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an attempt comes from: the address, and the browser if its owner signed in there before."""

    address: str = ""
    device: str = ""


def require_fresh(proved_at: datetime | None) -> None:
    """Raise ``Refused`` unless the actor proved within the last ten minutes who they are (security 4.3)."""
    if proved_at is None or utc_now() - proved_at > FRESH_FOR:
        raise Refused(
            "accounts.prove_first",
            "看身份证号、电话这类内容以前，要再输一次登录密码，确认是您本人。",
            next_step="请输入登录密码。",
        )


def is_password_old(account: Account, role: str, *, now: datetime) -> bool:
    """Whether the profile asks the holder of this role to set a new password now (等保三级)."""
    days: int = settings.PASSWORD_AGE_DAYS
    if not days or role not in PASSWORD_AGES_FOR:
        return False
    return now - (account.password_set_at or account.created_at) > timedelta(days=days)


def list_accounts(search: str = "") -> QuerySet[Account]:
    """All accounts by sign-in name, or those whose name contains the words."""
    accounts = Account.objects.select_related("special_role").order_by("username")
    if search:
        accounts = accounts.filter(Q(username__icontains=search) | Q(display_name__icontains=search))
    return accounts


def get_account(public_id: str) -> Account | None:
    """The account with this public id."""
    return Account.objects.select_related("special_role").filter(public_id=public_id).first()


def get_live_link(token: str, purpose: str) -> OneTimeLink | None:
    """The link behind a token if it can still be used."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    return (
        OneTimeLink.objects.select_related("account")
        .filter(digest=digest, purpose=purpose, used_at__isnull=True, expires_at__gt=utc_now())
        .filter(account__is_active=True)
        .first()
    )


def get_special_role(account: Account) -> str:
    """Which of the three administrators the account is, empty if none."""
    return SpecialRole.objects.filter(account=account).values_list("kind", flat=True).first() or ""


def has_second_factor(account: Account) -> bool:
    """Whether a device is bound to the account."""
    return bool(SecondFactor.objects.filter(user=account, confirmed=True).exists())
