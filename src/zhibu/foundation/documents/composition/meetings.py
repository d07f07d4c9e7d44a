"""会议通知 and 签到表: the papers before and at a meeting."""

from __future__ import annotations

from zhibu.common.chinese_text import date_text, numeral, time_text
from zhibu.foundation.documents.blocks import (
    Blank,
    Block,
    Closing,
    Code,
    Column,
    Face,
    Paragraph,
    Row,
    Run,
    Sheet,
    Table,
)
from zhibu.foundation.documents.codes import code_modules
from zhibu.foundation.documents.composition.wording import (
    field_line,
    headed,
    plain_title,
    span_text,
)
from zhibu.foundation.documents.papers import MeetingNotice, SignInSheet, Span

_WEEKDAYS = "一二三四五六日"
_ONE_COLUMN = 15  # up to so many lines one person takes the whole width
_TABLE_MM = 136.0  # what heading and code leave of the first page


def compose_notice(paper: MeetingNotice) -> Sheet:
    """关于召开…的通知: time, place, who comes, topics, what to prepare; a QR code where there is a link."""
    title = plain_title(paper.organization, "关于召开{kind}的通知".format(kind=paper.kind))
    opening = "现将召开{kind}有关事项通知如下。".format(kind=paper.kind)
    body: list[Block] = [Paragraph((Run("{audience}：".format(audience=paper.audience)),), indent=0)]
    body.append(Paragraph((Run(opening),)))
    for number, (name, lines) in enumerate(_notice_parts(paper), start=1):
        body.extend(_notice_part(number, name, lines))
    closing = Closing(paper.organization, date_text(paper.issued_date))
    spacer = Code(code_modules(paper.link), _NOTICE_CAPTION) if paper.link else Blank()
    return Sheet(
        title="".join(title.lines),
        author=paper.organization,
        day=paper.issued_date,
        body=headed(title, *body),
        ending=(spacer, closing),
    )


_NOTICE_CAPTION = "用手机扫码可以请假、报到。\n不方便扫码的，告诉支部书记或记录人登记即可。"
_SIGN_IN_CAPTION = "可以扫码报到，也可以在表上签名，两种方式同样有效。"


def _notice_parts(paper: MeetingNotice) -> list[tuple[str, list[str]]]:
    parts = [("会议时间", [_when(paper.span)])]
    parts.append(("会议地点", [paper.place or "另行通知。"]))
    who = paper.audience
    if paper.observers:
        who = "{who}；列席：{observers}".format(who=who, observers=paper.observers)
    parts.append(("参加人员", [who]))
    if paper.topics:
        parts.append(("会议议题", _numbered(paper.topics)))
    parts.append(("有关要求", _numbered((*paper.preparations, *_requests(paper)))))
    return parts


def _notice_part(number: int, name: str, lines: list[str]) -> list[Block]:
    """One line of matter follows its heading; several get lines of their own."""
    label = "{number}、{name}：".format(number=numeral(number), name=name)
    if len(lines) == 1:
        return [Paragraph((Run(label, Face.HEI), Run(lines[0])))]
    return [Paragraph((Run(label, Face.HEI),), is_heading=True), *(Paragraph((Run(line),)) for line in lines)]


def _when(span: Span) -> str:
    """The day with its weekday, then the times."""
    weekday = "（星期{day}）".format(day=_WEEKDAYS[span.day.weekday()])
    text = date_text(span.day) + weekday
    if span.ends_day is not None and span.ends_day != span.day:
        return span_text(span)
    if span.begins is not None:
        text += time_text(span.begins)
        if span.ends is not None:
            text += "至{end}".format(end=time_text(span.ends))
    return text


def _requests(paper: MeetingNotice) -> tuple[str, ...]:
    request = "因故不能参加的，请提前说明原因，办理请假。"
    if not paper.contact:
        return (request,)
    person = paper.contact
    if paper.contact_phone:
        person = "{contact}，电话：{phone}".format(contact=person, phone=paper.contact_phone)
    return (request, "联系人：{person}。".format(person=person))


def _numbered(lines: tuple[str, ...]) -> list[str]:
    if len(lines) == 1:
        return [lines[0]]
    return ["{place}.{line}".format(place=place, line=line) for place, line in enumerate(lines, start=1)]


def compose_sign_in(paper: SignInSheet) -> Sheet:
    """签到表: one table of 序号, 姓名, 签名, 备注; two persons a line where there are many."""
    title = plain_title(paper.organization, "{kind}签到表".format(kind=paper.kind))
    fields = [field_line("会议名称", paper.name)] if paper.name else []
    fields += [field_line("时间", span_text(paper.span)), field_line("地点", paper.place)]
    lines = [*paper.names, *[""] * paper.spare_lines]
    table = _wide_table(lines) if len(lines) <= _ONE_COLUMN else _double_table(lines)
    blocks: list[Block] = [*fields, Blank(1, 12.0)]
    ending: tuple[Block, ...] = ()
    if paper.link:
        ending = (Code(code_modules(paper.link), _SIGN_IN_CAPTION, size_mm=18.0),)
    return Sheet(
        title="".join(title.lines),
        author=paper.organization,
        day=paper.span.day,
        body=headed(title, *blocks, table),
        ending=ending,
    )


def _wide_table(lines: list[str]) -> Table:
    columns = (Column("序号", 14), Column("姓名", 40), Column("签名", 62), Column("备注", 40))
    rows = tuple(Row((str(place), name, "", "")) for place, name in enumerate(lines, start=1))
    return Table(columns, rows, size_pt=14.0, pitch_pt=16.0, row_mm=_row_mm(len(lines)))


def _double_table(lines: list[str]) -> Table:
    """Numbered down the left half, then down the right, so that the order of names can be followed."""
    half = (len(lines) + 1) // 2
    columns = (Column("序号", 14), Column("姓名", 26), Column("签名", 38)) * 2
    rows = []
    for place in range(half):
        other = place + half
        right = (str(other + 1), lines[other], "") if other < len(lines) else ("", "", "")
        rows.append(Row((str(place + 1), lines[place], "", *right)))
    return Table(columns, tuple(rows), size_pt=14.0, pitch_pt=16.0, row_mm=_row_mm(half))


def _row_mm(rows: int) -> float:
    """Rows of 7.6 to 10 mm, so that a usual branch stays on one page."""
    return round(min(10.0, max(7.6, _TABLE_MM / (rows + 1))), 1)
