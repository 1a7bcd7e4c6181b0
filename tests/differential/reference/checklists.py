"""Checklists: the state of a criterion, the group of all of them, and how many are answered how."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ruleengine.syntax import tree
from tests.differential.reference import expressions, limits
from tests.differential.reference.modules import Module
from tests.differential.reference.states import Scope, State
from tests.differential.reference.values import NA

ANSWERS = ("yes", "no", "unknown")
NOT_COUNTED = NA("not_applicable")


def criterion(declared: tree.Criterion, scope: Scope) -> State:
    """The state of a criterion: yes has its band, no does not count, and neither does what gives way."""
    checklist = checklist_with(declared, scope.module)
    bands = limits.bands_of(checklist.statements, scope)
    state = State(bands=bands, name=declared.name)
    stricter = {word.name for word in declared.unless}
    others = [each.condition for each in checklist.criteria if each.name in stricter]
    answer: Any = NOT_COUNTED
    if not any(expressions.evaluate(each, scope) is True for each in others):
        answer = expressions.evaluate(declared.condition, scope)
        state.value = None if isinstance(answer, NA) else answer
    if isinstance(answer, NA):
        limits.fail(state, answer)
    elif not answer:
        limits.fail(state, NOT_COUNTED)
    else:
        assert bands is not None
        state.band, state.score = declared.band.name, bands.points[declared.band.name]
        state.points = state.score
    limits.limit(state, (), scope, banded=True)
    return state


def checklist_with(declared: tree.Criterion, module: Module) -> tree.Checklist:
    """The checklist in which a criterion stands."""
    lists = [item for item in module.file.items if isinstance(item, tree.Checklist)]
    return next(each for each in lists if any(found is declared for found in each.statements))


def checklist_of(name: str, module: Module) -> tuple[Module, tree.Checklist] | None:
    """The checklist that a name of a file stands for, with the file in which it stands."""
    found = module.find(name)
    if found is None or not isinstance(found[1], tree.Checklist):
        return None
    return found[0], found[1]


def group_of(line: tree.MemberLine, checklist: tree.Checklist) -> tree.Group:
    """A checklist as the group that it is in a scorecard."""
    members = tuple(tree.MemberLine(each.name, None, span=each.span) for each in checklist.criteria)
    return tree.Group(
        line.name, checklist.title, line.weight, members, span=line.span, name_span=checklist.name_span
    )


def answered(name: str, answer: str, scope: Scope) -> Fraction | None:
    """`criteria.yes`, `criteria.no`, `criteria.unknown`; None when the name is no checklist."""
    found = checklist_of(name, scope.module)
    if found is None or answer not in ANSWERS or name in scope.locals:
        return None
    module, checklist = found
    statuses = [scope.account.declared(module, each).status for each in checklist.criteria]
    yes = sum(status in ("scored", "stale") for status in statuses)
    no = statuses.count("not_applicable")
    return Fraction({"yes": yes, "no": no, "unknown": len(statuses) - yes - no}[answer])
