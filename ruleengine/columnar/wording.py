"""Evaluation tree → SQL, for texts with values in them: what a trigger or a cell of a matrix says.

Guaranteed: a text is never NULL; a value that is NA reads `unknown`, a secret one `(secret)`.
"""

from __future__ import annotations

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.context import NotEmitted
from ruleengine.columnar.expressions import ExpressionEmitter
from ruleengine.columnar.shown import ShownEmitter
from ruleengine.columnar.spoken import spoken
from ruleengine.columnar.value import VALUE, Value
from ruleengine.tree import ruleset as r
from ruleengine.values import Kind, Type

_UNKNOWN, _SECRET = "unknown", "(secret)"


class WordingEmitter(ExpressionEmitter, ShownEmitter):
    """Emits texts with values."""

    def text_with_values(self, node: r.TextWithValues, wanted: Sql | None = None) -> Sql:
        """A text; `wanted` is a condition for the rows that show it, so that only these can be left to the evaluator."""
        parts = [b.text(part) if isinstance(part, str) else self._spoken(part, wanted) for part in node.parts]
        return b.concat(parts)

    def _spoken(self, part: r.Placeholder, wanted: Sql | None) -> Sql:
        value = self.value_of(part.value)
        if self.secrets.hides(part.value):
            known = b.text(_SECRET)
            return b.case([(b.is_null(value.sql), b.text(_UNKNOWN))], known) if value.codes else known
        if b.is_plain_null(value.sql) or b.is_typed_null(value.sql):
            return b.text(_UNKNOWN)
        if _holds_record(part.value.type):
            raise NotEmitted(f"`{self.text_of(part.value.span)}` is a record in a text", part.value.span)
        answer = spoken(self.dialect, _plain(self, value), part.value.type, part.percent)
        if answer.beyond is not None:
            self.leave(
                answer.beyond
                if wanted is None
                else b.conjunction([b.coalesce(wanted, b.FALSE()), answer.beyond])
            )
        return answer.value


def _holds_record(kind: Type) -> bool:
    return kind.kind is Kind.RECORD or (kind.element is not None and _holds_record(kind.element))


def _plain(emitter: WordingEmitter, value: Value) -> Sql:
    """A value without the codes of the elements of a list."""
    element = value.form.element
    if value.type.kind is Kind.LIST and element is not None and element.codes:
        return emitter.dialect.made(value.sql, lambda each: emitter.dialect.get(each, VALUE))
    return value.sql
