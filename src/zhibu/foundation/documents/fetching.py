"""Bringing the free 仿宋, 楷体 and 小标宋 from Debian, where Debian is at hand.

The Fandol faces (GPL 3 with font exception) lie in Debian's ``texlive-lang-chinese`` (49 MB). They are
neither shipped nor needed: without them papers are set in Noto Serif SC and the page says so. Nothing is
installed; three files and their licence are copied into a folder of the caller's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "texlive-lang-chinese"
FACE_FILES = ("FandolFang-Regular.otf", "FandolKai-Regular.otf", "FandolSong-Bold.otf")
_LICENCE_FILES = ("README", "COPYING.gz")
_INSTALLED = Path("usr/share/texlive/texmf-dist/fonts/opentype/public/fandol")
_LICENCE = Path("usr/share/doc/texlive-doc/fonts/fandol")
_NOT_FETCHED = "没有取到仿宋、楷体，公文暂用思源宋体排印；可以稍后再试，或上传单位自有的字体。"
_DOWNLOAD_SECONDS = 300
_UNPACK_SECONDS = 120


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What fetching brought; ``message`` is one Chinese sentence for the person who asked."""

    is_complete: bool
    files: tuple[Path, ...]
    message: str


def fetch_fonts(target: Path, progress: Callable[[str], None] = lambda line: None) -> FetchResult:
    """Puts the three faces into ``target`` (made if missing): from this machine, else from Debian's mirror.

    ``progress`` gets a Chinese line before each step. Never raises: a machine without Debian, without network
    or without room only means that ``is_complete`` is false.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
        if not _present(target):
            _bring(target, progress)
    except (OSError, subprocess.SubprocessError) as error:
        progress("取字体没有成功：{reason}".format(reason=type(error).__name__))
    files = _present(target)
    if files:
        return FetchResult(True, files, "仿宋、楷体、小标宋三种开源字体已经备好。")
    return FetchResult(False, (), _NOT_FETCHED)


def is_fetched(target: Path) -> bool:
    """Whether the three faces lie there already."""
    return bool(_present(target))


def _present(target: Path) -> tuple[Path, ...]:
    """The three files, or nothing where one of them is missing."""
    files = tuple(target / name for name in FACE_FILES)
    return files if all(file.is_file() for file in files) else ()


def _bring(target: Path, progress: Callable[[str], None]) -> None:
    if (Path("/") / _INSTALLED / FACE_FILES[0]).is_file():
        progress("本机已装有这些字体，正在复制。")
        _copy(Path("/"), target)
        return
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        progress("本机不是 Debian 一类的系统，不能自动取字体。")
        return
    with tempfile.TemporaryDirectory(prefix="zhibu-fonts-") as folder:
        work = Path(folder)
        progress("正在下载字体包（约49兆字节）。")
        package = _download(work, progress)
        if package is None:
            progress("字体包没有下载成功。")
            return
        progress("正在取出字体。")
        unpacked = work / "unpacked"
        _run(["dpkg-deb", "-x", str(package), str(unpacked)], work, _UNPACK_SECONDS)
        _copy(unpacked, target)


def _download(work: Path, progress: Callable[[str], None]) -> Path | None:
    """The package file: with the machine's own lists, else with fresh ones kept in ``work``."""
    _run(["apt-get", "-qq", "download", PACKAGE], work, _DOWNLOAD_SECONDS)
    found = sorted(work.glob("*.deb"))
    if not found:
        progress("正在取软件目录，再试一次。")
        private = _private_state(work)
        _run(["apt-get", "-qq", *private, "update"], work, _DOWNLOAD_SECONDS)
        _run(["apt-get", "-qq", *private, "download", PACKAGE], work, _DOWNLOAD_SECONDS)
        found = sorted(work.glob("*.deb"))
    return found[0] if found else None


def _private_state(work: Path) -> list[str]:
    """Options that keep apt's lists and cache in ``work``: the machine stays as it is, without root."""
    lists, cache = work / "lists", work / "cache"
    for folder in (lists / "partial", cache / "archives" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    options = {"Dir::State::lists": lists, "Dir::Cache": cache}
    flags = ["-o{name}={value}".format(name=name, value=value) for name, value in options.items()]
    return [*flags, "-oAPT::Sandbox::User="]


def _run(command: list[str], work: Path, seconds: int) -> None:
    """Runs a command in ``work``; its success is judged by the files it leaves."""
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(  # noqa: S603 fixed commands, no shell, no words of a user
        command,
        cwd=work,
        env=environment,
        timeout=seconds,
        check=False,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )


def _copy(root: Path, target: Path) -> None:
    """Copies faces and licence; a face appears under its name only when it is whole."""
    for name in _LICENCE_FILES:
        source = root / _LICENCE / name
        if source.is_file():
            shutil.copyfile(source, target / "fandol-{name}".format(name=name))
    for name in FACE_FILES:
        source = root / _INSTALLED / name
        if source.is_file():
            partial = target / "{name}.part".format(name=name)
            shutil.copyfile(source, partial)
            partial.replace(target / name)
