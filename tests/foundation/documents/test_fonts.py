"""Which face serves what, and how faces are brought."""

from __future__ import annotations

import shutil
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest

from zhibu.foundation.documents.blocks import Face
from zhibu.foundation.documents.fetching import FACE_FILES, fetch_fonts
from zhibu.foundation.documents.fonts import FontFile, FontSet, discover_fonts, font_report


def _file(family: str, rank: int, weight: int = 400) -> FontFile:
    return FontFile(family, weight, Path("/nowhere"), 0, 0, rank)


def test_without_official_faces_the_report_names_the_substitute(fonts):
    report = {item.face_name: item for item in font_report(fonts)}
    assert list(report) == ["仿宋", "楷体", "小标宋", "黑体", "宋体"]
    assert report["仿宋"].is_substitute
    assert "思源宋体" in report["仿宋"].sentence
    assert not report["黑体"].is_substitute


def test_the_offices_own_faces_come_first():
    files = (_file("FandolFang R", 1), _file("Noto Serif SC", 2), _file("FangSong_GB2312", 0))
    found = FontSet((), files)
    assert found.serving(Face.FANG).family == "FangSong_GB2312"
    assert found.families(Face.FANG)[:2] == ["FangSong_GB2312", "Noto Serif SC"]
    assert "单位上传" in font_report(found)[0].sentence


def test_fangsong_is_not_taken_for_song():
    found = FontSet((), (_file("FangSong", 0), _file("方正小标宋简体", 0), _file("Noto Serif SC", 2)))
    assert found.serving(Face.SONG).family == "Noto Serif SC"
    assert found.serving(Face.TITLE).family == "方正小标宋简体"


def test_a_file_chosen_for_a_face_serves_it_whatever_its_name(tmp_path):
    own = tmp_path / "own.otf"
    shutil.copyfile(pylopdf_fonts_zh_cn.sans_path(), own)
    found = discover_fonts(office_folder=tmp_path, chosen={Face.FANG: own, Face.KAI: tmp_path / "none.otf"})
    assert found.serving(Face.FANG).path == own
    assert found.serving(Face.KAI) is None


def test_a_thin_song_is_no_title_face():
    assert FontSet((), (_file("FandolSong", 1, 400),)).serving(Face.TITLE) is None
    assert FontSet((), (_file("FandolSong", 1, 700),)).serving(Face.TITLE) is not None


def test_broken_files_and_missing_folders_are_passed_over(tmp_path):
    (tmp_path / "broken.ttf").write_bytes(b"\x00\x01\x00\x00" + b"\xff" * 400)
    (tmp_path / "empty.otf").write_bytes(b"")
    found = discover_fonts(office_folder=tmp_path, fetched_folder=tmp_path / "none")
    assert {item.rank for item in found.files} == {2}


def test_every_rare_character_of_names_has_a_glyph(fonts):
    assert fonts.missing("䶮㛃𬭎𠅤喆堃镕玥〔〕○〇—×") == ""


def test_a_machine_without_debian_only_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("zhibu.foundation.documents.fetching._INSTALLED", Path("nowhere"))
    lines: list[str] = []
    result = fetch_fonts(tmp_path / "fonts", lines.append)
    assert not result.is_complete
    assert "思源宋体" in result.message
    assert lines


def test_a_folder_that_cannot_be_made_raises_nothing(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert not fetch_fonts(tmp_path / "file" / "fonts").is_complete


@pytest.fixture
def pretend_debian(tmp_path, monkeypatch):
    """An apt-get that succeeds only after an update, and a dpkg-deb that unpacks three files."""
    tools = tmp_path / "tools"
    tools.mkdir()
    folder = "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"
    apt = (
        'case "$*" in *update*) touch updated;; *download*) [ -e updated ] && touch fonts.deb;; esac; exit 0'
    )
    unpack = 'mkdir -p "$3/{folder}"; for f in {files}; do echo face > "$3/{folder}/$f"; done'.format(
        folder=folder, files=" ".join(FACE_FILES)
    )
    for name, script in (("apt-get", apt), ("dpkg-deb", unpack)):
        (tools / name).write_text("#!/bin/sh\n" + script + "\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", "{tools}:/usr/bin:/bin".format(tools=tools))
    monkeypatch.setattr("zhibu.foundation.documents.fetching.Path", Path)
    return tmp_path


def test_faces_are_brought_once_and_then_kept(pretend_debian):
    target = pretend_debian / "fonts"
    assert fetch_fonts(target).is_complete
    assert sorted(item.name for item in target.glob("*.otf")) == sorted(FACE_FILES)
    lines: list[str] = []
    assert fetch_fonts(target, lines.append).is_complete
    assert lines == []
