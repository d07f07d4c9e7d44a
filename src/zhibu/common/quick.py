"""Dataclasses that are made by the hundred thousand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def quick(kind: type[T]) -> type[T]:
    """A frozen dataclass as the type checker sees it; at run time nothing but the checker keeps it so.

    Making an object that is frozen at run time takes five times as long (2.5 against 0.5 microseconds for
    seven fields), which a county's roster pays a million times.
    """
    return dataclass(slots=True, unsafe_hash=True)(kind)
