"""Code tables: our stable keys, labels, spellings seen in the wild, and the codes other systems use."""

from __future__ import annotations

from zhibu.roster.codes.tables import (
    Code,
    CodeTable,
    External,
    LoadedCode,
    code_table,
    label_of,
    normal_form,
)

__all__ = ["Code", "CodeTable", "External", "LoadedCode", "code_table", "label_of", "normal_form"]
