"""Calls, status tests and queries: the parts of expressions that need look-ups."""

from __future__ import annotations

from attrs import evolve

from ruleengine.compiler import units
from ruleengine.compiler.context import unknown
from ruleengine.compiler.scope import Scope, Symbol
from ruleengine.compiler.series import Series
from ruleengine.diagnostics import did_you_mean
from ruleengine.library import FUNCTIONS, Function
from ruleengine.library.texts import compile_pattern
from ruleengine.source import Span
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import COUNT, DATE, FLAG, NUMBER, ROUNDING_MODES, TEXT, Kind, Type

#: What others call a value that is not there.
_WITHOUT_VALUE = ("unknown", "null", "none", "nil", "empty", "blank", "absent", "undefined")
STATUS_WORDS = {
    "na": ("invalid", "expired", "missing", "grace", "excluded", "not_applicable"),
    "known": ("scored", "stale"),
    "scored": ("scored", "stale"),
    "stale": ("stale",),
    "missing": ("missing",),
    "expired": ("expired",),
    "not_applicable": ("not_applicable",),
    "grace": ("grace",),
    "excluded": ("excluded",),
    "invalid": ("invalid",),
}
#: After these names a path is a value, not the thing itself: `health.product.effective_weight is na`.
VALUE_PARTS = ("value", "points", "score", "computed_score", "coverage", "effective_weight", "contribution", "band", "borderline",
               "computed_band")  # fmt: skip
#: What is no function, because it is said in words.
SPOKEN = {
    "growth": "write `growth of s over 1 month`", "change": "write `change of s over 1 month`",
    "slope": "write `monthly slope of s over 6 months`", "value_at": "write `value of s at as_of`",
    "declines": "write `consecutive declines of s`", "rises": "write `consecutive rises of s`",
    "moving_mean": "write `mean of s over 3 months`", "unchanged": "write `days without change of s`",
    "fiscal_quarter": "write `fiscal quarter` or `name of fiscal quarter`",
}  # fmt: skip
_QUERIES_OF_ELEMENTS = ("latest", "earliest", "first")


class Calls(Series):
    """Elaborates calls, tests of bands and statuses, and queries."""

    # ── calls ──

    def _on_call(self, node: t.Call, scope: Scope) -> e.Expression:
        symbol = self.module.symbols.get(node.function)
        if symbol is not None and symbol.origin.kind in ("table", "define"):
            symbol.used = True
            arguments = tuple(self.elaborate_any(argument, scope) for argument in node.arguments)
            return self.call_definition(symbol, arguments, node)
        record = FUNCTIONS.get(node.function)
        if node.function == "date" and len(node.arguments) == 1:
            return self._day(node.arguments[0], scope)
        if record is None:
            for argument in node.arguments:
                self.elaborate_any(argument, scope)
            if node.function in self.module.damaged:
                return unknown(node.span)
            callable_names = {
                *FUNCTIONS,
                *(s.name for s in self.module.symbols.values() if s.origin.kind in ("table", "define")),
            }
            return self.context.fault(
                "RE205",
                node.function_span,
                f"unknown function `{node.function}`",
                SPOKEN.get(node.function) or did_you_mean(node.function, callable_names),
            )
        return self._call_function(record, node, scope)

    def call_definition(
        self, symbol: Symbol, arguments: tuple[e.Expression, ...], node: t.Call
    ) -> e.Expression:
        """A call of a table or a definition; compiled by `tables.py`."""
        raise NotImplementedError  # pragma: no cover - abstract

    def _call_function(self, record: Function, node: t.Call, scope: Scope) -> e.Expression:
        kinds = record.parameters
        many = kinds[0] in ("quantities", "texts")
        wrong = not node.arguments if many else not record.required <= len(node.arguments) <= len(kinds)
        if wrong:
            return self.context.fault(
                "RE303",
                node.span,
                f"`{record.name}` is called with {len(node.arguments)} argument{'s' * (len(node.arguments) != 1)}",
                " ".join(record.doc.split()),
            )
        values: list[e.Expression] = []
        options: list[str | int] = []
        for position, argument in enumerate(node.arguments):
            kind = kinds[0] if many else kinds[position]
            if kind in ("digits", "mode", "pattern"):
                options.append(self._option(kind, argument))
            else:
                values.append(self._argument(record, kind, self.elaborate(argument, scope)))
        options_wanted = [kind for kind in kinds if kind in ("digits", "mode", "pattern")]
        options += (
            record.defaults[len(options) - len(options_wanted) :]
            if len(options) < len(options_wanted)
            else []
        )
        return self._typed_call(record, values, tuple(options), node.span)

    def _option(self, kind: str, node: t.Expression) -> str | int:
        if kind == "digits":
            if (
                isinstance(node, t.Number)
                and not node.unit
                and node.digits.isdigit()
                and int(node.digits) <= 10
            ):
                return int(node.digits)
            self.context.report(
                "RE303", node.span, "the number of decimals is a whole number from 0 to 10, as written"
            )
            return 0
        if kind == "mode":
            if isinstance(node, t.Name) and node.name in ROUNDING_MODES:
                return node.name
            word = node.name if isinstance(node, t.Name) else ""
            help_text = did_you_mean(word, ROUNDING_MODES) or "modes are " + ", ".join(
                f"`{mode}`" for mode in ROUNDING_MODES
            )
            self.context.report("RE214", node.span, "unknown rounding mode", help_text)
            return "half_up"
        if not isinstance(node, t.Text):
            self.context.report("RE318", node.span, "a pattern is a text as written, not a value")
            return ""
        try:
            compile_pattern(node.value)
        except ValueError as error:
            self.context.report(
                "RE318", node.span, f"this pattern cannot be used: {error}", "patterns have RE2 syntax"
            )
        return node.value

    def _argument(self, record: Function, kind: str, value: e.Expression) -> e.Expression:
        actual = value.type
        if units.is_any(actual):
            return value
        is_number = actual.kind is Kind.NUMBER
        fits = {
            "quantity": is_number,
            "number": is_number and actual.unit in ("", "count", "percent"),
            "quantities": is_number or actual.kind is Kind.LIST,
            "text": units.is_text(actual),
            "texts": units.is_text(actual),
            "date": units.is_day(actual),
            "timestamp": actual.kind is Kind.TIMESTAMP,
            "list": actual.kind is Kind.LIST,
        }.get(kind, True)
        if not fits:
            return self.context.fault(
                "RE303",
                value.span,
                f"`{record.name}` cannot take {units.named(actual)}",
                " ".join(record.doc.split()),
            )
        if kind == "date" and actual.kind is Kind.TIMESTAMP:
            return e.Call("date of", (value,), type=DATE, span=value.span)
        return value

    def _typed_call(
        self, record: Function, values: list[e.Expression], options: tuple[str | int, ...], span: Span
    ) -> e.Expression:
        kind = {"number": NUMBER, "count": COUNT, "text": TEXT, "flag": FLAG, "date": DATE}.get(
            record.returns
        )
        if kind is None:
            kind = values[0].type
            if record.parameters[0] == "quantities" and kind.kind is Kind.LIST:
                kind = kind.element or NUMBER
            for value in values[1:]:
                merged = units.unify(kind, value.type)
                if merged is None:
                    return self.context.fault(
                        "RE302", value.span, f"{units.named(value.type)} does not go with {units.named(kind)}"
                    )
                kind = merged
        if record.name in ("round", "floor", "ceiling") and kind == COUNT:
            kind = NUMBER
        if kind.kind not in (Kind.NUMBER, Kind.UNKNOWN, Kind.NOTHING) and record.returns == "same":
            return self.context.fault("RE303", span, f"`{record.name}` needs numbers, and these are {kind}")
        return e.Call(record.name, tuple(values), options, type=kind, span=span)

    # ── bands and statuses ──

    def _on_is(self, node: t.Is, scope: Scope) -> e.Expression:
        found = self._is(node, scope)
        return e.Not(found, type=FLAG, span=node.span) if node.negated else found

    def _is(self, node: t.Is, scope: Scope) -> e.Expression:
        if node.other is not None:
            return self.than_earlier(node, scope)
        status = node.relation == "is" and not node.words[0].quoted and node.words[0].name in STATUS_WORDS
        subject = node.subject
        computed = isinstance(subject, t.Computed)
        if isinstance(subject, t.Computed):
            subject = subject.operand
        if status:
            words = STATUS_WORDS[node.words[0].name]
            return self._is_status(node, subject, words, scope, computed)
        if subject is None:
            return self.context.fault(
                "RE213", node.span, "a band test needs a measure or a scorecard on its left side"
            )
        if isinstance(subject, t.Previous) and not node.past:
            return self.is_earlier_band(node, subject, scope)
        part = "past_band" if node.past else "computed_band" if computed else "band"
        reference = self.reference(subject, scope, part)
        if reference is None:
            return self._no_subject(subject, scope, "is", node.words[0])
        if reference.kind == "none":
            return unknown(node.span)
        if reference.kind == "matrix":
            return self.is_cell(node, reference)
        if node.past:
            return self._was_band(node, reference, scope, computed)
        return self.is_band(node, reference, scope)

    def _was_band(self, node: t.Is, reference: e.Reference, scope: Scope, computed: bool) -> e.Expression:
        """`X was red`: only a measure has freshness that can be ignored, wherever it stands."""
        name = self.context.members.get((reference.name, reference.path), reference.name)
        if computed or self.context.step(r.Measure, name) is None:
            return self.context.fault(
                "RE213",
                node.span,
                "`was` needs a measure on its left side",
                "it ignores the freshness of a measure: otherwise ask with `is`",
            )
        return self.is_band(node, evolve(reference, kind="measure", name=name, path=""), scope)

    def _is_status(
        self,
        node: t.Is,
        subject: t.Expression | None,
        words: tuple[str, ...],
        scope: Scope,
        computed: bool = False,
    ) -> e.Expression:
        if subject is None:
            if scope.implied is None:
                return self.context.fault("RE305", node.span, "`is` needs something on its left side here")
            return e.IsStatus(scope.implied, words, type=FLAG, span=node.span)
        is_part = isinstance(subject, t.Member) and subject.name in VALUE_PARTS
        part = "computed_status" if computed else "status"
        reference = self.reference(subject, scope, "" if is_part else part)
        if reference is None or reference.part != part:
            value: e.Expression = (
                reference or self.earlier_band_alone(subject, scope) or self.elaborate_any(subject, scope)
            )
            if node.words[0].name in ("stale", "scored", "grace") and not units.is_any(value.type):
                self.context.report(
                    "RE213", node.words[0].span, f"only a measure or a scorecard can be `{node.words[0].name}`",
                    "values are `known`, `missing`, `invalid`, …",
                )  # fmt: skip
            return e.IsStatus(value, words, type=FLAG, span=node.span)
        return e.IsMeasureStatus(reference, words, type=FLAG, span=node.span)

    def _no_subject(
        self, node: t.Expression, scope: Scope, word: str, said: t.Word | None = None
    ) -> e.Expression:
        value = self.elaborate(node, scope)
        if units.is_any(value.type):
            return unknown(node.span)
        hint = 'compare a value with `=`: for example `= "red"`' if units.is_text(value.type) else ""
        if said is not None and not said.quoted and said.name in _WITHOUT_VALUE:
            hint = "ask with `is na` whether there is no value, with `is known` whether there is one"
        return self.context.fault(
            "RE213", node.span, f"`{word}` needs a measure, a scorecard or a group here", hint
        )

    # ── queries ──

    def _on_query(self, node: t.Query, scope: Scope) -> e.Expression:
        source = self.elaborate(node.source, scope)
        if not units.is_any(source.type) and source.type.kind is not Kind.LIST:
            return self.context.fault(
                "RE301", node.source.span, f"a query needs a list, and this is {units.named(source.type)}"
            )
        element = source.type.element or unknown(node.span).type
        unique = self.context.unique(node.variable)
        inner = scope.with_variable(node.variable, unique, element, node.span).about(None)
        where = None if node.where is None else self.condition(node.where, inner)
        by = None if node.by is None else self.elaborate(node.by, inner)
        projection = None if node.projection is None else self.elaborate(node.projection, inner)
        series = node.kind == "series_of"
        kind = (
            self.series_type(node, by, projection) if series else self._query_type(node, element, projection)
        )
        self._check_query(node, element, by, projection)
        return e.Query(
            node.kind, unique, source, where, by, projection, node.number, type=kind, span=node.span
        )

    def _query_type(self, node: t.Query, element: Type, projection: e.Expression | None) -> Type:
        if node.kind in _QUERIES_OF_ELEMENTS:
            return element
        if node.kind in ("any", "all"):
            return FLAG
        if node.kind == "count":
            return COUNT
        if node.kind in ("list", "top", "bottom"):
            return Type(Kind.LIST, element=element)
        projected = projection.type if projection is not None else NUMBER
        return Type(Kind.LIST, element=projected) if node.kind == "list_of" else projected

    def _check_query(
        self, node: t.Query, element: Type, by: e.Expression | None, projection: e.Expression | None
    ) -> None:
        if node.kind in ("latest", "earliest") and by is None:
            self.context.report(
                "RE111",
                node.span,
                f"`{node.kind}` needs `by` and a date or number",
                "for example `by x.date`",
            )
        if (
            node.kind in ("any", "all")
            and node.where is None
            and element.kind not in (Kind.FLAG, Kind.UNKNOWN)
        ):
            self.context.report("RE111", node.span, f"`{node.kind}` needs `where` and a condition")
        if by is not None and node.kind not in ("latest", "earliest", "top", "bottom", "series_of"):
            self.context.report("RE213", by.span, f"`{node.kind}` takes no `by`")
        if (
            by is not None
            and node.kind != "series_of"
            and by.type.kind
            not in (
                Kind.NUMBER,
                Kind.DATE,
                Kind.TIMESTAMP,
                Kind.UNKNOWN,
                Kind.NOTHING,
            )
        ):
            self.context.report(
                "RE301", by.span, f"`by` needs a date or a number, and this is {units.named(by.type)}"
            )
        if node.kind in ("sum_of", "mean_of", "min_of", "max_of") and projection is not None:
            day = node.kind in ("min_of", "max_of") and units.is_day(projection.type)
            if projection.type.kind is not Kind.NUMBER and not units.is_any(projection.type) and not day:
                self.context.report(
                    "RE306",
                    projection.span,
                    f"a number is needed here, and this is {units.named(projection.type)}",
                )

    def _on_counttrue(self, node: t.CountTrue, scope: Scope) -> e.Expression:
        items = []
        for item in node.items:
            value = self.elaborate(item, scope)
            if value.type.kind is not Kind.FLAG and not units.is_any(value.type):
                value = self.context.fault(
                    "RE305", item.span, f"a condition is needed here, and this is {units.named(value.type)}"
                )
            items.append(value)
        return e.CountTrue(tuple(items), type=COUNT, span=node.span)

    def _on_overrun(self, node: t.OverRun, scope: Scope) -> e.Expression:
        return self.context.fault(
            "RE213", node.span, f"`{node.kind} of (…)` counts accounts of a run, and a ruleset sees one account",
            "it belongs on the command line; to count in a list write `count x in …`",
        )  # fmt: skip
