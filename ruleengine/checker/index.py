"""Look-ups in an evaluation tree that every lint needs.

In: a program (also one with faults) and the sources it came from. Out: what a variable stands for, what a
parameter is called with, which measure or card a reference means, the first line of a place, the text of an
expression. Nothing here is changed once it is built.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import attrs

from ruleengine.checker.likeness import fields_of
from ruleengine.source import Source, Span
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.blocks import leaves

#: How often one name may stand for another before we give up; names in a ruleset cannot go round in circles.
_LONGEST_CHAIN = 50


def parts(node: Any) -> Iterator[Any]:
    """The nodes of the tree directly below `node`."""
    for name in fields_of(type(node)):
        value = getattr(node, name)
        if value.__class__ is tuple:
            yield from (item for item in value if attrs.has(item.__class__))
        elif attrs.has(value.__class__):
            yield value


def walk(node: Any) -> Iterator[Any]:
    """`node` and everything below it."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(list(parts(current))))


@attrs.frozen(slots=False)
class Index:
    """Look-ups in `program`; `path` is the file that is being checked, its imports have other paths."""

    program: r.Program
    sources: Mapping[str, Source]
    path: str
    declarations: Mapping[str, t.Node]
    domains: dict[str, Any] = attrs.field(factory=dict)  # what `domains.py` found for each name, found once
    spent: Counter[str] = attrs.field(
        factory=Counter
    )  # comparisons of constants with pieces, that grids have made

    @cached_property
    def lets(self) -> dict[str, r.Let | r.Segment]:
        """Lets and segments by the name of their variable, those of measures too."""
        found: dict[str, r.Let | r.Segment] = {}
        for step in self.program.steps:
            if isinstance(step, r.Let | r.Segment):
                found[step.name] = step
            elif isinstance(step, r.Measure):
                found |= {let.name: let for let in step.lets}
        return found

    @cached_property
    def measures(self) -> dict[str, r.Measure]:
        """Measures by their unique name."""
        return {step.name: step for step in self.program.steps if isinstance(step, r.Measure)}

    @cached_property
    def cards(self) -> dict[str, r.Scorecard]:
        """Scorecards by their unique name."""
        return {step.name: step for step in self.program.steps if isinstance(step, r.Scorecard)}

    @cached_property
    def matrices(self) -> dict[str, r.Matrix]:
        """Matrices by their unique name."""
        return {step.name: step for step in self.program.steps if isinstance(step, r.Matrix)}

    @cached_property
    def bands(self) -> dict[str, r.BandSet]:
        """Band sets by their key."""
        return {found.key: found for found in self.program.band_sets}

    def bands_of(self, reference: e.Reference) -> r.BandSet | None:
        """The bands in which something counts: those of the member itself, where one of a scorecard is meant."""
        name = self._members.get((reference.name, reference.path), reference.name)
        owner = self.measures.get(name) or self.cards.get(name)
        return self.bands.get(owner.bands) if owner is not None else None

    @cached_property
    def _members(self) -> dict[tuple[str, str], str]:
        """The members of scorecards by card and path."""
        return {
            (card.name, path): member.name
            for card in self.cards.values()
            for path, member in leaves(card.block)
        }  # fmt: skip

    @cached_property
    def called(self) -> dict[str, r.Table | r.Definition]:
        """Tables and definitions by their key."""
        found: dict[str, r.Table | r.Definition] = {table.key: table for table in self.program.tables}
        return found | {definition.key: definition for definition in self.program.definitions}

    @cached_property
    def arguments(self) -> dict[str, list[e.Expression]]:
        """What each parameter of a table or definition is called with, wherever that happens."""
        owners = self.called
        found: dict[str, list[e.Expression]] = {
            name: [] for owner in owners.values() for name in owner.parameters
        }
        for node in walk(self.program):
            if isinstance(node, e.CallDefinition) and node.instance in owners:
                names = owners[node.instance].parameters
                for name, argument in zip(names, node.arguments, strict=False):
                    found[name].append(argument)
        return found

    @cached_property
    def labels(self) -> dict[str, str]:
        """What the author calls each variable."""
        found = {name: let.label for name, let in self.lets.items()}
        found |= {f"{name}.value": "value" for name in self.measures}
        for owner in self.called.values():
            node = self.declarations.get(owner.name)
            if isinstance(node, t.Table | t.Define):
                written = (parameter.name for parameter in node.parameters)
                found |= dict(zip(owner.parameters, written, strict=False))
        return found

    def is_here(self, span: Span) -> bool:
        """Whether a place lies in the file that is being checked."""
        return span.path == self.path

    def meaning(self, name: str) -> e.Expression | None:
        """The expression behind a variable: a let, a segment, the value of a measure; None for a parameter."""
        let = self.lets.get(name)
        if isinstance(let, r.Let):
            return let.value
        if isinstance(let, r.Segment):
            return let.condition
        measure = self.measures.get(name.removesuffix(".value")) if name.endswith(".value") else None
        return measure.value if measure is not None else None

    def resolve(self, node: e.Expression) -> e.Expression:
        """`node`, or what it stands for when it is a mere name; two names of one thing resolve to the same."""
        for _ in range(_LONGEST_CHAIN):
            if isinstance(node, e.Reference) and node.kind == "measure" and node.part == "value":
                measure = self.measures.get(node.name)
                found = measure.value if measure is not None else None
            else:
                found = self.meaning(node.name) if isinstance(node, e.Variable) else None
            if found is None:
                break
            node = found
        return node

    def constant(self, node: e.Expression | None) -> e.Constant | None:
        """The constant that `node` is or stands for."""
        found = self.resolve(node) if node is not None else None
        return found if isinstance(found, e.Constant) else None

    def text(self, node: e.Expression) -> str:
        """`node` as the ruleset calls it: the author's name, or the text of the expression on one line."""
        if isinstance(node, e.Variable) and node.name in self.labels:
            return self.labels[node.name]
        source = self.sources.get(node.span.path)
        written = " ".join(source.text[node.span.start : node.span.end].split()) if source is not None else ""
        return written if len(written) <= 60 else written[:57] + "…"

    def first_line(self, span: Span) -> Span:
        """The part of a place that lies in its first line: what a reader looks at."""
        source = self.sources.get(span.path)
        if source is None:
            return span
        end = source.text.find("\n", span.start, span.end)
        return span if end < 0 else source.span(span.start, len(source.text[:end].rstrip()))
