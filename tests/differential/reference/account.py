"""One account under one ruleset: everything that was evaluated once, by declaration.

Out: `evaluate`, the result of one evaluation as a JSON object.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from ruleengine.syntax import tree
from tests.differential.reference import (
    cards,
    checklists,
    earlier,
    expressions,
    matrices,
    measures,
    results,
    triggers,
)
from tests.differential.reference.facts import FactReader
from tests.differential.reference.modules import (
    Module,
    load_module,
    load_schema,
)
from tests.differential.reference.states import Child, Lazy, Scope, State
from tests.differential.reference.values import MISSING, NA, to_json


class Account:
    """The facts of one account, and what is known about it so far."""

    def __init__(self, root: Module, schema: dict[str, Any], as_of: date, facts: Any) -> None:
        self.zone = root.zone
        self.schema = schema
        self.facts = FactReader(schema, root.zone).read(facts)
        self.as_of = as_of
        self.earlier: Any = None
        shown = {name: root.find(name) for name in (*root.imports, *root.declarations)}
        self._names = {id(found[1]): name for name, found in shown.items() if found}
        self._found: dict[tuple[str, int], Any] = {}
        self._kept: list[Any] = []
        self._problems: dict[tuple[str, int], str] = {}

    def _once(self, kind: str, owner: Any, find: Callable[[], Any]) -> Any:
        key = (kind, id(owner))
        if key not in self._found:
            self._kept.append(owner)
            self._found[key] = find()
        return self._found[key]

    def name_of(self, module: Module, declared: tree.Declaration) -> str:
        """What a result calls a declaration."""
        return self._names.get(id(declared), f"{module.name}.{declared.name}")

    def declared(self, module: Module, declared: tree.Declaration) -> Any:
        """The value or the state of a declaration."""
        scope = Scope(self, module)
        if isinstance(declared, tree.Measure):
            return self._once("measure", declared, lambda: measures.measure(declared, scope))
        if isinstance(declared, tree.Criterion):
            return self._once("measure", declared, lambda: checklists.criterion(declared, scope))
        if isinstance(declared, tree.Matrix):
            return self._once("matrix", declared, lambda: matrices.matrix(declared, scope))
        if isinstance(declared, tree.Trigger):
            return self._once("trigger", declared, lambda: triggers.signal(declared, scope))
        if isinstance(declared, tree.Scorecard):
            return self._once("card", declared, lambda: self.block(cards.Block(module, declared)))
        expression = declared.condition if isinstance(declared, tree.Segment) else declared.value  # type: ignore[attr-defined]  # only lets, outputs and segments are left
        return self._once("value", declared, lambda: expressions.evaluate(expression, scope))

    def block(self, block: cards.Block) -> State:
        """The state of a scorecard or a group."""
        state: State = self._once("block", block, lambda: cards.evaluate_block(block, self))
        return state

    def past(self, name: str, scope: Scope) -> Any:
        """A measure as it would be without its freshness."""
        found = scope.module.find(name)
        assert found is not None
        module, declared = found
        if not isinstance(declared, tree.Measure):
            return self.declared(module, declared)
        return self._once(
            "past", declared, lambda: measures.measure(declared, Scope(self, module), past=True)
        )

    def lazily(self, let: Lazy) -> Any:
        """The value of a local `let`."""
        return self._once("let", let, lambda: expressions.evaluate(let.expression, let.scope))

    def node_of(self, owner: State | Child) -> dict[str, Any]:
        """The node of a group or a leaf in the scorecard that it stands in."""
        for (kind, _), card in list(self._found.items()):
            if kind == "card":
                for child, node in results.nodes_of(card):
                    if child is owner or (child.is_group and child.state is owner):
                        return node
        raise LookupError("a node outside of any scorecard")

    def report(self, code: str, owner: Any) -> None:
        """Note a problem, once a place."""
        self._kept.append(owner)
        self._problems[code, id(owner)] = code

    def problems(self) -> list[str]:
        """The codes of all problems."""
        return sorted(self._problems.values())


def evaluate(
    ruleset_path: Path, facts: dict[str, Any], as_of: date, rulesets: Path, schemas: Path, before: Any = None
) -> dict[str, Any]:
    """Evaluate one document under the ruleset in a file; `before` is the earlier result of the account."""
    root = load_module(ruleset_path, rulesets)
    return evaluate_module(root, facts, as_of, load_schema(root, schemas), before)


def evaluate_module(
    root: Module, facts: Any, as_of: date, schema: dict[str, Any], before: Any = None
) -> dict[str, Any]:
    """The same for a ruleset and a schema that are read already."""
    account = Account(root, schema, as_of, facts)
    if before is not None and earlier.usable(before, earlier.identity(facts, schema), as_of):
        account.earlier = before
    elif before is not None:
        account.report(earlier.LEFT_ASIDE, before)
    scope = Scope(account, root)
    result: dict[str, Any] = {name: {} for name in ("scorecards", "measures", "matrices", "outputs")}
    result |= {"segments": [], "triggers": []}
    for name, (module, declared) in root.shown.items():
        if isinstance(declared, tree.Measure | tree.Criterion):
            state = account.declared(module, declared)
            _report_state(account, state)
            result["measures"][name] = results.measure_result(state, Scope(account, module))
        elif isinstance(declared, tree.Scorecard):
            state = account.declared(module, declared)
            _report_state(account, state)
            result["scorecards"][name] = results.card_result(state, declared, Scope(account, module))
        elif isinstance(declared, tree.Matrix):
            standing = account.declared(module, declared)
            _report_na(account, standing.cell, declared)
            result["matrices"][name] = matrices.result(standing)
        elif isinstance(declared, tree.Trigger):
            signal = account.declared(module, declared)
            if signal.fires is True:
                result["triggers"].append(triggers.result(signal, name))
        elif isinstance(declared, tree.Segment) and account.declared(module, declared) is True:
            result["segments"].append(name)
        elif isinstance(declared, tree.Output):
            value = account.declared(module, declared)
            _report_na(account, value, declared)
            result["outputs"][name] = to_json(value)
    _check(root, scope)
    return {**result, "assumptions": _assumptions(root, scope), "problems": account.problems()}


def _report_state(account: Account, state: State) -> None:
    for each in (state.computed_na, state.na):
        _report_na(account, each, state)
    for child in state.children:
        if child.is_group:
            _report_state(account, child.state)


def _report_na(account: Account, value: Any, owner: Any) -> None:
    if isinstance(value, NA) and value.code:
        account.report(value.code, owner)


def _assumptions(root: Module, scope: Scope) -> list[dict[str, Any]]:
    """What is assumed of this account."""
    found = []
    own = [(root, path) for path in root.assumptions]
    for module, path in dict.fromkeys([*own, *root.read_paths]):
        if path not in module.assumptions:
            continue
        fact = scope.account.facts
        for name in path:
            fact = fact if isinstance(fact, NA) else fact[name]
        if fact == MISSING:
            shown = to_json(expressions.evaluate(module.assumptions[path], Scope(scope.account, module)))
            found.append({"path": ".".join(path), "value": shown})
    return found


def _check(root: Module, scope: Scope) -> None:
    """Declared problems and invariants."""
    for item in root.file.items:
        if isinstance(item, tree.Problem) and expressions.evaluate(item.condition, scope) is True:
            scope.account.report("RE507", item)
        violated = not item.always if isinstance(item, tree.Invariant) else None
        if isinstance(item, tree.Invariant) and expressions.evaluate(item.condition, scope) is violated:
            scope.account.report("RE508", item)
