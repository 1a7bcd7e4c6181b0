"""Look-ups for the question what an improvement does: what rests on what, and which way bands and points go.

In: a program and its index. Out: which names a change of a measure reaches, directions of band sets, nodes of scorecards.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from itertools import pairwise

from ruleengine.checker.index import Index
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk


class Outlook:
    """A program as its parts rest on one another: on the ratings of measures, or (`of_expiry`) on their being there.

    Another rating does not change a value, and does change what a measure `was`; expiry takes the value away, and
    leaves what it was.
    """

    def __init__(self, program: r.Program, index: Index, of_expiry: bool = False) -> None:
        self.program = program
        self.index = index
        self.bands = index.bands
        self.cards = index.cards
        self.measures = index.measures
        self._of_expiry = of_expiry

    @cached_property
    def of_expiry(self) -> Outlook:
        """The same program, as things rest on measures being there."""
        return Outlook(self.program, self.index, of_expiry=True)

    # ── what rests on what ──

    def names_in(self, nodes: object) -> frozenset[str]:
        """The names that parts of the tree speak of."""
        found: set[str] = set()
        for node in walk(nodes):
            if isinstance(node, e.Reference):
                if self._counts(node):
                    found.add(node.name)
            elif isinstance(node, e.Variable):
                found.add(node.name.removesuffix(".value") if self._of_expiry else node.name)
            elif isinstance(node, r.Member | e.Said):
                found.add(node.name)
            elif isinstance(node, e.CallDefinition):
                found.add(node.instance)
            elif isinstance(node, e.Reasons):
                found.add(node.card)
        return frozenset(found)

    def _counts(self, reference: e.Reference) -> bool:
        """Whether what a reference asks for can change."""
        if reference.kind != "measure":
            return True
        return not reference.part.startswith("past") if self._of_expiry else reference.part != "value"

    @cached_property
    def _speaks_of(self) -> list[tuple[str, frozenset[str]]]:
        called = [(key, self.names_in(each)) for key, each in self.index.called.items()]
        steps = [(step.name, self.names_in(step)) for step in self.program.steps if hasattr(step, "name")]
        inside = [
            (let.name, self.names_in(let))
            for step in self.program.steps
            if isinstance(step, r.Measure)
            for let in step.lets
        ]
        return [*called, *steps, *inside]

    def resting_on(self, name: str) -> frozenset[str]:
        """A name, and those of everything that its rating reaches, directly or through one another."""
        found = {name}
        grew = True
        while grew:
            more = {each for each, speaks_of in self._speaks_of if each not in found and speaks_of & found}
            found |= more
            grew = bool(more)
        return frozenset(found)

    # ── which way ──

    def direction(self, key: str) -> int:
        """+1 where a higher score is better, -1 where a lower one is."""
        bands = [band for band in self.bands[key].bands if band.has_interval]
        if len(bands) > 1:
            best, worst = bands[0], bands[-1]
            if worst.high is not None and best.low is not None and worst.high <= best.low:
                return 1
            if worst.low is not None and best.high is not None and best.high <= worst.low:
                return -1
        return self.points_direction(key) or 1

    def points_direction(self, key: str) -> int | None:
        """+1 where a better band never has fewer points, -1 where it never has more; None for neither."""
        points = [band.points for band in self.bands[key].bands]
        known = [each for each in points if each is not None]
        if len(known) < len(points):
            return None
        if all(better >= worse for better, worse in pairwise(known)):
            return 1
        return -1 if all(better <= worse for better, worse in pairwise(known)) else None

    def outcome_direction(self, measure: r.Measure) -> int | None:
        """+1 where a better outcome of a measure never has fewer points, -1 where it never has more; None for neither."""
        kinds = {type(row.outcome) for block in measure.rates for row in block.rows} - {r.NaOutcome}
        if measure.as_given:
            kinds = {r.BandOutcome}
        if not measure.bands:
            return 1 if kinds and not any(limit.band is not None for limit in measure.limits) else None
        if kinds == {r.BandOutcome} and not measure.limits:
            return self.points_direction(measure.bands)
        bands = self.bands[measure.bands].bands
        if all(band.has_interval for band in bands) and (measure.banded_points or kinds == {r.BandOutcome}):
            points = self.points_direction(measure.bands)
            return points if points == self.direction(measure.bands) else None
        return None

    # ── scorecards ──

    def node(self, card: r.Scorecard, path: str) -> r.Member | r.Block | None:
        """The group or member at a path of a scorecard."""
        found: r.Member | r.Block = card.block
        for label in path.split("."):
            if isinstance(found, r.Member):
                return None
            below = [child for child in found.children if child.label == label]
            if not below:
                return None
            found = below[0]
        return found

    def has_fixed_weights(self, name: str, touched: Collection[str]) -> bool:
        """Whether no column of weights and no grace of a scorecard speaks of something in `touched`."""
        card = self.cards.get(name)
        if card is None:
            return False
        columns = [node.condition for node in walk(card.block) if isinstance(node, r.Column)]
        return not self.names_in((*columns, *((card.grace,) if card.grace is not None else ()))) & set(
            touched
        )

    def own_cards(self) -> list[r.Scorecard]:
        """The scorecards that the file itself declares, in its order."""
        cards = [card for card in self.cards.values() if card.span.path == self.program.path]
        return sorted(cards, key=lambda card: card.span.start)
