"""The roster as a paper: A4 on its side, for the seal and the file, where the office wants no workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zhibu.foundation.documents.papers import RosterColumn, RosterPrint
from zhibu.roster.codes import label_of
from zhibu.roster.exports.rows import MemberRow, ReportHead

_Text = Callable[[MemberRow], str]


def _code(table: str, key: str) -> str:
    return label_of(table, key) if key else ""


_NAME: tuple[RosterColumn, _Text] = (RosterColumn("姓名", 9), lambda member: member.name)
_COMMON: tuple[tuple[RosterColumn, _Text], ...] = (
    (RosterColumn("性别", 5), lambda member: _code("sex", member.sex)),
    (RosterColumn("民族", 7), lambda member: _code("ethnicity", member.ethnicity)),
    (RosterColumn("出生日期", 11), lambda member: member.birth),
    (RosterColumn("学历", 11), lambda member: _code("education", member.education)),
    (RosterColumn("人员类别", 9), lambda member: _code("status", member.status)),
    (RosterColumn("入党日期", 11), lambda member: member.joined_date),
    (RosterColumn("转正日期", 11), lambda member: member.full_date),
)
_PLAIN: tuple[tuple[RosterColumn, _Text], ...] = (
    (RosterColumn("工作岗位", 15, is_left=True), lambda member: _code("post", member.post_code)),
    (RosterColumn("党小组", 10, is_left=True), lambda member: member.party_group),
)
_PRIVATE: tuple[tuple[RosterColumn, _Text], ...] = (
    (RosterColumn("公民身份证号", 20), lambda member: member.id_number),
    (RosterColumn("手机号", 13), lambda member: member.phone),
)
_BRANCH: tuple[RosterColumn, _Text] = (
    RosterColumn("所在党支部", 18, is_left=True),
    lambda member: member.branch_name,
)
_REMARK: tuple[RosterColumn, _Text] = (RosterColumn("备注", 9, is_left=True), lambda member: "")
_TOTAL = "合计：{count}人，其中正式党员{full}名，预备党员{probationary}名。"


def roster_print(rows: Sequence[MemberRow], head: ReportHead, *, is_open: bool) -> RosterPrint:
    """报送版 for printing; the branch is named where there is more than one, private columns where asked."""
    columns = [_NAME, *_COMMON, *(_PRIVATE if is_open else _PLAIN)]
    if len({member.branch_name for member in rows}) > 1:
        columns.insert(1, _BRANCH)
    columns.append(_REMARK)
    dated = {"出生日期", "入党日期", "转正日期"}
    texts = tuple(
        tuple(
            _day(text(member), head.dates_as_months) if column.heading in dated else text(member)
            for column, text in columns
        )
        for member in rows
    )
    full = sum(member.status == "full" for member in rows)
    probationary = sum(member.status == "probationary" for member in rows)
    total = _TOTAL.format(count=len(rows), full=full, probationary=probationary)
    return RosterPrint(
        organization=head.unit,
        as_of=head.day,
        columns=tuple(column for column, _ in columns),
        rows=texts,
        title="党员名册",
        totals="\n".join(filter(None, (total, head.watermark))),
        filled_by=head.prepared_by,
        checked_by=head.checked_by,
    )


def _day(text: str, as_months: bool) -> str:
    """``1998.07.01``, or to the month; what is known to the month stays so."""
    parts = text.split("-")[: 2 if as_months else 3]
    return ".".join(parts)
