"""What the items that a test can reach come to: for each a claim that may, must or cannot hold under a box.

In: an item of the inventory. Out: a claim, or None where cells of facts say nothing of it (the rows of a table that is only
called for elements of lists, reasons for NA).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ruleengine.analysis.may import ANYTHING, FALSE, TRUE, May, Words, truth
from ruleengine.analysis.outcomes import as_band, parts_of
from ruleengine.analysis.run import Run
from ruleengine.analysis.situation import Bound, Open
from ruleengine.evaluator.coverage import CoverageItem, Inventory
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk

Claim = Callable[[Run], May]


def all_of(parts: Sequence[May]) -> May:
    """Whether all hold: decided, as what is undecided does not reach an item."""
    return truth(all(part.holds(True) for part in parts), not all(part.is_surely is True for part in parts))


def claim_of(item: CoverageItem, inventory: Inventory, program: r.Program) -> Claim | None:
    """The claim that an item is reached."""
    node, owner = inventory.nodes[item.id]
    if isinstance(node, r.Segment | r.Check | r.Alternative):
        return of_expression(node.condition, True)
    if isinstance(node, r.Trigger):
        return lambda run: all_of([run.fires(node)])
    if isinstance(node, r.Row) and isinstance(owner, r.Measure):
        return _row(owner, node)
    if isinstance(node, r.Limit) and node.condition is not None:
        return of_expression(node.condition, True)
    if isinstance(node, r.Column) and isinstance(owner, r.Scorecard):
        return _column(owner, node)
    if isinstance(node, r.TableRow) and isinstance(owner, r.Table):
        return _table_row(owner, node, program)
    if item.kind == "cell" and isinstance(owner, r.Matrix) and isinstance(node, tuple):
        return _cell(owner, node)
    if item.kind == "band" and isinstance(owner, r.Measure | r.Scorecard):
        return band_claim(owner, item.name, program)
    return None


def band_claim(owner: r.Measure | r.Scorecard, band: str, program: r.Program) -> Claim:
    """The claim that a measure or a scorecard has a band."""
    names = next(
        [each.name for each in bands.bands] for bands in program.band_sets if bands.key == owner.bands
    )
    position = names.index(band)

    def claim(run: Run) -> May:
        found = run.measure(owner.name) if isinstance(owner, r.Measure) else run.card(owner.name)[""].outcome
        band_of = as_band(found)
        others = bool(found.bands - {position}) or bool(band_of.reasons)
        result = truth(position in found.bands, others)
        if result.is_surely is None and isinstance(owner, r.Measure):
            parts = parts_of(found, {position})
            run.opens.append(Open(("outcome", owner.name), None, tuple(parts)))
        return result

    return claim


def _row(owner: r.Measure, row: r.Row) -> Claim:
    def claim(run: Run) -> May:
        reasons, goes_on = run.gate(owner)
        if not goes_on:
            return FALSE
        known = run.known_value(owner)
        parts = [truth(True, bool(reasons))]
        for block in owner.rates:
            test = TRUE if block.condition is None else run.value(block.condition, known)
            inside = next((place for place, each in enumerate(block.rows) if each is row), None)
            if inside is None:
                parts.append(_not_so(test))
                continue
            parts.append(test)
            parts += [
                _not_so(run.value(each.condition, known))
                for each in block.rows[:inside]
                if each.condition is not None
            ]
            parts += [run.value(row.condition, known)] if row.condition is not None else []
            break
        return all_of(parts)

    return claim


def _not_so(test: May) -> May:
    """Whether a condition fails; an undecided one does not."""
    return truth(test.holds(False), test.holds(True) or bool(test.reasons))


def _column(owner: r.Scorecard, column: r.Column) -> Claim:
    block = next(each for each in walk(owner) if isinstance(each, r.Block) and column in each.columns)

    def claim(run: Run) -> May:
        before = block.columns[: block.columns.index(column)]
        tests = [run.value(each.condition) for each in before]
        later = [truth(not test.is_surely, test.holds(True)) for test in tests]
        return all_of([*later, run.value(column.condition)])

    return claim


def _table_row(table: r.Table, row: r.TableRow, program: r.Program) -> Claim | None:
    calls = [
        node
        for node in walk(program.steps)
        if isinstance(node, e.CallDefinition) and node.instance == table.key
    ]
    place = table.rows.index(row)

    def claim(run: Run) -> May:
        possible = False
        for call in calls:
            if run.keys.of(call) is None:
                return truth(True, True)  # called for elements of a list, or by a definition
            arguments = [run.value(argument) for argument in call.arguments]
            around = {
                name: Bound(value, run.keys.of(argument), run.keys.resolve(argument))
                for name, value, argument in zip(table.parameters, arguments, call.arguments, strict=True)
            }
            parts = [] if row.condition is None else [run.value(row.condition, around)]
            if table.hits == "first":
                before = (each.condition for each in table.rows[:place] if each.condition is not None)
                parts += [_not_so(run.value(condition, around)) for condition in before]
            possible = possible or all_of(parts).holds(True)
        return truth(possible, True)

    return claim if calls else None


def _cell(matrix: r.Matrix, values: tuple[str, ...]) -> Claim:
    def claim(run: Run) -> May:
        parts: list[May] = []
        for axis, value in zip(matrix.axes, values, strict=True):
            found = run.value(axis.subject)
            if isinstance(found.present, Words):
                parts.append(run.among(axis.subject, found, frozenset({value}), {}))
            else:
                parts.append(truth(found.present is ANYTHING, True))
        return all_of(parts)

    return claim


def of_expression(condition: Any, wanted: bool) -> Claim:
    """The claim that a condition is true, or false."""

    def claim(run: Run) -> May:
        found = run.value(condition)
        return truth(found.holds(wanted), found.holds(not wanted) or bool(found.reasons))

    return claim
