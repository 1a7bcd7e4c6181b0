"""A run of `eval` on DuckDB: the same counts, messages and results as a run in Python.

In: what a run needs, paths, and how results are written. Out: a `Tally`. Guaranteed: NDJSON has the same bytes; what the other
formats and options need is taken from documents that are made of the engine's lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from attrs import define, field

from ruleengine.cli.output import OutputFailed
from ruleengine.cli.progress import Progress
from ruleengine.cli.run import SHOWN, Run, Tally
from ruleengine.cli.selection import WHERE, Selection, name_path
from ruleengine.cli.writers import Sink
from ruleengine.portfolio.duckdb_engine import (
    GIVEN,
    DuckdbEngine,
    EngineOptions,
    Portion,
    Results,
    Scored,
    document_of_facts,
)
from ruleengine.portfolio.json_lines import JsonPrinter, bytes_of
from ruleengine.portfolio.result_documents import Shape, problem_of
from ruleengine.portfolio.row_counts import (
    CONDITIONS,
    COUNT,
    HELD,
    ID,
    PROBLEMS,
    first_problems,
    held,
    problem_counts,
    values,
)
from ruleengine.portfolio.typed import literal, quoted
from ruleengine.portfolio.typed_output import OutputStopped, TypedOutput
from ruleengine.report.summary import RunSummary

#: Formats with typed columns, which DuckDB writes by itself.
TYPED = ("parquet", "duckdb")
_LINE = "~line"
#: Rows of columns, and what the evaluator scored.
Pieces = Iterator[tuple[Any, Sequence[Scored]]]


@define(slots=True)
class PortfolioRun:
    """A run, the format of its output, and where a typed one is written. `by` is the path of the field of `--by`."""

    run: Run
    format: str
    sink: Sink | None = None
    place: tuple[str, str] = ("", "")
    by: tuple[str, ...] = ()
    strict: bool = False
    options: EngineOptions = field(factory=EngineOptions)

    def over(self, paths: Sequence[str]) -> Tally:
        """Score the facts at `paths`. Raises `NotEmitted`, `FactsUnreadable`, `OutputFailed`."""
        ruleset = self.run.selection.ruleset
        names = name_path(ruleset) if self.format not in TYPED and self.run.writer.explains else ()
        given = [path for path in (names, self.by) if path]
        engine = DuckdbEngine(
            ruleset.program, ruleset.facts_model, self.run.as_of, ruleset.evaluator, self.options, given
        )
        shown = self._beside(engine.shape)
        direct = self.format in TYPED or self.format == "ndjson"
        if self.format in TYPED:
            shown |= {name: quoted(name) for name, _ in engine.shape.kept if name != "conditions"}
        else:
            shown[_LINE] = JsonPrinter(engine.shape).line("\n")
        with engine.over(paths, shown) as results:
            tally = Tally(results.summary, RunSummary(ruleset.cards))
            counting = _Counting(self.run, tally, results)
            try:
                if direct:
                    self._write(results, counting, engine)
                else:
                    for portion in results:
                        counting.take(portion, names)
            finally:
                counting.progress.done()
        if not direct:
            self.run.writer.finish(tally.results)
        return tally

    def _beside(self, shape: Shape) -> dict[str, str]:
        """Columns for counting and selecting."""
        shown = {COUNT: "len(problems)", ID: quoted("id")}
        asked = held_sql(self.run.selection)
        if asked:
            shown[HELD] = asked
        if any(name == "conditions" for name, _ in shape.columns):
            shown[CONDITIONS] = quoted("conditions")
        if self.strict:
            shown[PROBLEMS] = quoted("problems")
        return shown

    def _write(self, results: Results, counting: _Counting, engine: DuckdbEngine) -> None:
        if self.format == "ndjson":
            assert self.sink is not None
            for portion in results:
                for batch, scored in counting.pieces(portion):
                    if batch is not None and batch.num_rows:
                        self.sink.write(bytes_of(batch.column(_LINE)))
                    for each in scored:
                        self.sink.write(orjson.dumps(each.result, option=orjson.OPT_APPEND_NEWLINE))
            return
        shown, place = self.place
        output = TypedOutput(engine.shape, results, counting.pieces, self.options.session)
        try:
            output.parquet(place) if self.format == "parquet" else output.database(place)
        except OutputStopped as stopped:
            raise OutputFailed(shown, stopped.error) from stopped


def held_sql(selection: Selection) -> str:
    """SQL for whether an account was asked for; empty when all are."""
    asked = "true"
    if selection.segment is not None:
        asked = f"list_contains(segments, {literal(selection.segment)})"
    elif selection.conditional:
        asked = f"struct_extract(conditions, {literal(WHERE)})"
    if selection.trigger is None:
        return "" if asked == "true" else asked
    names = "list_transform(triggers, lambda t: struct_extract(t, 'name'))"
    return f"CASE WHEN list_contains({names}, {literal(selection.trigger)}) THEN {asked} ELSE false END"


@define(slots=True)
class _Counting:
    """Selects and counts results as they come."""

    run: Run
    tally: Tally
    results: Results
    progress: Progress = field(factory=Progress)

    def pieces(self, portion: Portion) -> Pieces:
        """The results of a portion that were asked for, in order, counted."""
        for rejection in portion.rejections:
            self.run.reject(rejection)
        for batch, scored in portion.pieces():
            rows = None if batch is None or not batch.num_rows else self._rows(batch)
            yield rows, [each for each in scored if self._document(each.result)]
        self._done(portion)

    def take(self, portion: Portion, names: tuple[str, ...]) -> None:
        """The same for everything that looks at whole documents."""
        for rejection in portion.rejections:
            self.run.reject(rejection)
        for batch, scored in portion.pieces():
            if batch is not None and batch.num_rows:
                for result, document in documents_of(batch):
                    self.run.take(result, document, names, self.tally)
            for each in scored:
                self.run.take(each.result, each.document, names, self.tally)
        self._done(portion)

    def _done(self, portion: Portion) -> None:
        total = self.results.total_bytes
        share = min(portion.bytes_read / total, 1.0) if total and portion.bytes_read else None
        self.progress.reached(portion.read, share)

    def _rows(self, batch: Any) -> Any:
        found = held(batch)
        self.tally.left_out += found.left_out
        self.tally.undecided += found.undecided
        kept = found.batch
        if self.run.gate is not None:
            for identity, conditions in zip(values(kept, ID), values(kept, CONDITIONS), strict=True):
                self.run.gate.add(str(identity), conditions)
        problems, accounts = problem_counts(kept)
        results = self.tally.results
        results.accounts += kept.num_rows
        results.problems += problems
        results.accounts_with_problems += accounts
        room = SHOWN - len(self.tally.problems)
        if room > 0 and problems:
            for identity, listed in first_problems(kept, room):
                self._keep(identity, [problem_of(each) for each in listed])
        return kept

    def _document(self, result: dict[str, Any]) -> bool:
        """Whether a result of the evaluator was asked for; it is counted."""
        wanted = self.run.selection.holds(result)
        conditions = result.pop("conditions", {})
        if not wanted:
            self.tally.left_out += 1
            self.tally.undecided += wanted is None
            return False
        if self.run.gate is not None:
            self.run.gate.add(str(result["id"]), conditions)
        results = self.tally.results
        results.accounts += 1
        results.problems += len(result["problems"])
        results.accounts_with_problems += bool(result["problems"])
        self._keep(result["id"], result["problems"])
        return True

    def _keep(self, identity: Any, problems: Sequence[Mapping[str, Any]]) -> None:
        room = SHOWN - len(self.tally.problems)
        self.tally.problems += [(str(identity), problem) for problem in problems[:room]]


def documents_of(batch: Any) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The result of every row, with its conditions, and what is given of its facts."""
    columns = (values(batch, name) for name in (_LINE, CONDITIONS, GIVEN))
    for line, conditions, given in zip(*columns, strict=True):
        result = orjson.loads(line)
        if conditions is not None:
            result["conditions"] = conditions
        yield result, document_of_facts(given or {})
