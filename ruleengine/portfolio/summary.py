"""What a portfolio comes to: accounts by band and group, coverage, the goal, what is stale or missing, where points are lost.

In: opened results, what the ruleset tells of them, what is wanted. Out: one document (`schemas/portfolio_summary/1.schema.json`),
from which every report is made. Guaranteed: the same results give the same document, whatever their order and format.

The points that an account loses at a place of a scorecard are `effective weight × (best points − points)`: points of the score,
as explanations count them. Best are the points that the best row of the measure gives, or its declared baseline, or those of
the best band of a member scorecard; without the ruleset they are the best points that any account has anywhere in the
scorecard. A place without points, without weight, or better than its baseline loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from ruleengine.diagnostics import did_you_mean
from ruleengine.portfolio.stored import Stored
from ruleengine.portfolio.stored_shape import CardShape
from ruleengine.portfolio.summary_known import Known, KnownCard, order_of_bands
from ruleengine.portfolio.summary_queries import COVERAGE_EDGES, Questions, Row, TooManyGroups, grouping
from ruleengine.values import STATUSES
from ruleengine.version import __version__

FORMAT = "ruleengine portfolio summary 1"
#: More groups than this are no groups: somebody has grouped by an id.
MOST_GROUPS = 10_000
GOAL = Fraction(95, 100)
Document = dict[str, Any]


class UnknownName(Exception):
    """There is no scorecard, or nothing to group by, of a name; `about` is the option that named it."""

    def __init__(self, about: str, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}".strip())
        self.about = about


@frozen(slots=True)
class Asked:
    """What is wanted: the scorecard that is shown (empty: the first), groups, the share of accounts that is to have a score."""

    card: str = ""
    by: str = "segment"
    goal: Fraction = GOAL


def summarise(stored: Stored, known: Known | None = None, asked: Asked | None = None) -> Document:
    """The summary of stored results. Raises `UnknownName`, `FactsUnreadable`, `EngineFailed`."""
    return _Summary(stored, known or Known(), asked or Asked()).document()


def is_met(with_score: int, accounts: int, goal: Fraction) -> bool:
    """Whether more than a share of the accounts have a score; all of them always are enough."""
    return accounts > 0 and (with_score == accounts or Fraction(with_score, accounts) > goal)


@frozen(slots=True)
class _Summary:
    stored: Stored
    known: Known
    asked: Asked
    questions: Questions = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "questions", Questions(self.stored))

    @property
    def accounts(self) -> int:
        return self.stored.identity.accounts

    def document(self) -> Document:
        found, shown = self.stored.identity, self._shown()
        value = grouping(self.stored, self.asked.by)
        if value is None:
            raise self._no_group()
        cards = [self._card(card) for card in self.stored.shape.cards]
        return {
            "format": FORMAT,
            "engine": __version__,
            "ruleset": {"name": found.ruleset, "version": found.version, "digests": list(found.digests)},
            "as_of": found.as_of,
            "known_from": "ruleset" if self.known.from_ruleset else "results",
            "accounts": found.accounts,
            "goal": float(self.asked.goal),
            "card": shown,
            "scorecards": cards,
            "groups": self._groups(shown, value, cards),
            "measures": self._measures(),
            "triggers": self._triggers(),
            "accounts_with_triggers": self.questions.with_any("triggers"),
            "problems": [
                {"code": code, "problems": int(number), "accounts": accounts}
                for code, number, accounts in self.questions.problems()
            ],
            "accounts_with_problems": self.questions.with_any("problems"),
        }

    # ── choices ──

    def _shown(self) -> str | None:
        names = [card.name for card in self.stored.shape.cards]
        if self.asked.card:
            if self.asked.card in names:
                return self.asked.card
            there = f"There is {', '.join(names)}." if names else "The results have no scorecard."
            raise UnknownName(
                "--card", f"no scorecard '{self.asked.card}'.", _hint(self.asked.card, names, there)
            )
        if self.known.first in names:
            return self.known.first
        inside = {leaf.rpartition(".")[2] for card in self.stored.shape.cards for leaf in card.leaves}
        leading = [name for name in names if name.rpartition(".")[2] not in inside]
        return next(iter(leading or names), None)

    def _no_group(self) -> UnknownName:
        shape = self.stored.shape
        names = [
            "segment",
            "trigger",
            *(card.name for card in shape.cards),
            *shape.matrices,
            *(n for n, _ in shape.outputs),
        ]
        there = "Group by `segment`, `trigger`, a scorecard, a matrix or an output: results hold no facts."
        return UnknownName("--by", f"there is no '{self.asked.by}'.", _hint(self.asked.by, names, there))

    # ── scorecards ──

    def _card(self, card: CardShape) -> Document:
        rows = self.questions.bands(card.name)
        known = self.known.cards.get(card.name)
        means = _means(rows)
        bands, rising = (
            (known.bands, known.rising)
            if known
            else order_of_bands(means, self.questions.following(card.name))
        )
        bands = (*bands, *sorted(band for band in means if band not in bands))
        scored, covered = sum(row[3] for row in rows), sum(row[5] for row in rows)
        in_band = {band: sum(row[2] for row in rows if row[1] == band) for band in bands}
        statuses = {status: sum(row[2] for row in rows if row[0] == status) for status in STATUSES}
        return {
            "name": card.name,
            "title": known.title if known and known.title else card.name,
            "with_score": scored,
            "share_with_score": _share(scored, self.accounts),
            "goal_met": is_met(scored, self.accounts, self.asked.goal),
            "mean_score": _share(sum(row[4] or 0.0 for row in rows), scored),
            "mean_coverage": _share(sum(row[6] or 0.0 for row in rows), covered),
            "bands": [
                {"band": band, "accounts": number, "share": _share(number, self.accounts), "mean_score": means.get(band)}
                for band, number in in_band.items()
            ],
            "without_band": self.accounts - sum(in_band.values()),
            "statuses": {status: number for status, number in statuses.items() if number},
            "coverage": self._coverage(card.name),
            "overridden": sum(row[7] for row in rows),
            "borderline": [{"band": b, "near": near, "accounts": n} for b, near, n in self.questions.borderline(card.name)],
            "moved": [{"from": b, "to": to, "accounts": n} for b, to, n in self.questions.moved(card.name)],
            "acted": [
                {"kind": kind, "band": band, "reason": reason, "line": line, "accounts": number}
                for kind, band, reason, line, number in self.questions.acted(card.name)
            ],
            "places": self._places(card, known, rising),
        }  # fmt: skip

    def _coverage(self, card: str) -> list[Document]:
        """Accounts by coverage: nothing, up to each edge, everything; `from` and `to` are null for those without any weight."""
        counts = self.questions.coverage(card)
        edges = (0.0, *COVERAGE_EDGES, 1.0)
        found: list[Document] = [
            {"from": edges[number], "to": edges[number + 1], "accounts": counts.get(number, 0)}
            for number in range(len(COVERAGE_EDGES) + 1)
        ]
        return [*found, {"from": None, "to": None, "accounts": counts.get(None, 0)}]

    def _places(self, card: CardShape, known: KnownCard | None, rising: bool) -> list[Document]:
        """The members of a scorecard, those where most points are lost first."""
        if known is None:
            seen = self.questions.best_seen(card, rising)
            best: Mapping[str, float | None] = dict.fromkeys(card.leaves, seen)
        else:
            best = known.best
        lost, statuses = self.questions.lost(card, best, rising), self.questions.node_statuses(card)
        titles = known.titles if known else {}
        found = []
        for path in card.leaves:
            points, accounts = lost.get(path, (None, 0))
            found.append({
                "path": path,
                "title": titles.get(path) or path.rpartition(".")[2],
                "best": best.get(path),
                "lost": None if points is None else round(points, 6),
                "accounts_losing": accounts,
                "statuses": _in_order(statuses.get(path, {})),
            })  # fmt: skip
        return sorted(found, key=lambda each: -(each["lost"] or 0.0))

    # ── everything else ──

    def _groups(self, card: str | None, value: str, cards: Sequence[Document]) -> Document:
        found: dict[str | None, list[Row]] = {}
        if card is not None:
            try:
                rows = self.questions.groups(card, value, MOST_GROUPS)
            except TooManyGroups as many:
                raise UnknownName(
                    "--by", f"'{self.asked.by}' has {many} values, which are no groups.", ""
                ) from None
            for row in rows:
                found.setdefault(row[0], []).append(row)
        bands = [each["band"] for one in cards if one["name"] == card for each in one["bands"]]
        groups = [self._group(name, rows, bands) for name, rows in found.items()]
        groups.sort(key=lambda each: (each["value"] is None, -each["accounts"], str(each["value"])))
        return {"by": self.asked.by, "groups": groups}

    def _group(self, name: str | None, rows: Sequence[Row], bands: Sequence[str]) -> Document:
        accounts, scored, covered = (sum(row[place] for row in rows) for place in (2, 3, 5))
        return {
            "value": name,
            "accounts": accounts,
            "share": _share(accounts, self.accounts),
            "with_score": scored,
            "share_with_score": _share(scored, accounts),
            "mean_score": _share(sum(row[4] or 0.0 for row in rows), scored),
            "mean_coverage": _share(sum(row[6] or 0.0 for row in rows), covered),
            "bands": {band: sum(row[2] for row in rows if row[1] == band) for band in bands},
        }

    def _measures(self) -> list[Document]:
        statuses, acted = self.questions.measure_statuses(), self.questions.measures_acted()
        return [
            {
                "name": name,
                "title": self.known.measures.get(name) or name,
                "statuses": _in_order(statuses.get(name, {})),
                "overridden": acted.get(name, (0, 0))[0],
                "limited": acted.get(name, (0, 0))[1],
            }
            for name in self.stored.shape.measures
        ]

    def _triggers(self) -> list[Document]:
        return [
            {"name": name, "title": title, "kind": kind, "severity": severity, "accounts": number}
            for name, title, kind, severity, number in self.questions.triggers()
        ]


def _means(rows: Sequence[Row]) -> dict[str, float | None]:
    """The mean score of every band."""
    names = dict.fromkeys(row[1] for row in rows if row[1] is not None)
    return {
        name: _share(
            sum(row[4] or 0.0 for row in rows if row[1] == name),
            sum(row[3] for row in rows if row[1] == name),
        )
        for name in names
    }


def _in_order(statuses: Mapping[str, int]) -> dict[str, int]:
    return {status: statuses[status] for status in STATUSES if statuses.get(status)}


def _hint(name: str, known: Sequence[str], otherwise: str) -> str:
    guess = did_you_mean(name, known)
    return f"{guess[:1].upper()}{guess[1:]}" if guess else otherwise


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
