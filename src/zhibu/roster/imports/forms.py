"""Forms of the import: the file that is sent, what columns are used as, what was answered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from zhibu.foundation.audit.forms import RefusableForm
from zhibu.roster.imports.planning.samples import TableSample
from zhibu.roster.imports.sheets.limits import DEFAULT_LIMITS, REFUSALS
from zhibu.roster.imports.tables.headers import fields as known_fields
from zhibu.ui.forms import carried_number

_ENDINGS = (".xlsx", ".xls", ".csv", ".txt", ".htm", ".html", ".xml", ".et", ".xlsm", ".xlsb", ".ods", "")
_GROUPS = ("person", "common", "check", "kept", "development", "mobile")
_COLUMN = re.compile(r"column-(\d{1,3})-(\d{1,3})")


class UploadForm(RefusableForm):
    """The workbook; its size is known before anything is read."""

    upload = forms.FileField(
        label="名册文件",
        help_text="可以是 Excel 或 WPS 表格（.xlsx、.xls），也可以是 CSV。不要超过 30 MB，文件不能有密码。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv,.et,.txt,.htm,.html,.xml"}),
        error_messages={
            "required": "请先选择要导入的文件。",
            "empty": REFUSALS["empty"][0] + REFUSALS["empty"][1],
            "missing": "请先选择要导入的文件。",
            "invalid": "文件没有传上来，请再试一次。",
        },
    )

    def clean_upload(self) -> UploadedFile[Any]:
        """Refuse by size and name alone; what the file really is the limited child finds out."""
        sent: UploadedFile[Any] = self.cleaned_data["upload"]
        if (sent.size or 0) > DEFAULT_LIMITS.packed_bytes:
            raise forms.ValidationError("".join(REFUSALS["too_large"]))
        if PurePath(sent.name or "").suffix.lower() not in _ENDINGS:
            raise forms.ValidationError("".join(REFUSALS["not_a_table"]))
        return sent


def use_choices() -> list[tuple[str, str]]:
    """What a column can be used as: a member's fields; the first choice is not to import it."""
    known = [field for field in known_fields().values() if field.group in _GROUPS]
    shown = [(field.key, field.label) for field in known if field.kind != "ignored"]
    return [("", "不导入"), *shown]


def sent_columns(data: QueryDict, samples: Sequence[TableSample]) -> dict[str, dict[str, str]]:
    """The uses that were sent, by table fingerprint and column; unknown words mean not to import."""
    allowed = {key for key, _ in use_choices()} | {c.field for s in samples for c in s.columns}
    tables = {sample.number: sample for sample in samples}
    found: dict[str, dict[str, str]] = {}
    for name, value in data.items():
        match = _COLUMN.fullmatch(name)
        sample = tables.get(int(match[1])) if match else None
        if match and sample:
            use = str(value) if value in allowed else ""
            found.setdefault(sample.fingerprint, {})[match[2]] = use
    return found


def sent_tables(data: QueryDict, samples: Sequence[TableSample]) -> dict[int, bool]:
    """Which tables are to be imported, where the page offered the choice."""
    if "tables-shown" not in data:
        return {}
    return {sample.number: "table-{n}".format(n=sample.number) in data for sample in samples}


def sent_answers(data: Mapping[str, object]) -> dict[str, int]:
    """The answers that were sent, by question key; an empty one stays open."""
    found: dict[str, int] = {}
    for name, value in data.items():
        key = name.removeprefix("answer-")
        answer = carried_number(str(value), -1)
        if key != name and 0 <= answer < 1000 and len(key) == 24:
            found[key] = answer
    return found
