"""One account is an administrator or does work, never both: the database itself refuses (security 4.4).

The primary key of ``accounts_special_role`` keeps the three apart from each other; these triggers keep them
apart from every role of work. On PostgreSQL each locks the account first, so that two at the same moment wait
for one another; on SQLite writers wait anyway.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

# table → name, when the row itself counts, what must not exist beside it
_GUARDS = {
    "access_grant": (
        "access_grant_apart",
        "NEW.valid_to IS NULL",
        "SELECT 1 FROM accounts_special_role WHERE account_id = NEW.account_id",
    ),
    "accounts_special_role": (
        "accounts_special_role_apart",
        "TRUE",
        "SELECT 1 FROM access_grant WHERE account_id = NEW.account_id AND valid_to IS NULL",
    ),
}
_WORDS = "an administrator holds no role of work"
_SQLITE = """
CREATE TRIGGER {name}_{act_name} BEFORE {act} ON {table} WHEN {when} AND EXISTS ({other})
BEGIN SELECT RAISE(ABORT, '{words}'); END
"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$
BEGIN
  PERFORM 1 FROM accounts_account WHERE id = NEW.account_id FOR UPDATE;
  IF {when} AND EXISTS ({other}) THEN
    RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql
"""
_POSTGRES = """
CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()
"""


def _statements(vendor: str) -> list[str]:
    made = []
    for table, (name, when, other) in _GUARDS.items():
        values = {"name": name, "table": table, "when": when, "other": other, "words": _WORDS}
        if vendor == "postgresql":
            made += [_FUNCTION.format(**values), _POSTGRES.format(**values)]
        else:
            acts = {"insert": "INSERT", "update": "UPDATE"}
            made += [_SQLITE.format(**values, act_name=key, act=act) for key, act in acts.items()]
    return made


def _reversal(vendor: str) -> list[str]:
    made = []
    for table, (name, _, _) in _GUARDS.items():
        if vendor == "postgresql":
            made += ["DROP TRIGGER {} ON {}".format(name, table), "DROP FUNCTION {}()".format(name)]
        else:
            made += ["DROP TRIGGER {}_{}".format(name, act) for act in ("insert", "update")]
    return made


def keep_apart(apps: Any, schema_editor: Any) -> None:
    for statement in _statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def let_together(apps: Any, schema_editor: Any) -> None:
    for statement in _reversal(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0005_password_age"), ("roster", "0004_look_note")]
    operations = [migrations.RunPython(keep_apart, let_together)]
