"""Which edit of the text is which edit of a comparison.

In: a laboratory. Out: classes of edits of the text, each with the names of what a comparison calls it. Edits of the text that
only together are what a comparison names are one class; so are two that it takes for one.
"""

from __future__ import annotations

from itertools import combinations

from attrs import frozen

from ruleengine import RulesetError
from tests.compare.truth.laboratory import Chosen, Laboratory


@frozen
class Class:
    """Edits of the text that are made together, and their names."""

    members: Chosen
    ids: frozenset[str]


def classes_of(laboratory: Laboratory) -> list[Class]:
    """The classes of all edits. Raises `RulesetError` where some combination is no ruleset."""
    groups = [
        Class(frozenset([each]), laboratory.ids(frozenset([each]))) for each in range(len(laboratory.edits))
    ]
    while True:
        fused = _two_that_are_one(laboratory, groups)
        if fused is None:
            return groups
        one, other = fused
        members = one.members | other.members
        groups = [each for each in groups if each not in fused] + [Class(members, laboratory.ids(members))]


def _two_that_are_one(laboratory: Laboratory, groups: list[Class]) -> tuple[Class, Class] | None:
    for one, other in combinations(groups, 2):
        both = laboratory.ids(one.members | other.members)
        if one.ids & other.ids or both != one.ids | other.ids:
            return one, other
    return None


def subsets(number: int) -> list[Chosen]:
    """All sets of so many things."""
    return [frozenset(chosen) for size in range(number + 1) for chosen in combinations(range(number), size)]


def loads(laboratory: Laboratory) -> bool:
    """Whether every combination of the edits of the text is a ruleset."""
    try:
        for chosen in subsets(len(laboratory.edits)):
            laboratory.loaded(chosen)
    except RulesetError:
        return False
    return True
