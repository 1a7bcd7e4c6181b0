"""Rulesets over facts with so few values that every account can be evaluated: what is true is known by counting.

    python -m tests.analysis.brute --rulesets 200 --seed 1

Random rulesets over four small facts; the analysis is held against all accounts that there are: ends of scores, bands,
invariants, rows that are never reached.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import ruleengine
from ruleengine.analysis.analyze import analyze
from ruleengine.analysis.findings import Analysis, Bounds, Verdict
from ruleengine.analysis.inspect import open_ruleset
from ruleengine.analysis.options import Options
from ruleengine.casebook.accounts import Account
from ruleengine.evaluator.covering import Covering
from tests.columnar.probing import load

AS_OF = date(2024, 3, 1)
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id", "tier"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "a": {"type": "integer", "minimum": 0, "maximum": 4},
        "b": {"type": "integer", "minimum": 0, "maximum": 4},
        "tier": {"enum": ["big", "small"]},
        "seen": {"type": "string", "format": "date"},
        "mood": {"enum": ["green", "red"]},
    },
}
VALUES: dict[str, list[Any]] = {
    "a": [None, 0, 1, 2, 3, 4], "b": [None, 0, 1, 2, 3, 4], "tier": ["big", "small"],
    "mood": [None, "green", "red"],
    "seen": [None, "2024-02-28", "2024-01-31", "2024-01-30", "2023-06-01"],
}  # fmt: skip
_KINDS = frozenset({"bounds", "reach", "invariants"})


def accounts() -> list[dict[str, Any]]:
    """Every account that there is, but for dates that no ruleset here tells apart."""
    found = []
    for values in itertools.product(*VALUES.values()):
        facts = dict(zip(VALUES, values, strict=True))
        found.append({"id": "x", **{name: value for name, value in facts.items() if value is not None}})
    return found


def _rows(chance: random.Random) -> str:
    """Rows over some subject, cut in two places."""
    subject = chance.choice(["a", "b", "a + b", "(a default 2)", "a - b"])
    first, second = sorted(chance.sample(range(-1, 8), 2))
    order = chance.choice(
        [("red", "yellow", "green"), ("green", "yellow", "red"), ("green", "red", "yellow")]
    )
    relation = chance.choice(["<", "<="])
    return (
        f"{order[0]} when {subject} {relation} {first} ; {order[1]} when {subject} {relation} {second} ; "
        f"{order[2]} otherwise"
    )


def _test(chance: random.Random) -> str:
    """A condition over measures, facts and the segment."""
    measure = chance.randrange(3)
    return chance.choice(
        [f"m{measure} is red", f"m{measure} is missing", f"a > {chance.randrange(6)}", "s", "not s"]
    )


def _measure(number: int, chance: random.Random) -> str:
    extra = chance.choice(
        [
            "",
            "\n  applies to s",
            f"\n  applies when b >= {chance.randrange(5)}",
            "\n  fresh by seen, expired after 30 days",
        ]
    )
    rate = _rows(chance)
    if chance.random() < 0.3:
        points = chance.choice(["a * 20", "100 - b * 10", "a * 10 + b * 5"])
        rate = f"points {points} when a >= {chance.randrange(3)} ; red otherwise"
    value = ""
    if chance.random() < 0.4:
        value = f"\n  value {chance.choice(['a', 'b', 'mood'])}"
        low, high = sorted(chance.sample(range(5), 2))
        rate = f"red when < {low} ; yellow when < {high} ; green otherwise"
        if value.endswith("mood"):
            return f"measure m{number} {{\n  bands rag{value}\n  rate as given{extra}\n}}"
    if chance.random() < 0.2:
        extra += f"\n  missing impute {chance.choice([10, 60, 90])}"
    return f"measure m{number} {{\n  bands rag{value}\n  rate {{ {rate} }}{extra}\n}}"


_POLICIES = ("redistribute", "redistribute flat", "as zero", "require all", "require 2 of 3")
_BANDS = """
bands rag {
  green 75..100 points 87.5
  yellow 50..<75 points 62.5
  red 0..<50 points 25
}
segment s when tier = "big"
"""


def rules_of(seed: int) -> str:
    """A random ruleset; `fresh` falls between the dates above."""
    chance = random.Random(seed)
    measures = "\n".join(_measure(number, chance) for number in range(3))
    test = _test(chance)
    limit = chance.choice(
        [
            "",
            f"  override red when {test}\n",
            f"  cap yellow when {test}\n",
            f"  floor score 60 when {test}\n",
        ]
    )
    rollup = chance.choice(["weighted mean", "weighted mean", "minimum", "worst band"])
    weights, policy = [chance.choice([1, 2, 3, 0]) for _ in range(3)], chance.choice(_POLICIES)
    members = "\n".join(
        f"  m{number} {weight}" for number, weight in enumerate([weights[0] or 1, *weights[1:]])
    )
    if rollup != "weighted mean":
        members, policy = "  m0\n  m1\n  m2", "redistribute"
    band = chance.choice(["red", "yellow", "green"])
    return (
        f"{_BANDS}{measures}\nscorecard card {{\n  bands rag\n  rollup {rollup}\n  missing {policy}\n{members}\n{limit}}}\n"
        f'invariant "first"\n  never {_test(chance)} and card is green\n'
        f'invariant "second"\n  always card is {band} or {_test(chance)}\n'
    )


def wrong(ruleset: ruleengine.Ruleset, found: Analysis) -> Iterator[str]:
    """Where the analysis is not what counting gives; an answer of `unknown` is no mistake."""
    covering = Covering(ruleset.evaluator)
    results = [(facts, ruleset.evaluator.result(facts, AS_OF)) for facts in accounts()]
    yield from _bounds(found, [result for _, result in results])
    for each in found.invariants:
        violated = [
            result for _, result in results
            if any(problem["code"] == "RE508" and each.text in problem["message"] for problem in result["problems"])
        ]  # fmt: skip
        if each.answer.verdict is Verdict.PROVED and violated:
            yield f"{each.text} is proved, and {len(violated)} accounts violate it"
        if each.answer.verdict is Verdict.SHOWN and not violated:
            yield f"{each.text} is refuted, and no account violates it"
    reached = {item for facts, _ in results for item in covering.reached(facts, AS_OF, None)}
    for finding in found.findings:
        if finding.code == "RE701" and finding.id.removeprefix("reach.") in reached:
            yield f"{finding.id} is said to be out of reach"


def _bounds(found: Analysis, results: list[dict[str, Any]]) -> Iterator[str]:
    for each in found.bounds:
        among = [result["scorecards"]["card"] for result in results if _is_among(each, result)]
        scores = [card["score"] for card in among if card["score"] is not None]
        where = f"{each.among or 'all'}"
        for end, true in (
            (each.lowest, min(scores, default=None)),
            (each.highest, max(scores, default=None)),
        ):
            if end.is_exact and (end.score is None) != (true is None):
                yield f"{where}: an end is {end.score}, and it is {true}"
            elif end.limit is not None and true is not None:
                outside = true < end.limit - 1e-6 if end is each.lowest else true > end.limit + 1e-6
                if outside or (end.is_exact and abs((end.score or 0) - true) > 1e-6):
                    yield f"{where}: an end is {end.score} within {end.limit}, and it is {true}"
        for reach in each.bands:
            has = any(card["band"] == reach.band for card in among)
            if (reach.answer.verdict is Verdict.PROVED and has) or (
                reach.answer.verdict is Verdict.SHOWN and not has
            ):
                yield f"{where}: {reach.band} is {reach.answer.verdict}, and {has}"


def _is_among(bounds: Bounds, result: dict[str, Any]) -> bool:
    """Whether an account is one of those that bounds are about."""
    if bounds.kind != "data":
        return bounds.kind == "all" or "s" in result["segments"]
    nodes = result["scorecards"]["card"]["nodes"]
    return all(
        (node["status"] in ("scored", "stale")) is (name in bounds.parts)
        for name, node in nodes.items()
        if node["weight"]
    )


def judged(seed: int, folder: Path) -> tuple[list[str], Analysis] | None:
    """What is wrong with the analysis of a random ruleset, with the analysis; None where `check` refuses it."""
    try:
        ruleset = load(folder, SCHEMA, rules_of(seed))
    except ruleengine.RulesetError:
        return None
    opened = open_ruleset(
        str(folder / "rulesets/shop/1.0.0.rules"), folder / "rulesets", folder / "schemas", AS_OF
    )
    # without accounts at hand, so that no account covers up a proof that leaves some out
    with patch("ruleengine.analysis.question.generate_documents", lambda *_, **__: []):
        found = analyze(
            opened.program,
            opened.compilation.sources,
            opened.schema,
            [Account({}, AS_OF)],
            AS_OF,
            Options(only=_KINDS, solver=False),
        )
    return list(wrong(ruleset, found)), found


def main() -> int:
    """Run, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rulesets", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    mistakes = asked = unknown = judged_rulesets = 0
    for seed in range(options.seed, options.seed + options.rulesets):
        with tempfile.TemporaryDirectory() as folder:
            found = judged(seed, Path(folder))
        if found is None:
            continue
        judged_rulesets += 1
        asked, unknown = asked + found[1].asked, unknown + found[1].unknown
        for line in found[0]:
            mistakes += 1
            sys.stdout.write(f"seed {seed}: {line}\n")
    sys.stdout.write(f"{judged_rulesets} rulesets, {asked} questions, {unknown} unknown, {mistakes} wrong\n")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
