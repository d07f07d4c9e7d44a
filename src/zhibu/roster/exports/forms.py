"""What a roster is exported as."""

from __future__ import annotations

from django import forms

from zhibu.foundation.audit.forms import RefusableForm
from zhibu.roster.exports.commands import Wish


class ExportForm(RefusableForm):
    """Style and, where private fields are wanted, the purpose."""

    style = forms.ChoiceField(
        label="导出成",
        choices=[
            ("report", "报送版：按办公格式排好，打印后签字盖章"),
            ("print", "打印版（PDF）：A4 横向，直接打印盖章"),
            ("system", "系统版：每一项都有，改好以后可以再导入"),
        ],
        initial="report",
        widget=forms.RadioSelect,
    )
    is_open = forms.BooleanField(
        label="带上身份证号、电话、住址和出生的日子",
        help_text="带上以后要写明用途；超过500人的，要由另一位有导出权限的同志同意。名册上会印出导出人和用途，名册上的每个人都看得到谁导出过。",
        required=False,
    )
    purpose = forms.CharField(
        label="用途", required=False, max_length=60, help_text="例如：报县委组织部年度统计。"
    )
    dates_as_months = forms.BooleanField(label="日期只写到年月（1998.07）", required=False)

    def wish(self) -> Wish:
        """What was asked for."""
        data = self.cleaned_data
        return Wish(data["style"], data["is_open"], data["purpose"], data["dates_as_months"])


class ApprovalForm(RefusableForm):
    """Agreeing that somebody else takes a roster out; nothing has to be filled in."""
