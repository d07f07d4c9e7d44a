"""The audit rows can be added and read, never changed or deleted: the database itself refuses (security 4.2).

The owner of a PostgreSQL table could drop a trigger; the proof lies in the chain and the heads kept elsewhere.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

TABLES = ("audit_event", "audit_touch")

_SQLITE = """
CREATE TRIGGER {table}_{name} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, 'the record is append only'); END
"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'the record is append only'; END $$ LANGUAGE plpgsql
"""
_POSTGRES = """
CREATE TRIGGER {table}_{name} BEFORE {act} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()
"""


def statements(vendor: str) -> list[str]:
    """What closes the tables on an engine."""
    acts = {"update": "UPDATE", "delete": "DELETE"}
    if vendor != "postgresql":
        return [_SQLITE.format(table=t, name=n, act=a) for t in TABLES for n, a in acts.items()]
    acts["truncate"] = "TRUNCATE"
    made = [_POSTGRES.format(table=t, name=n, act=a) for t in TABLES for n, a in acts.items()]
    return [_FUNCTION, *made]


def reopening(vendor: str) -> list[str]:
    """What opens them again, for a step back and for emptying a test database."""
    names = ("update", "delete", "truncate") if vendor == "postgresql" else ("update", "delete")
    on = " ON {table}" if vendor == "postgresql" else ""
    return [
        ("DROP TRIGGER IF EXISTS {table}_{name}" + on).format(table=table, name=name)
        for table in TABLES
        for name in names
    ]


def close(apps: Any, schema_editor: Any) -> None:
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def reopen(apps: Any, schema_editor: Any) -> None:
    for statement in reopening(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0003_search_index")]
    operations = [migrations.RunPython(close, reopen)]
