"""From a box to accounts that may lie in it: a guess for each thing that the box says, applied one after the other.

What an account of a box looks like is a guess; whoever asks evaluates it. Values are those that people would write: ends of
ranges, round numbers between them; what the box says nothing of is left out, as far as the schema allows.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from itertools import islice
from typing import Any

import attrs

from ruleengine.analysis.conditions import EPOCH, MICROSECONDS
from ruleengine.analysis.may import May, Numbers, Words
from ruleengine.analysis.situation import Box, Key, Keys
from ruleengine.casebook.accounts import ABSENT, Account, Patch, changed
from ruleengine.casebook.wishes import Wishes
from ruleengine.evaluator.covering import Covering
from ruleengine.evaluator.program import Evaluator
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import NA, Kind, Type

_TRIES_EACH, _ROUNDS = 8, 2
_LARGE, _SLACK = 1e12, 1e-9
_NOT_THERE: Any = object()
_Wanted = tuple[Key, e.Expression, May]


class _Observer:
    """Tells what the expressions that have keys come to for an account."""

    def __init__(self, program: r.Program, keys: Keys) -> None:
        self.known = len(keys.nodes)
        self.names = {id(node): f"key {place}" for place, node in enumerate(keys.nodes.values())}
        checks = [
            r.Check("condition", self.names[id(node)], node, span=node.span) for node in keys.nodes.values()
        ]
        self.covering = Covering(Evaluator(attrs.evolve(program, steps=(*program.steps, *checks))))

    def values(self, account: Account) -> dict[int, Any]:
        """The values by the identities of the expressions."""
        found = self.covering.reached(account.facts, account.as_of, account.previous).conditions
        return {node: found.get(name, _NOT_THERE) for node, name in self.names.items()}


class Witnesses:
    """Makes accounts of boxes."""

    def __init__(self, keys: Keys, wishes: Wishes, root: Type, blank: Account, program: r.Program) -> None:
        self.keys = keys
        self.wishes = wishes
        self.root = root
        self.blank = blank
        self.program = program
        self._observer: _Observer | None = None

    def of(self, box: Box) -> list[Account]:
        """Accounts that may lie in a box: with values between its ends where there is a choice, with low ones, with high ones."""
        wanted = [(key, node, held) for key, held in box.items() if (node := self._node(key)) is not None]
        # what is computed comes before plain facts: what a fact is said to be has the last word
        wanted.sort(key=lambda each: isinstance(each[1], e.Fact))
        found: list[Account] = []
        for lean in ("middle", "low", "high"):
            account = self._climbed(wanted, lean)
            if all(account.facts != other.facts for other in found):
                found.append(account)
        return found

    def _node(self, key: Key) -> e.Expression | None:
        node = self.keys.nodes.get(key)
        if node is None and isinstance(key, tuple) and key[:1] == ("day",):
            return self.keys.nodes.get(key[1])
        return node

    def _climbed(self, wanted: list[_Wanted], lean: str) -> Account:
        """One wish after the other, each fulfilled as it breaks the fewest of the others."""
        account = self.blank
        fulfilled = self._fulfilled(account, wanted)
        for _ in range(_ROUNDS):
            before = account
            for place, (_, node, held) in enumerate(wanted):
                if fulfilled[place]:
                    continue
                best = sum(fulfilled)
                self.wishes.begin(account)
                for patch in islice(self._patches(node, held, lean), _TRIES_EACH):
                    tried = self._patched(account, patch)
                    now = fulfilled if tried is None else self._fulfilled(tried, wanted)
                    if tried is not None and sum(now) > best:
                        account, fulfilled, best = tried, now, sum(now)
                        if now[place]:
                            break
            if all(fulfilled) or account is before:
                break
        return account

    def _patched(self, account: Account, patch: Patch) -> Account | None:
        try:
            return changed(account, patch, self.root)
        except (TypeError, OverflowError):  # a wish for something that this document cannot be
            return None

    def _patches(self, node: e.Expression, held: May, lean: str) -> Iterator[Patch]:
        """Patches after which an expression may be what is held."""
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

    def _fulfilled(self, account: Account, wanted: list[_Wanted]) -> list[bool]:
        """Which of the wishes come true."""
        if self._observer is None or len(self.keys.nodes) != self._observer.known:
            self._observer = _Observer(self.program, self.keys)
        found = self._observer.values(account)
        return [_is_so(found.get(id(node), _NOT_THERE), held, node.type) for _, node, held in wanted]


def _is_so(value: Any, held: May, kind: Type) -> bool:
    """Whether a value is what is held to be."""
    if value is _NOT_THERE:
        return True
    if isinstance(value, NA):
        return value.reason in held.reasons
    found = held.present
    if isinstance(found, Words):
        return value in found.words or (found.others and value not in found.without)
    if isinstance(found, Numbers) and isinstance(value, int | float):
        at = value / MICROSECONDS + EPOCH if kind.kind is Kind.TIMESTAMP else value
        return found.low - _SLACK <= at <= found.high + _SLACK + (kind.kind is Kind.TIMESTAMP)
    return found is not None


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
