"""One account at a time, in process: the engine, the hand-written functions, other engines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import ruleengine
from benchmarks import peers, yardsticks
from benchmarks.agreement import differences
from benchmarks.tables import Table, Target, number
from benchmarks.timing import Rounds, interleaved, microseconds, ratio
from benchmarks.workload.accounts import AS_OF, RULESET, accounts

HAND = "hand-written function, score only"
HAND_TRACE = "hand-written function, every measure explained"
#: Functions by name, each with how many accounts it goes through.
Work = dict[str, tuple[Callable[[], object], int]]
TARGETS = {
    "ruleengine, score only": Target(1.3),
    "ruleengine, whole result": Target(3.2),
    "ruleengine, JSON bytes to JSON bytes": Target(4.5),
}


def check(ruleset: ruleengine.Ruleset, documents: Iterable[dict[str, Any]]) -> list[str]:
    """Everything in which engine and hand-written functions disagree about some accounts."""
    found = []
    for document in documents:
        result = ruleset.score_dict(document, AS_OF)
        card = result["scorecards"]["health"]
        score, band = ruleset.scores(document, AS_OF)["health"]
        words = differences(result, yardsticks.score(document, AS_OF), yardsticks.trace(document, AS_OF))
        if (
            band != card["band"]
            or (score is None) != (card["score"] is None)
            or abs((score or 0) - (card["score"] or 0)) > 1e-9
        ):
            words.append(f"score only gives {score}, {band}")
        found += [f"{document['id']}: {word}" for word in words]
    return found


def measure(quick: bool) -> list[Table]:
    """The table of one account at a time; raises when the yardsticks do not agree with the engine."""
    documents = list(accounts(500 if quick else 2000))
    ruleset = ruleengine.load(RULESET, cache=False)
    faults = check(ruleset, documents)
    if faults:
        raise AssertionError("\n".join(["the yardsticks and the engine disagree:", *faults[:20]]))
    work = _ours(ruleset, documents)
    rows = _rows(
        interleaved(work, 5 if quick else 15), list(work), set(work) - {HAND, "ruleengine, score only"}
    )
    work, explaining = _others(ruleset, documents[: 50 if quick else 200])
    rows += _rows(
        interleaved(work, 3 if quick else 7),
        [name for name in work if name not in (HAND, HAND_TRACE)],
        explaining,
    )
    size = sum(len(json.dumps(document, separators=(",", ":"))) for document in documents) / len(documents)
    notes = (
        f"{len(documents)} accounts of {size / 1000:.2f} KB on average; × are medians of ratios within a round.",
        "Other engines get dates as ages and roles gathered, and give the twelve ratings only: no reasons,",
        "no weights, no score.",
    )
    head = ("one account at a time", "µs", "× score only", "× explained", "explains", "target")
    return [Table("one account", "One account at a time, in process", head, tuple(rows), notes)]


def _rows(found: Rounds, names: list[str], explaining: set[str]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for name in names:
        times = ratio(found, name, HAND)
        target = TARGETS[name].text(times) if name in TARGETS else ""
        against = number(ratio(found, name, HAND_TRACE))
        explains = "yes" if name in explaining else "no"
        rows.append((name, number(microseconds(found, name)), number(times), against, explains, target))
    return rows


def _ours(ruleset: ruleengine.Ruleset, documents: list[dict[str, Any]]) -> Work:
    raw = [json.dumps(document, separators=(",", ":")).encode() for document in documents]
    return {
        HAND: (_each(yardsticks.score, documents), len(documents)),
        HAND_TRACE: (_each(yardsticks.trace, documents), len(documents)),
        "ruleengine, score only": (_each(ruleset.scores, documents), len(documents)),
        "ruleengine, whole result": (_each(ruleset.score_dict, documents), len(documents)),
        "ruleengine, JSON bytes to JSON bytes": (_each(ruleset.score_json, raw), len(documents)),
    }


def _each(function: Callable[[Any, date], object], given: list[Any]) -> Callable[[], object]:
    def run() -> None:
        for one in given:
            function(one, AS_OF)

    return run


def _others(ruleset: ruleengine.Ruleset, documents: list[dict[str, Any]]) -> tuple[Work, set[str]]:
    """Explanations and other engines, so slow that fewer accounts are enough; and the names of those that explain."""
    few = documents[:20]
    results = [ruleset.score_dict(document, AS_OF) for document in documents]
    name = "ruleengine, explanation with rows, inputs and costs"
    functions: Work = {
        HAND: (_each(yardsticks.score, documents), len(documents)),
        HAND_TRACE: (_each(yardsticks.trace, documents), len(documents)),
        name: (lambda: [ruleset.explain(document, AS_OF).to_dict() for document in few], len(few)),
    }
    explaining = {name}
    for peer in peers.installed():
        faults = (
            peers.wrong(peer, documents, results)
            if not peer.slow
            else peers.wrong(peer, few, results[: len(few)])
        )
        if faults:
            raise AssertionError("\n".join([f"{peer.name} rates differently:", *faults[:5]]))
        given = [peers.flat(document) for document in (few if peer.slow else documents)]
        functions[peer.name] = (_rate(peer, given), len(given))
        if peer.explains:
            explaining.add(peer.name)
    return functions, explaining


def _rate(peer: peers.Peer, given: list[dict[str, Any]]) -> Callable[[], object]:
    return lambda: [peer.rate(facts) for facts in given]
