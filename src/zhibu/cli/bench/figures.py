"""Figures as they are measured: what, how much, against which target, met or not."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number; ``target`` is the largest good value, or with ``at_least`` the smallest."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    @property
    def miss(self) -> str:
        """By how much the target is missed, in words; empty where it is met."""
        if self.is_met is not False or self.target is None:
            return ""
        ratio = self.target / self.value if self.at_least else self.value / self.target
        return "未达到，相差 {ratio:.1f} 倍".format(ratio=ratio)


@dataclass(frozen=True, slots=True)
class Section:
    """One floor: its letter and title, what was measured, and what has to be known to read it."""

    letter: str
    title: str
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setup:
    """How to measure: the size of the data, fewer rounds, the folder for data of the bench's own."""

    folder: Path
    scale: str = "county"
    is_quick: bool = False
    postgres: Callable[[], AbstractContextManager[str]] | None = None


def processor_seconds() -> float:
    """Seconds that this process and its ended children have kept processors busy."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


@dataclass(slots=True)
class Stopwatch:
    """Wall and processor seconds of this process and its ended children, lap by lap."""

    wall: float = field(default_factory=time.perf_counter)
    processor: float = field(default_factory=processor_seconds)

    def lap(self) -> tuple[float, float]:
        """Wall and processor seconds since the last lap."""
        wall, processor = time.perf_counter(), processor_seconds()
        found = wall - self.wall, processor - self.processor
        self.wall, self.processor = wall, processor
        return found


def timed(act: Callable[[], object]) -> float:
    """The milliseconds an act takes."""
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` (0 to 1) of the values do not exceed; nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1)]
