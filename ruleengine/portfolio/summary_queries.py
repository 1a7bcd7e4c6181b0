"""The questions of a summary, as SQL over stored results.

In: opened results. Out: small answers: rows with counts and sums. Guaranteed: everything is counted in the engine, with memory
that does not grow with the number of results; sums are exact decimals, so that they are the same whatever the number of threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import define

from ruleengine.portfolio.stored import Stored
from ruleengine.portfolio.stored_shape import CardShape, at, part
from ruleengine.portfolio.typed import literal, quoted

#: Where the classes of coverage begin; the first is nothing at all, the last is everything.
COVERAGE_EDGES = (0.0, 0.25, 0.5, 0.75, 1.0)
#: So many columns are asked for at once.
_AT_ONCE = 100
Row = tuple[Any, ...]


class TooManyGroups(Exception):
    """What accounts are grouped by has more values than a summary has room for."""


@define(slots=True)
class Questions:
    """Asks the questions of one summary."""

    stored: Stored

    def rows(self, query: str) -> list[Row]:
        """The rows of a query."""
        return self.stored.rows(query)

    @property
    def source(self) -> str:
        """What stands after FROM."""
        return self.stored.source

    def bands(self, card: str) -> list[Row]:
        """Status, band, accounts, with a score, their mean score, with a coverage, the mean of that, overridden, near another band."""
        found = at("scorecards", card)
        score, coverage = part(found, "score"), part(found, "coverage")
        return self.rows(
            f"SELECT {part(found, 'status')}, {part(found, 'band')}, count(*), count({score}), {_sum(score)}, "
            f"count({coverage}), {_sum(coverage)}, count({part(found, 'override')}), "
            f"count({part(found, 'borderline', 'band')}) FROM {self.source} GROUP BY 1, 2 ORDER BY ALL"
        )

    def coverage(self, card: str) -> dict[int | None, int]:
        """How many accounts each class of coverage has; None for those without one."""
        found = at("scorecards", card, "coverage")
        branches = " ".join(
            f"WHEN {found} <= 0 THEN 0" if number == 0 else f"WHEN {found} < {edge!r} THEN {number}"
            for number, edge in enumerate(COVERAGE_EDGES)
        )
        last = len(COVERAGE_EDGES)
        rows = self.rows(
            f"SELECT CASE WHEN {found} IS NULL THEN NULL {branches} ELSE {last} END, count(*) FROM {self.source} GROUP BY 1"
        )
        return dict(rows)

    def borderline(self, card: str) -> list[Row]:
        """Band, the band that is near, accounts."""
        found = at("scorecards", card)
        near = part(found, "borderline", "band")
        return self.rows(
            f"SELECT {part(found, 'band')}, {near}, count(*) FROM {self.source} WHERE {near} IS NOT NULL "
            "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
        )

    def following(self, card: str) -> list[Row]:
        """Band, the next better band, accounts; where both are known."""
        found = at("scorecards", card)
        band, after = part(found, "band"), part(found, "next_band", "band")
        return self.rows(
            f"SELECT {band}, {after}, count(*) FROM {self.source} WHERE {band} IS NOT NULL AND {after} IS NOT NULL GROUP BY 1, 2"
        )

    def moved(self, card: str) -> list[Row]:
        """The computed band, the final band, accounts on which something acted."""
        found = at("scorecards", card)
        acted = f"{part(found, 'override')} IS NOT NULL OR len({part(found, 'limits')}) > 0"
        return self.rows(
            f"SELECT {part(found, 'computed_band')}, {part(found, 'band')}, count(*) FROM {self.source} WHERE {acted} "
            "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
        )

    def acted(self, card: str) -> list[Row]:
        """Kind, the band that is set, reason, line, accounts: overrides, caps and floors."""
        found = at("scorecards", card)
        override, limits = part(found, "override"), part(found, "limits")
        of_override = ", ".join(part(override, name) for name in ("band", "reason", "line"))
        of_limit = ", ".join(part("l", name) for name in ("kind", "band", "reason", "line"))
        return self.rows(
            f"SELECT *, count(*) FROM ("
            f"SELECT 'override', {of_override} FROM {self.source} WHERE {override} IS NOT NULL UNION ALL "
            f"SELECT {of_limit} FROM (SELECT unnest({limits}) AS l FROM {self.source} WHERE len({limits}) > 0)"
            ") GROUP BY ALL ORDER BY 5 DESC, 4, 1"
        )

    def best_seen(self, card: CardShape, rising: bool) -> float | None:
        """The best points that any account has at any place."""
        aggregate = "max" if rising else "min"
        seen = [f"{aggregate}({self._node(card, leaf, 'score')})" for leaf in card.leaves]
        best: float | None = None
        for some in _portions(seen):
            for value in self.rows(f"SELECT {', '.join(some)} FROM {self.source}")[0]:
                if value is not None and (best is None or (value > best) is rising):
                    best = value
        return best

    def lost(
        self, card: CardShape, best: Mapping[str, float | None], rising: bool
    ) -> dict[str, tuple[float, int]]:
        """For each place the points that all accounts lose there, and how many accounts do."""
        columns = []
        for path in card.leaves:
            points, ideal = self._node(card, path, "score"), best.get(path)
            if ideal is None:
                continue
            short = f"{ideal!r} - {points}" if rising else f"{points} - {ideal!r}"
            points_lost = f"({short}) * {self._node(card, path, 'effective_weight')}"
            columns.append((path, points_lost))
        found: dict[str, tuple[float, int]] = {}
        for some in _portions(columns):
            asked = ", ".join(
                f"{_sum(f'greatest({sql}, 0.0)')}, count(*) FILTER (({sql}) > 5e-11)" for _, sql in some
            )
            row = self.rows(f"SELECT {asked} FROM {self.source}")[0]
            for number, (path, _) in enumerate(some):
                found[path] = (float(row[2 * number] or 0.0), row[2 * number + 1])
        return found

    def node_statuses(self, card: CardShape) -> dict[str, dict[str, int]]:
        """How many accounts have each status, by place."""
        return self._statuses({path: self._node(card, path, "status") for path in card.leaves})

    def measure_statuses(self) -> dict[str, dict[str, int]]:
        """How many accounts have each status, by measure."""
        return self._statuses({name: at("measures", name, "status") for name in self.stored.shape.measures})

    def _statuses(self, columns: Mapping[str, str]) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for some in _portions(list(columns.items())):
            row = self.rows(f"SELECT {', '.join(f'histogram({sql})' for _, sql in some)} FROM {self.source}")[
                0
            ]
            found |= {name: dict(counts or {}) for (name, _), counts in zip(some, row, strict=True)}
        return found

    def measures_acted(self) -> dict[str, tuple[int, int]]:
        """For each measure on how many accounts an override acted, and a cap or floor."""
        found: dict[str, tuple[int, int]] = {}
        for some in _portions(self.stored.shape.limited):
            asked = ", ".join(
                f"count({at('measures', name, 'override')}), count(*) FILTER (len({at('measures', name, 'limits')}) > 0)"
                for name in some
            )
            row = self.rows(f"SELECT {asked} FROM {self.source}")[0]
            found |= {name: (row[2 * number], row[2 * number + 1]) for number, name in enumerate(some)}
        return found

    def triggers(self) -> list[Row]:
        """Name, title, kind, severity, accounts."""
        if "triggers" not in self.stored.shape.lists:
            return []
        parts = ", ".join(part("t", name) for name in ("name", "title", "kind", "severity"))
        return self.rows(
            f"SELECT {parts}, count(*) FROM (SELECT unnest(triggers) AS t FROM {self.source}) GROUP BY ALL ORDER BY 5 DESC, 1"
        )

    def problems(self) -> list[Row]:
        """Code, problems, accounts."""
        if "problems" not in self.stored.shape.lists:
            return []
        codes = f"list_transform(problems, lambda p: {part('p', 'code')})"
        return self.rows(
            f"SELECT c, sum(many), count(*) FROM (SELECT unnest(map_keys(m)) AS c, unnest(map_values(m)) AS many FROM "
            f"(SELECT list_histogram({codes}) AS m FROM {self.source} WHERE len(problems) > 0)) GROUP BY 1 ORDER BY 2 DESC, 1"
        )

    def with_any(self, column: str) -> int:
        """How many accounts have anything in a column of lists."""
        if column not in self.stored.shape.lists:
            return 0
        count: int = self.rows(f"SELECT count(*) FROM {self.source} WHERE len({quoted(column)}) > 0")[0][0]
        return count

    def groups(self, card: str, value: str, most: int) -> list[Row]:
        """Group, band, accounts, with a score, sum of scores, with a coverage, sum of coverages. `value`: a list of texts."""
        found = at("scorecards", card)
        score, coverage = part(found, "score"), part(found, "coverage")
        inner = (
            f"SELECT unnest(CASE WHEN len(g) > 0 THEN list_distinct(g) ELSE [NULL] END) AS g, band, score, coverage FROM "
            f"(SELECT {value} AS g, {part(found, 'band')} AS band, {score} AS score, {coverage} AS coverage FROM {self.source})"
        )
        many = self.rows(f"SELECT count(DISTINCT g) FROM ({inner})")[0][0]
        if many > most:
            raise TooManyGroups(f"{many:,}")
        return self.rows(
            f"SELECT g, band, count(*), count(score), {_sum('score')}, count(coverage), {_sum('coverage')} "
            f"FROM ({inner}) GROUP BY 1, 2 ORDER BY ALL"
        )

    def _node(self, card: CardShape, path: str, field: str) -> str:
        return at("scorecards", card.name, "nodes", path, field)


def _sum(value: str) -> str:
    """The sum of numbers, exact to six decimals; of numbers that are too large for that, in floating point."""
    exact = f"try_cast({value} AS DECIMAL(30, 6))"
    return (
        f"CASE WHEN count({exact}) = count({value}) THEN CAST(sum({exact}) AS DOUBLE) ELSE sum({value}) END"
    )


def _portions(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]


def grouping(stored: Stored, by: str) -> str | None:
    """SQL for the groups of an account as a list of texts; None where there is nothing of that name."""
    shape = stored.shape
    if by == "segment":
        return "segments" if "segments" in shape.lists else "CAST([] AS VARCHAR[])"
    if by == "trigger":
        if "triggers" not in shape.lists:
            return "CAST([] AS VARCHAR[])"
        return f"list_transform(triggers, lambda t: {part('t', 'name')})"
    if any(card.name == by for card in shape.cards):
        return _one(at("scorecards", by, "band"))
    if by in shape.matrices:
        return _one(at("matrices", by, "label"))
    kind = dict(shape.outputs).get(by)
    return None if kind is None else _of_output(at("outputs", by), kind)


def _one(value: str) -> str:
    return f"[v FOR v IN [CAST({value} AS VARCHAR)] IF v IS NOT NULL]"


def _of_output(value: str, kind: str) -> str:
    """The groups of an output: texts and flags, or lists of them."""
    if kind == "JSON":
        items = f"CASE json_type({value}) WHEN 'ARRAY' THEN json_extract({value}, '$[*]') ELSE [{value}] END"
        flag = "CASE WHEN CAST(j AS VARCHAR) = 'true' THEN 'yes' ELSE 'no' END"
        text = f"CASE json_type(j) WHEN 'BOOLEAN' THEN {flag} ELSE j ->> '$' END"
        return f"list_filter(list_transform({items}, lambda j: {text}), lambda w: w IS NOT NULL)"
    if kind == "BOOLEAN":
        return _one(f"CASE WHEN {value} THEN {literal('yes')} WHEN NOT {value} THEN {literal('no')} END")
    if kind.endswith("[]"):
        return f"list_filter(CAST({value} AS VARCHAR[]), lambda w: w IS NOT NULL)"
    return _one(value)
