"""The band sets that random rulesets choose from: each shape that a scale can have."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ruleengine.syntax import tree
from tests.differential.names import BandSet
from tests.differential.nodes import make, number, word


@frozen
class Shape:
    """How a band set is written: an interval and the points of each band, best to worst."""

    bands: BandSet
    intervals: tuple[str, ...]
    step: str | None = None


_PERCENTS = ("0", "10", "25", "49.5", "50", "62.5", "74.9", "75", "90", "100", "33.3")
_WHOLE = ("0", "10", "25", "49", "50", "62", "74", "75", "90", "100")
_TENTHS = ("0", "0.1", "1.5", "3.9", "4", "6.9", "7", "8.9", "9", "10")

SHAPES = (
    Shape(
        BandSet("rag", ("green", "yellow", "red"), ("87.5", "62.5", "25"), _PERCENTS),
        ("75..100", "50..<75", "0..<50"),
    ),
    Shape(
        BandSet("open", ("green", "yellow", "red"), ("100", "50", "0"), _PERCENTS),
        ("75..", "25..<75", "..<25"),
    ),
    Shape(BandSet("edges", ("good", "bad"), ("50.5", "50"), _PERCENTS), (">50..100", "0..50")),
    Shape(
        BandSet("lower", ("low", "medium", "high"), ("0", "25", "90"), _PERCENTS),
        ("0..10", ">10..50", ">50..100"),
    ),
    Shape(
        BandSet("whole", ("green", "yellow", "red"), ("88", "62", "25"), _WHOLE),
        ("75..100", "50..74", "0..49"),
        "1",
    ),
    Shape(
        BandSet(
            "severity", ("none", "low", "medium", "high", "critical"), ("0", "1.5", "5", "8", "9.5"), _TENTHS
        ),
        ("0..0", "0.1..3.9", "4..6.9", "7..8.9", "9..10"),
        "0.1",
    ),
    Shape(BandSet("plain", ("good", "fair", "bad"), ("", "", ""), _PERCENTS), ("", "", "")),
    Shape(
        BandSet("scaled", ("green", "yellow", "red"), ("", "", ""), _PERCENTS), ("75..", "25..<75", "..<25")
    ),
    Shape(BandSet("pointed", ("good", "fair", "bad"), ("90", "50", "10"), _PERCENTS), ("", "", "")),
    Shape(BandSet("grades", ("A", "B+", "C"), ("95", "85", "40"), _PERCENTS), ("90..", "80..<90", "..<80")),
)
BAND_SETS = tuple(each.bands for each in SHAPES)


def declare_bands(bands: BandSet) -> Any:
    """The declaration of a band set."""
    shape = next(each for each in SHAPES if each.bands is bands)
    declared = [
        make(tree.Band, word(name), _interval(written) if written else None, _points(points))
        for name, written, points in zip(bands.words, shape.intervals, bands.points, strict=True)
    ]
    return make(tree.BandSet, bands.name, shape.step, tuple(declared))


def _points(written: str) -> Any:
    return number(written) if written else None


def _interval(written: str) -> Any:
    low, _, high = written.partition("..")
    low_open, high_open = low.startswith(">"), high.startswith("<")
    ends = [number(each.strip("<>")) if each.strip("<>") else None for each in (low, high)]
    return make(tree.Interval, *ends, low_open, high_open)
