"""When an account reaches an item of a ruleset, as a claim in terms.

In: the terms of a program, its inventory, the id of an item. Out: a flag that holds for every account that reaches the item. For
a status with several causes it holds for all of its reason, so that it may be true for others too: who shows an account has it
evaluated.
"""

from __future__ import annotations

from ruleengine.analysis.solver.encoding import Encoding
from ruleengine.analysis.solver.terms import Flag, both, compare
from ruleengine.evaluator.coverage import Inventory
from ruleengine.evaluator.coverage_reasons import Cause
from ruleengine.tree import ruleset as r
from ruleengine.values import LACKING


def claim_of(encoding: Encoding, inventory: Inventory, item: str) -> Flag | None:
    """The claim of an item; None where the terms do not tell it."""
    found = inventory.items.get(item)
    if found is None:
        return None
    node, owner = inventory.nodes[item]
    if found.kind == "band":
        return _band(encoding, owner, str(node))
    if isinstance(node, Cause):
        return _status(encoding, node, owner)
    if isinstance(node, r.Scorecard):
        return encoding.final(node.name).value().lacks(LACKING)
    if found.kind == "cell":
        return _cell(encoding, owner, node)
    if isinstance(node, r.Limit) and node.kind != "override":
        return None
    return encoding.marks.get(id(node))


def _band(encoding: Encoding, owner: object, name: str) -> Flag:
    assert isinstance(owner, r.Measure | r.Scorecard)
    of_measure = isinstance(owner, r.Measure)
    rated = encoding.measures[owner.name].final if of_measure else encoding.final(owner.name)
    names = [band.name for band in encoding.sets[owner.bands].bands]
    return both(rated.present, compare("=", rated.band, names.index(name)))


def _status(encoding: Encoding, cause: Cause, owner: object) -> Flag:
    assert isinstance(owner, r.Measure)
    found = encoding.measures[owner.name]
    if cause.reason == "stale":
        return both(found.final.present, found.stale)
    return found.computed.na.get(cause.reason, False)


def _cell(encoding: Encoding, owner: object, values: object) -> Flag | None:
    """A place of a matrix: the values of its axes; None for what lies beside all places."""
    assert isinstance(owner, r.Matrix)
    if not isinstance(values, tuple):
        return None
    axes = [encoding.expression(axis.subject, {}) for axis in owner.axes]
    tests = [
        both(axis.present, compare("=", axis.term, encoding.atoms.code(value)))
        for axis, value in zip(axes, values, strict=True)
    ]
    return both(*tests)
