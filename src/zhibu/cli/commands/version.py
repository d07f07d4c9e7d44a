"""``./zhibu version``: the version of the program and of what it runs on."""

from __future__ import annotations

import argparse
import platform
import sqlite3
from importlib.metadata import version as installed_version

from zhibu.cli.release import RELEASE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(options: argparse.Namespace) -> int:
    """Print the versions."""
    print("支部 {release}".format(release=RELEASE))
    print("Python {version}".format(version=platform.python_version()))
    print("Django {version}".format(version=installed_version("django")))
    print("SQLite {version}".format(version=sqlite3.sqlite_version))
    return 0
