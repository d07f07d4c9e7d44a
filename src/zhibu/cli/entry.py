"""Finds the command that was typed, runs it, and turns refusals into sentences."""

from __future__ import annotations

import difflib
import errno
import os
import sqlite3
import sys
from collections.abc import Sequence
from importlib import import_module

import django
from django.db import OperationalError

from zhibu.cli.contents import ENTRIES, Entry, table_of_contents
from zhibu.cli.parsing import ChineseParser, speak_chinese
from zhibu.common.errors import Refused
from zhibu.rulebook.errors import RulebookError


def main(words: Sequence[str]) -> int:
    """Run the command that ``words`` name and return its exit code."""
    os.umask(0o077)  # data, keys and backups are for the service alone
    speak_chinese()
    if not words or words[0] in ("-h", "--help", "help"):
        print(table_of_contents())
        return 0
    if words[0] == "--version":
        words = ["version"]
    entry = ENTRIES.get(words[0])
    if entry is None:
        return _unknown(words[0])
    try:
        return _run(entry, words[1:])
    except Refused as refusal:
        return _refused(refusal)
    except RulebookError as error:
        return _refused(Refused("cli.rulebook", str(error), next_step="格式见 docs/rulebook.md。"))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read has enough
        return 0
    except (OSError, OperationalError, sqlite3.OperationalError) as error:
        return _refused(_machine_trouble(error))


def _run(entry: Entry, words: Sequence[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhibu.config.settings")
    if entry.needs_django:
        django.setup()
    module = import_module(entry.module)
    parser = ChineseParser(prog="./zhibu " + entry.name, description=entry.summary + "。")
    module.add_arguments(parser)
    if getattr(module, "PASSES_ON", False):
        options, rest = parser.parse_known_args(words)
        options.rest = rest
    else:
        options = parser.parse_args(words)
    code: int = module.run(options)
    return code


def _unknown(word: str) -> int:
    near = difflib.get_close_matches(word, ENTRIES, n=1)
    sys.stderr.write("没有“{word}”这条命令。".format(word=word))
    if near:
        sys.stderr.write("您是不是想用：./zhibu {near}".format(near=near[0]))
    sys.stderr.write("\n全部命令：./zhibu --help\n")
    return 2


def _machine_trouble(error: OSError | OperationalError | sqlite3.OperationalError) -> Refused:
    """What the machine refused, in words."""
    said = str(error)
    if getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in said:
        message = "磁盘已经写满，这一步没有完成；以前保存的内容都在。"
        return Refused("cli.disk_full", message, next_step="请清理磁盘后再试。")
    if isinstance(error, FileNotFoundError):
        message = "没有找到文件：{name}".format(name=error.filename)
        return Refused("cli.no_such_file", message, next_step="请核对文件名和所在的文件夹。")
    if isinstance(error, PermissionError):
        message = "没有权限使用：{name}".format(name=error.filename)
        return Refused("cli.not_permitted", message, next_step="请换一个有权限的用户运行，或修改权限。")
    if "no such table" in said or "does not exist" in said:
        message = "数据库里还没有内容。"
        return Refused("cli.no_database", message, next_step="请先运行 ./zhibu init 或 ./zhibu demo。")
    return Refused(
        "cli.machine",
        "系统报告了一个问题：{said}".format(said=said),
        next_step="可以运行 ./zhibu doctor 检查。",
    )


def _refused(refusal: Refused) -> int:
    lines = [refusal.message]
    if refusal.clause:
        lines.append("依据：{clause}".format(clause=refusal.clause))
    if refusal.next_step:
        lines.append(refusal.next_step)
    sys.stderr.write("\n".join(lines) + "\n")
    return 1
