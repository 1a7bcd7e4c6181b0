"""Tables and definitions: compiled once for the types of the arguments they are called with."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from ruleengine.compiler import units
from ruleengine.compiler.context import qualified, unknown
from ruleengine.compiler.expressions import Expressions
from ruleengine.compiler.scope import Scope, Symbol
from ruleengine.limits import limits
from ruleengine.source import Span
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import (
    COUNT,
    DATE,
    DAYS,
    FLAG,
    MONEY,
    MONTHS,
    NUMBER,
    PERCENT,
    TEXT,
    TIMESTAMP,
    UNKNOWN,
    Kind,
    Type,
)

PARAMETER_TYPES = {
    "number": NUMBER, "percent": PERCENT, "days": DAYS, "months": MONTHS, "money": MONEY, "count": COUNT, "date": DATE,
    "timestamp": TIMESTAMP, "text": TEXT, "choice": TEXT, "flag": FLAG, "list": Type(Kind.LIST), "record": Type(Kind.RECORD),
}  # fmt: skip


def implies_subject(node: object) -> bool:
    """Whether an expression holds a comparison without a left side, outside of queries."""
    if isinstance(node, t.Compare):
        return node.left is None or implies_subject(node.left)
    if isinstance(node, t.In | t.Contains | t.Within | t.Is):
        return node.subject is None or implies_subject(node.subject)
    if isinstance(node, t.Logic):
        return any(implies_subject(operand) for operand in node.operands)
    return isinstance(node, t.Not) and implies_subject(node.operand)


class Definitions(Expressions):
    """Compiles what is called: tables and definitions."""

    def call_definition(
        self, symbol: Symbol, arguments: tuple[e.Expression, ...], node: t.Call
    ) -> e.Expression:
        """A call of the table or definition behind `symbol`."""
        origin = symbol.origin
        declared = origin.node
        assert isinstance(declared, t.Table | t.Define)
        if len(arguments) != len(declared.parameters):
            wanted = ", ".join(parameter.name for parameter in declared.parameters)
            return self.context.fault(
                "RE303", node.span, f"`{declared.name}` takes {len(declared.parameters)} arguments, not {len(arguments)}",
                f"write `{declared.name}({wanted})`",
            )  # fmt: skip
        for parameter, argument in zip(declared.parameters, arguments, strict=True):
            wanted_type = PARAMETER_TYPES.get(parameter.type or "")
            if wanted_type is not None and not _accepts(wanted_type, argument.type):
                return self.context.fault(
                    "RE303",
                    argument.span,
                    f"`{parameter.name}` is {units.named(wanted_type)}, and this is {units.named(argument.type)}",
                )
        key = self._instance(origin, declared, tuple(argument.type for argument in arguments), node.span)
        if key is None:
            return unknown(node.span)
        self.context.calls_inside += self.context.calls[key]
        return e.CallDefinition(key, arguments, type=self.context.definition_types[key], span=node.span)

    def check_uncalled(self, symbol: Symbol) -> None:
        """Compile the body of something that nothing calls, so that its faults are reported too."""
        declared = symbol.node
        assert isinstance(declared, t.Table | t.Define)
        kinds = tuple(PARAMETER_TYPES.get(parameter.type or "", UNKNOWN) for parameter in declared.parameters)
        self._instance(symbol, declared, kinds, declared.name_span)

    def _instance(
        self, symbol: Symbol, declared: t.Table | t.Define, kinds: tuple[Type, ...], span: Span
    ) -> str | None:
        name = qualified(symbol)
        key = f"{name}({', '.join(_signature(kind) for kind in kinds)})"
        if key in self.context.definition_types:
            return key
        if name in self.context.in_progress:
            cycle = [*self.context.in_progress[self.context.in_progress.index(name) :], name]
            self.context.report(
                "RE206",
                span,
                f"`{declared.name}` needs itself: {' → '.join(cycle)}",
                "nothing in the language calls itself",
            )
            return None
        if len(self.context.in_progress) >= limits().call_depth:
            message = f"definitions call one another more than {limits().call_depth} deep"
            self.context.report("RE106", span, message, "name a part with `let`")
            return None
        self.context.in_progress.append(name)
        outside, self.context.calls_inside = self.context.calls_inside, 0
        owner = Definitions(self.context, symbol.module)
        try:
            if isinstance(declared, t.Define):
                owner.compile_define(key, declared, kinds)
            else:
                owner.compile_table(key, declared, kinds)
            self._count_calls(key, declared)
        finally:
            self.context.in_progress.pop()
            self.context.calls_inside = outside
        return key

    def _parameters(
        self, declared: t.Table | t.Define, kinds: tuple[Type, ...]
    ) -> tuple[Scope, tuple[str, ...]]:
        scope, names = Scope(), []
        for parameter, kind in zip(declared.parameters, kinds, strict=True):
            if parameter.name in scope.variables:
                self.context.report(
                    "RE202", parameter.span, f"the parameter `{parameter.name}` is declared twice"
                )
            names.append(self.context.unique(f"{declared.name}.{parameter.name}"))
            scope = scope.with_variable(parameter.name, names[-1], kind, parameter.span)
        return scope, tuple(names)

    def compile_define(self, key: str, declared: t.Define, kinds: tuple[Type, ...]) -> None:
        """Compile the body of a `define` for arguments of the given types."""
        scope, names = self._parameters(declared, kinds)
        body = self.elaborate_any(declared.body, scope)
        self.context.definition_types[key] = body.type
        self.context.definitions[key] = r.Definition(key, declared.name, names, body, span=declared.span)

    def _count_calls(self, key: str, declared: t.Table | t.Define) -> None:
        """How many calls one call leads to: a few definitions that call each other twice come to very many."""
        count = 1 + self.context.calls_inside
        if count - 1 > limits().calls:
            message = f"one call of `{declared.name}` leads to more than {limits().calls:,} others"
            remedy = "call it once, and name what it gives with `let`"
            self.context.report("RE106", declared.name_span, message, remedy)
            count = 1  # what calls this has no fault of its own
        self.context.calls[key] = count

    def compile_table(self, key: str, declared: t.Table, kinds: tuple[Type, ...]) -> None:
        """Compile a decision table for arguments of the given types."""
        scope, names = self._parameters(declared, kinds)
        rows: list[r.TableRow] = []
        result: Type | None = None
        for position, row in enumerate(declared.rows):
            if row.cells is None and position != len(declared.rows) - 1:
                self.context.report("RE213", row.span, "`otherwise` stands in the last row of a table")
            condition = None if row.cells is None else self._row_condition(declared, row, scope)
            value = self.elaborate(row.result, scope)
            merged = value.type if result is None else units.unify(result, value.type)
            if merged is None:
                self.context.report(
                    "RE301",
                    row.result.span,
                    f"this row gives {units.named(value.type)}, the rows before {units.named(result or UNKNOWN)}",
                )
                merged = result
            result = merged
            rows.append(r.TableRow(condition, value, row.because, span=row.span))
        if not rows and declared.name not in self.module.damaged:
            self.context.report("RE111", declared.name_span, f"the table `{declared.name}` has no rows")
        kind = result or UNKNOWN
        if declared.hits == "all":
            kind = Type(Kind.LIST, element=kind)
        self.context.definition_types[key] = kind
        self.context.tables[key] = r.Table(
            key, declared.name, names, kinds, declared.hits, tuple(rows), kind, span=declared.span
        )

    def _row_condition(self, declared: t.Table, row: t.TableRow, scope: Scope) -> e.Expression:
        cells = row.cells or ()
        if len(cells) != len(declared.parameters):
            self.context.report(
                "RE316", row.span, f"this row has {len(cells)} cells, the table has {len(declared.parameters)} columns",
                "write `any` in a cell that every value fits",
            )  # fmt: skip
        tests = tuple(self._cell_tests(declared, cells, scope))
        if not tests:
            return e.Constant(True, type=FLAG, span=row.span)
        return tests[0] if len(tests) == 1 else e.Logic("and", tests, type=FLAG, span=row.span)

    def _cell_tests(
        self, declared: t.Table, cells: tuple[t.Expression | t.AnyCell, ...], scope: Scope
    ) -> Iterator[e.Expression]:
        for parameter, cell in zip(declared.parameters, cells, strict=False):
            if isinstance(cell, t.AnyCell):
                continue
            column = evolve(scope.variables[parameter.name], span=cell.span)
            if implies_subject(cell):
                yield self.condition(cell, scope.about(column))
            else:
                value = self.elaborate(cell, scope)
                yield self.comparison("=", column, value, cell)


def _accepts(wanted: Type, actual: Type) -> bool:
    if units.is_any(actual):
        return True
    if wanted.kind is Kind.NUMBER:
        both_money = wanted.unit == "money" and actual.unit.startswith("money")
        return actual.kind is Kind.NUMBER and (
            both_money or units.same_unit(wanted.unit, actual.unit) or _ratio(wanted, actual)
        )
    if wanted.kind is Kind.TEXT:
        return units.is_text(actual)
    return wanted.kind is actual.kind


def _ratio(wanted: Type, actual: Type) -> bool:
    return {wanted.unit, actual.unit} <= {"", "count", "percent"}


def _signature(kind: Type) -> str:
    """A text that is the same for types that a body treats alike."""
    if kind.kind is Kind.RECORD:  # facts are read where a body uses them; what a ruleset has made is no fact
        fields = (f"{field.name} {field.scale:g} {_signature(field.type)}" for field in kind.fields)
        return f"{kind.unit} record {{{', '.join(fields)}}}"
    if kind.kind is Kind.CHOICE:
        return "choice " + "|".join(kind.choices)
    if kind.kind is Kind.LIST:
        return f"{kind.unit} list of {_signature(kind.element)}" if kind.element else "list"
    return str(kind)
