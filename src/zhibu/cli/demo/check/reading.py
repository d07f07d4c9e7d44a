"""A page taken apart with the standard library alone: elements, their words, and forms as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

Field = tuple[str, str]
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_WORDLESS = frozenset(("script", "style", "svg", "template", "select", "textarea"))
_APART = frozenset(
    (
        "address",
        "div",
        "dd",
        "dl",
        "dt",
        "fieldset",
        "form",
        "h1",
        "h2",
        "h3",
        "header",
        "label",
        "legend",
        "li",
        "ol",
        "p",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    )
)
_NOT_SENT = frozenset(("submit", "button", "file", "reset", "image"))


@dataclass(slots=True)
class Element:
    """One element: its tag, its attributes, and what it holds, texts between elements included."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list[Element | str] = field(default_factory=list)

    def all(self, *tags: str, kind: str = "") -> Iterator[Element]:
        """Every element inside with one of these tags and, if given, this class, in the order of the page."""
        for one in self.inside:
            if isinstance(one, Element):
                if one.tag in tags and (not kind or kind in one.get("class").split()):
                    yield one
                yield from one.all(*tags, kind=kind)

    def get(self, name: str) -> str:
        """An attribute, empty where it is not set."""
        return self.attributes.get(name, "")

    def words(self) -> str:
        """What a reader sees, with single blanks."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        if self.tag in _WORDLESS:
            return
        yield " " if self.tag in _APART else ""
        for one in self.inside:
            if isinstance(one, str):
                yield one
            else:
                yield from one._pieces()
        yield " " if self.tag in _APART else ""

    def raw(self) -> str:
        """The text inside as it was written, as a text area holds it."""
        return "".join(one if isinstance(one, str) else one.raw() for one in self.inside)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read_html(text: str) -> Element:
    """The page as a tree; never fails, however the text is written."""
    builder = _Builder()
    builder.feed(text)
    builder.close()
    return builder.open[0]


def fields_of(form: Element) -> list[Field]:
    """What a browser would send of this form as it stands, no button pressed."""
    sent: list[Field] = []
    for one in form.all("input", "select", "textarea"):
        name = one.get("name")
        if name and "disabled" not in one.attributes:
            sent += [(name, value) for value in _values(one)]
    return sent


def _values(control: Element) -> list[str]:
    if control.tag == "textarea":
        return [control.raw().removeprefix("\n")]
    if control.tag == "select":
        choices = list(control.all("option"))
        chosen = [one for one in choices if "selected" in one.attributes] or choices[:1]
        return [one.attributes.get("value", one.words()) for one in chosen]
    kind = control.get("type")
    if kind in ("checkbox", "radio"):
        return [control.attributes.get("value", "on")] if "checked" in control.attributes else []
    return [] if kind in _NOT_SENT else [control.get("value")]
