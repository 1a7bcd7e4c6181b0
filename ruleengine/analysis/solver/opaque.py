"""What of a ruleset cannot be said in terms: one fresh variable for each such expression, and what it may be.

In: an expression of a program. Out: a value of the expression's domain that is NA for the reasons that it may have.
Guaranteed: whatever the expression gives for a valid account, this value can be; expressions that say the same about the same
account are one value, also where two programs share their atoms.
"""

from __future__ import annotations

from typing import Any

from attrs import define, field

from ruleengine.analysis.solver.atoms import Atoms
from ruleengine.analysis.solver.terms import Value
from ruleengine.checker.domains import domain_of
from ruleengine.checker.index import Index
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import WORDING, shape_of
from ruleengine.tree.walk import walk
from ruleengine.values import NA_REASONS

#: What gives NA for no other reason than its parts do, and `missing`.
_HARMLESS = (
    e.Query, e.Fact, e.Attribute, e.Constant, e.Variable, e.Compare, e.Between, e.OneOf, e.Logic, e.Not, e.Default, e.Choose,
    e.Branch, e.IsStatus, e.AsOf, e.ListOf, e.RecordOf, e.CountTrue, e.Within, e.NotAvailable,
)  # fmt: skip
_HARMLESS_CALLS = frozenset(
    {"list contains", "text contains", "count", "sum", "min", "max", "mean", "negative", "days between"}
)
_OTHERS = (
    e.Reference,
    e.Previous,
    e.Said,
    e.Reasons,
    e.IsMeasureStatus,
    e.IsBand,
    e.IsBandThanBand,
    e.CallDefinition,
)

Environment = dict[str, Value]


@define(slots=False, eq=False)
class Unsaid:
    """Fresh variables for expressions of one program."""

    program: r.Program
    index: Index
    atoms: Atoms
    side: int
    names: dict[str, str] = field(factory=dict)
    reasons_of: dict[str, frozenset[str]] = field(factory=dict)
    asked: dict[Any, tuple[e.Expression, Value]] = field(factory=dict)

    def named(self, name: str, meaning: e.Expression) -> None:
        """Remember what a name stands for: two names of one thing are one."""
        self.names[name] = f"#{self.atoms.number_of(self._shape(meaning))}"
        self.reasons_of[name] = self.possible(meaning)

    def opaque(self, node: e.Expression, around: Environment) -> Value:
        """The value of an expression that cannot be said."""
        key = ("opaque", self.key(node, around))
        if key not in self.atoms.known:
            na = self.atoms.flags(sorted(self.possible(node)))
            term = self.atoms.of_domain(domain_of(node, self.index), node.type)
            self.atoms.known[key] = Value(term, na, key)
        found = self.atoms.known[key]
        if not around:
            self.asked[key] = (node, found)
        return found

    def key(self, node: Any, around: Environment) -> Any:
        """What tells an expression apart: the same for what says the same about the same account."""
        free = {found.name for found in walk(node) if isinstance(found, e.Variable) and found.name in around}
        inside = {
            name: f"@{self.atoms.number_of(self.atoms.identity(around[name]))}" for name in sorted(free)
        }
        return self.atoms.number_of(self._shape(node, inside))

    def _shape(self, node: Any, inside: dict[str, str] | None = None) -> Any:
        names = {**self.names, **(inside or {})}
        own = any(isinstance(each, _OTHERS) for each in walk(node))  # of this program alone
        return (shape_of(node, WORDING, names), self.side if own else None, self._calendar())

    def _calendar(self) -> Any:
        return (self.program.zone, self.program.fiscal_month)

    def possible(self, node: Any) -> frozenset[str]:
        """The reasons for which an expression may be NA, for valid accounts."""
        found = {"missing"}
        for each in walk(node):
            if isinstance(each, e.NotAvailable):
                found.add(each.reason)
            elif isinstance(each, _OTHERS):
                return frozenset(NA_REASONS)
            elif isinstance(each, e.Variable):
                found |= self.reasons_of.get(each.name, frozenset())
            elif isinstance(each, e.Call):
                if each.function not in _HARMLESS_CALLS:
                    found.add("invalid")
            elif isinstance(each, e.Expression) and not isinstance(each, _HARMLESS):
                found.add("invalid")
        return frozenset(found)
