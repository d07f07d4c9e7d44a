"""The office's own fonts: brought, tried before anything depends on them, taken away again."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.commands import command, record
from zhibu.foundation.documents.models import UploadedFont
from zhibu.foundation.documents.trial import Trial, try_font

FONT_BYTES = 60_000_000
_MAY_LACK = 100  # of 3,755: more, and it is no font for Chinese text
_RIGHT = "settings:manage"
_starts: list[Callable[[], object]] = []


@command("documents.add_font")
def add_font(*, actor: Actor, today: date, style: str, file_name: str, body: bytes) -> UploadedFont:
    """Take a font for one style in place of the one before; every paper set from now on uses it.

    Raises ``Refused`` where the file is too large, no font, not for Chinese text, or not to be embedded.
    """
    if not actor.may(_RIGHT):
        raise NotAllowed(_RIGHT)
    _refuse_size(body)
    suffix = Path(file_name).suffix.lower()
    trial = _tried(body, suffix)
    before = UploadedFont.objects.filter(style=style).first()
    font = before or UploadedFont(style=style)
    old = font.file.name if before else ""
    digest = hashlib.sha256(body).hexdigest()
    font.original_name = Path(file_name).name[:200]
    font.uploaded_at = utc_now()
    font.uploaded_by = actor.label
    font.file.save(
        "{style}-{digest}{suffix}".format(style=style, digest=digest[:16], suffix=suffix), ContentFile(body)
    )
    if old and old != font.file.name:
        _drop_file(font, old)
    diff = {"style": style, "family": trial.family[:80], "sha256": digest, "lacking": trial.lacking}
    record(actor=actor, action="documents.add_font", object_ref="font:" + style, org_ids=[], diff=diff)
    return font


@command("documents.remove_font")
def remove_font(*, actor: Actor, today: date, font: UploadedFont) -> None:
    """Go back to the free fonts for one style; papers that were stored stay as they are."""
    if not actor.may(_RIGHT):
        raise NotAllowed(_RIGHT)
    _drop_file(font, font.file.name)
    record(actor=actor, action="documents.remove_font", object_ref="font:" + font.style, org_ids=[])
    font.delete()


def on_fonts_wanted(start: Callable[[], object]) -> None:
    """Register what brings the free fonts in the background; the app does, knowing the task."""
    _starts[:] = [start]


@command("documents.fetch_fonts")
def ask_for_fonts(*, actor: Actor, today: date) -> None:
    """Have the free fonts brought by the worker; what came of it the page of fonts says later."""
    if not actor.may(_RIGHT):
        raise NotAllowed(_RIGHT)
    record(actor=actor, action="documents.fetch_fonts", object_ref="", org_ids=[])
    for start in _starts:
        transaction.on_commit(start)


def _refuse_size(body: bytes) -> None:
    if len(body) > FONT_BYTES:
        raise Refused(
            "documents.font_too_large",
            "这个字体文件太大，超过了60兆字节。",
            next_step="请选用单个的字体文件（.ttf 或 .otf），不要上传整套字体包。",
        )


def _tried(body: bytes, suffix: str) -> Trial:
    with tempfile.TemporaryDirectory(prefix="zhibu-font-") as folder:
        path = Path(folder) / ("font" + suffix)
        path.write_bytes(body)
        trial = try_font(path)
    if trial is None:
        raise Refused(
            "documents.font_broken",
            "这个文件不能当作字体使用：不是字体文件，或者已经损坏。",
            next_step="请在装有这种字体的电脑上重新复制 .ttf 或 .otf 文件，再上传一次；压缩包要先解压。",
        )
    if not trial.may_embed:
        raise Refused(
            "documents.font_not_embeddable",
            "这种字体的厂家不允许把它嵌入文件，公文里不能使用。",
            next_step="请换用许可允许嵌入的字体，或者继续使用开源字体。",
        )
    if trial.lacking > _MAY_LACK or not trial.prints:
        raise Refused(
            "documents.font_not_chinese",
            "这个字体缺少{count}个常用汉字，不能用来排公文。".format(count=trial.lacking),
            next_step="请核对是不是选错了文件，公文要用完整的中文字体。",
        )
    return trial


def _drop_file(font: UploadedFont, name: str | None) -> None:
    """The file goes when the change is certain; one that is gone already is no matter."""
    storage = font.file.storage
    if name:
        transaction.on_commit(lambda: storage.delete(name))
