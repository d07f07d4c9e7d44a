"""``./zhibu bench``: figures that say what they mean, a page that says where they come from."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.crash import run_command
from zhibu.cli.bench.figures import Figure, Section, Stopwatch, percentile
from zhibu.cli.bench.report import as_table, machine, page


def test_a_target_is_met_or_missed_by_a_factor() -> None:
    assert Figure("判定", 2.9, "秒", 3.0).miss == ""
    assert Figure("判定", 6.0, "秒", 3.0).miss == "未达到，相差 2.0 倍"
    assert Figure("每秒", 60.0, "次", 120.0, at_least=True).miss == "未达到，相差 2.0 倍"
    assert Figure("峰值", 6.0, "MiB").is_met is None


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100)])
def test_percentiles_are_measured_values(share: float, value: int) -> None:
    assert percentile([float(number) for number in range(1, 101)], share) == value


def test_the_page_names_the_command_the_machine_and_every_miss(tmp_path: Path) -> None:
    section = Section("b", "整体体检", (Figure("判定", 6.0, "秒", 3.0),), ("共 7 项。",))
    text = page([section], machine(tmp_path), command="./zhibu bench --only b", day=date(2026, 3, 16))
    assert "2026-03-16 由 `./zhibu bench --only b` 写成" in text
    assert "| 判定 | 6 秒 | ≤ 3 秒 | 未达到，相差 2.0 倍 |" in text
    assert "磁盘：4 KiB 写入并落盘" in text
    assert "共 7 项。" in as_table(section)


def test_a_stopwatch_counts_from_lap_to_lap() -> None:
    watch = Stopwatch()
    first, second = watch.lap(), watch.lap()
    assert first[0] >= 0 <= second[0]
    assert second[0] < 1


def test_it_refuses_an_unknown_letter_and_measures_nothing(tmp_path: Path) -> None:
    done = run_command(["bench", "--only", "z"], data=tmp_path)
    assert done.returncode == 1
    assert "没有“z”这一项" in done.stderr
    assert not (tmp_path / "bench").exists()


def test_it_measures_on_data_of_its_own_and_prints_a_table(tmp_path: Path) -> None:
    written = tmp_path / "performance.md"
    done = run_command(["bench", "--only", "g", "--quick", "--write", str(written)], data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "(g) 空数据库上的全部迁移" in done.stdout
    assert "./zhibu bench --only g --quick" in written.read_text(encoding="utf-8")
    assert not (tmp_path / "zhibu.sqlite3").exists()
