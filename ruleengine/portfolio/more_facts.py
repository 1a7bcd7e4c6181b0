"""Facts that are wanted beside those that a program reads: the name of an account, a field to group by.

In: the fact columns of a program, the type of its facts, paths. Out: columns that hold these too, and the SQL for a record
with these alone, which has the form of a document.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve

from ruleengine.columnar.types import FactColumn, column_type
from ruleengine.portfolio.typed import literal, quoted
from ruleengine.values import Field, Type

Path = tuple[str, ...]


def with_paths(columns: Sequence[FactColumn], facts: Type, paths: Sequence[Path]) -> tuple[FactColumn, ...]:
    """The columns, with further fields where they lack some of those at `paths`."""
    fields: tuple[Field, ...] = tuple(each.field for each in columns)
    for path in paths:
        fields = _with(fields, facts, path)
    return tuple(FactColumn(each.name, column_type(each), each) for each in fields)


def _with(fields: tuple[Field, ...], kind: Type, path: Path) -> tuple[Field, ...]:
    known = {each.name: each for each in fields}
    declared = next(each for each in kind.fields if each.name == path[0])
    found = known.get(path[0])
    if len(path) == 1:
        return fields if found is not None else (*fields, declared)
    inner = _with(found.type.fields if found is not None else (), declared.type, path[1:])
    known[path[0]] = evolve(declared, type=evolve(declared.type, fields=inner))
    return tuple(known.values())


def given_sql(paths: Sequence[Path]) -> str:
    """SQL for the record of the facts at `paths`."""
    tree: dict[str, Any] = {}
    for path in paths:
        into = tree
        for step in path[:-1]:
            into = into.setdefault(step, {})
        into.setdefault(path[-1], {})
    return _record(tree, "")


def _record(tree: dict[str, Any], owner: str) -> str:
    parts = []
    for name, inner in tree.items():
        sql = f"struct_extract({owner}, {literal(name)})" if owner else quoted(name)
        parts.append(f"{quoted(name)} := {_record(inner, sql) if inner else sql}")
    return f"struct_pack({', '.join(parts)})"
