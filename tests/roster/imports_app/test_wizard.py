"""A roster from the file to the roster and back, over HTTP."""

from __future__ import annotations

from django.urls import reverse

from tests.roster.imports_app.files import THREE, apply, confirm_columns, imported, send, undo
from tests.roster.imports_app.files import roster as workbook
from tests.world import World
from zhibu.foundation.audit.models import AuditEvent
from zhibu.roster.imports.models import ImportBatch, ImportedRow
from zhibu.roster.members.models import Person

State = ImportBatch.State


def test_it_works(world: World) -> None:
    client = world.client("secretary")
    before = Person.objects.count()
    batch = send(client, world, workbook(*THREE))
    assert batch.state == State.STAGED
    page = client.get(reverse("imports:batch", args=[batch.public_id]))
    assert page.headers["Location"] == reverse("imports:columns", args=[batch.public_id])
    preview = confirm_columns(client, batch)
    assert "新增 3 人，修改 0 人" in preview
    assert "确认导入 3 人" in preview
    assert Person.objects.count() == before
    result = apply(client, batch)
    assert "新增 3 人" in result
    assert Person.objects.count() == before + 3
    person = Person.objects.get(name="钱一鸣")
    assert (person.organization, person.standing) == (world.branch, "full")
    assert person.spells.filter(valid_to__isnull=True).count() == 1
    assert AuditEvent.objects.filter(action="imports.apply").count() == 1
    page = undo(client, batch)
    assert "去掉 3 人" in page
    assert Person.objects.count() == before
    assert set(ImportedRow.objects.filter(batch=batch).values_list("undo_result", flat=True)) == {"已撤销"}


def test_the_same_file_again_changes_nothing(world: World) -> None:
    client = world.client("secretary")
    imported(client, world, workbook(*THREE))
    before = Person.objects.count()
    again = imported(client, world, workbook(*THREE))
    assert again.state == State.APPLIED
    assert Person.objects.count() == before
    assert again.summary["done"] == {"added": 0, "changed": 0, "same": 3, "refused": 0}
    page = client.get(reverse("imports:batch", args=[again.public_id])).content.decode()
    assert "已导入，0 条变化" in page
