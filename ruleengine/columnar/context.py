"""What the emitting of one program keeps: its columns, its codes, and the rows that SQL leaves to the evaluator.

Expressions are emitted for a whole row, or inside of a lambda for one element of a list. For a row, what is needed several
times becomes a column of its own; inside of a lambda there are no columns: `binding` gives a name to what is large.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from attrs import evolve
from sqlglot import exp

from ruleengine.columnar import build as b
from ruleengine.columnar.binding import computed_once
from ruleengine.columnar.build import Sql
from ruleengine.columnar.dialect import Dialect
from ruleengine.columnar.reasons import Reasons
from ruleengine.columnar.size import Sizes
from ruleengine.columnar.stages import Owner, Stages
from ruleengine.columnar.types import fact_columns
from ruleengine.columnar.value import Form, Value, stored_type
from ruleengine.diagnostics import Diagnostic
from ruleengine.source import Span
from ruleengine.tree import ruleset as r
from ruleengine.tree.source_text import SourceText
from ruleengine.tree.whole import Wholeness
from ruleengine.values import NA, Type

#: So many nodes are rather written again than kept in a column: codes of reasons are looked at in few rows.
MOST_REPEATED = 40
#: The column that holds the as-of date of a query which is not for one date.
AS_OF = "as of"
#: The owner of what is read first.
FACTS = Owner("facts as read")
_REMEDY = "the evaluator scores such a ruleset: `ruleengine eval --engine python`"


class NotEmitted(Exception):
    """Something that SQL cannot say: what it is, and where it stands in the ruleset."""

    def __init__(self, words: str, span: Span | None) -> None:
        super().__init__(words)
        self.words = words
        self.span = span

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """The same as a report."""
        span = self.span or Span("<ruleset>", 0, 0, 1, 1)
        return [Diagnostic("RE610", span, f"SQL cannot say this: {self.words}", help=_REMEDY)]


class Context:
    """The state of one emission."""

    def __init__(self, program: r.Program, dialect: Dialect, as_of: int | None, source: SourceText) -> None:
        self.program = program
        self.dialect = dialect
        self.as_of = as_of
        self.source = source
        self.stages = Stages()
        for name in (
            "position",
            "previous",
            "previous result",
            AS_OF,
            *(field.name for field in program.facts.fields),
        ):
            self.stages.reserve(name)  # columns that the relation of facts has
        for name in ("position", *(fact.name for fact in fact_columns(program))):
            self.stages.reserve(name)  # a column that is computed never has the name of one that was read
        self.reasons = Reasons()
        self.owner = FACTS
        self.variables: dict[str, Value] = {}
        self.wholeness = Wholeness(program)
        self.sizes = Sizes()
        #: Conditions of rows that SQL leaves to the evaluator; those of each lambda that is being written stand above.
        self.beyond: list[list[Sql]] = [[]]
        #: What may be written several times in each lambda that is being written, in the order of making.
        self.repeated: list[list[Sql]] = []

    @property
    def today(self) -> Sql:
        """The as-of date: known now, or the column that holds it."""
        return b.column(AS_OF) if self.as_of is None else self.dialect.date(self.as_of)

    @property
    def in_lambda(self) -> bool:
        """Whether an element of a list is being looked at, so that there are no columns."""
        return len(self.beyond) > 1

    def text_of(self, span: Span) -> str:
        """The words of the ruleset at a place."""
        return self.source.of(span)

    def code(self, reason: str, text: str = "", pointer: str = "", code: str = "") -> int:
        """The code of an NA."""
        return self.reasons.code(NA(reason, text, pointer, code))

    # ── columns ──

    @contextmanager
    def owned(self, name: str, comment: str) -> Iterator[None]:
        """What is computed inside belongs to a thing of the ruleset."""
        before, self.owner = self.owner, Owner(name, comment)
        yield
        self.owner = before

    def named(self, sql: Sql, name: str) -> Sql:
        """An expression as something that may be repeated: a column, unless it is one or a lambda is being written."""
        if is_atom(sql):
            return sql
        if self.in_lambda:
            self.repeated[-1].append(sql)
            return sql
        return self.stages.assign(name, sql, self.owner)

    def kept(self, value: Value, name: str) -> Value:
        """A value as something that may be repeated."""
        if value.atom:
            return value
        if self.in_lambda:
            self.named(value.sql, name)
            return value
        sql = self.named(value.sql, name)
        na = value.na
        if na is not None and len(value.codes) > 1 and self.sizes.of(na) > MOST_REPEATED:
            na = self.named(b.case([(b.is_null(sql), na)]), f"{name} na")
        return evolve(value, sql=sql, na=na, atom=True)

    # ── rows that are left to the evaluator ──

    def leave(self, condition: Sql | None) -> None:
        """Leave rows to the evaluator for which a condition holds."""
        if condition is not None:
            self.beyond[-1].append(condition)

    @contextmanager
    def inside(self, values: Sql, variable: str) -> Iterator[None]:
        """A lambda over the elements of a list is being written: what is left there is left for the row."""
        self.beyond.append([])
        self.repeated.append([])
        yield
        found = self.beyond.pop()
        test = self.computed_once(b.disjunction(found))
        self.repeated.pop()
        if found:
            self.leave(b.coalesce(self.dialect.any_by(values, variable, test), b.FALSE()))

    def computed_once(self, sql: Sql) -> Sql:
        """The body of the lambda that is being written, in which nothing large is written twice."""
        return computed_once(sql, self.repeated[-1], self.dialect, self.sizes)

    # ── values ──

    def constant_na(self, kind: Type, code: int) -> Value:
        """A value that is always NA."""
        form = Form(frozenset([code]))
        return Value(b.null(stored_type(kind, form)), kind, b.integer(code), form, atom=True)


def is_atom(sql: Sql) -> bool:
    """Whether an expression may be written several times at no cost."""
    if isinstance(sql, exp.Cast):
        return is_atom(sql.this)
    return isinstance(sql, exp.Column | exp.Literal | exp.Boolean | exp.Null)
