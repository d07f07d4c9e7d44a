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
from zhibu.foundation.documents.composition.names import known_names
from zhibu.foundation.documents.composition.wording import (
    event_words,
    field_line,
    headed,
    plain_title,
    span_text,
)
from zhibu.foundation.documents.papers import CodeSheet, MeetingNotice, SignInSheet, Span

_WEEKDAYS = "一二三四五六日"
_ROW_MM = 9.0  # room to sign by hand
_ONE_COLUMN = 15  # up to so many lines one person takes the whole width
_FIRST_PAGE_ROWS = 19  # less one for each line above the table
_NEXT_PAGE_ROWS = 23  # of 225 mm, less the heading


def compose_notice(paper: MeetingNotice) -> Sheet:
    """关于召开…的通知: time, place, who comes, topics, what to prepare; a QR code where there is a link."""
    event = "".join(event_words(paper.kind))
    title = plain_title(paper.organization, "关于{event}的通知".format(event=event))
    opening = "现将{event}有关事项通知如下。".format(event=event)
    body: list[Block] = [Paragraph((Run("{audience}：".format(audience=paper.audience)),), indent=0)]
    body.append(Paragraph((Run(opening),)))
    for number, (name, lines) in enumerate(_notice_parts(paper), start=1):
        body.extend(_notice_part(number, name, lines))
    code = Code(code_modules(paper.link), _NOTICE_CAPTION, size_mm=20.0) if paper.link else None
    closing = Closing(paper.organization, date_text(paper.issued_date), code=code)
    spacer = () if code else (Blank(),)
    return Sheet(
        title="".join(title.lines),
        author=paper.organization,
        day=paper.issued_date,
        body=headed(title, *body),
        ending=(*spacer, closing),
        names=known_names(paper),
    )


_NOTICE_CAPTION = "扫码请假、报到；不方便扫码的，告诉支部书记登记即可。"
_POSTER_CAPTION = (
    "请用手机扫码，点“我到了”或“我要请假”。\n不扫码也可以，在签到表上签名或者告诉书记登记，同样有效。"
)
_SIGN_IN_CAPTION = "可以扫码报到，也可以在表上签名，两种方式同样有效。"


def _notice_parts(paper: MeetingNotice) -> list[tuple[str, list[str]]]:
    is_meeting = paper.kind.endswith(("会", "会议"))
    subject = "会议" if is_meeting else "活动"
    parts = [(subject + "时间", [_when(paper.span)])]
    parts.append((subject + "地点", [paper.place or "另行通知。"]))
    who = paper.audience
    if paper.observers:
        who = "{who}；列席：{observers}".format(who=who, observers=paper.observers)
    parts.append(("参加人员", [who]))
    if paper.topics:
        parts.append(("会议议题" if is_meeting else "活动内容", _numbered(paper.topics)))
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
    table = (
        _wide_table(lines) if len(lines) <= _ONE_COLUMN else _double_table(lines, 16 if paper.name else 17)
    )
    blocks: list[Block] = [*fields, Blank(1, 8.0)]
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
    return Table(columns, rows, size_pt=14.0, pitch_pt=16.0, row_mm=_ROW_MM)


def _double_table(lines: list[str], first_page: int) -> Table:
    """Numbered down the left half of a page, then down its right half, then on the next page."""
    columns = (Column("序号", 14), Column("姓名", 26), Column("签名", 38)) * 2
    rows: list[Row] = []
    start, held = 0, first_page
    while start < len(lines):
        count = min(held, (len(lines) - start + 1) // 2)
        places = range(start, start + count)
        rows += [Row((*_signing(lines, place), *_signing(lines, place + count))) for place in places]
        start, held = start + 2 * count, _NEXT_PAGE_ROWS
    return Table(columns, tuple(rows), size_pt=14.0, pitch_pt=16.0, row_mm=_ROW_MM)


def _signing(lines: list[str], place: int) -> tuple[str, str, str]:
    return (str(place + 1), lines[place], "") if place < len(lines) else ("", "", "")


def compose_code_sheet(paper: CodeSheet) -> Sheet:
    """A sheet for the door: what meeting, a code of 90 mm, and that one may sign by hand instead."""
    title = plain_title(paper.organization, "{kind}扫码报到".format(kind=paper.kind))
    lines = [line for line in (paper.name, _when(paper.span), paper.place) if line]
    told = tuple(Paragraph((Run(line),), indent=0, align="center") for line in lines)
    code = Code(code_modules(paper.link), _POSTER_CAPTION, size_mm=90.0, is_poster=True)
    return Sheet(
        title="".join(title.lines),
        author=paper.organization,
        day=paper.span.day,
        body=headed(title, *told, Blank(), code),
    )
