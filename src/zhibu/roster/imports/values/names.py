"""Names of persons: padding goes, the middle dot stays, nobody is renamed or merged by spelling."""

from __future__ import annotations

import re
from dataclasses import replace

from zhibu.roster.imports.sheets.model import Kind, RawCell
from zhibu.roster.imports.values.context import ColumnContext
from zhibu.roster.imports.values.outcome import (
    LEAVE_EMPTY,
    Choice,
    Extra,
    Outcome,
    Verdict,
    ask,
    fix,
    ok,
    rej,
)
from zhibu.roster.imports.values.remarks import hints_of
from zhibu.roster.imports.values.text import DIRECTION, clean, squeezed

_COMPOUND = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠"
    "公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁"
    "拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生公户梁丘左丘东门西门第五南荣达奚完颜"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND[at : at + 2] for at in range(0, len(_COMPOUND), 2))
_DOTS = re.compile(r"\s*[.．•‧∙⋅・｡。●⸱᛫·]\s*")
_HAN = r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_HAN_NAME = re.compile(rf"{_HAN}+(?:·{_HAN}+)*")
_ORDINARY = re.compile(r"[\u4e00-\u9fff]{2,3}")
# Words that stand in name columns without being names: headings of groups, sums, remarks.
NOT_A_NAME = re.compile(
    r"党员|人员|支部|小组|名单|名册|情况|干部|合计|小计|总计|空白|积极分子|发展对象|申请人|^(?:退休|离休|在职|在岗|预备|正式|"
    r"离退休|流动|新增|减少|已?转[入出走]|困难|以下|以上|机关|学生|农民|男|女|姓名|无名|测试|示例|样例|未知|不详|"
    r"已?去世|已故|死亡|病故|停止党籍|开除党籍|失联|空|作废|[正副]书记|支委|委员)$|同志们|部门$|单位$"
)
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z .'·-]{1,60}")
_ALIAS = re.compile(r"(.*?)\s*[（(【\[]\s*(.{1,8}?)\s*[）)】\]]")
_NUMBERED = re.compile(rf"({_HAN}{{2,4}})\s*([0-9０-９]|[①-⑳]|[ABab])")
_PLAIN_ALIAS = re.compile(
    rf"大|小|老|新|男|女|[甲乙丙丁]|[0-9]|[一二三四五]|[东西南北上下]|{_HAN}{{1,3}}[村组队街巷屯庄湾]"
)
_MARKS = re.compile(r"^[*★☆▲△※#＊●○◆◇]+|[*★☆▲△※#＊●○◆◇]+$")
_PRIVATE = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_TITLES = re.compile(r"(同志|书记|主任|先生|女士|老师|委员)$")
_NUMBERED_BEFORE = re.compile(r"^\d{1,3}[.、．)）]\s*(?=\D)")
_STOP_BEHIND = re.compile(r"[。，,、：:；;.\-]+$")
_SAID_BEHIND = re.compile(r"(?:已|于)?(?:转出|转走|去世|病故|死亡|停止党籍|失联|故)$")
_DOTTED = re.compile(rf"{_HAN}\s*[^\w\s]\s*{_HAN}")
_BETWEEN = re.compile(r"[、,，;；/／\n]+|\s{1,}和\s{1,}")
_SEVERAL = re.compile(r"[、,，;；/／]")


def read_name(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """The verdict on a cell of a name column; ``alias`` comes as an extra, a star as the mark."""
    if cell.kind is not Kind.TEXT:
        return rej("这不是姓名。")
    if NOT_A_NAME.search(squeezed(text)):
        return ask("“{text}”好像不是姓名，请核对。".format(text=text[:30]), Choice(text, text), LEAVE_EMPTY)
    if text == cell.text and _ORDINARY.fullmatch(text):
        return ok(text)
    if DIRECTION.search(cell.text) and "\u202e" in cell.text:
        return ask("姓名里有改变文字方向的符号，请核对。", Choice(text, text))
    mark = "".join(found[0] for found in _MARKS.finditer(text))
    bare = _MARKS.sub("", text).strip() if mark else text
    bare = _STOP_BEHIND.sub("", _NUMBERED_BEFORE.sub("", bare)).strip() or bare
    verdict = _with_hints(_read_bare(bare, cell.text), bare, context)
    if not mark or not verdict.is_accepted:
        return verdict
    return Verdict(verdict.outcome, verdict.value, verdict.reason, extras=verdict.extras, mark=mark)


def _with_hints(verdict: Verdict, bare: str, context: ColumnContext) -> Verdict:
    """王军(已故): what stands beside the name says that this is no member to be imported."""
    if verdict.outcome is not Outcome.ASK or len(bare) > 40:
        return verdict
    return replace(verdict, suggestions=hints_of(bare, context))


def _read_bare(bare: str, original: str) -> Verdict:
    if _PRIVATE.search(bare):
        return ask("姓名里有自造的字，请按证件核对。", Choice(bare, bare))
    if "?" in bare or "？" in bare or "□" in bare:
        return rej("姓名里有显示不出来的字，请按证件填写。")
    aliased = _aliased(bare)
    if aliased is not None:
        return aliased
    if _SEVERAL.search(bare):
        return rej("一个格子里好像有几个人的姓名，请一人一行填写。")
    name = _DOTS.sub("·", bare).strip("·") if _DOTTED.search(bare) else bare
    name = _unpadded(name)
    if name == "":
        first, _, rest = bare.partition(" ")
        proposed = first if rest in ("男", "女") else bare.replace(" ", "")
        return ask("“{text}”可能是两个人的姓名。".format(text=bare), Choice(proposed, proposed), LEAVE_EMPTY)
    return _shape(name, original)


def _shape(name: str, original: str) -> Verdict:
    if _HAN_NAME.fullmatch(name):
        longest = max(len(part) for part in name.split("·"))
        if longest > 3 and (without := _SAID_BEHIND.sub("", name)) != name and without:
            reason = "姓名后面好像写着“{said}”，请确认。".format(said=name[len(without) :])
            return ask(reason, Choice(without, without), Choice(name, name), LEAVE_EMPTY)
        is_short_dotted = "·" in name and len(name) <= 4
        if len(name) == 1 or is_short_dotted or (longest > 4 and "·" not in name) or longest > 10:
            return ask("姓名的字数少见，请核对。", Choice(name, name))
        if _TITLES.search(name) and len(name) > 3:
            return ask(
                "姓名后面好像带着称呼，请核对。",
                Choice(name, name),
                Choice(_TITLES.sub("", name), _TITLES.sub("", name)),
            )
        return ok(name) if name == original else fix(name, "去掉了姓名以外的空格、序号和符号，统一了间隔点。")
    if _LATIN_NAME.fullmatch(name):
        return ask("姓名是用字母写的，请核对。", Choice(name, name))
    return rej("“{text}”不像姓名，原文保留。".format(text=name[:30]))


def _aliased(bare: str) -> Verdict | None:
    """``张伟（大）``, ``张伟2``: the name and what tells two of the same name apart."""
    numbered = _NUMBERED.fullmatch(bare)
    if numbered:
        return fix(numbered[1], "“{alias}”作为同名区分保留。".format(alias=bare), Extra("alias", bare))
    found = _ALIAS.fullmatch(bare)
    if found is None or not found[1]:
        return None
    name, inside = _unpadded(clean(found[1])), found[2]
    if not name or not _HAN_NAME.fullmatch(name):
        return None
    alias = "{name}({inside})".format(name=name, inside=inside)
    if _PLAIN_ALIAS.fullmatch(inside):
        return fix(name, "“{alias}”作为同名区分保留。".format(alias=alias), Extra("alias", alias))
    return ask("请确认姓名，括号里的“{inside}”是不是姓名的一部分。".format(inside=inside), Choice(name, name))


def _unpadded(name: str) -> str:
    """The name without padding blanks; empty if the parts may be two names."""
    parts = name.split()
    if len(parts) < 2 or not all(re.fullmatch(rf"[{_HAN[1:-1]}·]+", part) for part in parts):
        return name
    lengths = [len(part) for part in parts]
    is_spread = all(length == 1 for length in lengths) and len(parts) <= 4
    is_surname_first = len(parts) == 2 and (
        (lengths[0] == 1 and lengths[1] <= 2) or (parts[0] in COMPOUND_SURNAMES and lengths[1] <= 2)
    )
    is_dotted = "·" in name
    return "".join(parts) if is_spread or is_surname_first or is_dotted else ""


def read_names(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """Several names in one cell, as introducers are written: joined by 、."""
    if cell.kind is not Kind.TEXT:
        return rej("这不是姓名。")
    parts = [part for part in _BETWEEN.split(cell.text) if part.strip()]
    if len(parts) == 1:
        words = clean(text).split()
        parts = words if len(words) == 2 and all(len(word) >= 2 for word in words) else parts
    verdicts = [_read_bare(clean(part), clean(part)) for part in parts]
    if not all(verdict.is_accepted for verdict in verdicts):
        return ask("请核对这里的姓名。", Choice(clean(text), clean(text)))
    joined = "、".join(str(verdict.value) for verdict in verdicts)
    return ok(joined) if joined == cell.text else fix(joined, "统一了姓名的写法。")
