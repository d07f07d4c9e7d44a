"""On PostgreSQL, order and compare tree paths byte by byte, as SQLite does: ranges of paths are subtrees."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def compare_by_bytes(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            'ALTER TABLE organizations_organization ALTER COLUMN path TYPE varchar(200) COLLATE "C"'
        )


class Migration(migrations.Migration):
    dependencies = [("roster", "0001_initial")]
    operations = [migrations.RunPython(compare_by_bytes, migrations.RunPython.noop)]
