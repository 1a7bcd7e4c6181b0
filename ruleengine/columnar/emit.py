"""Evaluation tree → SQL, once for each ruleset, dialect and as-of date.

In: a `Program`, a dialect and an as-of date. Out: `Emitted`: a query over a relation of facts (`fact_columns`) that gives the
whole result of every account, or scores and bands alone. Guaranteed: for every row that is not `irregular` its columns hold
what the evaluator gives. Raises `NotEmitted` for what SQL cannot say, with its place in the ruleset.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from attrs import field, frozen
from sqlglot import exp

from ruleengine.columnar import build as b
from ruleengine.columnar.bands import Scale
from ruleengine.columnar.build import Sql
from ruleengine.columnar.context import NotEmitted
from ruleengine.columnar.definitions import DefinitionEmitter
from ruleengine.columnar.dialect import Dialect
from ruleengine.columnar.duckdb_dialect import DuckDB
from ruleengine.columnar.measures import Measured
from ruleengine.columnar.outputs import OutputEmitter
from ruleengine.columnar.results import ResultEmitter
from ruleengine.columnar.spark_dialect import Spark
from ruleengine.columnar.stages import Assigned, tables_of
from ruleengine.columnar.types import (
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    TEXT,
    ColumnType,
    FactColumn,
    alike_in_capitals,
    fact_columns,
    record_of,
)
from ruleengine.columnar.validity import irregular_row
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.source_text import SourceText
from ruleengine.tree.walk import walk
from ruleengine.version import __version__

#: Every dialect with what makes it. A further dialect is one row here and one file.
DIALECTS: Mapping[str, type[Dialect]] = {"duckdb": DuckDB, "spark": Spark}


@frozen(slots=True)
class Emitted:
    """A query. `columns` are those of its result, `facts` those that it needs; `assigned` is computed, `shown` is given out."""

    program: r.Program
    dialect: Dialect
    facts: tuple[FactColumn, ...]
    columns: tuple[tuple[str, ColumnType], ...]
    assigned: tuple[Assigned, ...] = field(repr=False)
    shown: tuple[tuple[str, Sql], ...] = field(repr=False)
    #: For each trigger its free fields, each with its name in the record of all.
    trigger_fields: Mapping[str, tuple[tuple[str, str], ...]] = field(factory=dict)
    #: The lines of the sources by path, where they are at hand.
    lines: Mapping[str, list[str]] = field(factory=dict, repr=False)

    @property
    def prelude(self) -> list[str]:
        """What has to be run once on a connection before the query."""
        return self.dialect.prelude()

    def sql(self, source: str = "facts") -> str:
        """The query as text, in few tables: fast, and read by engines. `statements.py` writes one for people."""
        return self.dialect.text_of(self.query(source))

    def query(self, source: str = "facts") -> exp.Select:
        """The query as a tree."""
        before, query = source, exp.Select()
        for owner, name, select in tables_of(list(self.assigned), source):
            query = _with(query, _table(select, name, owner.comment))
            before = name
        shown = [exp.alias_(sql, name, quoted=True, copy=False) for name, sql in self.shown]
        return query.select(*shown, copy=False).from_(exp.Table(this=b.name_of(before)), copy=False)


def _table(select: exp.Select, name: str, comment: str) -> exp.CTE:
    found = exp.CTE(this=select, alias=exp.TableAlias(this=b.name_of(name)))
    if comment:
        found.comments = [f" {comment.replace('*/', '* /')} "]
    return found


def _with(query: exp.Select, table: exp.CTE) -> exp.Select:
    known = query.args.get("with_")
    if known is None:
        query.set("with_", exp.With(expressions=[table]))
    else:
        known.append("expressions", table)
    return query


class Emitter(OutputEmitter, ResultEmitter, DefinitionEmitter):
    """Emits whole programs."""

    def __init__(
        self, program: r.Program, dialect: Dialect, as_of: int | None, source: SourceText, whole: bool
    ) -> None:
        super().__init__(program, dialect, as_of, source)
        self.whole = whole
        self.magnitudes = {}
        self._facts = {}
        self.scales = {bands.key: Scale(bands) for bands in program.band_sets}
        self.measures, self.places, self.cards, self.carded = {}, {}, {}, {}
        references = [node for node in walk(program) if isinstance(node, e.Reference)]
        self.past = {node.name for node in references if node.part == "past_band"}
        asked = ("effective_weight", "contribution", "coverage")
        self.weights_asked = {node.name for node in references if node.part in asked}

    def steps(self) -> None:
        """Emit all steps in their order."""
        for step in self.program.steps:
            if isinstance(step, r.Let):
                with self.owned(step.label, f"let {step.label}, line {step.span.line}"):
                    self.let(step)
            elif isinstance(step, r.Segment):
                self.segment(step)
            elif isinstance(step, r.Measure):
                self.measure(step)
            elif isinstance(step, r.Scorecard):
                self.card(step)
            elif isinstance(step, r.Trigger):
                self.trigger(step)
            elif isinstance(step, r.Matrix):
                self.matrix(step)
            elif isinstance(step, r.Output):
                self.output(step)
            elif isinstance(step, r.Check):
                self.check(step)


def emit(
    program: r.Program,
    dialect: str,
    as_of: date | None,
    whole: bool = True,
    lines: dict[str, list[str]] | None = None,
) -> Emitted:
    """The query for a program. `lines` are those of its sources, where they are at hand."""
    return emit_for(program, DIALECTS[dialect](), as_of, whole, lines)


def emit_for(
    program: r.Program,
    dialect: Dialect,
    as_of: date | None,
    whole: bool = True,
    lines: dict[str, list[str]] | None = None,
    checked: bool = False,
) -> Emitted:
    """The same for a dialect with settings of its own, such as `DuckDB(enumerated=True)`; then `Emitted.prelude` has to be
    run before the query. Without an as-of date the query reads it from a column. `checked`: nobody has looked at the facts
    before, so the query tells itself which rows are irregular.
    """
    facts = fact_columns(program)
    _told_apart(program, [(each.name, each.type) for each in facts])
    emitter = Emitter(
        program, dialect, None if as_of is None else as_of.toordinal(), SourceText(lines), whole
    )
    emitter.steps()
    shown = _whole_result(emitter) if whole else _scores(emitter)
    faults = [irregular_row(dialect, facts, program.id_path)] if checked else []
    irregular = b.disjunction([*faults, *emitter.beyond[0]])
    position = ("position", b.column("position"), INTEGER)
    _told_apart(program, [(name, kind) for name, _, kind in shown])
    columns = [position, ("irregular", irregular, BOOLEAN), *shown]
    return Emitted(
        program,
        emitter.dialect,
        facts,
        tuple((name, kind) for name, _, kind in columns),
        tuple(emitter.stages.columns),
        tuple((name, sql) for name, sql, _ in columns),
        dict(emitter.trigger_fields),
        lines or {},
    )


def _told_apart(program: r.Program, columns: Iterable[tuple[str, ColumnType]]) -> None:
    """SQL does not tell capitals from small letters: refuse names that need it."""
    found = alike_in_capitals(columns)
    if found is not None:
        named = (step.span for step in program.steps if getattr(step, "name", "") == found[1])
        raise NotEmitted(
            f"`{found[0]}` and `{found[1]}` differ in capitals alone, which SQL does not tell apart",
            next(named, None) or next((step.span for step in program.steps), None),
        )


Shown = tuple[str, Sql, ColumnType]


def _identity(emitter: Emitter) -> Shown:
    program = emitter.program
    sql: Sql = b.column(program.id_path[0])
    for name in program.id_path[1:]:
        sql = emitter.dialect.get(sql, name)
    kind = next(each for each in fact_columns(program) if each.name == program.id_path[0]).type
    for name in program.id_path[1:]:
        kind = kind.field(name)
    return "id", sql, kind


def _scores(emitter: Emitter) -> list[Shown]:
    """Score and band of each scorecard."""
    records, kinds = [], []
    for name, found in emitter.carded.items():
        scale = emitter.scales[found.card.bands] if found.card.bands else None
        rated = found.place.rated
        record = [("score", rated.score), ("band", emitter.band_name(scale, rated.band))]
        records.append((name, emitter.dialect.record(record)))
        kinds.append((name, record_of([("score", DOUBLE), ("band", TEXT)])))
    return [_identity(emitter), ("scorecards", emitter.dialect.record(records), record_of(kinds))]


def _whole_result(emitter: Emitter) -> list[Shown]:
    program, dialect = emitter.program, emitter.dialect
    cards = [(name, *emitter.card_column(found)) for name, found in emitter.carded.items()]
    measured = [(name, found) for name, found in emitter.measures.items() if name == found.node.name]
    measures = [(name, *emitter.measure_column(found)) for name, found in measured]
    about = [("name", program.name), ("version", program.version), ("digest", program.digest)]
    ruleset = dialect.record([(name, dialect.word(text, "about")) for name, text in about])
    for _, found in measured:
        _report_measure(emitter, found)
    outputs = emitter.outputs()
    return [
        _identity(emitter),
        ("as_of", emitter.today, DATE),
        ("ruleset", ruleset, record_of((name, TEXT) for name, _ in about)),
        ("engine", dialect.word(__version__, "about"), TEXT),
        *_records("scorecards", dialect, cards),
        *_records("measures", dialect, measures),
        ("triggers", *emitter.triggers()),
        *_if_any("matrices", emitter.matrices()),
        *_if_any("outputs", outputs),
        ("segments", *emitter.segments()),
        ("assumptions", *emitter.assumptions()),
        ("problems", *emitter.problems()),
        *_if_any("conditions", emitter.condition_column()),
    ]


def _report_measure(emitter: Emitter, found: Measured) -> None:
    """The problems of a measure: an invalid one is a problem though a limit gave it a score."""
    line, name, limited = found.node.span.line, found.node.name, found.limited
    if limited is not None:
        before = limited.before.state
        acted = b.disjunction([each.holds for each in limited.acting])
        lost = b.conjunction([acted, b.is_null(before.sql), b.is_known(found.rated.state.sql)])
        emitter.report_codes(lost, before.code, before.codes, line, name)
    emitter.report_invalid(found.rated.state, line, name)


def _records(name: str, dialect: Dialect, fields: list[Shown]) -> list[Shown]:
    """A column with a record of these fields; a record has some."""
    made = dialect.record([(field, sql) for field, sql, _ in fields])
    return [(name, made, record_of((field, kind) for field, _, kind in fields))] if fields else []


def _if_any(name: str, found: tuple[Sql, ColumnType] | None) -> list[Shown]:
    return [] if found is None else [(name, *found)]


__all__ = ["DIALECTS", "Emitted", "NotEmitted", "emit"]
