"""What random rulesets have found in the emitted SQL, each as small as it gets, with what a result must say."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import ruleengine
from ruleengine.columnar.emit import emit
from ruleengine.portfolio.result_documents import Shape
from tests.columnar.agreement import earlier_column
from tests.differential.columnar.batch import as_document, on_duckdb, row_of, table_of
from tests.differential.fields import SCHEMAS

DAY = date(2024, 3, 1)
# Two spaces end a line.
RAG = "bands rag {  green 75..100 points 87.5  yellow 50..<75 points 62.5  red 0..<50 points 25  }  "
GRADES = "bands grades {  A 90..100 points 95  C 0..<90 points 40  }  "
PLAIN = "bands plain {  good  fair  bad  }  "
RATED = "rate {  green when > 1  red otherwise  }"
MEASURE = f"measure m {{  value size  {RATED}  }}  "


def both(folder: Path, rules: str, facts: dict[str, Any], before: Any = None) -> tuple[Any, Any]:
    """The results of the evaluator and of SQL."""
    path = folder / "sample_rules" / "1.0.0.rules"
    path.parent.mkdir()
    path.write_text(
        f"ruleset sample_rules 1.0.0 {{ facts sample 1 }}\n{rules}\n".replace("  ", "\n"), encoding="utf-8"
    )
    ruleset = ruleengine.load(path, rulesets=folder, schemas=SCHEMAS, cache=False)
    emitted = emit(ruleset.program, "duckdb", DAY, lines=ruleset.evaluator.source_lines)
    document = {"id": "x", **facts}
    row = row_of(emitted, earlier_column(ruleset.program), (document, before), DAY, 0)
    assert row is not None
    found = on_duckdb(emitted, table_of(emitted, [row]))[0]
    assert found["irregular"] is False
    return ruleset.score_dict(document, DAY, before), as_document(
        found, Shape(emitted.columns, emitted.trigger_fields)
    )


CASES: dict[str, tuple[str, dict[str, Any], tuple[str | int, ...], Any]] = {
    # A value that is missing is not stale, though its date is old and an override gives the measure a band.
    "stale": (
        f"{RAG}measure m {{  value size  {RATED}  fresh by account.since, stale after 7 days  override yellow  }}",
        {"account": {"since": "2023-01-01"}},
        ("measures", "m", "status"),
        "scored",
    ),
    # Worse than the worst band is nothing; of what has no band it is not known.
    "worse than the worst": (
        f"{RAG}{MEASURE}output o = m is worse than red",
        {},
        ("outputs", "o"),
        None,
    ),
    "was worse than the worst": (
        f"{RAG}{MEASURE}output o = (previous m) is worse than red",
        {"size": 5},
        ("outputs", "o"),
        None,
    ),
    # A policy makes the block NA, though one of its members has a band.
    "required": (
        f"{PLAIN}measure m {{  value size  rate {{  good when > 1  fair otherwise  }}  }}  "
        "measure n {  value account.level  rate {  good when > 1  bad otherwise  }  }  "
        "scorecard c {  bands plain  rollup worst band  m  n  missing require all  }",
        {"size": 0},
        ("scorecards", "c", "band"),
        None,
    ),
    # An imputed band is one of the measure's own bands, not of the bands of the scorecard.
    "imputed band": (
        f"{RAG}{GRADES}measure m {{  bands rag  value size  {RATED}  missing impute yellow  }}  "
        "scorecard c {  bands grades  m  }",
        {},
        ("scorecards", "c", "nodes", "m", "band"),
        "yellow",
    ),
    # What is counted is a band of the members; the scorecard has others.
    "counted band": (
        f"{RAG}{GRADES}measure m {{  bands rag  value size  {RATED}  }}  "
        f"measure n {{  bands rag  value account.level  {RATED}  }}  "
        "scorecard c {  bands grades  rollup count of red  m  n  }",
        {"size": 1, "account": {"level": 1}},
        ("scorecards", "c", "score"),
        2.0,
    ),
    # An assumption that is an empty list has no elements to tell the type of its column.
    "assumed to be empty": (
        'assume words = [] because "none"  assume account.active = true because "most are"  output o = count(words)',
        {"account": {"tier": "gold"}},
        ("assumptions",),
        [
            {"path": "words", "value": [], "reason": "none"},
            {"path": "account.active", "value": True, "reason": "most are"},
        ],
    ),
    # What stands in for nothing at all is a number, and equals the number that stands there as long as nobody acts.
    "nothing by default": (
        "trigger t {  when true  field rank = na default 3, flagged until changed  }",
        {},
        ("triggers", 0, "flagged"),
        ["rank"],
    ),
    # A cell says only the fields that it has.
    "fields of a cell": (
        "segment s when size > 1  matrix x {  rows segments: s  columns account.tier: gold, silver, bronze  "
        's gives one, two, two  cell one "One" {  field playbook "p"  }  cell two "Two"  }',
        {"size": 5, "account": {"tier": "silver"}},
        ("matrices", "x", "fields"),
        {},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_was_found(name: str, tmp_path: Path) -> None:
    rules, facts, path, wanted = CASES[name]
    expected, found = both(tmp_path, rules, facts)
    assert found == expected
    for step in path:
        found = found[step]
    assert found == wanted
    assert isinstance(found, type(wanted))


@pytest.mark.parametrize("last", ["* 9_999_999_999", "/ 0.0000000002 / 0.0000000002 / 0.0000000002"])
def test_what_is_larger_than_all_numbers_is_invalid_before_it_is_infinite(tmp_path: Path, last: str) -> None:
    rules = f"output o = {' * '.join(['size'] * 20)} {last}  "
    evaluated, answered = both(tmp_path, rules, {"size": 9e14})
    assert answered == evaluated
    assert evaluated["outputs"]["o"] is None
    assert [each["code"] for each in evaluated["problems"]] == ["RE506"]
