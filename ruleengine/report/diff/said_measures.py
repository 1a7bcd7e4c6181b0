"""What is said of an edit of a measure: its value, where it applies, how old its data may be, its rating, its limits.

In: choices of measures. Out: sentences. Guaranteed: each side is said in the words and figures of its own version.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from attrs import frozen

from ruleengine.compare.edits import Choice
from ruleengine.compare.holes import Hole
from ruleengine.compare.ratings import Cut
from ruleengine.report.diff.clauses import (
    UNSHOWN,
    Noun,
    Said,
    few,
    instead,
    quoted,
    remark,
    sentence,
    shortened,
    whole,
)
from ruleengine.report.diff.contrasts import conjuncts
from ruleengine.report.diff.versions import Versions
from ruleengine.report.words.conditions import Words
from ruleengine.report.words.names import band_run
from ruleengine.report.words.policies import Policies
from ruleengine.report.words.quantities import constant_words, quantity
from ruleengine.report.words.ratings import Ratings, SaidBlock, block_text
from ruleengine.report.words.text import plain, say
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import meaning_of
from ruleengine.values import Kind, Type

_EDGES = {
    "<": "below", "<=": "up to", ">": "above", ">=": "from", "=": "exactly", "!=": "anything but",
    "from": "from", "above": "above", "to": "up to", "below": "below", "": "",
}  # fmt: skip
_AGES = {"fresh.stale": "goes stale", "fresh.expired": "expires"}
_LIMIT_TARGETS = {"override": "to", "cap": "at", "floor": "at"}
_LONGEST_RATING = 70
_MOST_ROWS = 4


@frozen(slots=False)
class SaidMeasures:
    """Says edits of measures."""

    versions: Versions

    # ── what is measured ──

    def value(self, choice: Choice) -> Said:
        """The value, or a named value in the measure."""
        noun = self.versions.noun(choice.subject)
        contrasts = self.versions.contrasts
        if isinstance(choice.new, r.Let) and isinstance(choice.old, r.Let):
            about = contrasts.about(f"{choice.subject.name}.value")
            old, new = about.meaning(choice.old.value, choice.new.value)
            verb, rest = about.means(choice.old.value, choice.new.value)
            name = f"“{self.versions.new.names.human(choice.new.label)}” in {noun.inside}"
            return whole(f"{name} {verb} {rest}", old, new)
        if choice.old is None or choice.new is None:
            return self._valued(choice, noun)
        old, new = contrasts.value(choice.old, choice.new)
        verb, rest = contrasts.measured(choice.old, choice.new)
        return sentence(noun, verb, rest, old, new)

    def _valued(self, choice: Choice, noun: Noun) -> Said:
        """A measure that has a value, and had none before, or the other way round."""
        if choice.old is None:
            told = plain(self.versions.new.value(choice.new))
            return sentence(noun, "now has", f"a value: {shortened(told)}", None, told)
        told = plain(self.versions.old.value(choice.old))
        return sentence(noun, "no longer has", f"a value (before: {shortened(told)})", told, None)

    def applies(self, choice: Choice) -> Said:
        """Where it applies."""
        noun = self.versions.noun(choice.subject)
        old, new = self._where(choice.old, self.versions.old), self._where(choice.new, self.versions.new)
        was, now = _conditions(choice.old), _conditions(choice.new)
        known = {repr(meaning_of(each)) for each in was}, {repr(meaning_of(each)) for each in now}
        more = [each for each in now if repr(meaning_of(each)) not in known[0]]
        less = [each for each in was if repr(meaning_of(each)) not in known[1]]
        if more and not less:
            return sentence(noun, *self._only(more), old, new)
        if less and not more:
            return sentence(noun, *self._no_longer_only(less), old, new)
        if len(more) == 1 and len(less) == 1 and self._segments(more[0]) and self._segments(less[0]):
            told = self._other_segments(less[0], more[0])
            if told is not None:
                return sentence(noun, *told, old, new)
        elif (
            len(more) == 1 and len(less) == 1 and not self._segments(more[0]) and not self._segments(less[0])
        ):
            said = self.versions.contrasts.condition(less[0], more[0], after="when")
            return sentence(noun, "applies", f"when {said}", old, new)
        return sentence(noun, "applies", instead(_target(shortened(new)), _target(shortened(old))), old, new)

    def _where(self, applies: tuple[r.Applies, ...] | None, words: Words) -> str:
        known = next(iter(words.names.measures.values()))
        return plain(Policies(words).applies(attrs.evolve(known, applies=applies or ()))) or "all"

    def _segments(self, condition: e.Expression) -> list[str]:
        """The segments that a condition names and nothing else."""
        inner = condition.operand if isinstance(condition, e.Not) else condition
        nodes = inner.operands if isinstance(inner, e.Logic) and inner.operator == "or" else (inner,)
        variables = self.versions.new.names.variables
        runs = [variables.get(node.name) for node in nodes if isinstance(node, e.Variable)]
        found = [quoted(run.text) for run in runs if run is not None and run.target.startswith("segment-")]
        return found if len(found) == len(nodes) else []

    def _only(self, more: list[e.Expression]) -> tuple[str, str]:
        """A verb and the rest, where more must hold than before."""
        segments = self._segments(more[0]) if len(more) == 1 else []
        if segments and isinstance(more[0], e.Not):
            return "no longer applies", f"to {few(segments)}"
        if segments:
            return "now applies", f"only to {few(segments, last='or')}"
        said = " and ".join(plain(self.versions.new.condition(each)) for each in more)
        return "now applies", f"only when {shortened(said)}"

    def _other_segments(self, old: e.Expression, new: e.Expression) -> tuple[str, str] | None:
        """Which segments are excepted besides, or no longer; the other way round for those that it is only for."""
        if isinstance(old, e.Not) is not isinstance(new, e.Not):
            return None
        was, now = self._segments(old), self._segments(new)
        more, less = [name for name in now if name not in was], [name for name in was if name not in now]
        if bool(more) is bool(less):
            return None
        if bool(more) is isinstance(new, e.Not):
            return "no longer applies", f"to {few(more or less)}"
        return "now applies", f"to {few(more or less)} too"

    def _no_longer_only(self, less: list[e.Expression]) -> tuple[str, str]:
        segments = self._segments(less[0]) if len(less) == 1 else []
        if segments and isinstance(less[0], e.Not):
            return "now applies", f"to {few(segments)} too"
        if segments:
            return "no longer applies", f"only to {few(segments, last='or')}"
        said = " and ".join(plain(self.versions.old.condition(each)) for each in less)
        return "now applies", f"whether or not {shortened(said)}"

    # ── age and absence of data ──

    def freshness(self, choice: Choice) -> Said:
        """How old the data may be."""
        noun = self.versions.noun(choice.subject)
        if choice.key.endswith("fresh.by"):
            sides = self.versions.contrasts.value(choice.old, choice.new)
            told = instead(shortened(sides[1]), shortened(sides[0]))
            return whole(f"the age of the data for {noun.inside} is counted from {told}", *sides)
        if choice.key not in _AGES:
            return self._all_ages(choice, noun)
        old, new, verb = _age(choice.old), _age(choice.new), _AGES[choice.key]
        if new is None:
            return sentence(noun, f"no longer {verb}", f"(before: after {old})", f"after {old}", None)
        if old is None:
            return sentence(noun, f"now {verb}", f"after {new}", None, f"after {new}")
        return sentence(noun, verb, f"after {instead(new, old)}", f"after {old}", f"after {new}")

    def _all_ages(self, choice: Choice, noun: Noun) -> Said:
        """A measure that gets limits of age, or loses them."""
        fresh: r.Fresh = choice.new if choice.new is not None else choice.old
        words = self.versions.new if choice.new is not None else self.versions.old
        told = "; ".join(plain(line) for line in Policies(words).fresh(fresh))
        ages = [
            ("goes stale", _age_of(fresh.stale, fresh.stale_unit)),
            ("expires", _age_of(fresh.expired, fresh.expired_unit)),
        ]
        verbs = " and ".join(f"{noun.verb(verb)} after {age}" for verb, age in ages if age)
        if choice.new is None:
            said = f"no longer {verbs.replace(' and ', ' or ')}"
            return Said(f"{noun.text} {said}", f"{noun.inside} {said}", told, None)
        return Said(f"{noun.text} now {verbs}", f"{noun.inside} now {verbs}", None, told)

    def missing(self, choice: Choice) -> Said:
        """What it counts as without data."""
        noun = self.versions.noun(choice.subject)
        old, new = (self._without(side, number) for number, side in enumerate((choice.old, choice.new)))
        plural = {"is": "are", "counts": "count"}
        verb, rest = new[0].split(" ", 1)
        shown = plural[verb] if noun.is_plural else verb
        return whole(f"without data, {noun.inside} {shown} {rest} instead of {old[1]}", old[0], new[0])

    def _without(self, missing: r.Missing | None, number: int) -> tuple[str, str]:
        """As a verb, and as what it is instead of."""
        if missing is None or missing.policy not in ("impute", "as zero"):
            return "is left out", "being left out"
        if missing.policy == "as zero":
            return "counts as 0 points", "counting as 0 points"
        words = (self.versions.old, self.versions.new)[number]
        told = missing.band or (
            f"{plain(words.inner(missing.value))} points" if missing.value is not None else "nothing"
        )
        return f"counts as {told}", f"counting as {told}"

    def baseline(self, choice: Choice) -> Said:
        """The points that it is compared with."""
        noun = self.versions.noun(choice.subject)
        sides = zip((self.versions.old, self.versions.new), (choice.old, choice.new), strict=True)
        old, new = (plain(words.value(side)) if side is not None else None for words, side in sides)
        return either_side(f"the baseline of {noun.inside}", "points", old, new)

    def checklist(self, choice: Choice) -> Said:
        """The checklist that a criterion belongs to."""
        noun = self.versions.noun(choice.subject)
        names = self.versions.new.names
        old, new = (names.human(side) if side else None for side in (choice.old, choice.new))
        if not new:
            return sentence(noun, "no longer belongs", f"to the checklist {old}", old, None)
        rest = f"to the checklist {instead(new, old) if old else new}"
        return sentence(noun, "belongs" if old else "now belongs", rest, old, new)

    # ── rating ──

    def cut(self, choice: Choice) -> Said:
        """Where one band or number of points ends: `red up to 10% instead of below 25%`."""
        noun = self.versions.noun(choice.subject)
        old, new = (
            self._side(choice.subject.name, choice.old, 0),
            self._side(choice.subject.name, choice.new, 1),
        )
        first, case = choice.new.rows[0], self._case(choice)
        if isinstance(first, r.RateBlock):
            return sentence(
                noun,
                "has",
                f"a rating of {'their' if noun.is_plural else 'its'} own when {self._block_when(choice)}",
                old,
                new,
            )
        outcome = self._outcome(choice.subject.name, first, 1)
        if _edges(choice.new) and outcome and not list(_steps(first.outcome, choice.new)):
            told = f"{outcome} {instead(new, old)}{case}"
            return remark(noun, told, "is", f"{outcome} {old}", f"{outcome} {new}")
        when = self._when(choice.subject.name, first)
        return remark(noun, f"{instead(new, old)}{when}{case}", "gets", old, new)

    def _side(self, measure: str, cut: Cut, number: int) -> str:
        """The constants of a cut as one version has them."""
        words = (self.versions.old, self.versions.new)[number].about(f"{measure}.value")
        first = cut.rows[0]
        if isinstance(first, r.RateBlock):
            return plain(words.condition(first.condition)) if first.condition is not None else "always"
        steps = list(_steps(first.outcome, cut))
        if steps:
            return " and ".join(steps)
        edges = [f"{_EDGES[edge.edge]} {_constant(edge)}" for edge in _edges(cut)]
        if not edges:
            return self._outcome(measure, first, number)
        return edges[0] if _same_constants(cut) else " and ".join(dict.fromkeys(edges))

    def _block_when(self, choice: Choice) -> str:
        """The condition of a block of rows, by what differs in it."""
        was, now = choice.old.rows[0].condition, choice.new.rows[0].condition
        return self.versions.contrasts.about(f"{choice.subject.name}.value").condition(was, now, after="when")

    def _outcome(self, measure: str, row: r.Row, number: int) -> str:
        words = (self.versions.old, self.versions.new)[number]
        found = words.names.measures.get(measure)
        return plain(Ratings(words).outcome(found, row.outcome)) if found is not None else ""

    def _when(self, measure: str, row: r.Row) -> str:
        if row.condition is None:
            return ""
        return f" when {plain(self.versions.new.about(f'{measure}.value').short(row.condition))}"

    def _case(self, choice: Choice) -> str:
        """The condition of the rate block that a row stands in, where there are several."""
        measure = self.versions.after.measures.get(choice.subject.name)
        row = choice.new.rows[0]
        for block in measure.rates if measure is not None else ():
            if block.condition is not None and any(
                each is row or each.span == row.span for each in block.rows
            ):
                about = self.versions.new.about(f"{choice.subject.name}.value")
                return f" (when {plain(about.condition(block.condition))})"
        return ""

    def rating(self, choice: Choice) -> Said:
        """A rating, or a block of it, of another shape."""
        noun = self.versions.noun(choice.subject)
        blocks = self._blocks(choice, 0), self._blocks(choice, 1)
        old, new = ("; ".join(map(block_text, side)) or "not at all" for side in blocks)
        told = self._rows_that_differ(*blocks)
        if told:
            return remark(noun, told, "is", old, new)
        if old == new:
            return sentence(noun, "has", f"a rating {UNSHOWN}", old, new)
        if max(len(old), len(new)) <= _LONGEST_RATING:
            return sentence(noun, "is", f"rated {new} instead of {old}", old, new)
        return sentence(noun, "is", f"rated otherwise: {shortened(new)}", old, new)

    def _rows_that_differ(self, old: tuple[SaidBlock, ...], new: tuple[SaidBlock, ...]) -> str:
        """Only what differs, where each band is given for one stretch of values in both versions."""
        if len(old) != len(new):
            return ""
        found: list[str] = []
        for was, now in zip(old, new, strict=True):
            if block_text(was) == block_text(now):
                continue
            rows = _contrasted(was, now)
            if rows is None:
                return ""
            found += rows
        return "; ".join(found) if len(found) <= _MOST_ROWS else ""

    def _blocks(self, choice: Choice, number: int) -> tuple[SaidBlock, ...]:
        """The rating of one version, as far as the choice is about it."""
        words = (self.versions.old, self.versions.new)[number]
        side = (choice.old, choice.new)[number]
        measure = side if isinstance(side, r.Measure) else words.names.measures[choice.subject.name]
        if isinstance(side, r.RateBlock):
            measure = attrs.evolve(measure, rates=(side,), as_given=False)
        elif isinstance(side, tuple):
            measure = attrs.evolve(measure, rates=side, as_given=False)
        return Ratings(words).blocks(measure)

    # ── limits ──

    def limit(self, choice: Choice) -> Said:
        """A cap, floor or override."""
        if isinstance(choice.old, tuple) or isinstance(choice.new, tuple):
            return self._limits_in_order(choice)
        owner = self._owner(choice)
        old, new = (self._limit_text(choice, number) for number in (0, 1))
        if choice.new is None or choice.old is None:
            limit: r.Limit = choice.new if choice.new is not None else choice.old
            number = 1 if choice.new is not None else 0
            said = f"the {limit.kind}{owner}{self._target(choice, number)}{self._limit_when(choice, number)}"
            return whole(f"{said} is {'new' if number else 'gone'}", old, new)
        was, now = choice.old, choice.new
        if meaning_of((was.band, was.score)) != meaning_of((now.band, now.score)):
            targets = [self._target(choice, number).strip() for number in (1, 0)]
            targets[1] = targets[1].partition(" ")[2]
            same = meaning_of(was.condition) == meaning_of(now.condition)
            when = self._limit_when(choice, 1)
            said = f"the {now.kind}{owner} is {instead(*targets)}{when}"
            return whole(said if same else f"{said}, and its condition is another one", old, new)
        if was.condition is not None and now.condition is not None:
            said = self.versions.contrasts.condition(was.condition, now.condition, after="when")
            when = f"acts when {said}"
        elif now.condition is None:
            when = "acts always"
        else:
            when = f"acts only{self._limit_when(choice, 1)}"
        return whole(f"the {now.kind}{owner}{self._target(choice, 1)} {when}", old, new)

    def _limits_in_order(self, choice: Choice) -> Said:
        noun = self.versions.noun(choice.subject)
        sides = []
        for number, side in enumerate((choice.old or (), choice.new or ())):
            policies, bands = self.versions.policies[number], self._bands(choice, number)
            sides.append("; ".join(plain(policies.limit(each, bands)) for each in side))
        return whole(f"what overrules {noun.inside} stands in another order", sides[0], sides[1])

    def _owner(self, choice: Choice) -> str:
        """` of Users of git`; nothing for the one scorecard of a ruleset."""
        if choice.subject.kind == "scorecard" and not choice.subject.path:
            program = self.versions.new.names.program
            own = [card for card in self.versions.after.cards.values() if card.span.path == program.path]
            if len(own) == 1 and own[0].name == choice.subject.name:
                return ""
        return f" of {self.versions.noun(choice.subject).inside}"

    def _bands(self, choice: Choice, number: int) -> tuple[r.Band, ...]:
        names = (self.versions.old, self.versions.new)[number].names
        owner = names.measures.get(choice.subject.name) if choice.subject.kind == "measure" else None
        return self.versions.bands(names, owner or names.cards.get(choice.subject.name))

    def _target(self, choice: Choice, number: int) -> str:
        limit: r.Limit = (choice.old, choice.new)[number]
        words, bands = (self.versions.old, self.versions.new)[number], self._bands(choice, number)
        if limit.band is not None and limit.band < len(bands):
            told = plain(say(band_run(bands, limit.band)))
        else:
            told = f"{plain(words.inner(limit.score))} points" if limit.score is not None else "a band"
        return f" {_LIMIT_TARGETS[limit.kind]} {told}"

    def _limit_when(self, choice: Choice, number: int) -> str:
        limit: r.Limit = (choice.old, choice.new)[number]
        words = (self.versions.old, self.versions.new)[number]
        return (
            f" when {shortened(plain(words.condition(limit.condition)))}"
            if limit.condition is not None
            else ""
        )

    def _limit_text(self, choice: Choice, number: int) -> str | None:
        limit = (choice.old, choice.new)[number]
        if limit is None:
            return None
        return f"{limit.kind}{self._target(choice, number)}{self._limit_when(choice, number)}"


def either_side(what: str, unit: str, old: str | None, new: str | None) -> Said:
    """`the baseline of X is 50 points instead of 60`, or that there is one now, or none any more."""
    if old is None:
        return whole(f"{what} is new: {new} {unit}".rstrip(), old, new)
    if new is None:
        return whole(f"{what} is gone (before: {old} {unit})".replace(" )", ")"), old, new)
    return whole(f"{what} is {instead(f'{new} {unit}'.rstrip(), f'{old} {unit}'.rstrip())}", old, new)


def _target(where: str) -> str:
    """`to all except tech touch`, `only to growth`, `only when …`."""
    if where.startswith("only when "):
        return where
    return f"only to {where.removeprefix('only ')}" if where.startswith("only ") else f"to {where}"


def _conditions(applies: tuple[r.Applies, ...] | None) -> list[e.Expression]:
    return [each for found in applies or () for each in conjuncts(found.condition)]


def _age(side: tuple[float, str] | None) -> str | None:
    return None if side is None else _age_of(*side)


def _age_of(length: float | None, unit: str) -> str | None:
    return None if length is None else "".join(quantity(length, Type(Kind.NUMBER, unit)))


def _edges(cut: Cut) -> list[Hole]:
    """The constants of a cut that bound a condition."""
    return [edge for edge in cut.edges if edge.edge]


def _same_constants(cut: Cut) -> bool:
    return len({edge.constant.value for edge in _edges(cut)}) == 1


def _constant(edge: Hole) -> str:
    return constant_words(edge.constant.value, edge.constant.type)


def _steps(outcome: r.Outcome, cut: Cut) -> Iterator[str]:
    """The steps that begin at the constants of a cut: `3 points above 90`; none where it bounds the row itself."""
    if not isinstance(outcome, r.StepsOutcome):
        return
    for number, step in enumerate(outcome.edges, start=1):
        for edge in cut.edges:
            if edge.constant is step:
                yield f"{number} {'point' if number == 1 else 'points'} {outcome.relation} {_constant(edge)}"


def _contrasted(old: SaidBlock, new: SaidBlock) -> list[str] | None:
    """Where the rows of two blocks that give the same differ; None where they do not give the same."""
    if old.in_order or new.in_order or plain(old.when) != plain(new.when):
        return None
    was, now = ({plain(row.outcome): plain(row.when) for row in block.rows} for block in (old, new))
    if was.keys() != now.keys() or len(was) != len(old.rows) or len(now) != len(new.rows):
        return None
    case = f" ({plain(new.when)})" if new.when else ""
    return [
        f"{outcome} {instead(when, was[outcome])}{case}"
        for outcome, when in now.items()
        if when and was[outcome] and when != was[outcome]
    ]
