"""Numbers beyond what a number can be, points out of arithmetic, and units of time: what comes of them further on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluator.test_seldom_asked import load, outputs, result

#: 10^350: no double holds it.
BIG = " * ".join(["positive"] * 25)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (BIG, None), (f"1 + {BIG}", None), (f"0 - ({BIG})", None), (f"if {BIG} > 5 then 1 else 2", None),
        (f"{BIG} > 5 or certain = 1", True), (f"{BIG} > 5 and certain = 2", False), (f"{BIG} > 5 and certain = 1", None),
        (f"({BIG}) default 7", None),  # stands in for what is missing only
        (f"max({BIG}, 3)", None), (f"({BIG}) is invalid", True), (f"not ({BIG} > 5)", None),
        (f"{BIG} in 1..5", None), (f"round({BIG}, 1)", None), (f"if certain = 1 then 2 else {BIG}", 2),
    ],
)  # fmt: skip
def test_a_number_that_is_too_large_is_invalid_wherever_it_goes(
    tmp_path: Path, expression: str, expected: object
) -> None:
    assert outputs(tmp_path, f"output o = {expression}\n", positive=1e14) == {"o": expected}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", None), ("1 + ", None), ("1 < ", None), ("true or 1 < ", True), ("false and 1 < ", False), ("min(5, 3) - ", None),
        ("2 if", None),
    ],
)  # fmt: skip
def test_so_it_is_where_every_factor_is_known(tmp_path: Path, expression: str, expected: object) -> None:
    whole = " * ".join(["certain"] * 90 + ["1" + "0" * 30] * 3)  # 10^360, of a field that every document has
    text = f"if {whole} > 1 then 1 else 2" if expression == "2 if" else f"{expression}{whole}"
    assert outputs(tmp_path, f"output o = {text}\n", certain=1000) == {"o": expected}


def test_a_measure_of_it_is_invalid_and_says_what_was_too_large(tmp_path: Path) -> None:
    rules = f"""
    measure m {{ value {BIG} ; rate {{ green when > 5 ; red otherwise }} }}
    measure n {{ value certain ; rate {{ green when > {BIG} ; red otherwise }} }}
    scorecard s {{ m ; n }}
    """
    nodes = result(load(tmp_path, rules), positive=1e14)["scorecards"]["s"]["nodes"]
    assert [each["status"] for each in nodes.values()] == ["invalid", "invalid"]


@pytest.mark.parametrize(
    ("rate", "certain", "points"),
    [
        ("points value * 0.1 + 0.2 otherwise", 1, 0.3),  # 0.30000000000000004 as a double
        ("points 0.3 when = 1 ; points 0.1 + 0.2 * value otherwise", 3, 0.7),  # 0.7000000000000001
        ("linear 0..0.3 when in 0..3 ; points 0 otherwise", 1, 0.1),  # 0.09999999999999999
        ("points 12.5 otherwise", 1, 12.5),
    ],
)
def test_points_out_of_arithmetic_have_no_digits_of_their_computation(
    tmp_path: Path, rate: str, certain: int, points: float
) -> None:
    rules = f"measure m {{ value certain ; rate {{ {rate} }} }}\nscorecard s {{ m }}\n"
    found = result(load(tmp_path, rules), certain=certain)["scorecards"]["s"]
    assert (found["score"], found["nodes"]["m"]["score"], found["nodes"]["m"]["contribution"]) == (
        points,
        points,
        points,
    )


@pytest.mark.parametrize(
    ("certain", "status", "band"),
    [(0, "scored", "red"), (1, "scored", "green"), (2, "invalid", None), (-1, "invalid", None)],
)
def test_points_beyond_all_bands_are_invalid_and_left_out_of_the_score(
    tmp_path: Path, certain: int, status: str, band: str | None
) -> None:
    rules = """
    measure m { value certain ; rate { points value * 100 otherwise } ; bands rag }
    measure n { value seats ; rate { green when > 5 ; red otherwise } }
    scorecard s { m 50% ; n 50% }
    """
    card = result(load(tmp_path, rules), certain=certain, seats=9)["scorecards"]["s"]
    assert (card["nodes"]["m"]["status"], card["nodes"]["m"]["band"]) == (status, band)
    assert card["score"] == {0: 40, 1: 90}.get(certain, 80)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("60 minutes", "1 hour"), ("24 hours", "1 day"), ("36 hours", "1.5 days"), ("1 minute", "1 day / 1440"), ("1 week", "7 days"),
        ("3 months", "1 quarter"), ("12 months", "1 year"), ("2 years", "8 quarters"),
    ],
)  # fmt: skip
def test_units_of_time_are_made_of_one_another(tmp_path: Path, one: str, other: str) -> None:
    rules = (
        f"output same = {one} = {other}\noutput off = {one} < 0.99 * ({other}) or {one} > 1.01 * ({other})\n"
    )
    assert outputs(tmp_path, rules) == {"same": True, "off": False}
