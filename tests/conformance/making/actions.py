"""Triggers, templates, what was before, problems, invariants, outputs, assumptions, imports, segments, secrets."""

from __future__ import annotations

from itertools import product
from typing import Any

from tests.conformance.making.fault_names import LIBRARY
from tests.conformance.making.writing import RAG, Case, Group, Topic, account, accounts, topic

MOOD = RAG + "measure mood { value colour ; rate as given }\nscorecard health { mood }\n"


def earlier(score: Any, band: Any, **more: Any) -> dict[str, Any]:
    """The earlier result of the account, of 1 February 2024."""
    measures = {"mood": {"status": "scored", "value": band, "band": band, "points": score}}
    return {
        "id": "x", "as_of": "2024-02-01", "ruleset": {"name": "case"}, "measures": measures,
        "scorecards": {"health": {"status": "scored", "score": score, "band": band}}, **more,
    }  # fmt: skip


def previous() -> Group:
    """Every band against every earlier band; and earlier results that cannot be used."""
    text = (
        MOOD
        + """trigger fell { when health is worse than previous health }
trigger rose { when health is better than previous health }
output held = health is not worse than previous health
output kept = health is not better than previous health
output lost = previous health.score - health
output before = previous health.band
output day = previous as_of
output was_green = previous mood is green
"""
    )
    points = {"green": 87.5, "yellow": 62.5, "red": 25}
    order = list(points)
    cases: list[Case] = []
    for now, before in product(order, order):
        worse, better = order.index(now) > order.index(before), order.index(now) < order.index(before)
        outputs = {
            "held": not worse,
            "kept": not better,
            "lost": points[before] - points[now],
            "before": before,
            "day": "2024-02-01",
            "was_green": before == "green",
        }
        fired = [{"name": name} for name, holds in (("fell", worse), ("rose", better)) if holds]
        cases.append(
            account(
                {"colour": now},
                {"triggers": fired, "outputs": outputs, "problems": []},
                "rule",
                previous=earlier(points[before], before),
            )
        )
    nothing = {"held": None, "kept": None, "lost": None, "before": None, "day": None, "was_green": None}
    unusable = {"triggers": [], "outputs": nothing, "problems": ["RE518"]}
    cases += [
        account({"colour": "red"}, {"triggers": [], "outputs": nothing, "problems": []}),
        account({"colour": "red"}, unusable, previous=earlier(87.5, "green", as_of="2024-06-01")),
        account({"colour": "red"}, unusable, previous=earlier(87.5, "green", id="somebody else")),
        account({"colour": "red"}, unusable, previous={"health": "green"}),
        account(
            {},
            {"triggers": [], "outputs": {"before": "green", "held": None, "lost": None}},
            previous=earlier(87.5, "green"),
        ),
    ]
    return accounts("previous", text, cases, rules=[3])


def triggers() -> Group:
    """What fires, why, by when, and with which fields."""
    text = (
        MOOD
        + """measure use "Use" { value a / b shown as percent ; rate { green when >= 75% ; red otherwise } }
scorecard s { use }
trigger expand "Expansion" {
  when use.value >= 90% because "{use.value} of {b} are in use"
  when yes              because "they asked"
  kind expand
  severity medium
  playbook "Play {{one}} for {word}"
  due  as_of + 14 days
  field seats = b
  field reason = word default "other", flagged until changed
}
trigger rest "Rest" { when expand and mood is red ; reason "because {expand.reason}" ; due end of month }
output why = expand.reason
output flagged = expand.flagged
output quiet = expand.due is not_applicable
"""
    )
    fired = {
        "name": "expand",
        "title": "Expansion",
        "kind": "expand",
        "severity": "medium",
        "due": "2024-03-15",
        "flagged": ["reason"],
    }
    cases = [
        account({"a": 95, "b": 100, "word": "w"}, {"triggers": [{**fired, "reason": "95% of 100 are in use", "playbook": "Play {one} for w", "fields": {"seats": 100, "reason": "w"}, "flagged": []}]}),
        account({"a": 90, "b": 100}, {"triggers": [{**fired, "reason": "90% of 100 are in use", "playbook": "Play {one} for unknown", "fields": {"seats": 100, "reason": "other"}}]}),
        account({"a": 89, "b": 100}, {"triggers": [], "outputs": {"why": None, "quiet": False}}),
        account({"a": 89, "b": 100, "yes": False}, {"triggers": [], "outputs": {"why": None, "quiet": True}}),
        account({"a": 1, "b": 3, "yes": True}, {"triggers": [{**fired, "reason": "they asked", "fields": {"seats": 3, "reason": "other"}}], "outputs": {"why": "they asked", "quiet": False}}),
        account({"a": 2, "b": 2, "yes": True}, {"triggers": [{**fired, "reason": "100% of 2 are in use; they asked"}]}),
        account({"yes": True}, {"triggers": [{**fired, "reason": "they asked", "fields": {"seats": None, "reason": "other"}}]}),
        account({"a": 9}, {"triggers": []}),
        account({"yes": True, "colour": "red"}, {"triggers": [{"name": "expand"}, {"name": "rest", "reason": "because they asked", "due": "2024-03-31"}], "outputs": {"flagged": ["reason"]}}),
        account({"yes": True, "colour": "green"}, {"triggers": [{"name": "expand"}]}),
    ]  # fmt: skip
    return accounts("triggers", text, cases, rules=[3])


def spoken_values() -> list[Group]:
    """How values of each kind read in texts."""
    spoken = 'trigger t { when yes ; reason "%s" }'
    facts = {
        "yes": True,
        "a": 3.14159,
        "b": 2,
        "share": 0.8333,
        "age": 1,
        "term": 12,
        "price": 1200,
        "day": "2024-03-01",
        "moment": "2024-03-01T12:30:00Z",
        "words": ["p", "q"],
        "n": 7,
    }
    words = {
        "{a}": "3.14", "{b}": "2", "{share}": "83.33%", "{b / 8 shown as percent}": "25%", "{age}": "1 day", "{age * 12}": "12 days", "{term}": "12 months", "{price}": "1200 USD",
        "{day}": "2024-03-01", "{moment}": "2024-03-01 12:30 UTC", "{yes}": "yes", "{not yes}": "no", "{words}": "p, q", "{c}": "unknown", "{{a}}": "{a}", "{a / 0.000000001 > 5} {n}": "yes 7",
        "{-b}": "-2", "{2.5}": "2.5", "{2.005}": "2.01", "{if c > 1 then 1 else 2}": "unknown", "{as_of}": "2024-03-01", "{term / 12}": "1 month",
    }  # fmt: skip
    return [
        accounts(
            f"spoken {number}", spoken % text, [account(facts, {"triggers": [{"reason": wanted}]})], rules=[]
        )
        for number, (text, wanted) in enumerate(words.items(), 1)
    ]


def templates() -> Group:
    """Texts: for whom, subject, labels, body; values escaped for Markdown; lines of lists."""
    text = (
        MOOD
        + """template note "Note" {
  for      mood is red
  format   markdown
  subject  "{word} is {health}"
  labels   "health", "{health}", "{nested.word}", "{words}"
  body \"""
    # {word}

    - {words}

    Score: {health.score}, {share}
    \"""
}
template all_of_them { body "Hello {word}" }
"""
    )
    body = "# a\\*b\n\n- p\n- q\n\nScore: 25, 50%"
    both = [
        {"template": "note", "subject": "a*b is red", "labels": ["health", "red", "p", "q"], "body": body},
        {"template": "all_of_them", "subject": None, "body": "Hello a*b"},
    ]
    facts = {"colour": "red", "word": "a*b", "words": ["p", "q"], "share": 0.5}
    cases = [
        account(facts, {"texts": both}),
        account(
            {"colour": "green", "word": "w"}, {"texts": [{"template": "all_of_them", "body": "Hello w"}]}
        ),
        account({}, {"texts": [{"body": "Hello unknown"}]}),
        account(
            {"colour": "red", "words": []},
            {
                "texts": [
                    {"labels": ["health", "red"], "body": "# unknown\n\n\nScore: 25, unknown"},
                    {"body": "Hello unknown"},
                ]
            },
        ),
    ]
    return accounts("templates", text, cases, rules=[])


def reasons_of_scores() -> Group:
    """What a score is made of, in words."""
    reasons = (
        RAG
        + """measure p "First" { value a ; rate { green when > 5 ; red otherwise because "too few" } }
measure q "Second" { value b ; rate { green when > 5 ; yellow otherwise } }
scorecard s { p 50% ; q 50% ; override red when yes because "a person said so" }
template t { body \"""
    - {reasons of s}
    \""" }
"""
    )
    of_score = [
        account({"a": 1, "b": 1}, {"texts": [{"body": "- First (red): too few\n- Second (yellow)"}]}),
        account(
            {"a": 9, "b": 1, "yes": True},
            {"texts": [{"body": "- a person said so\n- Second (yellow)\n- First (green)"}]},
        ),
    ]
    return accounts("reasons of a score", reasons, of_score, rules=[])


def problems() -> Group:
    """Problems and invariants of the ruleset, segments and outputs."""
    told = (
        MOOD
        + """problem "too many" when n > 50
invariant "never red for gold" never mood is red and tier = "gold"
invariant "always some" always n > 0
segment big "Big ones" when n > 50
segment golden when tier = "gold" and big
output doubled = n * 2
output as_share = n / 200 shown as percent
"""
    )
    outcomes: tuple[tuple[dict[str, Any], list[str], list[str], int | None], ...] = (
        ({"n": 51, "colour": "green", "tier": "gold"}, ["RE507"], ["big", "golden"], 102), ({"n": 50, "colour": "green", "tier": "gold"}, [], [], 100),
        ({"n": 5, "colour": "red", "tier": "gold"}, ["RE508"], [], 10), ({"n": 0, "colour": "red", "tier": "gold"}, ["RE508", "RE508"], [], 0),
        ({"n": 0, "colour": "green"}, ["RE508"], [], 0), ({"colour": "red"}, [], [], None), ({"n": 99, "colour": "red", "tier": "silver"}, ["RE507"], ["big"], 198),
        ({"n": "x"}, ["RE504"], [], None), ({"n": 7.5}, ["RE504"], [], None), ({"n": 99}, ["RE507"], ["big"], 198),
    )  # fmt: skip
    cases = [
        account(facts, {"problems": problems, "segments": segments, "outputs": {"doubled": doubled}})
        for facts, problems, segments, doubled in outcomes
    ]
    return accounts("problems and invariants", told, cases, rules=[3, 5])


def assumptions() -> Group:
    """What stands in for a missing fact, and for no other."""
    assumed = 'assume a, nested.a = 3 because "most have three"\nassume day = as_of - 1 month because "so"\noutput o = a + nested.a\noutput d = day\noutput known = a is missing\n'
    of_assumptions = [
        account({}, {"outputs": {"o": 6, "d": "2024-02-01", "known": False}, "problems": []}),
        account(
            {"a": 4, "nested": {"a": 5}, "day": "2024-01-01"},
            {"outputs": {"o": 9, "d": "2024-01-01"}, "assumptions": []},
        ),
        account(
            {"a": None, "nested": {"a": 5}, "day": "2024-01-01"},
            {"outputs": {"o": 8}, "assumptions": [{"path": "a", "value": 3}]},
        ),
        account(
            {"a": "x", "nested": {"a": 5}, "day": "2024-01-01"},
            {"outputs": {"o": None}, "assumptions": [], "problems": ["RE504"]},
        ),
    ]
    return accounts("assumptions", assumed, of_assumptions, rules=[1])


def imports() -> Group:
    """What another ruleset declares, under its name or another one."""
    imported = """import library 1.0.0 (size as extent, big, half, depth)
scorecard s { depth }
output doubled = extent
output halved = half(extent)
output is_big = big
"""
    files = {"rulesets/library/1.0.0.rules": LIBRARY.strip().split("\n")}
    of_imports = [
        account(
            {"a": 10, "b": 3},
            {
                "outputs": {"doubled": 20, "halved": 10, "is_big": False},
                "measures": {"depth": {"points": 3}},
                "scorecards": {"s": {"score": 3}},
                "segments": [],
            },
        ),
        account(
            {"a": 101},
            {
                "outputs": {"doubled": 202, "halved": 101, "is_big": True},
                "measures": {"depth": {"status": "missing"}},
                "segments": ["big"],
            },
        ),
    ]
    return accounts("imports", imported, of_imports, rules=[13], files=files)


def definitions() -> Group:
    """Calculations with a name."""
    defined = """define yearly(amount money, part percent) = amount * part
define both(x number, y) = if yes then x + y else x
define answer() = 42
let total = both(a, b)
output o = yearly(price, 10%) / 1 USD
output t = total + answer()
"""
    of_definitions = [
        account({"price": 900, "a": 1, "b": 2, "yes": True}, {"outputs": {"o": 90, "t": 45}}),
        account({"price": 5, "a": 1, "yes": False}, {"outputs": {"o": 0.5, "t": 43}}),
        account({"a": 1}, {"outputs": {"o": None, "t": None}}),
    ]
    return accounts("definitions", defined, of_definitions, rules=[1, 16])


def places() -> list[Group]:
    """Where a value cannot be computed, and several rows fit: problems of the engine itself."""
    text = """accept RE402 because "it is about overlaps"
table t(x number) hits one { > 10 gives 1 ; > 20 gives 2 ; otherwise gives 3 }
table u(x number) hits agreeing { > 10 gives 1 ; > 20 gives 2 ; otherwise gives 3 }
output one = t(a)
output two = u(a)
output quotient = a / b
output root = sqrt(b)
"""
    cases = [
        account(
            {"a": 5, "b": 4}, {"outputs": {"one": 3, "two": 3, "quotient": 1.25, "root": 2}, "problems": []}
        ),
        account(
            {"a": 15, "b": 1}, {"outputs": {"one": 1, "two": 1, "quotient": 15, "root": 1}, "problems": []}
        ),
        account({"a": 25, "b": 1}, {"outputs": {"one": None, "two": None}, "problems": ["RE510", "RE510"]}),
        account({"a": 5, "b": 0}, {"outputs": {"quotient": None, "root": 0}, "problems": ["RE506"]}),
        account({"a": 5, "b": -1}, {"outputs": {"quotient": -5, "root": None}, "problems": ["RE506"]}),
    ]
    hidden = (
        RAG
        + 'measure m "M" { value secret ; rate { green when > 5 because "it is {secret}" ; red otherwise } }\nscorecard s { m }\ntrigger t { when secret > 5 ; reason "{secret} is much" }'
    )
    hidden = hidden.replace(' because "it is {secret}"', "")
    secrets = [account({"secret": 7654321}, {"measures": {"m": {"band": "green"}}, "triggers": [{"name": "t"}]}, never_shown=["7654321", "7,654,321"]),
               account({"secret": -7654321}, {"measures": {"m": {"band": "red"}}, "triggers": []}, never_shown=["7654321"])]  # fmt: skip
    return [
        accounts("what cannot be computed", text, cases, rules=[2, 5]),
        accounts("secrets", hidden, secrets, rules=[]),
    ]


def topics() -> list[Topic]:
    """One file."""
    groups = [
        previous(),
        triggers(),
        *spoken_values(),
        templates(),
        reasons_of_scores(),
        problems(),
        assumptions(),
        imports(),
        definitions(),
        *places(),
    ]
    return [
        topic(
            "actions",
            "Triggers, templates, what was before, problems, invariants, assumptions, imports, secrets.",
            groups,
        )
    ]
