"""Other ways to write the same text: line ends and comments wherever the language allows them.

In: a text, and a source of chance. Out: a text that means the same, and the comments that it holds. Line
ends go where a statement surely continues: after an opening bracket or a comma, before a closing bracket,
before a joining word or `+ * /`, and anywhere within parentheses. What separates statements becomes a line
end, `;` or several.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from attrs import define, field
from hypothesis import strategies as st

_TOKEN = re.compile(
    r"""(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})?)?)|(?P<text>"(?:[^"\\\n]|\\.)*")|(?P<name>\.?`[^`\n]*`)|(?P<end>\n)|(?P<separator>;)
      |(?P<blank>[^\S\n]+)|(?P<word>\.?[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)|(?P<sign>\.\.<?|[<>!]=|.)""",
    re.VERBOSE,
)
_JOINING = frozenset(
    (
        "where",
        "by",
        "and",
        "or",
        "then",
        "else",
        "because",
        "never",
        "always",
        "except",
        "default",
        "unless",
        "+",
        "*",
        "/",
    )
)
_COMMENTS = ("#", "# a comment", "#no blank", '# "quoted" { ( [ ; `', "# ünïcode …", "# when red")

Chance = Callable[[int], int]


@define(slots=True)
class _Layout:
    """The text as it grows; `chance(n)` is a number below `n`, most often 0."""

    chance: Chance
    comments: list[str] = field(factory=list)
    written: list[str] = field(factory=list)
    brackets: list[str] = field(factory=list)

    def comment(self) -> str:
        comment = f"{_COMMENTS[self.chance(len(_COMMENTS))]} {len(self.comments)}"
        self.comments.append(comment)
        return comment

    def line_end(self) -> None:
        """A line end, perhaps with a comment before it, perhaps with comments and empty lines after it."""
        if self.chance(4) == 1:
            self.written.append(" " * self.chance(3) + self.comment())
        self.written.append("\n")
        while self.chance(5) == 1:
            self.written.append(self.comment() if self.chance(2) else "")
            self.written.append("\n")
        self.written.append(" " * self.chance(5))

    def perhaps_line_end(self) -> None:
        if self.chance(5) == 1:
            self.line_end()

    def separator(self, may_be_sign: bool) -> None:
        if may_be_sign and self.chance(4) == 1:
            self.written.append(" ; ")
        else:
            self.line_end()

    def token(self, token: str, previous: str, following: str) -> None:
        if token in (")", "]", "}") and self.brackets:
            self.brackets.pop()
        inside = bool(self.brackets) and self.brackets[-1] in "(["
        if token in _JOINING or token in (")", "]", "}") or previous == "," or inside:
            self.perhaps_line_end()
        self.written.append(token)
        if token in ("(", "[", "{"):
            self.brackets.append(token)
            if following != "\n":
                self.perhaps_line_end()


_PERIOD = re.compile(r"\bthis (?:fiscal )?(?:week|month|quarter|year) or (?:last|next)\b")


def places_for_line_ends(line: str) -> list[str]:
    """The words and signs of a line before which it could have ended; a period of the calendar stays together."""
    line = _PERIOD.sub("period", line)
    tokens = [match.group() for match in _TOKEN.finditer(line) if match.lastgroup != "blank"]
    return [token for before, token in pairwise(tokens) if token in _JOINING or before == ","]


def relaid(text: str, chance: Chance) -> tuple[str, list[str]]:
    """`text` laid out by chance, and its comments in order. `text` itself has no comments."""
    layout = _Layout(chance)
    found = [(match.lastgroup, match.group()) for match in _TOKEN.finditer(text)]
    solid = [(kind, token) for kind, token in found if kind != "blank"]
    position = 0
    for kind, token in found:
        if kind == "blank":
            layout.written.append(token)
            continue
        previous = solid[position - 1][1] if position else "\n"
        following = solid[position + 1][1] if position + 1 < len(solid) else "\n"
        position += 1
        if kind == "end":
            _end(layout, previous, following)
        elif kind == "separator":
            layout.separator(may_be_sign=True)
        else:
            layout.token(token, previous, following)
    return "".join(layout.written), layout.comments


def _end(layout: _Layout, previous: str, following: str) -> None:
    """A line end of the text: between statements of a block it may as well be `;`."""
    between = bool(layout.brackets) and layout.brackets[-1] == "{" and previous not in ("{", "\n", ",")
    layout.separator(may_be_sign=between and following not in ("}", "\n", "`") and following not in _JOINING)


def chances() -> st.SearchStrategy[Chance]:
    """Sources of chance that shrink towards no line ends and no comments."""

    def build(numbers: Sequence[int]) -> Chance:
        waiting = iter(numbers)
        return lambda below: next(waiting, 0) % below

    return st.lists(st.integers(0, 59), max_size=400).map(build)
