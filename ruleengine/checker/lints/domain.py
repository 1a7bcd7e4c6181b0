"""Constants that a field never holds, and conditions that are always the same.

Both rest on what the fact schema promises (minimum, maximum, whole numbers, words) and on what arithmetic keeps of it. Nothing
holds facts to those promises, so an invariant may well claim one of them: that what stands under `never` never holds, or
what stands under `always` always does, is no fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ruleengine.checker.cells import Grid
from ruleengine.checker.domains import Numbers, domain_of
from ruleengine.checker.examined import Examined
from ruleengine.checker.index import parts, walk
from ruleengine.checker.lints.percent import is_forgotten
from ruleengine.checker.pieces import written
from ruleengine.diagnostics import Diagnostic
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import equal, less

#: What a condition may always be without a report.
Verdicts = tuple[bool, ...]


def domain(examined: Examined) -> Iterator[Diagnostic]:
    """RE408: a constant lies outside the domain of what it is compared with; RE409: a condition is always the same."""
    claims = dict(_claims(examined))
    for condition in conditions(examined):
        if any(
            is_forgotten(*pair, examined) for atom in _atoms(condition) for pair in _compared(atom, examined)
        ):
            continue  # a forgotten percent sign is told as such
        reports = _constants_outside(condition, examined)
        yield from reports or _always_the_same(condition, examined, claims.get(id(condition), ()))


def _claims(examined: Examined) -> Iterator[tuple[int, Verdicts]]:
    """The conditions of invariants, each with the verdict that is claimed; either, for what asks within a query or choice."""
    for step in examined.index.program.steps:
        if isinstance(step, r.Check) and step.kind in ("never", "always"):
            yield from ((id(node), (True, False)) for node in walk(step.condition))
            yield id(step.condition), (step.kind == "always",)


def conditions(examined: Examined) -> Iterator[e.Expression]:
    """Every condition that stands in the file: the outermost ones, and those in queries and choices within them.

    What a table or definition says of its parameters is left out: it is written for any argument.
    """
    index = examined.index
    items = [*index.program.steps, *index.program.tables, *index.program.definitions]
    for item in items:
        if not index.is_here(item.span):
            continue
        stack: list[Any] = [item]
        while stack:
            node = stack.pop()
            if isinstance(node, e.Compare | e.Between | e.OneOf | e.Logic | e.Not | e.IsBand):
                if examined.is_sound(node.span) and index.is_here(node.span):
                    yield node
                stack.extend(_within(node))
            else:
                stack.extend(parts(node))


def _within(condition: e.Expression) -> Iterator[Any]:
    """What stands in a condition and is no part of its logic."""
    if isinstance(condition, e.Logic | e.Not):
        for part in parts(condition):
            if isinstance(part, e.Compare | e.Between | e.OneOf | e.Logic | e.Not):
                yield from _within(part)
            else:
                yield part
    else:
        yield from parts(condition)


def _atoms(condition: e.Expression) -> Iterator[e.Compare | e.Between | e.OneOf]:
    if isinstance(condition, e.Compare | e.Between | e.OneOf):
        yield condition
    elif isinstance(condition, e.Logic):
        for operand in condition.operands:
            yield from _atoms(operand)
    elif isinstance(condition, e.Not):
        yield from _atoms(condition.operand)


# ── constants outside ───────────────────────────────────────────────────────────────────────────────────────────────


def _constants_outside(condition: e.Expression, examined: Examined) -> list[Diagnostic]:
    found = []
    for atom in _atoms(condition):
        for subject, constant in _compared(atom, examined):
            domain = domain_of(subject, examined.index)
            if isinstance(domain, Numbers) and not _is_parameter(subject, examined):
                report = _outside(subject, constant, domain, examined)
                found += [report] if report is not None else []
    return found


def _compared(
    atom: e.Compare | e.Between | e.OneOf, examined: Examined
) -> Iterator[tuple[e.Expression, e.Constant]]:
    if isinstance(atom, e.Compare):
        pairs: list[tuple[e.Expression, e.Expression | None]] = [
            (atom.left, atom.right),
            (atom.right, atom.left),
        ]
    elif isinstance(atom, e.Between):
        pairs = [(atom.subject, atom.low), (atom.subject, atom.high)]
    else:
        pairs = [(atom.subject, choice) for choice in atom.choices]
    for subject, other in pairs:
        constant = examined.index.constant(other)
        if constant is not None and examined.index.constant(subject) is None:
            yield subject, constant


def _is_parameter(node: e.Expression, examined: Examined) -> bool:
    return isinstance(node, e.Variable) and node.name in examined.index.arguments


def _outside(
    subject: e.Expression, constant: e.Constant, domain: Numbers, examined: Examined
) -> Diagnostic | None:
    value = constant.value
    if isinstance(value, str | bool):
        return None
    if domain.low is not None and less(value, domain.low):
        end, word = domain.low, "below"
    elif domain.high is not None and less(domain.high, value):
        end, word = domain.high, "above"
    else:
        return None
    kind = constant.type if constant.type.unit else subject.type
    name = examined.index.text(subject)
    return Diagnostic(
        "RE408", constant.span, f"`{name}` is never {word} {written(end, kind)}, and this is {written(value, kind)}",
        help="mend the number, or the bounds in the fact schema",
    )  # fmt: skip


# ── always the same ─────────────────────────────────────────────────────────────────────────────────────────────────


def _always_the_same(condition: e.Expression, examined: Examined, claimed: Verdicts) -> Iterator[Diagnostic]:
    """One report for a condition, at its innermost part that is constant, but for the verdicts that an invariant claims."""
    inner = condition.operands if isinstance(condition, e.Logic) else ()
    found = [report for part in inner for report in _always_the_same(part, examined, claimed)]
    if found:
        yield from found
        return
    if isinstance(condition, e.Not):
        yield from _always_the_same(condition.operand, examined, tuple(not each for each in claimed))
        return
    verdict = _verdict(condition, examined)
    if verdict is not None and verdict not in claimed:
        yield _report(condition, verdict, examined)


def _verdict(condition: e.Expression, examined: Examined) -> bool | None:
    if not isinstance(condition, e.Compare | e.Between | e.OneOf | e.Logic):
        return None
    if any(_is_parameter(subject, examined) for atom in _atoms(condition) for subject in _subjects(atom)):
        return None
    constants = _constant_comparison(condition, examined)
    if constants is not None:
        return constants
    grid = Grid.over([condition], examined.index, split_opaque=True)
    if grid is None or not grid.keys:
        return None
    yes, no = grid.truth(condition)
    return True if yes == grid.everything else False if no == grid.everything else None


def _subjects(atom: e.Compare | e.Between | e.OneOf) -> tuple[e.Expression, ...]:
    return (atom.left, atom.right) if isinstance(atom, e.Compare) else (atom.subject,)


def _constant_comparison(condition: e.Expression, examined: Examined) -> bool | None:
    """The truth of a comparison of two constants."""
    if not isinstance(condition, e.Compare):
        return None
    left, right = examined.index.constant(condition.left), examined.index.constant(condition.right)
    if left is None or right is None:
        return None
    one, other = left.value, right.value
    if isinstance(one, str | bool) or isinstance(other, str | bool):
        return (one == other) is (condition.operator == "=")
    below, same = less(one, other), equal(one, other)
    return {"=": same, "!=": not same, "<": below, "<=": below or same, ">": not below and not same}.get(
        condition.operator, not below
    )


def _report(condition: e.Expression, verdict: bool, examined: Examined) -> Diagnostic:
    place: Span = examined.index.first_line(condition.span)
    subjects = [subject for atom in _atoms(condition) for subject in _subjects(atom)]
    named = next((s for s in subjects if examined.index.constant(s) is None), None)
    why = _why(named, examined) if named is not None else ""
    what = "this is always true" if verdict else "this is never true"
    remedy = "ask with `is known` whether there is a value" if verdict else "mend it, or remove it"
    return Diagnostic("RE409", place, what + why, help=remedy)


def _why(subject: e.Expression, examined: Examined) -> str:
    domain = domain_of(subject, examined.index)
    if not isinstance(domain, Numbers):
        return ""
    name = examined.index.text(subject)
    low = written(domain.low, subject.type) if domain.low is not None else ""
    high = written(domain.high, subject.type) if domain.high is not None else ""
    if low and high:
        return f": `{name}` lies between {low} and {high}"
    return f": `{name}` is never below {low}" if low else f": `{name}` is never above {high}" if high else ""
