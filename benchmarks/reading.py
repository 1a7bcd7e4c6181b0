"""How fast portfolios are read: lines of NDJSON to documents, strictly."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import orjson

from benchmarks.tables import Table, number
from benchmarks.timing import interleaved, ratio
from benchmarks.workload.accounts import RULESET, lines
from ruleengine.facts.readers import read_facts
from ruleengine.facts.schema import load_schema

LENIENT = "orjson, line by line, nothing checked"


def measure(quick: bool) -> list[Table]:
    """The table of readers."""
    count = 2_000 if quick else 20_000
    schema, reports = load_schema("workload", "1", RULESET.parents[2] / "schemas")
    if schema is None:
        raise AssertionError(str(reports[0]))
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "accounts.ndjson"
        path.write_bytes(b"".join(lines(count)))

        def strict() -> None:
            for _ in read_facts([str(path)], schema):
                pass

        def lenient() -> None:
            with path.open("rb") as file:
                for line in file:
                    orjson.loads(line)

        def standard() -> None:
            with path.open("rb") as file:
                for line in file:
                    json.loads(line)

        def nothing() -> None:
            with path.open("rb") as file:
                for _ in file:
                    pass

        work = {
            "the lines and nothing else": (nothing, count),
            LENIENT: (lenient, count),
            "json of the standard library, nothing checked": (standard, count),
            "ruleengine, strictly": (strict, count),
        }
        found = interleaved(work, 3 if quick else 9)
    rows = tuple(
        (words, f"{1 / sorted(seconds)[len(seconds) // 2]:,.0f}", number(ratio(found, words, LENIENT)))
        for words, seconds in found.items()
    )
    head = ("reading NDJSON", "lines/s", "× the time of lenient reading")
    notes = (
        "Strictly: duplicate keys, NaN, numbers too large, broken UTF-8 and deep nesting are refused with their line.",
    )
    return [Table("reading", "Reading accounts", head, rows, notes)]
