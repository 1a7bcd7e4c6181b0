"""Lines of generated Python with indentation, and pieces of expressions with what is known of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from attrs import define, field, frozen


@frozen(slots=True)
class Code:
    """A piece of Python: its text, whether it can be NA, whether it may be repeated (a name or a constant), and whether
    it is an int when it is not NA.
    """

    text: str
    na: bool = False
    atom: bool = False
    whole: bool = False


def tuple_of(texts: Iterable[str]) -> str:
    """The Python of a tuple, also of none: a version between two others may have a scorecard without members."""
    return f"({', '.join(texts)},)".replace("(,)", "()")


@define(slots=True)
class Writer:
    """Collects lines. `scope` holds what has been computed on the way to the current block, by key."""

    lines: list[str] = field(factory=list)
    depth: int = 1
    scopes: list[dict[object, Code]] = field(factory=lambda: [{}])

    def line(self, text: str) -> None:
        """Write one line."""
        self.lines.append("    " * self.depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Write `head:` and indent what follows; a block that stays empty gets `pass`."""
        self.line(head + ":")
        self.depth += 1
        self.scopes.append({})
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.line("pass")
        self.scopes.pop()
        self.depth -= 1

    @contextmanager
    def trial(self) -> Iterator[list[str]]:
        """Collect the lines written inside without keeping them."""
        kept, self.lines = self.lines, []
        self.scopes.append({})
        try:
            yield self.lines
        finally:
            self.lines = kept
            self.scopes.pop()

    def known(self, key: object) -> Code | None:
        """What has been computed for `key` on the way here."""
        for scope in reversed(self.scopes):
            if key in scope:
                return scope[key]
        return None

    def remember(self, key: object, code: Code) -> Code:
        """Keep a computed value for the rest of the current block."""
        self.scopes[-1][key] = code
        return code
