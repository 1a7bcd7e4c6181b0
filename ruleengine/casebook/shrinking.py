"""An account without all that is not needed for something to stay as it is.

In: an account, and what tells whether a smaller one will do. Out: an account from which nothing more can be taken away, one
thing at a time. Guaranteed: it stays valid by the schema: what that requires stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from ruleengine.casebook.accounts import ABSENT, Account, changed
from ruleengine.values import Field, Kind, Type

#: Gives the smaller account where that will do, else the one before.
Kept = Callable[[Account, Account], Account]


def shrunk(account: Account, kept: Kept, root: Type) -> Account:
    """The account without all that is not needed; `kept` is asked with the smaller account and the one before."""
    if account.previous is not None:
        account = kept(attrs.evolve(account, previous=None), account)
    paths = [path for path, _ in _removable(account.facts, Field("", root), ())]
    removed: list[tuple[Any, ...]] = []
    for path in paths:
        if any(path[: len(gone)] == gone for gone in removed):
            continue
        before = account
        account = kept(_without(account, path, root), account)
        if account is not before:
            removed.append(path)
    return account


def _removable(value: Any, declared: Field, above: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """What the schema does not require, the outer before the inner; elements of lists from the last to the first."""
    if isinstance(value, dict):
        fields = {each.name: each for each in declared.type.fields}
        for name, inner in list(value.items()):
            known = fields.get(name)
            if known is None or not known.required:
                yield (*above, name), inner
            if known is not None:
                yield from _removable(inner, known, (*above, name))
    elif isinstance(value, list) and declared.type.element is not None:
        for place in range(len(value) - 1, -1, -1):
            yield (*above, place), value[place]
            if declared.type.element.kind is Kind.RECORD:
                yield from _removable(value[place], Field("", declared.type.element), (*above, place))


def _without(account: Account, path: tuple[Any, ...], root: Type) -> Account:
    """The account without what stands at a path."""
    *above, last = path
    if isinstance(last, str):
        return changed(account, (((*above, last), ABSENT),), root)
    elements = account.at(tuple(above))
    shorter = [each for place, each in enumerate(elements or ()) if place != last]
    return changed(account, ((tuple(above), shorter),), root)
