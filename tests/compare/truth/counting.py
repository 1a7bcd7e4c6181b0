"""The document of a comparison held against plain counting.

In: a document; for each account the results of every set of players, as they were scored from text. Out: a line for each
figure that is not what was counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import frozen

from tests.compare.truth.shares import Players, Standing, Told, blame, number, place

Result = dict[str, Any]
_CLOSE = Fraction(1, 10**9)


@frozen
class Counted:
    """One account: its results by the players that are as in the new version, and which players there are."""

    id: str
    players: tuple[str, ...]
    results: Mapping[Players, Result]

    @property
    def old(self) -> Result:
        """The result with nothing changed."""
        return self.results[frozenset()]

    @property
    def new(self) -> Result:
        """The result with everything changed."""
        return self.results[frozenset(self.players)]

    def standings(self, card: str) -> dict[Players, Standing]:
        """Score and band of one scorecard, by players."""
        found = {}
        for chosen, result in self.results.items():
            scored = result["scorecards"].get(card, {"score": None, "band": None})
            found[chosen] = (scored["score"], scored["band"])
        return found


def faults(document: Mapping[str, Any], accounts: list[Counted]) -> list[str]:
    """Everything in which the document is wrong."""
    population = document["population"]
    lines = list(_unequal("accounts", len(accounts), population["accounts"]))
    movers = {(each["id"], each["scorecard"]): each for each in document["movers"]}
    for card, counts in population["scorecards"].items():
        told = {}
        for account in accounts:
            standings = account.standings(card)
            old, new = standings[frozenset()], standings[frozenset(account.players)]
            differs = place(old) != place(new) or _score(old) != _score(new)
            mover = movers.pop((account.id, card), None)
            lines += _unequal(f"{account.id} {card} is a mover", differs, mover is not None)
            told[account.id] = blame(standings, account.players)
            if mover is not None:
                lines += [
                    f"{account.id} {card}: {line}" for line in _mover(mover, told[account.id], old, new)
                ]
        lines += [f"{card}: {line}" for line in _counts(counts, accounts, card)]
        lines += [f"{card}: {line}" for line in _effects(document, told, card)]
        lines += [f"{card}: {line}" for line in _distribution(counts["distribution"], told.values())]
        for each in counts["by"]:
            inside = [account for account in accounts if each["segment"] in account.new["segments"]]
            lines += [f"{card} in {each['segment']}: {line}" for line in _segment(each, inside, told, card)]
    lines += [f"{name} is no mover" for name in movers]
    order = [account.id for account in accounts]
    places = [order.index(each["id"]) for each in document["movers"] if each["id"] in order]
    lines += _unequal("order of the movers", sorted(places), places)
    return lines + list(_triggers(population, accounts))


def _score(standing: Standing) -> Fraction | None:
    return None if standing[0] is None else number(standing[0])


def _unequal(what: str, expected: Any, found: Any) -> Iterator[str]:
    if expected != found:
        yield f"{what}: {expected} expected, {found} found"


def _near(
    what: str, expected: Fraction | None, found: float | None, beside: Iterable[Fraction | None] = ()
) -> Iterator[str]:
    """Close as numbers go that stand beside these: the parts of a large change have fewer decimals."""
    largest = max(map(abs, filter(None, beside)), default=Fraction(1))
    if expected is None or found is None:
        yield from _unequal(what, expected, found)
    elif abs(expected - Fraction(Decimal(repr(found)))) > _CLOSE * max(Fraction(1), abs(expected), largest):
        yield f"{what}: {float(expected)} expected, {found} found"


def _mover(mover: Mapping[str, Any], told: Told, old: Standing, new: Standing) -> Iterator[str]:
    yield from _unequal("old", list(old), [mover["old"]["score"], mover["old"]["band"]])
    yield from _unequal("new", list(new), [mover["new"]["score"], mover["new"]["band"]])
    yield from _near("change", told.change, mover["change"])
    points = {each["edit"]: each["points"] for each in mover["attribution"]}
    listed = (
        told.decisive if told.change is None else set(told.points)
    )  # without a score there are no points to share
    yield from _unequal("who is listed", sorted(listed), sorted(points))
    for player in told.points.keys() & points.keys():
        yield from _near(f"points of {player}", told.points[player], points[player], told.points.values())
    if mover["change"] is not None:
        total = sum(Decimal(repr(each)) for each in points.values())
        yield from _unequal("sum of the points", Decimal(repr(mover["change"])), total)
    yield from _unequal("decisive", told.decisive, set(mover["decisive"]))
    yield from _unequal("sufficient", told.sufficient, {frozenset(each) for each in mover["sufficient"]})
    yield from _unequal("method", "exact", mover["method"])


def _counts(counts: Mapping[str, Any], accounts: list[Counted], card: str) -> Iterator[str]:
    matrix: dict[str, Counter[str]] = {}
    newly: Counter[str] = Counter()
    scores: tuple[list[Fraction], list[Fraction]] = ([], [])
    moved = changed = unchanged = 0
    for account in accounts:
        standings = account.standings(card)
        old, new = standings[frozenset()], standings[frozenset(account.players)]
        before, after = place(old), place(new)
        matrix.setdefault(before, Counter())[after] += 1
        moved += before != after
        newly.update([after] if before != after else [])
        changed += _score(old) != _score(new)
        unchanged += before == after and _score(old) == _score(new)
        for found, score in zip(scores, (_score(old), _score(new)), strict=True):
            found.extend([] if score is None else [score])
    yield from _unequal("matrix", {row: dict(cells) for row, cells in matrix.items()}, counts["matrix"])
    yield from _unequal("newly", dict(newly), counts["newly"])
    figures = {"moved": moved, "changed": changed, "unchanged": unchanged}
    for name, figure in figures.items():
        yield from _unequal(name, figure, counts[name])
    for side, found in zip(("old", "new"), scores, strict=True):
        yield from _unequal(f"scored {side}", len(found), counts["scored"][side])
        mean = sum(found, Fraction(0)) / len(found) if found else None
        yield from _near(f"mean {side}", mean, counts["mean"][side])


def _effects(document: Mapping[str, Any], told: Mapping[str, Told], card: str) -> Iterator[str]:
    """What each edit and cause does in all."""
    for each in (*document["edits"], *document["causes"]):
        name, effect = each["id"], each["effect"][card]
        touched = [one.points[name] for one in told.values() if name in one.points]
        points = [part for part in touched if part is not None]
        beside = [part for one in told.values() for part in one.points.values()]
        yield from _unequal(f"{name} touches", len(touched), effect["touched"])
        decisive = sum(name in one.decisive for one in told.values())
        yield from _unequal(f"{name} is decisive for", decisive, effect["decisive"])
        total = sum(points, Fraction(0))
        yield from _near(f"points of {name}", total, effect["points"], beside)
        yield from _near(f"mean of {name}", total / len(points) if points else None, effect["mean"], beside)


def _distribution(bins: list[Any], told: Iterable[Told]) -> Iterator[str]:
    """Every change is in one bin: in the one whose end is furthest from zero it may lie on."""
    changes = [one.change for one in told if one.change]
    for each in bins:
        low, high = (Fraction(Decimal(repr(each[end]))) for end in ("from", "to"))
        inside = sum(low < one <= high if low >= 0 else low <= one < high for one in changes)
        yield from _unequal(f"changes from {each['from']} to {each['to']}", inside, each["accounts"])
    yield from _unequal("changes in bins", len(changes), sum(each["accounts"] for each in bins))


def _segment(
    counts: Mapping[str, Any], accounts: list[Counted], told: Mapping[str, Told], card: str
) -> Iterator[str]:
    """The figures of the accounts of one segment."""
    newly: Counter[str] = Counter()
    changes, changed = [], 0
    for account in accounts:
        standings = account.standings(card)
        old, new = standings[frozenset()], standings[frozenset(account.players)]
        newly.update([place(new)] if place(old) != place(new) else [])
        changed += _score(old) != _score(new)
        change = told[account.id].change
        changes += [] if change is None else [change]
    figures = {"accounts": len(accounts), "moved": newly.total(), "changed": changed, "newly": dict(newly)}
    for name, figure in figures.items():
        yield from _unequal(name, figure, counts[name])
    mean = sum(changes, Fraction(0)) / len(changes) if changes else None
    yield from _near("mean change", mean, counts["mean_change"])


def _triggers(population: Mapping[str, Any], accounts: list[Counted]) -> Iterator[str]:
    counts: dict[str, Counter[str]] = {}
    for account in accounts:
        old, new = ({each["name"] for each in side["triggers"]} for side in (account.old, account.new))
        for name in old | new:
            kind = "both" if name in old & new else "started" if name in new else "stopped"
            counts.setdefault(name, Counter())[kind] += 1
    found = {
        each["name"]: {kind: each[kind] for kind in ("both", "started", "stopped") if each[kind]}
        for each in population["triggers"]
    }
    yield from _unequal("triggers", {name: dict(each) for name, each in counts.items()}, found)
