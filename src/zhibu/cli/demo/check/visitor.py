"""Somebody who reads pages and sends forms over plain HTTP: cookies, hidden fields, uploads, no scripts."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from zhibu.cli.demo.check.reading import Element, Field, fields_of, read_html

PATIENCE_SECONDS = 120


class Unexpected(Exception):
    """A page that does not hold what the walk needs; the message is what it says instead."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes with a form."""

    field: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Page:
    """What came back: status, address, bytes; and as far as it is HTML, what can be read on it."""

    status: int
    url: str
    body: bytes

    @cached_property
    def tree(self) -> Element:
        """The page's elements."""
        return read_html(self.body.decode("utf-8", "replace"))

    @cached_property
    def text(self) -> str:
        """Everything that can be read on the page, in one line."""
        return self.tree.words()

    def said(self) -> str:
        """The page's own sentences where something went wrong: alerts and errors, else its heading."""
        parts = [one.words() for one in self.tree.all("div", kind="alert")]
        parts += [one.words() for one in self.tree.all("p", "div", "ul", kind="field-error")]
        parts = parts or [one.words() for one in self.tree.all("h1", "h2")]
        return " ".join(parts)[:400] or self.text[:400]

    def form(self, ending: str) -> Element:
        """The first form sent to an address with this end; raises Unexpected."""
        for form in self.tree.all("form"):
            if form.get("method") == "post" and self.target(form).partition("?")[0].endswith(ending):
                return form
        raise Unexpected(self.said())

    def target(self, form: Element) -> str:
        """Where a form of this page goes."""
        return urljoin(self.url, form.get("action") or self.url)

    def row(self, *words: str) -> Element:
        """The first table row that holds all these words; raises Unexpected."""
        for row in self.tree.all("tr"):
            if all(word in row.words() for word in words):
                return row
        raise Unexpected(self.said())

    def link(self, ending: str) -> str:
        """The address of the first link with this end; raises Unexpected."""
        for link in self.tree.all("a"):
            if link.get("href").partition("?")[0].endswith(ending):
                return urljoin(self.url, link.get("href"))
        raise Unexpected(self.said())

    def number(self, pattern: str) -> int:
        """The number that stands where the pattern's group is; raises Unexpected."""
        match = re.search(pattern, self.text)
        if match is None:
            raise Unexpected(self.said())
        return int(match[1].replace(",", ""))


class Visitor:
    """One browser window without scripts; keeps its cookies, follows what the pages say."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> Page:
        """Open an address, absolute or below this service's."""
        return self._open(Request(urljoin(self.address, path)))  # noqa: S310 - our own service

    def send(
        self,
        page: Page,
        form: Element,
        *changes: Field,
        without: Sequence[str] = (),
        upload: Upload | None = None,
    ) -> Page:
        """Send a form of a page, with these fields filled in anew, and follow to the page after it.

        ``without`` names fields that are not sent: boxes unticked.
        """
        named = {name for name, _ in changes} | set(without)
        fields = [one for one in fields_of(form) if one[0] not in named] + list(changes)
        body, kind = _multipart(fields, upload) if upload else (urlencode(fields).encode(), _PLAIN)
        headers = {"Content-Type": kind, "Referer": page.url, "Origin": self.address.rstrip("/")}
        return self._open(Request(page.target(form), body, headers))  # noqa: S310 - our own service

    def _open(self, request: Request) -> Page:
        try:
            with self.opener.open(request, timeout=PATIENCE_SECONDS) as answer:
                return Page(answer.status, answer.url, answer.read())
        except HTTPError as error:
            with error:
                return Page(error.code, error.url or request.full_url, error.read())


_PLAIN = "application/x-www-form-urlencoded"


def _multipart(fields: Sequence[Field], upload: Upload) -> tuple[bytes, str]:
    mark = secrets.token_hex(16)
    head = '--{mark}\r\nContent-Disposition: form-data; name="{name}"'
    parts = [
        (head + "\r\n\r\n{value}\r\n").format(mark=mark, name=name, value=value).encode()
        for name, value in fields
    ]
    parts += [
        (head + '; filename="{file}"\r\n\r\n')
        .format(mark=mark, name=upload.field, file=upload.name)
        .encode(),
        upload.content,
        "\r\n--{mark}--\r\n".format(mark=mark).encode(),
    ]
    return b"".join(parts), "multipart/form-data; boundary=" + mark
