"""Every function and operator of the language in SQL, in one table.

In: the name of a function as calls of the tree have it. Out: what makes an `Answer` of its arguments and options. Guaranteed:
the value is NULL where an argument is, and where the function has no value for present ones. `+ - * /` and `negative` are not
here: what they do depends on how large their operands can be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ruleengine.columnar import build as b
from ruleengine.columnar import calendar, numbers, texts
from ruleengine.columnar.answers import Answer
from ruleengine.columnar.build import Sql
from ruleengine.columnar.dialect import Dialect

Options = tuple[str | int, ...]
#: Makes an answer of arguments that are cheap to repeat, and of the options of a call.
Maker = Callable[[Dialect, Sequence[Sql], Options], Answer]


def functions_of(name: str) -> Maker:
    """What makes answers for a function of scalars, or of several of them."""
    return _SCALARS[name]


def list_functions_of(name: str) -> Maker:
    """The same where the argument is one list, of which no element is NULL."""
    return _LISTS[name]


def _round(dialect: Dialect, arguments: Sequence[Sql], options: Options) -> Answer:
    digits, mode = options
    return numbers.round_to(dialect, arguments[0], int(digits), str(mode))


def _rounded(mode: str) -> Maker:
    return lambda dialect, arguments, options: numbers.round_to(dialect, arguments[0], int(options[0]), mode)


def _of_one(make: Callable[[Dialect, Sql], Sql]) -> Maker:
    return lambda dialect, arguments, options: Answer(make(dialect, arguments[0]))


def _of_two(make: Callable[[Dialect, Sql, Sql], Sql]) -> Maker:
    return lambda dialect, arguments, options: Answer(make(dialect, arguments[0], arguments[1]))


def _answer_of_one(make: Callable[[Dialect, Sql], Answer]) -> Maker:
    return lambda dialect, arguments, options: make(dialect, arguments[0])


def _of_all(make: Callable[[Sequence[Sql]], Sql]) -> Maker:
    return lambda dialect, arguments, options: Answer(make(arguments))


def _period(make: Callable[[Dialect, Sql, str, int], Sql]) -> Maker:
    return lambda dialect, arguments, options: Answer(
        make(dialect, arguments[0], str(options[0]), int(options[1]))
    )


def _period_name(dialect: Dialect, arguments: Sequence[Sql], options: Options) -> Answer:
    unit, first_month, fiscal = options
    return Answer(calendar.period_name(dialect, arguments[0], str(unit), int(first_month), int(fiscal)))


def _fiscal(make: Callable[[Dialect, Sql, int], Sql]) -> Maker:
    return lambda dialect, arguments, options: Answer(make(dialect, arguments[0], int(options[0])))


def _power(dialect: Dialect, arguments: Sequence[Sql], options: Options) -> Answer:
    return numbers.power(dialect, arguments[0], arguments[1])


def _part(name: str) -> Maker:
    return lambda dialect, arguments, options: Answer(calendar.part(name, arguments[0]))


def _matches(dialect: Dialect, arguments: Sequence[Sql], options: Options) -> Answer:
    return texts.matches(dialect, arguments[0], str(options[0]))


def _days_between(dialect: Dialect, left: Sql, right: Sql) -> Sql:
    return dialect.days_between(right, left)


def _shift(add: Callable[[Dialect, Sql, Sql | float], Sql], back: bool) -> Maker:
    def shifted(dialect: Dialect, arguments: Sequence[Sql], options: Options) -> Answer:
        day, amount = arguments
        if not back:
            return Answer(add(dialect, day, amount))
        constant = numbers.constant_of(amount)
        return Answer(add(dialect, day, b.subtract(b.double(0), amount) if constant is None else -constant))

    return shifted


def _date_of(dialect: Dialect, arguments: Sequence[Sql], options: Options) -> Answer:
    """The option is the zone."""
    return calendar.day_of(dialect, arguments[0], str(options[0]))


_SCALARS: dict[str, Maker] = {
    "round": _round,
    "round_half_up": _rounded("half_up"), "round_half_even": _rounded("half_even"), "round_half_down": _rounded("half_down"),
    "round_up": _rounded("up"), "round_down": _rounded("down"), "floor": _rounded("floor"), "ceiling": _rounded("ceiling"),
    "abs": _of_one(numbers.absolute),
    "sqrt": _answer_of_one(numbers.root), "exp": _answer_of_one(numbers.exponential), "ln": _answer_of_one(numbers.logarithm),
    "power": _power,
    "min": _of_all(numbers.smallest_of), "max": _of_all(numbers.largest_of), "sum": _of_all(numbers.sum_of),
    "mean": _of_all(numbers.mean_of),
    "lower": _answer_of_one(texts.lower), "upper": _answer_of_one(texts.upper),
    "trim": _of_one(texts.trim), "length": lambda dialect, arguments, options: Answer(texts.length(arguments[0])),
    "starts_with": _of_two(texts.starts_with), "ends_with": _of_two(texts.ends_with), "concat": _of_all(b.concat),
    "matches": _matches, "text contains": lambda dialect, arguments, options: Answer(texts.contains(*arguments)),
    "year": _part("year"), "month": _part("month"), "day": _part("day"),
    "days between": _of_two(_days_between), "date of": _date_of,
    "date + days": _shift(calendar.add_days, back=False), "date - days": _shift(calendar.add_days, back=True),
    "date + months": _shift(calendar.add_months, back=False), "date - months": _shift(calendar.add_months, back=True),
    "start of": _period(calendar.period_start), "end of": _period(calendar.period_end), "name of": _period_name,
    "fiscal quarter": _fiscal(calendar.fiscal_quarter), "fiscal year": _fiscal(calendar.fiscal_year),
}  # fmt: skip


def _mean(dialect: Dialect, values: Sql) -> Sql:
    filled = b.negation(dialect.is_empty(values))
    return b.case([(filled, b.divide(numbers.total(dialect, values), dialect.size(values)))])


def _contains(dialect: Dialect, values: Sql, item: Sql) -> Sql:
    """`item` is no number."""
    return _unless_null(item, dialect.any_is(values, lambda each: b.compare("=", each, item)))


def _contains_number(dialect: Dialect, values: Sql, item: Sql) -> Sql:
    return _unless_null(item, dialect.any_is(values, lambda each: numbers.equal(dialect, each, item)))


def _unless_null(item: Sql, found: Sql) -> Sql:
    return b.case([(b.is_known(item), found)])


_LISTS: dict[str, Maker] = {
    "min": _of_one(lambda dialect, values: dialect.smallest(values)),
    "max": _of_one(lambda dialect, values: dialect.largest(values)),
    "sum": _of_one(numbers.total), "mean": _of_one(_mean), "count": _of_one(lambda dialect, values: dialect.size(values)),
    "list contains": _of_two(_contains), "list contains number": _of_two(_contains_number),
}  # fmt: skip
