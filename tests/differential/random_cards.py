"""Scorecards made at random: groups three deep, every roll-up, weights, grace, policies, limits."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ruleengine.syntax import tree
from tests.differential.names import BandSet, Rated
from tests.differential.nodes import call, make, number, path, word
from tests.differential.random_expressions import MODES, Maker
from tests.differential.random_measures import DURATIONS, MeasureMaker, impute

KINDS = (
    "weighted mean",
    "weighted mean",
    "weighted mean",
    "sum",
    "minimum",
    "maximum",
    "worst band",
    "count",
    "formula",
)
SPLITS = {
    1: (("100",),),
    2: (("50", "50"), ("30", "70"), ("0", "100"), ("33.3", "66.7")),
    3: (("50", "25", "25"), ("10", "0", "90"), ("33.3", "33.3", "33.4")),
    4: (("25", "25", "25", "25"), ("40", "30", "20", "10"), ("0", "0", "50", "50")),
    5: (("20", "20", "20", "20", "20"), ("50", "20", "10", "15", "5")),
}


@frozen
class CardMaker:
    """Makes one scorecard of a ruleset whose band set is known."""

    maker: Maker
    bands: BandSet
    must_name_bands: bool
    whole: bool

    def card(self, name: str, members: list[Rated]) -> tuple[Any, Rated]:
        """A scorecard over some measures and scorecards, and what others may know about it."""
        chosen = self.maker.random.sample(
            members, min(len(members), self.maker.random.choice((2, 3, 4, 5, 6)))
        )
        flat = self.maker.chance(0.1) and self._suits("weighted mean", chosen)
        statements = self._block(chosen, depth=3, prefix=f"{name}_g", flat=flat)
        if self.must_name_bands or self.maker.chance(0.3):
            statements.insert(0, make(tree.BandsUse, self.bands.name))
        if flat:
            statements.append(make(tree.Missing, "redistribute flat"))
        if self.maker.chance(0.3):
            statements.append(self._grace(chosen))
        if self.maker.chance(0.4):
            statements.append(
                make(tree.Borderline, number(self.maker.random.choice(("0.5", "5", "10", "25"))))
            )
        return make(tree.Scorecard, name, None, tuple(statements)), Rated(name, self.bands)

    def _block(self, members: list[Rated], depth: int, prefix: str, flat: bool) -> list[Any]:
        kinds = [each for each in KINDS if self._suits(each, members)]
        kind = "weighted mean" if flat else self.maker.random.choice(kinds)
        parts = self._parts(members, depth, prefix, flat)
        statements: list[Any] = []
        if kind == "count":
            statements.append(make(tree.Rollup, "count", word(self.maker.random.choice(self.bands.words))))
        elif kind == "formula":
            statements.append(make(tree.ScoreFormula, self._formula([each.name for each in parts])))
        elif kind != "weighted mean" or self.maker.chance(0.3):
            statements.append(make(tree.Rollup, kind))
        statements += self._weighted(kind, parts)
        if self.whole or self.maker.chance(0.25):
            digits = 0 if self.whole else self.maker.random.choice((0, 1, 2))
            mode = self.maker.random.choice((None, *MODES))
            statements.append(make(tree.Round, digits, mode))
        if not flat and self.maker.chance(0.35):
            statements.append(self._missing(members))
        makes_limits = MeasureMaker(self.maker, self.bands, self.must_name_bands)
        for _ in range(self.maker.random.choice((0, 0, 1, 2))):
            statements.append(makes_limits.limit(self.bands, self.bands.pool))
        return statements

    def _suits(self, kind: str, members: list[Rated]) -> bool:
        """Whether every member has what a roll-up needs of it: a band, or points."""
        if kind in ("worst band", "count"):
            return all(each.bands is self.bands for each in members)
        return kind == "formula" or all(each.has_points for each in members)

    def _parts(self, members: list[Rated], depth: int, prefix: str, flat: bool) -> list[Any]:
        """Members as lines, some of them gathered in groups."""
        if depth == 0 or len(members) < 2 or self.maker.chance(0.3):
            return [make(tree.MemberLine, each.name, None, self._by_band(each)) for each in members]
        cut = self.maker.random.randint(1, len(members) - 1)
        parts: list[Any] = []
        for number_of_group, some in enumerate((members[:cut], members[cut:])):
            if self.maker.chance(0.4) and len(some) < 3:
                parts += [make(tree.MemberLine, each.name, None, self._by_band(each)) for each in some]
                continue
            name = f"{prefix}{number_of_group}"
            statements = tuple(self._block(some, depth - 1, name + "_", flat))
            parts.append(make(tree.Group, name, None, None, statements))
        return parts

    def _by_band(self, rated: Rated) -> bool:
        return rated.bands is not None and self.maker.chance(0.15)

    def _weighted(self, kind: str, parts: list[Any]) -> list[Any]:
        """The parts with their weights, and perhaps columns that replace them."""
        if kind not in ("weighted mean", "sum") or self.maker.chance(0.15):
            return parts
        percent = self.maker.chance(0.6) and kind == "weighted mean" and len(parts) in SPLITS
        weighted = [
            _with_weight(part, weight)
            for part, weight in zip(parts, self._weights(parts, percent), strict=True)
        ]
        columns = []
        while self.maker.chance(0.25):
            weights = zip(parts, self._weights(parts, percent), strict=True)
            entries = [make(tree.WeightEntry, part.name, weight) for part, weight in weights]
            segments = self.maker.names.segments
            segment = (
                word(self.maker.random.choice(segments)) if segments and self.maker.chance(0.5) else None
            )
            columns.append(
                make(tree.Weights, None if segment else self.maker.flag(1), segment, tuple(entries))
            )
        return [*weighted, *columns]

    def _weights(self, parts: list[Any], percent: bool) -> list[Any]:
        if percent:
            split = list(self.maker.random.choice(SPLITS[len(parts)]))
            self.maker.random.shuffle(split)
            return [make(tree.Weight, each, True) for each in split]
        plain = [self.maker.random.choice(("1", "2", "3", "0.5", "0")) for _ in parts]
        plain[0] = self.maker.random.choice(("1", "4"))
        return [make(tree.Weight, each, False) for each in plain]

    def _formula(self, names: list[str]) -> Any:
        """A number from the parts of a block."""
        first, last = path(names[0]), path(names[-1])
        halved = make(tree.Arithmetic, ("*",), (last, number("0.5")))
        return self.maker.one(
            lambda: make(tree.Arithmetic, ("+",), (first, halved)),
            lambda: make(
                tree.Arithmetic, ("/",), (make(tree.Arithmetic, ("*",), (first, last)), number("100"))
            ),
            lambda: call("max", *(path(each) for each in names), number("0")),
            lambda: make(tree.If, (make(tree.Branch, self.maker.flag(1), first),), halved),
            lambda: make(tree.Default, (first, last)),
        )

    def _missing(self, members: list[Rated]) -> Any:
        policy = self.maker.random.choice(
            ("redistribute", "as zero", "impute", "require all", "require", "coverage")
        )
        if policy == "impute":
            return make(tree.Missing, policy, impute(self.maker, self.bands, self.bands.pool))
        if policy == "require":
            return make(
                tree.Missing, policy, number=self.maker.random.randint(1, len(members)), total=len(members)
            )
        if policy == "coverage":
            return make(tree.Missing, policy, number(self.maker.random.choice(("25%", "50%", "60%", "100%"))))
        return make(tree.Missing, policy)

    def _grace(self, members: list[Rated]) -> Any:
        duration = number(self.maker.random.choice(DURATIONS))
        start = path("account", "since") if self.maker.chance(0.7) else self.maker.expression("date", 1)
        kept = [word(each.name) for each in members if self.maker.chance(0.3)]
        return make(tree.Grace, duration, start, tuple(kept))


def _with_weight(part: Any, weight: Any) -> Any:
    """A group or a member line with its weight."""
    if isinstance(part, tree.Group):
        return make(tree.Group, part.name, part.title, weight, part.statements)
    return make(tree.MemberLine, part.name, weight, part.by_band)
