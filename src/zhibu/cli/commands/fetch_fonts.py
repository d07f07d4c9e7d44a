"""``./zhibu fetch-fonts``: the free official faces, where Debian is at hand."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.conf import settings

from zhibu.foundation.documents.fetching import fetch_fonts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(options: argparse.Namespace) -> int:
    """Fetch them into the data folder; papers are set without them too."""
    result = fetch_fonts(Path(settings.DATA_DIR) / "fonts", progress=print)
    print(result.message)
    return 0 if result.is_complete else 1
