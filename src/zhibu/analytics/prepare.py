"""Compiling the statements ahead of the first check-up, in a process of its own: ``prepare FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from zhibu.analytics.engine import statements_for

if __name__ == "__main__":
    statements_for("duckdb", Path(sys.argv[1]))
