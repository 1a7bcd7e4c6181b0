"""What an analysis needs to know of a ruleset: its program, the texts it came from, the schema of its facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from attrs import frozen

from ruleengine.casebook.accounts import Account
from ruleengine.casebook.coverage import validator
from ruleengine.facts.model import FactSchema
from ruleengine.source import Source
from ruleengine.tree import ruleset as r


@frozen(slots=True, eq=False)
class Side:
    """A ruleset that is analysed, or one of two that are compared."""

    program: r.Program
    sources: Mapping[str, Source]
    schema: FactSchema


def validity(sides: Iterable[Side]) -> Callable[[Account], bool]:
    """A test whether the facts of an account are valid by the schemas of all sides."""
    schemas = {side.schema.path: side.schema for side in sides}
    tests = [validator(schema) for schema in schemas.values()]
    return lambda account: all(test(account.facts) for test in tests)
