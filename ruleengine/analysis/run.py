"""One look at a program under a box: what was asked for, and what stays open.

In: a program and an as-of date (`Looking`, kept for many boxes), and a box. Out: a `Run`, which is asked for expressions,
measures and cards. What does not depend on a part of the box that has changed is taken from an earlier run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from attrs import define

from ruleengine.analysis.cards import Cards, Place
from ruleengine.analysis.may import ALL_REASONS, ANYTHING, BOTH, EVERY, May, Numbers, Words, join, truth
from ruleengine.analysis.outcomes import Outcome, Scale, as_band, as_value, parts_of, restricted
from ruleengine.analysis.situation import Around, Box, Impossible, Key, Keys, Open
from ruleengine.checker.index import Index
from ruleengine.facts.model import FactSchema
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import FLAG, Type

_KEPT = 12
Made = TypeVar("Made")


@define(slots=True, eq=False)
class _Earlier:
    """What was found under a part of a box."""

    under: tuple[tuple[Key, May | None], ...]
    result: Any
    opens: list[Open]


class Looking:
    """A program as it is looked at again and again."""

    def __init__(self, program: r.Program, index: Index, as_of: date, schema: FactSchema) -> None:
        self.program = program
        self.index = index
        self.as_of = float(as_of.toordinal())
        self.keys = Keys(index)
        self.scales = {bands.key: Scale(bands) for bands in program.band_sets}
        self.triggers = {step.name: step for step in program.steps if isinstance(step, r.Trigger)}
        self.required = frozenset(_required(schema, program.facts, ()))
        self.earlier: dict[Key, list[_Earlier]] = {}

    def run(self, box: Box) -> Run:
        """Look at the program under a box."""
        return Run(self, box)


def _required(schema: FactSchema, kind: Type, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The paths of the facts that every valid document has, and not as null."""
    for each in kind.fields:
        path = (*above, each.name)
        hint = schema.hints.get(path)
        if each.required and not (hint is not None and hint.nullable):
            yield path
            yield from _required(schema, each.type, path)


class Run(Cards):
    """A program under one box."""

    def __init__(self, looking: Looking, box: Box) -> None:
        self.looking = looking
        self.index, self.keys, self.scales = looking.index, looking.keys, looking.scales
        self.as_of, self.required_paths = looking.as_of, looking.required
        self.cards = looking.index.cards
        self.box = box
        self.opens: list[Open] = []
        self.looked_at: set[Key] = set()
        self.places: dict[tuple[str, str], Place] = {}

    # ── what is found once ──

    def once(self, name: Key, make: Callable[[], Made]) -> Made:
        """What was found under the same part of the box, or what is found now."""
        known = self.looking.earlier.setdefault(name, [])
        for each in known:
            if all(self.box.get(key) == held for key, held in each.under):
                self.opens += each.opens
                self.looked_at.update(key for key, _ in each.under)
                result: Made = each.result
                return result
        opens, looked_at = self.opens, self.looked_at
        self.opens, self.looked_at = [], set()
        try:
            result = make()
            under = tuple((key, self.box.get(key)) for key in self.looked_at)
            known.insert(0, _Earlier(under, result, self.opens))
            del known[_KEPT:]
            return result
        finally:
            self.opens, self.looked_at = opens + self.opens, looked_at | self.looked_at

    def named(self, node: e.Variable) -> May:
        """What a let, a segment, the value of a measure or a trigger may be."""
        return self.once(("variable", node.name), lambda: self._named(node))

    def _named(self, node: e.Variable) -> May:
        name = node.name
        let = self.index.lets.get(name)
        if isinstance(let, r.Let):
            return self.value(let.value)
        if isinstance(let, r.Segment):
            return self.value(let.condition)
        measure = self.index.measures.get(name.removesuffix(".value")) if name.endswith(".value") else None
        if measure is not None and measure.value is not None:
            return self.seen_value(measure)
        trigger = self.looking.triggers.get(name)
        if trigger is not None:
            return self.fires(trigger)
        return self.of_type(node.type, ALL_REASONS)

    def fires(self, node: r.Trigger) -> May:
        """Whether a trigger fires."""
        conditions = tuple(each.condition for each in node.alternatives)
        return (
            self.value(e.Logic("or", conditions, type=FLAG, span=node.span))
            if len(conditions) > 1
            else self.value(conditions[0])
        )

    def measure(self, name: str) -> Outcome:
        """What a measure may come to."""
        found = self.once(("measure", name), lambda: self.rated(self.index.measures[name]))
        key = ("outcome", name)
        self.looked_at.add(key)
        held = self.box.get(key)
        if held is None:
            return found
        left = restricted(found, held)
        if not left.reasons and not left.ways:
            raise Impossible
        return left

    def card(self, name: str) -> Mapping[str, Place]:
        """The places of a card."""
        found = self.once(("card", name), lambda: self.carded(self.cards[name]))
        self.places.update({(name, path): place for path, place in found.items()})
        return found

    def place(self, card: str, path: str) -> Place:
        """One place of a card."""
        known = self.places.get((card, path))
        return known if known is not None else self.card(card)[path]

    # ── references ──

    def outcome_of(self, node: e.Reference) -> tuple[Outcome, str]:
        """What something that is referred to may come to, and the measure whose outcome could be split."""
        computed = node.part.startswith("computed")
        if node.kind == "measure":
            if node.part == "past_band":
                measure = self.index.measures[node.name]
                return self.once(("past", node.name), lambda: self.rated(measure, past=True)), ""
            found = self.measure(node.name)
            return (found.computed, "") if computed else (found, node.name)
        place = self.place(node.name, node.path)
        if (
            isinstance(place.node, r.Member)
            and place.node.kind == "measure"
            and "grace" not in place.outcome.reasons
        ):
            found = place.outcome
            return (found.computed, "") if computed else (found, place.node.name)
        return (place.outcome.computed if computed else place.outcome), ""

    def _reference(self, node: e.Reference, around: Around) -> May:
        if node.name in self.index.matrices:
            return self.of_type(node.type, ALL_REASONS)
        if node.kind == "measure" and node.part == "value":
            measure = self.index.measures[node.name]
            return self.once(("variable", f"{node.name}.value"), lambda: self.seen_value(measure))
        if node.part == "borderline":
            return May(ALL_REASONS, Words(frozenset(), others=True))
        if node.part == "coverage":
            return May(frozenset({"missing"}), Numbers(0, 1))
        if node.part == "effective_weight":
            return May(frozenset({"missing"}), Numbers(0, 1 + 1e-9))
        if node.part == "contribution":
            return May(frozenset({"missing"}), EVERY)
        if node.kind == "node" and node.part == "score":
            return as_value(self.place(node.name, node.path).counted, "seen")
        found, _ = self.outcome_of(node)
        if node.part in ("band", "computed_band", "past_band"):
            return self._band_named(node, as_band(found))
        return as_value(found, "score")

    def _band_named(self, node: e.Reference, found: May) -> May:
        scale = self._scale_of(node)
        if scale is None or not isinstance(found.present, Words):
            return May(found.reasons, None if found.present is None else ANYTHING)
        return May(
            found.reasons,
            Words(frozenset(scale.names[at] for at in found.present.words if isinstance(at, int))),
        )

    def _scale_of(self, node: e.Reference) -> Scale | None:
        if node.kind == "measure":
            return self.scales.get(self.index.measures[node.name].bands)
        return self.scales.get(self.place(node.name, node.path).bands)

    def _is_band(self, node: e.IsBand, around: Around) -> May:
        if node.subject.name in self.index.matrices:
            return self.left_open(node, May(ALL_REASONS, BOTH), around)
        found, measure = self.outcome_of(node.subject)
        wanted = frozenset(node.positions)
        band = as_band(found)
        bands = found.bands
        result = truth(bool(bands & wanted), bool(bands - wanted), band.reasons)
        if result.is_surely is None and measure:
            self.opens.append(Open(("outcome", measure), None, tuple(parts_of(found, wanted))))
        return result

    def _is_measure_status(self, node: e.IsMeasureStatus, around: Around) -> May:
        if node.subject.name in self.index.matrices:
            return self.left_open(node, truth(True, True), around)
        found, measure = self.outcome_of(node.subject)
        words = frozenset(node.words)
        true, false = bool(found.reasons & words), bool(found.reasons - words)
        if found.ways:
            stale = found.stale if found.stale is not None else truth(False, True)
            true |= "scored" in words or ("stale" in words and stale.holds(True))
            false |= "scored" not in words and not ("stale" in words and stale.is_surely is True)
        result = truth(true, false)
        if result.is_surely is None and measure:
            parts = [
                May(found.reasons & words),
                May(found.reasons - words),
                May(present=ANYTHING if found.ways else None),
            ]
            listed = tuple(part for part in parts if not part.is_empty)
            if len(listed) > 1:
                self.opens.append(Open(("outcome", measure), None, listed))
        return result

    def _than_band(self, node: e.IsBandThanBand, around: Around) -> May:
        left, right = self.value(node.left), self.value(node.right)
        if left.present is None or right.present is None:
            return May(left.reasons | right.reasons)
        return self.left_open(node, join((May(left.reasons | right.reasons), May(present=BOTH))), around)
