"""The accounts of a fact file as tests use them, and the names of the tests that run once for each.

In: documents by id. Out: `Accounts`, of which each test has a copy of its own, and one name for each account.
Guaranteed: names are made of letters, digits and `._-`, differ also where capitals do not count, and are the same in every
run: files of snapshots are called by them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from hashlib import sha256
from typing import Any

from ruleengine.diagnostics import nearest
from ruleengine.diagnostics.visible import visible

#: pytest shows the line of the test, and not how this is made.
__tracebackhide__ = True
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 80


class UnknownAccount(KeyError):
    """No account has this id."""

    def __str__(self) -> str:
        """The message as it is, and not as the `repr` of a key."""
        return str(self.args[0])


class Accounts(Mapping[str | int, dict[str, Any]]):
    """Fact documents by id, in the order of the file. A document is copied when it is first asked for."""

    def __init__(self, documents: Mapping[str | int, dict[str, Any]], source: str) -> None:
        self._documents = documents
        self._source = source
        self._copies: dict[str | int, dict[str, Any]] = {}

    def copy(self) -> Accounts:
        """The same accounts, untouched by what a test has done to these."""
        return Accounts(self._documents, self._source)

    def __getitem__(self, identity: str | int) -> dict[str, Any]:
        """The document of an account. Raises `UnknownAccount`, a `KeyError`, with the nearest ids."""
        if identity not in self._copies:
            if identity not in self._documents:
                raise UnknownAccount(self._unknown(identity))
            self._copies[identity] = deepcopy(self._documents[identity])
        return self._copies[identity]

    def __iter__(self) -> Iterator[str | int]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)

    def __repr__(self) -> str:
        return f"<{len(self)} accounts of {self._source}>"

    def _unknown(self, identity: object) -> str:
        known = {str(each): each for each in self._documents}
        near = [repr(known[each]) for each in nearest(str(identity), known, count=3)]
        rest = ", …" if len(self) > 5 else ""
        hint = (
            f"did you mean {' or '.join(near)}?"
            if near
            else f"there is {', '.join(map(repr, [*self][:5]))}{rest}"
        )
        return visible(f"no account {identity!r} in {self._source}: {hint}")


def names_of(identities: Iterable[str | int]) -> list[str]:
    """A name for each account: its id where that is safe, otherwise what is safe of it and a short digest."""
    every = list(identities)
    plain = [_UNSAFE.sub("-", str(each)).strip("-.") for each in every]
    often = Counter(each.casefold() for each in plain)
    return [
        name if name == str(each) and often[name.casefold()] == 1 and len(name) <= _LONGEST_NAME else _digested(name, each)
        for name, each in zip(plain, every, strict=True)
    ]  # fmt: skip


def _digested(name: str, identity: str | int) -> str:
    """With the kind of the id in the digest: 1 and "1" are two accounts."""
    digest = sha256(repr(identity).encode("utf-8", "backslashreplace")).hexdigest()[:8]
    return f"{name[:_LONGEST_NAME]}-{digest}".lstrip("-")
