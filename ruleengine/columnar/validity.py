"""Which rows of typed columns are regular: for queries whose facts nobody has looked at before.

In: the columns that a ruleset reads. Out: a condition, never NULL, that is TRUE for a row with a fact which the evaluator
would call invalid: a word that is none of a choice, a number too large or none at all, nothing in a list where an element
should be, a date beyond the calendar, no id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.dialect import Dialect
from ruleengine.columnar.types import FactColumn
from ruleengine.values import LARGEST_FACT, Field, Kind, Type

_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()


def irregular_row(dialect: Dialect, columns: Iterable[FactColumn], identity: Sequence[str]) -> Sql:
    """Whether a row has a fact that is not valid, or no id."""
    tests: list[Sql] = []
    for column in columns:
        tests += _faults(dialect, b.column(column.name), column.field)
    found: Sql = b.column(identity[0])
    for name in identity[1:]:
        found = dialect.get(found, name)
    return b.disjunction([b.is_null(found), *(b.coalesce(test, b.FALSE()) for test in tests)])


def _faults(dialect: Dialect, value: Sql, field: Field) -> list[Sql]:
    """Conditions under which a present value is not valid; they may be NULL where it is."""
    kind = field.type
    if kind.kind is Kind.NUMBER:
        inside = [
            b.compare(">", value, b.double(-LARGEST_FACT)),
            b.compare("<", value, b.double(LARGEST_FACT)),
        ]
        return [b.negation(b.conjunction(inside))]
    if kind.kind is Kind.CHOICE:
        return [b.negation(b.one_of(value, [b.text(word) for word in kind.choices]))]
    if kind.kind is Kind.DATE:
        return [b.negation(b.between(value, dialect.date(_FIRST), dialect.date(_LAST)))]
    if kind.kind is Kind.LIST and kind.element is not None:
        return [_in_list(dialect, value, kind.element)]
    if kind.kind is Kind.RECORD:
        return [
            test for each in kind.fields for test in _faults(dialect, dialect.get(value, each.name), each)
        ]
    return []


def _in_list(dialect: Dialect, values: Sql, element: Type) -> Sql:
    def test(each: Sql) -> Sql:
        inner = _faults(dialect, each, Field("", element))
        return b.disjunction([b.is_null(each), *(b.coalesce(fault, b.FALSE()) for fault in inner)])

    return dialect.any_is(values, test)
