"""``./zhibu init``: an empty installation, ready for the three administrators."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import transaction

from zhibu.cli.claims import alone
from zhibu.cli.parsing import civil_day
from zhibu.common.dates import china_today
from zhibu.common.errors import Refused
from zhibu.foundation.accounts.commands.accounts import appoint_administrator, create_account
from zhibu.foundation.accounts.models import Account, SpecialRole
from zhibu.foundation.sealing.keys import keyring
from zhibu.roster.access.actors import RoleActor, system_actor
from zhibu.roster.organizations.commands.creation import create_organization
from zhibu.roster.organizations.commands.decisions import Decision, Profile
from zhibu.roster.organizations.commands.terms import set_records_begin
from zhibu.roster.organizations.models import Organization, OrgDomain, OrgKind

_SYLLABLES = 5
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without signs that look alike on paper


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the installation is for."""
    kinds = "、".join(kind.label for kind in OrgKind)
    domains = "、".join(domain.label for domain in OrgDomain)
    parser.add_argument("--name", required=True, metavar="全称", help="根组织的全称，例如：中共长河县委员会")
    parser.add_argument("--code", required=True, metavar="编码", help="根组织的党组织编码")
    parser.add_argument(
        "--kind", default="地方委员会", metavar="类别", help="默认 地方委员会；可选：" + kinds
    )
    parser.add_argument("--domain", default="机关", metavar="领域", help="默认 机关；可选：" + domains)
    parser.add_argument(
        "--security",
        default="asvs",
        choices=("asvs", "djbh3"),
        help="安全要求：asvs（默认）或 djbh3（等保三级），区别见 docs/operations.md",
    )
    parser.add_argument(
        "--begin",
        type=civil_day,
        metavar="年-月-日",
        help="启用日期：从这一天起的记录才会体检，默认今天",
    )


def run(options: argparse.Namespace) -> int:
    """Set the installation up once. Raises Refused if there is one, changing nothing."""
    today = china_today()
    kind = _labelled(OrgKind, options.kind)
    domain = _labelled(OrgDomain, options.domain)
    with alone():
        call_command("migrate", interactive=False, verbosity=0)
        _refuse_second_time()
        keyring()
        actor = system_actor("init")
        administrators = [_prepared(role) for role in SpecialRole.Kind]
        with transaction.atomic():
            root = create_organization(
                actor=actor,
                today=today,
                code=options.code,
                profile=Profile(name=options.name, kind=kind, domain=domain),
                decision=Decision(effective_date=today),
            )
            set_records_begin(actor=actor, today=today, organization=root, begin_date=options.begin or today)
            for administrator in administrators:
                _appoint(actor, administrator)
        (Path(settings.DATA_DIR) / "security.txt").write_text(options.security + "\n")
        (Path(settings.DATA_DIR) / "profile.txt").write_text("production\n")
    _print_handover(root, administrators)
    return 0


def _refuse_second_time() -> None:
    if Organization.objects.exists() or Account.objects.exists():
        raise Refused(
            "cli.already_initialised",
            "这里已经有一套系统的数据，没有做任何改动。",
            next_step="要另建一套，请用环境变量 ZHIBU_DATA 指定一个新的数据文件夹。",
        )


def _labelled(choices: type[OrgKind] | type[OrgDomain], text: str) -> str:
    """The key of a choice given by its Chinese name or by the key itself."""
    for choice in choices:
        if text in (choice.label, choice.value):
            return str(choice.value)
    raise Refused(
        "cli.unknown_choice",
        "没有“{text}”这一项。".format(text=text),
        next_step="可选：{labels}。".format(labels="、".join(str(choice.label) for choice in choices)),
    )


@dataclass(frozen=True, slots=True)
class Administrator:
    """One of the three with a password for the first sign-in and its hash, made before the transaction."""

    role: SpecialRole.Kind
    username: str
    password: str
    password_hash: str


def _prepared(role: SpecialRole.Kind) -> Administrator:
    password = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(_SYLLABLES))
    return Administrator(role, "{kind}-admin".format(kind=role.value), password, make_password(password))


def _appoint(actor: RoleActor, made: Administrator) -> None:
    account = create_account(
        actor=actor,
        username=made.username,
        display_name=str(made.role.label),
        password_hash=made.password_hash,
        must_change_password=True,
    )
    appoint_administrator(actor=actor, account=account, kind=made.role.value)


def _print_handover(root: Organization, administrators: Sequence[Administrator]) -> None:
    print("已经建好：{name}（编码 {code}）。".format(name=root.name, code=root.code))
    print("\n三员账号如下。密码只显示这一次，请分别交给三个人，第一次登录时须改密码：")
    for made in administrators:
        print(
            "  {title}  登录名 {name}  密码 {password}".format(
                title=made.role.label, name=made.username, password=made.password
            )
        )
    print("\n密钥在 {folder}。".format(folder=settings.KEY_DIR))
    print("备份里不含密钥：请现在就另外抄存一份，由两个人分别保管；丢了密钥，身份证号等密封内容就打不开了。")
    print("\n下一步：./zhibu serve（怎样配置证书和局域网访问，见 docs/operations.md）。")
