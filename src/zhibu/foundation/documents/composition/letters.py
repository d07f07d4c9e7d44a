"""请示, 报告, 通知 … in dress A (红头) or B (普通): GB/T 9704-2012 clause 7 element by element."""

from __future__ import annotations

import re

from zhibu.common.chinese_text import date_text
from zhibu.common.errors import Refused
from zhibu.foundation.documents.blocks import (
    Blank,
    Block,
    Closing,
    Face,
    Imprint,
    Mark,
    PageBreak,
    Paragraph,
    Rubric,
    Run,
    Sheet,
    Title,
    clean,
)
from zhibu.foundation.documents.composition.decisions import mark_size
from zhibu.foundation.documents.composition.wording import body_lines, title_lines
from zhibu.foundation.documents.papers import Attachment, DocumentNumber, Dress, OfficialLetter

_FIRST_LEVEL = re.compile("[一二三四五六七八九十]{1,3}、")
_SECOND_LEVEL = re.compile("（[一二三四五六七八九十]{1,3}）")
_MARK_FILE = "{organization}文件"


def compose_letter(paper: OfficialLetter) -> Sheet:
    """The letter; raises Refused where the document number cannot be one."""
    is_red = paper.dress is Dress.RED_HEAD
    number = number_text(paper.number) if paper.number else ""
    lines = title_lines(paper.title)
    opening = _red_opening(paper, number) if is_red else _plain_opening(paper, number)
    body = (*opening, Title(lines), Blank(), *_letter_body(paper))
    return Sheet(
        title="".join(lines),
        author=paper.organization,
        day=paper.issued_date,
        body=body,
        ending=_closing(paper),
        attachments=_attachment_pages(paper.attachments),
        imprint=_imprint(paper) if is_red else None,
    )


def number_text(number: DocumentNumber) -> str:
    """``柳党〔2025〕3号``: brackets U+3014/3015, full year, no padding, no 第 (7.2.5).

    Raises Refused for a year without four figures, a running number below 1 or an empty code.
    """
    code = clean(number.code).strip().removesuffix("第")
    if not code or not 1921 <= number.year <= 9999 or number.sequence < 1:
        raise Refused(
            "documents.number",
            "发文字号应当由机关代字、四位数的年份和从1开始的顺序号组成。",
            clause="GB/T 9704-2012 7.2.5",
            next_step="请核对机关代字、年份和顺序号后重新填写。",
        )
    return "{code}〔{year}〕{sequence}号".format(code=code, year=number.year, sequence=number.sequence)


def _red_opening(paper: OfficialLetter, number: str) -> tuple[Block, ...]:
    """Urgency in the first lines, the mark at 35 mm, number and signer, the red rule, two empty lines."""
    text = _MARK_FILE.format(organization=clean(paper.organization))
    mark = Mark(text, mark_size(text), urgency=clean(paper.urgency))
    return (mark, Rubric(number, clean(paper.signer)), Blank(2))


def _plain_opening(paper: OfficialLetter, number: str) -> tuple[Block, ...]:
    """Urgency flush left, the number flush right, both only where there are any."""
    blocks: list[Block] = []
    if paper.urgency:
        blocks.append(Paragraph((Run(paper.urgency, Face.HEI),), indent=0, align="left"))
    if number:
        blocks.append(Paragraph((Run(number),), indent=0, align="right"))
    if blocks:
        blocks.append(Blank())
    return tuple(blocks)


def _letter_body(paper: OfficialLetter) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if paper.addressee:
        addressee = clean(paper.addressee).rstrip("：:")
        blocks.append(Paragraph((Run("{name}：".format(name=addressee)),), indent=0))
    for text in paper.paragraphs:
        blocks.extend(_levelled(line) for line in body_lines(text))
    return (*blocks, *_attachment_list(paper.attachments)) if blocks else (Paragraph((Run(""),)),)


def _levelled(line: Paragraph) -> Paragraph:
    """A heading paragraph takes the face of its level; one that runs on after its heading keeps both."""
    text = line.runs[0].text
    for pattern, face in ((_FIRST_LEVEL, Face.HEI), (_SECOND_LEVEL, Face.KAI)):
        if pattern.match(text):
            head, stop, rest = text.partition("。")
            if not rest:
                return Paragraph((Run(text, face),), is_heading=len(text) <= 28)
            return Paragraph((Run(head + stop, face), Run(rest)))
    return line


def _attachment_list(attachments: tuple[Attachment, ...]) -> tuple[Block, ...]:
    """``附件：1.…`` one line below the body; the names of further ones align below the first (7.3.4)."""
    names = [clean(attachment.name).rstrip("。；;") for attachment in attachments]
    if len(names) == 1:
        return (Blank(), Paragraph((Run("附件：" + names[0]),), hanging=5, align="left"))
    lines = []
    for place, name in enumerate(names, start=1):
        label = "附件：" if place == 1 else "　　　"
        text = "{label}{place}.{name}".format(label=label, place=place, name=name)
        lines.append(Paragraph((Run(text),), hanging=6, align="left"))
    return (Blank(), *lines) if lines else ()


def _closing(paper: OfficialLetter) -> tuple[Block, ...]:
    blocks: list[Block] = [
        Blank(2 if paper.has_seal else 1),
        Closing(paper.organization, date_text(paper.issued_date), has_seal=paper.has_seal),
    ]
    if paper.contact:
        phone = "，电话：{phone}".format(phone=paper.contact_phone) if paper.contact_phone else ""
        note = "（联系人：{contact}{phone}）".format(contact=paper.contact, phone=phone)
        blocks.append(Paragraph((Run(note),), align="left"))
    return tuple(blocks)


def _attachment_pages(attachments: tuple[Attachment, ...]) -> tuple[Block, ...]:
    """Each on a new page: ``附件1`` flush left in 黑体, the title centred on the third line (7.3.8)."""
    blocks: list[Block] = []
    for place, attachment in enumerate(attachments, start=1):
        if attachment.is_separate:
            continue
        label = "附件{place}".format(place=place if len(attachments) > 1 else "")
        blocks += [PageBreak(), Paragraph((Run(label, Face.HEI),), indent=0, align="left"), Blank()]
        blocks += [Title(title_lines(attachment.name)), Blank()]
        for text in attachment.paragraphs:
            blocks.extend(_levelled(line) for line in body_lines(text))
    return tuple(blocks)


def _imprint(paper: OfficialLetter) -> Imprint | None:
    if not paper.copies_to and not paper.printed_by:
        return None
    copies = "，".join(clean(name).rstrip("，。") for name in paper.copies_to)
    printed_on = ""
    if paper.printed_by:
        printed_on = "{day}印发".format(day=date_text(paper.printed_date or paper.issued_date))
    return Imprint(copies + "。" if copies else "", clean(paper.printed_by), printed_on)
