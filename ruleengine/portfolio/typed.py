"""SQL that makes typed facts of flat columns, and finds the rows in which a fact is not valid.

In: a layout, over columns as strict reading gives them (texts, doubles, flags, lists). Out: expressions of DuckDB.
Guaranteed: where `invalid` is false, `selected` gives exactly what the evaluator reads from the same document; whatever is
not plainly so (a date that is written in another way, an id that begins with an unusual character) counts as invalid and is
looked at by the evaluator's own reader.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ruleengine.portfolio.layout import POSITION, Group, Layout, Part
from ruleengine.values import LARGEST_FACT, Field, Kind, Type

#: Timestamps that both engines read alike; with `?` behind the offset where one without is meant in UTC.
_INSTANT = (
    r"(?:19|20|21)[0-9]{2}-[01][0-9]-[0-3][0-9][Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])"
)
#: First characters of which none is white space; an id that begins otherwise is looked at in Python.
_PLAIN = ((33, 126), (161, 5759), (5761, 8191), (8304, 12287), (12289, 1114111))


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


@frozen(slots=True)
class TypedSql:
    """The expressions over one layout; `zone` is where timestamps without an offset belong."""

    layout: Layout
    zone: str

    def selected(self) -> str:
        """The select list: the position, then one column for each fact column."""
        columns = (f"{_typed(part)} AS {quoted(part.path[0])}" for part in self.layout.parts)
        return ", ".join((POSITION, *columns))

    def invalid(self) -> str:
        """A condition, never NULL: a fact of the row is not plainly valid, or it has no id."""
        conditions = [no_plain_id(self.layout.identity.field, self.layout.identity.name)]
        for leaf in self.layout.leaves():
            conditions += self._faults(leaf.field.type, leaf.name, leaf.field.integer)
        return f"({' OR '.join(f'({each})' for each in conditions)}) IS TRUE"

    def _faults(self, kind: Type, value: str, integer: bool, depth: int = 0) -> list[str]:
        if kind.kind is Kind.NUMBER:
            fraction = [f"{value} <> trunc({value})"] if integer else []
            return [f"NOT (abs({value}) < {LARGEST_FACT!r})", *fraction]
        if kind.kind is Kind.CHOICE:
            return [f"{value} NOT IN ({', '.join(map(literal, kind.choices))})"] if kind.choices else ["true"]
        if kind.kind is Kind.DATE:
            return list(date_faults(value))
        if kind.kind is Kind.TIMESTAMP:
            return list(instant_faults(value, naive=self.zone == "UTC"))
        if kind.kind is Kind.LIST and kind.element is not None:
            return self._of_elements(kind.element, value, depth)
        return []

    def _of_elements(self, kind: Type, value: str, depth: int) -> list[str]:
        nulls = f"list_count({value}) <> len({value})"
        element = f"e{depth}"
        inner = self._of_element(kind, element, depth)
        if not inner:
            return [nulls]
        any_fault = " OR ".join(f"({each})" for each in inner)
        return [nulls, f"len(list_filter({value}, lambda {element}: ({any_fault}) IS TRUE)) > 0"]

    def _of_element(self, kind: Type, element: str, depth: int) -> list[str]:
        if kind.kind is not Kind.RECORD:
            return self._faults(kind, element, integer=False, depth=depth + 1)
        found: list[str] = []
        for number, field in enumerate(kind.fields):
            inner = f"struct_extract({element}, {literal(f'f{number}')})"
            if field.type.kind is Kind.RECORD:
                found += self._of_element(field.type, inner, depth)
            else:
                found += self._faults(field.type, inner, field.integer, depth + 1)
        return found


def date_faults(text: str) -> tuple[str, ...]:
    """When a text is no date, or is one that is written in another way than ours."""
    day = f"CAST(try_cast({text} AS DATE) AS VARCHAR)"
    return (f"(length({text}) <> 10 OR {day} IS DISTINCT FROM {text}) AND {text} IS NOT NULL",)


def instant_faults(text: str, naive: bool) -> tuple[str, ...]:
    """When a text is not plainly a timestamp; `naive` ones have no offset and are in UTC."""
    pattern = literal(_INSTANT + ("?" if naive else ""))
    cast = f"try_cast({text} AS TIMESTAMPTZ)"
    return f"NOT regexp_full_match({text}, {pattern})", f"{cast} IS NULL AND {text} IS NOT NULL"


def no_plain_id(field: Field, value: str) -> str:
    """When a row has no id, or one that may be blank."""
    if field.type.kind is Kind.NUMBER:
        return f"{value} IS NULL"
    first = f"unicode({value})"
    plain = " OR ".join(f"{first} BETWEEN {low} AND {high}" for low, high in _PLAIN)
    return f"NOT coalesce({plain}, false)"


def _typed(part: Part) -> str:
    if isinstance(part, Group):
        return _packed(part.name, [(each.path[-1], _typed(each)) for each in part.members])
    return _value(part.field, part.name)


def _packed(present: str, fields: Sequence[tuple[str, str]]) -> str:
    inner = ", ".join(f"{quoted(name)} := {value}" for name, value in fields)
    return f"CASE WHEN {present} THEN struct_pack({inner}) END"


def _value(field: Field, value: str, depth: int = 0) -> str:
    kind = field.type.kind
    if kind is Kind.NUMBER:
        return f"try_cast({value} AS BIGINT)" if field.integer else f"{value} + 0.0"
    if kind is Kind.DATE:
        return f"try_cast({value} AS DATE)"
    if kind is Kind.TIMESTAMP:
        return f"make_timestamp(epoch_us(try_cast({value} AS TIMESTAMPTZ)))"
    if kind is Kind.LIST and field.type.element is not None:
        element = f"e{depth}"
        inner = _element(field.type.element, element, depth + 1)
        return value if inner == element else f"list_transform({value}, lambda {element}: {inner})"
    return value


def _element(kind: Type, element: str, depth: int) -> str:
    if kind.kind is not Kind.RECORD:
        return _value(Field("", kind), element, depth)
    fields = []
    for number, field in enumerate(kind.fields):
        inner = f"struct_extract({element}, {literal(f'f{number}')})"
        is_record = field.type.kind is Kind.RECORD
        fields.append(
            (field.name, _element(field.type, inner, depth) if is_record else _value(field, inner, depth))
        )
    return _packed(f"{element} IS NOT NULL", fields)
