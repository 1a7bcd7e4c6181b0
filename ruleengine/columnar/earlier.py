"""Evaluation tree → SQL, for what is read of the account's earlier result.

In: a column of the relation of facts with just those parts of the earlier result that the program asks for
(`previous_type`), NULL where an account has none that can be used. A record in it is NULL exactly where the earlier result
has none; beside what is asked for each record has its `status`, NULL where that is no text.

What fills the column reads each value as the evaluator does. Where a value is there and is not of its kind (a word for a
number, a number of 10^15 or more, a date that does not exist), or the earlier result cannot be used for the account, the row
is left to the evaluator: these conditions are seen before there are typed columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.context import FACTS, NotEmitted
from ruleengine.columnar.expressions import ExpressionEmitter
from ruleengine.columnar.types import (
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    TEXT,
    TIMESTAMP,
    ColumnType,
    fact_columns,
    record_of,
)
from ruleengine.columnar.value import Form, Value
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk
from ruleengine.values import NA, NA_REASONS, Kind

NO_EARLIER = NA("missing", "there is no earlier result of this account")
_STATUS = "status"
_KINDS = {
    Kind.NUMBER: DOUBLE, Kind.FLAG: BOOLEAN, Kind.TEXT: TEXT, Kind.CHOICE: TEXT, Kind.DATE: DATE, Kind.TIMESTAMP: TIMESTAMP,
}  # fmt: skip


def previous_name(program: r.Program) -> str:
    """The name of the column of earlier results: one that no fact has."""
    taken = {column.name.lower() for column in fact_columns(program)}
    return "previous" if "previous" not in taken else "previous result"


def previous_type(program: r.Program) -> ColumnType | None:
    """The type of the column of earlier results; None when the program asks for nothing in them."""
    root: dict[str, Any] = {}
    asked = {node.path: node for node in walk(program) if isinstance(node, e.Previous)}
    for path, node in sorted(asked.items()):
        into = root
        for step in path[:-1]:
            into = into.setdefault(step, {})
        into[path[-1]] = _KINDS[node.type.kind]
    return _record(root) if root else None


def _record(fields: dict[str, Any]) -> ColumnType:
    found = [(name, each if isinstance(each, ColumnType) else _record(each)) for name, each in fields.items()]
    return record_of(found if _STATUS in fields else [*found, (_STATUS, TEXT)])


def previous_paths(program: r.Program) -> Iterator[tuple[tuple[str, ...], Kind]]:
    """What the program asks for in earlier results: each path once, with the kind of its value."""
    asked = {node.path: node.type.kind for node in walk(program) if isinstance(node, e.Previous)}
    yield from sorted(asked.items())


class EarlierEmitter(ExpressionEmitter):
    """Emits what is said about the earlier result."""

    @cached_property
    def _earlier(self) -> dict[tuple[str, ...], Value]:
        return {}

    @cached_property
    def _previous_type(self) -> ColumnType | None:
        return previous_type(self.program)

    def _on_previous(self, node: e.Previous) -> Value:
        known = self._earlier.get(node.path)
        if known is None:
            before, self.beyond = self.beyond, [self.beyond[0]]  # a column, wherever it is first read
            owner, self.owner = self.owner, FACTS
            known = self._earlier[node.path] = self._read(node)
            self.beyond, self.owner = before, owner
        return known

    def _read(self, node: e.Previous) -> Value:
        holders: list[tuple[Sql, Sql | None]] = []
        kind = self._previous_type
        found: Sql = b.column(previous_name(self.program))
        no_earlier = (b.is_null(found), b.integer(self.reasons.code(NO_EARLIER)))
        for step in node.path:
            assert kind is not None
            has_status = kind.field(_STATUS) == TEXT
            holders.insert(0, (found, self.dialect.get(found, _STATUS) if has_status else None))
            kind, found = kind.field(step), self.dialect.get(found, step)
        if kind != _KINDS[node.type.kind]:
            raise NotEmitted(f"`{self.text_of(node.span)}` is read in two ways", node.span)
        found = self.named(found, f"previous {node.label}")
        codes = {self.reasons.code(NO_EARLIER)}
        branches = [no_earlier]
        sql = b.add(found, b.double(0)) if node.type.kind is Kind.NUMBER else found
        words = node.type.choices if node.path[-1] in ("band", "computed_band") else ()
        if node.type.kind is Kind.CHOICE and words:
            sql = b.case([(b.one_of(found, [b.text(word) for word in words]), found)])
            foreign = self._foreign(node.label, found, words)
            codes.add(foreign)
            branches.append((b.is_known(found), b.integer(foreign)))
        na = b.case(branches, self._absent(node.label, holders, codes))
        return self.kept(Value(sql, node.type, na, Form(frozenset(codes))), f"previous {node.label}")

    def _foreign(self, label: str, found: Sql, words: tuple[str, ...]) -> int:
        """The code for a band that is none of today's."""

        def said() -> Sql:
            known = f"` in the earlier result, which is no band of today: {', '.join(words)}"
            return b.concat([b.text(f"`{label}` was `"), found, b.text(known)])

        na = NA("invalid", f"`{label}` was no band of today in the earlier result", "", "RE506")
        return self.reasons.with_words(na, said)

    def _absent(self, label: str, holders: list[tuple[Sql, Sql | None]], codes: set[int]) -> Sql:
        """Why something is not there: for the reason that the innermost record that is there has as its status."""
        statuses = [
            (b.is_known(holder), status if status is not None else b.null(TEXT)) for holder, status in holders
        ]
        status = self.named(b.case(statuses, b.null(TEXT)), f"previous {label} status")
        branches: list[tuple[Sql, Sql]] = []
        for reason in NA_REASONS:
            said = f"`{label}` was {reason.replace('_', ' ')} in the earlier result"
            code = self.code(reason, said)
            codes.add(code)
            branches.append((b.compare("=", status, b.text(reason)), b.integer(code)))
        missing = self.code("missing", f"the earlier result has no `{label}`")
        codes.add(missing)
        return b.case(branches, b.integer(missing))

    def _on_isbandthanband(self, node: e.IsBandThanBand) -> Value:
        assert isinstance(node.left, e.Reference)
        left = self.kept(self.band_of(node.left), f"{node.left.name} band")
        right = self.value_of(node.right)
        places = [
            (b.compare("=", right.sql, b.text(name)), b.integer(place))
            for place, name in enumerate(node.names)
        ]
        there = b.case(places, b.null(INTEGER))
        sql = b.compare(">" if node.relation == "worse" else "<", left.sql, there)
        return self.strict([left, right], sql, node)
