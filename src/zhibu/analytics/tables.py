"""The fact tables as Arrow schemas, made from the one definition in ``rulebook.schema``."""

from __future__ import annotations

import types
import typing
from dataclasses import fields
from datetime import date

import pyarrow as pa

from zhibu.rulebook import schema
from zhibu.rulebook.schema import Facts

_TYPES: dict[object, pa.DataType] = {
    int: pa.int64(),
    str: pa.string(),
    bool: pa.bool_(),
    date: pa.date32(),
}


def fact_classes() -> dict[str, type]:
    """Table name → dataclass, in the order of ``Facts``."""
    hints = typing.get_type_hints(Facts, vars(schema), vars(schema))
    return {field.name: typing.get_args(hints[field.name])[0] for field in fields(Facts)}


def arrow_schema(table: str) -> pa.Schema:
    """The columns of one fact table, in the dataclass's order, nullable where it allows None."""
    row_class = fact_classes()[table]
    hints = typing.get_type_hints(row_class, vars(schema), vars(schema))
    return pa.schema([_column(field.name, hints[field.name]) for field in fields(row_class)])


def _column(name: str, hint: object) -> pa.Field:
    if typing.get_origin(hint) is types.UnionType:
        inner = next(arg for arg in typing.get_args(hint) if arg is not type(None))
        return pa.field(name, _scalar(inner), nullable=True)
    return pa.field(name, _scalar(hint), nullable=False)


def _scalar(hint: object) -> pa.DataType:
    if typing.get_origin(hint) is typing.Literal:
        return pa.string()
    return _TYPES[hint]


def facts_as_tables(facts: Facts) -> dict[str, pa.Table]:
    """In-memory facts as Arrow tables, for comparing the two engines."""
    found = {}
    for name in fact_classes():
        columns = arrow_schema(name)
        rows = getattr(facts, name)
        data = {column: [getattr(row, column) for row in rows] for column in columns.names}
        found[name] = pa.table(data, schema=columns)
    return found
