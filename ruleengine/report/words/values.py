"""Values of the evaluation tree in plain English: `billable users of the scored instance ÷ subscription licensed users`.

In: a node that has a value. Out: a phrase that stands where a noun stands. Guaranteed: the phrase says what is
computed and nothing less; a formula that words would hide is given as it stands in the ruleset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from ruleengine.report.words.names import Names, anchor, band_run
from ruleengine.report.words.quantities import constant_words
from ruleengine.report.words.text import CODE, NAME, Part, Run, Text, joined, listed, say
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import Kind

#: A formula with more signs and functions than this is shown as it is written.
_LONGEST_FORMULA = 7
_SIGNS = {"+": (" + ", 1), "-": (" − ", 1), "*": (" × ", 2), "/": (" ÷ ", 2)}
_REASONS = {"not_applicable": "not applicable"}
_PARTS = {
    "value": "the value of ", "points": "the points of ", "score": "the score of ", "band": "the band of ",
    "computed_score": "the computed score of ", "computed_band": "the computed band of ",
    "coverage": "the coverage of ", "effective_weight": "the effective weight of ",
    "contribution": "the contribution of ", "status": "", "computed_status": "the computed status of ",
    "past_band": "the band, however old, of ", "borderline": "the band next to ",
}  # fmt: skip
_ROUNDED = {
    "round": "rounded", "round_half_up": "rounded", "round_up": "rounded away from zero", "floor": "rounded down",
    "round_down": "rounded towards zero", "ceiling": "rounded up", "round_half_even": "rounded (halves to even)",
    "round_half_down": "rounded (halves towards zero)",
}  # fmt: skip
_MODES = {
    "half_even": "halves to even", "half_down": "halves towards zero", "up": "away from zero", "down": "towards zero",
    "floor": "down", "ceiling": "up",
}  # fmt: skip
#: Functions of one value, and those of several.
_ONE = {
    "abs": "the size of ", "sqrt": "the square root of ", "exp": "e to the power of ", "ln": "the natural logarithm of ",
    "count": "how many there are in ", "length": "the number of characters of ", "year": "the year of ",
    "month": "the month of ", "day": "the day of the month of ",
}  # fmt: skip
_SEVERAL = {"min": "the smallest of ", "max": "the largest of ", "sum": "the sum of ", "mean": "the mean of "}
_QUERIES = {
    "sum_of": "the sum of ", "mean_of": "the mean of ", "min_of": "the smallest ", "max_of": "the largest ",
    "list_of": "the list of ", "series_of": "the series of ",
}  # fmt: skip


@attrs.frozen(slots=False)
class Values:
    """Says values.

    `innermost` is the variable of the query that is being told, `subject` the one that is called “the value”, or nothing
    at all when it is `silent`.
    """

    names: Names
    innermost: str = ""
    subject: str = ""
    silent: bool = False

    def value(self, node: e.Expression) -> Text:
        """The phrase for a value."""
        if _formula_size(node) > _LONGEST_FORMULA:
            written = self.names.source(node.span)
            if written.text:
                return (written,)
        found: Callable[[Any], Text] | None = getattr(self, f"_say_{type(node).__name__.lower()}", None)
        if found is not None:
            return found(node)
        if node.type.kind is Kind.FLAG:
            return say("whether ", self.condition(node))
        written = self.names.source(node.span)
        return (written,) if written.text else say(type(node).__name__)

    def condition(self, node: e.Expression, negated: bool = False) -> Text:
        """The phrase for a condition."""
        raise NotImplementedError  # pragma: no cover - `Words` says conditions

    def inner(self, node: e.Expression) -> Text:
        """The phrase for a value inside another one, in parentheses where it could be misread."""
        text = self.value(node)
        loose = isinstance(node, e.Default | e.Choose | e.Query) or (
            isinstance(node, e.Call)
            and (
                node.function in (*_SIGNS, *_ROUNDED, *_SEVERAL)
                or node.function.startswith(("date +", "date -"))
            )
        )
        return say("(", text, ")") if loose and text[0].kind != CODE else text

    # ── what is given ──

    def _say_constant(self, node: e.Constant) -> Text:
        return say(constant_words(node.value, node.type))

    def _say_notavailable(self, node: e.NotAvailable) -> Text:
        reason = _REASONS.get(node.reason, node.reason)
        return say(f"no value ({reason}", f": {node.text})" if node.text else ")")

    def _say_fact(self, node: e.Fact) -> Text:
        return say(self.names.fact(node.path))

    def _say_variable(self, node: e.Variable) -> Text:
        if node.name == self.subject:
            return say("the value")
        if node.name == self.innermost:
            return say("the entry")
        run = self.names.variables.get(node.name)
        if run is not None and run.target.startswith(("segment-", "trigger-")):
            return say("whether ", self.condition(node))
        if run is not None:
            record = node.type.kind is Kind.RECORD and run.target
            constant = self.names.constants.get(node.name)
            stands_for = f" ({constant_words(constant.value, constant.type)})" if constant is not None else ""
            return say("the " if record else "", run, stands_for)
        if node.name.endswith(".value") and node.name.removesuffix(".value") in self.names.measures:
            return say("the value of ", self.names.measure(node.name.removesuffix(".value")))
        return say(f"entry {node.name}")

    def _say_attribute(self, node: e.Attribute) -> Text:
        name = self.names.human(node.name)
        if isinstance(node.base, e.Variable) and node.base.name == self.innermost:
            return say("" if node.type.kind is Kind.FLAG else "the ", name)
        return say(name, " of ", self.inner(node.base))

    def _say_asof(self, node: e.AsOf) -> Text:
        return say("the as-of date")

    # ── what is computed ──

    def _say_call(self, node: e.Call) -> Text:
        name, arguments = node.function, node.arguments
        if name in _SIGNS:
            return self._arithmetic(node)
        if name == "negative":
            return say("−", self.inner(arguments[0]))
        if name == "date of":
            return self.value(arguments[0])
        if name in _ROUNDED:
            return self._rounded(node)
        if name.endswith(" of") and node.options:
            return self._edge(node)
        if name.startswith(("date + ", "date - ")):
            return say(self.inner(arguments[0]), " + " if "+" in name else " − ", self.inner(arguments[1]))
        if name.startswith("fiscal ") and len(arguments) == 1:
            return say(f"the {name} of ", self.inner(arguments[0]))
        if name in _ONE and len(arguments) == 1:
            return say(_ONE[name], self.inner(arguments[0]))
        if name in _SEVERAL:
            return say(_SEVERAL[name], listed([self.inner(argument) for argument in arguments]))
        if name == "power":
            return say(self.inner(arguments[0]), " to the power of ", self.inner(arguments[1]))
        if node.type.kind is Kind.FLAG:
            return say("whether ", self.condition(node))
        options = [say(str(option)) for option in node.options]
        return say(f"{name}(", joined([*map(self.value, arguments), *options], ", "), ")")

    def _arithmetic(self, node: e.Call) -> Text:
        sign, strength = _SIGNS[node.function]
        left, right = (self._operand(each) for each in node.arguments)
        tighter = strength + (node.function in ("-", "/"))
        return say(
            _wrapped(*left, strength), sign, _wrapped(*right, tighter if node.function != "+" else strength)
        )

    def _operand(self, node: e.Expression) -> tuple[Text, int]:
        """A phrase, and how tightly it holds together: 1 like a sum, 2 like a product, 3 like one word."""
        if isinstance(node, e.Call) and node.function in _SIGNS:
            return self.value(node), _SIGNS[node.function][1]
        return self.inner(node), 3

    def _rounded(self, node: e.Call) -> Text:
        digits, mode = (*node.options, 0, "half_up")[:2] if node.options else (0, "half_up")
        to = "to a whole number" if digits == 0 else f"to {digits} decimal{'s' if digits != 1 else ''}"
        how = f" ({_MODES[mode]})" if isinstance(mode, str) and mode in _MODES else ""
        return say(self.inner(node.arguments[0]), f", {_ROUNDED[node.function]} {to}{how}")

    def _edge(self, node: e.Call) -> Text:
        """`start of fiscal quarter`, `name of quarter`."""
        period = period_words(node)
        edge = node.function.removesuffix(" of")
        day = node.arguments[0]
        if isinstance(day, e.AsOf):
            return say(f"the {edge} of this {period}")
        return say(f"the {edge} of the {period} of ", self.inner(day))

    def _say_default(self, node: e.Default) -> Text:
        first, *others = node.operands
        return say(
            self.inner(first), *(say(", or ", self.inner(other)) for other in others), " where missing"
        )

    def _say_choose(self, node: e.Choose) -> Text:
        parts: list[Part] = []
        for number, branch in enumerate(node.branches):
            word = "if " if not number else "; otherwise if "
            parts += [word, self.condition(branch.condition), ": ", self.value(branch.value)]
        return say(*parts, "; otherwise ", self.value(node.otherwise))

    def _say_reference(self, node: e.Reference) -> Text:
        return say(_PARTS.get(node.part, f"the {node.part.replace('_', ' ')} of "), self.referred(node))

    def referred(self, node: e.Reference) -> Text:
        """The measure, scorecard or node that a reference means."""
        if node.kind == "measure":
            return say(self.names.measure(node.name))
        if node.kind == "card":
            return say(self.names.card(node.name))
        if node.kind == "matrix":
            return say(self.names.variables.get(node.name, Run(self.names.human(node.name))))
        return say(self.names.node(node.name, node.path), " in ", self.names.card(node.name))

    def _say_said(self, node: e.Said) -> Text:
        found = self.names.variables.get(node.name)
        name = found if found is not None else Run(self.names.human(node.name.rpartition(".")[2]))
        return say(f"the {self.names.human(node.part)} of the {node.kind} ", name)

    def _say_reasons(self, node: e.Reasons) -> Text:
        return say("the reasons of ", self.names.card(node.card), ", what costs most first")

    def _say_previous(self, node: e.Previous) -> Text:
        return say("the previous ", self.names.human(node.label).replace(".", " "))

    # ── lists and series ──

    def _say_ofseries(self, node: e.OfSeries) -> Text:
        asked = say(f"{node.kind} of ", self.inner(node.series))
        if node.date is not None:
            return say(asked, " at ", self.inner(node.date))
        if node.number is not None:
            return say(asked, f" over the last {node.number} values")
        if node.period is None:
            return asked
        if node.kind == "value":
            return say(asked, " ", self.inner(node.period), " ago")
        return say(asked, " over ", self.inner(node.period))

    def _say_query(self, node: e.Query) -> Text:
        within = attrs.evolve(self, innermost=node.variable)
        source = self.inner(node.source)
        where = say(" where ", within.condition(node.where)) if node.where is not None else ()
        if node.kind in ("any", "all"):
            return say("whether ", self.condition(node))
        if node.kind == "count":
            return say("the number of ", source, where)
        if node.kind == "list" and node.projection is None:
            return say("those of ", source, where) if where else source
        if node.projection is not None:
            what = within.value(node.projection)
            dated = say(", by ", within.key(node.by)) if node.by is not None else ()
            return say(_QUERIES.get(node.kind, f"the {node.kind} of "), what, " over ", source, where, dated)
        by = say(", by ", within.key(node.by)) if node.by is not None else ()
        if node.kind in ("top", "bottom"):
            rank = "highest" if node.kind == "top" else "lowest"
            return say(f"the {node.number} {rank} of ", source, where, by)
        return say(f"the {node.kind} of ", source, where, by)

    def key(self, node: e.Expression) -> Text:
        """What a list is put in order by."""
        if isinstance(node, e.Attribute) and isinstance(node.base, e.Variable):
            return say(self.names.human(node.name)) if node.base.name == self.innermost else self.value(node)
        return self.value(node)

    def _say_counttrue(self, node: e.CountTrue) -> Text:
        return say("how many of these hold: ", joined(map(self.condition, node.items), "; "))

    def _say_elapsed(self, node: e.Elapsed) -> Text:
        return say(f"{node.unit} {node.direction} ", self.inner(node.date))

    def _say_listof(self, node: e.ListOf) -> Text:
        return (
            say("the list ", listed([self.inner(item) for item in node.items]))
            if node.items
            else say("no entries")
        )

    def _say_recordof(self, node: e.RecordOf) -> Text:
        fields = zip(node.names, node.values, strict=True)
        return joined([say(self.names.human(name), " ", self.inner(value)) for name, value in fields], ", ")

    def _say_calldefinition(self, node: e.CallDefinition) -> Text:
        name = self.called(node)
        if name.text.endswith((" of", " for", " by")) and len(node.arguments) == 1:
            return say(name, " ", self.inner(node.arguments[0]))
        return say(name, "(", joined([self.value(argument) for argument in node.arguments], ", "), ")")

    def called(self, node: e.CallDefinition) -> Run:
        """The name of a table or definition, with the way to it."""
        owner = self.names.called.get(node.instance)
        name = owner.name if owner is not None else node.instance
        kind = "table" if isinstance(owner, r.Table) else "definition"
        return Run(self.names.human(name), NAME, anchor(kind, name))

    def bands(self, reference: e.Reference, positions: tuple[int, ...]) -> Text:
        """`yellow or red`."""
        known = self.names.bands_of(reference)
        fitting = [say(band_run(known, position)) for position in positions if position < len(known)]
        return listed(fitting, "or") if fitting else say("in no band")


def period_words(edge: e.Call) -> str:
    """`fiscal quarter` of a call such as `start of fiscal quarter`."""
    unit, first, *fiscal = edge.options
    return f"fiscal {unit}" if first != 1 or any(fiscal) else str(unit)


def _wrapped(text: Text, holds: int, needed: int) -> Text:
    return text if holds >= needed or (len(text) == 1 and text[0].kind == CODE) else say("(", text, ")")


def _formula_size(node: e.Expression) -> int:
    """How many signs, functions and choices a formula has, as far as it is one: lists and conditions end it."""
    return sum(1 for _ in _steps(node))


def _steps(node: e.Expression) -> Iterator[e.Expression]:
    stack: list[e.Expression] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, e.Call) and current.function != "date of":
            yield current
            stack.extend(current.arguments)
        elif isinstance(current, e.Choose):
            yield current
            stack.extend([*(branch.value for branch in current.branches), current.otherwise])
        elif isinstance(current, e.CallDefinition):
            yield current
            stack.extend(current.arguments)
        elif isinstance(current, e.ListOf):
            stack.extend(current.items)
        elif isinstance(current, e.RecordOf):
            stack.extend(current.values)
