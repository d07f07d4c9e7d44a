"""The search index: FTS5 over the entries on SQLite, kept by triggers; GIN on PostgreSQL."""

from django.db import migrations, models

SQLITE = (
    """
    CREATE VIRTUAL TABLE search_fts USING fts5(
        tokens, content='search_entry', content_rowid='id', tokenize='ascii', prefix='2 3'
    )
    """,
    """
    CREATE TRIGGER search_entry_after_insert AFTER INSERT ON search_entry BEGIN
        INSERT INTO search_fts(rowid, tokens) VALUES (new.id, new.tokens);
    END
    """,
    """
    CREATE TRIGGER search_entry_after_delete AFTER DELETE ON search_entry BEGIN
        INSERT INTO search_fts(search_fts, rowid, tokens) VALUES ('delete', old.id, old.tokens);
    END
    """,
    """
    CREATE TRIGGER search_entry_after_update AFTER UPDATE OF tokens ON search_entry
    WHEN old.tokens <> new.tokens BEGIN
        INSERT INTO search_fts(search_fts, rowid, tokens) VALUES ('delete', old.id, old.tokens);
        INSERT INTO search_fts(rowid, tokens) VALUES (new.id, new.tokens);
    END
    """,
    "INSERT INTO search_fts(search_fts) VALUES ('rebuild')",
)
SQLITE_BACK = (
    "DROP TRIGGER search_entry_after_insert",
    "DROP TRIGGER search_entry_after_delete",
    "DROP TRIGGER search_entry_after_update",
    "DROP TABLE search_fts",
)
POSTGRESQL = (
    "CREATE INDEX search_entry_tokens ON search_entry USING gin (to_tsvector('simple'::regconfig, tokens))",
)
POSTGRESQL_BACK = ("DROP INDEX search_entry_tokens",)


def _run(schema_editor, sqlite, postgresql):
    statements = {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


def install(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


def remove(apps, schema_editor):
    _run(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_obligation_counts")]

    operations = [
        migrations.AddField(
            "searchentry", "note", models.CharField("说明", max_length=120, blank=True, default=""), False
        ),
        migrations.AddField(
            "searchentry", "public_id", models.CharField("编号", max_length=32, default=""), False
        ),
        migrations.AddIndex(
            "searchentry",
            models.Index(fields=["kind", "label", "id", "org_id"], name="search_entry_label"),
        ),
        migrations.AddIndex("searchentry", models.Index(fields=["id", "org_id"], name="search_entry_place")),
        migrations.RunPython(install, remove),
    ]
