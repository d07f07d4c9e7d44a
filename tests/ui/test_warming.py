"""A new process of the web server knows every page before its first visitor comes."""

from __future__ import annotations

import subprocess
import sys

from django.template import engines

_SAY = """
import sys
from zhibu.config.wsgi import application
assert application
from django.template import engines
cached = engines["django"].engine.template_loaders[0].get_template_cache
urls = [name for name in sys.modules if name.startswith("zhibu.") and name.endswith(".urls")]
print(len(urls), len(cached))
"""


def test_pages_and_templates_are_loaded_at_start() -> None:
    done = subprocess.run([sys.executable, "-c", _SAY], capture_output=True, text=True, check=True)
    urls, templates = map(int, done.stdout.split())
    assert urls > 10
    assert templates > 100
    assert engines["django"].engine.template_loaders
