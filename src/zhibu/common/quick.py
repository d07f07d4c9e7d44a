"""Objects that are made by the hundred thousand, and the memory that they held."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def uncollected() -> Iterator[None]:
    """Make very many objects that stay without looking for garbage among them again and again.

    Only for work that leaves no cycles behind; in a server for a few seconds at most, since it holds for the
    whole process.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def give_back() -> None:
    """Hand memory that is free again back to the system, where the C library knows how (glibc does).

    Without it a process keeps what its biggest work once needed, and the next big work comes on top.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
