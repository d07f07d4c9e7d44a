"""``./zhibu doctor``: is this installation well, and what to do."""

from __future__ import annotations

import argparse

from zhibu.cli.health import Finding, Grade, examine
from zhibu.cli.parsing import columns

_MARKS = {Grade.GOOD: "✓", Grade.NOTE: "!", Grade.BAD: "✗"}
_WIDTH = 18


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(options: argparse.Namespace) -> int:
    """Examine and report; exit code 1 if something is wrong."""
    findings = examine()
    for finding in findings:
        left = "{mark} {about}".format(mark=_MARKS[finding.grade], about=finding.about)
        print(columns([(left, finding.words)], width=_WIDTH))
        if finding.advice:
            print(" " * _WIDTH + finding.advice)
    bad = [finding for finding in findings if finding.grade is Grade.BAD]
    print("\n" + _verdict(findings))
    return 1 if bad else 0


def _verdict(findings: list[Finding]) -> str:
    bad = sum(1 for finding in findings if finding.grade is Grade.BAD)
    noted = sum(1 for finding in findings if finding.grade is not Grade.BAD and finding.advice)
    if bad:
        return "有 {count} 处问题，请按上面的办法处理。".format(count=bad)
    if noted:
        return "没有发现问题，另有 {count} 处提醒，见上面打叹号的各行。".format(count=noted)
    return "没有发现问题。"
