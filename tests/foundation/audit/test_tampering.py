"""Fourteen ways to tamper with the record, as somebody with the database file could: each found and placed.

A rewritten or cut tail is whole in itself: only a head kept elsewhere shows it (security 2.4, F9).
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from pytest_django import Settings

from tests.append_only import GUARDS
from tests.world import SYSTEM
from zhibu.cli.commands import audit_verify
from zhibu.foundation.audit.chain import GENESIS, Link, link_hash
from zhibu.foundation.audit.commands import record
from zhibu.foundation.audit.models import AuditEvent, AuditTouch
from zhibu.foundation.audit.queries import (
    ChainReport,
    list_changed_files,
    read_heads,
    verify_chain,
)
from zhibu.foundation.audit.tasks import note_head

ROWS = 12
EXPECTED = "f20f6158d3d2a614ce918fdee9a0bce0dc76063bc1e31cb40e168d8403c3eefc"
MIDDLE = 6


@pytest.fixture
def chain(db: None) -> Iterator[list[str]]:
    """Twelve rows and their hashes, with the guards of the database lifted as an owner could."""
    for number in range(ROWS):
        record(
            actor=SYSTEM,
            action="test.row",
            object_ref="thing:{n}".format(n=number),
            org_ids=[number, 100],
            diff={"n": number},
        )
    with connection.cursor() as cursor:
        for statement in GUARDS.reopening(connection.vendor):
            cursor.execute(statement)
    yield list(AuditEvent.objects.order_by("seq").values_list("hash", flat=True))
    with connection.cursor() as cursor:
        for statement in GUARDS.statements(connection.vendor):
            cursor.execute(statement)


def change_a_field() -> None:
    AuditEvent.objects.filter(seq=MIDDLE).update(diff={"n": 99})


def change_the_actor() -> None:
    AuditEvent.objects.filter(seq=MIDDLE).update(actor_ref="account:1")


def delete_in_the_middle() -> None:
    AuditEvent.objects.filter(seq=MIDDLE).delete()


def delete_the_first() -> None:
    AuditEvent.objects.filter(seq=1).delete()


def swap_two() -> None:
    one, two = AuditEvent.objects.get(seq=MIDDLE), AuditEvent.objects.get(seq=MIDDLE + 1)
    AuditEvent.objects.filter(seq=MIDDLE).update(diff=two.diff, object_ref=two.object_ref, at=two.at)
    AuditEvent.objects.filter(seq=MIDDLE + 1).update(diff=one.diff, object_ref=one.object_ref, at=one.at)


def duplicate() -> None:
    """The same row once more at the end; its hash must differ a little, since the column is unique."""
    twin = AuditEvent.objects.get(seq=MIDDLE)
    other = "0" if twin.hash.startswith("f") else "f"
    twin.seq, twin.hash = ROWS + 1, other + twin.hash[1:]
    twin.save(force_insert=True)


def insert() -> None:
    """A row of one's own between two, the later ones moved on."""
    for seq in range(ROWS, MIDDLE - 1, -1):
        AuditTouch.objects.filter(event_id=seq).delete()
        AuditEvent.objects.filter(seq=seq).update(seq=seq + 1)
    made = AuditEvent.objects.get(seq=MIDDLE - 1)
    made.seq, made.hash = MIDDLE, "a" * 64
    made.save(force_insert=True)


def renumber() -> None:
    for seq in range(ROWS, MIDDLE - 1, -1):
        AuditTouch.objects.filter(event_id=seq).delete()
        AuditEvent.objects.filter(seq=seq).update(seq=seq + 1)


def fork() -> None:
    """Two rows with one predecessor, the second in itself right."""
    first = AuditEvent.objects.get(seq=ROWS)
    _append(seq=ROWS + 1, prev=first.prev)


def replace_the_genesis() -> None:
    AuditEvent.objects.filter(seq=1).update(prev="1" * 64)


def rename_an_organisation_touched() -> None:
    AuditTouch.objects.filter(event_id=MIDDLE, org_id=100).update(org_id=101)


def forget_an_organisation_touched() -> None:
    AuditTouch.objects.filter(event_id=MIDDLE, org_id=100).delete()


INSIDE: list[tuple[Callable[[], None], int]] = [
    (change_a_field, MIDDLE),
    (change_the_actor, MIDDLE),
    (delete_in_the_middle, MIDDLE),
    (delete_the_first, 1),
    (swap_two, MIDDLE),
    (duplicate, ROWS + 1),
    (insert, MIDDLE),
    (renumber, MIDDLE),
    (fork, ROWS + 1),
    (replace_the_genesis, 1),
    (rename_an_organisation_touched, MIDDLE),
    (forget_an_organisation_touched, MIDDLE),
]


@pytest.mark.parametrize(("tamper", "place"), INSIDE, ids=lambda value: getattr(value, "__name__", ""))
def test_what_breaks_the_chain_is_found_and_placed(
    chain: list[str], tamper: Callable[[], None], place: int
) -> None:
    assert verify_chain().is_whole
    tamper()
    assert verify_chain().fault.startswith("第{place}行".format(place=place))


def rewrite_from_the_middle() -> None:
    """Every row from the sixth on with another content and fresh, right hashes."""
    prev = AuditEvent.objects.get(seq=MIDDLE - 1).hash
    for event in list(AuditEvent.objects.filter(seq__gte=MIDDLE).order_by("seq")):
        AuditTouch.objects.filter(event=event).delete()
        event.diff, event.prev = {"n": 0}, prev
        event.hash = prev = link_hash(_link(event))
        event.save()


def delete_the_tail() -> None:
    AuditEvent.objects.filter(seq__gt=ROWS - 2).delete()


def go_back_to_an_older_backup() -> None:
    """Cut off, and written on differently."""
    delete_the_tail()
    for seq in (ROWS - 1, ROWS, ROWS + 1):
        _append(seq=seq, prev=AuditEvent.objects.get(seq=seq - 1).hash)


@pytest.mark.parametrize(
    ("tamper", "place"),
    [(rewrite_from_the_middle, MIDDLE), (delete_the_tail, ROWS - 1), (go_back_to_an_older_backup, ROWS - 1)],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_whole_in_itself_only_the_heads_outside_show(
    chain: list[str], tamper: Callable[[], None], place: int
) -> None:
    noted = dict(enumerate(chain, start=1))
    tamper()
    assert verify_chain().is_whole
    assert not verify_chain(expect_head=chain[-1]).is_whole
    report: ChainReport = verify_chain(noted=noted)
    assert not report.is_whole
    assert str(place) in report.fault or str(ROWS) in report.fault
    assert verify_chain(noted={k: v for k, v in noted.items() if k < min(place, MIDDLE)}).is_whole


def test_a_changed_or_missing_paper_is_named(chain: list[str]) -> None:
    name = default_storage.save("documents/minutes.pdf", ContentFile(b"as signed"))
    record(
        actor=SYSTEM,
        action="test.paper",
        object_ref="",
        org_ids=[],
        diff={"papers": {name: "4ad0d1b1ac3a0f86ba65ea0ddbbbf97ba39a19f1c7ddc5ab0a9c3a4c1bb1d56e"}},
    )
    assert list_changed_files() == [name]
    default_storage.delete(name)
    assert list_changed_files() == [name]


def test_the_head_leaves_the_machine_and_is_compared(
    chain: list[str], tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.AUDIT_HEADS = str(tmp_path / "heads.txt")
    note_head.func()
    record(actor=SYSTEM, action="test.row", object_ref="", org_ids=[])
    note_head.func()
    text = (tmp_path / "heads.txt").read_text(encoding="utf-8")
    assert sorted(read_heads(text)) == [ROWS, ROWS + 1]
    options = Namespace(expect_head="", heads=tmp_path / "heads.txt")
    assert audit_verify.run(options) == 0
    assert "与留存的 2 个校验值一致" in capsys.readouterr().out
    rewrite_from_the_middle()
    assert audit_verify.run(options) == 1
    assert "第{row}行与留存的校验值不符".format(row=ROWS) in capsys.readouterr().out


def test_a_row_is_hashed_as_ever() -> None:
    """The canonical form may never change: old chains are verified by it."""
    link = Link(
        7, datetime(2026, 3, 16, 4, 5, 6, 7, timezone.utc), "account:1", "secretary", "members.add",
        "person:3", "done", "abc", (1, 2), {"b": "二", "a": [1, None]}, GENESIS,
    )  # fmt: skip
    assert link_hash(link) == EXPECTED


def _append(*, seq: int, prev: str) -> None:
    event = AuditEvent.objects.get(seq=1)
    event.seq, event.prev, event.object_ref = seq, prev, "forged"
    event.hash = link_hash(_link(event))
    event.save(force_insert=True)


def _link(event: AuditEvent) -> Link:
    return Link(
        event.seq, event.at, event.actor_ref, event.actor_role, event.action, event.object_ref, event.result,
        event.request_id, (), event.diff, event.prev,
    )  # fmt: skip
