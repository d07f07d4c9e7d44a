"""Which table this is, and for tables that are no roster: what it is and where its contents belong."""

from __future__ import annotations

from zhibu.roster.imports.interpretation import PersonRow
from zhibu.roster.imports.sheets.model import Kind, Sheet
from zhibu.roster.imports.tables.columns import Column
from zhibu.roster.imports.tables.headers import fields
from zhibu.roster.imports.values.text import squeezed

# Fields that alone do not make a list of names a roster.
_BESIDE_A_NAME = frozenset({"name", "alias", "remark", "remark_text"})
_KEPT = "这个表没有导入，原表请留好。"
_SKIPPED = {
    "organizations": "这是党组织信息表，不是党员名册。党组织的名称、类别和届期请在“党组织”页面登记。",
    "meetings": "这是三会一课的记录或者统计表，不是党员名册。会议请在“组织生活”里登记，统计由系统自动生成。",
    "dues": "这是党费台账，不是党员名册。本系统现在还不登记党费。",
    "hardship": "这是困难党员台账，不是党员名册。家庭困难情况属于个人隐私，名册不登记这些内容。",
    "offices": "这是班子成员表，不是党员名册。书记和委员请在党组织页面的“班子”里登记。",
    "names": "这个表除了姓名没有党员信息（像签到表、领取表），不是党员名册。",
    "other": "这个表不是党员名册。",
}
# What a sheet without a readable table is most likely, by the words in it.
_BY_WORDS = (
    (("综合评定", "基本合格", "评议表", "测评"), "这好像是民主评议表，不是党员名册。"),
    (("批准机关", "奖惩", "表彰"), "这好像是奖惩登记表，不是党员名册。本系统现在还不登记奖惩。"),
    (("应到", "实到", "会议主题"), _SKIPPED["meetings"]),
    (("月应缴", "实缴", "党费"), _SKIPPED["dues"]),
    (("班级人数", "平均年龄", "支部人数", "正式党员数"), "这好像是统计表，不是党员名册。"),
    (("组织类别", "上级党组织", "组织编码"), _SKIPPED["organizations"]),
)  # fmt: skip


def kind_of(columns: tuple[Column, ...], title: tuple[str, ...]) -> str:
    """The kind of a table by its columns and, for lists of applicants, its title."""
    groups = [fields()[column.field].group for column in columns if column.field]
    names = {column.field for column in columns}
    has_name = "name" in names
    if groups.count("dues") >= 3 and has_name:
        return "dues"
    if has_name and (groups.count("development") >= 3 or _is_before_admission(names, title)):
        return "development"
    if not has_name and ("org_name" in names or groups.count("organization") >= 3):
        return "meetings" if groups.count("meeting") >= 2 else "organizations"
    if "office_from" in names and has_name:
        return "offices"
    if groups.count("mobile") >= 2 and has_name:
        return "mobile"
    if groups.count("hardship") >= 1 and has_name:
        return "hardship"
    if groups.count("meeting") >= 2:
        return "meetings"
    return _roster_or_not(columns, names, groups)


def _roster_or_not(columns: tuple[Column, ...], names: set[str], groups: list[str]) -> str:
    if not ({"name", "id_number"} & names) or not any(word in groups for word in ("person", "kept")):
        return "other"
    says_more = any(c.field and c.field not in _BESIDE_A_NAME and c.kind != "ignored" for c in columns)
    return "roster" if says_more or any(not c.field for c in columns) else "names"


def _is_before_admission(names: set[str], title: tuple[str, ...]) -> bool:
    """Lists of applicants look like rosters; only their title tells."""
    told = "".join(title)
    is_list = any(word in told for word in ("积极分子", "发展对象", "入党申请人"))
    return is_list and "党员花名册" not in told and "joined_date" not in names


def skip_reason(kind: str, sheet: Sheet, people: tuple[PersonRow, ...]) -> str:
    """Why the rows of a table are not imported by default; empty if they are."""
    if kind in _SKIPPED:
        return _SKIPPED[kind] + _KEPT
    if not people:
        return "这个表里没有党员。"
    if sheet.is_hidden:
        return "这个工作表是隐藏的，没有导入；要导入请先选中它。"
    return ""


def told_without_table(sheet: Sheet) -> str:
    """What a sheet without a roster seems to be, or what a roster would need."""
    words = "".join(
        squeezed(cell.text) for cell in sheet.cells[:400] if cell.kind is Kind.TEXT and len(cell.text) <= 60
    )
    told = next((told for marks, told in _BY_WORDS if any(mark in words for mark in marks)), "")
    if told:
        return "工作表“{name}”：{told}{kept}".format(name=sheet.name, told=told, kept=_KEPT)
    return "工作表“{name}”里没有找到名册，没有导入。".format(name=sheet.name)
