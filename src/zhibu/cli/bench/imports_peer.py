"""django-import-export in bulk mode on a plain table of the same columns: no preview, no history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import python_calamine
import tablib
from django.db import connection, models
from import_export import resources

from zhibu.cli.bench.imports import COLUMNS, timed

_FIELDS = tuple("c{number:02d}".format(number=number) for number in range(COLUMNS))


def _model() -> type[models.Model]:
    """A table of thirty text columns; it lives in the bench's own database only."""
    meta = type("Meta", (), {"app_label": "roster", "db_table": "bench_plain_member"})
    columns: dict[str, Any] = {name: models.CharField(max_length=200, blank=True) for name in _FIELDS}
    return type("BenchPlainMember", (models.Model,), {"__module__": __name__, "Meta": meta, **columns})


def measure(path: Path) -> dict[str, float]:
    """The seconds from the file to the rows."""
    model = _model()
    with connection.schema_editor() as editor:
        editor.create_model(model)
    meta = type(
        "Meta",
        (),
        {
            "model": model,
            "fields": _FIELDS,
            "import_id_fields": ("c05",),
            "use_bulk": True,
            "batch_size": 1000,
            "force_init_instance": True,
            "skip_diff": True,
            "use_transactions": True,
        },
    )
    resource = type("BenchResource", (resources.ModelResource,), {"Meta": meta})()

    def act() -> None:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        rows = book.get_sheet_by_index(0).to_python()[1:]
        data = tablib.Dataset(*[[str(cell) for cell in row] for row in rows], headers=list(_FIELDS))
        resource.import_data(data, raise_errors=True)

    seconds = timed(act)
    return {"seconds": seconds, "rows": model._default_manager.count()}
