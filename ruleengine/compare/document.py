"""The document of a comparison, from which every report is made; `schemas/diff/1.schema.json` describes it.

In: the two sides, the differences in words as plain data, the counted population, the budget. Out: plain data.
Guaranteed: the same comparison gives the same document; the points of each attribution add up to the change as decimals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from attrs import frozen

from ruleengine.compare.attribution import Share
from ruleengine.compare.compared import Mover, Outcome, Player
from ruleengine.compare.population import Population
from ruleengine.version import __version__

FORMAT = "ruleengine diff 1"
_NOTHING_TOUCHES = Share(None, ())
Data = Mapping[str, Any]


@frozen(slots=True)
class ComparedSide:
    """One side: a ruleset, how the command line named it, and the date as of which it scored, None without accounts."""

    name: str
    version: str
    digest: str
    selector: str
    as_of: date | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "name": self.name,
            "version": self.version,
            "digest": self.digest,
            "selector": self.selector,
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
        }


@frozen(slots=True)
class Words:
    """The differences as plain data, as in the document but for effects: those are counted.

    The players of a population are the edits and then the causes, in this order.
    """

    edits: Sequence[Data] = ()
    causes: Sequence[Data] = ()
    wording: Sequence[Data] = ()
    renamings: Sequence[Data] = ()

    @property
    def players(self) -> tuple[Player, ...]:
        """Who can move an account."""
        edits = (Player(each["id"]) for each in self.edits)
        return (*edits, *(Player(each["id"], each["cause"]) for each in self.causes))


def comparison(
    sides: tuple[ComparedSide, ComparedSide],
    words: Words,
    population: Population | None = None,
    budget: Data | None = None,
) -> dict[str, Any]:
    """The whole document. Sections of the facts that touch no account are no causes in it."""
    effects = [population.effects(number) if population else {} for number in range(len(words.players))]
    edits, causes = effects[: len(words.edits)], effects[len(words.edits) :]
    return {
        "format": FORMAT,
        "engine": __version__,
        "old": sides[0].to_dict(),
        "new": sides[1].to_dict(),
        "edits": [{**each, "effect": effect} for each, effect in zip(words.edits, edits, strict=True)],
        "causes": [
            {**each, "effect": effect}
            for each, effect in zip(words.causes, causes, strict=True)
            if each["cause"] != "data" or any(one["touched"] for one in effect.values())
        ],
        "wording": [dict(each) for each in words.wording],
        "renamings": [dict(each) for each in words.renamings],
        "population": population and population.to_dict(),
        "movers": list(movers(population)) if population else [],
        "budget": budget,
    }


def movers(population: Population) -> Iterator[dict[str, Any]]:
    """The accounts whose score or band changes, in the order of the facts."""
    for mover in population.movers:
        yield _mover(mover, population.players)


def _mover(mover: Mover, players: Sequence[Player]) -> dict[str, Any]:
    share = mover.change.share or _NOTHING_TOUCHES
    return {
        "id": mover.id,
        "name": mover.name,
        "scorecard": mover.scorecard,
        "old": _outcome(mover.change.old),
        "new": _outcome(mover.change.new),
        "change": mover.change.points,
        "attribution": [
            {"edit": players[number].id, "cause": players[number].cause, "points": points}
            for number, points in _listed(share)
        ],
        "decisive": [players[number].id for number in share.decisive],
        "sufficient": [[players[number].id for number in each] for each in share.sufficient],
        "method": share.method,
        "error": share.error,
    }


def _listed(share: Share) -> list[tuple[int, float | None]]:
    """The parts to show, the largest first; where there are no points, those that are decisive."""
    if share.change is None:
        return [(number, None) for number in share.decisive]
    return sorted(share.parts, key=lambda part: (-abs(part[1] or 0.0), part[0]))


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {"score": outcome.score, "band": outcome.band, "status": outcome.status}
