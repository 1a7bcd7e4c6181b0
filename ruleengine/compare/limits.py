"""Caps, floors and overrides of both versions → choices, each a limit that changed, came or went.

In: the limits of a measure or a block in both versions. Out: a part. Limits are the same by kind, band and condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from ruleengine.compare.parts import Part, Whole, either, unique_keys
from ruleengine.compare.slugs import slug
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import meaning_of


@frozen(slots=True, eq=False)
class Pair:
    """A limit as both versions have it; None where one lacks it."""

    old: r.Limit | None
    new: r.Limit | None

    @property
    def either(self) -> r.Limit:
        """The limit as the new version has it, or else the old."""
        found = self.new if self.new is not None else self.old
        assert found is not None
        return found

    @property
    def differs(self) -> bool:
        """Whether the limit is not the same in both."""
        return self.old is None or self.new is None or meaning_of(self.old) != meaning_of(self.new)


def limits_part(
    whole: Whole, old: tuple[r.Limit, ...], new: tuple[r.Limit, ...], bands: Sequence[str],
    prefix: str = "", name: str = "limits",
) -> Part | None:  # fmt: skip
    """The limits of a measure or block; nothing where both have the same. `name` is the field that they fill."""
    pairs = _pairs(old, new)
    if pairs is None:
        found = whole.choice(f"{prefix}limits", "limit", old, new)
        return either(found, {name: old}, {name: new})
    changed = [pair for pair in pairs if pair.differs]
    if not changed:
        return None
    wanted = [
        whole.choice(f"{prefix}{_key(pair.either, bands)}", "limit", pair.old, pair.new) for pair in changed
    ]
    choices = unique_keys(wanted)
    keys = {id(pair): found.key for pair, found in zip(changed, choices, strict=True)}

    def fields(chosen: frozenset[str]) -> dict[str, Any]:
        limits = [
            pair.new if id(pair) not in keys or keys[id(pair)] in chosen else pair.old for pair in pairs
        ]
        return {name: tuple(limit for limit in limits if limit is not None)}

    return Part(tuple(choices), fields)


def _key(limit: r.Limit, bands: Sequence[str]) -> str:
    if limit.band is not None:
        return f"{limit.kind}.{bands[limit.band] if limit.band < len(bands) else limit.band}"
    if isinstance(limit.score, e.Constant):
        return f"{limit.kind}.{slug(f'{limit.score.value:g}')}"
    return limit.kind


def _pairs(old: tuple[r.Limit, ...], new: tuple[r.Limit, ...]) -> list[Pair] | None:
    """The limits in pairs, in the order of the new version; None where those of both stand in another order."""
    left = list(old)
    partner: dict[int, r.Limit] = {}
    for test in (_equal, _same_place, _same_kind):
        for limit in new:
            fitting = [each for each in left if id(limit) not in partner and test(each, limit)]
            others = [each for each in new if id(each) not in partner and fitting and test(fitting[0], each)]
            if fitting and (test is _equal or (len(fitting) == 1 and len(others) == 1)):
                partner[id(limit)] = fitting[0]
                left.remove(fitting[0])
    pairs = [Pair(partner.get(id(limit)), limit) for limit in new]
    order = [pair.old for pair in pairs if pair.old is not None and pair.old.kind == "override"]
    if order != [limit for limit in old if limit.kind == "override" and limit not in left]:
        return None
    for limit in left:
        before = old[: old.index(limit)]
        place = max(
            (number + 1 for number, pair in enumerate(pairs) if pair.old is not None and pair.old in before),
            default=0,
        )
        pairs.insert(place, Pair(limit, None))
    return pairs


def _equal(old: r.Limit, new: r.Limit) -> bool:
    return bool(meaning_of(old) == meaning_of(new))


def _same_place(old: r.Limit, new: r.Limit) -> bool:
    """Whether both act under one condition, or make the same of it."""
    if old.kind != new.kind:
        return False
    same_result = old.band == new.band and meaning_of(old.score) == meaning_of(new.score)
    return bool(same_result or meaning_of(old.condition) == meaning_of(new.condition))


def _same_kind(old: r.Limit, new: r.Limit) -> bool:
    return old.kind == new.kind and (old.band is None) == (new.band is None)
