"""What an expression takes from a measure, a place, a matrix or a trigger: read where it stands, in a definition, and for scores alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ruleengine.api import Ruleset
from tests.evaluator.test_seldom_asked import load, result

RULES = """
measure size { value seats ; rate { red when < 5 ; yellow when < 10 ; green otherwise } ; cap yellow when marked because "held" }
measure late { value sold ; rate { red when < 5 ; green otherwise } ; fresh by since, stale after 30 days }
matrix way {
  rows size ; columns late
  green gives keep, na, call
  yellow gives keep, na, call
  red gives call, na, "Wait"
  cell keep "Keep" { owner "them" ; text "{seats} seats" ; field playbook "Care" }
  cell call "Call" { owner "us" }
}
trigger asked {
  when seats > 5 because "many {seats}" ; when sold > 5
  kind expand ; severity high ; playbook "Do {sold}" ; due as_of + 7 days
  field amount = seats * 2
  field guess = sold default 4, flagged until changed
}
trigger bare { when marked }
trigger brief { when seats > 5 ; playbook "Care" ; reason "{seats}" }
trigger empty { when seats > 5 ; playbook "" }
scorecard inner { late ; borderline within 5 }
scorecard card {
  bands rag ; borderline within 15 ; cap score 40 when marked because "y" ; inner 1
  group g 3 { size 3 ; late 1 ; cap score 45 when marked because "c" }
}
scorecard plain { bands rag ; group h { size ; late } }
scorecard tally { bands rag ; rollup count of green ; group k { rollup weighted mean ; size ; late } }
scorecard given { late ; override red when seats = 3 because "so be it" }
"""
#: An account that is red in `late`; one with a stale value and all limits; one that lacks `late`; one of which nothing is known.
ACCOUNTS: list[dict[str, Any]] = [
    {"seats": 12, "sold": 4, "since": "2024-06-01", "marked": False},
    {"seats": 12, "sold": 40, "since": "2024-01-01", "marked": True},
    {"seats": 3, "sold": 4, "marked": False},
    {},
]
#: A number, and what it is for each account. `g` is 62.5, 50 (held at 45), 10; `card` is 49.375, 53.75 (held at 40), 10.
NUMBERS: dict[str, list[float | None]] = {
    "size.value": [12, 12, 3, None],
    "size.points": [80, 80, 10, None],  # a limit by band leaves them; a scorecard takes those of the band
    "(if size is yellow then 1 else 0)": [0, 1, 0, None],
    "(if computed size is green then 1 else 0)": [1, 1, 0, None],
    "(if late is stale then 1 else 0)": [0, 1, 0, 0],
    "card.score": [49.375, 40, 10, None],
    "card.computed_score": [49.375, 53.75, 10, None],
    "card.coverage": [1, 1, 0.5625, 0],
    "card.g.score": [62.5, 45, 10, None],
    "card.g.size.score": [80, 40, 10, None],
    "card.inner.score": [10, 80, None, None],
    "card.g.size.effective_weight": [0.5625, 0.5625, 1, 0],
    "card.g.effective_weight": [0.75, 0.75, 1, 0],
    "card.inner.effective_weight": [0.25, 0.25, 0, 0],
    "card.g.size.contribution": [45, 22.5, 10, 0],
    "card.inner.contribution": [2.5, 20, 0, 0],
    '(if card.borderline = "green" then 1 else 0)': [1, 1, 0, None],
    "(if card is yellow then 1 else 0)": [1, 1, 0, None],
    "(if card.g is green then 1 else 0)": [1, 0, 0, None],
    "(if computed card.g is green then 1 else 0)": [1, 1, 0, None],
    "(if card.g.size is yellow then 1 else 0)": [0, 1, 0, None],
    "(if card.inner is green then 1 else 0)": [0, 1, None, None],
    "computed card": [49.375, 53.75, 10, None],
    "computed card.g": [62.5, 50, 10, None],
    "computed card.inner": [10, 80, None, None],
    "computed card.g.size": [80, 80, 10, None],
    "computed size": [80, 80, 10, None],
    "(if computed card.inner is green then 1 else 0)": [0, 1, None, None],
    "(if computed card.g.size is green then 1 else 0)": [1, 1, 0, None],
    "(if card.g.late is stale then 1 else 0)": [0, 1, 0, 0],
    "(if card is missing then 1 else 0)": [0, 0, 0, 1],
    "(if plain.h is yellow then 1 else 0)": [1, 0, 0, None],
    "tally.k.contribution": [0, 1, 0, 0],
    "tally.k.effective_weight": [None, None, None, None],
    "tally.k.size.contribution": [None, None, None, None],
    "given.score": [10, 80, None, None],  # by an override there is a band and no score
    "(if given is red then 1 else 0)": [1, 0, 1, None],
    "(if way is keep then 1 else 0)": [0, 1, None, None],
    "length(way.cell)": [4, 4, None, None],
    "length(way.label)": [4, 4, None, None],
    "length(way.owner)": [2, 4, None, None],
    "length(way.text)": [None, 8, None, None],
    "length(way.playbook)": [None, 4, None, None],
    "(if asked then 1 else 0)": [1, 1, 0, None],
    "(days until asked.due / 1 day)": [7, 7, None, None],
    "length(asked.reason)": [7, 7, None, None],
    "length(asked.kind)": [6, 6, None, None],
    "length(asked.severity)": [4, 4, None, None],
    "length(asked.playbook)": [4, 5, None, None],
    "asked.amount": [24, 24, None, None],
    "asked.guess": [4, 40, None, None],
    "(count f in asked.flagged)": [1, 0, None, None],
    "length(bare.reason)": [None, None, None, None],
    "length(bare.kind)": [None, None, None, None],
    "length(bare.playbook)": [None, None, None, None],
    "length(brief.playbook)": [4, 4, None, None],
    "length(brief.reason)": [2, 2, None, None],
    "length(empty.playbook)": [0, 0, None, None],
}
#: What the scores alone have to compute only where somebody asks for it.
SELDOM_COMPUTED = [
    each for each in NUMBERS if each.strip("(").startswith(("card", "if card", "if computed card"))
]


def asking(text: str, number: int) -> str:
    """A scorecard whose score is a number, and one whose score is the same number by way of a definition."""
    return f"""
    define told{number}(n count) = if n = 1 then {text} else 0
    measure here{number} {{ points {text} }}
    measure there{number} {{ value told{number}(1) ; points value }}
    scorecard here_card{number} {{ bands none ; here{number} }}
    scorecard there_card{number} {{ bands none ; there{number} }}
    output known{number} = {text} >= 0
    """


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    texts = (asking(text, number) for number, text in enumerate(NUMBERS))
    return load(tmp_path_factory.mktemp("references"), RULES + "".join(texts))


@pytest.mark.parametrize("account", range(len(ACCOUNTS)))
def test_a_definition_reads_the_same(ruleset: Ruleset, account: int) -> None:
    cards = result(ruleset, **ACCOUNTS[account])["scorecards"]
    expected = {text: pytest.approx(found[account]) for text, found in NUMBERS.items()}
    for where in ("here", "there"):
        found = {text: cards[f"{where}_card{number}"]["score"] for number, text in enumerate(NUMBERS)}
        assert found == expected


@pytest.mark.parametrize("text", SELDOM_COMPUTED)
def test_scores_alone_compute_what_one_measure_asks_for(text: str, tmp_path: Path) -> None:
    rules = f"measure here {{ points {text} }}\nscorecard last {{ bands none ; here }}\n"
    ruleset = load(tmp_path, RULES + rules)
    found = [result(ruleset, **account)["scorecards"]["last"]["score"] for account in ACCOUNTS]
    assert found == [pytest.approx(each) for each in NUMBERS[text]]


@pytest.mark.parametrize("account", range(len(ACCOUNTS)))
def test_what_is_not_known_is_compared_without_an_answer(ruleset: Ruleset, account: int) -> None:
    """It is a reason, and no fault: the comparison is undecided as well."""
    outputs = result(ruleset, **ACCOUNTS[account])["outputs"]
    found = {text: outputs[f"known{number}"] for number, text in enumerate(NUMBERS)}
    assert found == {text: None if each[account] is None else True for text, each in NUMBERS.items()}


def test_a_card_with_a_band_alone_says_that_it_has_no_score(tmp_path: Path) -> None:
    rules = "measure here { points given.score }\nmeasure there { points card.score }\nscorecard last { bands none ; here ; there }\n"
    found = result(load(tmp_path, RULES + rules), seats=3)["measures"]
    assert found["here"]["reason"] == "has a band but no score"


@pytest.mark.parametrize(
    ("asked", "bands"),
    [
        ("", 0), ("measure here { points card.score }", 0), ("measure here { points card.coverage }", 0),
        ("measure here { points card.g.score }", 0),
        ("measure here { rate { red when card is red ; green otherwise } }", 0),
        ("measure here { rate { red when card.g is red ; green otherwise } }", 1),
        ("scorecard worse { rollup worst band ; group i { rollup weighted mean ; size ; late } }", 1),
        ("scorecard worse { rollup minimum ; group i { rollup weighted mean ; size ; late } }", 0),
    ],
)  # fmt: skip
def test_scores_alone_have_no_bands_of_groups_that_nobody_asks_for(
    asked: str, bands: int, tmp_path: Path
) -> None:
    """A band is found by comparing a score with the ends of all bands."""
    rules = """
    measure size { value seats ; rate { red when < 5 ; green otherwise } }
    measure late { value sold ; rate { red when < 5 ; green otherwise } }
    scorecard card { group g { size ; late } }
    """
    more = "scorecard last { bands none ; here }\n" if "here" in asked else ""
    text = load(tmp_path, f"{rules}{asked}\n{more}").evaluator.generated(tracing=False).text
    found = re.findall(r"^ *b_\w+_[gi] = \('green'", text, re.MULTILINE)
    assert len(found) == bands


#: Status, score, band, weight, effective weight and contribution of each place.
Shown = dict[str, tuple[str, float | None, str | None, float, float | None, float | None]]
ROLLUPS: dict[str, tuple[float, str | None, Shown, Shown]] = {
    "weighted mean": (
        62.5, "green",
        {"g": ("scored", 45, "yellow", 0.5, 0.5, 22.5), "g.size": ("scored", 80, "green", 0.25, 0.25, 20),
         "g.late": ("scored", 10, "red", 0.25, 0.25, 2.5), "sure": ("scored", 80, "green", 0.5, 0.5, 40)},
        {"late": ("missing", None, None, 0.5, 0, 0), "sure": ("scored", 80, "green", 0.5, 1, 80)},
    ),
    "minimum": (
        45, "yellow",
        {"g": ("scored", 45, "yellow", 1, 1, 45), "g.size": ("scored", 80, "green", 0.5, 0.5, 40),
         "g.late": ("scored", 10, "red", 0.5, 0.5, 5), "sure": ("scored", 80, "green", 1, 0, 0)},
        {"late": ("missing", None, None, 1, 0, 0), "sure": ("scored", 80, "green", 1, 1, 80)},
    ),
    "maximum": (
        80, "green",
        {"g": ("scored", 45, "yellow", 1, 0, 0), "g.size": ("scored", 80, "green", 0.5, 0, 0),
         "g.late": ("scored", 10, "red", 0.5, 0, 0), "sure": ("scored", 80, "green", 1, 1, 80)},
        {"late": ("missing", None, None, 1, 0, 0), "sure": ("scored", 80, "green", 1, 1, 80)},
    ),
    "sum": (
        125, None,
        {"g": ("scored", 45, None, 1, 1, 45), "g.size": ("scored", 80, "green", 0.5, 0.5, 40),
         "g.late": ("scored", 10, "red", 0.5, 0.5, 5), "sure": ("scored", 80, "green", 1, 1, 80)},
        {"late": ("missing", None, None, 1, 0, 0), "sure": ("scored", 80, "green", 1, 1, 80)},
    ),
    "worst band": (
        40, "yellow",
        {"g": ("scored", 45, "yellow", 1, 1, 40), "g.size": ("scored", 80, "green", 0.5, 0.5, 40),
         "g.late": ("scored", 10, "red", 0.5, 0.5, 5), "sure": ("scored", 80, "green", 1, 0, 0)},
        {"late": ("missing", None, None, 1, 0, 0), "sure": ("scored", 80, "green", 1, 1, 80)},
    ),
    "count of yellow": (
        1, "red",
        {"g": ("scored", 45, "yellow", 1, None, 1), "g.size": ("scored", 80, "green", 0.5, None, None),
         "g.late": ("scored", 10, "red", 0.5, None, None), "sure": ("scored", 80, "green", 1, None, 0)},
        {"late": ("missing", None, None, 1, None, 0), "sure": ("scored", 80, "green", 1, None, 0)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("rollup", ROLLUPS)
def test_places_of_each_roll_up(rollup: str, tmp_path: Path) -> None:
    """Bands of a group decide, also for scores alone; a place that is missing has no part, or none can be told."""
    score, band, first, second = ROLLUPS[rollup]
    of = "bands none" if band is None else "bands rag"
    measures = "".join(
        f"measure {name} {{ value {fact} ; rate {{ red when < 5 ; green otherwise }} }}\n"
        for name, fact in (("size", "seats"), ("late", "sold"), ("sure", "certain"))
    )
    cards = f"""
    scorecard card  {{ {of} ; rollup {rollup} ; group g {{ rollup weighted mean ; size ; late }} ; sure }}
    scorecard fewer {{ {of} ; rollup {rollup} ; late ; sure }}
    """
    ruleset = load(tmp_path, measures + cards)
    found = result(ruleset, seats=12, sold=3, certain=20)["scorecards"]["card"]
    fewer = result(ruleset, seats=12, certain=20)["scorecards"]["fewer"]
    assert (found["score"], found["band"]) == (score, band)
    keys = ("status", "score", "band", "weight", "effective_weight", "contribution")
    for shown, nodes in ((first, found["nodes"]), (second, fewer["nodes"])):
        assert {path: tuple(node[key] for key in keys) for path, node in nodes.items()} == shown


def test_shares_of_the_whole(tmp_path: Path) -> None:
    """Shares that are the same for every account have 12 decimals; those of columns are computed, and have 10."""
    measures = "".join(
        f"measure {name} {{ value {fact} ; rate {{ red when < 5 ; green otherwise }} }}\n"
        for name, fact in (("size", "seats"), ("late", "sold"), ("sure", "certain"))
    )
    cards = """
    scorecard card  { size 1 ; group g 2 { late 2 ; sure 1 } }
    scorecard other { size 1 ; group g 2 { late 2 ; sure 1 } ; weights when marked { size 2 ; g 1 } }
    scorecard flat  { missing redistribute flat ; size 0.1 ; group g 0.2 { late 20% ; sure 80% } }
    scorecard inner { group g { rollup minimum ; late ; sure } ; group h { rollup sum ; size } }
    """
    ruleset = load(tmp_path, measures + cards)
    facts = {"certain": 9, "seats": 9, "sold": 3}
    weights: list[dict[str, dict[str, float]]] = []
    for marked in (False, True):
        found = result(ruleset, **facts, marked=marked)["scorecards"]
        weights.append(
            {
                name: {path: node["weight"] for path, node in card["nodes"].items()}
                for name, card in found.items()
            }
        )
    third = 0.333333333333
    whole = {
        "card": {"size": third, "g": 0.666666666667, "g.late": 0.444444444444, "g.sure": 0.222222222222},
        "flat": {"size": third, "g": 0.666666666667, "g.late": 0.133333333333, "g.sure": 0.533333333333},
        "inner": {"g": 0.5, "g.late": 0.5, "g.sure": 0.5, "h": 0.5, "h.size": 0.5},
    }
    shares = {"size": 0.3333333333, "g": 0.6666666667, "g.late": 0.4444444444, "g.sure": 0.2222222222}
    swapped = {"size": 0.6666666667, "g": 0.3333333333, "g.late": 0.2222222222, "g.sure": 0.1111111111}
    assert weights == [{**whole, "other": shares}, {**whole, "other": swapped}]
