"""What a program has to compute: everything for a whole result, and for scores alone only what they rest on.

In: a program. Out: `Needs`: the steps that are written, and what of measures and blocks somebody can tell apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from attrs import frozen

from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk
from ruleengine.values import equal


@frozen(slots=True)
class Needs:
    """What has to be computed.

    `reasons`: why a card or group is NA can be told, so it has to be the right reason. `points_only`: the measures of
    which nothing is seen but their points.
    """

    steps: tuple[r.Step, ...]
    reasons: bool = True
    points_only: frozenset[str] = frozenset()

    def ignores(self, child: r.Member | r.Block, block: r.Block) -> bool:
        """Whether a member of a block makes no difference: nothing is ever its weight, and nobody asks for it."""
        if self.reasons or not isinstance(child, r.Member) or block.columns or block.formula is not None:
            return False
        return child.weight == 0 and any(other.weight for other in block.children)


def needs_of_result(program: r.Program) -> Needs:
    """What a whole result needs: everything."""
    return Needs(program.steps)


def needs_of_scores(program: r.Program) -> Needs:
    """What final scores need."""
    nodes = list(walk(program))
    references = [node for node in nodes if isinstance(node, e.Reference)]
    policies = [node for node in nodes if isinstance(node, r.Missing)]
    seen = {reference.name for reference in references if reference.part != "value"}
    if any(each.kind != "measure" for each in references) or any(
        each.policy != "redistribute" for each in policies
    ):
        return Needs(_steps(program, Needs(())))
    by_points = Needs((), reasons=False)
    bands = {each.key: each for each in program.band_sets}
    members = {node.name for node in nodes if isinstance(node, r.Block) for node in _by_band(node)}
    plain = frozenset(
        step.name
        for step in program.steps
        if isinstance(step, r.Measure) and step.name not in seen | members and _has_plain_points(step, bands)
    )
    return Needs(_steps(program, by_points), False, plain)


def _by_band(block: r.Block) -> Iterator[r.Member]:
    """The members of a block that it sees by their bands."""
    whole = block.rollup in ("worst band", "count")
    return (child for child in block.children if isinstance(child, r.Member) and (whole or child.by_band))


def _has_plain_points(measure: r.Measure, bands: dict[str, r.BandSet]) -> bool:
    """Whether points say all about a measure: outcomes are equal just when their points are."""
    if measure.limits or not (measure.rates or measure.as_given):
        return False
    kinds = {type(row.outcome) for block in measure.rates for row in block.rows} - {r.NaOutcome}
    if r.BandOutcome not in kinds and not measure.as_given:
        return not measure.banded_points
    points = [band.points for band in bands[measure.bands].bands]
    known = [each for each in points if each is not None]
    apart = len(known) == len(points) and not any(equal(one, other) for one, other in combinations(known, 2))
    return apart and kinds <= {r.BandOutcome}


def _steps(program: r.Program, needs: Needs) -> tuple[r.Step, ...]:
    """The steps that scorecards and conditions from outside rest on, in their order."""
    asked = set(_names((program.definitions, program.tables), needs))
    kept: list[r.Step] = []
    for step in reversed(program.steps):
        wanted = isinstance(step, r.Scorecard | r.Probe) or (
            isinstance(step, r.Check) and step.kind == "condition"
        )
        if wanted or not asked.isdisjoint(given_by(step)):
            kept.append(step)
            asked.update(_names(step, needs))
    return tuple(reversed(kept))


def given_by(step: r.Step) -> Iterator[str]:
    """The names by which expressions ask for what a step gives."""
    if isinstance(step, r.Let | r.Segment | r.Measure | r.Trigger | r.Matrix | r.Template):
        yield step.name
    if isinstance(step, r.Measure):
        yield from (let.name for let in step.lets)
        yield f"{step.name}.value"
    if isinstance(step, r.Output):
        yield f"output {step.name}"


def _names(node: Any, needs: Needs) -> Iterator[str]:
    """The names that stand somewhere in a part of a program, but for members that make no difference."""
    for found in walk(node):
        if isinstance(found, r.Block):
            yield from (
                child.name
                for child in found.children
                if isinstance(child, r.Member) and not needs.ignores(child, found)
            )
        elif isinstance(found, e.Variable | e.Reference | e.Said):
            yield found.name
        elif isinstance(found, e.Reasons):
            yield found.card
