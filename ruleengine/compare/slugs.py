"""Names for what has none of its own, such as a condition: short, stable, of letters, digits and `_`.

In: a node of the evaluation tree. Out: words that do not depend on lines or layout.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import NA_REASONS, Kind

_ODD = re.compile(r"[^A-Za-z0-9]+")
_MOST = 60
_SIGNS = {"=": "is", "!=": "is_not", "<": "below", "<=": "up_to", ">": "above", ">=": "from"}


def slug(text: str) -> str:
    """A text as a part of a name."""
    return _ODD.sub("_", text).strip("_")[:_MOST].strip("_")


def condition_slug(node: e.Expression | None, names: BandNames) -> str:
    """A condition as a part of a name, such as `product_is_na`; `always` where there is none."""
    return "always" if node is None else slug("_".join(_words(node, names))) or "condition"


class BandNames:
    """The names of bands and cells by the thing that has them; `together` are those of both versions of a set."""

    def __init__(self, programs: Iterable[r.Program], together: Mapping[str, tuple[str, ...]]) -> None:
        self._names: dict[tuple[str, str], tuple[str, ...]] = {}
        for program in programs:
            sets = {found.key: tuple(band.name for band in found.bands) for found in program.band_sets}
            sets |= together
            for step in program.steps:
                if isinstance(step, r.Measure | r.Scorecard):
                    kind = "measure" if isinstance(step, r.Measure) else "card"
                    self._names[kind, step.name] = sets.get(step.bands, ())
                elif isinstance(step, r.Matrix):
                    cells = tuple(cell.name or cell.label for cell in step.cells)
                    self._names["matrix", step.name] = cells

    def of(self, reference: e.Reference) -> tuple[str, ...]:
        """The names that positions of a test refer to; none where they are not known."""
        kind = "card" if reference.kind == "node" else reference.kind
        return self._names.get((kind, reference.name), ())

    def of_measure(self, name: str) -> tuple[str, ...]:
        """The bands of a measure, best first."""
        return self._names.get(("measure", name), ())

    def of_card(self, name: str) -> tuple[str, ...]:
        """The bands of a scorecard, best first."""
        return self._names.get(("card", name), ())


def _words(node: Any, names: BandNames) -> Iterator[str]:
    if isinstance(node, e.Logic):
        for number, operand in enumerate(node.operands):
            yield from [node.operator] if number else []
            yield from _words(operand, names)
    elif isinstance(node, e.Not):
        yield "not"
        yield from _words(node.operand, names)
    elif isinstance(node, e.Compare):
        yield from (*_words(node.left, names), _SIGNS[node.operator], *_words(node.right, names))
    elif isinstance(node, e.Between):
        yield from (*_words(node.subject, names), "in")
        yield from (word for end in (node.low, node.high) if end is not None for word in _words(end, names))
    elif isinstance(node, e.OneOf):
        yield from (*_words(node.subject, names), "in")
        yield from (word for choice in node.choices for word in _words(choice, names))
    elif isinstance(node, e.IsStatus | e.IsMeasureStatus):
        yield from (*_words(node.subject, names), "is", _status(node.words))
    elif isinstance(node, e.IsBand):
        known = names.of(node.subject)
        yield from (*_words(node.subject, names), "is")
        yield from (known[each] if each < len(known) else str(each) for each in node.positions)
    else:
        yield from _value_words(node, names)


def _value_words(node: Any, names: BandNames) -> Iterator[str]:
    if isinstance(node, e.Constant):
        value = node.value
        if node.type.kind is Kind.NUMBER and isinstance(value, float | int):
            value = round(value * 100, 8) if node.type.unit == "percent" else value
            yield f"{value:g}"
        else:
            yield str(value).lower() if isinstance(value, bool) else str(value)
    elif isinstance(node, e.Variable):
        yield node.name.rpartition(".")[2]
    elif isinstance(node, e.Reference):
        yield node.path.rpartition(".")[2] or node.name.rpartition(".")[2]
    elif isinstance(node, e.Fact):
        yield node.path[-1]
    elif isinstance(node, e.Attribute):
        yield node.name
    elif isinstance(node, e.Call | e.CallDefinition):
        yield node.function if isinstance(node, e.Call) else node.instance.partition("(")[0]
        for argument in node.arguments:
            yield from _words(argument, names)
    elif isinstance(node, e.Default):
        yield from _words(node.operands[0], names)
    elif isinstance(node, e.Elapsed):
        yield from (node.unit, node.direction, *_words(node.date, names))
    elif isinstance(node, e.Query):
        yield node.kind


def _status(words: tuple[str, ...]) -> str:
    if set(words) == set(NA_REASONS):
        return "na"
    return "known" if len(words) == 2 else "_".join(words)
