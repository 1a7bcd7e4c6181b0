"""Names of files for accounts: an id in, the name of a file out that is readable, and safe on every system.

Guaranteed: a name holds letters, digits and a few harmless signs, everything else as `%2F`; it leads nowhere, is no name
that a system keeps for itself, and two ids never share a file, not on a system to which `Ann` and `ann` are one name either.
"""

from __future__ import annotations

import hashlib
import re
from itertools import count
from urllib.parse import quote

from attrs import define, field

#: Signs that mean nothing in a name, on any system.
_HARMLESS = " ()+,=@"
_LONGEST = 100
#: What a name with a digest ends in, and no other name may.
_DIGEST_END = re.compile(r"~[0-9a-f]{12}$", re.IGNORECASE)
#: Names that Windows keeps for devices, whatever follows after a full stop.
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
)

Identity = str | int


@define(slots=True)
class FileNames:
    """Gives names that end in `ending`; `taken` are those that are given already, each folded, with its id."""

    ending: str
    taken: dict[str, Identity] = field(factory=dict)

    def take(self, identity: Identity, name: str) -> None:
        """Keep a name that an account has already."""
        self.taken[name.casefold()] = identity

    def name_for(self, identity: Identity) -> str:
        """The name of an account's file: its id, with a digest where that alone would not do."""
        stem = _stem(str(identity))
        name = f"{stem}{self.ending}"
        unfit = len(stem) > _LONGEST or _DIGEST_END.search(stem) is not None
        attempts = count()
        while unfit or self._of_another(identity, name):
            name = f"{stem[:_LONGEST]}~{_digest(identity, next(attempts))}{self.ending}"
            unfit = False
        self.take(identity, name)
        return name

    def _of_another(self, identity: Identity, name: str) -> bool:
        other = self.taken.get(name.casefold(), identity)
        return type(other) is not type(identity) or other != identity


def _stem(text: str) -> str:
    stem = quote(text, safe=_HARMLESS, errors="backslashreplace")
    if stem.startswith((".", " ")) or stem.partition(".")[0].rstrip(" ").casefold() in _DEVICES:
        stem = f"%{ord(stem[0]):02X}{stem[1:]}"
    return stem


def _digest(identity: Identity, attempt: int) -> str:
    text = f"{type(identity).__name__} {identity}{f' {attempt}' if attempt else ''}"
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:12]
