"""What a run comes to: accounts by band, how many have a score, how much of them rests on data.

In: results, one after the other. Out: one document with counts and shares for every scorecard, and one line
for people. Guaranteed: constant memory, whatever the number of results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ruleengine.report.cells import cell, percent_text
from ruleengine.values import STATUSES


class Card(Protocol):
    """What is known of a scorecard before any account is scored; `bands` are listed from best to worst."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def bands(self) -> tuple[str, ...]: ...


class _CardCounts:
    """The counts of one scorecard."""

    def __init__(self, bands: Sequence[str]) -> None:
        self.bands = dict.fromkeys(bands, 0)
        self.scored = self.overridden = self.borderline = self.covered = 0
        self.coverage = self.points = 0.0

    def add(self, card: Mapping[str, Any]) -> None:
        band, coverage = card.get("band"), card.get("coverage")
        if band is not None:
            self.bands[band] = self.bands.get(band, 0) + 1
        score = card.get("score")
        if score is not None:
            self.scored += 1
            self.points += score
        self.overridden += card.get("override") is not None
        self.borderline += card.get("borderline") is not None
        if coverage is not None:
            self.covered += 1
            self.coverage += coverage

    def to_dict(self, accounts: int) -> dict[str, Any]:
        return {
            "bands": dict(self.bands),
            "without_band": accounts - sum(self.bands.values()),
            "with_score": self.scored,
            "share_with_score": _share(self.scored, accounts),
            "mean_score": _share(self.points, self.scored),
            "mean_coverage": _share(self.coverage, self.covered),
            "overridden": self.overridden,
            "borderline": self.borderline,
        }


class RunSummary:
    """Counts results as they come."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self.accounts = 0
        self.problems = 0
        self.accounts_with_problems = 0
        self._cards = {card.name: _CardCounts(card.bands) for card in cards}
        self._statuses = dict.fromkeys(STATUSES, 0)
        self._with = {"stale": 0, "missing": 0}
        self._triggers: dict[str, int] = {}
        self._matrices: dict[str, dict[str, int]] = {}

    def add(self, result: Mapping[str, Any]) -> None:
        """Count one result."""
        self.accounts += 1
        problems = len(result["problems"])
        self.problems += problems
        self.accounts_with_problems += problems > 0
        cards = result["scorecards"]
        for name, counts in self._cards.items():
            if name in cards:
                counts.add(cards[name])
        for trigger in result["triggers"]:
            self._triggers[trigger["name"]] = self._triggers.get(trigger["name"], 0) + 1
        for name, matrix in result["matrices"].items():
            cells = self._matrices.setdefault(name, {})
            if matrix["label"] is not None:
                cells[matrix["label"]] = cells.get(matrix["label"], 0) + 1
        seen = set()
        for measure in result["measures"].values():
            status = measure["status"]
            self._statuses[status] = self._statuses.get(status, 0) + 1
            seen.add(status)
        for status in self._with:
            self._with[status] += status in seen

    def to_dict(self) -> dict[str, Any]:
        """The whole summary as plain data."""
        return {
            "accounts": self.accounts,
            "scorecards": {name: counts.to_dict(self.accounts) for name, counts in self._cards.items()},
            "measures": dict(self._statuses),
            "triggers": dict(self._triggers),
            "matrices": {name: dict(cells) for name, cells in self._matrices.items()},
            "accounts_with_stale": self._with["stale"],
            "accounts_with_missing": self._with["missing"],
            "problems": self.problems,
            "accounts_with_problems": self.accounts_with_problems,
        }

    def line(self, card: str | None) -> str:
        """One line for people about the whole run, as one scorecard sees it."""
        noun = "account" if self.accounts == 1 else "accounts"
        parts = [f"{self.accounts:,} {noun}"]
        if card is not None and card in self._cards:
            counts = self._cards[card].to_dict(self.accounts)
            by_band = [f"{number:,} {cell(band)}" for band, number in reversed(counts["bands"].items())]
            without = counts["without_band"]
            if by_band:
                parts[0] += ": " + ", ".join(
                    [*by_band, *([f"{without:,} without a band"] if without else [])]
                )
            if self.accounts:
                parts.append(f"{percent_text(counts['share_with_score'])} with a score")
            if counts["mean_coverage"] is not None:
                parts.append(f"mean coverage {percent_text(counts['mean_coverage'])}")
        fired = sum(self._triggers.values())
        if fired:
            parts.append(f"{fired:,} {'trigger' if fired == 1 else 'triggers'}")
        parts.append(f"measures: {self._statuses['stale']:,} stale, {self._statuses['missing']:,} missing")
        return " · ".join(parts)


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 10) if whole else None
