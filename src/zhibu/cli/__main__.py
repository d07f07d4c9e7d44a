"""``python -m zhibu.cli``: what ``./zhibu`` runs."""

from __future__ import annotations

import sys

from zhibu.cli.entry import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
