"""Which types and units go together, and what comes out.

In: types of operands. Out: the type of the result, or an `Objection` with the words of the fault and a hint. The rules:
1% is 0.01; a percent is never added to a plain number; days never meet months; equal units cancel in a division.
"""

from __future__ import annotations

from attrs import evolve, frozen

from ruleengine.values import COUNT, DATE, DAYS, NUMBER, PERCENT, Kind, Type

_PLAIN = ("", "count")


@frozen(slots=True)
class Objection:
    """Why two types do not go together, and what to do about it."""

    code: str
    message: str
    help: str = ""


def is_any(kind: Type) -> bool:
    """Whether the type goes with everything: the type of `na`, or of something already reported."""
    return kind.kind in (Kind.UNKNOWN, Kind.NOTHING)


def is_text(kind: Type) -> bool:
    """Texts and choices."""
    return kind.kind in (Kind.TEXT, Kind.CHOICE)


def is_day(kind: Type) -> bool:
    """Dates and timestamps."""
    return kind.kind in (Kind.DATE, Kind.TIMESTAMP)


def same_unit(left: str, right: str) -> bool:
    """Whether two units are the same; money without a currency goes with any currency."""
    if left == right or (left in _PLAIN and right in _PLAIN):
        return True
    return left.startswith("money") and right.startswith("money") and "money" in (left, right)


def named(kind: Type) -> str:
    """A type in words, for messages."""
    if kind.unit.startswith("money"):
        return f"an amount of {kind.unit}".replace("of money ", "in ")
    if kind.kind is Kind.NUMBER:
        return {"": "a plain number", "count": "a count", "percent": "a percentage"}.get(
            kind.unit, f"a number of {kind.unit}"
        )
    return {
        Kind.DATE: "a date", Kind.TIMESTAMP: "a timestamp", Kind.TEXT: "a text", Kind.CHOICE: "a text",
        Kind.FLAG: "true or false", Kind.LIST: "a list", Kind.RECORD: "a record", Kind.BAND: "a band",
        Kind.SERIES: "a series of values",
    }.get(kind.kind, "a value")  # fmt: skip


def unify(left: Type, right: Type) -> Type | None:
    """The type of a value that is one or the other; None when they do not go together."""
    if is_any(left):
        return right
    if is_any(right) or left == right:
        return left
    if left.kind is Kind.NUMBER and right.kind is Kind.NUMBER and same_unit(left.unit, right.unit):
        return (
            left
            if left.unit not in _PLAIN and left.unit != "money"
            else right
            if right.unit not in _PLAIN
            else NUMBER
        )
    if is_text(left) and is_text(right):
        if left.kind is Kind.CHOICE and right.kind is Kind.CHOICE:
            return Type(Kind.CHOICE, choices=tuple(dict.fromkeys(left.choices + right.choices)))
        return Type(Kind.TEXT)
    if left.kind is right.kind and left.kind in (Kind.LIST, Kind.SERIES):
        if left.element is None or right.element is None:
            return left if right.element is None else right
        element = unify(left.element, right.element)
        return Type(left.kind, element=element) if element is not None else None
    if left.kind is Kind.RECORD and right.kind is Kind.RECORD:
        return _unify_records(left, right)
    return None


def _unify_records(left: Type, right: Type) -> Type | None:
    """Records go together field by field. One of the facts, whose fields are yet to be read, and one that is made do not."""
    if left.unit != right.unit or len(left.fields) != len(right.fields):
        return None
    fields = []
    for one, other in zip(left.fields, right.fields, strict=True):
        kind = unify(one.type, other.type)
        read_alike = (one.name, one.scale) == (other.name, other.scale) and (
            one.type.kind is not Kind.LIST or is_any(other.type) or one.type.unit == other.type.unit
        )
        if kind is None or not read_alike:
            return None
        fields.append(
            evolve(one, type=kind, integer=one.integer and other.integer, secret=one.secret or other.secret)
        )
    return evolve(left, fields=tuple(fields))


def add(operator: str, left: Type, right: Type) -> Type | Objection:
    """The type of `left + right` or `left - right`."""
    if is_any(left) or is_any(right):
        return right if is_any(left) and not is_day(right) else left
    if is_day(left):
        if is_day(right) and operator == "-":
            return DAYS
        if right.kind is Kind.NUMBER and right.unit in ("days", "months"):
            return DATE
        return Objection(
            "RE301", f"{named(right)} cannot be {_added(operator)} a date", "add `days` or `months` to a date"
        )
    if left.kind is not Kind.NUMBER or right.kind is not Kind.NUMBER:
        wrong = left if left.kind is not Kind.NUMBER else right
        return Objection("RE306", f"`{operator}` needs numbers, and this is {named(wrong)}")
    if same_unit(left.unit, right.unit):
        if left.unit in _PLAIN:
            return COUNT if left.unit == right.unit == "count" else NUMBER
        return right if left.unit == "money" else left
    if "percent" in (left.unit, right.unit) and (left.unit in _PLAIN or right.unit in _PLAIN):
        return Objection(
            "RE302", f"{named(left)} and {named(right)} cannot be {'added' if operator == '+' else 'subtracted'}",
            "1% is 0.01: write both as percentages or both as plain numbers",
        )  # fmt: skip
    return Objection("RE302", f"{named(left)} and {named(right)} do not go together")


def _added(operator: str) -> str:
    return "added to" if operator == "+" else "subtracted from"


def multiply(left: Type, right: Type) -> Type | Objection:
    """The type of `left * right`."""
    if is_any(left) or is_any(right):
        return left if is_any(right) else right
    if left.kind is not Kind.NUMBER or right.kind is not Kind.NUMBER:
        wrong = left if left.kind is not Kind.NUMBER else right
        return Objection("RE306", f"`*` needs numbers, and this is {named(wrong)}")
    factors = (*_PLAIN, "percent")
    if left.unit in factors and right.unit in factors:
        if left.unit == right.unit:
            return left
        return NUMBER
    if left.unit in factors:
        return right
    if right.unit in factors:
        return left
    return Objection(
        "RE302", f"{named(left)} cannot be multiplied by {named(right)}", "divide one of them first"
    )


def divide(left: Type, right: Type) -> Type | Objection:
    """The type of `left / right`."""
    if is_any(left) or is_any(right):
        return NUMBER
    if left.kind is not Kind.NUMBER or right.kind is not Kind.NUMBER:
        wrong = left if left.kind is not Kind.NUMBER else right
        return Objection("RE306", f"`/` needs numbers, and this is {named(wrong)}")
    if same_unit(left.unit, right.unit):
        return NUMBER
    if right.unit in (*_PLAIN, "percent"):
        return NUMBER if left.unit in _PLAIN else left
    return Objection("RE302", f"{named(left)} cannot be divided by {named(right)}")


def compare(operator: str, left: Type, right: Type, literal: bool) -> Objection | None:
    """Whether two values may be compared; `literal` says that one side is a number as written."""
    if is_any(left) or is_any(right):
        return None
    ordered = operator not in ("=", "!=")
    if left.kind is Kind.NUMBER and right.kind is Kind.NUMBER:
        if same_unit(left.unit, right.unit):
            return None
        units = {left.unit, right.unit}
        if "percent" in units and units & set(_PLAIN):
            plain_literal = literal and right.unit in _PLAIN and left.unit == "percent"
            if plain_literal:
                return Objection(
                    "RE302",
                    "a percentage is compared with a plain number",
                    "write `%` after the number: 1% is 0.01",
                )
            return None
        return Objection(
            "RE302", f"{named(left)} is compared with {named(right)}", _unit_hint(left, right, literal)
        )
    if is_day(left) and is_day(right):
        return None
    if is_text(left) and is_text(right):
        return (
            Objection("RE301", f"texts have no order for `{operator}`", "use `=` or `in (…)`")
            if ordered
            else None
        )
    if left.kind is right.kind and left.kind in (Kind.FLAG, Kind.BAND):
        return Objection("RE301", f"`{operator}` needs numbers or dates") if ordered else None
    dated = is_day(left) and right.kind is Kind.NUMBER and right.unit in _PLAIN
    return Objection(
        "RE301", f"{named(left)} is compared with {named(right)}",
        "a date is written as year, month and day: `2024-03-01`" if dated else "",
    )  # fmt: skip


def _unit_hint(left: Type, right: Type, literal: bool) -> str:
    if literal and right.unit in _PLAIN and left.unit not in _PLAIN:
        unit = left.unit.removeprefix("money ") if left.unit != "money" else "USD"
        return f"write the unit: for example `30 {unit}`"
    if {left.unit, right.unit} == {"days", "months"}:
        return "days never compare with months: use `months since` or `days since` on both sides"
    return ""


UNIT_WORDS: dict[str, tuple[float, Type]] = {
    "": (1, NUMBER),
    "%": (0.01, PERCENT),
    **{word: (size, DAYS) for size, words in ((1 / 1440, "minute"), (1 / 24, "hour"), (1, "day"), (7, "week"))
       for word in (words, words + "s")},
    **{word: (size, Type(Kind.NUMBER, "months")) for size, words in ((1, "month"), (3, "quarter"), (12, "year"))
       for word in (words, words + "s")},
}  # fmt: skip
