"""Why a measure can be without a rating: the reasons that a test should show.

In: a program and one of its measures. Out: `Cause`s, in the order in which the measure reads what they are about:

- a fact that it reads is missing (not one that the schema requires, that has a default, or whose absence the measure
  asks about itself), or a query finds nothing; of the elements of a list, the fields whose value is taken;
- the date that tells the age is missing; the value is stale; it has expired;
- the measure does not apply;
- `na REASON "text"` in its value (an `na` row is a row);
- a division by something that can be zero; a given word that is no band.

Facts of the wrong type are left out: no ruleset decides about them. What another measure lacks is that measure's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs
from attrs import frozen

from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk
from ruleengine.values import NA, Field, Kind, Type

#: Functions and queries that find nothing in an empty list.
_FINDING = frozenset({"latest", "earliest", "first", "min_of", "max_of", "mean_of"})
#: The last step of a chain of names is given up here; names cannot go round in circles.
_LONGEST_CHAIN = 50


@frozen(slots=True)
class Cause:
    """A reason, told apart by the `pointer` or else the `text` of the NA value, or what that `begins` with.

    `node` is what it is about.
    """

    reason: str
    name: str
    title: str
    pointer: str | None
    text: str | None
    span: Span
    node: Any = None
    begins: bool = False

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """What tells it apart within a measure."""
        return self.reason, self.pointer, self.text

    def is_why(self, found: Any) -> bool:
        """Whether an NA value is NA for this."""
        if found.__class__ is not NA or found.reason != self.reason:
            return False
        if self.pointer is not None:
            return bool(found.pointer == self.pointer)
        return found.text == self.text or (self.begins and found.text.startswith(self.text or ""))


def empty_pointer(node: e.Query) -> str:
    """What stands for the place of a query that finds nothing."""
    return f"{node.kind}@{node.span.start}"


class Reasons:
    """Finds the causes of the measures of one program."""

    def __init__(self, program: r.Program, full_text: Callable[[Span], str]) -> None:
        self.full_text = full_text
        self.facts = program.facts
        self.meanings: dict[str, e.Expression] = {}
        self.bodies: dict[str, Any] = {found.key: found.body for found in program.definitions}
        for table in program.tables:
            self.bodies[table.key] = tuple((row.condition, row.result) for row in table.rows)
        for step in program.steps:
            self._learn(step)
        self.known: dict[str, tuple[Cause, ...]] = {}

    def _learn(self, step: r.Step) -> None:
        if isinstance(step, r.Let):
            self.meanings[step.name] = step.value
        elif isinstance(step, r.Segment):
            self.meanings[step.name] = step.condition
        elif isinstance(step, r.Measure):
            self.meanings |= {let.name: let.value for let in step.lets}
            if step.value is not None:
                self.meanings[f"{step.name}.value"] = step.value

    def text(self, span: Span) -> str:
        """The words of a place, not too many of them."""
        return shortened(self.full_text(span))

    def _balanced(self, span: Span) -> str:
        """The same of an expression whose place begins behind an opening parenthesis."""
        words = self.text(span)
        return "(" * (words.count(")") - words.count("(")) + words

    def of(self, node: r.Measure) -> tuple[Cause, ...]:
        """The causes of one measure."""
        if node.name not in self.known:
            found = {cause.key: cause for cause in reversed([*self._causes(node)])}
            self.known[node.name] = tuple(reversed(found.values()))
        return self.known[node.name]

    def _causes(self, node: r.Measure) -> Iterator[Cause]:
        yield from self._applies(node)
        read = [applies.condition for applies in node.applies]
        read += [node.value] if node.value is not None else []
        for block in node.rates:
            read += [block.condition] if block.condition is not None else []
            for row in block.rows:
                read += [row.condition] if row.condition is not None else []
                read += _outcome_parts(row.outcome)
        yield from self._read(read)
        yield from self._age(node)
        yield from self._given(node)

    def _applies(self, node: r.Measure) -> Iterator[Cause]:
        if node.applies:
            words = " and ".join(f"`{self.text(applies.span)}`" for applies in node.applies)
            title = f"does not apply ({words})"
            yield Cause("not_applicable", "not_applicable", title, None, APPLIES, node.applies[0].span, node)

    def _age(self, node: r.Measure) -> Iterator[Cause]:
        fresh = node.fresh
        if fresh is None:
            return
        if not self._always_there(fresh.by):
            words = f"its age is unknown ({self.text(fresh.by.span)} is missing)"
            yield Cause("missing", "age", words, AGE, None, fresh.span, fresh)
        if fresh.stale is not None:
            words = f"stale (older than {fresh.stale:g} {fresh.stale_unit})"
            yield Cause("stale", "stale", words, None, None, fresh.span, fresh)
        if fresh.expired is not None:
            words = f"expired (older than {fresh.expired:g} {fresh.expired_unit})"
            yield Cause(
                "expired",
                "expired",
                words,
                None,
                f"older than {fresh.expired:g} {fresh.expired_unit}",
                fresh.span,
                fresh,
            )

    def _given(self, node: r.Measure) -> Iterator[Cause]:
        if node.as_given and node.value is not None and node.value.type.kind is Kind.TEXT:
            yield Cause(
                "invalid", "no band", "the given word is no band", None, NO_BAND_GIVEN, node.span, node
            )

    # ── what expressions read ──

    def _read(self, nodes: list[e.Expression]) -> Iterator[Cause]:
        asked = {self._same(found.subject) for found in self._all(nodes) if isinstance(found, e.IsStatus)}
        stack: list[tuple[Any, bool]] = [(node, False) for node in reversed(nodes)]
        seen: set[object] = set()
        while stack:
            node, guarded = stack.pop()
            if isinstance(node, tuple):
                stack.extend((part, guarded) for part in reversed(node))
                continue
            key = node.name if isinstance(node, e.Variable) else id(node)
            if node is None or key in seen or self._same(node) in asked:
                continue
            seen.add(key)
            yield from self._cause(node, guarded)
            stack.extend(reversed([*self._below(node, guarded)]))

    def _same(self, node: e.Expression) -> object:
        """What tells apart the things of which an expression can ask whether they are known."""
        found = self.resolve(node)
        if isinstance(found, e.Fact):
            return found.path
        return (self._same(found.base), found.name) if isinstance(found, e.Attribute) else id(found)

    def _all(self, nodes: list[e.Expression]) -> Iterator[Any]:
        """Everything that expressions are made of, through names."""
        stack: list[Any] = list(nodes)
        seen: set[str] = set()
        while stack:
            for found in walk(stack.pop()):
                yield found
                if isinstance(found, e.Variable) and found.name not in seen and found.name in self.meanings:
                    seen.add(found.name)
                    stack.append(self.meanings[found.name])

    def _cause(self, node: Any, guarded: bool) -> Iterator[Cause]:
        if isinstance(node, e.Fact) and node.assumed is None and not self._required(node.path):
            path = ".".join(node.path)
            yield _missing(f"{path} is missing", path, "/" + "/".join(map(_escape, node.path)), node)
        elif isinstance(node, e.Attribute) and node.fact is not None and not self._always_there(node):
            words = f"`{self._balanced(node.span)}` is missing"
            yield _missing(words, f"[].{node.name}", f"[].{node.name}", node)
        elif isinstance(node, e.Query) and node.kind in _FINDING:
            words = f"`{self.text(node.span)}` finds nothing"
            yield _missing(words, f"nothing found {node.kind} {node.variable}", empty_pointer(node), node)
        elif isinstance(node, e.OfSeries):
            words = f"`{self.text(node.span)}` has too few values"
            text = f"`{self.full_text(node.span)}`: "
            yield Cause(
                "missing", f"too few {self.text(node.span)}", words, None, text, node.span, node, True
            )
        elif isinstance(node, e.NotAvailable):
            words = f'na {node.reason} "{node.text}"' if node.text else f"na {node.reason}"
            yield Cause(node.reason, words, words, None, node.text, node.span, node)
        elif isinstance(node, e.Call) and node.function == "/" and not guarded:
            denominator = node.arguments[1]
            if self._may_be_zero(denominator):
                words, text = (f"the denominator `{shown}` is zero" for shown in
                               (self.text(denominator.span), self.full_text(denominator.span)))  # fmt: skip
                yield Cause(
                    "invalid", f"zero {self.text(denominator.span)}", words, None, text, node.span, node
                )

    def _below(self, node: Any, guarded: bool) -> Iterator[tuple[Any, bool]]:
        """What an expression takes over a reason from."""
        if isinstance(node, e.Variable):
            yield self.meanings.get(node.name), guarded
        elif isinstance(node, e.Fact):
            yield node.assumed, guarded
        elif isinstance(node, e.Attribute):
            yield node.base, guarded
        elif isinstance(node, e.Default):
            yield node.operands[-1], guarded
        elif isinstance(node, e.Choose):
            for branch in node.branches:
                yield branch.condition, guarded
                yield branch.value, True
            yield node.otherwise, True
        elif isinstance(node, e.Query):
            yield node.source, guarded
            if node.projection is not None and node.kind not in ("list_of", "series_of"):
                yield node.projection, guarded
        elif isinstance(node, e.OfSeries):
            yield node.series, guarded
        elif isinstance(node, e.CallDefinition):
            yield node.arguments, guarded
            yield self.bodies.get(node.instance), guarded
        elif isinstance(node, _TAKING_OVER):
            for name in _parts_of(type(node)):
                yield getattr(node, name), guarded

    # ── what is always there ──

    def resolve(self, node: e.Expression) -> e.Expression:
        """What stands behind a name."""
        for _ in range(_LONGEST_CHAIN):
            meaning = self.meanings.get(node.name) if isinstance(node, e.Variable) else None
            if meaning is None:
                break
            node = meaning
        return node

    def _required(self, path: tuple[str, ...]) -> bool:
        record: Type | None = self.facts
        for name in path:
            found = _field(record, name)
            if found is None or not found.required:
                return False
            record = found.type
        return True

    def _always_there(self, node: e.Expression) -> bool:
        """Whether a fact is required, or the key by which its record was found."""
        found = self.resolve(node)
        if isinstance(found, e.Fact):
            return found.assumed is not None or self._required(found.path)
        if isinstance(found, e.Call):
            return all(self._always_there(argument) for argument in found.arguments)
        if not isinstance(found, e.Attribute):
            return isinstance(found, e.AsOf | e.Constant)
        if found.fact is not None and found.fact.required:
            return True
        origins = [*self._origins(found.base)]
        return bool(origins) and all(
            isinstance(origin, e.Query)
            and isinstance(origin.by, e.Attribute)
            and origin.by.name == found.name
            for origin in origins
        )

    def _origins(self, node: e.Expression) -> Iterator[e.Expression]:
        """What a record may have been taken from."""
        stack = [node]
        while stack:
            found = self.resolve(stack.pop())
            if isinstance(found, e.Default):
                stack.extend(found.operands)
            elif isinstance(found, e.Choose):
                stack.extend((*(branch.value for branch in found.branches), found.otherwise))
            elif not isinstance(found, e.NotAvailable):
                yield found

    def _may_be_zero(self, node: e.Expression) -> bool:
        found = self.resolve(node)
        if isinstance(found, e.Constant):
            return abs(float(found.value)) <= 1e-10
        if isinstance(found, e.Call) and all(isinstance(part, e.Constant) for part in found.arguments):
            return False  # as somebody has written it out
        if isinstance(found, e.Fact | e.Attribute) and found.fact is not None:
            low = found.fact.minimum
            return low is None or low < 0 or (low == 0 and not found.fact.exclusive_minimum)
        if isinstance(found, e.Call) and found.function == "max":
            return not any(_is_positive(argument) for argument in found.arguments)
        if isinstance(found, e.Call) and found.function == "+":
            return not any(_is_positive(argument) for argument in found.arguments)
        if isinstance(found, e.Default):
            return any(self._may_be_zero(operand) for operand in found.operands)
        return True


#: What stands for the text of an NA because a measure does not apply, for the place of an unknown age, and for the text
#: of a given word that is no band.
APPLIES = "does not apply"
AGE = "age"
NO_BAND_GIVEN = "no band is given"

#: What is NA when one of its parts is.
_TAKING_OVER = (
    e.Call, e.Compare, e.Between, e.OneOf, e.Logic, e.Not, e.CountTrue, e.Within, e.Elapsed,
)  # fmt: skip


_LONGEST_TEXT = 80


def shortened(words: str) -> str:
    """Words of a ruleset for a title."""
    return words if len(words) <= _LONGEST_TEXT else words[: _LONGEST_TEXT - 1] + "…"


def _parts_of(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in attrs.fields(kind) if each.name not in ("type", "span", "options", "function",
                 "operator", "unit", "direction", "low_open", "high_open"))  # fmt: skip


def _outcome_parts(outcome: r.Outcome) -> list[e.Expression]:
    return [found for found in (getattr(outcome, "value", None),) if isinstance(found, e.Expression)]


def _missing(words: str, name: str, pointer: str, node: e.Expression) -> Cause:
    return Cause("missing", f"missing {name}", words, pointer, None, node.span, node)


def _field(record: Type | None, name: str) -> Field | None:
    fields = record.fields if record is not None else ()
    return next((found for found in fields if found.name == name), None)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _is_positive(node: e.Expression) -> bool:
    return isinstance(node, e.Constant) and not isinstance(node.value, str) and node.value > 1e-10
