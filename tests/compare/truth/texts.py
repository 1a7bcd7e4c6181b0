"""Rulesets as text, and places in it that can be altered independently of one another.

In: texts of files by path. Out: the texts with some edits made. Guaranteed: edits that are apart can be made in any
combination, and what they write does not depend on the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

Texts = Mapping[str, str]


@frozen
class Replacement:
    """A stretch of a text, `start` included and `end` excluded, and what is written instead."""

    start: int
    end: int
    text: str


@frozen
class TextEdit:
    """One change of a text, made in one place or in several. `unit` is the statement in which the first of them stands."""

    file: str
    kind: str
    unit: tuple[int, int]
    replacements: tuple[Replacement, ...]

    def told(self, texts: Texts) -> str:
        """The edit in a line, for who looks for a fault."""
        text = texts[self.file]
        parts = (f"{text[each.start : each.end]!r} → {each.text!r}" for each in self.replacements)
        line = text.count("\n", 0, self.replacements[0].start) + 1
        return f"{self.kind} in {self.file}:{line}: {', '.join(parts)}"


def apart(one: TextEdit, other: TextEdit) -> bool:
    """Whether two edits alter different places."""
    if one.file != other.file:
        return True
    return all(
        mine.end < theirs.start or theirs.end < mine.start
        for mine in one.replacements
        for theirs in other.replacements
    )


def edited(texts: Texts, edits: Iterable[TextEdit]) -> dict[str, str]:
    """The texts with these edits made."""
    found = dict(texts)
    by_file: dict[str, list[Replacement]] = {}
    for edit in edits:
        by_file.setdefault(edit.file, []).extend(edit.replacements)
    for file, replacements in by_file.items():
        text = found[file]
        for each in sorted(replacements, key=lambda each: each.start, reverse=True):
            text = text[: each.start] + each.text + text[each.end :]
        found[file] = text
    return found
