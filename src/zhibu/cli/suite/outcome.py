"""What the runs of a suite came to: counts, and every test that failed or was skipped, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree


@dataclass(frozen=True, slots=True)
class Trouble:
    """A test that did not pass, and why, in one line."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run of pytest."""

    title: str
    passed: int
    failures: tuple[Trouble, ...]
    skips: tuple[Trouble, ...]
    exit_code: int
    seconds: float

    @property
    def is_good(self) -> bool:
        """Whether nothing failed; a run that found no test of its kind is fine."""
        return self.exit_code in (0, 5) and not self.failures


def read_outcome(title: str, report: Path, *, exit_code: int, seconds: float) -> Outcome:
    """The outcome of a run from the JUnit file that pytest wrote; a run that wrote none counts as failed."""
    if not report.exists():
        crash = Trouble(title, "没有留下测试报告，退出码 {code}".format(code=exit_code))
        return Outcome(title, 0, (crash,), (), exit_code or 1, seconds)
    passed, failures, skips = 0, [], []
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - our own file
        name = "{place}::{name}".format(place=case.get("classname", ""), name=case.get("name", ""))
        failure = case.find("failure") if case.find("failure") is not None else case.find("error")
        skip = case.find("skipped")
        if failure is not None:
            failures.append(Trouble(name, _line(failure)))
        elif skip is not None:
            skips.append(Trouble(name, _line(skip)))
        else:
            passed += 1
    return Outcome(title, passed, tuple(failures), tuple(skips), exit_code, seconds)


def _line(element: ElementTree.Element) -> str:
    return " ".join((element.get("message") or "").split())[:200]


def print_summary(outcomes: list[Outcome], missing: list[str]) -> int:
    """Print what happened, loudly what could not run, and the closing line; return the exit code."""
    print("\n" + "=" * 72 + "\n测试总结")
    for outcome in outcomes:
        print(
            "  {title}：通过 {passed}，失败 {failed}，跳过 {skipped}，用时 {minutes} 分 {seconds} 秒".format(
                title=outcome.title,
                passed=outcome.passed,
                failed=len(outcome.failures),
                skipped=len(outcome.skips),
                minutes=int(outcome.seconds) // 60,
                seconds=int(outcome.seconds) % 60,
            )
        )
    _print_troubles("失败：", [trouble for outcome in outcomes for trouble in outcome.failures])
    _print_troubles("跳过：", [trouble for outcome in outcomes for trouble in outcome.skips])
    for sentence in missing:
        print("\n!!! 没有全部运行：" + sentence)
    broken = [outcome for outcome in outcomes if not outcome.is_good]
    for outcome in broken:
        if not outcome.failures:
            print(
                "\n!!! {title}没有正常结束，退出码 {code}".format(title=outcome.title, code=outcome.exit_code)
            )
    failed = sum(len(outcome.failures) for outcome in outcomes) or len(broken)
    print(
        "\n{passed} passed, {failed} failed, {skipped} skipped".format(
            passed=sum(outcome.passed for outcome in outcomes),
            failed=failed,
            skipped=sum(len(outcome.skips) for outcome in outcomes),
        )
    )
    return 1 if broken or missing else 0


def _print_troubles(title: str, troubles: list[Trouble]) -> None:
    if troubles:
        print("\n" + title)
        for trouble in troubles:
            print("  {name}\n      {reason}".format(name=trouble.name, reason=trouble.reason))
