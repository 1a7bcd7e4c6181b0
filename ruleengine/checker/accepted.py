"""What a ruleset accepts on purpose: `accept CODE [for NAME] because "…"`.

In: the reports of one file and its syntax tree. Out: the reports without those that are accepted, and one for each
`accept` that accepts nothing. Only warnings and notes can be accepted. What `analyze` finds is accepted in the same way:
`check` leaves an `accept` of that alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from attrs import frozen

from ruleengine.compiler.scope import Module
from ruleengine.diagnostics import CODES, Diagnostic, Severity, did_you_mean
from ruleengine.source import Span
from ruleengine.syntax import tree as t
from ruleengine.syntax.walk import walk


@frozen(slots=True)
class _Accepted:
    """One `accept` with the places it is about: the whole file when `places` is None; `name` is what it is about, if named."""

    node: t.Accept
    places: tuple[Span, ...] | None
    name: str | None

    @property
    def is_possible(self) -> bool:
        """Whether there could be such a report here."""
        known = CODES.get(self.node.code)
        return known is not None and known.severity is not Severity.ERROR and self.places != ()

    def covers(self, report: Diagnostic, names: Collection[str] = ()) -> bool:
        """Whether this is about a report: by its place, or by one of the names of what it is about."""
        if report.code != self.node.code or report.severity is Severity.ERROR:
            return False
        if self.places is None or self.name in names:
            return True
        return any(
            place.path == report.span.path and place.start <= report.span.start < place.end
            for place in self.places
        )


def is_of_analysis(code: str) -> bool:
    """Whether a code is one of those that `analyze` finds and `check` does not look for."""
    return code.startswith("RE7")


def without_accepted(reports: Sequence[Diagnostic], module: Module) -> list[Diagnostic]:
    """The reports that are left, and those about `accept` itself."""
    statements = list(_statements(module))
    left = [report for report in reports if not any(accepted.covers(report) for accepted in statements)]
    idle = [accepted for accepted in statements if not any(accepted.covers(report) for report in reports)]
    if any(report.severity is Severity.ERROR for report in reports):
        # what is broken was not looked at closely, and may hold what is accepted
        idle = [accepted for accepted in idle if not accepted.is_possible]
    idle = [each for each in idle if not (is_of_analysis(each.node.code) and each.is_possible)]
    return left + [_nothing_accepted(accepted, module, reports) for accepted in idle]


@frozen(slots=True)
class Settled:
    """Reports after looking at every `accept`: for each the reason why it is accepted, or None; and the idle ones."""

    reasons: tuple[str | None, ...]
    idle: tuple[Diagnostic, ...]


def settled(
    reports: Sequence[tuple[Diagnostic, Collection[str]]], module: Module, looked_for: Callable[[str], bool]
) -> Settled:
    """Which reports are accepted, each given with the names of what it is about.

    An `accept` that accepts nothing is told where its code is one that was `looked_for`.
    """
    statements = list(_statements(module))
    reasons = [
        next((accepted.node.reason for accepted in statements if accepted.covers(report, names)), None)
        for report, names in reports
    ]
    idle = [
        accepted
        for accepted in statements
        if not any(accepted.covers(report, names) for report, names in reports)
        and (looked_for(accepted.node.code) or not accepted.is_possible)
    ]
    only = [report for report, _ in reports]
    return Settled(tuple(reasons), tuple(_nothing_accepted(accepted, module, only) for accepted in idle))


def _statements(module: Module) -> Iterator[_Accepted]:
    for item in module.file.items:
        if isinstance(item, t.Accept):
            yield _in_scope(item, None, module)
        else:
            yield from _inside(item, module)


def _inside(item: t.Item, module: Module) -> Iterator[_Accepted]:
    stack: list[t.Node] = [item]
    while stack:
        node = stack.pop()
        for statement in getattr(node, "statements", ()):
            if isinstance(statement, t.Accept):
                yield _in_scope(statement, None if isinstance(node, t.Header) else node, module)
            elif isinstance(statement, t.Group):
                stack.append(statement)


def _in_scope(node: t.Accept, around: t.Node | None, module: Module) -> _Accepted:
    if node.name is None:
        name = around.name if isinstance(around, t.Declaration) else None
        return _Accepted(node, None if around is None else (around.span,), name)
    return _Accepted(
        node, tuple(place for name, place in _named(around, module) if name == node.name), node.name
    )


def _named(around: t.Node | None, module: Module) -> Iterator[tuple[str, Span]]:
    """Everything with a name, in one item or in the whole file."""
    for item in (around,) if around is not None else module.file.items:
        for node in walk(item):
            if isinstance(node, t.Declaration):
                yield node.name, node.span
            elif isinstance(node, t.ImportedName):
                yield node.alias or node.name, node.span


def _nothing_accepted(accepted: _Accepted, module: Module, reports: Sequence[Diagnostic]) -> Diagnostic:
    node = accepted.node
    known = CODES.get(node.code)
    if known is None:
        message, remedy = f"there is no report `{node.code}`", did_you_mean(node.code, CODES)
    elif known.severity is Severity.ERROR:
        message, remedy = f"`{node.code}` is an error, and errors cannot be accepted", "mend what it reports"
    elif node.code.startswith("RE5"):
        message, remedy = (
            f"`{node.code}` is about facts, and only reports about the ruleset can be accepted",
            "",
        )
    elif accepted.places == ():
        message = f"nothing here is called `{node.name}`"
        places = dict(_named(None, module))
        place = places.get(str(node.name))
        remedy = (
            did_you_mean(str(node.name), places)
            if place is None
            else f"`{node.name}` of line {place.line} is not part of this; write the line outside, or there without `for`"
        )
    else:
        message, remedy = f"there is no `{node.code}` here to accept", "remove this line"
        elsewhere = next((report for report in reports if report.code == node.code), None)
        if elsewhere is not None:
            remedy = f"the one of line {elsewhere.span.line} is not in what this line is about"
    return Diagnostic("RE413", node.span, message, help=remedy)
