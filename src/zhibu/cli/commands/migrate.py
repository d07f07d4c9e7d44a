"""``./zhibu migrate``: bring the database to this version."""

from __future__ import annotations

import argparse

from django.core.management import call_command

from zhibu.cli.claims import working
from zhibu.cli.readiness import pending_migrations, refuse_empty_database

_SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether only to look."""
    parser.add_argument("--check", action="store_true", help="只看要不要更新，不动数据库")


def run(options: argparse.Namespace) -> int:
    """Migrate, or say whether it is needed (exit code 1 if so)."""
    pending = pending_migrations()
    if not pending:
        print("数据库已经是这个版本，不需要更新。")
        return 0
    refuse_empty_database()
    names = "、".join(pending[:_SHOWN]) + ("等" if len(pending) > _SHOWN else "")
    print("需要更新 {count} 处：{names}。".format(count=len(pending), names=names))
    if options.check:
        return 1
    with working():
        call_command("migrate", interactive=False, verbosity=0)
    print("数据库已经更新。")
    return 0
