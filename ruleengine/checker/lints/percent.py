"""Plain numbers above 1 beside a percentage: `< 5` where `< 5%` is most likely meant.

A value counts as a percentage where its unit says so, or where a measure shows it as percent. Whoever does mean five
hundred percent writes `500%`, and is not asked again. A ratio that nobody shows as percent may well be above 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ruleengine.checker.examined import Examined
from ruleengine.checker.index import walk
from ruleengine.checker.likeness import likeness
from ruleengine.checker.pieces import written
from ruleengine.diagnostics import Diagnostic
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import NUMBER, PERCENT, Kind, less

Pair = tuple[e.Expression, e.Expression]


def forgotten_percent(examined: Examined) -> Iterator[Diagnostic]:
    """RE414: a plain number above 1 is compared with a percentage."""
    index = examined.index
    for item in (*index.program.steps, *index.program.tables, *index.program.definitions):
        if not index.is_here(item.span):
            continue
        for node in walk(item):
            pairs = (pair for pair in _pairs(node) if is_forgotten(*pair, examined))
            first = next(pairs, None)  # who forgets one sign forgets them all: `steps above 10, 20, 30`
            if first is not None and examined.is_sound(first[1].span):
                yield _report(*first, examined)


def is_forgotten(subject: e.Expression, number: e.Expression, examined: Examined) -> bool:
    """Whether `number` is a plain constant above 1, and `subject` a percentage."""
    constant = examined.index.constant(number)
    if constant is None or isinstance(constant.value, str | bool) or not _is_plain(constant):
        return False
    if not less(1, abs(constant.value)) or examined.index.constant(subject) is not None:
        return False
    return subject.type.unit == "percent" or _is_shown(subject, examined)


def _is_plain(node: e.Expression) -> bool:
    return node.type.kind is Kind.NUMBER and node.type.unit in ("", "count")


def _is_shown(subject: e.Expression, examined: Examined) -> bool:
    if not examined.shown_as_percent or not _is_plain(subject):
        return False
    if isinstance(subject, e.Variable | e.Reference):
        measure = examined.index.measures.get(subject.name.removesuffix(".value"))
        if measure is not None:  # a measure says itself how its value is shown
            return measure.percent and (isinstance(subject, e.Variable) or subject.part == "value")
    found = examined.index.resolve(subject)
    if isinstance(found, e.Variable):  # what a table or a definition is called with
        given = examined.index.arguments.get(found.name, [])
        return any(not isinstance(each, e.Variable) and _is_shown(each, examined) for each in given)
    if isinstance(found, e.Default):
        return _is_shown(found.operands[0], examined)
    return likeness(found) in examined.shown_as_percent


def _pairs(node: object) -> Iterable[Pair]:
    """What is compared with what in one node."""
    if isinstance(node, e.Compare):
        return (node.left, node.right), (node.right, node.left)
    if isinstance(node, e.Between):
        return [(node.subject, end) for end in (node.high, node.low) if end is not None]
    if isinstance(node, e.OneOf):
        return [(node.subject, choice) for choice in node.choices]
    if isinstance(node, r.StepsOutcome):
        return [(node.value, edge) for edge in node.edges]
    return ()


def _report(subject: e.Expression, number: e.Expression, examined: Examined) -> Diagnostic:
    constant = examined.index.constant(number)
    assert constant is not None
    value = float(constant.value)
    how = "is a percentage" if subject.type.unit == "percent" else "is shown as percent"
    here = examined.index.text(number)
    return Diagnostic(
        "RE414", number.span, f"`{examined.index.text(subject)}` {how}, and {written(value, NUMBER)} is {written(value, PERCENT)}",
        help=f"write `{written(value / 100, PERCENT)}`, or `{written(value, PERCENT)}` if that is meant",
        note="" if here == written(value, NUMBER) else f"`{here}` is {written(value, NUMBER)}",
    )  # fmt: skip
