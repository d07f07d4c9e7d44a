"""``./zhibu demo --check``: the main job walked over HTTP, and nothing left of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash import run_command
from zhibu.cli.demo.check.reading import fields_of, read_html

STEPS = 12


def test_the_main_job_is_walked_from_roster_to_paper(tmp_path: Path) -> None:
    done = run_command(["demo", "--check"], data=tmp_path)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line for line in lines if line.startswith("✗")] == []
    assert len([line for line in lines if line.startswith("✓")]) == STEPS
    refused = next(line for line in lines if "人数不够时表决被拒绝" in line)
    assert "不能表决" in refused
    assert "《支部工作条例》第十一条" in refused
    assert "待办 → 正常" in done.stdout or "临期 → 正常" in done.stdout
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("check-")] == []


@pytest.mark.parametrize(
    ("html", "sent"),
    [
        ('<input name="a" value="1"><input type="submit" name="b" value="2">', [("a", "1")]),
        ('<input type="checkbox" name="a" checked><input type="radio" name="b" value="1">', [("a", "on")]),
        (
            "<select name=a><option value=1>x</option><option value=2 selected>y</option></select>",
            [("a", "2")],
        ),
        ("<textarea name=a>\n第一行\n第二行</textarea>", [("a", "第一行\n第二行")]),
        ('<input name="a" value="1" disabled><p>正文<input value="2"></p>', []),
    ],
)
def test_a_form_is_read_as_a_browser_would_send_it(html: str, sent: list[tuple[str, str]]) -> None:
    assert fields_of(read_html(html)) == sent
