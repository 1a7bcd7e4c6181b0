"""Explanations: the sentences for everybody, and the tree with every number."""

from __future__ import annotations

from ruleengine.report.explanation import render_tree
from ruleengine.report.explanation_markdown import render_explanation
from ruleengine.report.sentences import card_sentences
from tests.report.results import explained_card, explained_node, explanation

BEST = {"path": "seats", "title": "Seat use", "cost": 31.25, "against": "best", "band": "red", "reason": None}


def test_the_sentences_say_score_cost_and_what_would_help() -> None:
    document = explanation()
    assert card_sentences(document, document["scorecards"][0], "Acme Ltd") == [
        "Acme Ltd (acme) is yellow in “Customer health” as of 2024-03-01, with a score of 56.25.",
        "What costs the most: Seat use (31.2 points; red).",
        "It is 18.75 points from green: at its best, Seat use would add 31.2, which is enough.",
    ]


def test_one_measure_that_is_not_enough_is_said() -> None:
    card = explained_card(costs=[{**BEST, "cost": 10.0}])
    assert card_sentences(explanation(), card)[2].endswith("would add 10, which alone is not enough.")


def test_an_override_is_the_reason_and_not_the_score() -> None:
    card = explained_card(
        band="red", override={"band": "red", "reason": "the customer is unhappy", "line": 40}
    )
    sentences = card_sentences(explanation(), card)
    assert sentences[0] == "acme is red in “Customer health” as of 2024-03-01, with a score of 56.25."
    assert sentences[1] == (
        "That is because an override acted: the customer is unhappy. "
        "The measures alone come to yellow, 56.25."
    )
    assert (
        sentences[3]
        == "It is 18.75 points from green by its score, but the override decides as long as it holds."
    )


def test_no_score_is_explained() -> None:
    card = explained_card(
        status="missing", score=None, band=None, computed_score=None, computed_band=None, coverage=0.0,
        next_band=None, costs=[], reason="no measure has data",
        nodes=[explained_node("seats", "Seat use", status="missing", band=None, points=None, reason="`a.b`")],
    )  # fmt: skip
    assert card_sentences(explanation(), card) == [
        "acme has no score for “Customer health” as of 2024-03-01 (no data: no measure has data).",
        "Nothing can be said about Seat use (no data). 0% of the weight rests on data.",
    ]


def test_a_baseline_is_named() -> None:
    card = explained_card(
        costs=[{**BEST, "against": "baseline", "band": None, "reason": "few seats"}], next_band=None
    )
    assert card_sentences(explanation(), card)[1] == (
        "What costs the most against the baseline: Seat use (31.2 points; few seats)."
    )


def test_a_near_worse_band_is_a_warning() -> None:
    card = explained_card(borderline={"band": "red", "distance": 0.4})
    assert card_sentences(explanation(), card)[-1] == "It is close to red: 0.4 points away."


def test_the_tree_shows_every_number_and_the_line_that_decided() -> None:
    text = render_tree(explanation(), bands={"health": ("green", "yellow", "red")})
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if "VALUE" in line)
    assert lines[start : start + 8] == [
        "                         VALUE  BAND    POINTS  WEIGHT   ADDS",
        "Customer health  coverage 100%  yellow   56.25",
        "├─ Product                      red         25     50%   12.5",
        "│  └─ Seat use             20%  red         25     50%   12.5",
        "│        demo.rules:21  red otherwise",
        "└─ Tickets                   1  green     87.5     50%  43.75",
        "      few tickets",
        "      demo.rules:30  green when <= 2",
    ]
    assert "  1. Seat use: 31.25 (red)" in lines


def test_moved_weights_show_both() -> None:
    silent = explained_node(
        "a", "A", status="missing", band=None, points=None, effective_weight=0.0, contribution=None,
        value_text="", reason="`a.b` is missing", source=None,
    )  # fmt: skip
    other = explained_node("b", "B", effective_weight=1.0)
    text = render_tree(explanation(scorecards=[explained_card(nodes=[silent, other])]))
    assert " missing            50% → 0%" in text
    assert "50% → 100%" in text
    assert "no data: `a.b` is missing" in text


def test_the_row_that_won_and_the_undecided_ones_are_shown() -> None:
    rows = [
        {
            "line": 20,
            "text": "when tenure < 2 months: red otherwise",
            "result": "undecided",
            "why": "`a.b` is missing",
        },
        {"line": 22, "text": "when tenure >= 2 months: red otherwise", "result": "won", "why": ""},
        {"line": 23, "text": "green otherwise", "result": "not reached", "why": ""},
    ]
    card = explained_card(nodes=[explained_node("seats", "Seat use", rows=rows)])
    text = render_tree(explanation(scorecards=[card]))
    assert "      demo.rules:22  when tenure >= 2 months: red otherwise\n" in text
    assert "      line 20 is undecided: `a.b` is missing\n" in text
    assert "green otherwise" not in text


def test_a_member_scorecard_is_explained_where_it_stands() -> None:
    member = explained_node("adoption", "Adoption", kind="scorecard", source=None,
                            children=[explained_node("git", "Git")])  # fmt: skip
    cards = [explained_card(nodes=[member]), explained_card(name="adoption", title="Adoption")]
    text = render_tree(explanation(scorecards=cards))
    assert text.count("in “") == 1
    assert "└─ Adoption" in text
    assert "   └─ Git" in text


def test_weights_of_a_sum_are_factors() -> None:
    nodes = [explained_node("a", "A", weight=2.0, effective_weight=2.0), explained_node("b", "B", weight=1.0,
             effective_weight=1.0)]  # fmt: skip
    text = render_tree(explanation(scorecards=[explained_card(nodes=nodes)]))
    assert "×2" in text
    assert "100%" not in text.replace("coverage 100%", "")


def test_outputs_segments_assumptions_and_problems_come_last() -> None:
    document = explanation(
        outputs={"risk": 0.5}, segments=["growth"],
        assumptions=[{"path": "a.b", "value": False, "reason": "absent counts as no"}],
        problems=[{"code": "RE504", "message": "`a.b`: a text", "line": None, "pointer": "/a/b"},
                  {"code": "RE506", "message": "no row fits", "line": 3, "pointer": "/a/c"}],
    )  # fmt: skip
    text = render_tree(document)
    assert "  risk = 0.5\n" in text
    assert "Segments: growth\n" in text
    assert "Assumed: a.b = false (absent counts as no)\n" in text
    assert "  RE504: `a.b`: a text\n" in text  # the place is told once
    assert "  RE506: no row fits at /a/c (line 3)\n" in text


def test_nothing_in_facts_reaches_the_terminal_as_an_escape() -> None:
    card = explained_card(title="t\x1b[2J", costs=[{**BEST, "title": "\x1b]0;x\x07"}])
    card["nodes"][1] = {**card["nodes"][1], "value_text": "v\x1b", "reason": "r\x9b"}
    document = explanation(id="\x1bid", scorecards=[card])
    assert "\x1b" not in render_tree(document, name="n\x1b")
    assert "\x9b" not in render_tree(document)
    assert "\x1b" not in render_explanation(document, name="n\x1b")


def test_a_narrow_terminal_cuts_notes() -> None:
    card = explained_card()
    card["nodes"][1] = {**card["nodes"][1], "reason": "word " * 60}
    lines = render_tree(explanation(scorecards=[card]), width=70).splitlines()
    tree = [line for line in lines if line.startswith(("│", "├", "└", "      "))]
    assert max(map(len, tree)) <= 70


def test_markdown_holds_the_same_numbers() -> None:
    text = render_explanation(explanation(), name="Acme | Ltd")
    assert text.startswith("# Acme \\| Ltd\n\n## Customer health\n\n")
    assert "| **Product** |  | red | 25 | 50% | 12.5 |  |\n" in text
    assert (
        "| &nbsp;&nbsp;&nbsp;&nbsp;Seat use | 20% | red | 25 | 50% | 12.5 "
        "| `demo.rules:21` `red otherwise` |\n"
    ) in text
    assert "1. Seat use: 31.25 (red)\n" in text
