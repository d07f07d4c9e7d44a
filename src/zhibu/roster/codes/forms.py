"""The form that loads a dictionary."""

from __future__ import annotations

from typing import Any

from django import forms

from zhibu.foundation.audit.forms import RefusableForm

LARGEST = 5 * 1024 * 1024


class DictionaryForm(RefusableForm):
    """Whose dictionary it is, which version, and the file."""

    system = forms.CharField(
        label="来自哪个系统", max_length=60, help_text="例如“全国党员管理信息系统”“党内统计年报”。"
    )
    version = forms.CharField(label="版本", max_length=30, help_text="例如“2025”。同一版本再装一次会更新。")
    dictionary = forms.FileField(
        label="字典文件（CSV）",
        help_text="第一行写“代码”“名称”；知道对应本系统哪一个代码的，再加一列“对应”。",
        error_messages={"required": "请选择文件。", "empty": "文件是空的，请核对以后再上传。"},
    )

    def clean_dictionary(self) -> bytes:
        """The file's bytes."""
        sent: Any = self.cleaned_data["dictionary"]
        if sent.size > LARGEST:
            raise forms.ValidationError("文件超过5MB，字典不会这么大，请核对是不是选错了。")
        return bytes(sent.read())
