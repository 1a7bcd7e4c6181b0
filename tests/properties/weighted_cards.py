"""Random scorecards that are weighted means of weighted means, as text, with a schema and documents for them.

In: hypothesis. Out: trees of groups and measures; `ruleset_text` writes one, with all its plain weights times a
factor; `documents` gives accounts in which any of the eight facts is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

FACTS = tuple(f"fact_{number}" for number in range(8))
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "id": {"type": "string", "x-id": True},
        **{name: {"type": "number", "minimum": 0, "maximum": 100} for name in FACTS},
    },
}
_BANDS = "bands marks {\n  good 60..100 points 80\n  poor 0..<60 points 30\n}\n"


@frozen
class Member:
    """A measure of a card, with the fact that it scores and its weight."""

    fact: str
    weight: float


@frozen
class Group:
    """A group with its weight."""

    weight: float
    members: tuple[Member | Group, ...]


@frozen
class Card:
    """A scorecard: what is in it, and how it treats what is missing."""

    members: tuple[Member | Group, ...]
    missing: str


_weights = st.sampled_from((1, 2, 3, 5, 8, 0.25, 1.5, 12))


def _several(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(inner, min_size=1, max_size=3).map(tuple)


_members = st.recursive(
    st.builds(Member, st.sampled_from(FACTS), _weights),
    lambda inner: st.builds(Group, _weights, _several(inner)),
    max_leaves=8,
)
cards = st.builds(Card, _several(_members), st.sampled_from(("redistribute", "redistribute flat", "as zero")))
documents = st.fixed_dictionaries(
    {"id": st.just("one")}, optional={name: st.integers(0, 1000).map(lambda n: n / 10) for name in FACTS}
)


def ruleset_text(card: Card, factor: float = 1.0) -> str:
    """The ruleset of a card, every weight of it times a factor."""
    names = iter(range(1000))
    measures: list[str] = []

    def lines(members: tuple[Member | Group, ...], indent: str) -> Iterator[str]:
        for member in members:
            number, weight = next(names), f"{member.weight * factor:.10g}"
            if isinstance(member, Group):
                yield f"{indent}group g{number} {weight} {{"
                yield from lines(member.members, indent + "  ")
                yield f"{indent}}}"
            else:
                measures.append(
                    f"measure m{number} {{\n  value {member.fact}\n  rate {{ points value otherwise }}\n}}\n"
                )
                yield f"{indent}m{number} {weight}"

    inner = "\n".join(lines(card.members, "  "))
    header = "ruleset made 1.0.0 { facts made 1 }\n"
    block = f"scorecard total {{\n  bands marks\n  missing {card.missing}\n{inner}\n}}\n"
    return header + _BANDS + "".join(measures) + block


def write(folder: Path, text: str) -> Path:
    """Write a ruleset into a folder of its own, with the schema beside it."""
    schema = folder / "schemas/made/1.schema.json"
    schema.parent.mkdir(parents=True, exist_ok=True)
    schema.write_text(json.dumps(SCHEMA), encoding="utf-8")
    path = folder / "rulesets/made/1.0.0.rules"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
