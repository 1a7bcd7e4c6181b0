"""What doubling the input costs: everything that grows, doubled, through everything that is done with it.

The time at a size and at twice that size take their turns in every round, in processor time. The figure is the ratio of the fastest
rounds, because other work on the machine only ever adds time; rounds go on until the two fastest of both sizes agree, and longer where
the ratio is beyond the target.
The collector of garbage waits meanwhile: how often it runs depends on what else is in memory. 2 is a straight line; the target
leaves room for memory and for what a logarithm adds. `--quick` measures a sixteenth of each size, once, to see that it runs.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

from attrs import frozen

import ruleengine
from benchmarks.tables import Table, Target, number
from benchmarks.workload import growing
from benchmarks.workload.accounts import RULESET, accounts
from benchmarks.workload.growing import Growing
from ruleengine import api
from ruleengine.facts.readers import read_facts
from ruleengine.facts.schema import load_schema
from ruleengine.report.handbook.build import build_page
from ruleengine.report.handbook.markdown import page_markdown
from ruleengine.source import Source
from ruleengine.syntax.format import format_file
from ruleengine.syntax.parse import parse

TARGET = Target(2.3)
AS_OF = "2024-03-01"
_OPERATIONS = ("parse", "format", "check", "load", "generate", "score", "explain", "docs", "diff")
#: What takes less than this many seconds is done again until it has taken them.
_LEAST = 0.02
#: Rounds end when the fastest two are so near to one another, and after so many at the latest.
_NEAR = 1.04
_MOST_ROUNDS = 7
#: A ratio beyond the target is measured on, for so many rounds: other work on the machine ends at some time, a square does not.
_DOUBTFUL_ROUNDS = 25
#: A ratio of what takes less than this many seconds at twice the size says more of caches than of the work, and is not judged.
_JUDGED = 0.0005
_QUICK_PART = 16
_SCHEMAS = RULESET.parents[2] / "schemas"
Work = dict[str, Callable[[], object]]


@frozen(slots=True)
class Figure:
    """One thing that was doubled: what, through which operation, the size, seconds at the double, and the ratio."""

    what: str
    operation: str
    size: int
    seconds: float
    ratio: float


def measure(quick: bool) -> list[Table]:
    """The table of everything that was doubled, and the largest ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = [*_rulesets(folder, quick), *_others(folder, quick)]
    judged = [figure for figure in figures if figure.seconds >= _JUDGED]
    notes = () if quick else _notes(figures, judged)
    return [_ruleset_table(figures, notes), _other_table(figures)]


def _notes(figures: list[Figure], judged: list[Figure]) -> tuple[str, ...]:
    largest = max(judged, key=lambda figure: figure.ratio)
    beyond = sum(not TARGET.met(figure.ratio) for figure in judged)
    return (
        f"{len(figures)} ratios in both tables, {len(judged)} of {_JUDGED * 1e3:g} ms and more; of these {beyond} beyond {TARGET.most:g}.",
        f"The largest: {largest.ratio:.2f}, {largest.operation} of {largest.what} ({TARGET.text(largest.ratio)}).",
        f"Processor time, fastest of the rounds. In brackets: less than {_JUDGED * 1e3:g} ms. Empty: not done with such a text.",
    )


def _ratio(figure: Figure | None) -> str:
    if figure is None:
        return ""
    return f"{figure.ratio:.2f}" if figure.seconds >= _JUDGED else f"({figure.ratio:.2f})"


def _ruleset_table(figures: list[Figure], notes: tuple[str, ...]) -> Table:
    found = {(figure.what, figure.operation): figure for figure in figures}
    sizes = {figure.what: figure.size for figure in figures}
    rows = tuple(
        (
            f"{shape.name}: {sizes[shape.name]:,} → {2 * sizes[shape.name]:,}",
            *(_ratio(found.get((shape.name, each))) for each in _OPERATIONS),
        )
        for shape in growing.RULESETS
    )  # fmt: skip
    return Table("growth", "Doubling a ruleset", ("of what", *_OPERATIONS), rows, notes)


def _other_table(figures: list[Figure]) -> Table:
    rows = tuple(
        (
            f"{each.what}: {each.size:,} → {2 * each.size:,}",
            each.operation,
            number(each.seconds * 1e3),
            _ratio(each),
        )
        for each in figures
        if each.what not in {shape.name for shape in growing.RULESETS}
    )
    head = ("of what", "operation", "ms at the double", "×")
    return Table("growth others", "Doubling facts, tests, imports, schemas", head, rows)


def _rulesets(folder: Path, quick: bool) -> Iterator[Figure]:
    for shape in growing.RULESETS:
        size = max(2, shape.size // _QUICK_PART) if quick else shape.size
        pair = [_work_of(folder / f"{each}", shape, each) for each in (size, 2 * size)]
        yield from _doubled(shape.name, size, (pair[0], pair[1]), quick)


def _others(folder: Path, quick: bool) -> Iterator[Figure]:
    for name, size, work in (
        ("rulesets imported by one", 50, _imports),
        ("rulesets imported one by the next", 20, _import_chain),
        ("tests", 200, _tests),
        ("rows of a test", 1_000, _test_rows),
        ("fields of a schema", 1_000, _schema),
        ("elements of a list", 20_000, _elements),
        ("accounts", 5_000, _accounts),
        ("letters of a fact", 1_000_000, _fact_letters),
        ("keys of a document", 20_000, _fact_keys),
        ("accounts compared", 500, _compared),
    ):
        smaller = max(2, size // _QUICK_PART) if quick else size
        pair = [work(folder / f"{name} {each}", each) for each in (smaller, 2 * smaller)]
        yield from _doubled(name, smaller, (pair[0], pair[1]), quick)


def _doubled(what: str, size: int, pair: tuple[Work, Work], quick: bool) -> Iterator[Figure]:
    gc.collect()
    gc.freeze()  # what was made to be measured is no garbage to look through
    gc.disable()
    for operation in pair[0]:
        if operation in pair[1]:
            found = _seconds((pair[0][operation], pair[1][operation]), quick)
            figure = Figure(what, operation, size, min(found[1]), min(found[1]) / min(found[0]))
            _progress(figure)
            yield figure
    gc.enable()
    gc.unfreeze()


def _progress(figure: Figure) -> None:
    """One line for who waits at a terminal."""
    if sys.stderr.isatty() or os.environ.get("GROWTH_PROGRESS"):
        words = f"{figure.what}, {figure.operation}: {_ratio(figure)}, {figure.seconds * 1e3:.2f} ms"
        print(words, file=sys.stderr, flush=True)


def _seconds(
    functions: tuple[Callable[[], object], Callable[[], object]], quick: bool
) -> tuple[list[float], list[float]]:
    """The times of two functions, round by round."""
    times = 1
    if not quick:
        functions[1]()  # warms up: what is generated, is generated once
        times = max(1, round(_LEAST / max(_time(functions[0], 1), 1e-6)))
    found: tuple[list[float], list[float]] = ([], [])
    while not found[0] or not (quick or _agree(found)):
        for seconds, function in zip(found, functions, strict=True):
            seconds.append(_time(function, times))
    return found


def _agree(found: tuple[list[float], list[float]]) -> bool:
    """Whether enough rounds have been measured."""
    if len(found[0]) < 2:
        return False
    if not TARGET.met(min(found[1]) / min(found[0])):
        return len(found[0]) >= _DOUBTFUL_ROUNDS
    near = all(second <= first * _NEAR for first, second, *_ in map(sorted, found))
    return near or len(found[0]) >= _MOST_ROUNDS


def _time(function: Callable[[], object], times: int) -> float:
    gc.collect()
    start = process_time()
    for _ in range(times):
        function()
    return (process_time() - start) / times


# ── rulesets ────────────────────────────────────────────────────────────────────────────────────────────────────────


def save(folder: Path, text: str, version: str = "1.0.0", name: str = "large") -> Path:
    """A ruleset in a folder of rulesets, beside the schemas; where it lies."""
    path = folder / "rulesets" / name / f"{version}.rules"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("ruleset large 1.0.0", f"ruleset {name} {version}", 1), encoding="utf-8")
    schema = folder / "schemas/growing/1.schema.json"
    if not schema.exists():
        schema.parent.mkdir(parents=True)
        schema.write_text(json.dumps(growing.SCHEMA), encoding="utf-8")
    return path


def load(path: Path, schemas: Path | None = None) -> ruleengine.Ruleset:
    """A ruleset, compiled anew."""
    return ruleengine.load(path, rulesets=path.parent.parent, schemas=schemas, cache=False)


def _work_of(folder: Path, shape: Growing, size: int) -> Work:
    """What is done with a ruleset: all of it where it has no errors."""
    text = shape.text(size)
    path = save(folder / shape.name, text)
    source = Source(str(path), text)
    schemas = _SCHEMAS if shape.facts == "workload" else None
    parsed, faults = parse(source)
    report = ruleengine.check_file(path, rulesets=path.parent.parent, schemas=schemas)
    work: Work = {
        "parse": lambda: parse(source),
        "check": lambda: ruleengine.check_file(path, rulesets=path.parent.parent, schemas=schemas),
    }
    if not faults:
        work["format"] = lambda: format_file(parsed, source)
    return {**work, **_run_of(path, text, shape.facts, schemas)} if report.ok else work


def _run_of(path: Path, text: str, facts: str, schemas: Path | None) -> Work:
    ruleset = load(path, schemas)
    changed = text.replace("points 25\n", "points 24\n", 1).replace("changing = a + 1", "changing = a + 2", 1)
    newer = load(save(path.parents[2], changed, "1.1.0"), schemas)
    document = next(iter(accounts(1))) if facts == "workload" else growing.DOCUMENT

    def generate() -> None:
        compile(ruleset.python_source(), "<generated>", "exec")

    return {
        "load": lambda: load(path, schemas),
        "generate": generate,
        "score": lambda: ruleset.score_dict(document, AS_OF),
        "explain": lambda: ruleset.explain(document, AS_OF).to_dict(),
        "docs": lambda: page_markdown(build_page(ruleset.program, ruleset.sources)),
        "diff": lambda: ruleengine.diff(ruleset, newer, [document], as_of=AS_OF),
    }


# ── everything else ─────────────────────────────────────────────────────────────────────────────────────────────────

_PART = "ruleset large 1.0.0 {\n  facts growing 1\n}\n"


def _imports(folder: Path, size: int) -> Work:
    for each in range(size):
        save(folder, f"{_PART}let v{each} = a + {each}\n", name=f"part{each}")
    lines = "".join(f"import part{each} 1.0.0 (v{each})\noutput o{each} = v{each}\n" for each in range(size))
    return _loading(save(folder, _PART + lines))


def _import_chain(folder: Path, size: int) -> Work:
    save(folder, f"{_PART}let v0 = a\n", name="part0")
    for each in range(1, size):
        line = f"import part{each - 1} 1.0.0 (v{each - 1})\nlet v{each} = v{each - 1} + 1\n"
        save(folder, _PART + line, name=f"part{each}")
    return _loading(
        save(folder, f"{_PART}import part{size - 1} 1.0.0 (v{size - 1})\noutput o = v{size - 1}\n")
    )


def _loading(path: Path) -> Work:
    return {
        "check": lambda: ruleengine.check_file(path, rulesets=path.parent.parent),
        "load": lambda: load(path),
    }


def _tests(folder: Path, size: int) -> Work:
    return _testing(folder, growing.cases(size))


def _test_rows(folder: Path, size: int) -> Work:
    return _testing(folder, growing.table_of_cases(size))


def _testing(folder: Path, text: str) -> Work:
    path = save(folder, f"{_PART}output changing = a + 1\n").with_name("1.0.0.test.rules")
    path.write_text(text, encoding="utf-8")
    source = Source(str(path), text)
    parsed, _ = parse(source)

    def run() -> None:
        assert api.run_tests(path, rulesets=path.parent.parent).passed

    return {"parse": lambda: parse(source), "format": lambda: format_file(parsed, source), "test": run}


def _schema(folder: Path, size: int) -> Work:
    path = save(folder, f"{_PART}output changing = a + 1\n")
    schemas = folder / "schemas"
    (schemas / "growing/1.schema.json").write_text(json.dumps(growing.schema(size)), encoding="utf-8")
    return {
        "read the schema": lambda: load_schema("growing", "1", schemas),
        "check": lambda: ruleengine.check_file(path, rulesets=folder / "rulesets"),
    }


def _elements(folder: Path, size: int) -> Work:
    ruleset = load(save(folder, growing.ASKING))
    document = growing.list_document(size)
    raw = json.dumps(document)
    return {
        "score": lambda: ruleset.score_dict(document, AS_OF),
        "explain": lambda: ruleset.explain(document, AS_OF).to_dict(),
        "JSON to JSON": lambda: ruleset.score_json(raw, AS_OF),
    }


def _accounts(folder: Path, size: int) -> Work:
    contents = {"ndjson": growing.ndjson(size), "json": growing.json_list(size), "csv": growing.csv(size)}
    return {f"read {suffix}": _reading(folder, content, suffix) for suffix, content in contents.items()}


def _fact_letters(folder: Path, size: int) -> Work:
    return {"read ndjson": _reading(folder, growing.long_text(size), "ndjson")}


def _fact_keys(folder: Path, size: int) -> Work:
    return {"read ndjson": _reading(folder, growing.many_keys(size), "ndjson")}


def _reading(folder: Path, content: bytes, suffix: str) -> Callable[[], object]:
    save(folder, f"{_PART}output changing = a + 1\n")
    schema, _ = load_schema("growing", "1", folder / "schemas")
    assert schema is not None
    path = folder / f"facts.{suffix}"
    path.write_bytes(content)

    def read() -> None:
        for _ in read_facts([str(path)], schema):
            pass

    return read


def _compared(folder: Path, size: int) -> Work:
    text = RULESET.read_text(encoding="utf-8").replace("ruleset workload 1.0.0", "ruleset large 1.0.0", 1)
    edited = text.replace('"Product" 50%', '"Product" 45%').replace(
        '"Outcomes"              10%', '"Outcomes"              15%'
    )
    old, new = (
        load(save(folder, each, version), _SCHEMAS) for each, version in ((text, "1.0.0"), (edited, "1.1.0"))
    )
    documents = list(accounts(size))
    return {"diff": lambda: ruleengine.diff(old, new, documents, as_of=AS_OF)}
