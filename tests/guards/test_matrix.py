"""Every address as everybody, with canaries: no name of anything outside one's scope in any answer.

Two counties stand side by side. Every sign of the second carries a mark; whoever works in the first never
meets it, whatever they open or send, with ids of their own or of the other county (security F1, F2). Within
the first the neighbouring branch and the other town are strangers in the same way.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from tests.guards.addresses import Address, collect_examples, list_addresses, url_of
from tests.guards.source import none
from tests.guards.test_addresses import OBJECTS
from tests.world import World, build_world
from zhibu.foundation.accounts.models import Account
from zhibu.roster.access.models import Grant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet_log"), pytest.mark.timeout(1500)]

MARK = "燚"
TRIES = 8  # of one form, spread over its fields
EVERYBODYS = {"accounts", "access"}  # 系统 and 安全管理员 see every account by its name, and nothing else
ADMINISTRATORS = ("system", "security", "audit")
NOTHING = "n0such0id0n0such0id0n0such0id0aa"


@dataclass
class Two:
    """The county at work, the other one, and the examples of both."""

    own: World
    other: World
    examples: dict[str, dict[str, object]]
    foreign: dict[str, dict[str, object]]
    clients: dict[str, Client]


@pytest.fixture
def two(db: None, today: object) -> Two:
    own, other = build_world(), build_world(MARK, "38")
    examples, foreign = collect_examples(own), collect_examples(other)
    clients = {role: own.client(role) for role in own.accounts}
    clients["disabled"] = Client()
    closed = Account.objects.create(username="closed", display_name="停用的", is_active=False)
    clients["disabled"].force_login(closed)
    gone = Account.objects.create(username="gone", display_name="转走的")
    Grant.objects.create(
        account=gone,
        role="secretary",
        organization=own.branch,
        valid_from=own.term.elected_date,
        valid_to=own.term.elected_date,
        granted_by="test",
        granted_at=gone.created_at,
    )
    clients["gone"] = Client()
    clients["gone"].force_login(gone)
    clients["anonymous"] = Client()
    return Two(own, other, examples, foreign, clients)


def test_nothing_of_the_other_county_is_met_anywhere(two: Two) -> None:
    """Own ids, foreign ids and ids of nothing, read and sent, as everybody."""
    faults: list[str] = []
    asked = 0
    for address in _addresses(two):
        for role, client in two.clients.items():
            if not _enters(two, role, address):
                continue
            for verb in _verbs(address):
                asked += 1
                answer = _ask(client, verb, url_of(address, two.examples))
                faults += _met(address, role, verb, answer, _canaries(two, role, address))
                if address.arguments & OBJECTS:
                    faults += _foreign(two, address, role, client, verb)
                    asked += 2
    none(faults)
    assert asked > 1500


def test_whoever_has_no_role_any_more_gets_in_nowhere(two: Two) -> None:
    faults = []
    for address in _addresses(two):
        if address.right in ("public", "token", "signed_in"):
            continue
        for role in ("disabled", "gone", "anonymous"):
            for verb in _verbs(address):
                status = _ask(two.clients[role], verb, url_of(address, two.examples)).status_code
                if status not in (302, 403):
                    faults.append(f"{address.name} {verb} as {role}: {status}")
    none(faults)


def test_no_id_of_the_other_county_works_inside_a_form(two: Two) -> None:
    """Each field that could name something is sent with what names a thing of the other county (F2, F5)."""
    faults: list[str] = []
    sent = 0
    before = _picture(two.other)
    for role in ("secretary", "organizer"):
        client = two.clients[role]
        for address in _addresses(two):
            if "POST" not in address.methods or "GET" not in address.methods or address.right == "public":
                continue
            if role == "organizer" and two.own.actor("secretary").may(str(address.right)):
                continue
            url = url_of(address, two.examples)
            page = _ask(client, "GET", url)
            if page.status_code != 200 or not str(page.headers.get("Content-Type")).startswith("text/html"):
                continue
            tampered = list(_tampered(_text(page), two.other))
            for name, value, data in tampered[:: len(tampered) // TRIES + 1]:
                sent += 1
                with transaction.atomic():
                    answer = client.post(url, data)
                    after = before if answer.status_code >= 400 else _picture(two.other)
                    transaction.set_rollback(True)
                if after != before:
                    faults.append(f"{address.name} as {role}: {name}={value} changed something there")
                who = f"{role} with {name}={value}"
                faults += _met(address, who, "POST", answer, (MARK,), echoed=value)
    none(faults)
    assert sent > 100


def test_lists_answer_nothing_about_hidden_fields(db: None, today: object) -> None:
    """Filters and orders that the page does not offer change no list (F4)."""
    faults = []
    client = build_world().client("secretary")
    for name in ("members:list", "meetings:list", "organizations:tree", "imports:list", "meetings:tasks"):
        url = reverse(name)
        plain = _ids(_text(client.get(url)))
        for key, value in _HOSTILE:
            answer = client.get(url, {key: value})
            if answer.status_code >= 500 or (answer.status_code == 200 and _ids(_text(answer)) != plain):
                faults.append(f"{name}?{key}={value}: {answer.status_code}, another list")
    none(faults)


def test_the_guard_sees_a_leak(db: None) -> None:
    address = list_addresses()[0]
    for answer in (_workbook_with(MARK), Client().get(reverse("accounts:sign_in"))):
        found = _met(address, "x", "GET", answer, (MARK, "登录"))
        assert len(found) == 1, found


_SECRET = (
    "id_index",
    "id_sealed",
    "phone_index",
    "birth_index",
    "birth_sealed",
    "id_mask",
    "remark",
    "address_sealed",
)
_HOSTILE = [
    *(("sort", field) for field in _SECRET),
    *(("sort", "-" + field) for field in _SECRET),
    *((field + "__startswith", "3") for field in _SECRET),
    *((field, "3") for field in _SECRET),
    *(("ordering", field) for field in _SECRET[:2]),
    *(
        ("organization__path__startswith", "/"),
        ("organization__isnull", "1"),
        ("person__name__contains", "长"),
    ),
    *(("id", "1"), ("pk", "1"), ("is_lost", "1"), ("standing__in", "left"), ("merged_into__isnull", "0")),
]


def _addresses(two: Two) -> list[Address]:
    return [
        a for a in list_addresses() if not a.arguments or (a.name in two.examples and a.name in two.foreign)
    ]


def _enters(two: Two, role: str, address: Address) -> bool:
    """Whether the role gets past the page's own right; ``test_addresses`` shows that all others get 403."""
    if address.right in ("public", "token"):
        return role in ("anonymous", "secretary")
    if role not in two.own.accounts:
        return False
    return address.right == "signed_in" or two.own.actor(role).may(str(address.right))


def _verbs(address: Address) -> list[str]:
    return [verb for verb in ("GET", "POST") if verb in address.methods]


def _canaries(two: Two, role: str, address: Address) -> tuple[str, ...]:
    """What must not be met: the mark, and within the own county what the role does not reach."""
    if role in ADMINISTRATORS and address.name.split(":")[0] in EVERYBODYS:
        return ()
    if address.right in ("public", "token"):
        return (MARK,) if address.right == "public" else ()
    own = two.own
    if role == "sibling_secretary":
        people = [person.name for key, person in own.people.items() if not key.startswith("sibling")]
        return (MARK, *people, own.branch.public_id, *_objects_of(own))
    if role == "town_organizer":
        return (MARK, own.people["far_member"].name)
    if role in ADMINISTRATORS:
        return (MARK, *(person.name for person in own.people.values()), own.county.name, own.branch.name)
    return (MARK,)


def _objects_of(world: World) -> list[str]:
    return [person.public_id for key, person in world.people.items() if not key.startswith("sibling")]


def _foreign(two: Two, address: Address, role: str, client: Client, verb: str) -> Iterator[str]:
    """With an id of the other county the answer is that of an id that does not exist."""
    if role in ADMINISTRATORS and address.name.split(":")[0] in {*EVERYBODYS, "audit"}:
        return
    answer = _ask(client, verb, url_of(address, two.foreign))
    yield from _met(address, role + " (foreign id)", verb, answer, (MARK,))
    absent = _ask(client, verb, _url_of_nothing(address, two))
    if answer.status_code not in (302, 403, 404):
        yield f"{address.name} {verb} as {role} with a foreign id: {answer.status_code}"
    if answer.status_code != absent.status_code or _bare(answer) != _bare(absent):
        yield f"{address.name} {verb} as {role}: a foreign id and no id are told apart"


def _url_of_nothing(address: Address, two: Two) -> str:
    kwargs = dict(two.foreign[address.name])
    kwargs |= {"public_id": NOTHING} if "public_id" in kwargs else {"seq": 999_999_999}
    return reverse(address.name, kwargs=kwargs)


def _ask(client: Client, verb: str, url: str) -> HttpResponseBase:
    cookies = client.cookies.copy()
    client.raise_request_exception = False
    with transaction.atomic():
        answer = client.get(url) if verb == "GET" else client.post(url, {})
        _ = answer.getvalue() if getattr(answer, "streaming", False) else None
        transaction.set_rollback(True)
    client.cookies = SimpleCookie({name: morsel.value for name, morsel in cookies.items()})
    return answer


def _met(
    address: Address,
    role: str,
    verb: str,
    answer: HttpResponseBase,
    canaries: tuple[str, ...],
    echoed: str = "",
) -> list[str]:
    """The canaries in an answer; what somebody typed themselves (``echoed``) is none."""
    if answer.status_code >= 500:
        return [f"{address.name} {verb} as {role}: {answer.status_code}"]
    if not canaries:
        return []
    text = _text(answer).replace(echoed or MARK * 99, "") + "\n".join(
        f"{name}: {value}" for name, value in answer.headers.items()
    )
    return [f"{address.name} {verb} as {role} meets {canary!r}" for canary in canaries if canary in text]


def _text(answer: HttpResponseBase) -> str:
    """What an answer says: its page, or the texts inside the file."""
    content = answer.getvalue() if getattr(answer, "streaming", False) else getattr(answer, "content", b"")
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return "\n".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    if content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return str(content.decode("utf-8", "replace"))


def _bare(answer: HttpResponseBase) -> str:
    """The answer without what differs by itself: tokens, nonces, and the address that was asked for."""
    text = re.sub(r'(nonce|value|href|action|content)="[^"]*"', "", _text(answer))
    return re.sub(r"[0-9a-zA-Z_-]{20,}", "", text)


def _ids(page: str) -> list[str]:
    """The objects that a page of a list links to, in their order."""
    main = page.rsplit('id="main"', maxsplit=1)[-1].split("</main>", maxsplit=1)[0]
    return re.findall(r'href="(/[a-z/-]+/[0-9a-zA-Z_-]{16,}/)"', main)


class _Fields(HTMLParser):
    """The fields of the first form within the page's body, with the values that they show."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.can_name: set[str] = set()
        self.numbered: set[str] = set()
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        name = found.get("name", "")
        if tag == "select":
            self._select = name
            self.can_name.add(name)
            self.values.setdefault(name, "")
        elif tag == "option" and self._select:
            if found.get("value", "").isdigit() and len(found["value"]) > 1:
                self.numbered.add(self._select)
            if "selected" in found:
                self.values[self._select] = found.get("value", "")
        elif tag in ("input", "textarea") and name and name != "csrfmiddlewaretoken":
            kind = found.get("type", "text")
            if kind in ("radio", "checkbox"):
                self.can_name.add(name)
                if "checked" in found or name not in self.values:
                    self.values[name] = found.get("value", "on")
            else:
                self.values[name] = found.get("value", "")
                if kind == "hidden" or re.search(
                    r"code|user|org|group|person|branch|target|place|other", name
                ):
                    self.can_name.add(name)


def _tampered(page: str, other: World) -> Iterator[tuple[str, str, dict[str, str]]]:
    """The form as shown, each time with one field that names a thing of the other county."""
    fields = _Fields()
    fields.feed(page.rsplit('id="main"', maxsplit=1)[-1].split("</main>", maxsplit=1)[0])
    person, group = other.people["member"], other.groups[0]
    foreign = {
        True: (str(person.pk), str(other.branch.pk), str(group.pk)),
        False: (
            person.public_id, other.branch.public_id, other.branch.code, group.public_id,
            other.accounts["secretary"].username,
        ),
    }  # fmt: skip
    for name in sorted(fields.can_name - {"submission_key", "version"}):
        is_number = fields.values.get(name, "").isdigit() or name in fields.numbered
        for value in foreign[is_number]:
            yield name, value, fields.values | {name: value, "submission_key": ""}


def _picture(world: World) -> list[tuple[str, object]]:
    """How the rows of a county stand: their number and what they say, table by table."""
    branch = [world.county, world.town, world.other_town, world.branch, world.sibling, world.far_branch]
    ids = [organization.pk for organization in branch]
    found: list[tuple[str, object]] = []
    for label in ("Person", "Organization", "Grant", "Office", "Group", "MembershipSpell", "StatusChange"):
        model = apps.get_model("roster", label)
        key = "pk" if label == "Organization" else "organization"
        rows = model.objects.filter(**{key + "__in": ids}).order_by("pk")
        found.append((label, [tuple(sorted(row.items())) for row in rows.values(*_plain(model))]))
    return found


def _plain(model: type) -> list[str]:
    return [
        field.attname for field in model._meta.concrete_fields if field.get_internal_type() != "BinaryField"
    ]  # type: ignore[attr-defined]


def _workbook_with(text: str) -> HttpResponseBase:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("xl/sharedStrings.xml", text)
    return HttpResponse(out.getvalue())
