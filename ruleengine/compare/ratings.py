"""Two ratings of one measure → the cuts in which they differ, or the one choice between them.

In: the rating of a measure in both versions. Out: a part of the measure. Blocks and rows that say the same but for
constants differ in cuts, each a choice of its own as long as the rating stays as whole as it was; where something else
differs, a block or the whole rating is one choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from attrs import define, field, frozen

from ruleengine.compare.edits import CHANGED, Choice
from ruleengine.compare.holes import Hole, frame_of, holes_of, with_holes
from ruleengine.compare.ladders import disjoint, groups_of_cuts, same_along
from ruleengine.compare.parts import Part, Whole, either
from ruleengine.compare.slugs import BandNames, condition_slug, slug
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import meaning_of


@frozen(slots=True, eq=False)
class Cut:
    """What a cut is between: the rows (or blocks) that it bounds, and the constants with the side that they belong to."""

    rows: tuple[r.Row | r.RateBlock, ...]
    edges: tuple[Hole, ...]

    @property
    def span(self) -> Any:
        """The place of the first row."""
        return self.rows[0].span


def rating_part(whole: Whole, names: BandNames) -> Part | None:
    """The rating of a measure; nothing where both say the same."""
    old, new = whole.old, whole.new
    alike = all(getattr(old, each) == getattr(new, each) for each in ("as_given", "bands", "banded_points"))
    if alike and meaning_of(old.rates) == meaning_of(new.rates):
        return None
    found = _Rating(whole, names).compared(old.rates, new.rates) if alike else None
    if found is not None:
        return found
    fields = ("rates", "as_given", "bands", "banded_points")
    was, now = ({each: getattr(side, each) for each in fields} for side in (old, new))
    return either(whole.choice("rate", "rating", old.rates or old, new.rates or new, CHANGED), was, now)


@define(slots=True, eq=False)
class _Rating:
    """Compares rate blocks; what is found makes the blocks of any mixture."""

    whole: Whole
    names: BandNames
    choices: list[Choice] = field(factory=list)
    keys: set[str] = field(factory=set)

    def compared(self, old: tuple[r.RateBlock, ...], new: tuple[r.RateBlock, ...]) -> Part | None:
        """The part for these blocks; None where they cannot be told apart block by block."""
        if len(old) != len(new):
            return None
        if not all(map(_same_condition, old, new)):
            return None
        ladder = self._ladder(old, new, "when")
        several = len(new) > 1
        blocks = [
            self._block(was, now, self._named(now) if several else "")
            for was, now in zip(old, new, strict=True)
        ]

        def fields(chosen: frozenset[str]) -> dict[str, Any]:
            conditions = ladder.conditions(chosen)
            made = [block.made(chosen) for block in blocks]
            rates = tuple(
                each if each.condition is condition else attrs.evolve(each, condition=condition)
                for each, condition in zip(made, conditions, strict=True)
            )
            same = all(each is now for each, now in zip(rates, new, strict=True))
            return {"rates": new if same else rates}

        return Part(tuple(self.choices), fields)

    def _named(self, block: r.RateBlock) -> str:
        return condition_slug(block.condition, self.names)

    def _block(self, old: r.RateBlock, new: r.RateBlock, name: str) -> _Block:
        if meaning_of(old.rows) == meaning_of(new.rows) or same_along(_given(old), _given(new)):
            return _Block(new, _Rows(new.rows, new.rows))
        pairs = _paired(old.rows, new.rows)
        if pairs is None:
            key = self._key(f"rate.{name}" if name else "rate")
            self.choices.append(self.whole.choice(key, "rating", old, new))
            return _Block(new, _Rows(old.rows, new.rows, key))
        was = tuple(pair[0] for pair in pairs)
        rows = self._ladder(was, new.rows, name)
        return _Block(new, rows)

    def _ladder(
        self, old: Sequence[r.Row | r.RateBlock], new: Sequence[r.Row | r.RateBlock], name: str
    ) -> _Ladder:
        ladder = _Ladder(tuple(old), tuple(new))
        for group in ladder.joined():
            bounded = sorted({place for cut in group for place, _ in cut})
            label = "/".join(dict.fromkeys(self._row_name(new[place]) for place in bounded))
            key = self._key(".".join(part for part in ("rate", name, label) if part))
            cuts = frozenset(cut for part in group for cut in part)
            ladder.keys.append((key, cuts))
            self.choices.append(
                self.whole.choice(key, "cut", ladder.cut(old, bounded, cuts), ladder.cut(new, bounded, cuts))
            )
        return ladder

    def _row_name(self, row: r.Row | r.RateBlock) -> str:
        if isinstance(row, r.RateBlock):
            return self._named(row)
        outcome = row.outcome
        if isinstance(outcome, r.BandOutcome):
            known = self.names.of_measure(self.whole.new.name)
            return known[outcome.position] if outcome.position < len(known) else str(outcome.position)
        if isinstance(outcome, r.NaOutcome):
            return outcome.reason
        kind = type(outcome).__name__.removesuffix("Outcome").lower()
        values = [f"{hole.constant.value}" for hole in holes_of(outcome)][:2]
        return slug("_".join([kind, *values])) if isinstance(outcome, r.PointsOutcome) else kind

    def _key(self, wanted: str) -> str:
        key, number = wanted, 2
        while key in self.keys:
            key, number = f"{wanted}_{number}", number + 1
        self.keys.add(key)
        return key


@frozen(slots=True, eq=False)
class _Rows:
    """Rows that are as in one version or as in the other."""

    old: tuple[r.Row, ...]
    new: tuple[r.Row, ...]
    key: str = ""

    def rows(self, chosen: frozenset[str]) -> tuple[Any, ...]:
        return self.new if not self.key or self.key in chosen else self.old


#: A hole of a ladder: the number of the row, and the number of the hole in it.
_Place = tuple[int, int]


@define(slots=True, eq=False)
class _Ladder:
    """Rows or blocks of both versions in pairs, with the cuts in which they differ."""

    old: tuple[Any, ...]
    new: tuple[Any, ...]
    keys: list[tuple[str, frozenset[_Place]]] = field(factory=list)

    def joined(self) -> list[list[frozenset[_Place]]]:
        """The cuts in groups that are choices: holes with the same constants are one cut."""
        cuts: dict[Any, set[_Place]] = {}
        for place, (old, new) in enumerate(zip(self.old, self.new, strict=True)):
            pairs = zip(holes_of(_cuttable(old)), holes_of(_cuttable(new)), strict=True)
            inside: dict[Any, Any] = {}  # a line of points runs between the ends of its row
            for number, (was, now) in enumerate(pairs):
                if was.differs(now):
                    values = (was.constant.value, now.constant.value)
                    about = inside.setdefault(values, now.about) if _is_line(new) else now.about
                    cuts.setdefault((about, *values), set()).add((place, number))
        found = [frozenset(places) for places in cuts.values()]

        def conditions(moved: frozenset[int]) -> list[Any]:
            return [row.condition for row in self._with(frozenset().union(*(found[n] for n in moved)))]

        return [
            [found[number] for number in sorted(group)] for group in groups_of_cuts(len(found), conditions)
        ]

    def cut(self, rows: Sequence[Any], bounded: Sequence[int], cuts: frozenset[_Place]) -> Cut:
        """A cut as one version has it."""
        edges = tuple(holes_of(_cuttable(rows[place]))[number] for place, number in sorted(cuts))
        return Cut(tuple(rows[place] for place in bounded), edges)

    def rows(self, chosen: frozenset[str]) -> tuple[Any, ...]:
        """The rows with some cuts as in the new version."""
        return self._with(frozenset(place for key, cuts in self.keys if key in chosen for place in cuts))

    def conditions(self, chosen: frozenset[str]) -> list[Any]:
        """The conditions of the rows."""
        return [row.condition for row in self.rows(chosen)]

    def _with(self, moved: frozenset[_Place]) -> tuple[Any, ...]:
        rows = []
        for place, (old, new) in enumerate(zip(self.old, self.new, strict=True)):
            was = holes_of(_cuttable(old))
            now = holes_of(_cuttable(new))
            back = {
                number: hole
                for number, hole in enumerate(was)
                if hole.differs(now[number]) and (place, number) not in moved
            }
            rows.append(_filled(new, back))
        return tuple(rows)


@frozen(slots=True, eq=False)
class _Block:
    """A rate block of the new version, with rows of a mixture."""

    new: r.RateBlock
    rows: _Rows | _Ladder

    def made(self, chosen: frozenset[str]) -> r.RateBlock:
        """The block with some choices as in the new version."""
        rows = self.rows.rows(chosen)
        same = len(rows) == len(self.new.rows) and all(map(_is, rows, self.new.rows))
        return self.new if same else attrs.evolve(self.new, rows=rows)


def _given(block: r.RateBlock) -> list[tuple[Any, Any]]:
    return [(row.condition, meaning_of(row.outcome)) for row in block.rows]


def _is_line(row: Any) -> bool:
    return isinstance(row, r.Row) and isinstance(row.outcome, r.LinearOutcome)


def _is(one: Any, other: Any) -> bool:
    return one is other


def _cuttable(row: Any) -> tuple[Any, ...]:
    """What of a row or block has cuts."""
    return (row.condition, row.outcome) if isinstance(row, r.Row) else (row.condition,)


def _filled(row: Any, holes: dict[int, Hole]) -> Any:
    if not holes:
        return row
    parts = with_holes(_cuttable(row), holes)
    names = ("condition", "outcome") if isinstance(row, r.Row) else ("condition",)
    return attrs.evolve(row, **dict(zip(names, parts, strict=True)))


def _same_condition(old: r.RateBlock, new: r.RateBlock) -> bool:
    return bool(frame_of(old.condition) == frame_of(new.condition))


def _paired(old: tuple[r.Row, ...], new: tuple[r.Row, ...]) -> list[tuple[r.Row, r.Row]] | None:
    """Rows of both versions that say the same but for constants, in the order of the new; None where there are others."""
    if len(old) != len(new):
        return None
    left = list(old)
    pairs = []
    for row in new:
        partner = _partner(row, left)
        if partner is None:
            return None
        left.remove(partner)
        pairs.append((partner, row))
    moved = any(pair[0] is not row for pair, row in zip(pairs, old, strict=True))
    if moved and not (disjoint(_conditions(old)) and disjoint(_conditions(new))):
        return None
    return pairs


def _conditions(rows: tuple[r.Row, ...]) -> list[Any]:
    return [row.condition for row in rows]


def _partner(row: r.Row, rows: list[r.Row]) -> r.Row | None:
    """The row of another version that gives the same under a condition of the same frame; an equal one first."""
    fitting = [each for each in rows if frame_of(_cuttable(each)) == frame_of(_cuttable(row))]
    same = [each for each in fitting if meaning_of(each.outcome) == meaning_of(row.outcome)]
    equal = [each for each in same if meaning_of(each.condition) == meaning_of(row.condition)]
    return next(iter([*equal, *same, *fitting]), None)
