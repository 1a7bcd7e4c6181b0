"""Bounds of scorecards as the forms of a report show them: rows, bars, sentences.

In: bounds. Out: texts without markup and colour. Guaranteed: what is not known is marked as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from attrs import frozen

from ruleengine.analysis.findings import Bounds, End, Verdict
from ruleengine.report.cells import NOTHING, cell, short_number
from ruleengine.tree import ruleset as r

BAR = 24
_FULL, _EMPTY = "█", "░"
#: So many patterns of missing data are listed; the others are counted.
MOST_ROWS = 10
_NOT_EXACT = "*"


@frozen(slots=True)
class Row:
    """One line of a table: which accounts, both ends, the bar between them, bands with whether they can be got."""

    among: str
    lowest: str
    highest: str
    bar: str
    bands: tuple[tuple[str, bool | None], ...]


@frozen(slots=False, eq=False)
class CardFigures:
    """All bounds of one scorecard. `order` are its bands, best first."""

    card: r.Scorecard
    order: tuple[str, ...]
    scale: tuple[float, float] | None
    bounds: tuple[Bounds, ...]

    @property
    def title(self) -> str:
        """What people call the scorecard."""
        return cell(self.card.block.title or self.card.label)

    @cached_property
    def _parts(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for child in self.card.block.children:
            name = child.label if isinstance(child, r.Member) else child.name
            for each in (name, child.label, getattr(child, "path", name)):
                found[each] = child.title or child.label
        return found

    def among(self, bounds: Bounds) -> str:
        """Which accounts, in words that go on from `accounts`."""
        if bounds.kind == "all":
            return "all accounts"
        if bounds.kind == "segment":
            return f"in {cell(bounds.among)}"
        return f"with data only in {self.listed(bounds)}" if bounds.parts else "without any data"

    def listed(self, bounds: Bounds) -> str:
        """The parts with data."""
        return joined([cell(self._parts.get(part, part)) for part in bounds.parts])

    def rows(self, most: int | None = MOST_ROWS) -> tuple[list[Row], int]:
        """The lines of the table, and how many patterns of missing data are left out."""
        data = [each for each in self.bounds if each.kind == "data"]
        kept = data if most is None else data[:most]
        shown = [each for each in self.bounds if each.kind != "data"] + kept
        return [self._row(each) for each in shown], len(data) - len(kept)

    def _row(self, bounds: Bounds) -> Row:
        bands = tuple((cell(each.band), reachable(each.answer.verdict)) for each in bounds.bands)
        return Row(self.among(bounds), _end(bounds.lowest), _end(bounds.highest), self._bar(bounds), bands)

    def _bar(self, bounds: Bounds) -> str:
        low, high = bounds.lowest.score, bounds.highest.score
        if self.scale is None or low is None or high is None:
            return " " * BAR if self.scale is not None else ""
        start, end = self.scale
        size = end - start or 1.0
        first = min(max(int((low - start) / size * BAR), 0), BAR - 1)
        last = min(max(int((high - start) / size * BAR + 0.999), first + 1), BAR)
        return _EMPTY * first + _FULL * (last - first) + _EMPTY * (BAR - last)

    def sentences(self) -> Iterator[str]:
        """What cannot be, for some of the accounts, and what is not exact."""
        for bounds in self.bounds:
            if bounds.kind == "segment":
                never = _never(bounds)
                if never:
                    yield f"An account in {cell(bounds.among)} cannot be {or_joined(never)}."
        patterns: dict[tuple[str, ...], list[str]] = {}
        for bounds in self.bounds:
            if bounds.kind == "data" and bounds.parts and (never := _never(bounds)):
                patterns.setdefault(never, []).append(self.listed(bounds))
        for never, where in patterns.items():
            more = f"; and {len(where) - MOST_ROWS} further patterns" if len(where) > MOST_ROWS else ""
            yield f"With only {'; or only '.join(where[:MOST_ROWS])}{more}, an account cannot be {or_joined(never)}."
        yield from self._inexact()

    def _inexact(self) -> Iterator[str]:
        for bounds in self.bounds:
            for end, word, beyond in (
                (bounds.lowest, "lowest", "below"),
                (bounds.highest, "highest", "above"),
            ):
                if end.is_exact:
                    continue
                reached = (
                    "no account was found" if end.score is None else f"{short_number(end.score)} was reached"
                )
                limit = "how far it goes is not known" if end.known_limit is None else (
                    f"nothing {beyond} {short_number(end.known_limit)} is possible, and what lies between is not known"
                )  # fmt: skip
                yield f"{_NOT_EXACT} {self.among(bounds)}, {word}: {reached}; {limit}."


def cards_of(program: r.Program, bounds: Iterable[Bounds]) -> list[CardFigures]:
    """The bounds by scorecard, in the order in which they were found."""
    every = [step for step in program.steps if isinstance(step, r.Scorecard)]
    cards = {each.name: each for each in every} | {each.label: each for each in every if each.visible}
    sets = {each.key: each for each in program.band_sets}
    of_card: dict[str, list[Bounds]] = {}
    for each in bounds:
        of_card.setdefault(each.card, []).append(each)
    return [
        CardFigures(
            cards[name],
            tuple(band.name for band in sets[cards[name].bands].bands) if cards[name].bands else (),
            _scale(sets.get(cards[name].bands), several),
            tuple(several),
        )
        for name, several in of_card.items()
    ]


def reachable(verdict: Verdict) -> bool | None:
    """Whether a band can be got; None where that is not known."""
    return {Verdict.SHOWN: True, Verdict.PROVED: False, Verdict.UNKNOWN: None}[verdict]


def joined(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def or_joined(words: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return joined(words, "or")


def _never(bounds: Bounds) -> tuple[str, ...]:
    return tuple(cell(each.band) for each in bounds.bands if each.answer.verdict is Verdict.PROVED)


def _end(end: End) -> str:
    if end.score is None:
        return NOTHING if end.is_exact else NOTHING + _NOT_EXACT
    return short_number(end.score) + ("" if end.is_exact else _NOT_EXACT)


def _scale(bands: r.BandSet | None, bounds: Sequence[Bounds]) -> tuple[float, float] | None:
    """From where to where the bars go: over the bands, or over what was found."""
    ends = [
        end
        for band in (bands.bands if bands is not None else ())
        if band.has_interval
        for end in (band.low, band.high)
    ]
    known = [end for end in ends if end is not None]
    if not known or None in ends:
        found = [end.score for each in bounds for end in (each.lowest, each.highest)]
        known += [score for score in found if score is not None]
    return (min(known), max(known)) if len(known) > 1 and min(known) < max(known) else None
