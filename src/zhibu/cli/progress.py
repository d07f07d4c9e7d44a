"""A bar on the terminal, or one line a step where the output goes elsewhere."""

from __future__ import annotations

import sys
import time

_WIDTH = 30


class Progress:
    """Call it with what is being done, in Chinese, and the share that is done (0 to 1)."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._last_text = ""
        self._begun = time.monotonic()

    def __call__(self, text: str, share: float) -> None:
        """Show where the work stands."""
        if self._is_terminal:
            done = int(_WIDTH * min(1.0, share))
            bar = "█" * done + "░" * (_WIDTH - done)
            line = "\r{bar} {percent:3d}%  {text}\x1b[K".format(bar=bar, percent=int(100 * share), text=text)
            sys.stderr.write(line + ("\n" if share >= 1 else ""))
        elif text != self._last_text:
            seconds = time.monotonic() - self._begun
            sys.stderr.write("{seconds:6.1f} 秒  {text}\n".format(seconds=seconds, text=text))
        sys.stderr.flush()
        self._last_text = text
