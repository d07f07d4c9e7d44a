"""Phrases and title breaks that several papers share."""

from __future__ import annotations

import math
import re

from zhibu.common.chinese_text import date_text, numeral, time_text, width_in_cells
from zhibu.foundation.documents.blocks import Blank, Block, Face, Paragraph, Run, Title, clean
from zhibu.foundation.documents.papers import Absence, Decision, Span, Vote

TITLE_CELLS = 19  # a 2号 line of 156 mm holds 20 characters; GB/T 9704 asks for trapezoid or diamond
FIELD_CELLS = 5  # four characters of label and the colon
BLANK_FIELD = "　　　　　　"

_PLACE_ENDS = "省市县区乡镇"  # 中共砚川县云栖镇 | 杏林村联合支部委员会
_UNBROKEN = re.compile(
    "《[^》]{1,18}》|社会保障|人力资源|[0-9A-Za-z]+[年月日号届次名]?|.{2,3}同志|换届选举|预备党员|正式党员|支部党员大会|党员大会|"
    "支部委员会|组织生活会?|民主评议|主题党日|工作报告|(?:实施|工作)方案|有关事项|会议(?:记录|纪要)|关于|中共|党员|预备|正式|支部|委员会|委员|书记|大会|会议|"
    "工作|情况|选举|换届|接收|转正|召开|开展|学习|活动|方案|组织|生活|民主|评议|主题|党日|党课|党费|党小组|总支|"
    "党委|记录|纪要|决议|通知|请示|报告|批复|公示|名册|花名册|签到表|体检"
)


def title_lines(text: str) -> tuple[str, ...]:
    """A title in centred lines: broken at its own line ends, before 关于, else evenly and never in a word."""
    lines: list[str] = []
    for part in clean(text).split("\n"):
        lines.extend(_balanced(part.strip()))
    return tuple(line for line in lines if line) or ("",)


def _balanced(text: str) -> list[str]:
    width = width_in_cells(text)
    if width <= TITLE_CELLS:
        return [text]
    about = text.find("关于", 1)
    if 4 <= about <= TITLE_CELLS:
        return [text[:about], *_balanced(text[about:])]
    count = math.ceil(width / TITLE_CELLS)
    cut = _best_cut(text, round(len(text) / count))
    return [text[:cut], *_balanced(text[cut:])]


def _best_cut(text: str, wanted: int) -> int:
    """The position nearest to ``wanted`` (later first: an upturned trapezoid) that divides no word."""
    for distance in range(5):
        for place in (wanted + distance, wanted - distance):
            if 0 < place < len(text) and text[place - 1] in _PLACE_ENDS and _may_start(text, place):
                return place
    inside = {place for word in _UNBROKEN.finditer(text) for place in range(word.start() + 1, word.end())}
    for distance in range(6):
        for place in (wanted + distance, wanted - distance):
            if 0 < place < len(text) and place not in inside and _may_start(text, place):
                return place
    return wanted


def _may_start(text: str, place: int) -> bool:
    return (
        text[place] not in "的、，。：；）》”和与及"
        and text[place - 1] not in "（《“"
        and width_in_cells(text[:place]) <= TITLE_CELLS + 1
    )


def plain_title(*lines: str) -> Title:
    """The title of an ordinary paper, each argument starting a line of its own."""
    return Title(tuple(line for text in lines for line in title_lines(text)))


def label_text(label: str) -> str:
    """A field label spread over four characters: ``时　　间``, ``主 持 人``; longer ones as they are."""
    if len(label) == 2:
        return label[0] + "　　" + label[1]
    if len(label) == 3:
        return "\u2002".join(label)
    return label


def event_words(kind: str) -> tuple[str, str]:
    """Verb and noun of holding something: 召开支部党员大会, 开展主题党日活动, 组织党课学习."""
    if kind.endswith(("会", "会议")):
        return "召开", kind
    if kind.endswith("党课"):
        return "组织", "{kind}学习".format(kind=kind)
    if kind.endswith("日"):
        return "开展", "{kind}活动".format(kind=kind)
    return "开展", "{kind}工作".format(kind=kind) if kind.startswith("民主评议") else kind


def field_line(label: str, value: str) -> Paragraph:
    """``时　　间：…`` with the value hanging; an empty value leaves room to write."""
    runs = (Run(label_text(label) + "：", Face.HEI), Run(value.replace("\n", "；") or BLANK_FIELD))
    return Paragraph(runs, indent=0, hanging=FIELD_CELLS, align="left")


def heading(number: int, text: str) -> Paragraph:
    """First level: ``一、…`` in 黑体."""
    line = "{number}、{text}".format(number=numeral(number), text=text)
    return Paragraph((Run(line, Face.HEI),), is_heading=True)


def subheading(number: int, text: str) -> Paragraph:
    """Second level: ``（一）…`` in 楷体."""
    line = "（{number}）{text}".format(number=numeral(number) if number <= 99 else number, text=text)
    return Paragraph((Run(line, Face.KAI),), is_heading=True)


def body_lines(text: str) -> tuple[Paragraph, ...]:
    """Body paragraphs, one per line of the text; empty lines are dropped."""
    return tuple(Paragraph((Run(line.strip()),)) for line in clean(text).split("\n") if line.strip())


def span_text(span: Span) -> str:
    """``2025年6月3日9:00至10:30``, as much of it as is known."""
    start = date_text(span.day) + (time_text(span.begins) if span.begins else "")
    if span.ends_day is not None and span.ends_day != span.day:
        return "{start}至{end}".format(
            start=start, end=date_text(span.ends_day) + (time_text(span.ends) if span.ends else "")
        )
    if span.begins is not None and span.ends is not None:
        return "{start}至{end}".format(start=start, end=time_text(span.ends))
    return start


def names_text(names: tuple[str, ...]) -> str:
    """Names joined by 、."""
    return "、".join(name.strip() for name in names if name.strip())


def absence_text(absence: Absence) -> str:
    """``张三（病假）``; without a reason the brackets stay open for it."""
    return "{name}（{reason}）".format(name=absence.name, reason=absence.reason or "　　　")


def absences_text(absences: tuple[Absence, ...]) -> str:
    """All absentees by name with reason."""
    return "、".join(absence_text(absence) for absence in absences)


def count_text(number: int | None) -> str:
    """``29名``, or room to write the number."""
    return "　　名" if number is None else "{number}名".format(number=number)


def vote_sentence(vote: Vote) -> str:
    """The count in the fixed words of a resolution; one number not known leaves room for it."""
    sentence = "经{method}，{approve}票赞成，{oppose}票反对，{abstain}票弃权。".format(
        method=vote.method or "表决", approve=vote.approve, oppose=vote.oppose, abstain=vote.abstain
    )
    if vote.eligible is not None or vote.present is not None:
        quorum = "应到会有表决权的{voters}{eligible}，实到{present}。".format(
            voters=vote.voters, eligible=count_text(vote.eligible), present=count_text(vote.present)
        )
        sentence = quorum + sentence
    return sentence + vote.conclusion


def decision_paragraphs(decisions: tuple[Decision, ...], *, is_numbered: bool) -> tuple[Paragraph, ...]:
    """Resolutions in full, numbered where there are several, each with owner and due date in brackets."""
    lines: list[Paragraph] = []
    for place, decision in enumerate(decisions, start=1):
        parts = [part.strip() for part in clean(decision.text).split("\n") if part.strip()] or [""]
        if is_numbered and len(decisions) > 1:
            parts[0] = "{place}.{text}".format(place=place, text=parts[0])
        parts[-1] += _responsibility(decision)
        lines.extend(Paragraph((Run(part),)) for part in parts)
    return tuple(lines)


def _responsibility(decision: Decision) -> str:
    known = []
    if decision.owner:
        known.append("责任人：{owner}".format(owner=decision.owner))
    if decision.due_date is not None:
        known.append("完成时限：{due}".format(due=date_text(decision.due_date)))
    return "（{known}）".format(known="；".join(known)) if known else ""


def version_lines(note: str) -> tuple[Paragraph, ...]:
    """The line that names a corrected version, none for a first one."""
    return (Paragraph((Run("（{note}）".format(note=note), Face.KAI),), align="left"),) if note else ()


def headed(title: Title, *blocks: Block) -> tuple[Block, ...]:
    """A title, one empty line, the rest."""
    return (title, Blank(), *blocks)
