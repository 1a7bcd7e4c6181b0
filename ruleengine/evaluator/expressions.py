"""Evaluation tree → Python text, for expressions.

Every expression becomes a piece of Python without side effects; what needs statements (loops, choices) is written before
it. A value that can be NA is tested before it is used: NA goes through arithmetic and comparison, `and` and `or` follow
Kleene's logic. Comparisons carry the tolerance of equal numbers; with a constant edge it is one adjusted constant.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from attrs import evolve

from ruleengine.evaluator.logic import LONGEST_CHAIN, LogicWriter
from ruleengine.evaluator.writer import Code
from ruleengine.library import FUNCTIONS
from ruleengine.tree import expressions as e
from ruleengine.tree.edges import adjusted
from ruleengine.tree.magnitude import grows, overflows
from ruleengine.tree.pointers import pointer_of
from ruleengine.values import FACT_LIST, NA, Kind, Type


def number_text(value: float | int | bool | str) -> str:
    """A constant as Python text; -0 is 0."""
    if isinstance(value, float) and value == 0:
        return "0"
    return repr(value)


class ExpressionWriter(LogicWriter):
    """Writes expressions."""

    def expression(self, node: e.Expression) -> Code:
        """Python for a node."""
        handler: Callable[[Any], Code] = getattr(self, f"_on_{type(node).__name__.lower()}")
        return handler(node)

    def value_of(self, node: e.Expression) -> Code:
        """A node as something that may be repeated."""
        return self.atom(self.expression(node))

    def one_of(self, node: e.Expression, kind: Type) -> Code:
        """A node as one of several that may be a value: a list of facts is read where the others are no facts."""
        found = self.expression(node)
        if node.type.unit != FACT_LIST or kind.unit == FACT_LIST:
            return found
        found = self.atom(found)
        return self.guarded((found,), self.elements(found.text, node.type))

    def guarded(self, operands: Iterable[Code], text: str, na: bool = False) -> Code:
        """`text`, unless an operand is NA: then the first such operand."""
        tested = [code for code in operands if code.na]
        if len(tested) > LONGEST_CHAIN:
            first = self.names.temporary("na")
            self.out.line(f"{first} = first_na(({', '.join(code.text for code in tested)}))")
            return Code(f"({first} if {first} is not None else {text})", na=True)
        tests = [f"{code.text} if {code.text}.__class__ is NA else " for code in tested]
        return Code(f"({''.join(tests)}{text})", na or bool(tests))

    # ── constants and variables ──

    def _on_constant(self, node: e.Constant) -> Code:
        return Code(number_text(node.value), atom=True, whole=node.value.__class__ is int)

    def _on_notavailable(self, node: e.NotAvailable) -> Code:
        na = NA(node.reason, node.text, "", "RE506" if node.reason == "invalid" else "")
        return Code(self.names.constant(na, "na"), na=True, atom=True)

    def _on_variable(self, node: e.Variable) -> Code:
        return self.variables[node.name]

    def _on_fact(self, node: e.Fact) -> Code:
        return self.fact(node)

    def _on_attribute(self, node: e.Attribute) -> Code:
        base = self.value_of(node.base)
        return self.attribute(base, node)

    def _on_asof(self, node: e.AsOf) -> Code:
        return Code("as_of", atom=True)

    # ── comparisons ──

    def _on_compare(self, node: e.Compare) -> Code:
        left, right = self._same_kind(node.left, node.right)
        return self.guarded((left, right), self._compare_text(node, left, right))

    def _same_kind(self, first: e.Expression, second: e.Expression) -> tuple[Code, Code]:
        """Both values, a timestamp as its date where the other is a date."""
        left, right = self.value_of(first), self.value_of(second)
        if first.type.kind is Kind.TIMESTAMP and second.type.kind is Kind.DATE:
            left = self.atom(self.guarded((left,), f"{self.day_of()}[{left.text}]"))
        elif second.type.kind is Kind.TIMESTAMP and first.type.kind is Kind.DATE:
            right = self.atom(self.guarded((right,), f"{self.day_of()}[{right.text}]"))
        return left, right

    def _compare_text(self, node: e.Compare, left: Code, right: Code) -> str:
        if node.left.type.kind is not Kind.NUMBER and node.right.type.kind is not Kind.NUMBER:
            return f"{left.text} {'==' if node.operator == '=' else node.operator} {right.text}"
        if isinstance(node.left, e.Constant) and not isinstance(node.right, e.Constant):
            mirrored = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(node.operator, node.operator)
            return compare_edge(mirrored, right, float(node.left.value))
        if isinstance(node.right, e.Constant):
            return compare_edge(node.operator, left, float(node.right.value))
        name = {
            "<": "less",
            ">": "less",
            "<=": "not less",
            ">=": "not less",
            "=": "equal",
            "!=": "not equal",
        }[node.operator]
        swapped = node.operator in (">", "<=")
        first, second = (right.text, left.text) if swapped else (left.text, right.text)
        return f"{name}({first}, {second})"

    def _on_between(self, node: e.Between) -> Code:
        subject = self.value_of(node.subject)
        numbers = node.subject.type.kind is Kind.NUMBER
        ends = [(node.low, ">" if node.low_open else ">="), (node.high, "<" if node.high_open else "<=")]
        if numbers and isinstance(node.low, e.Constant) and isinstance(node.high, e.Constant):
            low = edge_text(ends[0][1], float(node.low.value), subject.whole)
            high = edge_text(ends[1][1], float(node.high.value), subject.whole)
            return self.guarded((subject,), f"{low} {_turned(ends[0][1])} {subject.text} {ends[1][1]} {high}")
        tests = [
            self.atom(self.expression(e.Compare(operator, node.subject, end, type=node.type, span=node.span)))
            for end, operator in ends
            if end is not None
        ]
        return self.kleene("and", tests)

    def _on_oneof(self, node: e.OneOf) -> Code:
        subject = self.value_of(node.subject)
        if all(isinstance(c, e.Constant) and c.type.kind is not Kind.NUMBER for c in node.choices):
            items = ", ".join(
                sorted({number_text(c.value) for c in node.choices if isinstance(c, e.Constant)})
            )
            return self.guarded((subject,), f"{subject.text} in {{{items}}}")
        if len(node.choices) > LONGEST_CHAIN and all(isinstance(c, e.Constant) for c in node.choices):
            numbers = sorted(float(c.value) for c in node.choices if isinstance(c, e.Constant))
            edges = self.names.constant(tuple(numbers), "numbers")
            return self.guarded((subject,), f"among({subject.text}, {edges})")
        tests = [
            self.atom(self.expression(e.Compare("=", node.subject, choice, type=node.type, span=node.span)))
            for choice in node.choices
        ]
        return self.kleene("or", tests)

    # ── logic ──

    def _on_logic(self, node: e.Logic) -> Code:
        return self.logic(node.operator, node.operands)

    def _on_not(self, node: e.Not) -> Code:
        operand = self.expression(node.operand)
        if not operand.na:
            return Code(f"(not {operand.text})")
        operand = self.atom(operand)
        return self.guarded((operand,), f"not {operand.text}")

    def _on_default(self, node: e.Default) -> Code:
        *firsts, last = node.operands
        result = self.names.temporary("t")
        found = self.one_of(firsts[0], node.type)
        if not found.na:
            return found
        self.out.line(f"{result} = {found.text}")
        whole = found.whole
        for operand in (*firsts[1:], last):
            with self.out.block(f"if {result}.__class__ is NA and {result}.reason == 'missing'"):
                following = self.one_of(operand, node.type)
                self.out.line(f"{result} = {following.text}")
            whole = whole and following.whole
        return Code(result, na=True, atom=True, whole=whole)

    def _on_choose(self, node: e.Choose) -> Code:
        target = self.names.temporary("t")

        def outcome(value: e.Expression) -> Callable[[str], bool]:
            def write(name: str) -> bool:
                found = self.one_of(value, node.type)
                self.out.line(f"{name} = {found.text}")
                return found.na

            return write

        rows: list[tuple[e.Expression | None, Callable[[str], bool]]] = [
            (branch.condition, outcome(branch.value)) for branch in node.branches
        ]
        na = self.rows(target, [*rows, (None, outcome(node.otherwise))], "None")
        return Code(target, na=na, atom=True)

    # ── statuses and bands ──

    def _on_isstatus(self, node: e.IsStatus) -> Code:
        subject = self.value_of(node.subject)
        known = "scored" in node.words
        if not subject.na:
            return Code(str(known), atom=True)
        if known:
            return Code(f"({subject.text}.__class__ is not NA)")
        if len(node.words) == 6:
            return Code(f"({subject.text}.__class__ is NA)")
        return Code(f"({subject.text}.__class__ is NA and {subject.text}.reason in {set_text(node.words)})")

    def _on_ismeasurestatus(self, node: e.IsMeasureStatus) -> Code:
        return self.status_test(node.subject, node.words)

    def _on_isband(self, node: e.IsBand) -> Code:
        band, names = self.band_of(node.subject)
        wanted = set_text(names[position] for position in node.positions)
        test = f"{band.text} in {wanted}" if node.positions else "False"
        if len(node.positions) == 1:
            test = f"{band.text} == {names[node.positions[0]]!r}"
        return self.guarded((band,), test)

    def _on_reference(self, node: e.Reference) -> Code:
        return self.reference(node)

    def status_test(self, node: e.Reference, words: tuple[str, ...]) -> Code:
        """A test of the status of a measure, card or node; written by the parts that know them."""
        raise NotImplementedError  # pragma: no cover - abstract

    def band_of(self, node: e.Reference) -> tuple[Code, list[str]]:
        """The band name of a measure, card or node (or NA), and the names of its band set."""
        raise NotImplementedError  # pragma: no cover - abstract

    def reference(self, node: e.Reference) -> Code:
        """A number of a measure, card or node."""
        raise NotImplementedError  # pragma: no cover - abstract

    # ── lists and records ──

    def _on_listof(self, node: e.ListOf) -> Code:
        kind = node.type.element or node.type
        items = ", ".join(self.one_of(item, kind).text for item in node.items)
        return Code(f"[{items}]")

    def _on_recordof(self, node: e.RecordOf) -> Code:
        values = [self.expression(value).text for value in node.values]
        pairs = ", ".join(f"{name!r}: {value}" for name, value in zip(node.names, values, strict=True))
        return Code(f"{{{pairs}}}")

    def _on_counttrue(self, node: e.CountTrue) -> Code:
        items = [self.value_of(item) for item in node.items]
        total = f"[{', '.join(code.text for code in items)}].count(True)"
        return self.guarded(items, total)

    # ── calls ──

    def _on_call(self, node: e.Call) -> Code:
        arguments = [self.value_of(argument) for argument in node.arguments]
        if self.inside_queries:
            for argument, code in zip(node.arguments, arguments, strict=True):
                if argument.type.kind in (Kind.LIST, Kind.TEXT) and code.text.isidentifier():
                    self.out.line(f"spend(problems, {code.text})")
        operator = getattr(self, _OPERATORS.get(node.function, ""), None)
        if operator is not None:
            found: Code = operator(node, arguments)
            return found
        return self._library(node, arguments)

    def _library(self, node: e.Call, arguments: list[Code]) -> Code:
        record = FUNCTIONS[node.function]
        function = self.names.constant(record.implementation, f"f_{record.name}".lower())
        many = record.parameters[0] in ("quantities", "texts")
        if many and not (len(node.arguments) == 1 and node.arguments[0].type.kind is Kind.LIST):
            values = f"({', '.join(code.text for code in arguments)},)"
            return self.guarded(arguments, f"{function}({values})")
        texts = [code.text for code in arguments] + [repr(option) for option in node.options]
        call = f"{function}({', '.join(texts)})"
        if node.arguments and node.arguments[0].type.kind is Kind.LIST:
            return self._of_list(node, arguments[0], call, record.missing_when_empty)
        fault = NA(
            "invalid", f"`{self.text_of(node.span)}`: {record.fault}", pointer_of(node.arguments), "RE506"
        )
        result = self.atom(self.guarded(arguments, call))
        if record.fault == "has no value here":
            return result
        return Code(
            f"({result.text} if {result.text} is not None else {self.names.constant(fault, 'fault')})",
            na=True,
        )

    def _of_list(self, node: e.Call, values: Code, call: str, missing_when_empty: bool) -> Code:
        name = self.names.temporary("t")
        self.out.line(f"{name} = {values.text}")
        with self.out.block(f"if {name}.__class__ is not NA"):
            listed = values.text
            read = self.elements(values.text, node.arguments[0].type)
            if read != listed and node.function != "count":
                listed = self.names.temporary("list")
                self.out.line(f"{listed} = {read}")
            if node.function == "count":
                self.out.line(f"{name} = len({listed})")
            else:
                self.out.line(f"{name} = first_na({listed})")
                with self.out.block(f"if {name} is None"):
                    empty = self.names.constant(
                        NA("missing", f"`{self.text_of(node.span)}`: the list is empty"), "empty"
                    )
                    guard = f" if {listed} else {empty}" if missing_when_empty else ""
                    self.out.line(f"{name} = {call.replace(f'({values.text}', f'({listed}', 1)}{guard}")
        return Code(name, na=True, atom=True)

    # ── operators ──

    def _add(self, node: e.Call, arguments: list[Code]) -> Code:
        left, right = arguments
        found = self.guarded((left, right), f"{left.text} {node.function} {right.text}")
        if node.function in "+-":
            return self._finite(node, found) if grows(node, self.magnitudes) else found
        return self._finite(node, found) if overflows(node, self.magnitudes) else found

    def _divide(self, node: e.Call, arguments: list[Code]) -> Code:
        left, right = arguments
        denominator = node.arguments[1]
        if isinstance(denominator, e.Constant) and abs(float(denominator.value)) > 1e-10:
            found = self.guarded((left, right), f"{left.text} / {right.text}")
            return self._finite(node, found) if overflows(node, self.magnitudes) else found
        words = f"the denominator `{self.text_of(denominator.span)}` is zero"
        fault = NA("invalid", words, pointer_of((denominator,)), "RE506")
        zero = self.names.constant(fault, "zero")
        usable = right.text if right.whole else f"not -1e-10 <= {right.text} <= 1e-10"
        text = f"{left.text} / {right.text} if {usable} else {zero}"
        found = self.guarded((left, right), text, na=True)
        return self._finite(node, found) if overflows(node, self.magnitudes) else found

    def _finite(self, node: e.Call, code: Code) -> Code:
        found = self.atom(code)
        fault = self.names.constant(
            NA("invalid", f"`{self.text_of(node.span)}` is too large a number", "", "RE506"), "large"
        )
        text = f"{found.text} if -1e290 < {found.text} < 1e290 else {fault}"
        return self.guarded((found,), text, na=True)

    def _negative(self, node: e.Call, arguments: list[Code]) -> Code:
        return self.guarded(arguments, f"0 - {arguments[0].text}")

    def _between_days(self, node: e.Call, arguments: list[Code]) -> Code:
        left, right = (
            self.atom(self.guarded((code,), f"{self.day_of()}[{code.text}]"))
            if argument.type.kind is Kind.TIMESTAMP
            else code
            for argument, code in zip(node.arguments, arguments, strict=True)
        )
        return self.guarded((left, right), f"{left.text} - {right.text}")

    def _shift(self, node: e.Call, arguments: list[Code]) -> Code:
        day, amount = arguments
        if node.arguments[0].type.kind is Kind.TIMESTAMP:
            day = self.atom(self.guarded((day,), f"{self.day_of()}[{day.text}]"))
        _, operator, unit = node.function.split()
        sign = "-" if operator == "-" else ""
        call = f"add_{unit}({day.text}, {sign}{amount.text})"
        result = self.atom(self.guarded((day, amount), call))
        fault = self.names.constant(
            NA("invalid", f"`{self.text_of(node.span)}` is beyond the calendar", "", "RE506"), "fault"
        )
        return Code(f"({result.text} if {result.text} is not None else {fault})", na=True)

    def _date_of(self, node: e.Call, arguments: list[Code]) -> Code:
        return self.guarded(arguments, f"{self.day_of()}[{arguments[0].text}]")

    def _calendar(self, node: e.Call, arguments: list[Code]) -> Code:
        name = {"start of": "period_start", "end of": "period_end", "name of": "period_name"}.get(
            node.function, node.function.replace(" ", "_")
        )
        options = ", ".join(repr(option) for option in node.options)
        return self.guarded(arguments, f"{name}({arguments[0].text}, {options})")

    def _text_contains(self, node: e.Call, arguments: list[Code]) -> Code:
        return self.guarded(arguments, f"{arguments[1].text} in {arguments[0].text}")

    def _list_contains(self, node: e.Call, arguments: list[Code]) -> Code:
        values, item = arguments
        read = self.element_reader(node.arguments[0].type) or "None"
        element = node.arguments[0].type.element
        texts = read != "None" and element is not None and element.kind is Kind.TEXT
        name = "contains_text" if texts else "list_contains"
        return self.guarded((values, item), f"{name}({values.text}, {item.text}, None, {read})", na=True)

    # ── dates ──

    def _on_elapsed(self, node: e.Elapsed) -> Code:
        day = self.value_of(node.date)
        since = node.direction == "since"
        fault = NA(
            "invalid",
            f"`{self.text_of(node.span)}`: the date lies in the {'future' if since else 'past'}",
            pointer_of((node.date,)),
            "RE506",
        )
        name = self.names.constant(fault, "fault")
        first, last = (day.text, "as_of") if since else ("as_of", day.text)
        if node.unit in ("days", "weeks"):
            text = f"{last} - {first}" if node.unit == "days" else f"({last} - {first}) // 7"
        else:
            months = f"months[{day.text}]" if since else f"months_between(as_of, {day.text})"
            divisor = {"months": "", "quarters": " // 3", "years": " // 12"}[node.unit]
            text = months + divisor
        found = self.guarded((day,), f"{text} if {first} <= {last} else {name}", na=True)
        return evolve(found, whole=True)

    def _on_within(self, node: e.Within) -> Code:
        day, duration = self.value_of(node.subject), self.value_of(node.duration)
        if node.subject.type.kind is Kind.TIMESTAMP:
            day = self.atom(self.guarded((day,), f"{self.day_of()}[{day.text}]"))
        if node.duration.type.unit == "days":
            if isinstance(node.duration, e.Constant):
                limit = edge_text("<=", float(node.duration.value), whole=True)
                return self.guarded((day,), f"0 <= as_of - {day.text} <= {limit}")
            return self.guarded(
                (day, duration), f"0 <= as_of - {day.text} and not less({duration.text}, as_of - {day.text})"
            )
        if isinstance(node.duration, e.Constant):
            later = f"{self.plus_months(float(node.duration.value))}[{day.text}]"
            return self.guarded((day,), f"{day.text} <= as_of <= {later}")
        return self.guarded(
            (day, duration), f"{day.text} <= as_of <= after_months({day.text}, {duration.text})"
        )

    # ── definitions ──

    def _on_calldefinition(self, node: e.CallDefinition) -> Code:
        arguments = [self.expression(argument).text for argument in node.arguments]
        return self.atom(Code(self.call_of(node.instance, arguments), na=True))

    def call_of(self, instance: str, arguments: list[str]) -> str:
        """A call of the function that holds a compiled definition or table."""
        raise NotImplementedError  # pragma: no cover - abstract

    def _on_query(self, node: e.Query) -> Code:
        return self.query(node)

    def query(self, node: e.Query) -> Code:
        """A query; written by `queries.py`."""
        raise NotImplementedError  # pragma: no cover - abstract


_OPERATORS = {
    "+": "_add", "-": "_add", "*": "_add", "/": "_divide", "negative": "_negative", "days between": "_between_days",
    "date + days": "_shift", "date - days": "_shift", "date + months": "_shift", "date - months": "_shift",
    "date of": "_date_of", "start of": "_calendar", "end of": "_calendar", "name of": "_calendar", "fiscal quarter": "_calendar",
    "fiscal year": "_calendar", "text contains": "_text_contains", "list contains": "_list_contains",
}  # fmt: skip


def edge_text(operator: str, edge: float, whole: bool) -> str:
    """`adjusted` as text; for what is `whole` an int that parts ints alike: Python compares two ints faster."""
    found = adjusted(operator, edge)
    if not whole:
        return repr(found)
    return repr(math.ceil(found) if operator in ("<", ">=") else math.floor(found))


def compare_edge(operator: str, subject: Code, edge: float) -> str:
    """The comparison of a number with a constant edge."""
    text, whole = subject.text, subject.whole
    if operator in ("=", "!="):
        low, high = edge_text(">=", edge, whole), edge_text("<=", edge, whole)
        if low == high:
            return f"{text} {'==' if operator == '=' else '!='} {low}"
        return f"{low} <= {text} <= {high}" if operator == "=" else f"not {low} <= {text} <= {high}"
    return f"{text} {operator} {edge_text(operator, edge, whole)}"


def _turned(operator: str) -> str:
    return {">=": "<=", ">": "<"}[operator]


def set_text(words: Iterable[str]) -> str:
    """A set of words as Python text, always in the same order."""
    return "{" + ", ".join(repr(word) for word in sorted(set(words))) + "}"
