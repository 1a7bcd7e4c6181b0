"""What is said about the account's earlier result, and earlier results, made at random.

In: a seeded generator. Out: expressions with `previous`, and documents that are the engine's own results of other facts,
sometimes damaged.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from random import Random
from typing import Any

from attrs import frozen

from ruleengine.syntax import tree
from tests.differential.names import Rated
from tests.differential.nodes import call, compare, is_, make, path, word
from tests.differential.random_expressions import Maker
from tests.differential.random_facts import random_facts

_CARD_NUMBERS = ("score", "computed_score")
_STATUSES = ("na", "known", "missing", "expired", "not_applicable", "excluded", "invalid")
_WRONG: tuple[Any, ...] = (
    "violet",
    "green",
    True,
    None,
    7,
    -0.5,
    10**15,
    [],
    {},
    "2024-13-01",
    "missing",
    "2024-02-29",
)


def previous(*names: str) -> Any:
    """`previous a.b.c`."""
    return make(tree.Previous, path(*names))


@frozen
class EarlierMaker(Maker):
    """Makes expressions that say `previous` now and then."""

    share: float = 0.0

    def named(self, kind: str) -> Any:
        """A name, or what it was."""
        if self.chance(self.share):
            found = self._earlier(kind)
            if found is not None:
                return found
        return Maker.named(self, kind)

    def state_test(self) -> Any:
        """A test of a state, of what it was, or of both."""
        states = [*self.names.measures, *self.names.cards, *self.names.groups]
        if not states or not self.chance(4 * self.share):
            return Maker.state_test(self)
        chosen = self.random.choice(states)
        names, negated = chosen.name.split("."), self.chance(0.25)
        if chosen.bands is None or self.chance(0.2):
            return is_(previous(*names), self.random.choice(_STATUSES), negated=negated)
        relation = self.random.choice(("is", "in", "worse", "better", "than", "than", "than"))
        if relation == "than":
            other = previous(*self._alike(chosen).name.split("."))
            return make(
                tree.Is, path(*names), self.random.choice(("worse", "better")), (), negated, other=other
            )
        words = self.random.sample(chosen.bands.words, 2 if relation == "in" else 1)
        return is_(previous(*names), *words, relation=relation, negated=negated)

    def looking_back(self, item: Any, rated: Rated, other: Rated) -> Any:
        """A measure or scorecard that at times is overridden by what it was, or by what something later was."""
        if not self.chance(3 * self.share):
            return item
        chosen = self.random.choice((rated, other))
        assert chosen.bands is not None
        assert rated.bands is not None
        test = is_(
            previous(chosen.name),
            self.random.choice(chosen.bands.words),
            relation=self.random.choice(("is", "worse")),
        )
        if self.chance(0.3):
            test = compare(previous(chosen.name), "<", self.literal("number"))
        limit = make(tree.Limit, "override", word(self.random.choice(rated.bands.words)), None, test, None)
        return make(type(item), item.name, None, (*item.statements, limit))

    def _alike(self, chosen: Rated) -> Rated:
        """Something with the same bands: most often the same."""
        states = [*self.names.measures, *self.names.cards, *self.names.groups]
        alike = [each for each in states if each.bands is chosen.bands]
        return self.random.choice([chosen, chosen, *alike])

    def _earlier(self, kind: str) -> Any:
        valued = [each for each in self.names.measures if each.value == kind]
        if valued and self.chance(0.6):
            return previous(self.random.choice(valued).name, "value")
        if kind == "date":
            return make(tree.Previous, make(tree.AsOf))
        if kind == "text" and ("x", "label") in self.names.values["text"] and self.chance(0.5):
            return previous("x", self.random.choice(("label", "owner", "text")))
        if kind == "text":
            banded = [
                each for each in (*self.names.measures, *self.names.cards, *self.names.groups) if each.bands
            ]
            # in small letters it is any text: as it is it can only be compared with bands
            return (
                call("lower", previous(*self.random.choice(banded).name.split("."), "band"))
                if banded
                else None
            )
        if kind == "percent" and self.names.cards:
            return previous(self.random.choice(self.names.cards).name, "coverage")
        return self._number() if kind == "number" else None

    def _number(self) -> Any:
        measures = [(each.name, *self.random.choice(((), ("points",)))) for each in self.names.measures]
        cards = [
            (each.name, *self.random.choice(((), *((part,) for part in _CARD_NUMBERS))))
            for each in self.names.cards
        ]
        nodes = [
            (*each.name.split("."), *self.random.choice(((), ("score",), ("contribution",))))
            for each in self.names.groups
        ]
        found = [*measures, *cards, *nodes]
        return previous(*self.random.choice(found)) if found else None


# ── Earlier results ──


def with_earlier(document: dict[str, Any], random: Random) -> dict[str, Any]:
    """A document and, under `earlier`, how to get an earlier result for it."""
    if random.random() < 0.15:
        return document
    damage = random.randrange(1, 10**6) if random.random() < 0.35 else 0
    earlier = {**random_facts(random), "id": document["id"]}
    return {
        **document,
        "earlier": {"facts": earlier, "days": random.choice((0, 1, 29, 31, 90, 366)), "damage": damage},
    }


def earlier_result(document: dict[str, Any], engine: Any, as_of: date) -> tuple[dict[str, Any], Any]:
    """The facts of a document alone, and the earlier result that goes with it."""
    facts = {name: value for name, value in document.items() if name != "earlier"}
    earlier = document.get("earlier")
    if not isinstance(earlier, dict) or "facts" not in earlier:
        return facts, None
    result = engine.score_dict(
        {**earlier["facts"], "id": facts["id"]}, as_of - timedelta(days=earlier.get("days", 0))
    )
    document_of_then = json.loads(json.dumps(result))
    if earlier.get("damage"):
        document_of_then = _damaged(document_of_then, Random(earlier["damage"]))
    return facts, document_of_then


def _damaged(result: dict[str, Any], random: Random) -> Any:
    """A result in which some parts are wrong or missing."""
    if random.random() < 0.1:
        return random.choice(
            (
                {},
                [],
                "text",
                {"id": result["id"]},
                {**result, "id": "another"},
                {**result, "as_of": "2025-01-01"},
                {**result, "scorecards": 5},
            )
        )
    for _ in range(random.choice((1, 3, 8))):
        holder: Any = result
        while True:
            name = random.choice(sorted(holder))
            if not isinstance(holder[name], dict) or not holder[name] or random.random() < 0.15:
                break
            holder = holder[name]
        if name in ("id", "as_of", "scorecards") and holder is result:
            continue
        if random.random() < 0.3:
            del holder[name]
        else:
            holder[name] = random.choice(_WRONG)
        if not result["scorecards"] or not result.get("measures"):
            break
    return result
