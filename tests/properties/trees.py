"""Strategies that make syntax trees: every kind of node, in every place where the grammar has room for it.

Trees have no source, so all their spans are `PLACE`, which equality leaves out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from ruleengine.source import Source
from ruleengine.syntax import tree as t

SOURCE = Source("tree.rules", "")
PLACE = SOURCE.span(0, 0)
Strategy = st.SearchStrategy


def node(kind: type[Any], /, **fields: Strategy[Any]) -> Strategy[Any]:
    """Nodes of a kind; a composite of its own, whose description stays short however deep the tree goes."""
    places = {
        name: PLACE for name in ("span", "name_span", "function_span", "zone_span") if name in _fields(kind)
    }

    @st.composite
    def made(draw: st.DrawFn) -> Any:
        return kind(**places, **{name: draw(strategy) for name, strategy in fields.items()})

    return made()


def _fields(kind: type[Any]) -> set[str]:
    return {attribute.name for attribute in kind.__attrs_attrs__}


def several(elements: Strategy[Any], least: int = 0, most: int = 3) -> Strategy[tuple[Any, ...]]:
    """Tuples of `least` to `most` elements."""
    return st.lists(elements, min_size=least, max_size=most).map(tuple)


def maybe(strategy: Strategy[Any]) -> Strategy[Any]:
    """None, or what the strategy gives."""
    return st.none() | strategy


def joined_by(operators: Sequence[str], operands: Strategy[Any]) -> Strategy[Any]:
    """Arithmetic with operators of one precedence."""

    def build(first: Any, rest: list[tuple[str, Any]]) -> t.Arithmetic:
        signs = tuple(sign for sign, _ in rest)
        return t.Arithmetic(signs, (first, *(operand for _, operand in rest)), span=PLACE)

    pairs = st.lists(st.tuples(st.sampled_from(operators), operands), min_size=1, max_size=3)
    return st.builds(build, operands, pairs)


# ── Words ────────────────────────────────────────────────────────────────────────────────

PLAIN_WORDS = (
    "red",
    "green",
    "account",
    "missing",
    "tenure",
    "b2",
    "_x",
    "D",
    "scored_instance_of_the_account",
    "owner",
    "step",
)
#: Names that are also words of the language, and names that need backticks.
HARD_NAMES = (
    "value", "count", "latest", "any", "all", "computed", "default", "when", "never", "except", "points", "rate",
    "sum", "first", "group", "otherwise", "na", "as_of", "fiscal", "start", "months", "top", "by", "bands", "score",
    "title", "x y", "0th", "größe", "a.b", "#1", "{", ";", "or",
    "last", "next", "this", "over", "growth", "change", "mean", "series", "values", "ago", "at",
)  # fmt: skip
plain_words = st.sampled_from(PLAIN_WORDS)
names = plain_words | st.sampled_from(HARD_NAMES)
texts = st.sampled_from(
    (
        "",
        "B+",
        'say "so"',
        "a\\b",
        "a longer text that takes up some room",
        "# no comment",
        "{ ; }",
        "zwölf ≤ 12",
        "\u202e\x1b\n\t",
    )
) | (st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
words = node(t.Word, name=plain_words) | node(t.Word, name=texts, quoted=st.just(True))
#: Words where only a name may stand; `quoted` says that it stands in backticks.
name_words = node(t.Word, name=plain_words) | node(t.Word, name=names, quoted=st.just(True))
digits = st.sampled_from(("0", "1", "12", "0.5", "1_000", "007", "99.9750"))
plain_numbers = node(t.Number, digits=digits)
durations = node(t.Number, digits=digits, unit=st.sampled_from(("days", "day", "months", "hours", "years")))
percents = node(t.Number, digits=digits, unit=st.just("%"))
numbers = (
    plain_numbers | durations | percents | node(t.Number, digits=digits, unit=st.sampled_from(("USD", "EUR")))
)
dates = node(t.Date, text=st.sampled_from(("2024-03-01", "2024-02-29T23:59:59Z", "2024-03-01T08:30+02:00")))
signed = plain_numbers | node(t.Negative, operand=plain_numbers)
weights = node(t.Weight, digits=digits, percent=st.booleans())
reasons = st.sampled_from(("not_applicable", "missing", "excluded", "invalid", "expired"))

# ── Expressions ────────────────────────────────────────────────────────────────────────────────

paths = st.recursive(
    node(t.Name, name=names), lambda base: node(t.Member, base=base, name=names), max_leaves=3
)
leaves: Strategy[t.Expression] = st.one_of(
    paths,
    numbers,
    dates,
    node(t.Text, value=texts),
    node(t.Flag, value=st.booleans()),
    node(t.AsOf),
    node(t.NotAvailable),
    node(t.NotAvailable, reason=reasons, text=maybe(texts)),
)


def _extend(inner: Strategy[t.Expression]) -> Strategy[t.Expression]:
    return st.one_of(_operators(inner), _comparisons(inner), _calls(inner), _choices(inner))


def _operators(inner: Strategy[t.Expression]) -> Strategy[t.Expression]:
    return st.one_of(
        joined_by("+-", inner),
        joined_by("*/", inner),
        node(t.Negative, operand=inner),
        node(t.Logic, operator=st.sampled_from(("and", "or")), operands=several(inner, 2)),
        node(t.Not, operand=inner),
        node(t.Default, operands=several(inner, 2)),
        node(t.Member, base=inner, name=names),
    )


periods = st.one_of(
    node(
        t.CalendarPeriod,
        which=st.just("this"),
        fiscal=st.booleans(),
        unit=st.sampled_from(("quarter", "year")),
        other=maybe(st.sampled_from(("last", "next"))),
    ),
    node(
        t.CalendarPeriod,
        which=st.sampled_from(("this", "last", "next")),
        fiscal=st.just(False),
        unit=st.sampled_from(("week", "month", "quarter", "year")),
    ),
)


def intervals(inner: Strategy[t.Expression]) -> Strategy[t.Interval]:
    """Intervals in all forms, with the ends that the grammar allows."""
    ends = numbers | dates | paths | _call(inner)
    ends = ends | node(t.Negative, operand=ends)
    return st.one_of(
        node(t.Interval, low=ends, high=ends, low_open=st.booleans(), high_open=st.booleans()),
        node(t.Interval, low=ends, high=st.none(), low_open=st.booleans()),
        node(t.Interval, low=st.none(), high=ends, high_open=st.booleans()),
    )


def _comparisons(inner: Strategy[t.Expression]) -> Strategy[t.Expression]:
    operators = st.sampled_from(("=", "!=", "<", "<=", ">", ">="))
    targets = several(inner, 1) | intervals(inner) | periods
    relations = [
        {"relation": st.just("is"), "words": several(words | node(t.Word, name=st.just("na")), 1, 1)},
        {"relation": st.sampled_from(("worse", "better")), "words": several(words, 1, 1)},
        {"relation": st.just("in"), "words": several(words, 1)},
    ]
    return st.one_of(
        node(t.Compare, left=maybe(inner), operator=operators, right=inner),
        node(t.In, subject=inner, target=targets, negated=st.booleans()),
        node(t.In, subject=st.none(), target=targets),
        node(t.Contains, subject=maybe(inner), item=inner),
        node(t.Within, subject=maybe(inner), duration=inner),
        *(node(t.Is, subject=maybe(inner), negated=st.booleans(), **relation) for relation in relations),
        *(node(t.Is, subject=inner, past=st.just(True), **relation) for relation in relations),
    )


def _call(inner: Strategy[t.Expression]) -> Strategy[t.Call]:
    return node(t.Call, function=names, arguments=several(inner))


def _calls(inner: Strategy[t.Expression]) -> Strategy[t.Expression]:
    units = st.sampled_from(("week", "month", "quarter", "year"))
    elapsed = st.sampled_from(("days", "weeks", "months", "quarters", "years"))
    edges = st.sampled_from(("start", "end", "name"))
    fields = node(t.RecordField, name=names | texts, value=inner)
    return st.one_of(
        _call(inner),
        node(t.ListLiteral, items=several(inner)),
        node(t.Record, fields=several(fields)),
        node(t.CountTrue, items=several(inner, 1)),
        node(t.OverRun, kind=st.sampled_from(("count", "share")), condition=inner),
        node(t.Elapsed, unit=elapsed, direction=st.sampled_from(("since", "until")), date=inner),
        node(t.Period, edge=edges, fiscal=st.booleans(), unit=units, date=maybe(inner)),
        node(t.FiscalNumber, unit=st.sampled_from(("quarter", "year")), date=maybe(inner)),
        node(t.Computed, operand=paths),
        _of_series(inner),
    )


def _of_series(inner: Strategy[t.Expression]) -> Strategy[t.Expression]:
    """Questions to series, each with what goes with it."""
    over = st.sampled_from(
        ("change", "growth", "daily slope", "monthly slope", "sum", "mean", "min", "max", "list")
    )
    whole = st.sampled_from(
        ("consecutive declines", "consecutive rises", "days without change", "months without change")
    )
    return st.one_of(
        node(t.OfSeries, kind=st.just("value"), series=inner, date=inner),
        node(t.OfSeries, kind=st.just("value"), series=inner, period=durations),
        node(t.OfSeries, kind=over, series=inner, period=inner),
        node(t.OfSeries, kind=over, series=inner, number=st.integers(0, 99)),
        node(t.OfSeries, kind=whole, series=inner),
    )


def _choices(inner: Strategy[t.Expression]) -> Strategy[t.Expression]:
    element = st.sampled_from(("latest", "earliest", "first", "any", "all", "count", "list"))
    projected = st.sampled_from(("sum_of", "mean_of", "min_of", "max_of", "list_of"))
    parts: dict[str, Strategy[Any]] = {"variable": names, "source": inner, "where": maybe(inner)}
    return st.one_of(
        node(t.If, branches=several(node(t.Branch, condition=inner, value=inner), 1), otherwise=inner),
        node(t.Query, kind=element, by=maybe(inner), **parts),
        node(t.Query, kind=st.sampled_from(("top", "bottom")), number=st.integers(0, 99), by=inner, **parts),
        node(t.Query, kind=projected, projection=inner, **parts),
        node(t.Query, kind=st.just("series_of"), by=inner, projection=inner, **parts),
    )


expressions: Strategy[t.Expression] = st.recursive(leaves, _extend, max_leaves=8)

# ── Statements ────────────────────────────────────────────────────────────────────────────────

properties = node(t.Property, key=st.sampled_from(("title", "owner", "description")), text=texts)
accepts = node(t.Accept, code=st.just("RE401"), name=maybe(names), reason=texts)
lets = node(t.Let, name=names, value=expressions)
limit_parts: dict[str, Strategy[Any]] = {
    "kind": st.sampled_from(("cap", "floor", "override")),
    "condition": maybe(expressions),
    "because": maybe(texts),
}
limits = node(t.Limit, band=words, score=st.none(), **limit_parts) | node(
    t.Limit, band=st.none(), score=expressions, **limit_parts
)
missing = st.one_of(
    node(t.Missing, policy=st.sampled_from(("redistribute", "redistribute flat", "as zero", "require all"))),
    node(t.Missing, policy=st.just("impute"), value=expressions),
    node(t.Missing, policy=st.just("require"), number=st.integers(0, 20), total=st.integers(0, 20)),
    node(t.Missing, policy=st.just("coverage"), value=percents),
)
bands_use = node(t.BandsUse, name=names)
points_outcomes = node(t.PointsOutcome, value=expressions)
steps_outcomes = node(
    t.StepsOutcome,
    relation=st.sampled_from(("above", "from", "below", "up to")),
    edges=several(expressions, 1),
)
ends = numbers | paths
outcomes = st.one_of(
    node(t.BandOutcome, word=words),
    points_outcomes,
    steps_outcomes,
    node(t.LinearOutcome, low=ends, high=ends | node(t.Negative, operand=ends)),
    node(t.NaOutcome, reason=reasons, text=maybe(texts)),
)
rows = node(t.Row, outcome=outcomes, test=maybe(expressions), because=maybe(texts))
measure_statements = st.one_of(
    properties,
    bands_use,
    lets,
    node(t.Value, value=expressions, percent=st.booleans()),
    node(t.Rate, condition=maybe(expressions), rows=several(rows, 1)),
    node(t.RateAsGiven),
    node(t.Points, outcome=points_outcomes | steps_outcomes),
    node(t.Fresh, by=expressions, stale=maybe(durations), expired=maybe(durations)),
    node(t.AppliesTo, everyone=st.just(True), names=several(name_words)),
    node(t.AppliesTo, everyone=st.just(False), names=several(name_words, 1)),
    node(t.AppliesWhen, condition=expressions),
    missing,
    node(t.Baseline, value=expressions),
    limits,
    accepts,
)
plain_card_statements = st.one_of(
    properties,
    bands_use,
    node(t.Grace, duration=durations, start=expressions, names=several(name_words)),
    missing,
    node(t.Rollup, kind=st.sampled_from(("weighted mean", "sum", "minimum", "maximum", "worst band"))),
    node(t.Rollup, kind=st.just("count"), band=words),
    node(t.ScoreFormula, value=expressions),
    node(t.Round, digits=st.integers(0, 10), mode=maybe(st.sampled_from(("half_up", "floor")))),
    node(t.Borderline, distance=expressions),
    node(
        t.Weights,
        condition=expressions,
        segment=st.none(),
        entries=several(node(t.WeightEntry, name=names, weight=weights), 1),
    ),
    node(
        t.Weights,
        condition=st.none(),
        segment=name_words,
        entries=several(node(t.WeightEntry, name=names, weight=weights), 1),
    ),
    limits,
    accepts,
    node(t.MemberLine, name=names, weight=maybe(weights), by_band=st.booleans()),
)
card_statements = st.recursive(
    plain_card_statements,
    lambda inner: node(
        t.Group, name=names, title=maybe(texts), weight=maybe(weights), statements=several(inner)
    ),
    max_leaves=5,
)

# ── Items and files ────────────────────────────────────────────────────────────────────────────────

header_statements = st.one_of(
    properties,
    accepts,
    node(t.Effective, start=dates, until=maybe(dates)),
    node(t.FactsSchema, name=names, version=st.sampled_from(("1", "1.0.0"))),
    node(t.Calendar, month=st.sampled_from(("february", "may")), zone=maybe(texts)),
    node(t.Calendar, month=st.none(), zone=texts),
)
headers = node(t.Header, name=names, version=st.just("2.0.0"), statements=several(header_statements))
parameters = node(
    t.Parameter, name=names, type=maybe(st.sampled_from(("number", "percent", "date", "flag", "choice")))
)
bands = node(t.Band, word=words, interval=maybe(intervals(leaves)), points=maybe(signed))
table_rows = node(
    t.TableRow,
    cells=maybe(several(expressions | node(t.AnyCell), 1)),
    result=expressions,
    because=maybe(texts),
)
items: Strategy[t.Item] = st.one_of(
    accepts,
    node(
        t.Import,
        ruleset=names,
        version=st.just("4.0.0"),
        names=several(node(t.ImportedName, name=names, alias=maybe(names)), 1, 9),
    ),
    node(t.BandSet, name=names, step=st.sampled_from((None, "1", "0.5")), bands=several(bands)),
    node(t.Segment, name=names, title=maybe(texts), condition=expressions),
    lets,
    node(t.Define, name=names, parameters=several(parameters), body=expressions),
    node(t.Assume, paths=several(paths, 1), value=expressions, because=maybe(texts)),
    node(t.Problem, text=texts, condition=expressions),
    node(t.Output, name=names, value=expressions, percent=st.booleans()),
    node(t.Invariant, text=texts, always=st.booleans(), condition=expressions),
    node(
        t.Table,
        name=names,
        parameters=several(parameters),
        hits=st.sampled_from(("first", "one", "agreeing", "all")),
        rows=several(table_rows),
    ),
    node(t.Measure, name=names, title=maybe(texts), statements=several(measure_statements, most=4)),
    node(t.Scorecard, name=names, title=maybe(texts), statements=several(card_statements, most=4)),
)
files: Strategy[t.File] = node(t.File, items=several(headers | items, 0, 4))
