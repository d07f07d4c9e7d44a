"""The version of the product, as ``pyproject.toml`` says it (a guard test compares the two)."""

from __future__ import annotations

RELEASE = "0.1.0"
