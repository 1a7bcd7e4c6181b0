"""Accounts that are guessed for what is assumed; and what is said where time runs out or nothing can be told."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from ruleengine.analysis.analyze import analyze
from ruleengine.analysis.findings import Analysis, Method, Verdict
from ruleengine.analysis.inspect import inspect, open_ruleset
from ruleengine.analysis.may import ANYTHING, May, Numbers, Words, na, one, word
from ruleengine.analysis.options import Options
from ruleengine.analysis.question import Asked
from ruleengine.casebook.accounts import Account
from ruleengine.diagnostics import Severity
from ruleengine.diagnostics.errors import RulesetError
from ruleengine.tree import expressions as e
from ruleengine.tree.walk import walk
from tests.analysis.small import AS_OF, BANDS, HEADER, MEASURES, opened
from tests.analysis.test_reach_counted import nothing_at_hand
from tests.analysis.test_soundness_of_expressions import RULES, SCHEMA

DAY = AS_OF.toordinal()


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    found = opened(tmp_path_factory.mktemp("wide"), RULES, schema=SCHEMA)
    return Asked(found.side, [Account({}, AS_OF)], AS_OF, Options(solver=False))


def facts_of(asked: Asked, **held: May) -> list[dict[str, Any]]:
    """The facts of the accounts that are guessed for some facts, without those that every account has."""
    nodes = {node.path[0]: node for node in walk(asked.program.steps) if isinstance(node, e.Fact)}
    box = {asked.looking.keys.of(nodes[name]): each for name, each in held.items()}
    return [
        {name: each for name, each in account.facts.items() if name not in ("id", "plan")}
        for account in asked.witnesses.of(box)
    ]


# fmt: off
GUESSES: list[tuple[dict[str, May], list[dict[str, Any]]]] = [
    # between two ends, at the low one, at the high one
    ({"day": May(present=Numbers(DAY - 9, DAY - 3, 1))}, [{"day": "2024-02-24"}, {"day": "2024-02-21"}, {"day": "2024-02-27"}]),
    ({"moment": May(present=Numbers(DAY - 5, DAY - 4))}, [{"moment": "2024-02-26T12:00:00Z"}, {"moment": "2024-02-25T12:00:00Z"}]),
    ({"a": May(present=Numbers(3, 4, 1))}, [{"a": 4}, {"a": 3}]),
    ({"a": May(present=Numbers(3, math.inf, 1))}, [{"a": 4}, {"a": 3}]),
    ({"a": May(present=Numbers(-math.inf, 4, 1))}, [{"a": 3}, {"a": 4}]),
    ({"a": May(present=Numbers(-math.inf, math.inf))}, [{"a": 0}]),
    ({"share": May(present=Numbers(0.301, 0.302))}, [{"share": 0.301}, {"share": 0.302}]),
    # a value, none at all, true and false, any word but one
    ({"day": na("missing"), "a": one(4)}, [{"a": 4}]),
    ({"flag": word(False)}, [{"flag": False}]),
    ({"flag": word(True), "word": May(present=Words(frozenset(), True, frozenset({"something else"})))},
     [{"flag": True, "word": "anything"}]),
    # what nobody can write into facts is left out
    ({"a": na("expired")}, [{}]),
    ({"events": May(present=ANYTHING)}, [{}]),
    ({"word": May(present=ANYTHING), "b": one(2)}, [{"b": 2}]),
    # whole numbers near an end that is none; where there is none between the ends, no account
    ({"a": May(present=Numbers(2.4, 3.9, 1))}, [{"a": 3}]),
    ({"a": May(present=Numbers(2.2, 2.8, 1))}, [{}]),
    # and what no schema allows
    ({"a": one(99)}, [{}]),
]
# fmt: on


@pytest.mark.parametrize(("held", "expected"), GUESSES)
def test_what_is_guessed_lies_in_the_box(
    wide: Asked, held: dict[str, May], expected: list[dict[str, Any]]
) -> None:
    assert facts_of(wide, **held) == expected


def test_the_day_of_a_moment_and_an_age_are_guessed_by_what_they_are_counted_from(wide: Asked) -> None:
    nodes = list(walk(wide.program.steps))
    moment = next(
        wide.looking.keys.of(each) for each in nodes if isinstance(each, e.Fact) and each.path == ("moment",)
    )
    ages = [each for each in nodes if isinstance(each, e.Elapsed) and each.unit == "days"]
    age = wide.looking.keys.of(ages[0])
    days = May(present=Numbers(DAY - 5, DAY - 4, 1))
    found = wide.witnesses.of({("day", moment): days, age: one(4)})
    assert found
    for account in found:
        assert account.facts["moment"][:10] in ("2024-02-25", "2024-02-26")
    # no age at all is no fact that could be left out, and an unknown one needs nothing
    assert [set(each.facts) for each in wide.witnesses.of({age: na("missing")})] == [{"id", "plan"}]


RESTS = """
segment some when users >= 50
measure seats "Seats" { value users ; rate { green when >= 50 ; yellow when >= 20 ; red otherwise } }
scorecard health "Health" { bands rag ; seats ; override red when users = 77 and issues = 13 }
invariant "never" never health is red and users >= 70
invariant "always" always users >= 0
trigger call { when plan = "large" and issues = 49 and users = 3 }
"""


def analysed(folder: Path, rules: str, **options: Any) -> Analysis:
    found = opened(folder, rules)
    with nothing_at_hand():
        return analyze(
            found.program, found.compilation.sources, found.schema, [Account({}, AS_OF)], AS_OF,
            Options(only=frozenset({"bounds", "reach", "invariants"}), **options),
        )  # fmt: skip


def test_without_time_nothing_is_said_but_what_an_account_shows(tmp_path: Path) -> None:
    found = analysed(tmp_path, RESTS, seconds=0.0)
    assert found.findings == ()
    assert [each.answer.verdict for each in found.invariants] == [Verdict.UNKNOWN] * 2
    assert found.unknown > 10


@pytest.mark.parametrize("solver", [False, True])
def test_what_an_end_is_not_known_of_has_no_limit(tmp_path: Path, solver: bool) -> None:
    if solver:
        pytest.importorskip("z3", reason="proofs need the extra `prove`")
    rules = "segment some when users >= 50\n" if solver else ""
    rules += "scorecard odds { bands none ; score ln(users + 1) - ln(issues + 1) }\n"
    whole = analysed(tmp_path, rules, solver=solver, seconds=0.3).bounds[0]
    for end in (whole.lowest, whole.highest):
        # ln 1 - ln 51 is -3.93, and ln 101 is 4.62
        assert end.score is None or -3.94 < end.score < 4.62
        assert end.known_limit is None or abs(end.known_limit) >= 3.93


def test_only_segments_that_are_asked_for_have_bounds(tmp_path: Path) -> None:
    rules = RESTS + "segment others when users < 20\n"
    found = analysed(tmp_path, rules, segments=("others",), solver=False)
    assert [(each.kind, each.among) for each in found.bounds] == [("all", ""), ("segment", "others")]
    assert (found.bounds[1].lowest.score, found.bounds[1].highest.score) == (25.0, 25.0)


# A red mood leaves 0.5 × 25 + 0.5 × 87.5 = 56.25 at most, which is yellow without the cap: it can never act, and cells alone
# cannot tell that.
IDLE_CAP = (
    MEASURES
    + """scorecard health "Health" {
  bands rag
  mood 50%
  seats 50%
  cap yellow when mood is red
}
"""
)


def test_what_cannot_be_told_is_named(tmp_path: Path) -> None:
    found = inspect(opened(tmp_path, IDLE_CAP), [], AS_OF, Options(only=frozenset({"reach"}), solver=False))
    (left,) = found.unanswered
    assert found.analysis.unknown == 1
    assert (left.kind, left.code, left.id, left.subject) == (
        "reach", "RE701", "reach.health.limit.cap.1", "health",
    )  # fmt: skip
    assert left.text == "health: cap yellow when mood is red: whether it acts on any account"
    assert (HEADER + BANDS + IDLE_CAP).splitlines()[left.span.line - 1] == "  cap yellow when mood is red"


def test_every_question_without_an_answer_is_kept_in_words(tmp_path: Path) -> None:
    """Without time nothing is answered but what the ruleset itself tells: each question there is, once."""
    rules = """segment some when users >= 50
measure seats "Seats" { value users ; rate { green when >= 50 ; red otherwise } }
scorecard health "Health" { bands rag ; seats }
invariant "empty" never users < 50 and health is green
trigger call { when users = 77 }
"""
    found = analysed(tmp_path, rules, seconds=0.0, solver=False)
    assert found.unknown == len(found.unanswered)
    assert len({each.id for each in found.unanswered}) == len(found.unanswered)
    assert [each.span.line for each in found.unanswered] == sorted(
        each.span.line for each in found.unanswered
    )
    said = [
        (each.text, each.kind, each.code)
        for each in sorted(found.unanswered, key=lambda each: (each.kind, each.code, each.text))
    ]
    bounds = [("the highest score of `health`", ""), ("the lowest score of `health`", "")]
    bounds += [
        (f"whether an account{among} can be {band} in `health`", "RE708")
        for among in ("", " in `some`")
        for band in ("green", "red", "yellow")
    ]
    bounds[1:1] = [("the highest score of `health` in `some`", "")]
    bounds[3:3] = [("the lowest score of `health` in `some`", "")]
    assert said == [
        *((text, "bounds", code) for text, code in bounds),
        ("whether an account can violate the invariant “empty”", "invariants", "RE707"),
        ("seats is green: whether any account gets it", "reach", "RE701"),
        ("seats is red: whether any account gets it", "reach", "RE701"),
        ("seats: row `green when >= 50`: whether any account reaches this row", "reach", "RE701"),
        ("seats: row `red otherwise`: whether any account reaches this row", "reach", "RE701"),
        ("segment some: whether any account is in it", "reach", "RE701"),
        ("trigger call: whether it fires for any account", "reach", "RE701"),
        ("whether the condition of the segment `some` holds for every account", "reach", "RE702"),
        ("whether the condition of the trigger `call` holds for every account", "reach", "RE702"),
        ("whether `seats` is ever scored, so that it can matter to `health`", "reach", "RE703"),
    ]


def test_which_parts_have_data_is_said_of_a_question_about_them(tmp_path: Path) -> None:
    """Seats are never red, so that with seats alone nobody is, which without time nothing proves."""
    rules = IDLE_CAP.replace("yellow when >= 20 ; red otherwise", "yellow otherwise")
    options = Options(only=frozenset({"bounds"}), solver=False, seconds=0.0)
    found = inspect(opened(tmp_path, rules), [], AS_OF, options)
    assert [(each.id, each.text) for each in found.analysis.unanswered] == [
        ("band.health.red.data.seats", "whether an account with only Seats can be red in `health`")
    ]
    assert found.unanswered == ()  # the table of bounds says `red?`


def test_what_is_not_known_is_a_note(tmp_path: Path) -> None:
    found = inspect(
        opened(tmp_path, RESTS), [], AS_OF, Options(only=frozenset({"invariants"}), solver=False, seconds=0.0)
    )
    notes = [each.diagnostic for each in found.reports if each.is_open]
    assert [(each.code, each.severity) for each in notes] == [("RE707", Severity.NOTE)] * len(notes)
    assert all(each.note == "not known: neither a proof nor an account was found" for each in notes)
    assert "whether an account can violate the invariant “always” is not known" in [
        each.message for each in notes
    ]


@pytest.mark.parametrize("solver", [False, True])
def test_what_cells_cannot_tell_is_asked_of_the_solver(tmp_path: Path, solver: bool) -> None:
    if solver:
        pytest.importorskip("z3", reason="proofs need the extra `prove`")
    rules = """scorecard health { bands none ; score users }
invariant "not both" never users > issues and issues > users
invariant "one of both" always users <= issues or issues <= users
"""
    found = analysed(tmp_path, rules, solver=solver)
    expected = (Verdict.PROVED, Method.SOLVER) if solver else (Verdict.UNKNOWN, Method.CELLS)
    assert [(each.answer.verdict, each.answer.method) for each in found.invariants] == [expected] * 2


def test_a_ruleset_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    opened(tmp_path, RESTS)
    with pytest.raises(RulesetError) as raised:
        open_ruleset("nobody", tmp_path / "rulesets", tmp_path / "schemas", AS_OF)
    assert len(raised.value.diagnostics) == 1
    with pytest.raises(RulesetError) as without:
        opened(tmp_path / "other", RESTS, header=HEADER.replace("facts thing 1", "facts thing 2"))
    assert {each.code for each in without.value.diagnostics}


def test_a_long_chain_of_names_is_followed_to_its_end(tmp_path: Path) -> None:
    lets = "let l0 = users > 100\n" + "".join(f"let l{n} = l{n - 1}\n" for n in range(1, 60))
    rules = lets + "segment deep when l59\nscorecard health { bands none ; score users }\n"
    found = analysed(tmp_path, rules, solver=False)
    assert [(each.code, each.subject) for each in found.findings] == [("RE701", "deep")]
    assert found.findings[0].method is Method.CELLS
