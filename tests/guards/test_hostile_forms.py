"""Whatever is sent in any field of any form: an answer in words, nothing half done, everything typed kept.

Every form of the product (``sent_forms``) is filled in and sent once as it should be, then again and again
with one field spoilt, by the tables below; each trial is undone.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client

from tests.guards.addresses import list_addresses
from tests.guards.sent_forms import Data, Field, SentForm, forms_of
from tests.guards.source import none
from tests.world import World, build_world
from zhibu.foundation.audit.models import AuditEvent
from zhibu.orglife.meetings.views import parts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet_log"), pytest.mark.timeout(600)]

SHARED = 2
_MISSING: list[str] = []
# Into one field at a time, whatever it is.
_OF_ANY = {"missing": _MISSING, "empty": [""], "long": ["长" * 10_000]}
# One field at a time, by its kind.
_OF_DATE = {"no day": ["2026-02-30"], "first day": ["0001-01-01"], "last day": ["9999-12-31"]}
_OF_NUMBER = {"negative": ["-5"], "huge": ["9" * 30], "large": ["2147483648"], "raised": ["²"]}
# What databases take differently; the rest never gets so far and is tried with the embedded one.
_TO_THE_DATABASE = frozenset({"long", "first day", "last day", "huge", "large"})
_OF_CHOICE = {"no choice": ["no-such-choice"], "raised": ["²"]}
_ALONE = {
    "text": {},
    "textarea": {},
    "password": {},
    "date": _OF_DATE,
    "time": _OF_DATE,
    "number": _OF_NUMBER,
    "hidden": _OF_NUMBER | _OF_CHOICE,
}
# Into all fields of a kind at once: what is taken, or told beside each field by itself.
_TOGETHER = {
    "text": ("甲\x00\x07乙", "甲\u202e乙", "甲\u200b乙", "甲😀乙", "１２３"),
    "date": ("甲\x00乙", "2026.3", "２０２６-０３-０１", "2026-03-16T10:00"),
    "number": ("1\x00", "１２", "1e9", "abc"),
}
_KIND = {"textarea": "text", "time": "date"}
# What a form needs that its fields do not show, by address and name of the field.
_RIGHT: dict[str, dict[str, str]] = {
    "members:add": {"name": "孙明亮", "sex": "1", "birth": "1990-05-05", "full_date": "", "status": "full"},
}
# Each part of these pages is an act of its own, so that a refused one costs no word of another.
_IN_PARTS = frozenset({"meetings:meeting", "meetings:text", "meetings:mark"})
_JARGON = re.compile(
    r"字段|变量|字符串|空字符|有效的(?:值|选项|日期|时间)|主键|参数|异常|非法|"
    r"This field|Enter a|Select a|Ensure|\bnull\b|None|Error|Traceback|[A-Za-z]{5,}",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]{3,}")


@pytest.fixture
def world(db: None, today: date, monkeypatch: pytest.MonkeyPatch) -> World:
    """The cast. No papers are set, which would cost most of the time; they have tests of their own."""
    monkeypatch.setattr(parts, "store_papers", lambda request, meeting: None)
    return build_world()


@dataclass
class Trial:
    """One sending of a form with one field spoilt, and what came of it."""

    form: SentForm
    spoilt: str
    how: str
    data: Data
    answer: HttpResponseBase
    acts: int

    def faults(self) -> Iterator[str]:
        """What is wrong with the answer."""
        status, text = self.answer.status_code, _text(self.answer)
        if status >= 500:
            yield "{status}".format(status=status)
            return
        if 300 <= status < 400 or status == 204:
            return
        said = _said(text, status)
        words = " ".join(said)
        for value in sorted({v for values in self.data.values() for v in values if v}, key=len, reverse=True):
            words = words.replace(value, "")
        if _JARGON.search(words):
            yield "says {words!r}".format(words=words[:120])
        if self.acts and not said and status == 200:
            return
        if self.acts and self.form.address not in _IN_PARTS:
            yield "refused, yet {n} rows of the record are new".format(n=self.acts)
        if not any(_CHINESE.search(one) for one in said):
            yield "{status} without a word of why".format(status=status)
        elif "还有内容需要修改" in words or status in (200, 422):
            yield from self._lost(text)

    def _lost(self, text: str) -> Iterator[str]:
        """What was typed and does not stand in the page any more."""
        shown = html.unescape(text)
        for name, values in self.data.items():
            one = self.form.fields.get(name)
            if one is None or one.kind not in ("text", "textarea", "date", "number", "time"):
                continue
            for value in values[-1:]:
                kept = re.sub("[\x00-\x08\u202e\u200b]", "", value).strip()
                if kept and kept not in shown:
                    yield "{name} lost {value!r}".format(name=name, value=kept[:20])


class _Words(HTMLParser):
    """The sentences of a page's alerts and beside its fields."""

    _VOID = frozenset({"input", "br", "img", "meta", "link", "hr", "use", "path"})

    def __init__(self, wanted: re.Pattern[str]) -> None:
        super().__init__()
        self.said: list[str] = []
        self._wanted, self._depth = wanted, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._VOID:
            return
        if self._depth:
            self._depth += 1
        elif self._wanted.search(dict(attrs).get("class") or ""):
            self._depth = 1

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag not in self._VOID:
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._depth and data.strip():
            self.said.append(data.strip())


def _said(text: str, status: int) -> list[str]:
    """Why something was refused, as the page says it; the whole page where it is nothing but that."""
    main = text.rsplit('id="main"', maxsplit=1)[-1].split("</main>", maxsplit=1)[0]
    words = _Words(re.compile(r"alert-danger|field-error|errorlist|error-list|refus"))
    words.feed(main)
    if not words.said and status >= 400:
        words = _Words(re.compile(r"card|alert|page|prose|stack"))
        words.feed(main)
    return words.said


def _text(answer: HttpResponseBase) -> str:
    content = getattr(answer, "content", b"")
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _send(client: Client, form: SentForm, data: Data) -> tuple[HttpResponseBase, int]:
    """The answer and the number of acts done; whatever was changed is undone."""
    cookies = client.cookies.copy()
    client.raise_request_exception = False
    with transaction.atomic():
        before = AuditEvent.objects.filter(result="done").count()
        answer = client.post(form.url, data)
        if getattr(answer, "streaming", False):
            answer.getvalue()
        acts = AuditEvent.objects.filter(result="done").count() - before
        transaction.set_rollback(True)
    client.cookies = SimpleCookie({name: morsel.value for name, morsel in cookies.items()})
    return answer, acts


def _trials(form: SentForm, client: Client, tried: Counter[tuple[str, ...]]) -> Iterator[Trial]:
    right = form.as_filled(_RIGHT.get(form.address, {}))
    app = form.address.partition(":")[0]
    for one in _worth_trying(form):
        # Forms of a module share their fields: a field of the same name is tried in two of them.
        tried[app, one.name, one.kind] += 1
        if tried[app, one.name, one.kind] > SHARED:
            continue
        for how, values in (_OF_ANY | _ALONE.get(one.kind, _OF_CHOICE)).items():
            if connection.vendor == "postgresql" and how not in _TO_THE_DATABASE:
                continue
            data = {**right, one.name: values}
            if not values:
                del data[one.name]
            yield Trial(form, one.name, how, data, *_send(client, form, data))
    doubled = {name: [*values, "乙"] for name, values in right.items()}
    yield Trial(form, "every field", "list", doubled, *_send(client, form, doubled))
    for kind, hostile in _TOGETHER.items():
        names = [one.name for one in form.fields.values() if _KIND.get(one.kind, one.kind) == kind]
        for value in hostile if names else ():
            data = right | {name: [value] for name in names}
            yield Trial(form, "every " + kind, repr(value), data, *_send(client, form, data))


def _worth_trying(form: SentForm) -> list[Field]:
    """Every field; of those that stand once for each person or topic, the first."""
    found: dict[str, Field] = {}
    for one in form.fields.values():
        found.setdefault(re.sub(r"^(mark|was|note)-[\w-]{22}$|^[\w-]{22}-(\w+)$", r"\1\2-", one.name), one)
    return [one for one in found.values() if one.kind != "file"]


def test_no_field_of_any_form_breaks_it(world: World) -> None:
    faults: list[str] = []
    tried: Counter[tuple[str, ...]] = Counter()
    found = forms_of(world)
    clients = {role: world.client(role) for role in world.accounts} | {"anonymous": Client()}
    for form in found.values():
        for trial in _trials(form, clients[form.role], tried):
            faults += [
                "{address} {field} ({how}): {fault}".format(
                    address=form.address, field=trial.spoilt, how=trial.how, fault=fault
                )
                for fault in trial.faults()
            ]
    none(faults)


_CANARY = ("被塞进来的", "987654321")
# What no form asks for where it is not one of its own fields (F5).
_FORBIDDEN = {
    **dict.fromkeys(
        ("role", "status", "state", "standing", "path", "created_by", "recorded_by", "made_by", "approved_by",
         "granted_by", "public_id", "username", "permissions", "actor", "saved_from", "judgement"),
        _CANARY[0],
    ),
    **dict.fromkeys(
        ("id", "pk", "organization_id", "organization", "org_id", "account_id", "person", "person_id", "term",
         "group_id", "parent_id", "seq", "dues_total"),
        _CANARY[1],
    ),
    **dict.fromkeys(
        ("is_staff", "is_superuser", "is_active", "is_valid", "verified", "is_lost", "is_current"), "1"
    ),
}  # fmt: skip


def test_nothing_is_set_that_the_form_does_not_ask_for(world: World) -> None:
    """With and without the forbidden fields the very same is written."""
    faults: list[str] = []
    found = forms_of(world)
    clients = {role: world.client(role) for role in world.accounts} | {"anonymous": Client()}
    writing = 0
    for form in found.values():
        right = form.as_filled(_RIGHT.get(form.address, {}))
        extra = {name: [value] for name, value in _FORBIDDEN.items() if name not in form.fields}
        with _writes() as plain:
            _send(clients[form.role], form, right)
        with _writes() as stuffed:
            _send(clients[form.role], form, right | extra)
        writing += bool(plain)
        if [sql for sql, _ in plain] != [sql for sql, _ in stuffed]:
            faults.append("{a}: other tables or columns are written".format(a=form.address))
        told = [str(value) for _, values in stuffed for value in values]
        faults += [f"{form.address}: {one!r} is written" for one in _CANARY if any(one in v for v in told)]
        if [_truths(row) for row in plain] != [_truths(row) for row in stuffed]:
            faults.append("{a}: a yes or no is written otherwise".format(a=form.address))
    none(faults)
    none(a.name for a in list_addresses() if "POST" in a.methods and a.name not in found)  # see sent_forms
    assert writing > 40


_WRITE = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


@contextmanager
def _writes() -> Iterator[list[tuple[str, list[object]]]]:
    """What is written while the block runs: the statements and their values."""
    found: list[tuple[str, list[object]]] = []

    def watch(execute: Callable[..., object], sql: str, params: Any, many: bool, context: object) -> object:
        if _WRITE.match(sql):
            found.append((sql, [one for row in (params if many else [params]) for one in row or ()]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found


def _truths(row: tuple[str, list[object]]) -> list[object]:
    return [value for value in row[1] if isinstance(value, bool)]
