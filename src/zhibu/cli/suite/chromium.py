"""Chromium for the browser journeys: the one of the system, installed from Debian where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess

CHROMIUM_WORDS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_PACKAGES = ("chromium", "fonts-noto-cjk", "poppler-utils")


def find_chromium() -> str | None:
    """The path of a Chromium on this machine; ``ZHIBU_CHROMIUM`` names another one."""
    given = os.environ.get("ZHIBU_CHROMIUM")
    if given:
        return given
    return next((path for path in map(shutil.which, _NAMES) if path), None)


def has_chinese_font() -> bool:
    """Whether pages can show Chinese: without a font pictures of pages hold empty boxes."""
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return False
    found = subprocess.run([fc_list, ":lang=zh"], capture_output=True, text=True, check=False)  # noqa: S603
    return bool(found.stdout.strip())


def bring_chromium() -> str:
    """Install what the journeys need where we may; a sentence on what is missing, empty if nothing is."""
    if find_chromium() and has_chinese_font() and shutil.which("pdftoppm"):
        return ""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _apt("update")
        _apt("install", "-y", "--no-install-recommends", *_PACKAGES)
    if not find_chromium():
        return "没有找到 Chromium 浏览器，浏览器测试没有运行。请安装它，或用 ZHIBU_CHROMIUM 指明位置。"
    return ""


def _apt(*words: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-q", *words]
    subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)  # noqa: S603
