"""Which values an expression can have, as far as the fact schema and arithmetic tell.

In: an expression. Out: its domain: numbers between bounds and in steps, words, flags; or
None when nothing can be said. Only values that are there count; NA is never part of a domain. A domain may be
too large, it is never too small.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

from attrs import evolve, frozen

from ruleengine.checker.index import Index
from ruleengine.checker.likeness import likeness
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import Field, Kind

_DEEPEST = 60
#: Calls that keep whole numbers whole and bounds as they are.
_CHOOSING = ("min", "max")
_INTEGERS = ("year", "month", "day", "length")


@frozen(slots=True)
class Numbers:
    """Numbers (also dates, as day numbers) between bounds; multiples of `step` when there is one."""

    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False
    step: float | None = None


@frozen(slots=True)
class Words:
    """Texts; any others too unless `closed`."""

    words: tuple[str, ...] = ()
    closed: bool = False


@frozen(slots=True)
class Flags:
    """True or false; only `only` when that is known."""

    only: bool | None = None


Domain = Numbers | Words | Flags


def domain_of(node: e.Expression, index: Index, depth: int = 0) -> Domain | None:
    """The values that `node` can have, when it has one."""
    if depth > _DEEPEST:
        return _by_type(node)
    name = node.name if isinstance(node, e.Variable) else ""
    if name in index.domains:
        known: Domain | None = index.domains[name]
        return known
    found = _BY_CLASS.get(type(node))
    domain = found(node, index, depth + 1) if found is not None else None
    domain = domain if domain is not None else _by_type(node)
    if name:
        index.domains[name] = domain
    return domain


def _by_type(node: e.Expression) -> Domain | None:
    kind = node.type.kind
    if kind is Kind.NUMBER:
        return Numbers()
    if kind is Kind.DATE:
        return Numbers(step=1)
    if kind is Kind.TEXT:
        return Words()
    if kind is Kind.CHOICE:
        return Words(node.type.choices, closed=bool(node.type.choices))
    return Flags() if kind is Kind.FLAG else None


def of_field(field: Field) -> Domain | None:
    """What the fact schema says."""
    if field.type.kind is not Kind.NUMBER:
        return None
    low = None if field.minimum is None else _clean(field.minimum * field.scale)
    high = None if field.maximum is None else _clean(field.maximum * field.scale)
    return Numbers(
        low, high, field.exclusive_minimum, field.exclusive_maximum, field.scale if field.integer else None
    )


def _clean(value: float) -> float:
    return round(value, 12)


def _fact(node: e.Expression, index: Index, depth: int) -> Domain | None:
    field = node.fact if isinstance(node, e.Fact | e.Attribute) else None
    own = of_field(field) if field is not None else None
    if isinstance(node, e.Fact) and node.assumed is not None and own is not None:
        return _union([own, domain_of(node.assumed, index, depth)])
    return own


def _variable(node: e.Variable, index: Index, depth: int) -> Domain | None:
    if node.name in index.arguments:
        given = index.arguments[node.name]
        return _union([domain_of(argument, index, depth) for argument in given]) if given else None
    meaning = index.meaning(node.name)
    return None if meaning is None else domain_of(meaning, index, depth)


def _constant(node: e.Constant, index: Index, depth: int) -> Domain | None:
    if isinstance(node.value, bool):
        return Flags(node.value)
    if isinstance(node.value, str):
        return Words((node.value,), closed=True)
    if node.type.kind is Kind.TIMESTAMP:
        return None
    whole = float(node.value).is_integer()
    return Numbers(node.value, node.value, step=1 if whole else None)


def _default(node: e.Default, index: Index, depth: int) -> Domain | None:
    return _union([domain_of(operand, index, depth) for operand in node.operands if not _is_na(operand)])


def _choose(node: e.Choose, index: Index, depth: int) -> Domain | None:
    conditions: list[tuple[e.Expression, bool]] = []
    found = []
    for branch in node.branches:
        if not _is_na(branch.value):
            found.append(_under(branch.value, [*conditions, (branch.condition, True)], index, depth))
        conditions.append((branch.condition, False))
    if not _is_na(node.otherwise):
        found.append(_under(node.otherwise, conditions, index, depth))
    return _union(found)


def _under(
    node: e.Expression, conditions: Sequence[tuple[e.Expression, bool]], index: Index, depth: int
) -> Domain | None:
    """The domain of `node` where conditions on itself hold, or do not: `if x < 0 then 0 else x` is never negative."""
    domain = domain_of(node, index, depth)
    resolved = likeness(index.resolve(node))
    for condition, truth in conditions:
        if isinstance(condition, e.Compare) and likeness(index.resolve(condition.left)) == resolved:
            constant = index.constant(condition.right)
            operator = condition.operator if truth else _OPPOSITE[condition.operator]
            domain = _narrowed(domain, operator, constant) if constant is not None else domain
    return domain


def _narrowed(domain: Domain | None, operator: str, constant: e.Constant) -> Domain | None:
    value = constant.value
    if isinstance(domain, Words) and domain.closed and isinstance(value, str):
        same = operator == "="
        return Words(tuple(word for word in domain.words if (word == value) is same), closed=True)
    if not isinstance(domain, Numbers) or isinstance(value, str | bool):
        return domain
    if operator in (">", ">=") and (domain.low is None or domain.low <= value):
        return evolve(domain, low=value, low_open=operator == ">")
    if operator in ("<", "<=") and (domain.high is None or domain.high >= value):
        return evolve(domain, high=value, high_open=operator == "<")
    return domain


def _is_na(node: e.Expression) -> bool:
    """Whether this is a bare `na`; what stands in for a fault could be anything."""
    return isinstance(node, e.NotAvailable) and node.type.kind is Kind.NOTHING


def _definition(node: e.CallDefinition, index: Index, depth: int) -> Domain | None:
    if node.instance not in index.domains:
        index.domains[node.instance] = _called(index.called.get(node.instance), index, depth)
    found: Domain | None = index.domains[node.instance]
    return found


def _called(owner: r.Table | r.Definition | None, index: Index, depth: int) -> Domain | None:
    if isinstance(owner, r.Definition):
        return domain_of(owner.body, index, depth)
    if owner is None or owner.hits == "all":
        return None
    return _union([domain_of(row.result, index, depth) for row in owner.rows if not _is_na(row.result)])


def _elapsed(node: e.Elapsed, index: Index, depth: int) -> Domain | None:
    return Numbers(low=0, step=1)


def _count(node: e.CountTrue, index: Index, depth: int) -> Domain | None:
    return Numbers(0, len(node.items), step=1)


def _query(node: e.Query, index: Index, depth: int) -> Domain | None:
    if node.kind == "count":
        return Numbers(low=0, step=1)
    if node.projection is None or node.type.kind is not Kind.NUMBER:
        return None
    inner = domain_of(node.projection, index, depth)
    if not isinstance(inner, Numbers):
        return None
    if node.kind in ("min_of", "max_of"):
        return inner
    if node.kind == "mean_of":
        return evolve(inner, step=None)
    return Numbers(low=0 if inner.low is not None and inner.low >= 0 else None, step=inner.step)


def _of_series(node: e.OfSeries, index: Index, depth: int) -> Domain | None:
    if node.kind.startswith("consecutive") or node.kind.endswith("without change"):
        return Numbers(low=0, step=1)
    series = index.resolve(node.series)
    inner = (
        domain_of(series.projection, index, depth)
        if isinstance(series, e.Query) and series.projection
        else None
    )
    if node.kind == "value":
        return inner
    if not isinstance(inner, Numbers):
        return None
    positive = inner.low is not None and inner.low >= 0
    if node.kind in ("min", "max"):
        return inner
    if node.kind == "mean":
        return evolve(inner, step=None)
    if node.kind == "sum":
        return Numbers(low=0 if positive else None, step=inner.step)
    return Numbers(low=-1) if node.kind == "growth" and positive else None


def _reference(node: e.Reference, index: Index, depth: int) -> Domain | None:
    if node.kind == "measure" and node.part == "value":
        measure = index.measures.get(node.name)
        return None if measure is None or measure.value is None else domain_of(measure.value, index, depth)
    if node.part == "coverage":
        return Numbers(0, 1)
    if node.kind == "card" and node.part in ("score", "computed_score"):
        card = index.cards.get(node.name)
        bands = index.bands.get(card.bands) if card is not None else None
        if bands is not None and card is not None and all(band.has_interval for band in bands.bands):
            lows, highs = [band.low for band in bands.bands], [band.high for band in bands.bands]
            scored = [limit for limit in card.block.limits if limit.score is not None]
            if not scored:
                return Numbers(
                    min((low for low in lows if low is not None), default=None) if None not in lows else None,
                    max((high for high in highs if high is not None), default=None)
                    if None not in highs
                    else None,
                )
    return None


def _call(node: e.Call, index: Index, depth: int) -> Domain | None:
    if node.function in _INTEGERS:
        return Numbers(low=0, step=1)
    numbers = [domain_of(argument, index, depth) for argument in node.arguments]
    known = [found for found in numbers if isinstance(found, Numbers)]
    if len(known) != len(numbers) or not known or node.type.kind is not Kind.NUMBER:
        return None
    rule = _CALLS.get(node.function)
    return rule(node, known) if rule is not None else None


def _sum(node: e.Call, parts: Sequence[Numbers]) -> Numbers:
    left, right = parts
    return Numbers(_add(left.low, right.low), _add(left.high, right.high), step=_common(left, right))


def _difference(node: e.Call, parts: Sequence[Numbers]) -> Numbers:
    left, right = parts
    return Numbers(
        _add(left.low, None if right.high is None else -right.high),
        _add(left.high, None if right.low is None else -right.low),
        step=_common(left, right),
    )


def _product(node: e.Call, parts: Sequence[Numbers]) -> Numbers:
    left, right = parts
    whole = left.step == right.step == 1
    return Numbers(low=0 if _not_negative(left, right) else None, step=1 if whole else None)


def _quotient(node: e.Call, parts: Sequence[Numbers]) -> Numbers:
    return Numbers(low=0 if _not_negative(*parts) else None)


def _chosen(node: e.Call, parts: Sequence[Numbers]) -> Numbers:
    return reduce(_either, parts)


def _absolute(node: e.Call, parts: Sequence[Numbers]) -> Numbers:
    return Numbers(low=0, step=parts[0].step)


def _rounded(node: e.Call, parts: Sequence[Numbers]) -> Numbers:
    digits = node.options[0] if node.options and isinstance(node.options[0], int) else 0
    low, high = parts[0].low, parts[0].high
    whole = all(end is None or float(end).is_integer() for end in (low, high))
    return Numbers(
        low if whole else None, high if whole else None, step=float(f"1e-{digits}") if digits else 1
    )


def _not_negative(left: Numbers, right: Numbers) -> bool:
    return all(part.low is not None and part.low >= 0 for part in (left, right))


def _add(left: float | None, right: float | None) -> float | None:
    return None if left is None or right is None else _clean(left + right)


def _common(left: Numbers, right: Numbers) -> float | None:
    return left.step if left.step == right.step else None


def _union(domains: Sequence[Domain | None]) -> Domain | None:
    """Every value of any of the domains; None when they are of different kinds."""
    first = domains[0] if domains else None
    if first is None:
        return None
    for other in domains[1:]:
        first = _both(first, other)
        if first is None:
            return None
    return first


def _both(left: Domain, right: Domain | None) -> Domain | None:
    if isinstance(left, Numbers) and isinstance(right, Numbers):
        return _either(left, right)
    if isinstance(left, Words) and isinstance(right, Words):
        return Words(tuple(dict.fromkeys(left.words + right.words)), left.closed and right.closed)
    if isinstance(left, Flags) and isinstance(right, Flags):
        return left if left == right else Flags()
    return None  # of two kinds, or unknown


def _either(left: Numbers, right: Numbers) -> Numbers:
    low, low_open = _outer(left.low, left.low_open, right.low, right.low_open, min)
    high, high_open = _outer(left.high, left.high_open, right.high, right.high_open, max)
    return Numbers(low, high, low_open, high_open, _common(left, right))


def _outer(
    left: float | None, left_open: bool, right: float | None, right_open: bool, pick: Callable[..., float]
) -> tuple[float | None, bool]:
    if left is None or right is None:
        return None, False
    if left == right:
        return left, left_open and right_open
    chosen = pick(left, right)
    return chosen, left_open if chosen == left else right_open


_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_CALLS: dict[str, Callable[[e.Call, Sequence[Numbers]], Numbers | None]] = {
    "+": _sum, "-": _difference, "*": _product, "/": _quotient, "abs": _absolute, "round": _rounded,
    "floor": _rounded, "ceiling": _rounded, "round_half_up": _rounded, "round_half_even": _rounded,
    "round_half_down": _rounded, "round_up": _rounded, "round_down": _rounded, **dict.fromkeys(_CHOOSING, _chosen),
}  # fmt: skip
_BY_CLASS: dict[type, Callable[..., Domain | None]] = {
    e.Fact: _fact, e.Attribute: _fact, e.Variable: _variable, e.Constant: _constant, e.Default: _default,
    e.Choose: _choose, e.Elapsed: _elapsed, e.CountTrue: _count, e.Query: _query, e.OfSeries: _of_series,
    e.Reference: _reference,
    e.Call: _call, e.CallDefinition: _definition,
}  # fmt: skip
