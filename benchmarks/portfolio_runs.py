"""One run over a portfolio, in a process of its own: `python -m benchmarks.portfolio_runs WORK SOURCE OUT`.

In: what to do, the accounts (NDJSON or Parquet), where results go (Parquet or NDJSON). Out: one line of JSON with the seconds
that the work took, without starting Python and importing. `run` does it from another process and adds the seconds of the
whole process, its processor time, and its peak of memory (of the largest process where there are several).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter
from typing import TYPE_CHECKING

import orjson
from attrs import frozen

from benchmarks import portfolio_sql
from benchmarks.workload.accounts import AS_OF, RULESET
from benchmarks.workload.portfolio import COLUMNS, reading

if TYPE_CHECKING:
    from ruleengine.api import Ruleset

_BLOCK = 1 << 20
_ROOT = Path(__file__).parent.parent


@frozen(slots=True)
class Run:
    """What one run took: seconds of the work, of the whole process, of the processor; bytes of memory at its peak."""

    seconds: float
    whole: float
    processor: float
    peak: int


def run(work: str, source: Path, out: Path, ruleset: Path = RULESET) -> Run:
    """Do some work in a process of its own."""
    return whole_process([sys.executable, "-m", __name__, work, str(source), str(out), str(ruleset)])


def command(source: Path, out: Path, engine: str, ruleset: Path = RULESET, *options: str) -> Run:
    """The command as a user types it."""
    words = [sys.executable, "-m", "ruleengine", "eval", str(ruleset), str(source), "--out", str(out)]
    words += [
        "--as-of",
        AS_OF.isoformat(),
        "--engine",
        engine,
        "--schemas",
        str(RULESET.parents[2] / "schemas"),
    ]
    if out.suffix == ".ndjson":
        words += ["--format", "ndjson"]
    return whole_process([*words, *options])


def whole_process(words: Sequence[str]) -> Run:
    """Run a process to its end; raises when it ends with anything but 0."""
    start = perf_counter()
    with TemporaryFile() as said, TemporaryFile() as blamed:
        process = subprocess.Popen(words, cwd=_ROOT, stdout=said, stderr=blamed)
        _, status, used = os.wait4(process.pid, 0)
        whole = perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            blamed.seek(0)
            words = (*words, f"ended with {process.returncode}:", blamed.read().decode()[-2000:])
            raise AssertionError(" ".join(words))
        said.seek(0)
        lines = said.read().splitlines()
    seconds = json.loads(lines[-1])["seconds"] if lines and lines[-1].startswith(b'{"seconds"') else whole
    return Run(seconds, whole, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


# ── What runs inside ────────────────────────────────────────────────────────────────────────────────────────────────


def floor(source: Path, out: Path, ruleset: Path) -> float:
    """DuckDB reads every field into typed columns, and nothing else."""
    counted = ", ".join(f"count({name})" for name in COLUMNS)
    return _query(f"SELECT {counted} FROM {reading(source)}")


def scores(source: Path, out: Path, ruleset: Path) -> float:
    """Hand-written SQL, scores and bands only."""
    return _query(_copy(portfolio_sql.scores(reading(source), AS_OF), out))


def explained(source: Path, out: Path, ruleset: Path) -> float:
    """Hand-written SQL, every measure explained."""
    return _query(_copy(_explained(out, reading(source)), out))


def strict_scores(source: Path, out: Path, ruleset: Path) -> float:
    """The same scores over facts that are read as strictly as the engine reads them, by its own reader."""
    return _over_facts(source, ruleset, _copy(portfolio_sql.scores("facts", AS_OF), out))


def strict_explained(source: Path, out: Path, ruleset: Path) -> float:
    """The same for every measure explained."""
    return _over_facts(source, ruleset, _copy(_explained(out, "facts"), out))


def _explained(out: Path, source: str) -> str:
    query = portfolio_sql.explained if out.suffix == ".parquet" else portfolio_sql.nested
    return query(source, AS_OF)


def _copy(query: str, out: Path) -> str:
    kind = "parquet" if out.suffix == ".parquet" else "json"
    return f"COPY ({query}) TO '{out}' (FORMAT {kind})"


def _query(query: str) -> float:
    import duckdb

    start = perf_counter()
    with duckdb.connect() as connection:
        connection.execute(query).fetchall()
    return perf_counter() - start


def _over_facts(source: Path, ruleset: Path, query: str) -> float:
    from ruleengine.columnar.types import fact_columns
    from ruleengine.portfolio.duckdb_session import SessionOptions, open_session
    from ruleengine.portfolio.feed import Feed
    from ruleengine.portfolio.reading import IngestOptions

    loaded = _loaded(ruleset)
    start = perf_counter()
    session = SessionOptions()
    feed = Feed(session, loaded.facts_model, fact_columns(loaded.program), IngestOptions())
    with open_session(session) as connection, feed.over([str(source)]) as facts:
        connection.register("facts", facts)
        connection.execute(query)
        feed.check()
    return perf_counter() - start


def engine_scores(source: Path, out: Path, ruleset: Path) -> float:
    """The engine on DuckDB, scores and bands only."""
    return _engine(source, out, ruleset, whole=False)


def engine_explained(source: Path, out: Path, ruleset: Path) -> float:
    """The engine on DuckDB, whole results."""
    return _engine(source, out, ruleset, whole=True)


def _engine(source: Path, out: Path, ruleset: Path, whole: bool) -> float:
    from ruleengine.portfolio.duckdb_engine import DuckdbEngine, EngineOptions, Portion
    from ruleengine.portfolio.json_lines import JsonPrinter, bytes_of
    from ruleengine.portfolio.typed_output import TypedOutput

    loaded = _loaded(ruleset)
    start = perf_counter()
    options = EngineOptions(whole=whole)
    engine = DuckdbEngine(loaded.program, loaded.facts_model, AS_OF, loaded.evaluator, options)
    if out.suffix == ".parquet":
        with engine.over([str(source)]) as results:
            TypedOutput(engine.shape, results, Portion.pieces, options.session).parquet(str(out))
    else:
        line = {"line": JsonPrinter(engine.shape).line("\n")}
        with engine.over([str(source)], line) as results, out.open("wb") as file:
            for portion in results:
                for batch, scored in portion.pieces():
                    file.write(bytes_of(batch.column("line")) if batch is not None else b"")
                    for each in scored:
                        file.write(orjson.dumps(each.result, option=orjson.OPT_APPEND_NEWLINE))
    return perf_counter() - start


def _loaded(ruleset: Path) -> Ruleset:
    import ruleengine

    return ruleengine.load(ruleset, schemas=RULESET.parents[2] / "schemas")


def python(source: Path, out: Path, ruleset: Path) -> float:
    """The evaluator, whole results from NDJSON to NDJSON on two processes, each with half of the file."""
    start = perf_counter()
    size = source.stat().st_size
    parts = [out.with_name(f"{out.name}.{number}") for number in range(2)]
    halves = [(source, ruleset, 0, size // 2, parts[0]), (source, ruleset, size // 2, size, parts[1])]
    with get_context("fork").Pool(2) as pool:
        pool.starmap(_half, halves)
    with out.open("wb") as file:
        for part in parts:
            with part.open("rb") as other:
                while block := other.read(_BLOCK):
                    file.write(block)
            part.unlink()
    return perf_counter() - start


def _half(source: Path, ruleset: Path, first: int, end: int, out: Path) -> None:
    """Score the lines that begin at `first` or later and before `end`."""
    score = _loaded(ruleset).score_json
    with source.open("rb") as file, out.open("wb", buffering=_BLOCK) as results:
        file.seek(max(first - 1, 0))
        if first:
            file.readline()
        while file.tell() < end and (line := file.readline()):
            results.write(score(line, AS_OF))
            results.write(b"\n")


WORK: dict[str, Callable[[Path, Path, Path], float]] = {
    each.__name__: each
    for each in (
        floor,
        scores,
        explained,
        strict_scores,
        strict_explained,
        engine_scores,
        engine_explained,
        python,
    )
}


def main(words: Sequence[str]) -> None:
    """Do what the words say, and print how long it took."""
    work, source, out, ruleset = words
    print(json.dumps({"seconds": WORK[work](Path(source), Path(out), Path(ruleset))}))


if __name__ == "__main__":
    main(sys.argv[1:])
