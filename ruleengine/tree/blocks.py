"""The groups and members of a scorecard, walked through in the order in which they stand.

In: the block of a scorecard or a group. Out: the members with their paths, or the block and the groups in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ruleengine.tree import ruleset as r


def leaves(block: r.Block, above: str = "") -> Iterator[tuple[str, r.Member]]:
    """The members of a card with their paths, through groups."""
    for child in block.children:
        path = f"{above}.{child.label}" if above else child.label
        if isinstance(child, r.Block):
            yield from leaves(child, path)
        else:
            yield path, child


def blocks(block: r.Block) -> Iterator[r.Block]:
    """A card or group, and the groups in it."""
    yield block
    for child in block.children:
        if isinstance(child, r.Block):
            yield from blocks(child)
