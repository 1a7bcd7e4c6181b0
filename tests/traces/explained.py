"""Every number of an explanation, held against its result, the facts, and the text of the ruleset.

In: what `explain --format json` writes, the result of the same account (which `checker` recomputes), and its
description. Out: `Claims`. Guaranteed: standard library only; a cost is computed again from best, points and effective
weight.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.traces.claims import Claims, is_number, near
from tests.traces.model import Block, Child, Description

_NODE = {
    "points": "score",
    "weight": "weight",
    "effective_weight": "effective_weight",
    "contribution": "contribution",
}
_CARD = ("score", "computed_score", "coverage", "next_band", "borderline", "override", "limits")


def check_explanation(
    explained: Mapping[str, Any], result: Mapping[str, Any], described: Description
) -> Claims:
    """All numbers of one explanation."""
    claims = Claims(explained, described.slack)
    checker = _Checker(claims, result, described)
    for at in range(len(explained["scorecards"])):
        checker.card(f"/scorecards/{at}")
    for at in range(len(explained["measures"])):
        checker.measure(f"/measures/{at}", described)
    for key in ("id", "outputs", "problems", "assumptions"):
        claims.same(f"/{key}", result[key])
    for at in range(len(explained["matrices"])):
        checker.matrix(f"/matrices/{at}")
    for at in range(len(explained["triggers"])):
        checker.trigger(f"/triggers/{at}")
    for at, each in enumerate(explained["left_out"]):
        checker.text_line(f"/left_out/{at}/line")
        counts = set(described.left_out.get(each["line"], ()))
        claims.holds(
            f"/left_out/{at}/count", _is_sum(each["count"], counts), f"a sum of {counts} is expected"
        )
    return claims


def _is_sum(number: int, parts: set[int]) -> bool:
    """Whether a number is made of parts, each taken any number of times: one query can be worked out in several places."""
    reached = {0}
    for at in range(1, number + 1):
        if any(at - part in reached for part in parts if part > 0):
            reached.add(at)
    return number in reached


class _Checker:
    def __init__(self, claims: Claims, result: Mapping[str, Any], described: Description) -> None:
        self.claims = claims
        self.result = result
        self.described = described

    # ── places ──

    def source(self, at: str) -> None:
        """The line that is shown is that of the file."""
        found = self.claims.at(f"{at}/source")
        lines = self.described.files.get(found["path"], ())
        there = 1 <= found["line"] <= len(lines) and lines[found["line"] - 1].strip() == found["text"]
        self.claims.holds(f"{at}/source/line", there, "another text stands there")

    def text_line(self, pointer: str, text: str = "") -> None:
        """A line of some file of the ruleset, which begins as the text does."""
        number, start = self.claims.at(pointer), " ".join(text.split()[:3])
        lines = [each[number - 1] for each in self.described.files.values() if 1 <= number <= len(each)]
        there = any(line.strip() and start in " ".join(line.split()) for line in lines)
        self.claims.holds(pointer, there, f"no line with `{start}` stands there")

    # ── scorecards ──

    def card(self, at: str) -> None:
        """One scorecard with its nodes and its costs."""
        card = self.claims.at(at)
        result, block = self.result["scorecards"][card["name"]], self.described.cards[card["name"]]
        for key in _CARD:
            self.claims.same(f"{at}/{key}", result[key])
        self.source(at)
        leaves: dict[str, Child] = {}
        for number, child in enumerate(block.children):
            self._node(f"{at}/nodes/{number}", child, "", card["name"], leaves)
        self._costs(at, card["name"], block, leaves)

    def _node(self, at: str, child: Child, above: str, card: str, leaves: dict[str, Child]) -> None:
        path = f"{above}{child.label}"
        node, found = self.claims.at(at), self.result["scorecards"][card]["nodes"][path]
        self.claims.holds(f"{at}/path", node["path"] == path, f"{path} is expected")
        for key, theirs in _NODE.items():
            self.claims.equal(f"{at}/{key}", found[theirs])
        self.source(at)
        if child.block is not None:
            below = list(enumerate(child.block.children))
            for number, each in below:
                self._node(f"{at}/children/{number}", each, f"{path}.", card, leaves)
            return
        leaves[path] = child
        if child.kind == "measure":
            self._measured(at, child.name)
        else:
            for number, each in enumerate(self.described.cards[child.name].children):
                self._node(f"{at}/children/{number}", each, "", child.name, {})

    def _costs(self, at: str, card: str, block: Block, leaves: Mapping[str, Child]) -> None:
        """What each member costs, largest first; none is left out."""
        nodes, sign = self.result["scorecards"][card]["nodes"], 1 if block.rising else -1
        expected = {}
        for path, child in leaves.items():
            points, share = nodes[path]["score"], nodes[path]["effective_weight"]
            if points is not None and share and child.best is not None:
                expected[path] = sign * (child.best - points) * share
        shown = self.claims.at(f"{at}/costs")
        for number, each in enumerate(shown):
            self.claims.equal(
                f"{at}/costs/{number}/cost", expected.get(each["path"]), nodes[each["path"]]["score"]
            )
        costs = [each["cost"] for each in shown]
        self.claims.holds(f"{at}/costs", costs == sorted(costs, reverse=True), "the largest comes first")
        left = {path for path, cost in expected.items() if cost > 1e-9} - {each["path"] for each in shown}
        self.claims.holds(f"{at}/costs", not left, f"{sorted(left)} are left out")

    # ── measures ──

    def measure(self, at: str, described: Description) -> None:
        """A measure that stands in no card."""
        name = self.claims.at(at)["path"]
        self.claims.equal(f"{at}/points", self.result["measures"][name]["points"])
        self.source(at)
        self._measured(at, name)

    def _measured(self, at: str, name: str) -> None:
        found = self.claims.at(at)
        self.claims.same(f"{at}/value", self.result["measures"][name]["value"])
        for number, each in enumerate(found["inputs"]):
            if isinstance(each["value"], dict | list):  # where the schema expects something else
                self.claims.same(f"{at}/inputs/{number}/value", self._fact(each["path"].split(".")))
            elif is_number(each["value"]):
                good = any(near(value, each["value"]) for value in self._read(each["path"].split(".")))
                self.claims.holds(f"{at}/inputs/{number}/value", good, "no such fact is there")
        for number, row in enumerate(found["rows"]):
            self.text_line(f"{at}/rows/{number}/line", row["text"].rpartition(": ")[2])

    def _read(self, path: list[str]) -> list[float]:
        """The numbers that facts hold at a path; below a named record, wherever the last name stands."""
        value = self._fact(path)
        return [value] if is_number(value) else _named(self.described.facts, path[-1])

    def _fact(self, path: list[str]) -> Any:
        value: Any = self.described.facts
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        return value

    # ── the rest ──

    def matrix(self, at: str) -> None:
        """Where an account stands in a matrix."""
        matrix = self.claims.at(at)
        self.source(at)
        self.claims.same(f"{at}/fields", self.result["matrices"][matrix["name"]]["fields"])
        for number, axis in enumerate(matrix["axes"]):
            self.text_line(f"{at}/axes/{number}/line")
            self.claims.same(
                f"{at}/axes/{number}/value", self.result["matrices"][matrix["name"]]["at"].get(axis["name"])
            )
            self.claims.holds(
                f"{at}/axes/{number}", not any(map(is_number, axis["values"])), "values are words"
            )

    def trigger(self, at: str) -> None:
        """What a trigger found, and what it says."""
        trigger = self.claims.at(at)
        self.source(at)
        for number in range(len(trigger["conditions"])):
            self.text_line(f"{at}/conditions/{number}/line")
        if isinstance(trigger["says"], dict):
            fired: Any = next(
                (each for each in self.result["triggers"] if each["name"] == trigger["name"]), {}
            )
            self.claims.same(f"{at}/says", {key: fired.get(key) for key in trigger["says"]})


def _named(value: Any, name: str) -> list[float]:
    """Every number that stands under a name, however deep."""
    found: list[float] = []
    if isinstance(value, dict):
        found += [each for key, each in value.items() if key == name and is_number(each)]
        found += [number for each in value.values() for number in _named(each, name)]
    elif isinstance(value, list):
        found += [number for each in value for number in _named(each, name)]
    return found
