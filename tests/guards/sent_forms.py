"""Every form that the product sends: found on its pages, with the values that it shows, by address.

The pages are opened as those of the cast who may; each form with method POST belongs to the address that its
action leads to. So a form is tried as people meet it, and a new one is tried without being listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.guards.addresses import Address, collect_examples, list_addresses, url_of
from tests.world import SYSTEM, World, bound_device
from zhibu.foundation.accounts.commands.passwords import issue_link
from zhibu.foundation.accounts.models import OneTimeLink

ROLES = ("secretary", "organizer", "member", "system", "security", "audit", "statistics")
CARRIED = frozenset({"csrfmiddlewaretoken", "submission_key"})
_OPENED = {"public", "token"}
_QUERIES = {"meetings:add": "?kind=general_membership_meeting"}  # where the form stands behind a choice
# Sent by scripts, or from pages that show the form only where there is something to do: by whom, what.
_UNSHOWN: dict[str, tuple[str, dict[str, str]]] = {
    "access:sign_in_link": ("secretary", {}),
    "accounts:account_second_factor_removal": ("system", {}),
    "exports:approval": ("organizer", {}),
    "home:notice_closure": ("secretary", {"notice": "1"}),
    "imports:answers": ("secretary", {"hidden": "skip", "answer-" + "a" * 24: "1"}),
    "imports:apply": ("secretary", {"stamp": "1"}),
    "imports:discard": ("secretary", {}),
    "imports:undo": ("secretary", {}),
    "meetings:make_ups": (
        "secretary",
        {
            "meeting": "",
            "person": "",
            "way": "made_up",
            "done_date": "",
            "by_person": "",
            "act": "",
            "from": "",
        },
    ),
    "supervision:reminder": ("organizer", {"text": "请按时召开支部党员大会。"}),
}
# The parts of the meeting's form that are sent while it is filled in, by what their fields are called.
_BY_SCRIPT = {
    "meetings:mark": "^(mark|was|note)-",
    "meetings:text": "-(version|discussion|text|yes|no|vote_shown)$",
    "meetings:new_topic": "^new_",
}
Data = dict[str, list[str]]


@dataclass
class Field:
    """One field of a form as it is shown; ``options`` are those of a choice that are not empty."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    is_required: bool = False


@dataclass
class SentForm:
    """One form: who sends it where, from which page, and its fields."""

    address: str
    url: str
    page: str
    role: str
    fields: dict[str, Field]

    def as_filled(self, words: dict[str, str]) -> Data:
        """What somebody sends who fills in what is asked for: by ``words``, else by what the field takes."""
        shown = {name: filled for name, one in self.fields.items() if (filled := _filled(one, words))}
        return {"csrfmiddlewaretoken": ["as every browser sends"], **shown}


_PLAUSIBLE = {"date": "2026-03-16", "number": "3", "text": "照实填写", "textarea": "照实填写"}


def _filled(one: Field, words: dict[str, str]) -> list[str]:
    if one.name in words:
        return [words[one.name]]
    if one.kind in ("button", "submit"):
        return []
    if any(one.values) or not one.is_required:
        return one.values
    return one.options[:1] or [_PLAUSIBLE.get(one.kind, "")]


class _Reader(HTMLParser):
    """The forms of a page with method POST, with their fields."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, tuple[str, dict[str, Field]]] = {}
        self._form = ""
        self._select: Field | None = None
        self._text: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        if tag == "form":
            self._form = found.get("id") or "form-{n}".format(n=len(self.forms))
            if found.get("method", "").lower() != "post":
                self._form = ""
            elif self._form not in self.forms:
                self.forms[self._form] = (found.get("action", ""), {})
            return
        owner = found.get("form") or self._form
        if tag == "option" and self._select is not None:
            self._option(self._select, found)
        elif owner in self.forms and found.get("name"):
            self._control(tag, found, self.forms[owner][1])

    def _control(self, tag: str, found: dict[str, str], fields: dict[str, Field]) -> None:
        kind = found.get("type", "text") if tag == "input" else tag
        if tag not in ("input", "select", "textarea", "button"):
            return
        one = fields.setdefault(found["name"], Field(found["name"], kind))
        one.is_required = one.is_required or "required" in found
        if tag == "select":
            self._select = one
        elif tag == "textarea":
            one.values, self._text = [""], one
        elif kind in ("radio", "checkbox", "button", "submit"):
            one.options.append(found.get("value", "on"))
            if "checked" in found:
                one.values.append(found.get("value", "on"))
        else:
            one.values = [found.get("value", "")]

    def _option(self, select: Field, found: dict[str, str]) -> None:
        if found.get("value"):
            select.options.append(found["value"])
        if "selected" in found or not select.values:
            select.values = [found.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.values = [self._text.values[0] + data]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._text = None


def forms_of(world: World) -> dict[str, SentForm]:
    """The largest form for every address that takes one, as the first of the roles meets it."""
    examples = collect_examples(world)
    clients = {role: world.client(role) for role in ROLES}
    best: dict[str, SentForm] = {}
    taking = {address.name for address in list_addresses() if "POST" in address.methods}
    for address in list_addresses():
        if "GET" not in address.methods or (address.arguments and address.name not in examples):
            continue
        url = url_of(address, examples) + _QUERIES.get(address.name, "")
        for form in _forms_on(world, clients, address, url):
            known = best.get(form.address)
            if form.address in taking and (known is None or len(form.fields) > len(known.fields)):
                best[form.address] = form
    for name, (role, values) in _UNSHOWN.items():
        url = reverse(name, kwargs=examples.get(name, {}))
        fields = {key: Field(key, "hidden", [value]) for key, value in values.items()}
        best[name] = SentForm(name, url, url, role, fields)
    whole = best["meetings:meeting"]
    for name, sent in _BY_SCRIPT.items():
        fields = {key: one for key, one in whole.fields.items() if re.search(sent, key)}
        best[name] = replace(whole, address=name, url=reverse(name, kwargs=examples[name]), fields=fields)
    return best | _of_links(world)


def _of_links(world: World) -> dict[str, SentForm]:
    """The forms behind one-time links, and that for the six digits of somebody with a device."""
    account = world.accounts["statistics"]
    bound_device(account)
    found: dict[str, SentForm] = {"accounts:second_factor": _small("accounts:second_factor", "code", "next")}
    for name, purpose, words in (
        ("accounts:link_sign_in", OneTimeLink.Purpose.SIGN_IN, ()),
        ("accounts:password_reset", OneTimeLink.Purpose.RESET, ("new_password", "repeated")),
    ):
        token = issue_link(actor=SYSTEM, account=world.accounts["member"], purpose=purpose)
        found[name] = _small(name, *words, role="anonymous", token=token)
    return found


def _small(name: str, *words: str, role: str = "statistics", **kwargs: str) -> SentForm:
    url = reverse(name, kwargs=kwargs)
    fields = {word: Field(word, "hidden", [""]) for word in words}
    return SentForm(name, url, url, role, fields)


def _forms_on(world: World, clients: dict[str, Client], address: Address, url: str) -> Iterator[SentForm]:
    for role in ROLES if address.right not in _OPENED else ("anonymous",):
        client = clients.get(role, Client())
        if role in clients and address.right != "signed_in" and not world.actor(role).may(str(address.right)):
            continue
        answer = client.get(url)
        if answer.status_code != 200 or not str(answer.headers["Content-Type"]).startswith("text/html"):
            continue
        reader = _Reader()
        reader.feed(answer.content.decode())
        for action, fields in reader.forms.values():
            target = urlsplit(action).path or url
            try:
                name = resolve(target).view_name
            except Resolver404:
                continue
            own = {key: one for key, one in fields.items() if key not in CARRIED}
            yield SentForm(name, action or url, url, role, own)
        return
