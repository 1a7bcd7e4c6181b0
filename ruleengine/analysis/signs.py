"""What an improvement of one measure does to a scorecard, read off the tree: it rises, falls, stays, or nobody can say.

In: a program and one of its measures. Out: a `Sign` for the score and the band of each scorecard, when the measure comes to a
better outcome and everything else stays as it is. Guaranteed: 0, +1 and -1 are so for every account; None says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from ruleengine.analysis.outlook import Outlook
from ruleengine.analysis.within import stays_within
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r

#: +1 never falls, -1 never rises, 0 stays; None when that is not known.
Sign = int | None
_SAME = frozenset({"round", "floor", "ceiling"})
_EXTREMES = frozenset({"min", "max"})


def joined(signs: Iterable[Sign]) -> Sign:
    """What several effects come to together."""
    found: Sign = 0
    for sign in signs:
        if sign is None or (found and sign and sign != found):
            return None
        found = sign or found
    return found


def times(sign: Sign, factor: float) -> Sign:
    """The effect on a multiple."""
    if sign is None:
        return None
    return 0 if not factor else sign if factor > 0 else -sign


class Signs:
    """The effects of one measure."""

    def __init__(self, outlook: Outlook, measure: r.Measure) -> None:
        self.outlook = outlook
        self.measure = measure
        self._scores: dict[str, Sign] = {}

    @cached_property
    def _touched(self) -> frozenset[str]:
        return self.outlook.resting_on(self.measure.name)

    def _is_free(self, *nodes: object) -> bool:
        """Whether the measure makes no difference to parts of the tree."""
        return not self.outlook.names_in(nodes) & self._touched

    # ── scorecards ──

    def score(self, name: str) -> Sign:
        """The effect on the final score of a scorecard, as a number, where it keeps one."""
        if name not in self._scores:
            card = self.outlook.cards[name]
            self._scores[name] = None if self._is_graced(card) else self._block(card, card.block)
        return self._scores[name]

    def _is_graced(self, card: r.Scorecard) -> bool:
        return card.grace is not None and not self._is_free(card.grace)

    def _is_kept(self, card: r.Scorecard) -> bool:
        """Whether a scorecard with a score still has one then: what a score beyond the bands does to others nobody can say."""
        return card.name not in self._touched or (
            not self._is_graced(card) and stays_within(card.block, card.bands, self.outlook)
        )

    def _band_elsewhere(self, card: r.Scorecard) -> Sign:
        """The effect on the final band of a scorecard as others see it."""
        if card.name not in self._touched:
            return 0
        return self.band(card.name) if self._is_kept(card) else None

    def band(self, name: str) -> Sign:
        """The effect on the final band of a scorecard, where it keeps one: +1 is better."""
        card = self.outlook.cards[name]
        if not card.bands:
            return None
        from_score = times(self.score(name), self.outlook.direction(card.bands))
        last = len(self.outlook.bands[card.bands].bands) - 1
        by_band = [self._band_limit(limit, last) for limit in card.block.limits if limit.band is not None]
        return joined([from_score, *by_band])

    def _band_limit(self, limit: r.Limit, last: int) -> Sign:
        """What a limit by band adds to the effect on the final band."""
        truth = self.truth(limit.condition)
        if not truth:
            return truth
        if limit.kind == "override":
            extreme = last if truth < 0 else 0
            return 1 if limit.band == extreme else None
        return 1 if (truth < 0) == (limit.kind == "cap") else None

    def _seen(self, card: r.Scorecard, block: r.Block) -> Sign:
        """The effect on what a parent sees of a block: after a limit by band it is the band's points."""
        for limit in block.limits:
            if limit.band is not None and (limit.kind != "override" or self.truth(limit.condition) != 0):
                return None
        return self.score(card.name) if not block.path else self._block(card, block)

    # ── blocks ──

    def _block(self, card: r.Scorecard, block: r.Block) -> Sign:
        """The effect on the score of a block after its limits by score."""
        weights = [self.truth(column.condition) for column in block.columns]
        if any(sign != 0 for sign in weights) or not self._is_free(block.missing):
            return None
        found = self.number(block.formula) if block.formula is not None else self._rolled_up(card, block)
        return joined(
            [found, *(self._score_limit(limit) for limit in block.limits if limit.score is not None)]
        )

    def _score_limit(self, limit: r.Limit) -> Sign:
        truth = self.truth(limit.condition)
        amount = self.number(limit.score)
        if limit.kind == "override":
            return amount if truth == 0 else None
        return joined([amount, times(truth, 1 if limit.kind == "floor" else -1)])

    def _rolled_up(self, card: r.Scorecard, block: r.Block) -> Sign:
        children = [child for child in block.children if _may_count(child, block)]
        if block.rollup == "count":
            return joined(self._counted(card, child, str(block.count_band)) for child in children)
        if block.rollup == "worst band":
            bands = joined(self._child_band(card, child) for child in children)
            points = self.outlook.points_direction(card.bands) if card.bands else None
            return None if bands == -1 else _product(bands, points)
        return joined(self._child(card, child) for child in children)

    def _child(self, card: r.Scorecard, child: r.Member | r.Block) -> Sign:
        if isinstance(child, r.Block):
            return self._seen(card, child)
        if child.kind == "measure":
            return self._of_measure(child.name, child.by_band)
        below = self.outlook.cards[child.name]
        if child.by_band:
            points = self.outlook.points_direction(below.bands) if below.bands else None
            return _product(self._band_elsewhere(below), points)
        if below.name not in self._touched:
            return 0
        return self._seen(below, below.block) if self._is_kept(below) else None

    def _child_band(self, card: r.Scorecard, child: r.Member | r.Block) -> Sign:
        if isinstance(child, r.Block):
            by_band = any(limit.band is not None for limit in child.limits)
            if by_band or not card.bands or not stays_within(child, card.bands, self.outlook):
                return None
            return times(self._block(card, child), self.outlook.direction(card.bands))
        if child.kind == "measure":
            return self._measure_band(child.name)
        return self._band_elsewhere(self.outlook.cards[child.name])

    def _counted(self, card: r.Scorecard, child: r.Member | r.Block, band: str) -> Sign:
        """The effect on whether a child counts as having one band."""
        effect, key = self._child_band(card, child), self._bands_of(card, child)
        if not effect or not key:
            return effect
        names = [each.name for each in self.outlook.bands[key].bands]
        return _product(effect, {names[0]: 1, names[-1]: -1}.get(band))

    # ── measures ──

    def _of_measure(self, name: str, by_band: bool) -> Sign:
        if name != self.measure.name:
            return None if name in self._touched else 0
        if by_band:
            return self.outlook.points_direction(self.measure.bands) if self.measure.bands else None
        return self.outlook.outcome_direction(self.measure)

    def _measure_band(self, name: str) -> Sign:
        if name != self.measure.name:
            return None if name in self._touched else 0
        return 1 if self.measure.bands else None

    # ── expressions ──

    def number(self, node: e.Expression | None) -> Sign:
        """The effect on a number."""
        if node is None or self._is_free(node):
            return 0
        if isinstance(node, e.Reference):
            return self._reference(node)
        if isinstance(node, e.Variable):
            meaning = self.outlook.index.meaning(node.name)
            return None if meaning is None else self.number(meaning)
        if isinstance(node, e.Default):
            return joined(map(self.number, node.operands))
        if isinstance(node, e.CountTrue):
            return joined(map(self.truth, node.items))
        if isinstance(node, e.Choose):
            return self._choice(node)
        return self._call(node) if isinstance(node, e.Call) else None

    def _call(self, node: e.Call) -> Sign:
        signs = [self.number(each) for each in node.arguments]
        first = signs[0]
        if node.function == "negative":
            return times(first, -1)
        if node.function in ("+", "-"):
            return joined([first, times(signs[1], -1 if node.function == "-" else 1)])
        if node.function in ("*", "/"):
            factors = [self.outlook.index.constant(each) for each in node.arguments]
            for place in (1, 0) if node.function == "*" else (1,):
                factor = factors[place]
                if factor is not None and isinstance(factor.value, int | float):
                    return times(signs[1 - place], factor.value)
            return None
        if node.function in _EXTREMES:
            return joined(signs)
        return (
            joined([first, *(None if sign != 0 else 0 for sign in signs[1:])])
            if node.function in _SAME
            else None
        )

    def _choice(self, node: e.Choose) -> Sign:
        values = [*(branch.value for branch in node.branches), node.otherwise]
        if self._is_free(*(branch.condition for branch in node.branches)):
            return joined(map(self.number, values))
        constants = [self.outlook.index.constant(each) for each in values]
        known = [float(each.value) for each in constants if each is not None and _is_number(each.value)]
        if len(node.branches) != 1 or len(known) != 2:
            return None
        return times(self.truth(node.branches[0].condition), known[0] - known[1])

    def _reference(self, node: e.Reference) -> Sign:
        if node.part in ("coverage", "effective_weight"):
            return 0 if self.outlook.has_fixed_weights(node.name, self._touched) else None
        if node.kind == "measure":
            return self._of_measure(node.name, False) if node.part in ("points", "score") else None
        card = self.outlook.cards[node.name]
        if node.kind == "card" and node.part == "score":
            return self.score(node.name) if self._is_kept(card) else None
        child = self.outlook.node(card, node.path) if node.kind == "node" else None
        if child is None or node.part not in ("score", "contribution"):
            return None
        if isinstance(child, r.Block) and node.part == "score":
            return self._block(card, child)
        return self._child(card, child) if node.part == "score" else None

    # ── conditions ──

    def truth(self, node: e.Expression | None) -> Sign:
        """The effect on whether something holds: +1 when an improvement can only make it true."""
        if node is None or self._is_free(node):
            return 0
        if isinstance(node, e.IsMeasureStatus):
            return 0 if self._keeps_status(node.subject) else None
        if isinstance(node, e.Variable):
            meaning = self.outlook.index.meaning(node.name)
            return None if meaning is None else self.truth(meaning)
        if isinstance(node, e.Not):
            return times(self.truth(node.operand), -1)
        if isinstance(node, e.Logic):
            return joined(map(self.truth, node.operands))
        if isinstance(node, e.Compare):
            difference = joined([self.number(node.left), times(self.number(node.right), -1)])
            sign = {">": 1, ">=": 1, "<": -1, "<=": -1}.get(node.operator)
            return _product(difference, sign)
        return self._is_band(node) if isinstance(node, e.IsBand) else None

    def _keeps_status(self, reference: e.Reference) -> bool:
        """Whether something is scored, or is not, whatever the measure's rating is."""
        if reference.kind == "measure":
            return reference.name == self.measure.name
        if reference.kind == "matrix":
            return False  # its axes are asked, of which an improvement may be one
        card = self.outlook.cards[reference.name]
        node = self.outlook.node(card, reference.path) if reference.kind == "node" else card.block
        if isinstance(node, r.Member):
            return self._stays_scored(node)
        if reference.kind != "node" and not self._is_kept(card):
            return False
        return node is not None and self._block_stays_scored(node)

    def _block_stays_scored(self, block: r.Block) -> bool:
        acting = [limit.condition for limit in block.limits if limit.kind == "override"]
        free = self._is_free(
            block.formula, block.missing, *acting, *(column.condition for column in block.columns)
        )
        return free and all(
            self._block_stays_scored(child) if isinstance(child, r.Block) else self._stays_scored(child)
            for child in block.children
        )

    def _stays_scored(self, member: r.Member) -> bool:
        if member.name == self.measure.name or member.name not in self._touched:
            return True
        if member.kind != "card":
            return False
        card = self.outlook.cards[member.name]
        return self._is_kept(card) and self._block_stays_scored(card.block)

    def _is_band(self, node: e.IsBand) -> Sign:
        reference = node.subject
        if reference.kind == "matrix":
            return None  # its cells have no order
        if reference.kind == "measure":
            effect, key = self._measure_band(reference.name), self.outlook.measures[reference.name].bands
        else:
            card = self.outlook.cards[reference.name]
            child = self.outlook.node(card, reference.path) if reference.kind == "node" else None
            effect = self._band_elsewhere(card) if child is None else self._child_band(card, child)
            key = self._bands_of(card, child)
            if reference.part.startswith("computed"):
                effect = None
        if not key or not effect:
            return effect
        return _product(effect, _side(node.positions, len(self.outlook.bands[key].bands)))

    def _bands_of(self, card: r.Scorecard, child: r.Member | r.Block | None) -> str:
        """The key of the band set of a scorecard, or of a child of one."""
        if not isinstance(child, r.Member):
            return card.bands
        return (self.outlook.measures if child.kind == "measure" else self.outlook.cards)[child.name].bands


def _product(one: Sign, other: Sign) -> Sign:
    if one == 0:
        return 0
    return None if one is None or other is None else one * other


def _side(positions: Sequence[int], number: int) -> Sign:
    """+1 for the best bands, -1 for the worst ones, 0 for all; None for some in the middle."""
    chosen = sorted(set(positions))
    if len(chosen) == number:
        return 0
    if chosen == list(range(len(chosen))):
        return 1
    return -1 if chosen == list(range(number - len(chosen), number)) else None


def _may_count(child: r.Member | r.Block, block: r.Block) -> bool:
    place = block.children.index(child)
    return bool(child.weight) or any(column.weights[place] for column in block.columns)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def members(block: r.Block) -> Iterator[r.Member]:
    """All members of a block and its groups."""
    for child in block.children:
        if isinstance(child, r.Block):
            yield from members(child)
        else:
            yield child
