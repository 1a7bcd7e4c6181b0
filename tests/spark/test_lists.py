"""Lists, series, definitions and tables on Spark: what the evaluator gives, with the reason and the words of every NA."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ruleengine.columnar.spark_dialect import Spark
from ruleengine.columnar.types import spark_type
from tests.columnar.list_cases import AS_OF, RULES, SCHEMA, documents
from tests.columnar.probing import differences, evaluated, load, probe


def _python(value: Any) -> Any:
    """A value of Spark with its rows as dictionaries."""
    if isinstance(value, tuple) and hasattr(value, "asDict"):
        return {name: _python(each) for name, each in value.asDict().items()}
    return [_python(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", RULES)
def test_spark_gives_what_the_evaluator_gives(name: str, tmp_path: Path, spark: Any) -> None:
    ruleset = load(tmp_path, SCHEMA, RULES[name])
    facts = documents(19, 150)
    probed = probe(ruleset, Spark(), AS_OF, source="facts of lists")
    path = tmp_path / "facts.ndjson"
    lines = [json.dumps({"position": place, **each}) for place, each in enumerate(facts)]
    path.write_text("\n".join(lines), encoding="utf-8")
    columns = ", ".join(f"`{each.name}` {spark_type(each.type)}" for each in probed.facts)
    read = spark.read.schema(f"position BIGINT, {columns}").json(str(path))
    read.createOrReplaceTempView("`facts of lists`")
    rows = [[_python(each) for each in row] for row in spark.sql(probed.text).collect()]
    found, irregular = differences(probed, rows, evaluated(ruleset, facts, AS_OF))
    assert found[:5] == []
    assert irregular < 40
