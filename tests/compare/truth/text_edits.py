"""Edits of a text, made at random: numbers, operators, weights, rows, members, policies, whole things.

In: the text of one ruleset file. Out: edits that could be made, far more than are wanted; not each of them gives a ruleset that
can be loaded. Only the parser is asked where things stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Any

from ruleengine.source import Source
from ruleengine.syntax import tree as t
from ruleengine.syntax.parse import parse
from ruleengine.syntax.walk import children, walk
from tests.compare.truth.texts import Replacement, TextEdit

#: Statements: edits of two of them are two edits.
_UNITS = (
    t.Row, t.Let, t.Segment, t.Limit, t.TableRow, t.Weight, t.MemberLine, t.Fresh, t.AppliesTo, t.AppliesWhen, t.Missing,
    t.Grace, t.Rollup, t.Round, t.Borderline, t.ScoreFormula, t.Value, t.Band, t.Define, t.Assume, t.Output, t.Problem,
    t.Invariant, t.TriggerWhen, t.TriggerField, t.Due, t.Points, t.Baseline, t.Criterion, t.MatrixRow,
)  # fmt: skip
_OPERATORS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "="}
_LOGIC = {"and": "or", "or": "and"}
_ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*"}
_POLICIES = (
    "missing redistribute", "missing redistribute flat", "missing as zero", "missing require all",
    "missing require coverage 60%",
)  # fmt: skip
_ROLLUPS = ("weighted mean", "worst band", "sum", "minimum", "maximum")
_ROUNDING = (
    "round to 0 decimals",
    "round to 1 decimals",
    "round to 2 decimals down",
    "round to 0 decimals half_up",
)
_REMOVED = (t.Limit, t.Fresh, t.AppliesTo, t.AppliesWhen, t.Grace, t.Round, t.Borderline, t.MemberLine, t.Row, t.Weights,
            t.TriggerField, t.Due, t.Missing)  # fmt: skip
_WHOLE = (t.Trigger, t.Problem, t.Invariant, t.Output, t.Assume, t.Measure)


_NAMED = t.Measure | t.Segment | t.Let | t.Table | t.Define | t.Group | t.Trigger | t.Output
#: What a new name ends in.
RENAMED = "_renamed"


def text_edits(file: str, text: str, random: Random, kept: str = "") -> list[TextEdit]:
    """Edits of one text, in no order. Words of `kept` are no names that could be others."""
    found, _ = parse(Source(file, text))
    return list(_Finder(file, text, random, found, kept).every())


class _Finder:
    """Finds what could be altered in one text."""

    def __init__(self, file: str, text: str, random: Random, tree: t.File, kept: str) -> None:
        self.file, self.text, self.random, self.tree = file, text, random, tree
        self.kept = frozenset(re.findall(r"\w+", kept))
        self.words: tuple[str, ...] = ()

    def every(self) -> Iterator[TextEdit]:
        """All that comes to mind."""
        sets = [each for each in self.tree.items if isinstance(each, t.BandSet)]
        self.words = tuple(self._text(band.word) for each in sets for band in each.bands)
        for item in self.tree.items:
            if isinstance(item, t.BandSet):
                yield from self._boundaries(item)
            if isinstance(item, t.Measure):
                yield from self._one_more(item)
            if isinstance(item, _WHOLE):
                yield self._edit(f"{type(item).__name__} removed", item, (item, ""))
            if isinstance(item, t.Scorecard):
                yield from self._members_more(item)
            yield from self._below(item, item)
        yield from self._renamed()

    def _renamed(self) -> Iterator[TextEdit]:
        """Another name for a thing, wherever it is mentioned; not for what other files or the facts may call so too."""
        imported = {
            each.name for item in self.tree.items if isinstance(item, t.Import) for each in item.names
        }
        for item in self.tree.items:
            for node in walk(item):
                if isinstance(node, _NAMED) and node.name not in imported and node.name not in self.kept:
                    found = re.finditer(rf"(?<![\w.]){node.name}\b|(?<=\w\.){node.name}\b", self.text)
                    parts = tuple(
                        Replacement(each.start(), each.end(), node.name + RENAMED) for each in found
                    )
                    unit = (item.span.start, item.span.start)
                    yield TextEdit(self.file, f"{type(node).__name__} renamed", unit, parts)

    def _text(self, node: t.Node) -> str:
        return self.text[node.span.start : node.span.end]

    def _edit(self, kind: str, unit: t.Node, *parts: tuple[t.Node, str]) -> TextEdit:
        found = tuple(Replacement(node.span.start, node.span.end, new) for node, new in parts)
        return TextEdit(self.file, kind, (unit.span.start, unit.span.end), found)

    def _below(self, node: t.Node, unit: t.Node) -> Iterator[TextEdit]:
        if isinstance(node, _UNITS):
            unit = node
        if isinstance(node, t.Rate):
            yield from self._shared_cuts(node)
        yield from self._at(node, unit)
        if isinstance(node, _REMOVED):
            yield self._edit(f"{type(node).__name__} removed", unit, (node, ""))
        if isinstance(node, t.Group | t.Scorecard):
            yield from self._shifted_weights(node)
        for child in children(node):
            yield from self._below(child, unit)

    def _at(self, node: t.Node, unit: t.Node) -> Iterator[TextEdit]:
        """What can be altered in the words of one node."""
        kind = type(unit).__name__
        match node:
            case t.Number():
                yield self._edit(f"number in {kind}", unit, (node, self._number(node)))
            case t.Flag():
                yield self._edit(f"flag in {kind}", unit, (node, "false" if node.value else "true"))
            case t.Date():
                day = f"{self.random.choice((2022, 2023, 2024))}-0{self.random.randint(1, 9)}-1{self.random.randint(0, 9)}"
                yield self._edit(f"date in {kind}", unit, (node, day))
            case t.Compare() if node.operator in _OPERATORS:
                yield from self._operator(node, unit, node.right.span.start, _OPERATORS[node.operator])
            case t.Logic():
                yield from self._operator(node, unit, node.operands[1].span.start, _LOGIC[node.operator])
            case t.Arithmetic() if node.operators[0] in _ARITHMETIC:
                yield from self._operator(
                    node, unit, node.operands[1].span.start, _ARITHMETIC[node.operators[0]]
                )
            case t.Weight() if not node.percent:
                yield self._edit(
                    "weight", unit, (node, self.random.choice(("0", "1", "2", "5", "12.5", "40")))
                )
            case t.BandOutcome() if self.words:
                yield self._edit("band of a row", unit, (node, self.random.choice(self.words)))
            case t.Limit() if node.band is not None and self.words:
                yield self._edit("band of a limit", unit, (node.band, self.random.choice(self.words)))
            case t.Missing():
                yield self._edit("missing policy", unit, (node, self.random.choice(_POLICIES)))
            case t.Rollup():
                yield self._edit("rollup", unit, (node, f"rollup {self.random.choice(_ROLLUPS)}"))
            case t.Round():
                yield self._edit("rounding", unit, (node, self.random.choice(_ROUNDING)))
            case t.Scorecard():
                yield from self._inserted(node, self.random.choice((*_ROUNDING, *_POLICIES)))

    def _operator(self, node: t.Node, unit: t.Node, before: int, new: str) -> Iterator[TextEdit]:
        """The operator that stands last before an operand."""
        found = re.search(r"(<=|>=|!=|[<>=+*/-]|\band|\bor)\s*\(*\s*$", self.text[node.span.start : before])
        if found is not None:
            start, end = (node.span.start + each for each in found.span(1))
            span = (unit.span.start, unit.span.end)
            kind = f"operator in {type(unit).__name__}"
            yield TextEdit(self.file, kind, span, (Replacement(start, end, new),))

    def _number(self, node: t.Number) -> str:
        """The number, changed, in its unit."""
        written = re.match(r"[0-9_.]+", self._text(node))
        if written is None:
            return self._text(node)
        digits = float(written[0].replace("_", ""))
        whole = digits == int(digits)
        new = self.random.choice((digits * 2, digits / 2, digits + 1, digits - 1, digits + 10, digits * 0.9))
        new = abs(round(new) if whole and self.random.random() < 0.8 else round(new, 3))
        return f"{new:.3f}".rstrip("0").rstrip(".") + self._text(node)[written.end() :]

    def _shared_cuts(self, rate: t.Rate) -> Iterator[TextEdit]:
        """A constant wherever it stands in the rows of a rating."""
        numbers: dict[str, list[t.Number]] = {}
        for row in rate.rows:
            for each in walk(row.test) if row.test else ():
                if isinstance(each, t.Number):
                    numbers.setdefault(self._text(each), []).append(each)
        for every in numbers.values():
            if len(every) > 1:
                new = self._number(every[0])
                yield self._edit("cut of neighbouring rows", rate, *((each, new) for each in every))

    def _boundaries(self, bands: t.BandSet) -> Iterator[TextEdit]:
        """An edge of two bands that meet."""
        edges: dict[str, list[t.Expression]] = {}
        for band in bands.bands:
            interval = band.interval
            for each in (interval.low, interval.high) if interval else ():
                if each is not None:
                    edges.setdefault(self._text(each), []).append(each)
        for every in edges.values():
            if len(every) == 2 and isinstance(every[0], t.Number):
                new = self._number(every[0])
                yield self._edit("boundary of bands", every[0], *((each, new) for each in every))

    def _shifted_weights(self, block: t.Group | t.Scorecard) -> Iterator[TextEdit]:
        """Some percent of the weight of one member given to another."""
        weighted: list[Any] = [
            each for each in block.statements if isinstance(each, t.Group | t.MemberLine)
            and each.weight is not None and each.weight.percent
        ]  # fmt: skip
        if len(weighted) < 2:
            return
        one, other = self.random.sample(weighted, 2)
        first, second = (float(each.weight.digits) for each in (one, other))
        taken = self.random.choice((first, 5, 10, 2.5))
        if taken <= first:
            parts = [(one.weight, first - taken), (other.weight, second + taken)]
            yield self._edit("weights", one.weight, *((node, f"{new:g}%") for node, new in parts))

    def _one_more(self, measure: t.Measure) -> Iterator[TextEdit]:
        """A copy of a measure, as a member of scorecards in which the first one is."""
        name = f"{measure.name}_once_more"
        copied = re.sub(rf"\b{measure.name}\b", name, self._text(measure), count=1)
        lines = [
            each for item in self.tree.items if isinstance(item, t.Scorecard) for each in walk(item)
            if isinstance(each, t.MemberLine) and each.name == measure.name
        ]  # fmt: skip
        if lines:
            line = self.random.choice(lines)
            member = re.sub(rf"\b{measure.name}\b", name, self._text(line), count=1)
            after = [
                Replacement(node.span.end, node.span.end, f"\n{new}\n")
                for node, new in ((measure, copied), (line, member))
            ]
            yield TextEdit(self.file, "measure added", (line.span.end, line.span.end), tuple(after))

    def _members_more(self, card: t.Scorecard) -> Iterator[TextEdit]:
        """A measure that is there already, as one more member of a block."""
        names = {each.name for each in walk(card) if isinstance(each, t.MemberLine)}
        others = [
            each.name for each in self.tree.items if isinstance(each, t.Measure) and each.name not in names
        ]
        lines = [each for each in walk(card) if isinstance(each, t.MemberLine)]
        if others and lines:
            line, name = self.random.choice(lines), self.random.choice(others)
            weight = "" if line.weight is None or line.weight.percent else f" {line.weight.digits}"
            after = Replacement(line.span.end, line.span.end, f"\n{name}{weight}\n")
            yield TextEdit(self.file, "member added", (line.span.end, line.span.end), (after,))

    def _inserted(self, card: t.Scorecard, statement: str) -> Iterator[TextEdit]:
        """A statement at the end of a block that has none of its kind."""
        kind = t.Round if statement.startswith("round") else t.Missing
        if not any(isinstance(each, kind) for each in card.statements):
            at = card.span.end - 1
            yield TextEdit(self.file, "statement added", (at, at), (Replacement(at, at, f"\n{statement}\n"),))
