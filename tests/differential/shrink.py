"""Make a ruleset and a document that show a difference as small as they can be and still show it.

In: files, a document and a question that says whether they still show it. Out: smaller ones. Nothing is
random: parts are left out one after the other, and expressions are replaced by what is within them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from attrs import evolve, fields

from ruleengine.syntax import tree
from tests.differential.pairs import Files

Question = Callable[[Files, dict[str, Any]], bool]


def shrink(
    files: Files, document: dict[str, Any], shows: Question, tries: int = 600
) -> tuple[Files, dict[str, Any]]:
    """The smallest pair found within a number of tries."""
    left = tries
    progress = True
    while progress and left > 0:
        progress = False
        for smaller in _smaller_pairs(files, document):
            left -= 1
            if shows(*smaller):
                files, document = smaller
                progress = True
                break
            if left <= 0:
                break
    return files, document


def _smaller_pairs(files: Files, document: dict[str, Any]) -> Iterator[tuple[Files, dict[str, Any]]]:
    for at in reversed(range(len(files))):
        for file in smaller_nodes(files[at]):
            yield (*files[:at], file, *files[at + 1 :]), document
    for smaller in _smaller_values(document):
        yield files, smaller


def smaller_nodes(node: Any) -> Iterator[Any]:
    """A node with something left out, the greatest pieces first."""
    for attribute in fields(type(node)):
        inner = getattr(node, attribute.name)
        if isinstance(inner, tuple):
            for at in reversed(range(len(inner))):
                yield evolve(node, **{attribute.name: inner[:at] + inner[at + 1 :]})
            for at, each in enumerate(inner):
                if isinstance(each, tree.Node):
                    for smaller in _replacements(each):
                        yield evolve(node, **{attribute.name: (*inner[:at], smaller, *inner[at + 1 :])})
        elif isinstance(inner, tree.Node):
            if attribute.name in ("because", "where", "otherwise", "stale", "expired"):
                yield evolve(node, **{attribute.name: None})
            for smaller in _replacements(inner):
                yield evolve(node, **{attribute.name: smaller})


def _replacements(node: tree.Node) -> Iterator[Any]:
    """What may stand in the place of a node: an expression within it, or itself with less."""
    if isinstance(node, tree.Expression):
        for attribute in fields(type(node)):
            inner = getattr(node, attribute.name)
            for each in inner if isinstance(inner, tuple) else (inner,):
                if isinstance(each, tree.Expression):
                    yield each
    yield from smaller_nodes(node)


def _smaller_values(value: Any) -> Iterator[Any]:
    """A document with something left out."""
    if isinstance(value, dict):
        for key in value:
            yield {name: each for name, each in value.items() if name != key or name == "id"}
            for smaller in _smaller_values(value[key]):
                yield {**value, key: smaller}
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield value[:at] + value[at + 1 :]
            for smaller in _smaller_values(each):
                yield [*value[:at], smaller, *value[at + 1 :]]
