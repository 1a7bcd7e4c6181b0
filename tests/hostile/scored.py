"""A ruleset that gives every kind of fact back, and runs of `eval` over hostile files with it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from tests.cli.project import AS_OF, run

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "name": {"type": "string"},
        "share": {"type": "number"},
        "size": {"type": "integer"},
        "active": {"type": "boolean"},
        "since": {"type": "string", "format": "date"},
        "at": {"type": "string", "format": "date-time"},
        "kind": {"type": "string", "enum": ["small", "large"]},
        "words": {"type": "array", "items": {"type": "string"}},
        "usage": {"type": "object", "properties": {"n": {"type": "number"}}},
    },
}
RULES = """\
ruleset hostile 1.0.0 {
  title      "Hostile facts"
  effective  from 2024-01-01
  facts      hostile 1
}

bands rag {
  green  50..100     points 80
  red     0..<50     points 20
}

measure shares "Share" {
  value share
  rate { green when >= 10 ; red otherwise }
}

scorecard health "Health" { bands rag ; shares }

output the_name = name
output the_share = share
output the_size = size
output the_active = active
output the_since = since
output the_at = at
output the_kind = kind
output the_words = words
output the_usage = usage.n
"""
ENGINES = ("python", "duckdb")
_READ = re.compile(r"read ([0-9,]+) records?: ([0-9,]+) scored, ([0-9,]+) rejected")


@frozen
class Scored:
    """What a run gave: exit code, results, rejections, and what was said."""

    code: int
    results: list[dict[str, Any]]
    rejects: list[dict[str, Any]]
    said: str

    @property
    def counts(self) -> tuple[int, int, int]:
        """Read, scored and rejected, as the last line says."""
        found = _READ.search(self.said)
        assert found is not None, self.said
        read, scored, rejected = (int(each.replace(",", "")) for each in found.groups())
        return read, scored, rejected


def make_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project in a folder, which becomes the current one."""
    for name in ("rulesets/hostile", "schemas/hostile"):
        (folder / name).mkdir(parents=True)
    (folder / "rulesets/hostile/1.0.0.rules").write_text(RULES, encoding="utf-8")
    (folder / "schemas/hostile/1.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("RULEENGINE_CACHE", str(folder / "cache"))
    return folder


def lines_of(text: str) -> list[dict[str, Any]]:
    """The documents of NDJSON; only a line feed ends a line."""
    return [json.loads(line) for line in text.split("\n")[:-1]]


def score(
    paths: Sequence[str], engine: str, *options: str, as_of: str = AS_OF, stdin: bytes | None = None
) -> Scored:
    """Score files; nothing raises, and read = scored + rejected, as many as were written."""
    rejects = Path("rejects.ndjson")
    rejects.unlink(missing_ok=True)
    words = ("--as-of", as_of, "--format", "ndjson", "--engine", engine, "--rejects", str(rejects))
    done = run("eval", "hostile@1", *words, *options, "--", *paths, input=stdin)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "this is a bug" not in done.stderr, done.stderr
    if done.exit_code in (2, 5):
        assert done.stdout == ""
        return Scored(done.exit_code, [], [], done.stderr)
    scored = Scored(
        done.exit_code, lines_of(done.stdout), lines_of(rejects.read_text(encoding="utf-8")), done.stderr
    )
    read, accepted, rejected = scored.counts
    assert read == accepted + rejected
    assert (accepted, rejected) == (len(scored.results), len(scored.rejects))
    assert scored.code == (4 if rejected else 0)
    return scored


def score_twice(paths: Sequence[str], *options: str, **how: Any) -> Scored:
    """The same by both engines, which say the same."""
    first, second = (score(paths, engine, *options, **how) for engine in ENGINES)
    assert (first.code, first.results, first.rejects) == (second.code, second.results, second.rejects)
    return first
