"""An emitted query as text for people and warehouses: a query, or a view.

In: what was emitted for no date (`emit_for(…, None, checked=True)`), the table to read, the as-of date as SQL. Out: text with a
table for each thing of the ruleset, under its line as a comment. Guaranteed: of the table that is read only the columns of
the ruleset are taken, so that no other column of it means anything; the as-of date stands in one place; a row that SQL
leaves to the evaluator has NULL in every column but its id and `irregular`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from attrs import evolve, frozen
from sqlglot import exp

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.context import AS_OF, FACTS
from ruleengine.columnar.earlier import previous_name, previous_type
from ruleengine.columnar.emit import Emitted
from ruleengine.columnar.plain_words import plain
from ruleengine.columnar.stages import Assigned, Owner, by_level, by_owner, facts_first
from ruleengine.columnar.types import ColumnType, duckdb_type, spark_type
from ruleengine.tree.walk import walk
from ruleengine.version import __version__

#: The columns of a result that a row has though SQL leaves it to the evaluator.
ALWAYS_THERE = ("irregular", "id")
#: A column of the engine, which the tables of a warehouse do not have.
_POSITION = "position"
_FACTS, _RESULTS = "facts of accounts", "results of accounts"
#: What things of a ruleset are called in the comments of the emitter.
_KINDS = ("let", "segment", "measure", "scorecard", "group", "trigger", "matrix", "output")
#: How deeply the tables of a query may nest: Spark gives up after 100 rounds, of which each looks through one; DuckDB takes long.
_DEEPEST = {"duckdb": 250, "spark": 60}
#: What is computed for the result alone.
_SHOWN = Owner("parts of results")
_TYPES = {"duckdb": duckdb_type, "spark": spark_type}
_PRODUCTS = {"duckdb": "DuckDB", "spark": "Spark"}
_HINTS = {
    "duckdb": [
        "DuckDB 2 plans long queries several times faster after: SET disabled_optimizers = 'projection_placement';"
    ]
}
_IDENTIFIER = re.compile(r'[A-Za-z_][A-Za-z0-9_]*|"(?:[^"\x00-\x1f\x7f]|"")+"')


class NoName(ValueError):
    """What is given is no name of a table."""


@frozen(slots=True)
class TableName:
    """The name of a table, perhaps in a schema and a catalog."""

    parts: tuple[str, ...]

    @property
    def table(self) -> exp.Table:
        """The same in a query."""
        names = [b.name_of(part) for part in reversed(self.parts)]
        return exp.Table(**dict(zip(("this", "db", "catalog"), names, strict=False)))


def table_name(text: str) -> TableName:
    """A name as it is given: `facts`, `sales.facts`, `"my facts"`, up to three parts. Raises `NoName`."""
    parts: list[str] = []
    place = 0
    while True:
        found = _IDENTIFIER.match(text, place)
        if found is None:
            raise NoName(text)
        part = found.group()
        parts.append(part[1:-1].replace('""', '"') if part.startswith('"') else part)
        place = found.end()
        if place == len(text) and len(parts) <= 3:
            return TableName(tuple(parts))
        if text[place : place + 1] != "." or len(parts) >= 3:
            raise NoName(text)
        place += 1


def view_name(emitted: Emitted) -> str:
    """What the view and the model of a ruleset are called: `customer_health_2_0_0`."""
    return f"{emitted.program.name}_{emitted.program.version.replace('.', '_')}"


def date_sql(emitted: Emitted, as_of: date | None) -> Sql:
    """The as-of date: a given one, or the current date of the session that runs the query."""
    return exp.CurrentDate() if as_of is None else emitted.dialect.date(as_of.toordinal())


def columns_read(emitted: Emitted) -> list[tuple[str, ColumnType]]:
    """The columns that the table of facts must have, with their types."""
    columns = [(each.name, each.type) for each in emitted.facts]
    earlier = previous_type(emitted.program)
    return columns if earlier is None else [*columns, (previous_name(emitted.program), earlier)]


def result_columns(emitted: Emitted) -> list[tuple[str, ColumnType]]:
    """The columns of the result, with their types."""
    return [(name, kind) for name, kind in emitted.columns if name != _POSITION]


def type_text(emitted: Emitted, kind: ColumnType) -> str:
    """A type as the dialect writes it."""
    return _TYPES[emitted.dialect.name](kind)


# ── text ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def query_text(emitted: Emitted, source: TableName, as_of: date | None) -> str:
    """The query, under lines that say what it is."""
    said = "the current date of the session" if as_of is None else as_of.isoformat()
    lines = header(emitted, source, said)
    return f"{lines}{select_text(emitted, source.table, date_sql(emitted, as_of))}\n"


def view_text(emitted: Emitted, source: TableName, as_of: date | None) -> str:
    """A statement that makes the query a view of the name of the ruleset and its version."""
    said = "the date on which the view is read" if as_of is None else as_of.isoformat()
    name = emitted.dialect.text_of(b.name_of(view_name(emitted)))
    select = select_text(emitted, source.table, date_sql(emitted, as_of))
    return f"{header(emitted, source, said)}CREATE OR REPLACE VIEW {name} AS\n{select}\n"


def header(emitted: Emitted, source: TableName | str, as_of: str) -> str:
    """What the text is, as lines of comment."""
    program, dialect = emitted.program, emitted.dialect
    read = source if isinstance(source, str) else dialect.text_of(source.table)
    columns = [
        f"  {dialect.text_of(b.name_of(name))} {type_text(emitted, kind)}"
        for name, kind in columns_read(emitted)
    ]
    lines = [
        f"{program.name} {program.version} as SQL for {_PRODUCTS[dialect.name]}, generated: change the ruleset, not this text",
        *([program.title] if program.title else []),
        f"ruleset {program.digest}, ruleengine {__version__}",
        f"as of: {as_of}",
        f"reads {read}, one row an account, with these columns (it may have others):",
        *columns,
        '"irregular" is TRUE for a row whose facts are not what the fact schema says, or for which SQL cannot promise the result',
        "of the evaluator. Such a row has nothing but its id: `ruleengine eval` scores it.",
        *_HINTS.get(dialect.name, ()),
    ]
    return "".join(f"-- {_one_line(line)}\n" for line in lines)


def _one_line(text: str) -> str:
    """A text as a line of a comment: no sign in it ends the line, and Spark puts nothing in place of `${…}`."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).replace("${", "$ {")


def select_text(emitted: Emitted, source: exp.Table, as_of: Sql) -> str:
    """The query alone."""
    query = plain(_query(emitted, source, as_of))
    return emitted.dialect.text_of(query, pretty=True)


# ── the query ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _query(emitted: Emitted, source: exp.Table, as_of: Sql) -> exp.Select:
    read = [b.column(name) for name, _ in columns_read(emitted)]
    facts = exp.Select(expressions=[*read, exp.alias_(as_of, AS_OF, quoted=True)]).from_(source)
    tables = [_table(_FACTS, facts, "")]
    before = _FACTS
    quotes = _quotes(emitted)
    for owner, name, select in _steps(emitted, quotes, before):
        tables.append(_table(name, select, quotes.get(owner.comment, owner.comment)))
        before = name
    shown = [exp.alias_(sql.copy(), name, quoted=True) for name, sql in emitted.shown if name != _POSITION]
    tables.append(_table(_RESULTS, exp.Select(expressions=shown).from_(_named(before)), ""))
    found = exp.Select(expressions=[_if_regular(name) for name, _ in result_columns(emitted)])
    found.set("with_", exp.With(expressions=tables))
    return found.from_(_named(_RESULTS), copy=False)


def _quotes(emitted: Emitted) -> dict[str, str]:
    """For each comment of an owner the line of the ruleset, with its file: `2.0.0.rules:32: let priority = …`."""
    found: dict[str, str] = {}
    for node in walk(emitted.program):
        span, label = getattr(node, "span", None), getattr(node, "label", None)
        if span is None or not isinstance(label, str):
            continue
        lines = emitted.lines.get(span.path, [])
        if 0 < span.line <= len(lines):
            place = "/".join(Path(span.path).parts[-2:])
            quote = f"{place}:{span.line}: {lines[span.line - 1].strip()}"
            for kind in _KINDS:
                found[f"{kind} {label}, line {span.line}"] = quote
    return found


def _steps(
    emitted: Emitted, quotes: Mapping[str, str], source: str
) -> Iterator[tuple[Owner, str, exp.Select]]:
    """The tables between facts and results, one for each thing of the ruleset; what it computes first stands inside.

    Where that would nest too deeply for an engine, a table holds what needs equally many steps before it.
    """
    taken: dict[str, int] = {}
    before: exp.Expr = _named(source)
    columns = facts_first([_copied(each) for each in emitted.assigned])
    groups = list(by_owner(list(_owned(columns))))
    by_thing = len(groups) <= _DEEPEST[emitted.dialect.name]
    groups = groups if by_thing else list(by_level(columns))
    for place, (owner, group) in enumerate(groups):
        added = _added(group, {} if by_thing else quotes)
        select = exp.Select(expressions=[exp.Star(), *added])
        select.set("from_", exp.From(this=before))
        if place + 1 < len(groups) and groups[place + 1][0] == owner:
            before = exp.Subquery(this=select)
            continue
        number = taken[owner.name.lower()] = taken.get(owner.name.lower(), 0) + 1
        name = owner.name if number == 1 else f"{owner.name} ({number})"
        yield owner, name, select
        before = _named(name)


def _added(columns: list[Assigned], quotes: Mapping[str, str]) -> list[exp.Expr]:
    """Columns with their names, the first of each thing under its line of the ruleset."""
    found: list[exp.Expr] = []
    told = None
    for each in columns:
        column = exp.alias_(each.sql, each.name, quoted=True, copy=False)
        if each.owner.comment in quotes and each.owner != told:
            column.comments = [_comment(quotes[each.owner.comment])]
        told = each.owner
        found.append(column)
    return found


def _comment(words: str) -> str:
    """Words between the signs of a comment, which they do not end and do not begin anew."""
    return f" {_one_line(words).replace('*/', '* /').replace('/*', '/ *')} "


def _owned(columns: list[Assigned]) -> Iterator[Assigned]:
    """The same columns; what is computed of facts or of a measure after all else about it, is for the result alone."""
    seen: set[Owner] = set()
    last = None
    for each in columns:
        again = each.owner in seen and each.owner != last
        if again and (each.owner == FACTS or each.owner.comment.startswith("measure ")):
            each = evolve(each, owner=_SHOWN)
        last = each.owner
        seen.add(last)
        yield each


def _copied(column: Assigned) -> Assigned:
    return Assigned(column.name, column.sql.copy(), column.owner, column.needs)


def _if_regular(name: str) -> Sql:
    if name in ALWAYS_THERE:
        return b.column(name)
    value = b.case([(b.negation(b.column("irregular")), b.column(name))])
    return exp.alias_(value, name, quoted=True)


def _named(name: str) -> exp.Table:
    return exp.Table(this=b.name_of(name))


def _table(name: str, select: exp.Select, comment: str) -> exp.CTE:
    found = exp.CTE(this=select, alias=exp.TableAlias(this=b.name_of(name)))
    if comment:
        found.comments = [_comment(comment)]
    return found
