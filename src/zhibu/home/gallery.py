"""Samples for the component gallery: one of each, with invented words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django import forms

from zhibu.ui.charts import Bar, BarChart, HeatCell, HeatRow, HeatTable
from zhibu.ui.forms import CivilDateField
from zhibu.ui.listing import Column
from zhibu.ui.marks import Step, Tab


class SampleForm(forms.Form):
    """A field of each usual sort."""

    topic = forms.CharField(label="会议名称", max_length=40, help_text="例如：第二季度党员大会。")
    held_date = CivilDateField(label="召开日期")
    kind = forms.ChoiceField(label="类型", choices=[("general", "支部党员大会"), ("lecture", "党课")])
    way = forms.ChoiceField(
        label="表决方式",
        choices=[("secret", "无记名投票"), ("hands", "举手")],
        widget=forms.RadioSelect,
        help_text="选举和接收党员应采用无记名投票。",
    )
    note = forms.CharField(label="发言要点", widget=forms.Textarea, required=False)
    is_open = forms.BooleanField(label="会后公开会议结果", required=False)


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A row of the sample table."""

    name: str
    joined_date: date
    dues_fen: int
    key: str
    word: str


COLUMNS = (
    Column("姓名"),
    Column("加入党组织日期"),
    Column("月交党费（元）", align="end"),
    Column("状态"),
)
ROWS = (
    SampleRow("演示甲", date(1998, 7, 1), 1250, "ok", "正常"),
    SampleRow("演示乙", date(2011, 5, 4), 600, "soon", "还有 12 天"),
    SampleRow("演示丙", date(2025, 6, 3), 50, "late", "已超期 3 天"),
)
STEPS = (Step("选择文件", "done"), Step("核对问题", "current"), Step("确认导入"))
TABS = (
    Tab("全部", "?", True, 46645),
    Tab("临期", "?only=soon", False, 12),
    Tab("逾期", "?only=late", False, 0),
)
BARS = BarChart(
    "党员年龄",
    (Bar("30岁及以下", 12, 10), Bar("31至35岁", 9, 11), Bar("36至40岁", 7, 7), Bar("61岁及以上", 18, 17)),
    legend="今年",
    legend_before="去年",
)
HEAT = HeatTable(
    "各党委每月召开的会议",
    "党委",
    ("1月", "2月", "3月"),
    (
        HeatRow(
            "演示镇党委",
            (HeatCell(12, 3), HeatCell(4, 1), HeatCell(0, 0, is_short=True, title="本月还没有会议")),
        ),
        HeatRow("演示街道党工委", (HeatCell(7, 2), HeatCell(8, 2), HeatCell(11, 3))),
    ),
)
