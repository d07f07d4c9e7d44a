"""Runs the walk and says, line by line, what was seen."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from urllib.error import URLError

from zhibu.cli.demo.check.served import served_demo
from zhibu.cli.demo.check.visitor import Unexpected
from zhibu.cli.demo.check.walk import Walk

_GOOD, _BAD = "✓ {title}：{seen}", "✗ {title}：{seen}"


def check_demo(*, scale: str, seed: int) -> int:
    """Serve a demo of its own, walk the main job, print a line a step; 0 only if every step passed."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    print("正在备好一套单独的示范数据，走完以后删除，不影响已有的数据。", flush=True)
    try:
        with served_demo(scale=scale, seed=seed) as demo:
            return _walk(Walk(demo))
    except Unexpected as refusal:
        print(_BAD.format(title="启动示范", seen=refusal), flush=True)
        return 1


def _leave(number: int, frame: FrameType | None) -> None:
    """Asked to stop: through the blocks, so that service and folder go too."""
    sys.exit(128 + number)


def _walk(walk: Walk) -> int:
    """Every step in turn; the first that fails ends it, for the later ones build on it."""
    for title, act in walk.steps():
        try:
            seen = act()
        except (Unexpected, URLError, TimeoutError, ConnectionError) as trouble:
            print(_BAD.format(title=title, seen=trouble), flush=True)
            print("没有走完，后面的步骤没有再走。", flush=True)
            return 1
        print(_GOOD.format(title=title, seen=seen), flush=True)
    print("全部走通。", flush=True)
    return 0
