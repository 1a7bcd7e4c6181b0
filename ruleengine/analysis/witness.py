"""From a box to accounts that may lie in it: a guess for each thing that the box says, applied one after the other.

What an account of a box looks like is a guess; whoever asks evaluates it. Values are those that people would write: ends of
ranges, round numbers between them; what the box says nothing of is left out, as far as the schema allows.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from itertools import islice
from typing import Any

from ruleengine.analysis.may import May, Numbers, Words
from ruleengine.analysis.situation import Box, Key, Keys
from ruleengine.casebook.accounts import ABSENT, Account, Patch, changed
from ruleengine.casebook.wishes import Wishes
from ruleengine.tree import expressions as e
from ruleengine.values import Kind, Type

_TRIES_EACH = 6
_LARGE = 1e12


class Witnesses:
    """Makes accounts of boxes."""

    def __init__(self, keys: Keys, wishes: Wishes, root: Type, blank: Account) -> None:
        self.keys = keys
        self.wishes = wishes
        self.root = root
        self.blank = blank

    def of(self, box: Box) -> list[Account]:
        """Accounts that may lie in a box: with low values where there is a choice, with high ones, and with such between."""
        found: list[Account] = []
        for lean in ("middle", "low", "high"):
            account = self.blank
            for key, held in self._in_order(box):
                account = self._wished(account, key, held, lean)
            if all(account.facts != other.facts for other in found):
                found.append(account)
        return found

    def _in_order(self, box: Box) -> list[tuple[Key, May]]:
        """What is computed before plain facts: what a fact is said to be has the last word."""
        return sorted(box.items(), key=lambda each: isinstance(self._node(each[0]), e.Fact))

    def _node(self, key: Key) -> e.Expression | None:
        node = self.keys.nodes.get(key)
        if node is None and isinstance(key, tuple) and key[:1] == ("day",):
            return self.keys.nodes.get(key[1])
        return node

    def _wished(self, account: Account, key: Key, held: May, lean: str) -> Account:
        node = self._node(key)
        if node is None:
            return account
        self.wishes.begin(account)
        for patch in islice(self._patches(node, held, lean), _TRIES_EACH):
            try:
                return changed(account, patch, self.root)
            except (TypeError, OverflowError):  # a wish for something that this document cannot be
                continue
        return account

    def _patches(self, node: e.Expression, held: May, lean: str) -> Iterator[Patch]:
        if held.present is None:
            if isinstance(node, e.Fact) and "missing" in held.reasons:
                yield ((node.path, ABSENT),)
            return
        value = value_of(held, lean, node.type)
        if value is None:
            return
        if isinstance(value, bool):
            yield from self.wishes.hold(node, value, {})
        else:
            yield from self.wishes.become(node, value, {})


def value_of(held: May, lean: str, kind: Type) -> Any:
    """A value of what something may be; None where there is none to be named."""
    found = held.present
    if isinstance(found, Words):
        return _word(found)
    if not isinstance(found, Numbers):
        return None
    value = number_in(found, lean)
    return int(value) if kind.kind in (Kind.DATE, Kind.TIMESTAMP) else value


def _word(found: Words) -> Hashable:
    if found.words:
        return min(found.words, key=lambda each: (each is False, str(each)))
    return next(each for each in ("something else", "anything", "other") if each not in found.without)


def number_in(found: Numbers, lean: str) -> float:
    """A number between two ends, with as few digits as there need be."""
    low, high = max(found.low, -_LARGE), min(found.high, _LARGE)
    if found.low == -math.inf and found.high == math.inf:
        return 0.0
    if low == high:
        return low
    if lean == "low":
        target = low if found.low > -_LARGE else high - 1
    elif lean == "high":
        target = high if found.high < _LARGE else low + 1
    else:
        target = (
            (low + high) / 2
            if found.low > -_LARGE and found.high < _LARGE
            else (low + 1 if found.low > -_LARGE else high - 1)
        )
    return _short(target, found)


def _short(target: float, found: Numbers) -> float:
    """The shortest number near a target that lies inside."""
    if found.step:
        near = round(target / found.step) * found.step
        for candidate in (near, near + found.step, near - found.step):
            if found.low <= candidate <= found.high:
                return round(candidate, 12)
    for digits in range(16):
        candidate = round(target, digits)
        if found.low <= candidate <= found.high:
            return candidate
    return target
