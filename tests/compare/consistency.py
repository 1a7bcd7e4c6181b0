"""Whether the figures of a document of a comparison agree with one another, whatever was compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

Data = dict[str, Any]


def inconsistencies(document: Data) -> list[str]:
    """What does not agree, each with what it was and what it should be; empty when all figures do."""
    population = document["population"]
    checks = list(_parts(document))
    if population is not None:
        checks += _main(population)
        for name, card in population["scorecards"].items():
            movers = [each for each in document["movers"] if each["scorecard"] == name]
            checks += _card(card, movers, population["accounts"])
            checks += _effects(document, name, movers)
    return [f"{what}: {found} is not {expected}" for what, found, expected in checks if found != expected]


Check = tuple[str, Any, Any]


def _main(population: Data) -> Iterator[Check]:
    main = population["scorecards"].get(population["scorecard"], {"matrix": {}})
    in_each = [card["moved"] for card in population["scorecards"].values()]
    least, most = max(in_each, default=0), sum(in_each)
    yield "moved", population["moved"], min(max(population["moved"], least), most)
    yield "matrix", population["matrix"], main["matrix"]


def _card(card: Data, movers: list[Data], accounts: int) -> Iterator[Check]:
    cells = {(old, new): number for old, row in card["matrix"].items() for new, number in row.items()}
    entered: Counter[str] = Counter()
    for (old, new), number in cells.items():
        if old != new:
            entered[new] += number
    yield "accounts of the matrix", sum(cells.values()), accounts
    yield "moved", card["moved"], entered.total()
    yield "newly", card["newly"], dict(entered)
    yield "movers and the others", len(movers) + card["unchanged"], accounts
    yield "moved among the movers", sum(_moves(each) for each in movers), card["moved"]
    yield "changed", card["changed"], sum(each["old"]["score"] != each["new"]["score"] for each in movers)
    for side, place in (("old", 0), ("new", 1)):
        without = sum(number for cell, number in cells.items() if cell[place] == "na")
        yield f"{side} without a score", accounts - card["scored"][side], without
    changes = [each["change"] for each in movers if each["change"]]
    yield "distribution", sum(each["accounts"] for each in card["distribution"]), len(changes)


def _effects(document: Data, card: str, movers: list[Data]) -> Iterator[Check]:
    """What is decisive is counted alike; an edit may touch accounts that do not move in the end."""
    decisive = Counter(each for mover in movers for each in mover["decisive"])
    touched = Counter(part["edit"] for mover in movers for part in mover["attribution"])
    for each in (*document["edits"], *document["causes"]):
        effect = each["effect"][card]
        yield f"decisive {each['id']}", effect["decisive"], decisive[each["id"]]
        yield f"touched {each['id']}", effect["touched"] >= touched[each["id"]], True


def _parts(document: Data) -> Iterator[Check]:
    known = {each["id"] for each in (*document["edits"], *document["causes"])}
    for mover in document["movers"]:
        name = f"{mover['id']} in {mover['scorecard']}"
        points = [part["points"] for part in mover["attribution"]]
        if mover["change"] is None:
            yield f"points of {name}", set(points) <= {None}, True
        else:
            total = sum(Decimal(repr(each)) for each in points)
            yield f"sum of {name}", total, Decimal(repr(mover["change"]))
            change = Decimal(repr(mover["new"]["score"])) - Decimal(repr(mover["old"]["score"]))
            yield f"change of {name}", Decimal(repr(mover["change"])), change
        yield f"{name} moves or changes", _moves(mover) or mover["change"] != 0, True
        reasons = bool(mover["decisive"]) + bool(mover["sufficient"])
        yield f"reasons of {name}", reasons <= _moves(mover), True
        named = {*mover["decisive"], *(each for some in mover["sufficient"] for each in some)}
        yield f"edits of {name}", named | {part["edit"] for part in mover["attribution"]} <= known, True


def _moves(mover: Data) -> bool:
    places = [
        each["band"] or ("na" if each["score"] is None else "scored") for each in (mover["old"], mover["new"])
    ]
    return places[0] != places[1]
