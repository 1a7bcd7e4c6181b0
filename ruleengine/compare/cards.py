"""Two versions of a scorecard → the choices in which they differ.

In: a scorecard in both versions, or in one. Out: a `Split`. A member is the same by its label, wherever it stands; a
group by its path. Any mixture is a scorecard: where a column of weights does not know a member, that weighs in it what
it weighs without.
"""

from __future__ import annotations

import attrs

from ruleengine.compare.blocks import Blocks
from ruleengine.compare.edits import Split
from ruleengine.compare.parts import Whole, either, same_split, whole_split
from ruleengine.compare.places import Tree
from ruleengine.compare.slugs import BandNames
from ruleengine.compare.things import subject_of
from ruleengine.tree import ruleset as r
from ruleengine.values import added_up


def split_scorecard(
    old: r.Scorecard | None, new: r.Scorecard | None, names: BandNames, needed: bool = True
) -> Split:
    """The choices between two versions of a scorecard; `needed` says that something else tells of one that is new."""
    kept = new if new is not None else old
    assert kept is not None
    key = ("scorecard", kept.name)
    subject = subject_of(key, kept)
    if old is None or new is None:
        if needed:
            return same_split(key, old, new)
        return whole_split(key, old, new, Whole(key, old, new, subject).choice("", "scorecard", old, new))
    whole = Whole(key, old, new, subject)
    was, now = _one_notation(old.block, new.block)
    blocks = Blocks(whole, Tree(was), Tree(now), names)
    whole.parts.append(blocks.part())
    whole.field("grace", "grace", "grace")
    whole.field("borderline", "borderline", "borderline")
    if old.bands != new.bands:
        found = whole.choice("bands", "bands", old.bands or None, new.bands or None)
        whole.parts.append(either(found, {"bands": old.bands}, {"bands": new.bands}))
    return whole.split(_with_bands(whole))


def _with_bands(whole: Whole) -> list[frozenset[str]]:
    """What speaks of bands goes with the set that they belong to."""
    if whole.old.bands == whole.new.bands:
        return []
    keys = {"bands"}
    for part in whole.parts:
        keys |= {each.key for each in part.choices if each.kind in ("limit", "rollup", "missing")}
    return [frozenset(keys)] if len(keys) > 1 else []


# ── weights in percent and in parts ─────────────────────────────────────────────────────────────────────────────────


def _one_notation(old: r.Block, new: r.Block) -> tuple[r.Block, r.Block]:
    """Both blocks, with shares of the whole as weights wherever one writes percentages and the other parts.

    Only where nothing but the shares counts: a sum takes the weights as they are.
    """
    theirs = {child.label: child for child in old.children if isinstance(child, r.Block)}
    pairs = {
        child.label: _one_notation(theirs[child.label], child)
        for child in new.children
        if isinstance(child, r.Block) and child.label in theirs
    }
    shared = old.percent != new.percent and {old.rollup, new.rollup} == {"weighted mean"}
    was = {label: pair[0] for label, pair in pairs.items()}
    now = {label: pair[1] for label, pair in pairs.items()}
    return _with_children(old, was, shared), _with_children(new, now, shared)


def _with_children(block: r.Block, inner: dict[str, r.Block], shared: bool) -> r.Block:
    children = tuple(inner.get(child.label, child) for child in block.children)
    if not shared:
        same = all(one is other for one, other in zip(children, block.children, strict=True))
        return block if same else attrs.evolve(block, children=children)
    shares = _shares(tuple(child.weight for child in children))
    return attrs.evolve(
        block,
        children=tuple(
            attrs.evolve(child, weight=share) for child, share in zip(children, shares, strict=True)
        ),
        columns=tuple(attrs.evolve(column, weights=_shares(column.weights)) for column in block.columns),
        percent=True,
    )


def _shares(weights: tuple[float, ...]) -> tuple[float, ...]:
    total = added_up(weights) or 1.0
    return tuple(weight / total for weight in weights)
