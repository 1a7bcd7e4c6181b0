"""Values as they read in a text, in SQL: what stands for `{license_utilization.value}`.

In: a value and how it is spoken. Out: text, never NULL (`unknown` stands for NULL), and for which rows it is not promised.
"""

from __future__ import annotations

from collections.abc import Callable

from ruleengine.columnar import build as b
from ruleengine.columnar.answers import Answer, any_beyond, decided
from ruleengine.columnar.build import Sql
from ruleengine.columnar.dialect import Dialect
from ruleengine.columnar.rounding import doubtful, largest_rounded, remainder, units
from ruleengine.columnar.types import INTEGER
from ruleengine.values import Kind, Type

UNKNOWN_VALUE = "unknown"
_DECIMALS, _MODE = 2, "half_up"
#: Signs that are printable whatever the age of the table: ASCII, letters of Europe and of Asia, and what stands in sentences.
_PRINTABLE = (
    " -~", "¡-¬", "®-ͷ", "ͺ-Ϳ", "΄-Ί", "Ό", "Ύ-Ρ", "Σ-ԣ", "א-ת", "ء-غ", "ऄ-ह", "ก-ฺ", "Ḁ-ἕ", "‐-‧", "‰-⁞", "₠-₵", "←-↯",
    "、-〿", "ぁ-ゖ", "ァ-ヿ", "一-龥", "가-힣", "！-～", "😀-😿",
)  # fmt: skip
#: Signs that a text must hold none of to be promised.
STRANGE_SIGNS = "[^" + "".join(_PRINTABLE) + "]"

Speaker = Callable[[Sql], Answer]


def number(dialect: Dialect, value: Sql) -> Answer:
    """A number with at most two decimals, without trailing zeros."""
    amount = units(dialect, value, _DECIMALS, _MODE)
    small = b.compare("<", dialect.absolute(value), b.double(largest_rounded(_DECIMALS)))
    said = dialect.bound(b.case([(small, amount)]), lambda found: _with_sign(dialect, value, found))
    return Answer(
        said, decided(b.disjunction([doubtful(dialect, value, _DECIMALS, _MODE), b.negation(small)]))
    )


def _with_sign(dialect: Dialect, value: Sql, hundredths: Sql) -> Sql:
    """So many hundredths as a decimal."""
    cents = remainder(hundredths, 100.0)
    whole = _digits(dialect, b.divide(b.subtract(hundredths, cents), b.double(100)))
    tenths = b.divide(cents, b.double(10))
    decimals = b.case(
        [
            (b.compare("=", cents, b.double(0)), b.text("")),
            (
                b.compare("=", remainder(cents, 10.0), b.double(0)),
                b.concat([b.text("."), _digits(dialect, tenths)]),
            ),
        ],
        b.concat([b.text("."), b.function("lpad", _digits(dialect, cents), b.integer(2), b.text("0"))]),
    )
    negative = b.conjunction([b.compare("<", value, b.double(0)), b.compare(">", hundredths, b.double(0))])
    return b.concat([b.case([(negative, b.text("-"))], b.text("")), whole, decimals])


def _digits(dialect: Dialect, whole: Sql) -> Sql:
    return dialect.as_text(b.cast(whole, INTEGER))


def percentage(dialect: Dialect, value: Sql) -> Answer:
    """0.8333 as 83.33%."""
    hundred = number(dialect, b.multiply(value, b.double(100)))
    return Answer(b.concat([hundred.value, b.text("%")]), hundred.beyond)


def _amount(dialect: Dialect, value: Sql, unit: str, counted: bool) -> Answer:
    """A number with its unit; one of days or months has another word."""
    said = number(dialect, value)
    words: Sql = b.text(unit)
    if counted:
        one = b.conjunction(
            [
                b.compare(">", value, b.double(0)),
                b.compare("=", units(dialect, value, _DECIMALS, _MODE), b.double(100)),
            ]
        )
        words = b.case([(one, b.text(unit.removesuffix("s")))], words)
    return Answer(b.concat([said.value, b.text(" "), words]), said.beyond)


def clean_text(dialect: Dialect, value: Sql) -> Answer:
    """A text; those with other signs than surely printable ones are not promised."""
    strange = dialect.fits(value, STRANGE_SIGNS)
    return Answer(value, any_beyond([decided(strange.value), strange.beyond]))


def day(dialect: Dialect, value: Sql) -> Answer:
    """An ISO date."""
    return Answer(dialect.as_text(value))


def instant(dialect: Dialect, value: Sql) -> Answer:
    """A date and a time of day."""
    minutes = b.function("substr", dialect.as_text(value), b.integer(1), b.integer(16))
    return Answer(b.concat([minutes, b.text(" UTC")]))


def flag(dialect: Dialect, value: Sql) -> Answer:
    """yes or no."""
    return Answer(b.case([(value, b.text("yes")), (b.negation(value), b.text("no"))]))


def spoken(dialect: Dialect, value: Sql, kind: Type, percent: bool) -> Answer:
    """A value of a type, or `unknown`; of a list all elements, with commas between them."""
    if kind.kind is Kind.LIST:
        said = spoken_elements(dialect, value, kind, percent)
        return _or_unknown(Answer(dialect.joined(said.value, ", "), said.beyond), value)
    return _or_unknown(_say(dialect, value, kind, percent), value)


def _or_unknown(said: Answer, value: Sql) -> Answer:
    return Answer(b.case([(b.is_null(value), b.text(UNKNOWN_VALUE))], said.value), said.beyond)


def spoken_elements(dialect: Dialect, values: Sql, kind: Type, percent: bool) -> Answer:
    """Each element of a list of a type; NULL where the list is."""
    element = kind.element or Type(Kind.TEXT)
    example = spoken(dialect, b.column("x"), element, percent)
    said = dialect.made(values, lambda each: spoken(dialect, each, element, percent).value)
    if example.beyond is None:
        return Answer(said)
    doubt = dialect.any_is(values, lambda each: spoken(dialect, each, element, percent).beyond or b.FALSE())
    return Answer(said, decided(doubt))


def _say(dialect: Dialect, value: Sql, kind: Type, percent: bool) -> Answer:
    if kind.kind is Kind.NUMBER:
        if percent or kind.unit == "percent":
            return percentage(dialect, value)
        if kind.unit in ("days", "months"):
            return _amount(dialect, value, kind.unit, counted=True)
        if kind.unit.startswith("money "):
            return _amount(dialect, value, kind.unit.removeprefix("money "), counted=False)
        return number(dialect, value)
    says: dict[Kind, Callable[[Dialect, Sql], Answer]] = {
        Kind.DATE: day, Kind.TIMESTAMP: instant, Kind.FLAG: flag,
    }  # fmt: skip
    return says.get(kind.kind, clean_text)(dialect, value)
