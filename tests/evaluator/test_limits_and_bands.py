"""Bands, caps, floors, overrides, required data and costs, as the functions give them that generated programs call."""

from __future__ import annotations

from typing import Any

import pytest

from ruleengine.evaluator.costs import best_of, best_points, rising
from ruleengine.evaluator.policies import (
    acted_limits,
    acted_override,
    binds,
    coverage_of,
    required,
    required_all,
    required_coverage,
    undecided_problem,
)  # fmt: skip
from ruleengine.evaluator.scales import NO_POINTS, Limit, Scale, apply_limits, limited
from ruleengine.evaluator.series import answer_of, day_before
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import NA, NUMBER

PLACE = Span("a.rules", 0, 1, 1, 1)
MISSING, EXCLUDED, INVALID = NA("missing"), NA("excluded"), NA("invalid", "odd", "/a", "RE504")


def band(
    name: str, low: float | None, high: float | None, points: float | None, high_open: bool = True
) -> r.Band:
    has_interval = low is not None or high is not None
    return r.Band(name, low, high, False, high_open, points, has_interval, span=PLACE)


def bands(*several: r.Band) -> r.BandSet:
    return r.BandSet("rag", "rag", several, None, span=PLACE)


RAG = bands(band("green", 75, 100, 90, high_open=False), band("yellow", 50, 75, 60), band("red", 0, 50, None))
PLAIN = bands(band("good", None, None, 100), band("bad", None, None, 0))
RISK = bands(band("low", 0, 20, 10), band("high", 20, 100, 60, high_open=False))
SCALE, WORDS = Scale(RAG), Scale(PLAIN)


# ── the band of a score ──


@pytest.mark.parametrize(
    ("score", "name"),
    [
        (100, "green"), (100 + 5e-11, "green"), (100.1, None), (75, "green"), (75 - 5e-11, "green"), (74.9, "yellow"), (50, "yellow"),
        (49.99, "red"), (0, "red"), (-5e-11, "red"), (-0.1, None),
    ],
)  # fmt: skip
def test_the_band_of_a_score(score: float, name: str | None) -> None:
    assert SCALE.band(score) == name
    found = SCALE.outcome(score, 7, "why")
    assert found == (SCALE.outside if name is None else (name, score, 7, "why", score))


def test_points_of_bands() -> None:
    assert [SCALE.points_of(name) for name in ("green", "yellow", "red", None)] == [
        90, 60, NO_POINTS, NO_POINTS,
    ]  # fmt: skip
    assert WORDS.points_of("bad") == 0
    assert (SCALE.has_intervals, WORDS.has_intervals) == (True, False)


def test_distances() -> None:
    assert [SCALE.distance(60, place) for place in (0, 1, 2)] == [15, 0, 10]
    assert [SCALE.distance(score, 1) for score in (50, 75, 80, 40)] == [0, 0, 5, 10]
    assert SCALE.next_band(60, "yellow") == {"band": "green", "distance": 15}
    assert SCALE.next_band(60, "red") == {"band": "yellow", "distance": 0}  # a cap made it red
    assert SCALE.next_band(80, "green") is None
    assert SCALE.next_band(None, "red") is None
    assert SCALE.next_band(60, None) is None
    assert WORDS.next_band(60, "bad") is None


@pytest.mark.parametrize(
    ("score", "name", "within", "expected"),
    [
        (73, "yellow", 2, ("green", 2)), (73, "yellow", 1.9, None), (51, "yellow", 2, ("red", 1)), (60, "yellow", 20, ("red", 10)),
        (62.5, "yellow", 20, ("green", 12.5)), (77, "green", 2, ("yellow", 2)), (1, "red", 3, None), (48, "red", 2, ("yellow", 2)),
        (73, "yellow", MISSING, None), (None, "yellow", 2, None), (73, None, 2, None), (75 - 2.00000000001, "yellow", 2, ("green", 2)),
    ],
)  # fmt: skip
def test_the_nearest_neighbour(
    score: float | None, name: str | None, within: Any, expected: tuple[str, float] | None
) -> None:
    found = SCALE.borderline(score, name, within)
    assert (found and (found["band"], found["distance"])) == expected
    assert WORDS.borderline(score, "bad", within) is None


# ── caps, floors, overrides ──


def limit(kind: str, position: int | None = None, value: Any = None, line: int = 1) -> Limit:
    return kind, position, value, f"because of {line}", line


CAP_40, CAP_70, FLOOR_55, FLOOR_90 = (
    limit("cap", None, 40, 1), limit("cap", None, 70, 2), limit("floor", None, 55, 3), limit("floor", None, 90, 4),
)  # fmt: skip
CAP_RED, CAP_YELLOW, FLOOR_YELLOW, FLOOR_GREEN = (
    limit("cap", 2, None, 5), limit("cap", 1, None, 6), limit("floor", 1, None, 7), limit("floor", 0, None, 8),
)  # fmt: skip
TO_RED, TO_GREEN, TO_10, TO_110 = (
    limit("override", 2, None, 9), limit("override", 0, None, 10), limit("override", None, 10, 11), limit("override", None, 110, 12),
)  # fmt: skip


@pytest.mark.parametrize(
    ("score", "name", "acted", "expected"),
    [
        (80, "green", [CAP_40], (40, "red", 40)), (80, "green", [CAP_70, CAP_40], (40, "red", 40)), (30, "red", [CAP_40], (30, "red", 30)),
        (30, "red", [FLOOR_55], (55, "yellow", 55)), (30, "red", [FLOOR_55, FLOOR_90], (90, "green", 90)),
        (30, "red", [FLOOR_90, CAP_70], (70, "yellow", 70)), (80, "green", [CAP_YELLOW], (80, "yellow", 60)),
        (80, "green", [CAP_YELLOW, CAP_RED], (80, "red", 80)), (30, "red", [FLOOR_YELLOW], (30, "yellow", 60)),
        (30, "red", [FLOOR_YELLOW, FLOOR_GREEN], (30, "green", 90)), (30, "red", [FLOOR_GREEN, CAP_YELLOW], (30, "yellow", 60)),
        (60, "yellow", [CAP_YELLOW], (60, "yellow", 60)), (80, "green", [TO_RED], (80, "red", 80)),
        (30, "red", [TO_GREEN], (30, "green", 90)),
        (30, "red", [TO_GREEN, TO_RED], (30, "green", 90)), (30, "red", [CAP_40, TO_GREEN], (30, "green", 90)),
        (80, "green", [CAP_40, TO_10], (10, "red", 10)), (80, "green", [CAP_YELLOW, TO_10], (10, "red", 10)),
        (80, "green", [TO_110], (SCALE.outside, None, SCALE.outside)), (MISSING, None, [TO_RED], (None, "red", NO_POINTS)),
        (MISSING, None, [TO_GREEN], (None, "green", 90)), (MISSING, None, [CAP_40], (MISSING, None, MISSING)),
        (MISSING, None, [CAP_RED, TO_GREEN], (None, "green", 90)), (MISSING, None, [CAP_RED, TO_10], (10, "red", 10)),
        (None, "green", [CAP_YELLOW], (None, "yellow", 60)), (None, "green", [CAP_RED], (None, "red", NO_POINTS)),
        (None, "red", [CAP_40, FLOOR_GREEN], (None, "green", 90)), (80, "green", [CAP_70, FLOOR_GREEN], (70, "green", 90)),
    ],
)  # fmt: skip
def test_limits(score: Any, name: str | None, acted: list[Limit], expected: tuple[Any, ...]) -> None:
    assert apply_limits(score, name, acted, SCALE, derives=True, strict=True) == expected


def test_limits_where_no_band_is_derived() -> None:
    assert apply_limits(80, None, [CAP_40], None, derives=False, strict=True) == (40, None, 40)
    assert apply_limits(80, "good", [CAP_40], WORDS, derives=False, strict=True) == (40, "good", 40)
    assert apply_limits(80, "green", [TO_110], SCALE, derives=True, strict=False) == (110, None, 110)
    assert apply_limits(80, "green", [TO_10], None, derives=True, strict=True) == (10, "green", 10)


def test_what_a_measure_becomes() -> None:
    before = ("green", 80, 3, "row", 80)
    assert limited(before, [], SCALE, True) is before
    assert limited(MISSING, [], SCALE, True) is MISSING
    assert limited(MISSING, [CAP_40], SCALE, True) is MISSING
    assert limited(before, [FLOOR_55], SCALE, True) == before  # it changes nothing: the row says why
    assert limited(before, [CAP_70], SCALE, True) == ("yellow", 70, 2, "because of 2", 70)
    assert limited(before, [CAP_70, CAP_YELLOW], SCALE, True) == ("yellow", 70, 6, "because of 6", 70)
    assert limited(before, [TO_RED, CAP_40], SCALE, True) == ("red", 40, 9, "because of 9", 40)
    assert limited(before, [CAP_YELLOW], SCALE, True) == ("yellow", 80, 6, "because of 6", 60)
    assert limited(MISSING, [TO_GREEN], SCALE, True) == ("green", None, 10, "because of 10", 90)
    assert limited(before, [TO_110], SCALE, True) is SCALE.outside


@pytest.mark.parametrize(
    ("acted", "computed", "name", "expected"),
    [
        (CAP_40, 80, "green", True), (CAP_40, 40, "red", False), (CAP_40, 40 + 1e-11, "red", False), (CAP_40, 30, "red", False),
        (FLOOR_55, 30, "red", True), (FLOOR_55, 55, "yellow", False), (FLOOR_55, 80, "green", False), (CAP_40, None, "red", False),
        (CAP_40, MISSING, None, False), (CAP_YELLOW, 80, "green", True), (CAP_YELLOW, 60, "yellow", False), (CAP_YELLOW, 10, "red", False),
        (FLOOR_YELLOW, 10, "red", True), (FLOOR_YELLOW, 60, "yellow", False), (FLOOR_YELLOW, 80, "green", False),
        (CAP_RED, MISSING, None, False),
        (limit("cap"), 80, "green", False),
    ],
)  # fmt: skip
def test_which_limits_bind(acted: Limit, computed: Any, name: str | None, expected: bool) -> None:
    kind, position, value, _, _ = acted
    assert binds(kind, position, value, SCALE, computed, name) is expected
    listed = acted_limits([TO_RED, acted], SCALE, computed, name)
    assert [each["line"] for each in listed] == ([acted[4]] if expected else [])


def test_limits_of_a_result() -> None:
    assert acted_limits([CAP_40, CAP_YELLOW], SCALE, 80, "green") == [
        {"kind": "cap", "score": 40.0, "reason": "because of 1", "line": 1},
        {"kind": "cap", "band": "yellow", "reason": "because of 6", "line": 6},
    ]
    assert acted_limits([limit("cap", None, MISSING)], SCALE, 80, "green") == []
    assert not binds("cap", 1, None, None, 80, "green")
    assert acted_override([CAP_40, TO_10, TO_RED], SCALE) == {
        "score": 10.0,
        "reason": "because of 11",
        "line": 11,
    }
    assert acted_override([TO_RED], SCALE) == {"band": "red", "reason": "because of 9", "line": 9}
    assert acted_override([CAP_40, FLOOR_GREEN], SCALE) is None
    assert acted_override([], None) is None


# ── data that has to be there ──

OUTCOME = ("green", 80, 3, None, 80)


def test_required_data() -> None:
    assert required_all([OUTCOME, EXCLUDED, NA("grace")], 5) == 5
    assert required_all([OUTCOME, MISSING, NA("expired")], 5).reason == "expired"
    assert required_all([MISSING, INVALID], 5).reason == "invalid"
    assert required_all([], 5) == 5
    assert required([OUTCOME, MISSING, OUTCOME], 2, 5) == 5
    short = required([OUTCOME, MISSING, EXCLUDED], 2, 5)
    assert (short.reason, short.text) == ("missing", "1 of 3 measures are scored, 2 are required")
    assert (
        coverage_of([OUTCOME, MISSING, EXCLUDED, NA("grace"), NA("not_applicable")], [3, 1, 9, 9, 9]) == 0.75
    )
    assert coverage_of([INVALID, NA("expired"), OUTCOME], [1, 2, 1]) == 0.25
    assert coverage_of([EXCLUDED], [1]) is None
    assert coverage_of([OUTCOME], [0]) is None
    assert coverage_of([MISSING], [2]) == 0
    assert required_coverage([OUTCOME, MISSING], [3, 1], 0.75, 5) == 5
    assert required_coverage([EXCLUDED], [1], 0.75, 5) == 5
    low = required_coverage([OUTCOME, MISSING], [2, 2], 0.75, 5)
    assert (low.reason, low.text) == ("missing", "50% of the weight is scored, 75% is required")


@pytest.mark.parametrize(
    ("na", "why", "pointer"),
    [
        (NA("missing"), "missing", None), (NA("missing", "", "/a/b"), "`a.b` is missing", "/a/b"),
        (NA("not_applicable", "", "/a"), "`a` is not applicable", "/a"), (NA("invalid", "odd", "/a"), "`a`: odd", "/a"),
        (NA("invalid", "odd"), "odd", None),
    ],
)  # fmt: skip
def test_undecided_conditions(na: NA, why: str, pointer: str | None) -> None:
    expected = {
        "code": "RE509", "message": f"a cap of `card` is undecided, so the default is taken: {why}", "line": 4, "of": "card",
    }  # fmt: skip
    assert undecided_problem("a cap", na, 4, "card") == expected | ({"pointer": pointer} if pointer else {})


def test_answers_of_series() -> None:
    named = answer_of(NA("missing", "there are none", "/a", "RE5"), "`s`")
    assert (named.reason, named.text, named.pointer, named.code) == (
        "missing",
        "`s`: there are none",
        "",
        "RE5",
    )
    assert [answer_of(each, "`s`") for each in (5, 5.5, -1e289, True)] == [5, 5.5, -1e289, True]
    for large in (1e290, -1e290, 1e300):
        assert answer_of(large, "`s`").text == "`s` is too large a number"
    march = 739_311  # 2025-03-01
    assert [day_before(march, amount, False) for amount in (1, 2.9, 3 - 1e-11)] == [
        march - 1, march - 2, march - 3,
    ]  # fmt: skip
    assert [day_before(march, amount, True) for amount in (1, 1.9, 12)] == [
        march - 28,
        march - 28,
        march - 365,
    ]


# ── costs ──


def test_the_best_of_bands() -> None:
    assert [rising(each) for each in (None, RAG, PLAIN, RISK)] == [True, True, True, False]
    words = bands(band("few", None, None, 1), band("many", None, None, 9))
    assert not rising(words)
    assert rising(bands(band("a", None, None, None), band("b", None, None, 9)))
    assert rising(bands(band("a", None, None, 1), band("b", None, None, None)))
    assert rising(bands(band("a", 50, None, 1), band("b", None, 50, 9)))
    assert not rising(bands(band("a", None, 50, 9), band("b", 50, None, 1)))
    assert (best_of(None, None), best_of(RAG, None), best_of(RAG, {1, 2}), best_of(RAG, {2})) == (
        None,
        90,
        60,
        None,
    )
    assert (best_of(RISK, None), best_of(RISK, {1}), best_of(words, None), best_of(RAG, set())) == (
        10,
        60,
        1,
        None,
    )


def constant(value: float) -> e.Constant:
    return e.Constant(value, type=NUMBER, span=PLACE)


VALUE = e.Variable("v", type=NUMBER, span=PLACE)


def rated(*outcomes: r.Outcome, as_given: bool = False, checklist: str = "") -> r.Measure:
    rows = tuple(r.Row(None, outcome, None, span=PLACE) for outcome in outcomes)
    return r.Measure(
        "m", "m", "", (), (), VALUE, False, None, (r.RateBlock(None, rows, span=PLACE),), as_given, "rag", False, (), None, None, "",
        checklist, span=PLACE,
    )  # fmt: skip


POINTS_5, POINTS_9 = r.PointsOutcome(constant(5)), r.PointsOutcome(constant(9))
LINE = r.LinearOutcome(VALUE, constant(2), constant(30), constant(0), constant(1))
STEPS = r.StepsOutcome(VALUE, "above", (constant(1), constant(2)))


@pytest.mark.parametrize(
    ("measure", "rising_best", "falling_best"),
    [
        (rated(r.BandOutcome(1), r.BandOutcome(2)), 60, 60), (rated(r.BandOutcome(2)), None, None), (rated(POINTS_5, POINTS_9), 9, 5),
        (rated(LINE, POINTS_5), 30, 2), (rated(STEPS), 2, 0), (rated(POINTS_5, r.NaOutcome("missing", "")), 5, 5),
        (rated(r.NaOutcome("missing", "")), None, None), (rated(), None, None), (rated(as_given=True), 90, 90),
        (rated(r.BandOutcome(2), checklist="c"), 90, 90), (rated(POINTS_5, r.PointsOutcome(VALUE)), None, None),
        (rated(r.BandOutcome(1), POINTS_9), 60, 60),
    ],
)  # fmt: skip
def test_the_best_a_measure_can_have(
    measure: r.Measure, rising_best: float | None, falling_best: float | None
) -> None:
    assert best_points(measure, RAG, True) == rising_best
    assert best_points(measure, RAG, False) == falling_best
