"""What ``doctor`` looks at: each look gives one finding in words, and what to do about it."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from pathlib import Path

from django.conf import settings
from django.db import connection

from zhibu.cli.archives.engines import check_sqlite, database_path
from zhibu.cli.readiness import is_empty_database, pending_migrations
from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.audit.models import AuditEvent
from zhibu.foundation.audit.queries import verify_chain
from zhibu.foundation.documents.fonts import font_report
from zhibu.foundation.documents.queries import current_fonts
from zhibu.foundation.jobs.queries import get_work_state

_ROOT = Path(__file__).resolve().parents[3]
_LITTLE_DISK = 2_000_000_000
_OLDEST_POSTGRES = 150000
_BACKUP_AGE = timedelta(hours=26)
_CLOCK_SLACK = timedelta(minutes=5)
_PASSWORD_WORDS = {
    "asvs": "密码按 asvs（至少12个字，不定期更换）",
    "djbh3": "密码按 djbh3（等保三级：至少10个字、三种字符，书记以上和三员90天更换）",
}


class Grade(Enum):
    """How a finding is meant."""

    GOOD = "正常"
    NOTE = "提醒"
    BAD = "有问题"


@dataclass(frozen=True, slots=True)
class Finding:
    """One look: about what, how it stands, in words, and what to do."""

    about: str
    grade: Grade
    words: str
    advice: str = ""


def examine() -> list[Finding]:
    """Take every look; one that fails is itself a finding. Those on the tables need a migrated database."""
    findings = [_safely(look) for look in (_python, _lock, _folder, _disk, _keys, _profile, _engine)]
    migrated = _safely(_migrations)
    findings.append(migrated)
    if migrated.grade is Grade.GOOD:
        findings += [_safely(look) for look in (_integrity, _audit, _clock, _worker, _backup, _fonts)]
    return findings


def _safely(look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except Exception as error:
        return Finding(look.__name__.strip("_"), Grade.BAD, "检查没有做完：{error!r}".format(error=error))


def _python() -> Finding:
    words = "{version}（{path}）".format(version=platform.python_version(), path=sys.executable)
    return Finding("Python", Grade.GOOD, words)


def _lock() -> Finding:
    lock = _ROOT / "requirements.lock"
    stamp = "zhibu-runtime-" + hashlib.sha256(lock.read_bytes()).hexdigest()[:32]
    if (Path(sys.prefix) / stamp).exists():
        return Finding("运行环境", Grade.GOOD, "与锁定的版本一致")
    return Finding("运行环境", Grade.NOTE, "与锁定的版本不一致", "请用 ./zhibu 启动，它会自动更新运行环境。")


def _folder() -> Finding:
    folder = Path(settings.DATA_DIR)
    if folder.stat().st_mode & 0o077:
        advice = "请运行：chmod 700 {folder}".format(folder=folder)
        return Finding("数据文件夹", Grade.NOTE, "别的用户也能进入 {folder}".format(folder=folder), advice)
    return Finding("数据文件夹", Grade.GOOD, str(folder))


def _disk() -> Finding:
    free = shutil.disk_usage(settings.DATA_DIR).free
    words = "还有 {free:.1f} GB".format(free=free / 1_000_000_000)
    if free < _LITTLE_DISK:
        return Finding(
            "磁盘空间", Grade.BAD, words, "请清理磁盘，或把数据文件夹移到更大的磁盘；写满后将无法保存。"
        )
    return Finding("磁盘空间", Grade.GOOD, words)


def _keys() -> Finding:
    folder = Path(settings.KEY_DIR)
    loose = [path.name for path in folder.glob("*") if path.stat().st_mode & 0o077]
    if not (folder / "sealing.json").exists():
        return Finding("密钥", Grade.NOTE, "还没有密钥，第一次使用时会建立")
    if loose or folder.stat().st_mode & 0o077:
        return Finding(
            "密钥",
            Grade.BAD,
            "别的用户也能读取密钥：{names}".format(names="、".join(loose) or folder),
            "请运行：chmod 700 {folder} && chmod 600 {folder}/*".format(folder=folder),
        )
    return Finding("密钥", Grade.GOOD, "{folder}，只有本服务能读".format(folder=folder))


def _profile() -> Finding:
    rules = _PASSWORD_WORDS[settings.SECURITY_PROFILE]
    if settings.DEMO:
        return Finding(
            "用途",
            Grade.NOTE,
            "示范用，没有启用双因素登录；" + rules,
            "正式使用请在新的数据文件夹运行 ./zhibu init。",
        )
    if settings.SECOND_FACTOR != "required":
        return Finding("用途", Grade.BAD, "正式使用，但没有启用双因素登录；" + rules, "请改回默认的设置。")
    if not settings.TLS:
        return Finding(
            "用途",
            Grade.NOTE,
            "正式使用，但没有启用 TLS；" + rules,
            "请配置证书或反向代理，见 docs/operations.md。",
        )
    return Finding("用途", Grade.GOOD, "正式使用，已启用双因素登录和 TLS；" + rules)


def _engine() -> Finding:
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        number: int = connection.pg_version  # type: ignore[attr-defined]
        words = "PostgreSQL {major}.{minor}".format(major=number // 10000, minor=number % 10000)
        if number < _OLDEST_POSTGRES:
            return Finding("数据库", Grade.BAD, words, "请升级到 PostgreSQL 15 或更高版本。")
        return Finding("数据库", Grade.GOOD, words)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
        cursor.execute("PRAGMA synchronous")
        level = cursor.fetchone()[0]
    words = "SQLite {version}，{mode}".format(version=sqlite3.sqlite_version, mode=str(mode).upper())
    if mode != "wal" or level < 2:
        return Finding("数据库", Grade.BAD, words, "数据文件夹须在本机磁盘上，不能放在网络共享里。")
    return Finding("数据库", Grade.GOOD, words)


def _migrations() -> Finding:
    if is_empty_database():
        advice = "全新的系统请运行 ./zhibu init；数据在别处的，请设置 ZHIBU_DATA。"
        return Finding("数据库版本", Grade.BAD, "还没有建立系统", advice)
    pending = pending_migrations()
    if pending:
        words = "还差 {count} 处更新".format(count=len(pending))
        return Finding("数据库版本", Grade.BAD, words, "请先备份（./zhibu backup），再运行 ./zhibu migrate。")
    return Finding("数据库版本", Grade.GOOD, "与程序一致")


def _integrity() -> Finding:
    if connection.vendor != "sqlite":
        return Finding("数据库完好", Grade.GOOD, "由 PostgreSQL 自己校验")
    try:
        check_sqlite(database_path())
    except Refused as refusal:
        return Finding(
            "数据库完好", Grade.BAD, refusal.message, "请停止服务，用最近的备份恢复，并保留损坏的文件。"
        )
    return Finding("数据库完好", Grade.GOOD, "完整性检查通过")


def _audit() -> Finding:
    report = verify_chain()
    if not report.is_whole:
        return Finding("操作记录", Grade.BAD, report.fault, "请马上告诉审计管理员，并保留最近的备份。")
    return Finding("操作记录", Grade.GOOD, "{rows} 条，前后相连".format(rows=report.rows))


def _clock() -> Finding:
    last = AuditEvent.objects.order_by("-seq").values_list("at", flat=True).first()
    if last is not None and last > utc_now() + _CLOCK_SLACK:
        return Finding(
            "时钟", Grade.BAD, "这台电脑的时间早于最近一条操作记录", "请校准系统时间，最好启用自动对时。"
        )
    offset = datetime.now(timezone.utc).astimezone().strftime("%Z")
    return Finding(
        "时钟", Grade.GOOD, "{now:%Y-%m-%d %H:%M} {zone}".format(now=datetime.now().astimezone(), zone=offset)
    )


def _worker() -> Finding:
    state = get_work_state(now=utc_now())
    words = "等待 {waiting} 项，近七天失败 {failed} 项".format(waiting=state.waiting, failed=state.failed)
    if not state.is_alive:
        return Finding(
            "后台任务",
            Grade.NOTE,
            "没有在运行；" + words,
            "请启动服务 ./zhibu serve，或单独运行 ./zhibu worker。",
        )
    if state.failed:
        return Finding("后台任务", Grade.NOTE, words, "请查看服务的日志，找出失败的原因。")
    return Finding("后台任务", Grade.GOOD, words)


def _backup() -> Finding:
    note = Path(settings.DATA_DIR) / "last_backup.json"
    advice = "请运行 ./zhibu backup，并安排每天自动备份到另一块磁盘。"
    if not note.exists():
        return Finding("备份", Grade.NOTE, "还没有备份过", advice)
    content = json.loads(note.read_text(encoding="utf-8"))
    made_at = datetime.fromisoformat(content["made_at"])
    words = "最近一次 {at:%Y-%m-%d %H:%M}，在 {folder}".format(
        at=made_at.astimezone(), folder=content["folder"]
    )
    if utc_now() - made_at > _BACKUP_AGE or not os.path.isdir(content["folder"]):
        return Finding("备份", Grade.NOTE, words, advice)
    return Finding("备份", Grade.GOOD, words)


def _fonts() -> Finding:
    reports = font_report(current_fonts())
    lacking = [report for report in reports if report.is_substitute]
    if lacking:
        names = "；".join(report.sentence for report in lacking)
        return Finding("公文字体", Grade.NOTE, names, "可以运行 ./zhibu fetch-fonts 取得开源的仿宋、楷体。")
    return Finding("公文字体", Grade.GOOD, "齐全")
