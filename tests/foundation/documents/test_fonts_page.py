"""The page of fonts: what serves now, a font of the office's own, and files that are none."""

from __future__ import annotations

from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.world import World, build_world
from zhibu.foundation.documents import commands, tasks
from zhibu.foundation.documents.blocks import Face
from zhibu.foundation.documents.fetching import FetchResult
from zhibu.foundation.documents.models import UploadedFont
from zhibu.foundation.documents.queries import current_fonts, get_last_try, office_folder
from zhibu.foundation.documents.trial import try_font, usual_characters

OWN = pylopdf_fonts_zh_cn.sans_path()
PAGE = reverse("documents:fonts")


class Started:
    """A thread that does nothing."""

    def start(self) -> None:
        """Nothing."""


@pytest.fixture
def world(db: None) -> World:
    return build_world()


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    """A folder of fonts of the test's own: other workers' tests bring fonts at the same time."""
    settings.DATA_DIR = tmp_path
    files = {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path / "files")}}
    settings.STORAGES = {**settings.STORAGES, "default": files}


def _send(world: World, body: bytes, name: str = "楷体.otf", style: str = "kai") -> object:
    data = {"style": style, "upload": SimpleUploadedFile(name, body)}
    return world.client("system").post(PAGE, data)


def test_a_font_is_tried_taken_and_used_at_once(world, django_capture_on_commit_callbacks):
    """What the system administrator brings serves its style from the next paper on, without a restart."""
    before = current_fonts()
    assert before.serving(Face.KAI) is None
    assert _send(world, OWN.read_bytes()).status_code == 302
    font = UploadedFont.objects.get(style="kai")
    assert font.original_name == "楷体.otf"
    assert current_fonts().serving(Face.KAI).path == Path(font.file.path)
    shown = world.client("system").get(PAGE).content.decode()
    assert "使用单位上传的字体" in shown
    with django_capture_on_commit_callbacks(execute=True):
        assert world.client("system").post(reverse("documents:font_removal", args=["kai"])).status_code == 302
    assert current_fonts().serving(Face.KAI) is None
    assert not list(office_folder().glob("kai-*"))


def test_a_new_font_takes_the_place_of_the_one_before(world, django_capture_on_commit_callbacks):
    """One file a style; the old file goes with the change."""
    with django_capture_on_commit_callbacks(execute=True):
        _send(world, OWN.read_bytes())
    with django_capture_on_commit_callbacks(execute=True):
        _send(world, pylopdf_fonts_zh_cn.serif_path().read_bytes(), "另一种.otf")
    assert UploadedFont.objects.get().original_name == "另一种.otf"
    assert len(list(office_folder().glob("kai-*"))) == 1


@pytest.mark.parametrize(
    ("body", "name", "said"),
    [
        (b"", "空.ttf", "这个文件是空的"),
        (b"just words", "字体.ttf", "不能当作字体使用"),
        (OWN.read_bytes()[:40_000], "截断.otf", "不能当作字体使用"),
        (b"OTTO" + bytes(range(256)) * 400, "乱码.otf", "不能当作字体使用"),
        (b"PK\x03\x04", "字体.zip", "压缩包要先解压"),
    ],
)
def test_what_is_no_font_is_refused_in_words(world, body, name, said):
    """Nothing is stored, and the page says what to do."""
    answer = _send(world, body, name)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not UploadedFont.objects.exists()
    assert not list(office_folder().glob("*"))


def test_a_huge_file_is_refused_before_it_is_read(world, monkeypatch):
    """By the form where it came from a page, by the command wherever it came from."""
    monkeypatch.setattr("zhibu.foundation.documents.forms.FONT_BYTES", 1000)
    assert "这个文件太大" in _send(world, b"\x00" * 2000).content.decode()
    monkeypatch.setattr(commands, "FONT_BYTES", 1000)
    with pytest.raises(commands.Refused, match="太大"):
        commands._refuse_size(b"\x00" * 2000)


def test_a_font_without_chinese_and_one_not_to_be_embedded_are_refused(world, monkeypatch):
    """Both can be read, and neither can set a paper."""
    monkeypatch.setattr(commands, "try_font", lambda path: commands.Trial("Latin", 3755, True, False))
    assert "缺少3755个常用汉字" in _send(world, b"x").content.decode()
    monkeypatch.setattr(commands, "try_font", lambda path: commands.Trial("Own", 0, False, True))
    assert "不允许把它嵌入文件" in _send(world, b"x").content.decode()


def test_only_the_system_administrator_comes_here(world):
    """A secretary prints papers and chooses no fonts."""
    assert world.client("secretary").get(PAGE).status_code == 403
    assert world.client("secretary").get(reverse("documents:font_sample")).status_code == 403


def test_the_sample_shows_every_face(world):
    """A PDF of one page."""
    answer = world.client("system").get(reverse("documents:font_sample"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_the_trial_knows_the_usual_characters(tmp_path):
    """All of the first level of GB 2312; a whole font lacks none and prints."""
    assert len(usual_characters()) == 3755
    copy = tmp_path / "own.otf"
    copy.write_bytes(OWN.read_bytes())
    trial = try_font(copy)
    assert trial is not None
    assert (trial.lacking, trial.may_embed, trial.prints) == (0, True, True)


def test_the_embedding_bits_are_read(tmp_path):
    """A font whose maker forbids embedding (fsType 2) is known as such."""
    data = bytearray(OWN.read_bytes())
    count = int.from_bytes(data[4:6], "big")
    records = [12 + 16 * place for place in range(count)]
    at = next(start for start in records if data[start : start + 4] == b"OS/2")
    offset = int.from_bytes(data[at + 8 : at + 12], "big")
    data[offset + 8 : offset + 10] = (2).to_bytes(2, "big")
    copy = tmp_path / "own.otf"
    copy.write_bytes(bytes(data))
    trial = try_font(copy)
    assert trial is not None
    assert not trial.may_embed


def test_fetching_that_brings_nothing_says_so_on_the_page(world, monkeypatch):
    """Offline nothing breaks: the page names the day and what is used instead."""
    monkeypatch.setattr(tasks, "fetch_fonts", lambda folder: FetchResult(False, (), "没有取到仿宋、楷体。"))
    tasks.fetched_folder().mkdir(parents=True, exist_ok=True)
    tasks._bring()
    assert "没有取到仿宋、楷体。" in get_last_try()
    assert "没有取到仿宋、楷体。" in world.client("system").get(PAGE).content.decode()
    (tasks.fetched_folder() / "last-try.txt").unlink()


def test_the_page_asks_the_worker_and_does_not_wait(world, monkeypatch, django_capture_on_commit_callbacks):
    """The button puts a task on the queue; the task works beside it, and once only."""
    begun = []

    def begin(**words: object) -> Started:
        begun.append(words["name"])
        return Started()

    monkeypatch.setattr(tasks.threading, "Thread", begin)
    wanted: list[str] = []
    monkeypatch.setattr(commands, "_starts", [lambda: wanted.append("fonts")])
    with django_capture_on_commit_callbacks(execute=True):
        answer = world.client("system").post(reverse("documents:font_fetching"))
    assert answer.status_code == 302
    assert (wanted, begun) == (["fonts"], [])
    tasks.bring_fonts.call()
    assert begun == ["fonts"]
    monkeypatch.setattr(tasks, "is_fetched", lambda folder: True)
    tasks.bring_fonts.call()
    assert begun == ["fonts"]
