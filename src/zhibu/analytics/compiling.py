"""The statements of the bulk engine: expressions over unbound tables, compiled once a process and dialect.

Loaded only where no compiled statements are kept yet (`engine.statements_for`): the compiler is large.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from zhibu.analytics import population
from zhibu.analytics.engine import LANES, SHAPES, Dialect, engine_name
from zhibu.analytics.plan import plan_schemas
from zhibu.analytics.shapes import bound, competence, completeness, frequency, interval
from zhibu.analytics.tables import arrow_schema, fact_classes

Expression = Callable[[population.Tables], Table]

_STEPS: dict[str, Expression] = {
    "org_spells": population.org_spells,
    "subject_spells": population.subject_spells,
    "owed": frequency.owed,
    "placed_events": frequency.placed_events,
    "amounts": frequency.amounts,
    "sums": frequency.sums,
    "reached": frequency.reached,
}
_SHAPES: dict[str, Expression] = {
    "frequency": frequency.expression,
    "interval": interval.expression,
    "bound": bound.expression,
    "competence": competence.expression,
    "completeness": completeness.expression,
}


@cache
def compiled(dialect: Dialect) -> dict[str, str]:
    """The SQL of the kept steps and the five shapes, made once a process."""
    tables = {name: _unbound(name, arrow_schema(name)) for name in fact_classes()}
    tables |= {name: _unbound(name, schema) for name, schema in plan_schemas().items()}
    statements = {}
    for lane in LANES:
        for name in lane:
            built = _STEPS[name](tables)
            statements[name] = str(ibis.to_sql(built, dialect=dialect))
            tables[name] = _unbound(name, built.schema().to_pyarrow())
    for name in SHAPES:
        statements[name] = str(ibis.to_sql(_SHAPES[name](tables), dialect=dialect))
    return statements


def _unbound(name: str, schema: pa.Schema) -> Any:
    loose = pa.schema([field.with_nullable(True) for field in schema])  # so that unions need not care
    return ibis.table(ibis.Schema.from_pyarrow(loose), name=engine_name(name))
