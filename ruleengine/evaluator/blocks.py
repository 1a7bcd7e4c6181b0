"""Evaluation tree → Python text, for scorecards: members, weights and roll-ups, from the leaves up.

Every child of a block has two locals: what it is (`n_…`: NA, a measure's outcome, or a score), and the points that its
parent sees (`p_…`: a number or NA). A block adds its weight and its score.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import nullcontext

from attrs import define, evolve, field

from ruleengine.evaluator.expressions import number_text
from ruleengine.evaluator.measures import MeasureWriter
from ruleengine.evaluator.runtime import NOTHING_COUNTS
from ruleengine.evaluator.scales import NO_POINTS
from ruleengine.evaluator.writer import Code, tuple_of
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import LACKING, NA, added_up

_LACKING = "{" + ", ".join(repr(reason) for reason in sorted(LACKING)) + "}"
#: So many bands are told apart by comparisons that are written out.
_FEW_BANDS = 5


@define(slots=True, eq=False)
class Place:
    """A child at its place in a card, and the names of its locals."""

    path: str
    node: r.Member | r.Block
    what: str
    points: str
    band: str
    weight: str = "1.0"
    children: list[Place] = field(factory=list)
    imputes: bool = False
    total_weight: str = ""
    decider: str = ""
    policy: str = ""
    computed: str = ""
    computed_band: str = ""
    acted: str = ""

    def leaves(self) -> Iterator[Place]:
        """The members below, in order."""
        for child in self.children:
            if child.children or isinstance(child.node, r.Block):
                yield from child.leaves()
            else:
                yield child


class BlockWriter(MeasureWriter):
    """Writes members and blocks."""

    def __init__(self, program: r.Program, source_lines: dict[str, list[str]]) -> None:
        super().__init__(program, source_lines)
        self.cards: dict[str, r.Scorecard] = {}
        self.places: dict[tuple[str, str], Place] = {}
        self.bands_needed: set[tuple[str, str]] = set()

    def block(
        self, card: r.Scorecard, block: r.Block, inherited: r.Missing | None, in_grace: str | None
    ) -> Place:
        """Write a block and everything below it."""
        policy = block.missing if block.missing is not None else inherited
        stem = f"{card.name}.{block.path}" if block.path else card.name
        what, points, band = (self.names.variable(stem, prefix) for prefix in ("n_", "p_", "b_"))
        place = Place(block.path, block, what, points, band)
        self.places[card.name, block.path] = place
        if block.rollup in ("worst band", "count"):
            self.bands_needed |= {
                (card.name, child.path) for child in block.children if isinstance(child, r.Block)
            }
        passing = policy if policy is not None and policy.policy in ("impute", "as zero") else None
        for child in block.children:
            if isinstance(child, r.Block):
                place.children.append(self.block(card, child, passing, in_grace))
            elif not self.needs.ignores(child, block):
                place.children.append(self._member(card, block, child, passing, in_grace))
        self.out.line(f"# {block.span.line}: {'group' if block.path else 'scorecard'} {block.label}")
        self._weights(block, place)
        place.policy = policy.policy if policy is not None else "redistribute"
        self._rollup(card, block, place)
        self._require(block, place)
        if block.formula is not None and self.tracing:
            with self.out.block(f"if {place.what}.__class__ is NA"):
                self._report(block, place)
        self._finish(card, block, place)
        return place

    # ── members ──

    def _member(
        self,
        card: r.Scorecard,
        block: r.Block,
        member: r.Member,
        policy: r.Missing | None,
        in_grace: str | None,
    ) -> Place:
        path = f"{block.path}.{member.label}" if block.path else member.label
        stem = f"{card.name}.{path}"
        prefix = "m_" if member.kind == "measure" else "n_"
        found = self.names.variable(member.name, prefix)
        what, points = found, self.names.variable(stem, "p_")
        graced = in_grace is not None and card.grace is not None and member.label not in card.grace.excepted
        if graced:
            what = self.names.variable(stem, "g_")
            grace = self.names.constant(NA("grace", f"in the first {_duration(card.grace)}"), "grace")
            self.out.line(f"{what} = {grace} if {in_grace} else {found}")
        band = f"{what}[0]" if member.kind == "measure" else self.names.variable(member.name, "b_")
        seen = f"{what}[4]" if member.kind == "measure" else self.names.variable(member.name, "p_")
        if member.by_band:
            key = (
                self.measures[member.name].bands
                if member.kind == "measure"
                else self.cards[member.name].bands
            )
            seen = (
                f"{self.scale(key)}.points_of({band})" if key else seen
            )  # without bands its points are all it has
        if member.name in self.needs.points_only:
            self.out.line(f"{points} = {what}")
        else:
            self.out.line(f"{points} = {seen} if {what}.__class__ is not NA else {what}")
        place = self.places[card.name, path] = Place(path, member, what, points, band)
        own = self.measures[member.name].missing if member.kind == "measure" else None
        used = own if own is not None else policy
        if used is not None and used.value is not None:
            self._impute(card, place, used, used.value)
        return place

    def _impute(self, card: r.Scorecard, place: Place, missing: r.Missing, imputed: e.Expression) -> None:
        """Write what a member contributes where it lacks data: points, and the band that goes with them."""
        place.imputes = True
        band = self.names.variable(f"{card.name}.{place.path}", "b_")
        self.out.line(f"{band} = {place.band} if {place.what}.__class__ is not NA else None")
        place.band = band
        with self.out.block(f"if {place.what}.__class__ is NA and {place.what}.reason in {_LACKING}"):
            value = self.atom(self.decimal(imputed))
            with self.out.block(f"if {value.text}.__class__ is not NA") if value.na else nullcontext():
                self.out.line(f"{place.points} = {value.text}")
                if missing.band is not None:
                    self.out.line(f"{band} = {missing.band!r}")
                elif self._has_intervals(card.bands):
                    self.out.line(f"{band} = {self.scale(card.bands)}.band({value.text})")

    def may_lack_points(self, card: r.Scorecard, place: Place) -> bool:
        """Whether something that is scored may have no points: it has no rating, or its band has none."""
        if isinstance(place.node, r.Block):
            return self._lacks_points(card.bands)
        if place.node.kind == "card" or place.node.by_band:
            return True
        measure = self.measures[place.node.name]
        return not (measure.rates or measure.as_given) or self._lacks_points(measure.bands)

    def _lacks_points(self, key: str) -> bool:
        return bool(key) and any(band.points is None for band in self.bands[key].bands)

    # ── weights ──

    def _weights(self, block: r.Block, place: Place) -> None:
        for child in place.children:
            child.weight = number_text(child.node.weight)
        if not block.columns:
            return
        stem = place.what
        names = [self.names.temporary(f"w_{stem}_") for _ in place.children]
        for child, name in zip(place.children, names, strict=True):
            child.weight = name
        targets = ", ".join(names)
        self.out.line(f"{targets} = {', '.join(number_text(child.node.weight) for child in place.children)}")
        chosen = self.names.temporary("chosen")
        self.out.line(f"{chosen} = False")
        for column in block.columns:
            with self.out.block(f"if not {chosen}"):
                test = self.value_of(column.condition)
                with self.out.block(f"if {test.text} is True"):
                    self.out.line(
                        f"{targets} = {', '.join(number_text(weight) for weight in column.weights)}"
                    )
                    self.out.line(f"{chosen} = True")
                    self.column_taken(column)
                if test.na:
                    with self.out.block(f"elif {test.text} is not False"):
                        self.undecided("a column of weights", test.text, column.span.line, block.label)

    def column_taken(self, column: r.Column) -> None:
        """A column of weights has been taken: for programs that count what they reach."""

    def undecided(self, what: str, na: str, line: int, of: str) -> None:
        """Report that a condition was undecided and the default was taken."""
        if self.tracing:
            self.out.line(f"problems.append(undecided_problem({what!r}, {na}, {line}, {of!r}))")

    # ── roll-ups ──

    def _rollup(self, card: r.Scorecard, block: r.Block, place: Place) -> None:
        kind = block.rollup
        if block.formula is not None:
            self.out.line(f"{place.what} = {self.decimal(block.formula).text}")
        elif kind == "weighted mean" and place.policy == "redistribute flat" and not block.path:
            self._flat_mean(place)
        elif kind == "weighted mean":
            self._weighted_mean(place)
        elif kind == "sum":
            self._sum(place)
        elif kind in ("minimum", "maximum"):
            self._extreme_child(place, kind)
        elif kind == "worst band":
            self._worst_band(card, place)
        else:
            self._count_band(card, block, place)

    def _counting(self, place: Place) -> Iterator[tuple[Place, str]]:
        """The children that can count, each with the test that it does."""
        for child in place.children:
            if child.weight == "0":
                continue
            constant = child.weight[0].isdigit()
            test = f"{child.points}.__class__ is not NA"
            yield child, test if constant else f"{test} and {child.weight} > 0"

    def _counting_by_band(self, place: Place) -> Iterator[tuple[Place, str]]:
        """The children that can count where bands decide: points or a band are enough."""
        for child, _ in self._counting(place):
            known = f"({child.points}.__class__ is not NA or {child.what}.__class__ is not NA and {child.band} is not None)"
            yield child, known if child.weight[0].isdigit() else f"{known} and {child.weight} > 0"

    def _passed_up(self, place: Place) -> str:
        """Why a block is NA of which nothing counts."""
        if not self.needs.reasons or not place.children:
            return self.names.constant(NOTHING_COUNTS, "nothing_counts")
        return f"passed_up({tuple_of(child.what for child in place.children)})"

    def _weighted_mean(self, place: Place) -> None:
        counting = list(self._counting(place))
        if [child.weight for child, _ in counting] == ["1.0"]:
            # The mean of one is that one; adding 0.0 makes -0.0 a 0.
            [(child, test)] = counting
            place.total_weight = "1.0"
            self.out.line(f"{place.what} = {child.points} + 0.0 if {test} else {self._passed_up(place)}")
            return
        weight = self.names.temporary("weight")
        place.total_weight = weight
        total = place.what
        self.out.line(f"{weight} = {total} = 0.0")
        for child, test in counting:
            with self.out.block(f"if {test}"):
                self.out.line(f"{weight} += {child.weight}")
                self.out.line(f"{total} += {child.weight} * {child.points}")
        self.out.line(f"{place.what} = {total} / {weight} if {weight} else {self._passed_up(place)}")

    def nominal(self, place: Place) -> dict[int, str]:
        """The nominal share of every leaf below a block in the whole, by identity of its place."""
        shares: dict[int, str] = {}
        stack: list[tuple[Place, str]] = [(place, "1.0")]
        while stack:
            current, share = stack.pop()
            mean = isinstance(current.node, r.Block) and current.node.rollup == "weighted mean"
            total = self._sum_of_weights(current) if mean else "1"
            for child in current.children:
                found = self._product(share, child.weight, total)
                shares[id(child)] = found
                if isinstance(child.node, r.Block):
                    stack.append((child, found))
        return shares

    def _sum_of_weights(self, place: Place) -> str:
        weights = [child.weight for child in place.children]
        if all(weight[0].isdigit() for weight in weights):
            total = added_up(float(weight) for weight in weights)
            return (
                "1" if abs(total - 1) < 1e-12 or not total else repr(total)
            )  # nothing has a share of nothing
        columns = place.node.columns if isinstance(place.node, r.Block) else ()
        given = [[child.node.weight for child in place.children], *(column.weights for column in columns)]
        return f"({' + '.join(weights)}{'' if all(map(any, given)) else ' or 1.0'})"

    def _product(self, share: str, weight: str, total: str) -> str:
        if all(part[0].isdigit() for part in (share, weight, total)):
            return repr(float(share) * float(weight) / float(total))
        name = self.names.temporary("share")
        self.out.line(f"{name} = {share} * {weight} / {total}")
        return name

    def _flat_mean(self, place: Place) -> None:
        weight = self.names.temporary("weight")
        place.total_weight = weight
        shares = self.nominal(place)
        self.out.line(f"{weight} = {place.what} = 0.0")
        for leaf in place.leaves():
            share = shares[id(leaf)]
            with self.out.block(f"if {leaf.points}.__class__ is not NA"):
                self.out.line(f"{weight} += {share}")
                self.out.line(f"{place.what} += {share} * {leaf.points}")
        self.out.line(f"{place.what} = {place.what} / {weight} if {weight} else {self._passed_up(place)}")

    def _sum(self, place: Place) -> None:
        counted = self.names.temporary("counted")
        place.total_weight = counted
        self.out.line(f"{counted} = 0")
        self.out.line(f"{place.what} = 0.0")
        for child, test in self._counting(place):
            with self.out.block(f"if {test}"):
                product = child.points if child.weight == "1.0" else f"{child.weight} * {child.points}"
                self.out.line(f"{place.what} += {product}")
                self.out.line(f"{counted} = 1")
        self.out.line(f"{place.what} = {place.what} if {counted} else {self._passed_up(place)}")

    def _extreme_child(self, place: Place, kind: str) -> None:
        place.decider = self.names.temporary("decider")
        self.out.line(f"{place.what} = None")
        self.out.line(f"{place.decider} = -1")
        for child, test in self._counting(place):
            first, second = (child.points, place.what) if kind == "minimum" else (place.what, child.points)
            with self.out.block(f"if {test} and ({place.what} is None or less({first}, {second}))"):
                self.out.line(
                    f"{place.what}, {place.decider} = {child.points}, {place.children.index(child)}"
                )
        with self.out.block(f"if {place.what} is None"):
            self.out.line(f"{place.what} = {self._passed_up(place)}")

    def _band_position(self, card: r.Scorecard, child: Place) -> str:
        scale = self.scale(card.bands)
        return f"{scale}.positions.get({child.band}, -1)"

    def _worst_band(self, card: r.Scorecard, place: Place) -> None:
        place.decider = self.names.temporary("decider")
        worst = place.total_weight = self.names.temporary("worst")
        self.out.line(f"{worst} = {place.decider} = -1")
        for child, test in self._counting_by_band(place):
            with self.out.block(f"if {test} and {self._band_position(card, child)} > {worst}"):
                self.out.line(
                    f"{worst}, {place.decider} = {self._band_position(card, child)}, {place.children.index(child)}"
                )
        points = f"{self.scale(card.bands)}.points[{worst}]"
        self.out.line(f"{place.what} = {self._passed_up(place)} if {worst} < 0 else {points}")

    def _count_band(self, card: r.Scorecard, block: r.Block, place: Place) -> None:
        counted = self.names.temporary("counted")
        self.out.line(f"{counted} = 0")
        self.out.line(f"{place.what} = 0.0")
        for child, test in self._counting_by_band(place):
            with self.out.block(f"if {test}"):
                self.out.line(f"{counted} = 1")
                self.out.line(f"{place.what} += {child.band} == {block.count_band!r}")
        self.out.line(f"{place.what} = {place.what} if {counted} else {self._passed_up(place)}")

    # ── policies ──

    def _require(self, block: r.Block, place: Place) -> None:
        missing = block.missing
        if missing is None or missing.policy not in ("require all", "require", "coverage"):
            return
        listed = tuple_of(leaf.what for leaf in place.leaves())
        if missing.policy == "require all":
            self.out.line(f"{place.what} = required_all({listed}, {place.what})")
        elif missing.policy == "require":
            self.out.line(f"{place.what} = required({listed}, {missing.number}, {place.what})")
        else:
            assert missing.value is not None
            shares, share = self.nominal(place), self.expression(missing.value).text
            weights = tuple_of(shares[id(leaf)] for leaf in place.leaves())
            self.out.line(f"{place.what} = required_coverage({listed}, {weights}, {share}, {place.what})")

    # ── rounding, bands, limits ──

    def _finish(self, card: r.Scorecard, block: r.Block, place: Place) -> None:
        may_lack_score = block.rollup == "worst band" and self._lacks_points(card.bands)
        known = f"{place.what}.__class__ is not NA" + (
            f" and {place.what} is not None" if may_lack_score else ""
        )
        if block.rounding is not None:
            digits, mode = block.rounding
            with self.out.block(f"if {known}"):
                self.out.line(f"{place.what} = round_to({place.what}, {digits}, {mode!r})")
        self._band(card, block, place, known)
        if block.limits:
            self._block_limits(card, block, place, may_lack_score)
            return
        place.computed, place.computed_band = place.what, place.band
        self._points_seen(place, may_lack_score)

    def _points_seen(self, place: Place, may_lack_score: bool) -> None:
        none = self.names.constant(NO_POINTS, "no_points")
        self.out.line(
            f"{place.points} = {place.what}"
            + (f" if {place.what} is not None else {none}" if may_lack_score else "")
        )

    def _band_of(self, key: str, score: str) -> str:
        """The name of the band that holds a score, written out while there are few bands."""
        scale = self.scale(key)
        edges = self.names.objects[scale].edges
        if len(edges) > _FEW_BANDS:
            return f"{scale}.band({score})"
        tests = (f"{name!r} if {_inside(low, score, high)} else " for name, low, high in edges)
        return f"({''.join(tests)}None)"

    def _band(self, card: r.Scorecard, block: r.Block, place: Place, known: str) -> None:
        """Write the band of a block; a card whose score lies outside its bands is invalid."""
        is_card = not block.path
        needed = is_card or self.tracing or bool(block.limits) or (card.name, block.path) in self.bands_needed
        scale = self.scale(card.bands) if card.bands else ""
        worst = "None"
        if block.rollup == "worst band":
            worst = f"{scale}.names[{place.total_weight}] if {place.what}.__class__ is not NA else None"
        if not self._has_intervals(card.bands):
            self.out.line(f"{place.band} = {worst}")
        elif needed or block.rollup == "worst band":
            self.out.line(f"{place.band} = {self._band_of(card.bands, place.what)} if {known} else {worst}")
            if is_card:
                with self.out.block(f"if {place.band} is None and {known}"):
                    self.out.line(f"{place.what} = {scale}.outside")
                    self._report(block, place)
        else:
            self.out.line(f"{place.band} = None")

    def _report(self, block: r.Block, place: Place) -> None:
        """Write the report of a block that is invalid by itself."""
        if self.tracing:
            self.out.line(f"report_invalid({place.what}, {block.span.line}, {block.label!r}, problems)")

    def _block_limits(self, card: r.Scorecard, block: r.Block, place: Place, may_lack_score: bool) -> None:
        stem = f"{card.name}.{block.path}"
        place.computed, place.computed_band = (
            self.names.variable(stem, "c_"),
            self.names.variable(stem, "cb_"),
        )
        place.acted = self.names.variable(stem, "a_")
        self.out.line(f"{place.computed}, {place.computed_band} = {place.what}, {place.band}")
        self.out.line(f"{place.acted} = []")
        self.limits(block.limits, place.acted)
        scale = self.scale(card.bands) if card.bands else "None"
        with self.out.block(f"if {place.acted}"):
            self.out.line(
                f"{place.what}, {place.band}, {place.points} = apply_limits({place.what}, {place.band}, {place.acted}, {scale}, "
                f"{self._has_intervals(card.bands)}, {not block.path})"
            )
            if self.tracing:
                with self.out.block(
                    f"if {place.what}.__class__ is NA and {place.what} is not {place.computed}"
                ):
                    self._report(block, place)
        with self.out.block("else"):
            self._points_seen(place, may_lack_score)

    # ── references ──

    def block_reference(self, node: e.Reference) -> Code:
        """A number of a card or a node."""
        place = self.places[node.name, node.path]
        if node.part == "computed_score" and isinstance(place.node, r.Member):
            return self.at_place(place, place.node, self.reference(of_member(node, place.node)))
        if node.part == "computed_score":
            return self.score_of(place.computed)
        if node.part == "score":
            return Code(place.points, na=True, atom=True) if node.path else self.score_of(place.what)
        return Code(self.names.variable(f"{node.name}.{node.path}.{node.part}", "q_"), na=True, atom=True)

    def score_of(self, what: str) -> Code:
        """The number of a card: NA, or its score; by an override by band of an NA score there is none."""
        none = self.names.constant(NA("missing", "has a band but no score"), "no_score")
        return self.atom(Code(f"({what} if {what} is not None else {none})", na=True))

    def in_grace(self, place: Place, member: r.Member) -> str:
        """The test whether a member is in grace at its place; empty where it never is."""
        if place.what == self.names.variable(member.name, "m_" if member.kind == "measure" else "n_"):
            return ""
        return f"{place.what}.__class__ is NA and {place.what}.reason == 'grace'"

    def at_place(self, place: Place, member: r.Member, found: Code) -> Code:
        """What a member has wherever it stands, unless it is in grace at this place."""
        in_grace = self.in_grace(place, member)
        return (
            self.atom(Code(f"({place.what} if {in_grace} else {found.text})", na=True)) if in_grace else found
        )


def of_member(node: e.Reference, member: r.Member) -> e.Reference:
    """The same part of a member, as it is wherever it stands."""
    return evolve(node, kind="measure" if member.kind == "measure" else "card", name=member.name, path="")


def _inside(low: float, score: str, high: float) -> str:
    """The test that a score lies between two edges, of which one may be infinite."""
    below = f"{low!r} <= " if low != -math.inf else ""
    above = f" <= {high!r}" if high != math.inf else ""
    return f"{below}{score}{above}" if below or above else "True"


def _duration(grace: r.Grace | None) -> str:
    return f"{grace.length:g} {grace.unit}" if grace is not None else ""
