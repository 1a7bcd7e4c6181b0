"""What kind of value an expression has, where the value itself does not tell: a percentage, days, an amount of money.

In: an expression and what is known where it stands. Out: the name of a unit or type, `Many` of another kind, the fields
of a record, or None for NA, which is of every kind. Nothing is evaluated, and nothing is checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve, frozen

from ruleengine.syntax import tree
from tests.differential.reference.facts import schema_node
from tests.differential.reference.modules import Module, is_months, path_of

PLAIN = ""
_DAYS = ("day", "week", "hour", "minute")
_KEEPS = ("round", "floor", "ceiling", "abs", "min", "max", "sum", "mean")
_FUNCTIONS = {
    **dict.fromkeys(("lower", "upper", "trim", "concat"), "text"),
    **dict.fromkeys(("starts_with", "ends_with", "matches"), "flag"),
    "date": "date",
}
_CARD_PARTS = {
    "coverage": "percent", "effective_weight": "percent",
    "band": "text", "computed_band": "text", "borderline": "text",
}  # fmt: skip
_TRIGGER_PARTS = {"due": "date", "kind": "text", "severity": "text", "playbook": "text", "reason": "text"}


@frozen
class Many:
    """A list, or a series, of values of one kind."""

    of: Kind


Kind = str | Many | Mapping[str, Any] | None


@frozen
class View:
    """Where an expression stands: its file, the kinds of the names around it, and the fact schema."""

    module: Module
    schema: dict[str, Any]
    names: Mapping[str, Kind] = {}

    def having(self, names: Mapping[str, Kind]) -> View:
        """The same place with more names."""
        return evolve(self, names={**self.names, **names})


def either(kinds: Iterable[Kind]) -> Kind:
    """The kind of what is one or the other: a plain number stands beside a unit only where it is 0."""
    found: Kind = None
    for each in kinds:
        if found in (None, PLAIN, "money", Many(None)):
            found = found if each is None else each
    return found


def kind_of(node: tree.Expression, view: View) -> Kind:
    """The kind of an expression."""
    match node:
        case tree.Number():
            return _literal(node.unit)
        case tree.Date():
            return "timestamp" if "T" in node.text else "date"
        case tree.AsOf():
            return "date"
        case tree.Text():
            return "text"
        case tree.Name() | tree.Member():
            return _path(node, view)
        case tree.Call():
            return _call(node, view)
        case tree.Arithmetic():
            return _arithmetic(node, view)
        case tree.Negative() | tree.Previous():
            return kind_of(node.operand, view)
        case tree.Default():
            return either(kind_of(each, view) for each in node.operands)
        case tree.If():
            return either(kind_of(each, view) for each in (*(b.value for b in node.branches), node.otherwise))
        case tree.Query():
            return _query(node, view)
        case tree.OfSeries():
            return _of_series(node, view)
        case tree.Elapsed():
            return node.unit if node.unit in ("days", "months") else PLAIN
        case tree.Period():
            return "text" if node.edge == "name" else "date"
        case tree.ListLiteral():
            return Many(either(kind_of(each, view) for each in node.items))
        case tree.Record():
            return {each.name: kind_of(each.value, view) for each in node.fields}
        case tree.NotAvailable():
            return None
        case tree.Computed() | tree.CountTrue() | tree.FiscalNumber():
            return PLAIN
    return "flag"


def _literal(unit: str) -> Kind:
    if unit == "%":
        return "percent"
    if is_months(unit):
        return "months"
    return "days" if unit.rstrip("s") in _DAYS else f"money {unit}" if unit else PLAIN


def element(kind: Kind) -> Kind:
    """The kind of the elements of a list."""
    return kind.of if isinstance(kind, Many) else None


def _query(node: tree.Query, view: View) -> Kind:
    source = kind_of(node.source, view)
    if node.kind in ("any", "all"):
        return "flag"
    if node.projection is not None:
        projected = kind_of(node.projection, view.having({node.variable: element(source)}))
        return Many(projected) if node.kind in ("list_of", "series_of") else projected
    if node.kind in ("latest", "earliest", "first"):
        return element(source)
    return PLAIN if node.kind == "count" else source


def _of_series(node: tree.OfSeries, view: View) -> Kind:
    if node.kind.startswith("consecutive"):
        return PLAIN
    if node.kind.endswith("without change"):
        return node.kind.split()[0]
    return "percent" if node.kind == "growth" else element(kind_of(node.series, view))


# ── Operators and calls ──


def _arithmetic(node: tree.Arithmetic, view: View) -> Kind:
    kinds = [kind_of(each, view) for each in node.operands]
    found = kinds[0]
    for operator, other in zip(node.operators, kinds[1:], strict=True):
        found = _combined(operator, found, other)
    return found


def _combined(operator: str, left: Kind, right: Kind) -> Kind:
    days = ("date", "timestamp")
    if left in days or right in days:
        return "days" if left in days and right in days else "date"
    if operator in "+-":
        return either((left, right))
    factors = (PLAIN, "percent")
    if operator == "/":
        return left if right in factors and left not in (right, PLAIN) else PLAIN
    if left in factors and right in factors:
        return left if left == right else PLAIN
    return right if left in factors or left is None else left


def _call(node: tree.Call, view: View) -> Kind:
    module, called = view.module.find(node.function) or (view.module, None)
    arguments = [kind_of(each, view) for each in node.arguments]
    if not isinstance(called, tree.Table | tree.Define):
        if not node.function.startswith(_KEEPS):
            return _FUNCTIONS.get(node.function, PLAIN)
        kept = arguments[:1] if node.function.startswith(_KEEPS[:3]) else arguments
        return either(element(each) if isinstance(each, Many) else each for each in kept)
    names = {each.name: kind for each, kind in zip(called.parameters, arguments, strict=True)}
    inner = View(module, view.schema, names)
    if isinstance(called, tree.Define):
        return kind_of(called.body, inner)
    result = either(kind_of(row.result, inner) for row in called.rows)
    return Many(result) if called.hits == "all" else result


# ── Names ──


def _path(node: tree.Name | tree.Member, view: View) -> Kind:
    if isinstance(node, tree.Name):
        return _name(node.name, view)
    root = node.base
    while isinstance(root, tree.Member):
        root = root.base
    if isinstance(root, tree.Name) and root.name not in view.names:
        found = view.module.find(root.name)
        if found is not None and not isinstance(found[1], tree.Let):
            return _part(found[1], node.name, View(found[0], view.schema))
        if root.name == "facts":
            return _fact(path_of(node), view.schema)
    base = kind_of(node.base, view)
    return base.get(node.name) if isinstance(base, Mapping) else None


def _name(name: str, view: View) -> Kind:
    if name in view.names:
        return view.names[name]
    found = view.module.find(name)
    if found is None:
        return _fact((name,), view.schema)
    module, declared = found
    if isinstance(declared, tree.Let):
        return kind_of(declared.value, View(module, view.schema))
    return "flag" if isinstance(declared, tree.Segment | tree.Trigger) else PLAIN


def _part(declared: tree.Declaration, part: str, view: View) -> Kind:
    """The kind of a part of a measure, a scorecard, a matrix or a trigger."""
    if isinstance(declared, tree.Measure) and part == "value":
        return kind_of_value(declared, view)
    if isinstance(declared, tree.Criterion) and part == "value":
        return "flag"
    if isinstance(declared, tree.Matrix):
        return "text"
    if not isinstance(declared, tree.Trigger):
        return _CARD_PARTS.get(part, PLAIN)
    fields = {each.name: each.value for each in declared.statements if isinstance(each, tree.TriggerField)}
    if part == "flagged":
        return Many("text")
    return _TRIGGER_PARTS[part] if part in _TRIGGER_PARTS else kind_of(fields[part], view)


def kind_of_value(declared: tree.Measure, view: View) -> Kind:
    """The kind of the value of a measure, whose own lets stand before it."""
    value = next(each.value for each in declared.statements if isinstance(each, tree.Value))
    for each in declared.statements:
        if isinstance(each, tree.Let) and each.name != "value":
            view = view.having({each.name: kind_of(each.value, view)})
    return kind_of(value, view)


# ── Facts ──


def _fact(path: tuple[str, ...], schema: dict[str, Any]) -> Kind:
    kind = of_schema(schema, schema)
    for name in path:
        kind = kind.get(name) if isinstance(kind, Mapping) else None
    return kind


def of_schema(raw: dict[str, Any], schema: dict[str, Any]) -> Kind:
    """The kind of the values that a node of a schema describes."""
    node = schema_node(raw, schema)
    if "enum" in node:
        return "text"
    kind = node.get("type")
    if isinstance(kind, list):
        kind = next(each for each in kind if each != "null")
    if kind == "object":
        return {name: of_schema(each, schema) for name, each in node.get("properties", {}).items()}
    if kind == "array":
        return Many(of_schema(node["items"], schema))
    if kind == "string":
        return {"date": "date", "date-time": "timestamp"}.get(node.get("format", ""), "text")
    if kind == "boolean":
        return "flag"
    words = str(node.get("x-unit", "")).split()
    if not words or words[0] in ("number", "count"):
        return PLAIN
    return " ".join(words[:2]) if words[0] == "money" else words[0]
