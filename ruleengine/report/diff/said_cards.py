"""What is said of an edit of a scorecard: weights, members, columns of weights, how a score is found, new accounts, bands.

In: choices of scorecards and band sets; their subject is the scorecard, with the path of a group or member. Out: sentences.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ruleengine.compare.bands import Boundary
from ruleengine.compare.columns import ColumnOfWeights
from ruleengine.compare.edits import Choice
from ruleengine.compare.places import Placed, Weight
from ruleengine.report.diff.clauses import Noun, Said, few, instead, sentence, shortened, whole
from ruleengine.report.diff.versions import Versions
from ruleengine.report.words.names import Names
from ruleengine.report.words.policies import weight_words
from ruleengine.report.words.quantities import number_words, quantity
from ruleengine.report.words.text import plain
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import meaning_of
from ruleengine.values import Kind, Type


@frozen(slots=False)
class SaidCards:
    """Says edits of scorecards and of sets of bands."""

    versions: Versions

    # ── weights and members ──

    def weight(self, choice: Choice) -> Said:
        """`License utilization in Product weighs 30% instead of 40%`."""
        noun = self.versions.noun(choice.subject)
        old, new = choice.old, choice.new
        texts = weight_words(old.value, old.percent), weight_words(new.value, new.percent)
        return sentence(noun, "weighs", f"{texts[1]} instead of {texts[0]}", texts[0], texts[1])

    def member(self, choice: Choice) -> Said:
        """A member or group that is new, gone, or elsewhere."""
        if choice.old is None:
            return self._new_member(choice, choice.new)
        if choice.new is None:
            return self._lost_member(choice, choice.old)
        old: Placed = choice.old
        new: Placed = choice.new
        card = choice.subject.name
        was, now = self.versions.whole(card, old.path), self.versions.whole(card, new.path)
        noun = Noun(self._title(new))
        if old.path != new.path:
            weighing = self._weight_of(card, new)
            with_weight = f", with a weight of {weighing}" if weighing else ""
            return sentence(noun, "counts", f"in {now} instead of {was}{with_weight}", was, now)
        before = self._title(old)
        return whole(f"in {now}, {noun.inside} {noun.verb('counts')} instead of {Noun(before).inside}", before, noun.text) if (
            before != noun.title) else self._other_points(choice, noun, now)  # fmt: skip

    def _other_points(self, choice: Choice, noun: Noun, where: str) -> Said:
        """A member that counts by the points of its band, or no longer."""
        own = "their" if noun.is_plural else "its"
        ways = [
            f"by the points of {own} band" if getattr(side.node, "by_band", False) else f"by {own} own points"
            for side in (choice.old, choice.new)
        ]
        if ways[0] == ways[1]:
            return sentence(
                Noun(noun.title, f" in {where}"), "is", "another one of the same name", None, None
            )
        return sentence(
            Noun(noun.title, f" in {where}"), "counts", f"{ways[1]} instead of {ways[0]}", ways[0], ways[1]
        )

    def _title(self, placed: Placed) -> str:
        return self.versions.new.names.title(placed.node)

    def _weight_of(self, card: str, placed: Placed) -> str:
        """The weight as written; nothing where all weigh the same."""
        for names in (self.versions.after, self.versions.before):
            around = self.versions.around(names, card, placed.path)
            labels = [child.label for child in around.children] if around is not None else []
            if around is not None and placed.node.label in labels:
                even = len({child.weight for child in around.children}) == 1
                return "" if even and not around.percent else _weight(placed.weight)
        return _weight(placed.weight)

    def _new_member(self, choice: Choice, placed: Placed) -> Said:
        where = self.versions.whole(choice.subject.name, placed.path)
        weight = self._weight_of(choice.subject.name, placed)
        noun = Noun(self._title(placed))
        rest = f"new in {where}" + (f", with a weight of {weight}" if weight else "") + self._inside(placed)
        return sentence(noun, "is", rest, None, weight or "a member")

    def _inside(self, placed: Placed) -> str:
        """The members that a group comes with."""
        if not isinstance(placed.node, r.Block):
            return ""
        titles = [self.versions.new.names.title(child) for child in placed.node.children]
        return f": {few(titles)}" if titles else ""

    def _lost_member(self, choice: Choice, placed: Placed) -> Said:
        where = self.versions.whole(choice.subject.name, placed.path)
        weight = self._weight_of(choice.subject.name, placed)
        noun = Noun(self._title(placed))
        weighed = f" ({'they' if noun.is_plural else 'it'} weighed {weight})" if weight else ""
        return sentence(noun, "no longer counts", f"in {where}{weighed}", weight or "a member", None)

    def column(self, choice: Choice) -> Said:
        """Weights that replace the others under a condition."""
        noun = self.versions.noun(choice.subject)
        if isinstance(choice.old, tuple) or isinstance(choice.new, tuple):
            sides = [self._columns(choice, number) for number in (0, 1)]
            return whole(f"the special weights of {noun.inside} stand in another order", sides[0], sides[1])
        old, new = (self._column(choice, number) for number in (0, 1))
        if new is None or old is None:
            side: ColumnOfWeights = choice.new if choice.new is not None else choice.old
            words = self.versions.new if choice.new is not None else self.versions.old
            when = shortened(plain(words.condition(side.condition)))
            told, details = ("new", f": {new}") if old is None else ("gone", f" ({old})")
            owner = "" if noun.title in when else f" of {noun.inside}"
            return whole(f"the special weights{owner} when {when} are {told}", old, new, details)
        if meaning_of(choice.old.condition) != meaning_of(choice.new.condition):
            said = self.versions.contrasts.condition(choice.old.condition, choice.new.condition, after="when")
            return whole(f"the special weights of {noun.inside} hold when {said}", old, new)
        when = shortened(plain(self.versions.new.condition(choice.new.condition)))
        differing = "; ".join(self._differing(choice))
        return whole(f"when {when}, {differing}", old, new)

    def _differing(self, choice: Choice) -> list[str]:
        old, new = choice.old, choice.new
        found = []
        for label in [label for label in new.weights if label in old.weights]:
            was, now = (
                weight_words(old.weights[label], old.percent),
                weight_words(new.weights[label], new.percent),
            )
            if was != now:
                noun = Noun(self._label(choice, label))
                found.append(f"{noun.inside} {noun.verb('weighs')} {now} instead of {was}")
        return found

    def _label(self, choice: Choice, label: str) -> str:
        path = f"{choice.subject.path}.{label}" if choice.subject.path else label
        names = self.versions.new.names
        node = names.nodes.get((choice.subject.name, path))
        return names.title(node) if node is not None else names.human(label)

    def _column(self, choice: Choice, number: int) -> str | None:
        side: ColumnOfWeights | None = (choice.old, choice.new)[number]
        if side is None:
            return None
        return ", ".join(
            f"{self._label(choice, label)} {weight_words(weight, side.percent)}"
            for label, weight in side.weights.items()
        )

    def _columns(self, choice: Choice, number: int) -> str | None:
        words = (self.versions.old, self.versions.new)[number]
        said = []
        for side in (choice.old, choice.new)[number] or ():
            weights = ", ".join(
                f"{self._label(choice, label)} {weight_words(each, side.percent)}"
                for label, each in side.weights.items()
            )
            said.append(f"when {plain(words.condition(side.condition))}: {weights}")
        return "; ".join(said) or None

    # ── how a score is found ──

    def rollup(self, choice: Choice) -> Said:
        """How the scores of members become one."""
        noun = self.versions.noun(choice.subject)
        blocks = [
            self.versions.block(names, choice.subject.name, choice.subject.path)
            for names in (self.versions.before, self.versions.after)
        ]
        old, new = (self._rollup(choice, block, number) for number, block in enumerate(blocks))
        was, now = (block.formula if block is not None else None for block in blocks)
        if was is not None and now is not None:
            verb, rest = self.versions.contrasts.changed(was, now, "is computed as")
            return sentence(noun, verb, rest, old, new)
        return sentence(noun, "is", f"{shortened(new)} instead of {shortened(old)}", old, new)

    def _rollup(self, choice: Choice, block: r.Block | None, number: int) -> str:
        names = (self.versions.old, self.versions.new)[number].names
        if block is None:
            return "nothing"
        told = plain(self.versions.policies[number].rollup(block, self._bands(names, choice)))
        return told.replace("that of its one member", "the score of its one member")

    def _bands(self, names: Names, choice: Choice) -> tuple[r.Band, ...]:
        return self.versions.bands(names, names.cards.get(choice.subject.name))

    def rounding(self, choice: Choice) -> Said:
        """How the score is rounded."""
        noun = self.versions.noun(choice.subject)
        policies = self.versions.policies
        old, new = (
            plain(policies[0].rounding(side)) if side is not None else None
            for side in (choice.old, choice.new)
        )
        if new is None:
            return sentence(noun, "is", f"no longer rounded (before: {old})", old, None)
        return sentence(noun, "is", f"rounded {new}" + (f" instead of {old}" if old else ""), old, new)

    def missing(self, choice: Choice) -> Said:
        """What is done without data."""
        noun = self.versions.noun(choice.subject)
        old, new = (self._policy(choice, number) for number in (0, 1))
        if old == new:
            return whole(f"data that {noun.inside} lacks are treated otherwise", old, new)
        return Said(f"{noun.text}: {shortened(new)} (before: {shortened(old)})",
                    f"data missing in {noun.inside} are treated otherwise", old, new)  # fmt: skip

    def _policy(self, choice: Choice, number: int) -> str:
        names = (self.versions.old, self.versions.new)[number].names
        own = (self.versions.before, self.versions.after)[number]
        block = self.versions.block(own, choice.subject.name, choice.subject.path)
        rollup = block.rollup if block is not None else ""
        side = (choice.old, choice.new)[number]
        return plain(self.versions.policies[number].missing(side, rollup, self._bands(names, choice)))

    def grace(self, choice: Choice) -> Said:
        """What does not count for new accounts."""
        old, new = (self._grace(choice, number) for number in (0, 1))
        noun = self.versions.noun(choice.subject)
        was: r.Grace | None = choice.old
        now: r.Grace | None = choice.new
        if was is None or now is None:
            verb, told = ("have", f": {new}") if now is not None else ("no longer have", f" (before: {old})")
            return whole(f"new accounts {verb} a time of grace in {noun.inside}", old, new, told)
        if meaning_of((was.start, was.excepted)) == meaning_of((now.start, now.excepted)):
            lengths = [_length(side.length, side.unit) for side in (now, was)]
            return whole(
                f"new accounts have {lengths[0]} of grace in {noun.inside} instead of {lengths[1]}", old, new
            )
        return whole(f"new accounts are treated otherwise in {noun.inside}: {new}", old, new)

    def _grace(self, choice: Choice, number: int) -> str | None:
        side: r.Grace | None = (choice.old, choice.new)[number]
        names = (self.versions.old, self.versions.new)[number].names
        card = names.cards.get(choice.subject.name)
        return (
            plain(self.versions.policies[number].grace(side, card))
            if side is not None and card is not None
            else None
        )

    def borderline(self, choice: Choice) -> Said:
        """How close to a boundary a score is borderline."""
        noun = self.versions.noun(choice.subject)
        sides = zip((self.versions.old, self.versions.new), (choice.old, choice.new), strict=True)
        old, new = (plain(words.value(side)) if side is not None else None for words, side in sides)
        where = "points of a boundary"
        if new is None:
            return sentence(
                noun, "is", f"no longer borderline near a boundary (before: within {old} points)", old, None
            )
        if old is None:
            return sentence(noun, "is", f"now borderline within {new} {where}", None, new)
        return sentence(noun, "is", f"borderline within {new} {where} instead of {old}", old, new)

    def scorecard(self, choice: Choice) -> Said:
        """A scorecard that only one version has."""
        noun = self.versions.noun(choice.subject)
        kept: r.Scorecard = choice.new if choice.new is not None else choice.old
        titles = few([self.versions.new.names.title(child) for child in kept.block.children])
        if choice.old is None:
            return whole(f"the scorecard {noun.title} is new: {titles}", None, titles)
        return whole(f"the scorecard {noun.title} is gone", titles, None)

    # ── bands ──

    def bands(self, choice: Choice) -> Said:
        """The ends of bands, or which bands there are."""
        return (
            _bands_of_card(self, choice)
            if choice.subject.kind in ("scorecard", "measure")
            else self._band_set(choice)
        )

    def _band_set(self, choice: Choice) -> Said:
        old, new = choice.old, choice.new
        if isinstance(old, Boundary) and isinstance(new, Boundary):
            return self._boundary(choice, old, new)
        if isinstance(old, r.BandSet | None) and isinstance(new, r.BandSet | None):
            sides = [_set_words(side) for side in (old, new)]
            told = f"{shortened(sides[1])} instead of {shortened(sides[0])}"
            return whole(f"the bands {choice.subject.title} are {told}", *sides)
        steps = [_step(side) for side in (old, new)]
        before = steps[0] if None not in (old, new) else _stepping(old)
        return whole(f"scores in the bands {choice.subject.title} {instead(steps[1], before)}", *steps)

    def _boundary(self, choice: Choice, old: Boundary, new: Boundary) -> Said:
        """`Green begins at 75 instead of 70`."""
        band = new.better if new.better is not None else new.worse
        was = old.better if old.better is not None else old.worse
        assert band is not None
        assert was is not None
        low = _meets_below(old, new)
        ends = [_end(side, low) for side in (was, band)]
        return whole(f"{band.name} {instead(ends[1], ends[0])}{self._which(choice)}", *ends)

    def _which(self, choice: Choice) -> str:
        """The set that a band belongs to, where there are several."""
        places = self.versions.after.band_places
        several = len({run.text for run in places.values()}) > 1
        found = places.get(choice.subject.name)
        return f" in the bands {found.text if found is not None else choice.subject.title}" if several else ""

    def points(self, choice: Choice) -> Said:
        """What a band is worth."""
        old, new = (_points(side) for side in (choice.old, choice.new))
        name, which = choice.new.name, self._which(choice)
        if new is None:
            return whole(
                f"{name} is no longer worth points of its own{which}", old, None, f" (before: {old})"
            )
        if old is None:
            return whole(f"{name} is now worth {new} points{which}", None, new)
        return whole(f"{name} is worth {new} points instead of {old}{which}", old, new)


def _weight(weight: Weight) -> str:
    return weight_words(weight.value, weight.percent)


def _length(length: float, unit: str) -> str:
    return "".join(quantity(length, Type(Kind.NUMBER, unit)))


def _points(side: Any) -> str | None:
    value = side.points if isinstance(side, r.Band) else side
    return None if value is None else number_words(value)


def _set_words(side: r.BandSet | None) -> str:
    return ", ".join(band.name for band in side.bands) if side is not None else "none"


def _step(step: float | None) -> str:
    return f"go in steps of {number_words(step)}" if step is not None else "may be any number"


def _stepping(step: float | None) -> str:
    return f"going in steps of {number_words(step)}" if step is not None else "being any number"


def _meets_below(old: Boundary, new: Boundary) -> bool:
    """Whether the boundary is the lower end of the band that it is told of."""
    better, worse = new.better, new.worse
    if better is not None and worse is not None:
        return better.low is not None and (worse.low is None or better.low > worse.low)
    band, was = (better, old.better) if better is not None else (worse, old.worse)
    assert band is not None
    assert was is not None
    return (band.low, band.low_open) != (was.low, was.low_open)


def _end(band: r.Band, low: bool) -> str:
    """`begins at 75`, `ends below 5`."""
    value, is_open = (band.low, band.low_open) if low else (band.high, band.high_open)
    verb = "begins" if low else "ends"
    if value is None:
        return f"{verb} nowhere"
    return f"{verb} {('above' if low else 'below') if is_open else 'at'} {number_words(value)}"


def _bands_of_card(said: SaidCards, choice: Choice) -> Said:
    noun = said.versions.noun(choice.subject)
    sets = [
        words.names.band_sets.get(side)
        for words, side in zip((said.versions.old, said.versions.new), (choice.old, choice.new), strict=True)
    ]
    orders = [_set_words(side) for side in sets]
    if orders[0] == orders[1]:
        return whole(f"the bands of {noun.inside} are those of another set", orders[0], orders[1])
    return whole(f"the bands of {noun.inside} are {orders[1]} instead of {orders[0]}", orders[0], orders[1])
