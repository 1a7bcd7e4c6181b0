"""Every number of a result document computed again from its own children.

In: a result as `eval` writes it, and the description of its rulesets' cards for this account. Out: `Claims`.
Guaranteed: standard library only, nothing of the engine; what is computed comes from numbers that the same document
shows one level below, never from further down.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from tests.traces import arithmetic as a
from tests.traces.claims import Claims, near
from tests.traces.model import Block, Child, Description, Limit

LINE = "stands outside of what it is about"


def check_result(result: Mapping[str, Any], described: Description) -> Claims:
    """All numbers of one result."""
    claims = Claims(result, described.slack)
    checker = _Checker(claims, described)
    for name, block in described.cards.items():
        checker.card(name, block)
    for name in result["measures"]:
        checker.measure(name)
    for key in ("outputs", "assumptions"):
        claims.same(f"/{key}", _numbers_only(result[key], described.leaves[key]))
    for name in result["matrices"]:
        claims.same(f"/matrices/{name}/fields", described.leaves["matrices"][name]["fields"])
        claims.same(f"/matrices/{name}/at", described.leaves["matrices"][name]["at"])
        checker.line(f"/matrices/{name}/line", name)
    checker.triggers()
    for at, problem in enumerate(result["problems"]):
        checker.any_line(f"/problems/{at}/line", problem.get("line"))
    claims.holds("/id", result["id"] == described.leaves.get("id", result["id"]), "is another id")
    if set(described.cards) != set(result["scorecards"]):
        claims.lines.append("the result has other scorecards than its ruleset")
    return claims


def _numbers_only(found: Any, expected: Any) -> Any:
    """Lists of records in the order of what was found: which comes first is no number."""
    if isinstance(found, list) and all(isinstance(each, dict) and "path" in each for each in found):
        by_path = {each["path"]: each for each in expected}
        return [by_path.get(each["path"], {}) for each in found]
    return expected


class _Checker:
    def __init__(self, claims: Claims, described: Description) -> None:
        self.claims = claims
        self.result = claims.document
        self.described = described

    # ── scorecards ──

    def card(self, name: str, block: Block) -> None:
        """One scorecard: its nodes, its score, what was made of that, and how near the next band is."""
        at, card = f"/scorecards/{name}", self.result["scorecards"][name]
        score = self._block(name, "", block, 1.0, 1.0)
        rated = self._rated(block, score, card["computed_score"])
        band = None if rated is None else a.band_of(block.bands, rated)
        if rated is not None and block.bands is not None and any(block.bands.intervals) and band is None:
            rated = None  # outside of the scale
        if score is None or not any(block.bands.intervals if block.bands else ()):
            band = self._worst_band(name, "", block)
        scale = self._scale(name, "", block)
        self.claims.equal(f"{at}/computed_score", rated, scale)
        start = a.Final(card["computed_score"], card["computed_band"], card["computed_score"])
        self._band(at, "computed_band", band, rated, block, scale)
        final = a.limited(start, block.bands, block.limits, block.override, banded=True)
        self.claims.equal(f"{at}/score", final.score, scale)
        self._band(at, "band", final.band, final.score, block, scale)
        self.claims.equal(f"{at}/coverage", self._coverage(name, block, ""))
        for key, found in (
            ("next_band", a.distance(block.bands, card["band"], card["score"], -1)),
            ("borderline", a.neighbour(block.bands, card["band"], card["score"], block.reach)),
        ):
            self._near(f"{at}/{key}", found, block.reach if key == "borderline" else None)
        self._acted(at, card, block.bands, block.limits, block.override, name)

    def _worst_band(self, card: str, above: str, block: Block) -> str | None:
        """The worst band that a member has: where it has no points, or there are no intervals, that is the band."""
        if block.kind != "worst band" or block.bands is None or self._required(card, above, block):
            return None
        bands = [
            each.band for each in self._shown(card, above, block) if each.counts(block.kind) and each.band
        ]
        return max(bands, key=block.bands.names.index) if bands else None

    def _band(
        self, at: str, key: str, expected: str | None, score: float | None, block: Block, scale: float
    ) -> None:
        """The band at a pointer is this one, or another that printed digits cannot tell apart."""
        found = self.claims.at(f"{at}/{key}")
        close = 2e-9 * max(1.0, scale)
        alike = (
            {a.band_of(block.bands, score + step) for step in (-close, close)} if score is not None else set()
        )
        self.claims.holds(f"{at}/{key}", found == expected or found in alike, f"{expected!r} is expected")

    def _near(self, at: str, expected: tuple[str, float] | None, reach: float | None) -> None:
        found = self.claims.at(at)
        if found is None:
            edge = expected is not None and reach is not None and near(expected[1], reach)
            self.claims.holds(at, expected is None or edge, f"{expected!r} is expected")
        elif expected is None:
            self.claims.equal(f"{at}/distance", None)
        else:
            self.claims.holds(f"{at}/band", found["band"] == expected[0], f"{expected[0]!r} is expected")
            self.claims.equal(f"{at}/distance", expected[1])

    def _rated(self, block: Block, score: float | None, printed: float | None) -> float | None:
        """A score as the card rounds it; where printed digits leave two ways to round, as it was."""
        if score is None or block.rounding is None:
            return score
        ways = [a.rounded(score + step, *block.rounding) for step in (0.0, -1e-9, 1e-9)]
        return next((way for way in ways if printed is not None and near(way, printed)), ways[0])

    # ── blocks ──

    def _block(
        self, card: str, above: str, block: Block, weight: float, effective: float | None
    ) -> float | None:
        """All nodes of a block; its score before rounding."""
        nodes = self.result["scorecards"][card]["nodes"]
        shown = self._shown(card, above, block)
        shares = zip(
            block.children, shown, a.nominal(block.kind, shown), a.factors(block, shown), strict=True
        )
        for child, each, nominal, factor in shares:
            at = f"/scorecards/{card}/nodes/{above}{child.label}"
            node = nodes[f"{above}{child.label}"]
            inner = None if effective is None or factor is None else effective * factor
            share = self._flat_share(card, f"{above}{child.label}", child) if self._is_flat(card) else inner
            self.claims.equal(f"{at}/weight", weight * nominal, weight * nominal)
            self.claims.equal(f"{at}/effective_weight", share, share or 1.0)
            added = self._contribution(card, child, node, each, block, effective)
            self.claims.equal(
                f"{at}/contribution",
                added,
                max(abs(each.points or 0.0), abs(added or 0.0)) * max(1.0, abs(share or 0.0)),
            )
            if child.block is None:
                self._leaf(at, child, node)
                continue
            score = self._block(card, f"{above}{child.label}.", child.block, weight * nominal, share)
            self._group(card, at, f"{above}{child.label}.", child.block, score)
        if self._required(card, above, block):
            return None
        return self._flat_score(card) if block.flat else a.roll_up(block, shown)

    def _shown(self, card: str, above: str, block: Block) -> list[a.Shown]:
        nodes = self.result["scorecards"][card]["nodes"]
        found = [(nodes[f"{above}{child.label}"], child) for child in block.children]
        return [a.Shown(node["score"], node["band"], child.given) for node, child in found]

    def _scale(self, card: str, above: str, block: Block) -> float:
        """How large the numbers are that a score is made of."""
        sums = [
            abs(each.points or 0.0) * (each.given if block.kind == "sum" else 1.0)
            for each in self._shown(card, above, block)
        ]
        return max([1.0, *sums]) * (100.0 if block.kind == "formula" else 1.0)

    def _group(self, card: str, at: str, above: str, block: Block, score: float | None) -> None:
        """The points and the band that a group shows."""
        node = self.claims.at(at)
        scale = self._scale(card, above, block)
        computed = self._rated(block, score, node["score"])
        band = None if computed is None else a.band_of(block.bands, computed)
        if computed is None or not any(block.bands.intervals if block.bands else ()):
            band = self._worst_band(card, above, block)
        final = a.limited(
            a.Final(computed, band, computed),
            block.bands,
            block.limits,
            block.override,
            banded=True,
            group=True,
        )
        self.claims.equal(f"{at}/score", final.seen, scale)
        self._band(at, "band", final.band, computed, block, scale)

    def _contribution(
        self,
        card: str,
        child: Child,
        node: Mapping[str, Any],
        shown: a.Shown,
        block: Block,
        outer: float | None,
    ) -> float | None:
        """What a place adds to the score."""
        share, points = node["effective_weight"], node["score"]
        if self._is_flat(card) and child.block is not None:
            below = self._leaves(card, child)
            return math.fsum(each["contribution"] or 0.0 for each in below)
        if block.kind == "count" and outer is not None:
            return outer * float(shown.counts(block.kind) and node["band"] == block.counted)
        if block.kind == "worst band" and share and outer is not None and block.bands is not None:
            return outer * (block.bands.points[node["band"]] or 0.0)
        return None if share is None else share * (points or 0.0)

    def _leaf(self, at: str, child: Child, node: Mapping[str, Any]) -> None:
        """What a measure or another card shows in its place."""
        if node["status"] == "grace" and not node.get("imputed"):
            self.claims.equal(f"{at}/score", None)
        elif node.get("imputed"):
            self.claims.equal(f"{at}/score", child.imputed, leaf=True)
        elif child.kind == "measure":
            final, bands = self._measure_final(child.name), self.described.measures[child.name].bands
            banded = bands.points[final.band] if bands is not None and final.band is not None else None
            self.claims.equal(f"{at}/score", banded if child.by_band else final.seen)
        else:
            inner, block = self.result["scorecards"][child.name], self.described.cards[child.name]
            start = a.Final(inner["computed_score"], inner["computed_band"], inner["computed_score"])
            final = a.limited(start, block.bands, block.limits, block.override, banded=True)
            by_band = block.bands is not None and child.by_band and inner["band"] is not None
            points = block.bands.points[inner["band"]] if by_band and block.bands is not None else None
            self.claims.equal(f"{at}/score", points if child.by_band else final.seen)

    # ── missing data ──

    def _is_flat(self, card: str) -> bool:
        return self.described.cards[card].flat

    def _leaves(self, card: str, child: Child, path: str = "") -> list[Mapping[str, Any]]:
        """The nodes of all leaves below a group, found by the labels of their paths."""
        nodes = self.result["scorecards"][card]["nodes"]
        groups = self._paths(self.described.cards[card], "")
        inside = next(path for path, each in groups if each is child)
        return [nodes[path] for path, each in groups if each.block is None and path.startswith(f"{inside}.")]

    def _paths(self, block: Block, above: str) -> list[tuple[str, Child]]:
        found: list[tuple[str, Child]] = []
        for child in block.children:
            found.append((f"{above}{child.label}", child))
            if child.block is not None:
                found += self._paths(child.block, f"{above}{child.label}.")
        return found

    def _counting(self, card: str) -> list[tuple[str, Mapping[str, Any]]]:
        """The leaves of a card that count when all of its weight is shared flat."""
        nodes = self.result["scorecards"][card]["nodes"]
        paths = (path for path, child in self._paths(self.described.cards[card], "") if child.block is None)
        return [
            (path, nodes[path])
            for path in paths
            if nodes[path]["score"] is not None and nodes[path]["weight"] > 0
        ]

    def _flat_share(self, card: str, path: str, child: Child) -> float:
        counting = self._counting(card)
        total = math.fsum(node["weight"] for _, node in counting)
        mine = [
            node["weight"]
            for each, node in counting
            if each == path or (child.block is not None and each.startswith(f"{path}."))
        ]
        return math.fsum(mine) / total if total else 0.0

    def _flat_score(self, card: str) -> float | None:
        counting = self._counting(card)
        total = math.fsum(node["weight"] for _, node in counting)
        return math.fsum(node["weight"] * node["score"] for _, node in counting) / total if total else None

    def _below(self, card: str, above: str) -> Iterator[Mapping[str, Any]]:
        nodes = self.result["scorecards"][card]["nodes"]
        for path, child in self._paths(self.described.cards[card], ""):
            if child.block is None and path.startswith(above):
                yield nodes[path]

    def _coverage(self, card: str, block: Block, above: str) -> float | None:
        expected = [
            node
            for node in self._below(card, above)
            if node["weight"] > 0 and node["status"] not in a.SET_ASIDE
        ]
        total = math.fsum(node["weight"] for node in expected)
        return (
            math.fsum(node["weight"] for node in expected if node["status"] in a.SCORED) / total
            if total
            else None
        )

    def _required(self, card: str, above: str, block: Block) -> bool:
        """Whether a policy keeps a block from having a score."""
        statuses = [node["status"] for node in self._below(card, above)]
        for policy, number in block.require:
            coverage = self._coverage(card, block, above)
            if policy == "all" and any(status in a.LACKING for status in statuses):
                return True
            if policy == "count" and sum(status in a.SCORED for status in statuses) < number:
                return True
            if (
                policy == "coverage"
                and coverage is not None
                and coverage < number
                and not near(coverage, number)
            ):
                return True
        return False

    # ── measures ──

    def _measure_final(self, name: str) -> a.Final:
        """What the limits of a measure leave of what was computed."""
        found, rated = self.result["measures"][name], self.described.measures[name]
        points = found.get("computed_points", found["points"])
        start = a.Final(points, found.get("computed_band", found["band"]), points)
        if "computed_points" not in found:
            return start
        return a.limited(start, rated.bands, rated.limits, rated.override, rated.banded)

    def measure(self, name: str) -> None:
        """A measure: its value and computed points as a second evaluator has them, its points after its limits."""
        at, leaf = f"/measures/{name}", self.described.leaves["measures"][name]
        found, rated = self.result["measures"][name], self.described.measures[name]
        self.claims.same(f"{at}/value", leaf["value"])
        computed = leaf.get("computed_points", leaf["points"])
        if "computed_points" in found:
            self.claims.equal(f"{at}/computed_points", computed, leaf=True)
            final = self._measure_final(name)
            self.claims.equal(f"{at}/points", final.score)
            self.claims.holds(f"{at}/band", found["band"] == final.band, f"{final.band!r} is expected")
        else:
            self.claims.equal(f"{at}/points", leaf["points"], leaf=True)
        self._acted(at, found, rated.bands, rated.limits, rated.override, name)
        self.line(f"{at}/line", name)

    def _acted(
        self,
        at: str,
        found: Mapping[str, Any],
        bands: Any,
        limits: tuple[Limit, ...],
        override: Limit | None,
        name: str,
    ) -> None:
        """The limits that a result lists are those that act, with their own numbers."""
        shown = found.get("override")
        self.claims.holds(at, (shown is None) == (override is None), "the override is another one")
        if shown is not None and override is not None:
            if override.score is not None:
                self.claims.equal(f"{at}/override/score", override.score, leaf=True)
            self.line(f"{at}/override/line", name)
        for number, each in enumerate(found.get("limits", [])):
            alike = [
                limit for limit in limits if limit.kind == each["kind"] and limit.band == each.get("band")
            ]
            scores = [
                limit.score
                for limit in alike
                if limit.score is not None and near(limit.score, each.get("score", 0.0))
            ]
            self.claims.holds(at, bool(alike), f"no such {each['kind']} acts")
            if "score" in each:
                self.claims.equal(f"{at}/limits/{number}/score", scores[0] if scores else None, leaf=True)
            self.line(f"{at}/limits/{number}/line", name)

    # ── the rest ──

    def triggers(self) -> None:
        """What triggers say."""
        expected = {each["name"]: each for each in self.described.leaves["triggers"]}
        for at, each in enumerate(self.result["triggers"]):
            self.claims.same(f"/triggers/{at}/fields", expected.get(each["name"], {}).get("fields", {}))
            self.line(f"/triggers/{at}/line", each["name"])

    def line(self, pointer: str, name: str) -> None:
        """A line is one of those of the declaration that it is about."""
        found = self.claims.at(pointer)
        first, last = self.described.lines.get(name, (1, 0))
        self.claims.holds(pointer, found is None or first <= found <= last, LINE)

    def any_line(self, pointer: str, found: int | None) -> None:
        """A line that a file of the ruleset has."""
        there = found is None or any(
            1 <= found <= len(lines) and lines[found - 1].strip() for lines in self.described.files.values()
        )
        if found is not None:
            self.claims.holds(pointer, there, LINE)
