"""The accounts of a fact file as tests use them, and the names of the tests that run once for each.

In: documents by id. Out: `Accounts`, of which each test has a copy of its own, and one name for each account.
Guaranteed: names are safe in the name of a file on every system, differ also where capitals do not count, and are the same
in every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from ruleengine.casebook.file_names import FileNames
from ruleengine.diagnostics import nearest
from ruleengine.diagnostics.visible import visible

#: pytest shows the line of the test, and not how this is made.
__tracebackhide__ = True


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
    """A name for the test of each account, by which its snapshots are called too."""
    names = FileNames(ending="")
    return [names.name_for(each) for each in identities]
