"""``./zhibu admin-link``: a new password, or a new device, for one of the three administrators.

Not on the pages: an administrator who could reset another's password could act as both.
"""

from __future__ import annotations

import argparse

from django.urls import reverse

from zhibu.common.errors import Refused
from zhibu.foundation.accounts.commands.passwords import issue_link
from zhibu.foundation.accounts.commands.second_factor import drop_second_factor
from zhibu.foundation.accounts.models import Account, OneTimeLink, SpecialRole
from zhibu.roster.access.actors import system_actor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose, and whether the device is lost too."""
    parser.add_argument("username", metavar="登录名", help="三员的登录名，例如 security-admin")
    parser.add_argument("--unbind", action="store_true", help="手机丢了：同时解绑动态口令")


def run(options: argparse.Namespace) -> int:
    """Print the link once; it is recorded. Raises Refused for an account that is no administrator."""
    account = Account.objects.filter(username=options.username).first()
    if account is None or not SpecialRole.objects.filter(account=account).exists():
        raise Refused(
            "cli.no_administrator",
            "“{name}”不是三员的登录名。".format(name=options.username),
            next_step="其他人的链接由系统管理员在账号页开出。",
        )
    actor = system_actor("admin-link")
    if options.unbind:
        drop_second_factor(actor=actor, account=account)
    token = issue_link(actor=actor, account=account, purpose=OneTimeLink.Purpose.RESET)
    print("请当面交给{name}本人，24小时内有效，只能用一次，已经留下记录：".format(name=account.display_name))
    print("  网址后面接上 {path}".format(path=reverse("accounts:password_reset", args=[token])))
    return 0
