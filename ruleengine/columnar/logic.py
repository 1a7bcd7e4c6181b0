"""`and`, `or`, `default`, and choices of values: by Kleene's logic, and with the reason of the operand that decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.context import Context
from ruleengine.columnar.forms import unified
from ruleengine.columnar.reasons import bounds_of, codes_for
from ruleengine.columnar.value import Form, Value, all_codes, first_code
from ruleengine.values import FLAG, NA_REASONS, Kind


def kleene(operator: str, operands: Sequence[Value]) -> Value:
    """`and` / `or` of flags; the first NA decides the reason of an undecided result."""
    if len(operands) == 1:
        return operands[0]
    parts = [value.sql for value in operands]
    sql = b.conjunction(parts) if operator == "and" else b.disjunction(parts)
    return Value(sql, FLAG, first_code(operands), Form(all_codes(operands)))


def opposite(operand: Value) -> Value:
    """`not`."""
    return evolve(operand, sql=b.negation(operand.sql), atom=False)


def has_reason(value: Value, reasons: Sequence[str]) -> Sql:
    """Whether a value is NA for one of some reasons; never NULL."""
    wanted = codes_for(value.codes, reasons)
    if not wanted:
        return b.FALSE()
    if wanted == value.codes:
        return b.is_null(value.sql)
    return b.conjunction([b.is_null(value.sql), code_among(value.code, value.codes, wanted)])


def code_among(code: Sql, possible: frozenset[int], wanted: frozenset[int]) -> Sql:
    """Whether a code is one of those wanted, told by their reasons: all codes of a reason are wanted, or none."""
    present = [reason for reason in NA_REASONS if codes_for(possible, [reason])]
    tests: list[Sql] = []
    for first, last in _runs([bool(codes_for(wanted, [reason])) for reason in present]):
        bounds = [b.compare(">=", code, b.integer(bounds_of(present[first])[0]))] if first else []
        if last < len(present) - 1:
            bounds.append(b.compare("<", code, b.integer(bounds_of(present[last])[1])))
        tests.append(b.conjunction(bounds))
    return b.disjunction(tests)


def _runs(wanted: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """The first and the last place of each run of what is wanted."""
    start = None
    for place, each in enumerate([*wanted, False]):
        if each and start is None:
            start = place
        elif not each and start is not None:
            yield start, place - 1
            start = None


def default_of(context: Context, operands: Sequence[Value]) -> Value:
    """The first operand that is not missing."""
    shown = unified(context, operands)
    result = shown[-1]
    for value in reversed(shown[:-1]):
        result = _or_default(context, value, result)
    return result


def _or_default(context: Context, first: Value, second: Value) -> Value:
    lacking = codes_for(first.codes, ["missing"])
    if not lacking:
        return first
    others = first.codes - lacking
    kind = second.type if first.type.kind is Kind.NOTHING else first.type
    form = evolve(first.form, codes=others | second.codes)
    if not others:
        na = second.code if second.codes else None
        return Value(b.coalesce(first.sql, second.sql), kind, na, form)
    kept = context.kept(first, "value or default")
    missing = has_reason(kept, ["missing"])
    sql = b.case([(missing, second.sql)], kept.sql)
    na = b.case([(missing, second.code)], kept.code) if second.codes else kept.code
    return Value(sql, kind, na, form)


def always(flag: bool) -> Value:
    """A flag that is known now."""
    return Value(b.TRUE() if flag else b.FALSE(), FLAG, atom=True)
