"""Small changes of tests of bands, and of the bands that rows and limits give, where one has to look twice; in their words."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleengine.casebook.mutation.rules import mutants_of
from ruleengine.casebook.mutation.wording import Wording
from ruleengine.source import Source
from tests.casebook.test_mutants_of_conditions import compiled

HEAD = """\
ruleset demo 1.0.0 {
  facts thing 1
}
bands rag { green 75..100 points 80 ; yellow 50..<75 points 60 ; red 0..<50 points 20 }
bands five { a points 90 ; b points 70 ; c points 50 ; d points 30 ; e points 10 }
bands risk { at_risk points 0 ; not_at_risk points 10 }
measure seat_use "Seats" { value seats ; bands rag ; rate { green when >= 60 ; yellow when >= 30 ; red otherwise } }
measure grade "Grade" { value seats ; bands five ; rate { a when > 3 ; d otherwise } }
"""


def changes(folder: Path, rules: str) -> dict[str, list[str]]:
    """What stands in the place of what in the changes of a ruleset, for the lines behind the head."""
    compilation, program = compiled(folder, HEAD + rules)
    lines = HEAD.count("\n")
    found: dict[str, list[str]] = {}
    for each in mutants_of(program, compilation.sources):
        if each.span.line > lines:
            found.setdefault(each.before, []).append(each.after)
    return found


@pytest.mark.parametrize(
    "condition", ["seat_use is better than green", "seat_use is worse than red", "grade is worse than e"]
)
def test_a_band_that_there_is_not_has_none_beside_it(tmp_path: Path, condition: str) -> None:
    found = changes(tmp_path, f'segment s1 "S" when {condition}\n')
    assert found == {f'segment s1 "S" when {condition}': [f'segment s1 "S" when not ({condition})']}


def test_a_member_of_a_scorecard_without_bands_has_bands_of_its_own(tmp_path: Path) -> None:
    rules = 'scorecard all "All" { bands none ; seat_use 100% }\nsegment s1 "S" when all.seat_use is red\n'
    assert changes(tmp_path, rules)['segment s1 "S" when all.seat_use is red'] == [
        'segment s1 "S" when all.seat_use is in (yellow, red)',
        'segment s1 "S" when not (all.seat_use is red)',
    ]


def test_the_band_of_a_member_is_one_of_its_own_bands_at_any_depth(tmp_path: Path) -> None:
    """The scorecard has three bands, the member five: the fourth is beside the fifth."""
    rules = (
        'scorecard all "All" { bands rag ; group one "One" 100% { group two "Two" { grade } ; seat_use } }\n'
        'segment s1 "S" when all.one.two.grade is d\n'
        'segment s2 "S" when all.one is yellow\n'
    )
    found = changes(tmp_path, rules)
    assert found['segment s1 "S" when all.one.two.grade is d'][0] == (
        'segment s1 "S" when all.one.two.grade is in (d, e)'
    )
    assert (
        found['segment s2 "S" when all.one is yellow'][0] == 'segment s2 "S" when all.one is in (yellow, red)'
    )


def test_another_band_stands_in_the_place_of_the_band_and_not_of_a_reason_that_is_called_so(
    tmp_path: Path,
) -> None:
    rules = (
        'measure told "T" { value seats ; bands rag\n'
        '  rate {\n    green when > 3 because "green"\n    `yellow` when > 2 because "yellow"\n    red otherwise because "red"\n  }\n'
        '  cap yellow when active because "yellow"\n'
        '  override red when seats = 5 because "red"\n'
        '}\n'
    )  # fmt: skip
    found = changes(tmp_path, rules)
    assert 'yellow when > 3 because "green"' in found['green when > 3 because "green"']
    assert 'red when > 2 because "yellow"' in found['`yellow` when > 2 because "yellow"']
    assert 'yellow otherwise because "red"' in found['red otherwise because "red"']
    assert 'cap red when active because "yellow"' in found['cap yellow when active because "yellow"']
    assert (
        'override yellow when seats = 5 because "red"' in found['override red when seats = 5 because "red"']
    )
    for before, after in found.items():
        reason = before.rpartition("because ")[2]
        assert all(each.endswith(reason) for each in after if "because" in before and "because" in each)


def test_what_is_asked_whether_it_is_known_is_not_denied_by_itself(tmp_path: Path) -> None:
    """`not active` is known when `active` is: nothing would be changed, and the words would be those of the other change."""
    found = changes(tmp_path, 'segment s1 "S" when active is known\n')
    assert found == {'segment s1 "S" when active is known': ['segment s1 "S" when not (active is known)']}


@pytest.mark.parametrize(
    ("text", "sign", "expected"),
    [
        ("not_at_risk when > 3 ; at_risk otherwise", "at_risk", (23, 30)),
        ("not_at_risk otherwise", "at_risk", None),
        ("at_risk_today and at_risk", "at_risk", (18, 25)),
        ("android and ios", "and", (8, 11)),
        ("a >= 3 and b > 3", ">", (13, 14)),
    ],
)
def test_a_word_is_found_where_it_stands_alone(
    text: str, sign: str, expected: tuple[int, int] | None
) -> None:
    assert Wording({"x": Source("x", text)}).sign(0, len(text), "x", sign) == expected


def test_a_band_that_is_written_in_quotes_stays_in_quotes(tmp_path: Path) -> None:
    rules = (
        'bands scale { "B+" points 60 ; "B" points 20 ; low points 10 }\n'
        'measure mark "M" { value seats ; bands scale\n  rate {\n    "B+" when > 3 because "B+"\n'
        '    "B" when > 2\n    low otherwise\n  }\n}\n'
    )  # fmt: skip
    found = changes(tmp_path, rules)
    assert '"B" when > 3 because "B+"' in found['"B+" when > 3 because "B+"']
    assert '"low" when > 2' in found['"B" when > 2']
    assert "B otherwise" in found["low otherwise"]


def test_a_band_within_the_name_of_another_is_not_that_band(tmp_path: Path) -> None:
    rules = (
        'measure danger "D" { value seats ; bands risk\n  rate {\n    not_at_risk when > 3\n    at_risk otherwise\n  }\n}\n'
    )  # fmt: skip
    found = changes(tmp_path, rules)
    assert "at_risk when > 3" in found["not_at_risk when > 3"]
    assert "not_at_risk otherwise" in found["at_risk otherwise"]
