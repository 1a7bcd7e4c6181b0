"""What doubling the input costs: everything that grows, doubled, through everything that is done with it.

The time at a size and at twice that size take their turns in every round; the figure is the ratio of the fastest rounds, because
other work on the machine only ever adds time. 2 is a straight line; the target leaves room for memory and for what a logarithm adds.
`--quick` measures a quarter of each size, once.
"""

from __future__ import annotations

import gc
import json
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
    rounds, part = (1, 4) if quick else (5, 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = [*_rulesets(folder, rounds, part), *_others(folder, rounds, part)]
    largest = max(figures, key=lambda figure: figure.ratio)
    verdict = "" if quick else f" ({TARGET.text(largest.ratio)})"
    notes = (
        f"{len(figures)} ratios of time at twice the size; the largest: {largest.ratio:.2f}, {largest.operation} of {largest.what}{verdict}.",
        "Processor time, fastest of the rounds. Empty: not done with such a text.",
    )
    return [_ruleset_table(figures, notes), _other_table(figures)]


def _ruleset_table(figures: list[Figure], notes: tuple[str, ...]) -> Table:
    found = {(figure.what, figure.operation): figure for figure in figures}
    rows = tuple(
        (
            f"{shape.name}: {shape.size:,} → {2 * shape.size:,}",
            *(f"{found[shape.name, each].ratio:.2f}" if (shape.name, each) in found else "" for each in _OPERATIONS),
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
            f"{each.ratio:.2f}",
        )
        for each in figures
        if each.what not in {shape.name for shape in growing.RULESETS}
    )
    head = ("of what", "operation", "ms at the double", "×")
    return Table("growth others", "Doubling facts, tests, imports, schemas", head, rows)


def _rulesets(folder: Path, rounds: int, part: int) -> Iterator[Figure]:
    for shape in growing.RULESETS:
        size = max(1, shape.size // part)
        pair = [_work_of(folder / f"{each}", shape, each) for each in (size, 2 * size)]
        yield from _doubled(shape.name, size, (pair[0], pair[1]), rounds)


def _others(folder: Path, rounds: int, part: int) -> Iterator[Figure]:
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
        smaller = max(1, size // part)
        pair = [work(folder / f"{name} {each}", each) for each in (smaller, 2 * smaller)]
        yield from _doubled(name, smaller, (pair[0], pair[1]), rounds)


def _doubled(what: str, size: int, pair: tuple[Work, Work], rounds: int) -> Iterator[Figure]:
    gc.collect()
    gc.freeze()  # what was made to be measured is no garbage to look through
    for operation in pair[0]:
        if operation in pair[1]:
            once, twice = pair[0][operation], pair[1][operation]
            once()  # warms up: what is generated, is generated once
            twice()
            times = _repetitions(once)
            found: tuple[list[float], list[float]] = ([], [])
            for _ in range(rounds):
                for seconds, function in zip(found, (once, twice), strict=True):
                    seconds.append(_time(function, times))
            yield Figure(what, operation, size, min(found[1]), min(found[1]) / min(found[0]))
    gc.unfreeze()


def _repetitions(function: Callable[[], object]) -> int:
    """How many times something is done to take long enough to be measured; this warms up too."""
    return max(1, round(_LEAST / max(_time(function, 1), 1e-6)))


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
