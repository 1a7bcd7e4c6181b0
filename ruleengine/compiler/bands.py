"""Band sets: order, intervals, points; and which set a measure or scorecard means."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from ruleengine.compiler.context import Context, qualified
from ruleengine.compiler.scope import Module, Symbol
from ruleengine.diagnostics import did_you_mean
from ruleengine.limits import limits
from ruleengine.source import Span
from ruleengine.syntax import tree as t
from ruleengine.tree import ruleset as r
from ruleengine.values import equal


def constant(node: t.Expression | None) -> float | None:
    """The value of a plain number as written, or None."""
    if isinstance(node, t.Negative):
        value = constant(node.operand)
        return -value if value is not None else None
    if isinstance(node, t.Number) and node.unit in ("", "%"):
        value = float(Decimal(node.digits.replace("_", "")))
        return value / 100 if node.unit == "%" else value
    return None


class Bands:
    """Compiles and finds band sets for one module."""

    def __init__(self, context: Context, module: Module) -> None:
        self.context = context
        self.module = module

    def compile(self, symbol: Symbol) -> r.BandSet:
        """The band set behind a symbol, compiled once."""
        origin = symbol.origin
        key = qualified(origin)
        if key not in self.context.band_sets:
            node = origin.node
            assert isinstance(node, t.BandSet)
            self.context.band_sets[key] = self._compile(key, node)
        return self.context.band_sets[key]

    def _compile(self, key: str, node: t.BandSet) -> r.BandSet:
        if not 2 <= len(node.bands) <= limits().bands:
            self.context.report(
                "RE312", node.name_span, f"a set has 2 to {limits().bands} bands, this has {len(node.bands)}"
            )
        before = len(self.context.diagnostics)
        seen: set[str] = set()
        bands = []
        for band in node.bands:
            if band.word.name in seen:
                self.context.report("RE202", band.word.span, f"the band `{band.word.name}` stands twice")
            seen.add(band.word.name)
            bands.append(self._band(band))
        step = None if node.step is None else float(Decimal(node.step.replace("_", "")))
        result = r.BandSet(key, node.name, tuple(bands), step, span=node.span)
        if len(self.context.diagnostics) == before:  # order and gaps mean little where an interval is faulty
            self._check_order(result)
        return result

    def _band(self, node: t.Band) -> r.Band:
        low = high = None
        empty = False
        interval = node.interval
        if interval is not None:
            low, high = constant(interval.low), constant(interval.high)
            if low is not None and high is not None:
                empty = low > high or (low == high and (interval.low_open or interval.high_open))
            for end, value in ((interval.low, low), (interval.high, high)):
                if end is not None and value is None:
                    self.context.report("RE320", end.span, "the ends of a band are plain numbers")
            if empty:
                self.context.report(
                    "RE317", interval.span, "this interval holds nothing", "the lower end comes first"
                )
        points = constant(node.points)
        low_open, high_open = (
            (interval.low_open, interval.high_open) if interval is not None else (False, False)
        )
        band = r.Band(
            node.word.name, low, high, low_open, high_open, points, interval is not None, span=node.span
        )
        if (
            points is not None
            and interval is not None
            and not empty
            and not holds(band, points)
            and node.points is not None
        ):
            self.context.report(
                "RE313", node.points.span, f"the points {points:g} lie outside the band's own interval",
                "points stand for the band: choose a number inside it",
            )  # fmt: skip
        return band

    def _check_order(self, bands: r.BandSet) -> None:
        with_interval = [band for band in bands.bands if band.has_interval]
        if not with_interval:
            return
        if len(with_interval) != len(bands.bands):
            missing = next(band for band in bands.bands if not band.has_interval)
            self.context.report(
                "RE312",
                missing.span,
                f"the band `{missing.name}` has no interval, others have",
                "give all bands an interval, or none",
            )
            return
        if self._overlap(bands):
            return
        higher_is_better = _low(bands.bands[0]) > _low(bands.bands[-1])
        ordered = tuple(sorted(bands.bands, key=_low, reverse=higher_is_better))
        if ordered != bands.bands:
            wrong = next(have for have, want in zip(bands.bands, ordered, strict=True) if have is not want)
            self.context.report(
                "RE312",
                wrong.span,
                f"the band `{wrong.name}` is out of order",
                "list the bands from best to worst",
            )
            return
        ascending = ordered[::-1] if higher_is_better else ordered
        for below, above in pairwise(ascending):
            self._check_neighbours(bands, below, above)

    def _overlap(self, bands: r.BandSet) -> bool:
        """Report bands that have values in common, each at the one that comes later."""
        ascending = sorted(bands.bands, key=_low)
        before = len(self.context.diagnostics)
        for below, above in pairwise(ascending):
            if (
                below.high is None
                or above.low is None
                or below.high > above.low
                or (below.high == above.low and not below.high_open and not above.low_open)
            ):
                example = above.low if above.low is not None else below.high
                shown = f": {example:g} is in both" if example is not None else ""
                later = above if above.span.start > below.span.start else below
                self.context.report(
                    "RE311", later.span, f"the bands `{below.name}` and `{above.name}` overlap{shown}",
                    "use `a..<b` to leave the upper end out",
                )  # fmt: skip
        return len(self.context.diagnostics) > before

    def _check_neighbours(self, bands: r.BandSet, below: r.Band, above: r.Band) -> None:
        assert below.high is not None  # without an end it would overlap the one above
        assert above.low is not None
        distance = above.low - below.high
        touching = equal(distance, 0) and not (below.high_open and above.low_open)
        if touching or (
            bands.step is not None
            and equal(distance, bands.step)
            and not below.high_open
            and not above.low_open
        ):
            return
        later = above if above.span.start > below.span.start else below
        example = (above.low + below.high) / 2
        self.context.report(
            "RE410", later.span, f"a score of {example:g} lies in no band, between `{below.name}` and `{above.name}`",
            "use half-open intervals such as `50..<75`, or say `of whole numbers`",
        )  # fmt: skip

    def find(self, use: t.BandsUse | None, words: list[t.Word], span: Span) -> r.BandSet | None:
        """The band set that a measure or card means: the one it names, the only one, or the only one with its words."""
        if use is not None:
            symbol = self.module.symbols.get(use.name)
            if symbol is None or symbol.origin.kind != "bands":
                if use.name not in self.module.damaged:
                    names = [known.name for known in self.module.symbols_of("bands")]
                    self.context.report(
                        "RE201", use.span, f"unknown band set `{use.name}`", did_you_mean(use.name, names)
                    )
                return None
            return self._used(symbol)
        symbols = self.module.symbols_of("bands")
        sets = [self.compile(symbol) for symbol in symbols]
        wanted = {word.name for word in words}
        fitting = [
            symbol
            for symbol, bands in zip(symbols, sets, strict=True)
            if len(sets) == 1 or (wanted and wanted <= {band.name for band in bands.bands})
        ]
        if len(fitting) == 1 or not sets:
            return self._used(fitting[0]) if fitting else None
        for symbol in symbols:
            self._used(symbol)  # as far as anybody can tell
        self.context.report(
            "RE212", span, "it is not clear which bands are meant: " + ", ".join(f"`{bands.name}`" for bands in sets),
            f"add `bands {sets[0].name}`",
        )  # fmt: skip
        return None

    def _used(self, symbol: Symbol) -> r.BandSet:
        symbol.used = symbol.origin.used = True
        return self.compile(symbol)

    def position(self, bands: r.BandSet | None, word: t.Word) -> int | None:
        """The position of a band in its set; reports an unknown one."""
        if bands is None:
            if not self.module.damaged and not self.module.symbols_of("bands"):
                self.context.report(
                    "RE204",
                    word.span,
                    f"`{word.name}` is a band, and no bands are declared",
                    "declare them: `bands rag { green 75..100 … }`",
                )
            return None
        names = [band.name for band in bands.bands]
        if word.name in names:
            return names.index(word.name)
        if bands.name in self.module.damaged:  # it may be the band that could not be read
            return None
        help_text = did_you_mean(word.name, names) or "its bands are " + ", ".join(
            f"`{name}`" for name in names
        )
        self.context.report("RE204", word.span, f"`{word.name}` is no band of `{bands.name}`", help_text)
        return None


def _low(band: r.Band) -> tuple[float, bool]:
    return (float("-inf") if band.low is None else band.low, band.low_open)


def holds(band: r.Band, value: float) -> bool:
    """Whether a constant lies in the interval of a band."""
    above = band.low is None or value > band.low or (value == band.low and not band.low_open)
    return above and (band.high is None or value < band.high or (value == band.high and not band.high_open))


def scale(bands: r.BandSet) -> tuple[float | None, float | None]:
    """The lowest and the highest number of the scale that a band set covers; None where it has no end, or no band."""
    lows = [band.low for band in bands.bands]
    highs = [band.high for band in bands.bands]
    low = (
        None
        if any(end is None for end in lows)
        else min((end for end in lows if end is not None), default=None)
    )
    high = (
        None
        if any(end is None for end in highs)
        else max((end for end in highs if end is not None), default=None)
    )
    return low, high
