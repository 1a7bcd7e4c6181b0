"""How a ruleset's cards are made up for one account, read off the syntax tree; conditions are decided by the exact
reference.

In: a ruleset as the reference reads it, one fact document, a date. Out: a `Description`. Guaranteed: knows nothing of
the engine but the parser: no node of the evaluation tree and no line of generated code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from ruleengine.syntax import tree
from tests.differential.compare import slack_of
from tests.differential.reference import cards, evaluate_module, expressions, measures, queries
from tests.differential.reference.account import Account
from tests.differential.reference.earlier import identity, usable
from tests.differential.reference.modules import Module, needed, needed_elsewhere
from tests.differential.reference.rollups import kind_of
from tests.differential.reference.states import Bands, Child, Place, Scope, State
from tests.differential.reference.values import NA
from tests.traces import best
from tests.traces import model as m

#: Queries that leave out an element whose condition is undecided; the others are NA then.
_PASSING_OVER = ("latest", "earliest", "top", "bottom", "first", "list", "list_of", "series_of")


def describe(
    root: Module,
    facts: Any,
    as_of: date,
    schema: dict[str, Any],
    before: Any = None,
) -> m.Description:
    """The description of one account's result under one ruleset."""
    with _counted() as left_out:
        leaves = evaluate_module(root, facts, as_of, schema, before)
    account = Account(root, schema, as_of, facts)
    if before is not None and usable(before, identity(facts, schema), as_of):
        account.earlier = before
    found = {name: root.find(name) for name in (*root.imports, *root.declarations)}
    shown = {name: each for name, each in found.items() if each} | needed_elsewhere(root)
    maker = _Maker(account)
    with _counted() as more:
        _ask_all_lets(root, account)
        described_cards, described_measures = {}, {}
        for name, (module, declared) in shown.items():
            if isinstance(declared, tree.Scorecard):
                described_cards[name] = maker.card(module, declared)
            elif isinstance(declared, tree.Measure | tree.Criterion):
                described_measures[name] = maker.measure(module, declared)
    left_out = {line: [*left_out.get(line, ()), *more.get(line, ())] for line in {**left_out, **more}}
    files = _files(root)
    return m.Description(
        cards=described_cards,
        measures=described_measures,
        leaves=leaves,
        facts=facts,
        lines={name: _lines(declared, files) for name, (_, declared) in shown.items()},
        files=files,
        left_out={line: tuple(counts) for line, counts in left_out.items()},
        slack=slack_of([facts, before]),
    )


@contextmanager
def _counted() -> Iterator[dict[int, list[int]]]:
    """Counts, by line, the elements that each query of the reference leaves out because its condition is undecided."""
    found: dict[int, list[int]] = {}
    plain = queries.query

    def counting(node: tree.Query, scope: Scope) -> Any:
        items = expressions.evaluate(node.source, scope)
        if not isinstance(items, NA) and node.kind in _PASSING_OVER:
            undecided = 0
            for item in items:
                test, unknown = _tested(node, scope.having(**{node.variable: item}))
                undecided += unknown
                if node.kind == "first" and test is True:
                    break
            found.setdefault(node.span.line, []).append(undecided)
        return plain(node, scope)

    vars(queries)["query"] = counting
    try:
        yield found
    finally:
        vars(queries)["query"] = plain


def _ask_all_lets(root: Module, account: Account) -> None:
    """Evaluate every `let`, also one that nothing but a text rests on: the engine works out those of a measure in any
    case."""
    for module, item in needed(root):
        if isinstance(item, tree.Let):
            account.declared(module, item)
        elif isinstance(item, tree.Measure):
            scope = Scope(account, module).with_lets(item.statements)
            for each in item.statements:
                if isinstance(each, tree.Value):
                    value = expressions.evaluate(each.value, scope)
                    scope = Scope(account, module).having(value=value).with_lets(item.statements)
            for each in item.statements:
                if isinstance(each, tree.Let):
                    account.lazily(scope.locals[each.name])


def _tested(node: tree.Query, scope: Scope) -> tuple[Any, bool]:
    """Whether an element is chosen, and whether it is left out because something is not known."""
    test = expressions.decide(node.where, scope)
    if isinstance(test, NA):
        return test, True
    asked = [each for each in (node.by, node.projection) if each is not None and node.kind == "series_of"]
    return test, test is True and any(isinstance(expressions.evaluate(each, scope), NA) for each in asked)


def _files(root: Module) -> dict[str, tuple[str, ...]]:
    """The lines of every file that takes part, by the path under which it was parsed."""
    paths = {item.span.path for module, item in needed(root)} | {root.file.span.path}
    return {path: tuple(Path(path).read_text(encoding="utf-8-sig").split("\n")) for path in sorted(paths)}


def _lines(declared: tree.Node, files: Mapping[str, tuple[str, ...]]) -> tuple[int, int]:
    text = "\n".join(files[declared.span.path])
    return declared.span.line, declared.span.line + text[declared.span.start : declared.span.end].count("\n")


def _number(value: Any) -> float | None:
    return None if value is None or isinstance(value, NA) else float(value)


def bands_of(bands: Bands | None) -> m.Bands | None:
    """A band set with plain numbers."""
    if bands is None:
        return None
    intervals = tuple(
        None
        if each is None
        else m.Interval(_number(each[1][0]), _number(each[1][1]), each[0].low_open, each[0].high_open)
        for each in bands.intervals
    )
    return m.Bands(bands.names, intervals, {name: _number(points) for name, points in bands.points.items()})


class _Maker:
    def __init__(self, account: Account) -> None:
        self.account = account

    def card(self, module: Module, declared: tree.Declaration) -> m.Block:
        """A scorecard with all its groups."""
        assert isinstance(declared, tree.Scorecard)
        return self._block(cards.Block(module, declared))

    def _block(self, block: cards.Block) -> m.Block:
        scope = Scope(self.account, block.module, block=block)
        state = self.account.block(block)
        rollups, formulas = block.all(tree.Rollup), block.all(tree.ScoreFormula)
        rising = best.rising(state.bands)
        _ask_limits(block.declared.statements, scope)
        places: dict[str, Any] = {child.name: Place({}, child) for child in state.children}
        return m.Block(
            kind=kind_of(rollups, formulas),
            children=tuple(self._child(each, block, scope, rising) for each in state.children),
            bands=bands_of(state.bands),
            counted=rollups[0].band.name if rollups and rollups[0].band else None,
            formula=_number(expressions.evaluate(formulas[0].value, scope.having(**places)))
            if formulas
            else None,
            flat=any(each.policy == "redistribute flat" for each in block.all(tree.Missing)),
            require=tuple(_requirements(block)),
            rounding=next(((each.digits, each.mode or "half_up") for each in block.all(tree.Round)), None),
            limits=tuple(_limit(each, scope) for each in state.held),
            override=_limit(state.override, scope) if state.override else None,
            reach=next(
                (_number(expressions.evaluate(each.distance, scope)) for each in block.all(tree.Borderline)),
                None,
            ),
            rising=rising,
        )

    def _child(self, child: Child, block: cards.Block, scope: Scope, rising: bool) -> m.Child:
        given = float(child.given)
        if child.is_group:
            return m.Child(
                child.name, "group", child.name, given, block=self._block(block.groups()[child.name])
            )
        found = (block.home or block.module).find(child.name)
        assert found is not None
        lines = [
            each
            for each in block.declared.statements
            if isinstance(each, tree.MemberLine) and each.name == child.name
        ]
        return m.Child(
            label=child.name,
            kind="card" if isinstance(found[1], tree.Scorecard) else "measure",
            name=self.account.name_of(*found),
            given=given,
            by_band=bool(lines) and lines[0].by_band,
            imputed=_number(child.points) if child.imputed else None,
            best=self._best(found, child.state, rising),
        )

    def _best(self, found: tuple[Module, tree.Declaration], state: State, rising: bool) -> float | None:
        """The best points that a member could have, or its baseline."""
        module, declared = found
        scope = Scope(self.account, module)
        if isinstance(declared, tree.Scorecard | tree.Criterion):
            return best.of_bands(state.bands, None)
        assert isinstance(declared, tree.Measure)
        baselines = [each for each in declared.statements if isinstance(each, tree.Baseline)]
        if baselines:
            return _number(expressions.evaluate(baselines[0].value, scope.with_lets(declared.statements)))
        return best.of_measure(declared, state.bands, rising)

    def measure(self, module: Module, declared: tree.Declaration) -> m.Rated:
        """What acts on a measure."""
        state = self.account.declared(module, declared)
        scope = Scope(self.account, module)
        if isinstance(declared, tree.Criterion):
            return m.Rated(bands_of(state.bands), banded=True)
        assert isinstance(declared, tree.Measure)
        valued = any(isinstance(each, tree.Value) for each in declared.statements)
        if valued:
            scope = scope.having(value=state.value if state.na is None else state.na)
        scope = scope.with_lets(declared.statements)
        _ask_limits(declared.statements, scope)
        limits = tuple(_limit(each, scope) for each in state.held)
        override = _limit(state.override, scope) if state.override else None
        return m.Rated(bands_of(state.bands), measures._is_banded(declared), limits, override)


def _ask_limits(statements: tuple[Any, ...], scope: Scope) -> None:
    """Evaluate what every limit would set, also of those that do not act: the engine works that out in any case."""
    for each in statements:
        if isinstance(each, tree.Limit) and each.score is not None:
            expressions.evaluate(each.score, scope)


def _limit(limit: tree.Limit, scope: Scope) -> m.Limit:
    score = _number(expressions.evaluate(limit.score, scope)) if limit.score is not None else None
    return m.Limit(limit.kind, limit.band.name if limit.band else None, score, limit.because)


def _requirements(block: cards.Block) -> Iterator[tuple[str, float]]:
    for each in block.all(tree.Missing):
        if each.policy == "require all":
            yield "all", 0.0
        elif each.policy == "require":
            yield "count", float(each.number)
        elif each.policy == "coverage":
            yield "coverage", float(Fraction(each.value.digits) / 100)


__all__ = ["bands_of", "describe"]
