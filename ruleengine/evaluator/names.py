"""Python names for the variables of a program, and the text of constants."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable
from typing import Any

from attrs import define, field

_ODD = re.compile(r"\W+", re.ASCII)
#: Names that the text gives to parameters and locals of its own.
_OWN = (
    "amount", "as_of", "conditions", "each", "entry", "facts", "fired", "hits", "holds", "months", "name", "notes", "pending",
    "previous", "probe_case", "probe_found", "problems", "raw", "reached", "result", "score", "text", "texts", "trace",
    "triggers", "unit",
)  # fmt: skip

#: Names are cut here: that of a group holds those of all groups around it.
_LONGEST = 60


@define(slots=True)
class Names:
    """Gives every variable of a program one readable Python name, and keeps the objects that the text refers to."""

    taken: dict[str, str] = field(factory=dict)
    used: set[str] = field(factory=lambda: {*_OWN, *dir(builtins)})
    objects: dict[str, Any] = field(factory=dict)
    by_identity: dict[int, str] = field(factory=dict)
    entries: dict[str, str] = field(factory=dict)
    numbered: dict[str, int] = field(factory=dict)  # stem → the number for the next name that begins with it
    counter: int = 0

    def reserve(self, names: Iterable[str]) -> None:
        """Names by which the text calls what is not the program's: no variable has them, or it would stand in front."""
        self.used.update(names)

    def variable(self, name: str, prefix: str = "") -> str:
        """The Python name of a variable of the program."""
        key = prefix + name
        found = self.taken.get(key)
        if found is None:
            stem = (prefix + _ODD.sub("_", name))[:_LONGEST]
            if keyword.iskeyword(stem) or not stem or stem[0].isdigit():
                stem = f"x_{stem}"
            found = self._fresh(stem)
            self.taken[key] = found
        return found

    def temporary(self, stem: str = "t") -> str:
        """A new local name."""
        return self._fresh(f"{stem}{self._next()}")

    def constant(self, value: Any, stem: str) -> str:
        """The global name of an object that the program refers to; the same object has one name."""
        found = self.by_identity.get(id(value))
        if found is None:
            found = self._fresh(f"{stem.upper()}_{self._next()}")
            self.objects[found] = value
            self.by_identity[id(value)] = found
        return found

    def entry(self, fixed: dict[str, Any]) -> str:
        """The global name of a dictionary to copy: half the time of making one of six entries. Equal ones have one name."""
        key = repr(fixed)
        if key not in self.entries:
            self.entries[key] = self.constant(fixed, "entry")
        return self.entries[key]

    def _next(self) -> int:
        self.counter += 1
        return self.counter

    def _fresh(self, stem: str) -> str:
        name, number = stem, self.numbered.get(stem, 2)
        while name in self.used:
            name, number = f"{stem}_{number}", number + 1
        self.numbered[stem] = number
        self.used.add(name)
        return name
