"""Whole rulesets made at random: every construct of the language over the sample schema.

In: a seed. Out: syntax trees, the root file last; the same seed gives the same trees. They are printed
elsewhere.
"""

from __future__ import annotations

from random import Random
from typing import Any

from attrs import frozen

from ruleengine.syntax import tree
from tests.differential.band_sets import BAND_SETS, declare_bands
from tests.differential.fields import FACTS, NUMBERS, Field
from tests.differential.names import BandSet, Callable, Names, Rated
from tests.differential.nodes import compare, make, path, word
from tests.differential.random_actions import ActionMaker
from tests.differential.random_cards import CardMaker
from tests.differential.random_earlier import EarlierMaker
from tests.differential.random_expressions import COMPARISONS, Maker
from tests.differential.random_measures import MeasureMaker
from tests.differential.random_series import series
from tests.differential.random_triggers import TriggerMaker

ASSUMABLE = (("account", "margin"), ("account", "active"), ("account", "level"), ("account", "since"))
KIND_OF_ASSUMED = ("percent", "flag", "number", "date")


@frozen
class RandomRuleset:
    """The files of one ruleset, what it imports before it."""

    files: tuple[tree.File, ...]


def random_ruleset(seed: int) -> RandomRuleset:
    """The ruleset of a seed."""
    random = Random(seed)
    chosen = random.choice(BAND_SETS)
    if random.random() < 0.25:
        library = FileMaker(random, chosen, "lib", "x")
        imported = library.library()
        root = FileMaker(random, chosen, "made", "")
        root.take(library, "x")
        return RandomRuleset((imported, root.root()))
    return RandomRuleset((FileMaker(random, chosen, "made", "").root(),))


def facts_of(names: Names) -> Names:
    """Every fact of the sample schema."""
    names.add_fields((), FACTS)
    return names


class FileMaker:
    """Makes the items of one file; each sees what stands before it."""

    def __init__(self, random: Random, bands: BandSet, name: str, prefix: str) -> None:
        self.random = random
        self.name = name
        self.prefix = prefix
        self.bands = bands
        self.names = facts_of(Names())
        self.maker = EarlierMaker(random, self.names, random.choice((0, 0, 0.05, 0.1)))
        self.items: list[Any] = []
        self.several = random.random() < 0.3 and not prefix
        self.other = bands
        self.imports: tuple[Any, ...] = ()
        self.triggers: list[str] = []

    def header(self) -> Any:
        """The header with its schema and, at times, a calendar."""
        statements: list[Any] = [make(tree.FactsSchema, "sample", "1")]
        if self.random.random() < 0.5:
            month = self.random.choice((None, "february", "july", "january", "december"))
            zone = self.random.choice(("UTC", "America/New_York", "Asia/Tokyo"))
            statements.append(make(tree.Calendar, month, zone))
        return make(tree.Header, self.name, "1.0.0", tuple(statements))

    def library(self) -> tree.File:
        """A file that others import from."""
        self.items.append(declare_bands(self.bands))
        self._segments(1)
        self._lets(1)
        self._assumptions()
        self._callables(1)
        self._measures(3)
        self._cards(self.random.choice((0, 1)))
        self._bands_as_words()
        self._triggers(self.random.choice((0, 1)))
        file: tree.File = make(tree.File, (self.header(), *self.items))
        return file

    def take(self, library: FileMaker, prefix: str) -> None:
        """Import the band set and some of what a library file declares."""
        names = [make(tree.ImportedName, self.bands.name)]
        for segment in library.names.segments:
            names.append(make(tree.ImportedName, segment))
            self.names.segments.append(segment)
        for called in library.names.callables:
            names.append(make(tree.ImportedName, called.name))
            self.names.callables.append(called)
        for each in library.names.measures[-2:]:
            alias = f"{prefix}_{each.name}" if self.random.random() < 0.5 else None
            names.append(make(tree.ImportedName, each.name, alias))
            self.names.measures.append(Rated(alias or each.name, each.bands, each.value, each.has_points))
        for card in library.names.cards:
            names.append(make(tree.ImportedName, card.name))
            self.names.cards.append(card)
        for trigger in library.triggers:
            alias = f"{prefix}_{trigger}" if self.random.random() < 0.5 else None
            names.append(make(tree.ImportedName, trigger, alias))
            self.names.add("flag", alias or trigger)
        self.imports = (make(tree.Import, library.name, "1.0.0", tuple(names)),)

    def root(self) -> tree.File:
        """A file with everything."""
        if not self.imports:
            self.items.append(declare_bands(self.bands))
        if self.several:
            other = self.random.choice([each for each in BAND_SETS if each.name != self.bands.name])
            self.items.append(declare_bands(other))
            self.other = other
        self._segments(self.random.choice((1, 2, 3)))
        self._assumptions()
        self._lets(self.random.choice((1, 3, 4)))
        self._callables(self.random.choice((0, 1, 2)))
        self._measures(self.random.choice((3, 5, 7)))
        self._lets(self.random.choice((0, 1)))
        actions = ActionMaker(self.random, self.maker, self.names, self.bands, self.several)
        if self.random.random() < 0.4:
            self.items += actions.checklist("q")
        self._triggers(self.random.choice((0, 0, 1)))  # what scorecards may rest on
        self._cards(self.random.choice((1, 1, 2)))
        if self.random.random() < 0.4:
            self._matrix(actions)
        self._bands_as_words()
        self._triggers(self.random.choice((0, 1, 2, 3)))
        self._rest()
        file: tree.File = make(tree.File, (self.header(), *self.imports, *self.items))
        return file

    def _assumptions(self) -> None:
        if self.random.random() < 0.25:
            at = self.random.randrange(len(ASSUMABLE))
            kind = KIND_OF_ASSUMED[at]
            value = self.maker.literal(kind)
            if self.random.random() < 0.3:  # computed, without that fact itself
                others = Maker(self.random, Names(choices=self.names.choices))
                others.names.add("number", "size")
                value = {
                    "number": path("size"),
                    "flag": compare(path("size"), ">", others.literal("number")),
                }.get(kind, make(tree.Default, (others.literal(kind), others.literal(kind))))
            self.items.append(make(tree.Assume, (path(*ASSUMABLE[at]),), value, "it was not asked"))

    def _segments(self, count: int) -> None:
        for at in range(count):
            name = f"{self.prefix}s{at}"
            self.items.append(make(tree.Segment, name, None, self.maker.flag(1)))
            self.names.segments.append(name)

    def _lets(self, count: int) -> None:
        for _ in range(count):
            name = f"{self.prefix}l{len(self.items)}"
            kind = self.random.choice((*NUMBERS, "date", "text", "flag", "visit", "visits", "series"))
            if kind == "visit":
                query_kind = self.random.choice(("latest", "earliest", "first"))
                value = self.maker.query(query_kind, 2, by=query_kind != "first")
                self.names.records.append((name,))
            elif kind == "visits":
                query_kind = self.random.choice(("list", "top", "bottom"))
                value = self.maker.query(query_kind, 2, by=query_kind != "list")
                self.names.add("visits", name)
            elif kind == "series":
                field = self.random.choice(("score", "people", "share"))
                value = series(self.maker, field, 2)
                self.names.add(f"series of {field}", name)
            else:
                value = self.maker.expression(kind, 2)
                self.names.add(kind, name)
            self.items.append(make(tree.Let, name, value))

    def _callables(self, count: int) -> None:
        for _ in range(count):
            name = f"{self.prefix}f{len(self.items)}"
            result = self.random.choice(("number", "text", "number", "numbers"))
            parameters = tuple(self.random.choice(("number", "percent", "flag", "text")) for _ in range(2))
            item = self._table(name, parameters, result)
            if self.random.random() < 0.4 and result != "numbers":
                item = self._define(name, parameters, result)
            self.items.append(item)
            self.names.callables.append(Callable(name, parameters, result))

    def _define(self, name: str, kinds: tuple[str, ...], result: str) -> Any:
        inner = self.names.copy() if self.random.random() < 0.5 else Names(choices=self.names.choices)
        for at, kind in enumerate(kinds):
            inner.add(kind, f"p{at}")
        parameters = tuple(make(tree.Parameter, f"p{at}", kind) for at, kind in enumerate(kinds))
        return make(tree.Define, name, parameters, Maker(self.random, inner).expression(result, 2))

    def _table(self, name: str, kinds: tuple[str, ...], result: str) -> Any:
        hits = "all" if result == "numbers" else self.random.choice(("first", "one", "agreeing"))
        result = "number" if result == "numbers" else result
        rows = []
        for _ in range(self.random.choice((1, 2, 3, 4))):
            cells = tuple(self._cell(kind) for kind in kinds)
            rows.append(make(tree.TableRow, cells, self._result(result), None))
        if self.random.random() < 0.7:
            rows.append(make(tree.TableRow, None, self._result(result), None))
        parameters = tuple(make(tree.Parameter, f"p{at}", kind) for at, kind in enumerate(kinds))
        return make(tree.Table, name, parameters, hits, tuple(rows))

    def _result(self, kind: str) -> Any:
        return self.maker.literal(kind) if self.random.random() < 0.75 else self.maker.expression(kind, 1)

    def _cell(self, kind: str) -> Any:
        if self.random.random() < 0.25:
            return make(tree.AnyCell)
        if self.random.random() < 0.1:
            return self.maker.expression(kind, 1)
        if kind in ("flag", "text") or self.random.random() < 0.2:
            return self.maker.literal(kind)
        if self.random.random() < 0.5:
            return make(tree.In, None, self.maker.interval(kind))
        return compare(None, self.random.choice(COMPARISONS), self.maker.literal(kind))

    def _measures(self, count: int) -> None:
        for at in range(count):
            bands = self.other if self.random.random() < 0.3 else self.bands
            makes = MeasureMaker(self.maker, bands, self.several)
            item, rated = makes.measure(f"{self.prefix}m{at}")
            if self.random.random() < 0.2:
                let = make(tree.Let, "own", self.maker.expression("number", 1))
                item = make(tree.Measure, item.name, None, (let, *item.statements))
            if self.random.random() < 0.2 and rated.value == "number":
                item = self._about_value(item)
            if not self.prefix and rated.bands is not None:
                item = self.maker.looking_back(item, rated, Rated("c0", self.bands))
            self.items.append(item)
            self.names.measures.append(rated)

    def _about_value(self, item: Any) -> Any:
        """A measure with a `let` that speaks of its value, and a limit that rests on it."""
        let = make(
            tree.Let, "twice", make(tree.Arithmetic, ("*",), (path("value"), self.maker.literal("number")))
        )
        test = compare(path("twice"), self.random.choice(COMPARISONS), self.maker.literal("number"))
        limit = make(tree.Limit, "cap", None, self.maker.literal("number"), test, None)
        return make(tree.Measure, item.name, None, (*item.statements, let, limit))

    def _cards(self, count: int) -> None:
        for at in range(count):
            whole = self.bands.name == "whole"
            makes = CardMaker(self.maker, self.bands, self.several, whole)
            item, rated = makes.card(f"{self.prefix}c{at}", [*self.names.measures, *self.names.cards])
            item = self.maker.looking_back(item, rated, rated)
            self.items.append(item)
            self.names.cards.append(rated)
            self._nodes(item.statements, item.name)

    def _nodes(self, statements: tuple[Any, ...], prefix: str) -> None:
        """Note what can be said about the nodes of a scorecard from outside."""
        for each in statements:
            if isinstance(each, tree.Group | tree.MemberLine):
                name = f"{prefix}.{each.name}"
                self.names.add("percent", *name.split("."), "effective_weight")
                self.names.add("number", *name.split("."), "contribution")
            if isinstance(each, tree.MemberLine):
                member = next(
                    known for known in (*self.names.measures, *self.names.cards) if known.name == each.name
                )
                self.names.groups.append(Rated(name, member.bands))
                self.names.add("number", *name.split("."), *self.random.choice(((), ("score",))))
            if isinstance(each, tree.Group):
                self.names.add("number", *name.split("."))
                self.names.groups.append(Rated(name, self.bands))
                self._nodes(each.statements, name)

    def _bands_as_words(self) -> None:
        """Let expressions mention the bands of what is rated so far: `health.band`."""
        for each in (*self.names.measures, *self.names.cards, *self.names.groups):
            if each.bands is not None:
                self.names.choices.append(Field((*each.name.split("."), "band"), "choice", each.bands.words))
        for card in self.items:
            if isinstance(card, tree.Scorecard):
                parts = ["computed_band"]
                parts += ["borderline" for each in card.statements if isinstance(each, tree.Borderline)]
                self.names.choices += [Field((card.name, part), "choice", self.bands.words) for part in parts]

    def _triggers(self, count: int) -> None:
        for _ in range(count):
            name = f"{self.prefix}t{len(self.triggers)}"
            self.items.append(TriggerMaker(self.maker).trigger(name))
            self.triggers.append(name)

    def _matrix(self, actions: ActionMaker) -> None:
        """A matrix, and what is asked of it."""
        found = actions.matrix("x")
        self.items += found
        for at, asked in enumerate(actions.about if found else ()):
            self.items.append(make(tree.Output, f"asked{at}", asked))

    def _rest(self) -> None:
        """Outputs, problems and invariants."""
        for at in range(self.random.choice((1, 2, 4))):
            kind = self.random.choice((*NUMBERS, "date", "text", "flag", "list"))
            value = self.maker.plain_list(2) if kind == "list" else self.maker.expression(kind, 3)
            self.items.append(make(tree.Output, f"o{at}", value))
        if self.random.random() < 0.6:
            self.items.append(make(tree.Problem, "this is a problem", self.maker.flag(2)))
        if self.random.random() < 0.6:
            text = "this holds for every account"
            self.items.append(make(tree.Invariant, text, self.random.random() < 0.5, self.maker.flag(2)))


__all__ = ["RandomRuleset", "random_ruleset", "word"]
