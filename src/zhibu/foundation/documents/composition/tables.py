"""支部体检报告 and 党员花名册: the papers that are mostly a table."""

from __future__ import annotations

from datetime import date

from zhibu.common.chinese_text import date_text, width_in_cells
from zhibu.foundation.documents.blocks import (
    Blank,
    Block,
    Column,
    Face,
    Paragraph,
    Row,
    Run,
    Sheet,
    Table,
    Title,
    clean,
)
from zhibu.foundation.documents.composition.names import known_names
from zhibu.foundation.documents.composition.wording import plain_title
from zhibu.foundation.documents.papers import (
    CheckupGroup,
    CheckupReport,
    PlanLine,
    RosterColumn,
    RosterPrint,
    YearPlan,
)

_SMALL_PT = 12.0
_SMALL_PITCH_PT = 20.0
_CHECKUP_COLUMNS = (
    Column("事项", 39, "left"),
    Column("依据", 31, "left"),
    Column("现状", 40, "left"),
    Column("状态", 17),
    Column("怎么办", 29, "left"),
)
_NUMBER_WEIGHT = 6
_LANDSCAPE_TITLE_CELLS = 32
_SPREAD_SLACK = 3  # some programs part figures from characters
_LANDSCAPE_CELLS = 261 / (12 * 25.4 / 72)  # characters of 12 pt in the width of a page on its side
_PLAN_COLUMNS = (
    Column("拟开时间", 20),
    Column("会议类型", 30, "left"),
    Column("主题", 36, "left"),
    Column("主持人", 17),
    Column("参加人员", 21),
    Column("备注", 32, "left"),
)
_QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")


def _small(text: str, *, face: Face = Face.FANG, indent: int = 2, align: str = "justify") -> Paragraph:
    return Paragraph((Run(text, face),), indent, 0, align, False, _SMALL_PT, _SMALL_PITCH_PT)


def compose_checkup(paper: CheckupReport) -> Sheet:
    """The verdict in words, the table, what was not checked; neither score nor rank."""
    title = plain_title(paper.organization, "支部体检报告")
    day = "（截至{day}）".format(day=date_text(paper.as_of))
    note = "本表只列事实、依据和办法，不打分、不排名；已经补办的不再列为问题。"
    return Sheet(
        title="".join(title.lines),
        author=paper.organization,
        day=paper.as_of,
        body=(
            title,
            Paragraph((Run(day, Face.KAI),), indent=0, align="center"),
            Paragraph((Run(paper.verdict),)),
            Blank(1, 8.0),
            _checkup_table(paper.groups),
            *_not_checked(paper.not_checked),
        ),
        ending=(Blank(1, 6.0), _small(note, face=Face.KAI)),
    )


def _checkup_table(groups: tuple[CheckupGroup, ...]) -> Block:
    rows: list[Row] = []
    for group in groups:
        if group.rows:
            rows.append(Row((group.heading,), is_group=True))
            rows.extend(
                Row((row.matter, row.basis, row.fact, row.state, row.remedy or "—")) for row in group.rows
            )
    if not rows:
        rows.append(Row(("没有需要列出的事项。",), is_group=True))
    return Table(_CHECKUP_COLUMNS, tuple(rows), size_pt=10.5, pitch_pt=14.0, row_mm=7.5)


def _not_checked(subjects: tuple[str, ...]) -> tuple[Block, ...]:
    """What was not checked, small below the table, on whichever page there is room."""
    if not subjects:
        return ()
    text = "未检查：{subjects}。以上{count}项系统中还没有相应的记录，不能判断，请对照原件自行核对。"
    words = text.format(subjects="；".join(subjects), count=len(subjects))
    return (Blank(1, 8.0), Paragraph((Run(words),), 0, 0, "justify", False, 9.0, 13.0))


def compose_roster(paper: RosterPrint) -> Sheet:
    """The roster: reporting unit with room for its seal, numbered rows, totals, who filled in and checked.

    Raises ValueError where a row has more or fewer texts than there are columns.
    """
    title = Title((clean(paper.organization + paper.title),))
    if width_in_cells(title.lines[0]) > _LANDSCAPE_TITLE_CELLS:
        title = plain_title(paper.organization, paper.title)
    unit = "填报单位（盖章）：{organization}".format(organization=paper.organization)
    as_of = "截至{day}".format(day=date_text(paper.as_of))
    signing = (
        "填表人：{filled}　　　　　　审核人：{checked}　　　　　　填报日期：　　　　年　　月　　日"
    ).format(filled=paper.filled_by or "　　　　", checked=paper.checked_by or "　　　　")
    totals = (_small(paper.totals, indent=0),) if paper.totals else ()
    return Sheet(
        title="".join(title.lines),
        author=paper.organization,
        day=paper.as_of,
        body=(title, Blank(1, 6.0), _spread(unit, as_of), Blank(1, 3.0), _roster_table(paper)),
        ending=(Blank(1, 6.0), *totals, _small(signing, indent=0, align="left")),
        is_landscape=True,
        names=known_names(paper),
    )


def _spread(left: str, right: str, width_cells: float = _LANDSCAPE_CELLS) -> Paragraph:
    """One small line with a text at each end, parted by as many spaces as the width leaves."""
    gap = max(2, int(width_cells - width_in_cells(left) - width_in_cells(right)) - _SPREAD_SLACK)
    return _small(left + "　" * gap + right, indent=0, align="left")


def _roster_table(paper: RosterPrint) -> Table:
    columns = [Column("序号", _NUMBER_WEIGHT), *(_column(column) for column in paper.columns)]
    rows = []
    for place, cells in enumerate(paper.rows, start=1):
        if len(cells) != len(paper.columns):
            raise ValueError(place)
        rows.append(Row((str(place), *cells)))
    if not rows:
        rows.append(Row(("没有符合条件的党员。",), is_group=True))
    return Table(tuple(columns), tuple(rows), size_pt=10.5, pitch_pt=13.0, row_mm=8.0)


def _column(column: RosterColumn) -> Column:
    return Column(column.heading, column.weight, "left" if column.is_left else "center")


def compose_plan(paper: YearPlan) -> Sheet:
    """The plan of a year, a heading for each quarter, room for the seal and for who filled it in."""
    title = plain_title(paper.organization, "{year}年“三会一课”计划表".format(year=paper.year))
    unit = "填报单位（盖章）：{organization}".format(organization=paper.organization)
    signing = "填表人：{filled}　　党支部书记（签名）：　　　填报日期：　　年　月　日"
    day = max((line.day for line in paper.lines), default=date(paper.year, 1, 1))
    signed = _small(signing.format(filled=paper.filled_by or "　　　　"), indent=0, align="left")
    return Sheet(
        title="".join(title.lines),
        author=paper.organization,
        day=day,
        body=(title, Blank(1, 6.0), _small(unit, indent=0, align="left"), Blank(1, 3.0), _plan_table(paper)),
        ending=(Blank(1, 8.0), signed),
        names=known_names(paper),
    )


def _plan_table(paper: YearPlan) -> Table:
    rows: list[Row] = []
    for number, heading in enumerate(_QUARTERS, start=1):
        lines = [line for line in paper.lines if (line.day.month + 2) // 3 == number]
        if lines:
            rows.append(Row((heading,), is_group=True))
            rows.extend(Row(_plan_cells(line)) for line in lines)
    if not rows:
        rows.append(Row(("还没有计划。",), is_group=True))
    return Table(_PLAN_COLUMNS, tuple(rows), size_pt=10.5, pitch_pt=14.0, row_mm=8.0)


def _plan_cells(line: PlanLine) -> tuple[str, ...]:
    day = "{month}月{day}日".format(month=line.day.month, day=line.day.day)
    return (day, line.kind, line.topic, line.host, line.audience, line.note)
