"""One fact varied: an account in which a subject has each of some values, and nothing else differs.

In: a base account, a subject and values. Out: `Variation`s: a skeleton, the place that varies, and an account for each value.
Guaranteed: every account has been evaluated, its subject has just that value, and its facts are valid.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from attrs import frozen

from ruleengine.casebook.accounts import ABSENT, Account, Patch, changed
from ruleengine.values import Type

_PATCHES = 12
Place = tuple[str | int, ...]


@frozen(slots=True, eq=False)
class Variation:
    """A place in the facts, and the accounts that differ there alone, each with the value that it is for."""

    place: Place
    accounts: tuple[tuple[Any, Account], ...]


class Varying:
    """Varies accounts. `fits` tells whether an account is what a value asks for."""

    def __init__(self, root: Type, patches: Callable[[Account, Any], Iterable[Patch]]) -> None:
        self.root = root
        self.patches = patches

    def of(
        self, base: Account, values: Sequence[Any], fits: Callable[[Account, Any], bool]
    ) -> Iterator[Variation]:
        """Variations of an account that cover as many of the values as they can, those that cover most first."""
        found: dict[Any, list[Account]] = {value: list(self._accounts(base, value, fits)) for value in values}
        while (best := self._best(base, found)) is not None:
            yield best
            for value, _ in best.accounts:
                found.pop(value)

    def _accounts(self, base: Account, value: Any, fits: Callable[[Account, Any], bool]) -> Iterator[Account]:
        if fits(base, value):
            yield base
        for patch in islice(self.patches(base, value), _PATCHES):
            try:
                account = changed(base, patch, self.root)
            except (TypeError, OverflowError):  # a wish for something that this document cannot be
                continue
            if account.as_of == base.as_of and fits(account, value):
                yield account

    def _best(self, base: Account, found: dict[Any, list[Account]]) -> Variation | None:
        places = {
            place
            for accounts in found.values()
            for account in accounts
            for place in differing(base.facts, account.facts)
        }
        groups: dict[tuple[Place, str], dict[Any, Account]] = {}
        for place in sorted(places, key=repr):
            for value, accounts in found.items():
                for account in accounts:
                    if _is_there(account.facts, place) and is_plain(at(account.facts, place)):
                        key = place, skeleton(account, place, self.root)
                        groups.setdefault(key, {}).setdefault(value, account)
        if not groups:
            return None
        (place, text), chosen = max(
            groups.items(), key=lambda item: (len(item[1]), -len(item[0][1]), repr(item[0][0]))
        )
        return Variation(place, tuple(chosen.items())) if text is not None else None


def is_plain(value: Any) -> bool:
    """Whether a value can stand in a cell."""
    return not isinstance(value, dict | list)


def at(facts: Any, place: Place) -> Any:
    """What stands at a place; None where there is nothing."""
    for step in place:
        if isinstance(step, str) and isinstance(facts, dict):
            facts = facts.get(step)
        elif isinstance(step, int) and isinstance(facts, list) and step < len(facts):
            facts = facts[step]
        else:
            return None
    return facts


def _is_there(facts: Any, place: Place) -> bool:
    """Whether something can stand at a place: the record is there, or the element."""
    holder, last = at(facts, place[:-1]), place[-1]
    return (
        isinstance(holder, dict) if isinstance(last, str) else isinstance(holder, list) and last < len(holder)
    )


def differing(one: Any, other: Any, above: Place = ()) -> Iterator[Place]:
    """The places of plain values in which two documents differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            yield from differing(one.get(key), other.get(key), (*above, key))
    elif isinstance(one, list) and isinstance(other, list):
        for number in range(max(len(one), len(other))):
            left = one[number] if number < len(one) else None
            right = other[number] if number < len(other) else None
            yield from differing(left, right, (*above, number))
    elif isinstance(other, dict):
        for key in other:
            yield from differing(None, other[key], (*above, key))
    elif isinstance(other, list):
        for number, each in enumerate(other):
            yield from differing(None, each, (*above, number))
    elif one != other and above:
        yield above


def skeleton(account: Account, place: Place, root: Type) -> str:
    """An account without what stands at a place, as text."""
    facts = (
        changed(account, ((place, ABSENT),), root).facts
        if isinstance(place[-1], str)
        else _blanked(account.facts, place)
    )
    return json.dumps([facts, account.as_of.isoformat(), account.previous], sort_keys=True, default=str)


def _blanked(value: Any, place: Place) -> Any:
    if not place:
        return None
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = _blanked(copy[place[0]], place[1:])
    return copy
