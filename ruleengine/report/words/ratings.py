"""The rating of a measure in words: which values give which band or how many points.

In: the rating of a measure. Out: for each block its condition, and its rows. Guaranteed: where rows only cut up the
values of the measure, each row says its own share of them (`above 10% and at most 50%`), whatever the order in which
the rows are written; everywhere else the rows stand in their order and say so.
"""

from __future__ import annotations

from functools import cached_property

from attrs import frozen

from ruleengine.checker.domains import Numbers, domain_of
from ruleengine.checker.index import Index
from ruleengine.report.words.conditions import Words, walk
from ruleengine.report.words.names import band_run
from ruleengine.report.words.quantities import Stretch, number_words, stretch_words
from ruleengine.report.words.stretches import EVERYTHING, Region, beyond, common, region_of
from ruleengine.report.words.text import Text, joined, listed, plain, say
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import NUMBER, Kind, Type

#: What is left to a row in more pieces than this is called “otherwise”.
_MOST_PIECES = 3
_RELATIONS = {"above": "above ", "from": "from ", "below": "below ", "up to": "up to "}


@frozen(slots=True)
class SaidRow:
    """One row: what it gives, when, and why the author wants it so. `when` is empty for whatever is left."""

    outcome: Text
    when: Text
    because: str


@frozen(slots=True)
class SaidBlock:
    """The rows under one condition, which is empty when it always holds. `in_order`: the first row that holds counts."""

    when: Text
    rows: tuple[SaidRow, ...]
    in_order: bool


@frozen(slots=False)
class Ratings:
    """Says ratings."""

    words: Words

    def blocks(self, measure: r.Measure) -> tuple[SaidBlock, ...]:
        """All blocks of a measure, in the order in which they are tried."""
        if measure.as_given:
            return (SaidBlock((), (SaidRow(self._given(measure), (), ""),), False),)
        return tuple(self._block(measure, block, number) for number, block in enumerate(measure.rates))

    def _given(self, measure: r.Measure) -> Text:
        bands = self._bands(measure)
        names = [say(band_run(bands, position)) for position in range(len(bands))]
        return say("as given: the value is itself ", listed(names, "or"))

    def _bands(self, measure: r.Measure) -> tuple[r.Band, ...]:
        found = self.words.names.band_sets.get(measure.bands)
        return found.bands if found is not None else ()

    def _block(self, measure: r.Measure, block: r.RateBlock, number: int) -> SaidBlock:
        if block.condition is None:
            when = say("otherwise") if number else ()
        else:
            when = self.words.about(subject_of(measure)).condition(block.condition)
        shares = self._shares(measure, block)
        if shares is not None:
            return SaidBlock(when, shares, False)
        words = self.words.about(subject_of(measure))
        rows = tuple(
            SaidRow(
                self.outcome(measure, row.outcome),
                words.short(row.condition) if row.condition is not None else (),
                row.because or "",
            )
            for row in block.rows
        )
        return SaidBlock(when, rows, len(rows) > 1)

    # ── rows that cut up the values ──

    def _shares(self, measure: r.Measure, block: r.RateBlock) -> tuple[SaidRow, ...] | None:
        if measure.value is None or measure.value.type.kind not in (Kind.NUMBER, Kind.DATE):
            return None
        if len(block.rows) < 2:
            return None
        kind = _shown_type(measure.value.type, block)
        possible = self._possible(measure.value)
        left: Region = EVERYTHING
        found: list[tuple[int, SaidRow]] = []
        for row in block.rows:
            region = region_of(row.condition, subject_of(measure))
            if region is None:
                return None
            share, left = common(left, region), common(left, beyond(region))
            share = tuple(stretch for stretch in share if common((stretch,), possible))
            if share:
                outcome = self.outcome(measure, row.outcome, share)
                found.append(
                    (_rank(row.outcome), SaidRow(outcome, _share_words(share, kind), row.because or ""))
                )
        found.sort(key=lambda ranked: ranked[0])
        return tuple(row for _, row in found)

    def _possible(self, value: e.Expression) -> Region:
        """The values that there can be, so that nobody reads of users below zero."""
        domain = domain_of(value, self.index)
        if not isinstance(domain, Numbers):
            return EVERYTHING
        return (Stretch(domain.low, domain.high, domain.low_open, domain.high_open),)

    @cached_property
    def index(self) -> Index:
        """What the checker knows of the values in the program."""
        names = self.words.names
        return Index(names.program, names.sources, names.program.path, {})

    # ── what a row gives ──

    def outcome(self, measure: r.Measure, outcome: r.Outcome, share: Region = ()) -> Text:
        """A band, points, or why there is nothing; `share` are the values that it is given for, where they are known."""
        words = self.words.about(subject_of(measure))
        if isinstance(outcome, r.BandOutcome):
            return say(band_run(self._bands(measure), outcome.position))
        if isinstance(outcome, r.PointsOutcome):
            if not isinstance(outcome.value, e.Constant):
                return say("points: ", words.value(outcome.value))
            return say(words.value(outcome.value), " point" if outcome.value.value == 1 else " points")
        if isinstance(outcome, r.StepsOutcome):
            return self._steps(outcome)
        if isinstance(outcome, r.LinearOutcome):
            return _linear(words, outcome, share)
        reason = outcome.reason.replace("_", " ")
        return say(f"no rating: {reason}", f" ({outcome.text})" if outcome.text else "")

    def _steps(self, outcome: r.StepsOutcome) -> Text:
        relation = _RELATIONS[outcome.relation]
        steps = [
            say(f"{number} {'point ' if number == 1 else ''}{relation}", self.words.inner(edge))
            for number, edge in enumerate(outcome.edges, start=1)
        ]
        return say(joined(steps, ", "), ", else 0")


def subject_of(measure: r.Measure) -> str:
    """The variable that holds the value of a measure."""
    return f"{measure.name}.value" if measure.value is not None else ""


def _linear(words: Words, outcome: r.LinearOutcome, share: Region) -> Text:
    low, high, start, end = (
        words.inner(node) for node in (outcome.low, outcome.high, outcome.start, outcome.end)
    )
    ends = [node.value if isinstance(node, e.Constant) else None for node in (outcome.start, outcome.end)]
    if len(share) == 1 and [share[0].low, share[0].high] == ends:
        return say(low, " to ", high, " points in proportion")
    return say("in proportion ", low, " points at ", start, " to ", high, " points at ", end)


def _rank(outcome: r.Outcome) -> int:
    """Bands stand best first; everything else keeps its order."""
    return outcome.position if isinstance(outcome, r.BandOutcome) else 0


def _share_words(region: Region, kind: Type) -> Text:
    if len(region) > _MOST_PIECES:
        return ()
    return listed([stretch_words(stretch, kind) for stretch in region], "or")


def _shown_type(kind: Type, block: r.RateBlock) -> Type:
    """The type of the numbers that the rows are written with: a plain ratio is compared with percentages."""
    for row in block.rows:
        if row.condition is None:
            continue
        for node in walk(row.condition):
            if (
                isinstance(node, e.Constant)
                and node.type.kind is Kind.NUMBER
                and node.type.unit
                and node.value
            ):
                return node.type if node.type.unit != "count" else NUMBER
    return kind


def interval_words(band: r.Band) -> str:
    """The scores of a band: `75 to 100`, `50 to below 75`."""
    if not band.has_interval:
        return ""
    low = "" if band.low is None else number_words(band.low)
    high = "" if band.high is None else number_words(band.high)
    if not low and not high:
        return "any score"
    if not low:
        return f"{'below' if band.high_open else 'up to'} {high}"
    if not high:
        return f"{'above' if band.low_open else 'from'} {low}"
    if low == high and not (band.low_open or band.high_open):
        return low
    return f"{'above ' if band.low_open else ''}{low} to {'below ' if band.high_open else ''}{high}"


def block_text(block: SaidBlock) -> str:
    """A block on one line, for comparing versions and for short tables."""
    rows = [
        f"{plain(row.outcome)}{' ' if row.when else ''}{plain(row.when)}{f' ({row.because})' if row.because else ''}"
        for row in block.rows
    ]
    when = f"{plain(block.when)}: " if block.when else ""
    return when + "; ".join(rows)
