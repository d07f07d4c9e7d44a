"""No unfinished work, no pinyin, no shown text glued together, no English where people read Chinese."""

from __future__ import annotations

import ast
import re

import pytest

from tests.guards.source import PACKAGE, ROOT, at, none, sources, templates

UNFINISHED = re.compile(r"\b(TODO|FIXME|HACK)\b|# *XXX\b|raise NotImplementedError")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Syllables that no English identifier contains as a whole word of its own.
PINYIN = {
    "dangyuan", "dangzhibu", "zhibu", "zhibushuji", "shuji", "dangfei", "dangke", "huanjie", "dangwei",
    "zuzhi", "dangzuzhi",
    "sanhui", "yike", "zhuanzheng", "rudang", "jijifenzi", "huiyi", "jilu", "renyuan",
    "xingming", "shenfenzheng", "minzu", "xueli", "riqi", "danwei", "zhiwu", "tanhua", "dangri",
    "pingyi", "mingdan",
}  # fmt: skip
# Latin words that people in the office do read: formats, code letters, the product's own file names.
READ_IN_OFFICES = {
    "excel", "wps", "pdf", "docx", "xlsx", "xls", "csv", "qr", "id", "ip", "tls", "html", "json", "sm", "ok",
    "usb", "word", "txt", "zip", "utf", "gbk", "logo", "app", "pc", "url", "key", "wechat", "chrome", "edge",
    "zhibu", "totp", "kb", "mb", "gb", "ctrl", "esc", "enter", "alt", "shift", "tab", "f", "p", "v",
}  # fmt: skip


@pytest.mark.parametrize("folder", ["src", "tests", "tools", "docs", ".ci"])
def test_nothing_is_left_unfinished(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in (".py", ".html", ".css", ".js", ".md", ".toml", ".yaml", ".typ", "")
        and path.is_file()
        and path != ROOT / "tests" / "guards" / "test_words.py"
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    none(found)


def test_names_are_english() -> None:
    found = []
    for source in sources():
        for node in ast.walk(source.tree):
            name = getattr(node, "name", None) or getattr(node, "attr", None) or getattr(node, "arg", None)
            if isinstance(node, ast.Name):
                name = node.id
            if isinstance(name, str) and set(name.lower().split("_")) & (PINYIN - {"zhibu"}):
                found.append(f"{at(source, node)} {name}")
    none(found)


def test_shown_text_is_not_glued_together() -> None:
    """Chinese is written with named slots and ``format``, or in templates; an f-string hides the sentence."""
    found = [
        at(source, node)
        for source in sources()
        if not source.is_migration and not source.place.startswith("cli/demo/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.JoinedStr)
        and _is_shown("".join(str(part.value) for part in node.values if isinstance(part, ast.Constant)))
    ]
    none(found)


def _is_shown(text: str) -> bool:
    """Chinese, but neither markup nor a pattern."""
    return bool(CHINESE.search(text)) and not re.search(r"[<|]", text)


@pytest.mark.parametrize("path", templates(), ids=lambda path: "/".join(path.parts[-3:]))
def test_templates_show_no_english(path: object) -> None:
    text = PACKAGE.joinpath(str(path)).read_text(encoding="utf-8")
    words = {word.lower() for word in re.findall(r"[A-Za-z]{2,}", _visible(text))} - READ_IN_OFFICES
    assert words == set()


def _visible(text: str) -> str:
    """What a reader may see of a template: text between tags and the attributes that are read out."""
    text = re.sub(r"\{% block \w*class %\}.*?\{% endblock", " {% endblock", text)
    text = re.sub(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", " ", text, flags=re.S)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.S)
    text = re.sub(r"<(script|style|svg|symbol)\b.*?</\1>|<!--.*?-->", " ", text, flags=re.S)
    read_out = " ".join(
        value for _, value in re.findall(r"\b(title|alt|placeholder|aria-label)=\"([^\"]*)\"", text)
    )
    return re.sub(r"<[^>]*>", " ", text) + " " + read_out


def test_the_guard_sees_english() -> None:
    assert "Save" in _visible('<button title="x">Save</button>')
    assert "Close" in _visible('<a aria-label="Close"></a>')
    assert "name" not in _visible("{{ person.name }}<b class='name'></b>")
