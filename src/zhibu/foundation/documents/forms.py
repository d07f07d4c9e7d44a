"""The form that brings a font."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from zhibu.foundation.audit.forms import RefusableForm
from zhibu.foundation.documents.commands import FONT_BYTES
from zhibu.foundation.documents.models import UploadedFont

_ENDINGS = (".ttf", ".otf", ".ttc", ".otc")


class FontForm(RefusableForm):
    """For which style, and the file; what it really is the trial finds out."""

    style = forms.ChoiceField(label="用作", choices=UploadedFont.Style.choices)
    upload = forms.FileField(
        label="字体文件",
        help_text="单位有使用许可的字体，.ttf 或 .otf 文件，不要超过 60 MB。上传后先试排一遍，合格的才启用。",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(_ENDINGS)}),
        error_messages={
            "required": "请先选择字体文件。",
            "missing": "请先选择字体文件。",
            "empty": "这个文件是空的，请重新复制字体文件。",
            "invalid": "文件没有传上来，请再试一次。",
        },
    )

    def clean_upload(self) -> UploadedFile[Any]:
        """Refuse by name and size before the file is read."""
        sent: UploadedFile[Any] = self.cleaned_data["upload"]
        if PurePath(sent.name or "").suffix.lower() not in _ENDINGS:
            raise forms.ValidationError("请选择 .ttf 或 .otf 结尾的字体文件；压缩包要先解压。")
        if (sent.size or 0) > FONT_BYTES:
            raise forms.ValidationError("这个文件太大，超过了60兆字节；请选用单个的字体文件。")
        return sent
