"""Ruleset files → evaluation tree, with everything that `check` reports on the way.

In: the path of a ruleset file and its workspace. Out: a `Compilation`: the `Program` (None when there are errors), all
reports, and the sources they point into. Never raises for a fault of a ruleset.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from attrs import frozen

from ruleengine.compiler.bands import Bands
from ruleengine.compiler.cards import Cards
from ruleengine.compiler.context import (
    Compiled,
    CompiledCard,
    CompiledMatrix,
    CompiledMeasure,
    CompiledValue,
    Context,
    Seen,
    qualified,
)
from ruleengine.compiler.linking import Linker
from ruleengine.compiler.matrices import Matrices
from ruleengine.compiler.references import seen
from ruleengine.compiler.scope import Module, Scope, Symbol
from ruleengine.compiler.sight import Sight
from ruleengine.compiler.templates import Templates
from ruleengine.diagnostics import Diagnostic, Diagnostics
from ruleengine.facts.model import find_field, secret_pointers
from ruleengine.source import Source, Span
from ruleengine.syntax import tree as t
from ruleengine.syntax.parse import parse_expression
from ruleengine.syntax.walk import names_in
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import FLAG, UNKNOWN, Kind, Type
from ruleengine.workspace import Workspace

_COMPUTED = ("let", "segment", "measure", "scorecard", "trigger", "template", "matrix")
_CALLED = ("table", "define")
#: All is compiled after what it needs: symbols that wait for one another belong to a circle.
_DEEPEST = 25
#: A longer circle is shown with a gap.
_SHOWN = 12


#: Compiles what is no part of a ruleset, such as its tests, in its scope; the sources are for reports.
Beside = Callable[[Cards, dict[str, Source]], None]


@frozen(slots=True)
class Compilation:
    """What came of one compilation. `program` is None when there is an error among the `diagnostics`.

    `tree` is what could be compiled in spite of errors: never to be run, but good for looking at the rest.
    """

    program: r.Program | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, Source]
    root: Module | None
    modules: tuple[Module, ...]
    tree: r.Program | None = None


def compile_ruleset(
    path: Path,
    workspace: Workspace,
    conditions: Mapping[str, str] | None = None,
    beside: Beside | None = None,
) -> Compilation:
    """Read, check and compile the ruleset in a file; `conditions` are evaluated on each account beside it.

    `beside` compiles what else is to be computed with each account: it may add steps to the program.
    """
    diagnostics = Diagnostics()
    linker = Linker(workspace, diagnostics)
    root = linker.load(path, is_root=True)
    tree = None
    if root is not None:
        compiler = _Compiler(diagnostics)
        compiler.compile_all(root)
        compiler.context.beside = True
        compiler.outside_conditions(root, conditions or {}, linker.sources)
        if beside is not None:
            beside(Cards(compiler.context, root), linker.sources)
        tree = compiler.program(root)
    modules = tuple(linker.modules.values())
    diagnostics.remove([*_incomplete(diagnostics, modules), *_unread(diagnostics)])
    program = None if diagnostics.has_errors else tree
    return Compilation(program, tuple(diagnostics), linker.sources, root, modules, tree)


#: What a statement that could not be read may leave behind: something that is not complete.
_INCOMPLETE = frozenset(
    ["RE111", "RE204", "RE307", "RE309", "RE310", "RE312", "RE314", "RE320", "RE401", "RE410"]
)


def _incomplete(diagnostics: Diagnostics, modules: tuple[Module, ...]) -> Iterator[Diagnostic]:
    """Reports that only say that an item is incomplete, where a statement of that item could not be read."""
    damaged = [
        (item.span.path, item.span.start, item.span.end)
        for module in modules
        for item in module.file.items
        if (item.name if isinstance(item, t.Declaration | t.Header) else "") in module.file.damaged
    ]
    for report in diagnostics:
        place = report.span
        inside = any(path == place.path and start <= place.start < end for path, start, end in damaged)
        if report.code in _INCOMPLETE and inside:
            yield report


def _unread(diagnostics: Diagnostics) -> list[Diagnostic]:
    """Reports about what stands in a text that could not be read: they follow from that fault."""
    unread = [report.span for report in diagnostics if report.code.startswith("RE10")]
    return [
        report
        for report in diagnostics
        if not report.code.startswith("RE1")
        and any(
            place.path == report.span.path
            and place.start <= report.span.start
            and report.span.end <= place.end
            for place in unread
        )
    ]


class _Compiler:
    """Compiles symbols in the order of their needs."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.context = Context(diagnostics, self.require, self.sight)
        self.seen: list[Symbol] = []
        self.done: dict[int, Compiled | None] = {}
        self.active: list[Symbol] = []

    def compile_all(self, root: Module) -> None:
        """Compile everything that the root declares, and what that needs of its imports."""
        for symbol in root.symbols.values():
            if symbol.kind == "import":
                symbol.origin.label, symbol.origin.place = symbol.name, symbol.span.start
        for symbol in in_order_of_need(root.symbols.values()):
            if symbol.kind in _COMPUTED:
                self.require(symbol, symbol.span)
            elif symbol.kind == "checklist":
                Cards(self.context, root).check_checklist(symbol)
        for symbol in self.seen:  # what was is read of what is computed: the next result has to hold it
            self.require(symbol, symbol.span)
        for symbol in root.symbols.values():
            if symbol.kind == "bands":
                Bands(self.context, root).compile(symbol)
        self._rest(root)
        self._assumptions(root)
        for symbol in root.symbols.values():
            if symbol.kind in _CALLED and not symbol.used:
                Cards(self.context, root).check_uncalled(symbol)

    def require(self, symbol: Symbol, span: Span) -> Compiled | None:
        """What a symbol compiles to; None after a report."""
        origin = symbol.origin
        if id(origin) in self.done:
            return self.done[id(origin)]
        if origin in self.active:
            self._cycle(self.active[self.active.index(origin) :])
            return None
        if len(self.active) >= _DEEPEST:
            self._cycle(cycle_from(origin))
            return None
        self.active.append(origin)
        try:
            compiled = self._compile(origin)
        finally:
            self.active.pop()
        self.done[id(origin)] = compiled
        return compiled

    def sight(self, symbol: Symbol, span: Span) -> Seen | CompiledMatrix | None:
        """What can be said of a measure or scorecard while something is being compiled that it may rest on."""
        origin = symbol.origin
        if id(origin) in self.done or not self.active or origin.kind == "matrix":
            return seen(self.require(origin, span))
        self.seen.append(origin)
        there = Sight(self.context, origin.module)
        return (
            there.card(origin)
            if origin.kind == "scorecard"
            else there.measure(origin, self._value_type(origin, span))
        )

    def _value_type(self, symbol: Symbol, span: Span) -> Callable[[], Type]:
        def required() -> Type:
            known = self.context.value_types.get(qualified(symbol))
            if known is not None:
                return known
            compiled = self.require(symbol, span)
            return compiled.value_type if isinstance(compiled, CompiledMeasure) else UNKNOWN

        return required

    def _cycle(self, cycle: list[Symbol]) -> None:
        """Report symbols that need each other, at the one that is declared first."""
        start = min(
            range(len(cycle)), key=lambda place: (not cycle[place].module.is_root, cycle[place].span.start)
        )
        ordered = [*cycle[start:], *cycle[: start + 1]]
        words = [symbol.name for symbol in ordered]
        if len(words) > _SHOWN:
            words[_SHOWN // 2 : -_SHOWN // 2] = ["…"]
        names = " → ".join(words)
        self.context.report(
            "RE206", ordered[0].span, f"`{ordered[0].name}` needs itself: {names}",
            "a value cannot rest on itself: remove one of the references",
        )  # fmt: skip

    def _compile(self, symbol: Symbol) -> Compiled | None:
        maker = Matrices(self.context, symbol.module)
        node = symbol.node
        if isinstance(node, t.Let):
            value = maker.elaborate_any(node.value, Scope())
            name = self.context.unique(qualified(symbol))
            self.context.steps.append(r.Let(name, node.name, value, span=node.span))
            return CompiledValue(name, value.type)
        if isinstance(node, t.Segment):
            condition = maker.condition(node.condition, Scope())
            name = self.context.unique(qualified(symbol))
            self.context.steps.append(r.Segment(name, node.name, node.title, condition, span=node.span))
            return CompiledValue(name, FLAG)
        if isinstance(node, t.Measure):
            measure = maker.compile_measure(symbol)
            self.context.steps.append(measure.measure)
            return measure
        if isinstance(node, t.Criterion):
            criterion = maker.compile_criterion(symbol)
            self.context.steps.append(criterion.measure)
            return criterion
        if isinstance(node, t.Scorecard):
            card = maker.compile_card(symbol)
            self.context.steps.append(card.card)
            return card
        if isinstance(node, t.Matrix):
            matrix = maker.compile_matrix(symbol)
            self.context.steps.append(matrix.matrix)
            return matrix
        if isinstance(node, t.Template):
            Templates(self.context, symbol.module).compile_template(symbol)
            return None
        trigger = maker.compile_trigger(symbol)
        self.context.steps.append(trigger)
        return CompiledValue(trigger.name, FLAG)

    def _rest(self, root: Module) -> None:
        maker = Cards(self.context, root)
        for item in root.file.items:
            if isinstance(item, t.Output):
                value = maker.elaborate(item.value, Scope())
                self.context.steps.append(r.Output(item.name, item.name, value, item.percent, span=item.span))
            elif isinstance(item, t.Problem):
                condition = maker.condition(item.condition, Scope())
                self.context.steps.append(r.Check("problem", item.text, condition, span=item.span))
            elif isinstance(item, t.Invariant):
                condition = maker.condition(item.condition, Scope())
                kind = "always" if item.always else "never"
                self.context.steps.append(r.Check(kind, item.text, condition, span=item.span))

    def _assumptions(self, root: Module) -> None:
        maker = Cards(self.context, root)
        for path, item in root.assumptions.items():
            found = find_field(root.schema.root, path) if root.schema is not None else None
            if found is not None:
                maker.assumed(path, found, item)

    def outside_conditions(
        self, root: Module, conditions: Mapping[str, str], sources: dict[str, Source]
    ) -> None:
        """Compile conditions given from outside, such as a gate on the command line."""
        maker = Cards(self.context, root)
        for name, text in conditions.items():
            source = Source(f"<{name}>", text)
            sources[source.path] = source
            node, reports = parse_expression(source)
            self.context.diagnostics.extend(reports)
            if node is not None:
                condition = maker.condition(node, Scope())
                self.context.steps.append(r.Check("condition", name, condition, span=node.span))

    def program(self, root: Module) -> r.Program:
        """The program of all that has been compiled."""
        schema = root.schema
        return r.Program(
            root.name, root.version, root.title, root.owner, root.description, _digest(root), str(root.path),
            root.effective_from.toordinal() if root.effective_from else None,
            root.effective_until.toordinal() if root.effective_until else None,
            root.zone, root.fiscal_month, schema.id_path if schema is not None else ("id",),
            tuple(self.context.band_sets.values()), tuple(self.context.definitions.values()),
            tuple(self.context.tables.values()), tuple(self.context.assumptions.values()), tuple(self.context.steps),
            secret_pointers(schema.root) if schema is not None else (),
            schema.name if schema is not None else "", schema.version if schema is not None else "",
            tuple(sorted((label.split()[1], label.split()[2]) for label in root.digests if label.startswith("facts "))),
            schema.root if schema is not None else Type(Kind.RECORD),
        )  # fmt: skip


def in_order_of_need(symbols: Iterable[Symbol]) -> Iterator[Symbol]:
    """The symbols and all that they name, each after what it names; without recursion, cycles are cut anywhere."""
    seen: set[int] = set()
    for start in symbols:
        stack: list[tuple[Symbol, Iterator[Symbol]]] = []
        if id(start.origin) not in seen:
            seen.add(id(start.origin))
            stack.append((start.origin, _needs(start.origin)))
        while stack:
            symbol, rest = stack[-1]
            following = next((need for need in rest if id(need) not in seen), None)
            if following is None:
                stack.pop()
                yield symbol
            else:
                seen.add(id(following))
                stack.append((following, _needs(following)))


def cycle_from(start: Symbol) -> list[Symbol]:
    """Symbols that need each other, found from `start`; only `start` where there are none."""
    path, place, seen = [(start, _needs(start))], {id(start): 0}, {id(start)}
    while path:
        following = next(path[-1][1], None)
        if following is None:
            del place[id(path.pop()[0])]
        elif id(following) in place:
            return [symbol for symbol, _ in path[place[id(following)] :]]
        elif id(following) not in seen:
            seen.add(id(following))
            place[id(following)] = len(path)
            path.append((following, _needs(following)))
    return [start]


def _needs(symbol: Symbol) -> Iterator[Symbol]:
    for name in dict.fromkeys(names_in(symbol.node)):
        found = symbol.module.symbols.get(name)
        if found is not None and found.origin is not symbol:
            yield found.origin


def _digest(root: Module) -> str:
    parts = "\n".join(f"{label} {digest}" for label, digest in sorted(root.digests.items()))
    return f"sha256:{hashlib.sha256(parts.encode()).hexdigest()}"


__all__ = ["Compilation", "CompiledCard", "CompiledMeasure", "compile_ruleset", "e"]
