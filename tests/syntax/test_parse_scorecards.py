"""Every statement of a scorecard: text → expected tree."""

from __future__ import annotations

import pytest

from ruleengine.syntax import tree as t
from tests.syntax.nodes import A, B, arithmetic, name, node, number, word, words
from tests.syntax.reading import read_card, read_item

THIRTY, DATE = number("30", "days"), name("a.b")
PERCENT = node(t.Weight, "30", True)


def member(found: str, weight: t.Weight | None = None, by_band: bool = False) -> t.MemberLine:
    """A member line."""
    made: t.MemberLine = node(t.MemberLine, found, weight, by_band)
    return made


ENTRIES = (
    node(t.WeightEntry, "product", node(t.Weight, "50", True)),
    node(t.WeightEntry, "risk", node(t.Weight, "0.5", False)),
)
STATEMENTS = [
    ('title "T"', node(t.Property, "title", "T")),
    ("bands rag", node(t.BandsUse, "rag")),
    ("grace first 30 days from a.b", node(t.Grace, THIRTY, DATE, ())),
    (
        "grace first 30 days from a.b, except m, `odd`",
        node(t.Grace, THIRTY, DATE, (word("m"), word("odd", quoted=True))),
    ),
    ("grace first 30 days from a.b except m", node(t.Grace, THIRTY, DATE, words("m"))),
    ("missing redistribute flat", node(t.Missing, "redistribute flat")),
    *(
        (f"rollup {kind}", node(t.Rollup, kind, None))
        for kind in ("weighted mean", "sum", "minimum", "maximum", "worst band")
    ),
    ("rollup worst   band", node(t.Rollup, "worst band", None)),
    ("rollup count of red", node(t.Rollup, "count", word("red"))),
    ("score a * b", node(t.ScoreFormula, arithmetic("*", A, B))),
    ("round to 1 decimal", node(t.Round, 1, None)),
    ("round to 2 decimals half_even", node(t.Round, 2, "half_even")),
    ("borderline within 5", node(t.Borderline, number("5"))),
    ("cap yellow when a", node(t.Limit, "cap", word("yellow"), None, A, None)),
    ('accept RE407 because "so"', node(t.Accept, "RE407", None, "so")),
    ("m", member("m")),
    ("m 30%", member("m", PERCENT)),
    ("m 3", member("m", node(t.Weight, "3", False))),
    ("m 30% by band", member("m", PERCENT, by_band=True)),
    ("m by band", member("m", by_band=True)),
    ("`bands` 30%", member("bands", PERCENT)),
    ("round 30%", member("round", PERCENT)),
    ("weights when a { product 50% ; risk 0.5 }", node(t.Weights, A, None, ENTRIES)),
    ("weights for scale {\n product 50%\n risk 0.5\n}", node(t.Weights, None, word("scale"), ENTRIES)),
    ("group g { }", node(t.Group, "g", None, None, ())),
    ('group g "Title" 30% { m 3 }', node(t.Group, "g", "Title", PERCENT, (member("m", node(t.Weight, "3", False)),))),
    (
        "group g 30% {\n  group h { m }\n  m\n}",
        node(t.Group, "g", None, PERCENT, (node(t.Group, "h", None, None, (member("m"),)), member("m"))),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), STATEMENTS)
def test_card_statement(written: str, expected: t.CardStatement) -> None:
    assert read_card(written) == expected


def test_scorecard() -> None:
    assert read_item('scorecard health "Health" { bands rag ; m }') == node(
        t.Scorecard, "health", "Health", (node(t.BandsUse, "rag"), member("m"))
    )
    assert read_item("scorecard health { }") == node(t.Scorecard, "health", None, ())
