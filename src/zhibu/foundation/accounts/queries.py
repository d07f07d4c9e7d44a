"""Reading accounts: the list for the system administrator, live links, names closed for a while."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django_otp.plugins.otp_totp.models import TOTPDevice

from zhibu.common.dates import utc_now
from zhibu.foundation.accounts.models import Account, OneTimeLink, SignInFailure, SpecialRole

ATTEMPTS = 5
CLOSED_FOR = timedelta(minutes=15)


def is_name_closed(digest: str, *, now: datetime) -> bool:
    """Whether five failures closed this name within the last fifteen minutes."""
    return SignInFailure.objects.filter(
        pk=digest, count__gte=ATTEMPTS, window_at__gt=now - CLOSED_FOR
    ).exists()


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
    return bool(TOTPDevice.objects.filter(user=account, confirmed=True).exists())
