"""What a function or an operator comes to in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql


@frozen(slots=True)
class Answer:
    """A value, and for which rows it is not promised.

    `value` is NULL where an argument is, and for present arguments exactly where the function has no value. `beyond` is TRUE
    or FALSE, never NULL: where it is TRUE the value may be another than the evaluator's. None: it is always the same.
    """

    value: Sql
    beyond: Sql | None = None


def decided(condition: Sql) -> Sql:
    """A condition that is FALSE where it would be NULL."""
    return b.coalesce(condition, b.FALSE())


def any_beyond(conditions: Sequence[Sql | None]) -> Sql | None:
    """The rows that one of several answers does not promise."""
    found = [condition for condition in conditions if condition is not None]
    return b.disjunction(found) if found else None
