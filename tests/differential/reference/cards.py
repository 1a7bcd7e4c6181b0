"""Scorecards: grace → weights → roll-up → rounding → band → caps and floors → override, block by block.

A block is a scorecard or one of its groups; a leaf is a measure or another scorecard in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from ruleengine.syntax import tree
from tests.differential.reference import checklists, expressions, limits, results
from tests.differential.reference.measures import duration
from tests.differential.reference.modules import Module
from tests.differential.reference.rollups import roll_up, share_out
from tests.differential.reference.states import Bands, Child, Scope, State
from tests.differential.reference.values import LACKING, NA, less_numbers, rounded, worst_reason, younger

if TYPE_CHECKING:
    from tests.differential.reference.account import Account

SCORED = ("scored", "stale")


@frozen(eq=False)
class Block:
    """A scorecard or a group with the block around it."""

    module: Module
    declared: tree.Scorecard | tree.Group
    parent: Block | None = None
    children: dict[str, Block] = field(factory=dict)
    home: Module | None = None  # of a checklist: the file in which its criteria stand

    def groups(self) -> dict[str, Block]:
        """The groups that stand directly in this block."""
        for each in self.declared.statements:
            if isinstance(each, tree.Group) and each.name not in self.children:
                self.children[each.name] = Block(self.module, each, self)
            elif isinstance(each, tree.MemberLine) and each.name not in self.children:
                found = checklists.checklist_of(each.name, self.home or self.module)
                if found is not None:
                    group = checklists.group_of(each, found[1])
                    self.children[each.name] = Block(self.module, group, self, home=found[0])
        return self.children

    def outwards(self) -> Iterator[Block]:
        """This block, the one around it, and so on."""
        block: Block | None = self
        while block is not None:
            yield block
            block = block.parent

    def all(self, kind: type) -> list[Any]:
        """The statements of one kind that stand directly in this block."""
        return [each for each in self.declared.statements if isinstance(each, kind)]


def evaluate_block(block: Block, account: Account) -> State:
    """The state of a scorecard or a group, with its children."""
    scope = Scope(account, block.module, block=block)
    state = State(bands_of(block, scope), name=block.declared.name, is_group=block.parent is not None)
    state.children = [_child(each, block, state, scope) for each in block.declared.statements
                      if isinstance(each, tree.MemberLine | tree.Group)]  # fmt: skip
    _weigh(block, state, scope)
    share_out(state, block.all(tree.Rollup), block.all(tree.ScoreFormula))
    score = roll_up(state, block.all(tree.Rollup), block.all(tree.ScoreFormula), scope)
    if any(each.policy == "redistribute flat" for each in block.all(tree.Missing)):
        score = _flat(state)
    state.coverage = _coverage(state)
    score = _required(block, state, score)
    if isinstance(score, NA):
        limits.fail(state, score)
    elif score is not None:
        for each in block.all(tree.Round):
            score = rounded(score, each.digits, each.mode or "half_up")
        limits.rate_score(state, score, scope)
    limits.limit(state, block.declared.statements, scope, banded=True)
    for each in block.all(tree.Borderline):
        near = results.neighbour(state, each, scope)
        state.near = near["band"] if near else None
    return state


def bands_of(block: Block, scope: Scope) -> Bands | None:
    """The band set that a block names, or that the nearest block around it names."""
    for each in block.outwards():
        if each.all(tree.BandsUse):
            return limits.bands_of(each.declared.statements, scope)
    return limits.bands_of(block.declared.statements, scope)


# ── Children ──


def _child(each: tree.MemberLine | tree.Group, block: Block, parent: State, scope: Scope) -> Child:
    given = _given(each.weight)
    if each.name in block.groups():
        state = scope.account.block(block.groups()[each.name])
        return Child(each.name, state, state.status, state.points, state.band, is_group=True, given=given)
    assert isinstance(each, tree.MemberLine)
    found = (block.home or block.module).find(each.name)
    assert found is not None
    state = scope.account.declared(*found)
    points = state.band_points() if each.by_band else state.points
    child = Child(each.name, state, state.status, points, state.band, is_group=False, given=given)
    if any(_in_grace(around, each.name, scope) for around in block.outwards()):
        child.status, child.points, child.band = "grace", None, None
    elif child.status in LACKING:
        _impute(child, found, block, parent, scope)
    return child


def _given(weight: tree.Weight | None) -> Fraction:
    """A weight as written; one where there is none."""
    if weight is None:
        return Fraction(1)
    return Fraction(weight.digits.replace("_", "")) / (100 if weight.percent else 1)


def _in_grace(block: Block, name: str, scope: Scope) -> bool:
    for each in block.all(tree.Grace):
        start = expressions.evaluate(each.start, Scope(scope.account, block.module, block=block))
        if isinstance(start, NA):
            scope.account.report("RE509", each)
        elif younger(expressions.calendar_date(start, scope), duration(each.duration), scope.account.as_of):
            return name not in [word.name for word in each.names]
    return False


def _impute(
    child: Child, found: tuple[Module, tree.Declaration], block: Block, parent: State, scope: Scope
) -> None:
    """What a leaf that lacks data contributes, by its own policy or the nearest one around it."""
    module, declared = found
    own = [each for each in getattr(declared, "statements", ()) if isinstance(each, tree.Missing)]
    measured = isinstance(declared, tree.Measure) and bool(own)
    policies = own if measured else [each for around in block.outwards() for each in around.all(tree.Missing)]
    if not policies or policies[0].policy not in ("impute", "as zero"):
        return
    bands = child.state.bands if measured else parent.bands
    value = policies[0].value
    word = getattr(value, "name", getattr(value, "value", None))
    if bands and word in bands.names:
        child.band, child.points, child.imputed = word, bands.points[word], True
        return
    where = Scope(scope.account, module) if measured else scope
    points = expressions.evaluate(value, where) if value else Fraction(0)
    if not isinstance(points, NA):
        child.points, child.imputed = points, True
        child.band = limits.derive(parent.bands, points, scope) if parent.bands else None


def _weigh(block: Block, state: State, scope: Scope) -> None:
    """Take over the first replacement column of weights that holds."""
    for each in block.all(tree.Weights):
        holds = (
            expressions.named(each.segment.name, scope)
            if each.segment
            else expressions.decide(each.condition, scope)
        )
        if isinstance(holds, NA):
            scope.account.report("RE509", each)
        elif holds:
            for entry in each.entries:
                child = next(found for found in state.children if found.name == entry.name)
                child.given = _given(entry.weight)
            return


# ── Missing policies that concern the whole block ──


def leaves(state: State, weight: Fraction = Fraction(1)) -> Iterator[tuple[Child, Fraction]]:
    """All leaves below a block with their nominal path weights."""
    for child in state.children:
        if child.is_group:
            yield from leaves(child.state, weight * child.weight)
        else:
            yield child, weight * child.weight


def _coverage(state: State) -> Fraction | None:
    expected = [(child, weight) for child, weight in leaves(state)
                if weight > 0 and child.status not in ("not_applicable", "excluded", "grace")]  # fmt: skip
    total = sum((weight for _, weight in expected), Fraction(0))
    scored = sum((weight for child, weight in expected if child.status in SCORED), Fraction(0))
    return scored / total if total else None


def _flat(state: State) -> Fraction | NA:
    """All leaves that count, by their path weights; each is told its share."""
    counting = [(child, weight) for child, weight in leaves(state) if child.points is not None and weight > 0]
    total = sum((weight for _, weight in counting), Fraction(0))
    for child, _ in leaves(state):
        child.flat = Fraction(0)
    for child, weight in counting:
        child.flat = weight / total
    if not counting:
        return worst_reason([child.status for child in state.children])
    return (
        sum((weight * child.points for child, weight in counting if child.points is not None), Fraction(0))
        / total
    )


def _required(block: Block, state: State, score: Fraction | NA | None) -> Fraction | NA | None:
    for each in block.all(tree.Missing):
        statuses = [child.status for child, _ in leaves(state)]
        lacking = [status for status in statuses if status in LACKING]
        if each.policy == "require all" and lacking:
            return worst_reason(lacking)
        if each.policy == "require" and sum(status in SCORED for status in statuses) < each.number:
            return NA("missing")
        if each.policy == "coverage" and state.coverage is not None:
            least = Fraction(each.value.digits) / 100
            if less_numbers(state.coverage, least):
                return NA("missing")
    return score
