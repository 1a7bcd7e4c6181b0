"""The comments of a file, handed out in order while its nodes are printed, and the empty lines of the author.

In: a file and its source. Out: for each place, the comments before it that nobody has taken yet.
INVARIANT: every comment is handed out once, in the order of the source, whatever is asked for.
"""

from __future__ import annotations

from attrs import define, field

from ruleengine.source import Source
from ruleengine.syntax import tree as t
from ruleengine.syntax.formatting.document import Remark


@define(slots=True)
class Remarks:
    """The comments that have not been printed yet."""

    source: Source
    comments: tuple[t.Comment, ...]
    position: int = field(default=0, init=False)

    def take_before(self, offset: int) -> tuple[Remark, ...]:
        """All comments that begin before `offset`."""
        taken = []
        while (comment := self._next()) is not None and comment.span.start < offset:
            taken.append(self._take(comment))
        return tuple(taken)

    def take_beside(self, offset: int) -> tuple[Remark, ...]:
        """The next comments before `offset`, as long as none of them stands alone on its line."""
        taken = []
        while (comment := self._next()) is not None and comment.span.start < offset and not comment.alone:
            taken.append(self._take(comment))
        return tuple(taken)

    def any_before(self, offset: int) -> bool:
        """Whether a comment waits that begins before `offset`."""
        comment = self._next()
        return comment is not None and comment.span.start < offset

    def after_blank(self, offset: int) -> bool:
        """Whether the author left an empty line before what begins at `offset`."""
        text, place, ends = self.source.text, offset - 1, 0
        while place >= 0 and text[place].isspace() and ends < 2:
            ends += text[place] == "\n"
            place -= 1
        return ends > 1

    def line_end_between(self, start: int, end: int) -> bool:
        """Whether the author ended a line between two offsets."""
        return "\n" in self.source.text[start:end]

    def _next(self) -> t.Comment | None:
        return self.comments[self.position] if self.position < len(self.comments) else None

    def _take(self, comment: t.Comment) -> Remark:
        self.position += 1
        return Remark(comment.text.rstrip(), comment.alone, self.after_blank(comment.span.start))
