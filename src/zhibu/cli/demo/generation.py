"""The way into the demo: makes up a branch, a county or ten, writes it, and says what to sign in with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import connection, transaction

from zhibu.cli.demo.accounts import DemoAccount, hash_passwords, open_accounts
from zhibu.cli.demo.build import Built, build_branch, build_county
from zhibu.cli.demo.manifest import Manifest, renamed, write_manifest
from zhibu.cli.demo.records import County, Org
from zhibu.cli.demo.samples import sample_roster
from zhibu.cli.demo.source import Source
from zhibu.cli.demo.tree import plant_city
from zhibu.cli.demo.write_meetings import write_meetings
from zhibu.cli.demo.write_roster import Written, write_organizations, write_persons
from zhibu.common.actor import Actor
from zhibu.common.errors import Refused
from zhibu.common.quick import uncollected
from zhibu.roster.access.actors import system_actor
from zhibu.roster.organizations.models import Organization

Scale = Literal["branch", "county", "x10"]
Progress = Callable[[str, float], None]
COUNTIES = 10
CACHE_KIBIBYTES = 600_000


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What was made: accounts to sign in with, where manifest and samples are, how much of each."""

    accounts: tuple[DemoAccount, ...]
    manifest_path: Path
    sample_paths: tuple[Path, ...]
    counts: dict[str, int]


def generate(
    *, scale: Scale, seed: int, today: date, progress: Progress, ready: Callable[[], None] = lambda: None
) -> DemoResult:
    """Make up and write the demo of this size; the same seed and day give the same people and events.

    The first county is made up in memory; then ``ready`` is called, and the database must be migrated and
    hold no organisation yet, else ``Refused``. ``progress`` is called with what is being done, in Chinese,
    and the share that is done. One transaction: all of it or nothing.
    """
    with ThreadPoolExecutor(1) as beside, uncollected():
        hashes = beside.submit(hash_passwords)  # seconds of work on purpose, for the other processor
        counties = _built(scale, Source(seed), today, _slowed(progress, 0.0, 0.2))
        first = next(counties)
        ready()
        if Organization.objects.exists():
            raise Refused(
                "demo.not_empty",
                "这里已经有党组织了，示范数据只能生成在空的系统里。",
                next_step="请换一个数据目录，或者先备份并清空。",
            )
        with _with_large_cache(), transaction.atomic():
            result = _write_all(scale, first, counties, progress, hashes)
    progress("示范数据已经写好", 1.0)
    return result


@contextmanager
def _with_large_cache() -> Iterator[None]:
    """Let SQLite keep its pages in memory: unique indexes of random keys touch them all again and again."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        before = int(cursor.fetchone()[0])
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = {before}")


def _write_all(
    scale: Scale,
    first: Built,
    others: Iterator[Built],
    progress: Progress,
    hashes: Future[dict[str, str]],
) -> DemoResult:
    actor, written, manifest = system_actor("demo"), Written(), Manifest()
    share = 1 / COUNTIES if scale == "x10" else 1.0
    for number, built in enumerate(chain([first], others)):
        rows = written if number == 0 else written.apart()
        _write_county(built, actor, rows, _slowed(progress, 0.2 + 0.75 * number * share, 0.75 * share))
        manifest.departures += built.manifest.departures
        manifest.near_misses += built.manifest.near_misses
    progress("开设示范账号", 0.96)
    accounts = open_accounts(first.county, actor, written, hashes.result())
    path = settings.DATA_DIR / "demo" / "manifest.jsonl"
    write_manifest(renamed(manifest, written.names), path)
    samples = _write_samples(first.county)
    return DemoResult(accounts, path, samples, dict(written.counts))


def _slowed(progress: Progress, start: float, share: float) -> Progress:
    """Progress of a part, as a part of the whole."""
    return lambda text, done: progress(text, start + share * done)


def _built(scale: Scale, source: Source, today: date, progress: Progress) -> Iterator[Built]:
    if scale == "branch":
        yield build_branch(source, today, progress)
        return
    city = plant_city(source) if scale == "x10" else None
    for number in range(COUNTIES if scale == "x10" else 1):
        yield build_county(source, today, progress, number=number, top=city)


def _write_county(built: Built, actor: Actor, written: Written, progress: Progress) -> None:
    county = built.county
    progress("写入党组织", 0.05)
    write_organizations(county, actor, written)
    progress("写入党员", 0.1)
    write_persons(county, actor, written)
    progress("写入组织生活", 0.45)
    for share in write_meetings(county, actor, written):
        progress("写入组织生活", 0.45 + 0.55 * share)


def _write_samples(county: County) -> tuple[Path, ...]:
    """Rosters as offices send them, of the branch with things to do and of one without."""
    folder = settings.DATA_DIR / "samples"
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, branch in (("花名册样例.xlsx", county.busy), ("花名册样例（另一个支部）.xlsx", county.calm)):
        path = folder / name
        path.write_bytes(sample_roster(_sampled(branch)))
        paths.append(path)
    return tuple(paths)


def _sampled(branch: Org | None) -> Org:
    assert branch is not None
    return branch
