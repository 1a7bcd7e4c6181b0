"""Nodes of checklists: criteria that are answered yes, no or not at all."""

from __future__ import annotations

from attrs import frozen

from ruleengine.syntax.expression_nodes import Expression, Word
from ruleengine.syntax.item_nodes import Accept, Declaration, Property
from ruleengine.syntax.measure_nodes import BandsUse


@frozen(slots=True, eq=False, repr=False)
class Criterion(Declaration):
    """`red cancelling "They told us that they cancel" when … unless …`; `unless` names criteria that count instead."""

    band: Word
    title: str | None
    condition: Expression
    unless: tuple[Word, ...] = ()


ChecklistStatement = Property | BandsUse | Accept | Criterion


@frozen(slots=True, eq=False, repr=False)
class Checklist(Declaration):
    """`checklist criteria "Triage criteria" { … }`."""

    title: str | None
    statements: tuple[ChecklistStatement, ...]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria alone, in order."""
        return tuple(statement for statement in self.statements if isinstance(statement, Criterion))
