"""No identity number, phone or address in clear in database, its log, backup, work folders or logs (F29).

Whatever is typed, imported, corrected, undone, exported or looked at passes through; then every byte is read.
"""

from __future__ import annotations

import logging
import os
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from tests.roster.imports_app.files import THREE, imported, roster, send
from tests.world import World, build_world
from zhibu.cli.archives.saving import make_backup
from zhibu.cli.suite.postgres import postgres_programs
from zhibu.common.dates import utc_now
from zhibu.roster.members.commands.sealed_cards import card_of
from zhibu.roster.members.models import Person

_NUMBER = re.compile(
    rb"(?<![0-9A-Za-z])[1-6]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_MOBILE = re.compile(rb"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
def test_nothing_private_lies_in_clear_anywhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    if connection.vendor == "postgresql" and (programs := postgres_programs()) is not None:
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    world = build_world()
    secrets = _work(world)
    assert len(secrets) > 30
    made, _ = make_backup(tmp_path, now=utc_now())
    found = []
    places = 0
    for place, content in (
        *_database(),
        *_folders(Path(settings.DATA_DIR), made),
        ("log", caplog.text.encode()),
    ):
        places += 1
        found += [f"{place}: {secret.decode()}" for secret in secrets if secret in content]
        found += [f"{place}: {number.decode()}" for number in _NUMBER.findall(content) if _is_right(number)]
        found += [f"{place}: {phone.decode()}" for phone in _MOBILE.findall(content)]
    assert found == []
    assert places > 5


def _work(world: World) -> set[bytes]:
    """A day of work with private fields; returns all of them."""
    client = world.client("secretary")
    imported(client, world, roster(*THREE))
    assert Person.objects.filter(name="钱一鸣").exists()
    send(client, world, roster(*THREE), name="留在暂存.xlsx")
    person = world.people["member"]
    client.post(
        reverse("members:unmask", args=[person.public_id]), {"field": "id_number", "purpose": "contact"}
    )
    client.post(reverse("exports:roster"), {"style": "system", "is_open": "on", "purpose": "核对"})
    client.post(
        reverse("members:correction", args=[person.public_id]), {"phone": "13800009999", "name": "冯大山"}
    )
    client.get(reverse("home:search"), {"q": "13800000004"})
    client.get(reverse("members:list"), {"words": card_of(person).id_number})
    secrets: set[bytes] = {b"13800009999"}
    for row in Person.objects.all():
        card = card_of(row)
        secrets |= {text.encode() for text in (card.id_number, card.phone, card.address) if text}
    return secrets


def _database() -> Iterator[tuple[str, bytes]]:
    """The file with its log, or every row of every table."""
    if connection.vendor == "sqlite":
        path = Path(str(connection.settings_dict["NAME"]))
        for file in (path, path.with_name(path.name + "-wal")):
            if file.exists():
                yield file.name, file.read_bytes()
        return
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            yield table, "\n".join(text for (text,) in cursor.fetchall()).encode()


def _folders(*roots: Path) -> Iterator[tuple[str, bytes]]:
    for root in roots:
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.suffix != ".tar" and "static" not in path.parts:
                yield str(path.name), path.read_bytes()
            if path.suffix == ".tar":  # its own headers hold times in octal digits, which look like phones
                with tarfile.open(path) as archive:
                    for member in archive.getmembers():
                        file = archive.extractfile(member)
                        yield member.name, file.read() if file else b""


def _is_right(number: bytes) -> bool:
    digits = number.decode().upper()
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == digits[-1]
