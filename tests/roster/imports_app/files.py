"""Workbooks for the tests of the import's pages, and the steps of the wizard. All persons are fictitious."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.roster.imports.made import Cell, xlsx
from tests.world import World, identity_number
from zhibu.roster.imports.models import ImportBatch

HEADER: list[Cell] = [
    "序号",
    "姓名",
    "性别",
    "民族",
    "身份证号",
    "手机号码",
    "人员类别",
    "入党时间",
    "转正时间",
]


def person(name: str, birth: str, serial: int, phone: str = "", **changes: Cell) -> list[Cell]:
    """A row of a plain roster, joined 2001-07-01."""
    row: dict[str, Cell] = {
        "number": serial,
        "name": name,
        "sex": "男" if serial % 2 else "女",
        "ethnicity": "汉族",
        "id_number": identity_number(birth, serial),
        "phone": phone or "1390000{serial:04d}".format(serial=serial),
        "status": "正式党员",
        "joined": "2001-07-01",
        "full": "2002-07-01",
    }
    return list((row | changes).values())


def roster(*rows: Sequence[Cell], header: Sequence[Cell] = HEADER, **options: object) -> bytes:
    """A workbook with one sheet."""
    return xlsx({"名册": [header, *rows]}, **options)  # type: ignore[arg-type]


THREE = (
    person("钱一鸣", "1970-01-02", 301),
    person("孔二娘", "1980-03-04", 302),
    person("曹三元", "1979-05-06", 303),
)


def send(
    client: Client, world: World, content: bytes, name: str = "东村名册.xlsx", organization: str = "branch"
) -> ImportBatch:
    """Upload a file; the batch it became."""
    upload = SimpleUploadedFile(name, content)
    place = getattr(world, organization)
    data = {"upload": upload, "organization": place.public_id}
    answer = client.post(reverse("imports:list"), data)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return ImportBatch.objects.get(public_id=answer.headers["Location"].rstrip("/").rpartition("/")[2])


def confirm_columns(client: Client, batch: ImportBatch, changes: Mapping[str, str] | None = None) -> str:
    """Confirm the columns as they were found, with changes by select name; the page after."""
    url = reverse("imports:columns", args=[batch.public_id])
    html = client.get(url).content.decode()
    data = fields_of(html) | dict(changes or {})
    answer = client.post(url, data, follow=True)
    assert answer.status_code == 200
    batch.refresh_from_db()
    return str(answer.content.decode())


def fields_of(html: str) -> dict[str, str]:
    """What a browser would send of the selects and ticked boxes of a page."""
    found = {}
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    found.update(re.findall(r'type="checkbox" name="([^"]+)" value="([^"]+)" checked', html))
    found["tables-shown"] = "1"
    return found


def apply(client: Client, batch: ImportBatch) -> str:
    """Confirm the preview; the page after."""
    batch.refresh_from_db()
    url = reverse("imports:apply", args=[batch.public_id])
    answer = client.post(url, {"stamp": batch.stamp}, follow=True)
    batch.refresh_from_db()
    return str(answer.content.decode())


def imported(client: Client, world: World, content: bytes, **options: str) -> ImportBatch:
    """Send, confirm and apply."""
    batch = send(client, world, content, **options)
    if not batch.mapping and batch.state == ImportBatch.State.STAGED:
        confirm_columns(client, batch)
    apply(client, batch)
    return batch


def undo(client: Client, batch: ImportBatch) -> str:
    """Undo; the page after."""
    answer = client.post(reverse("imports:undo", args=[batch.public_id]), follow=True)
    batch.refresh_from_db()
    return str(answer.content.decode())
