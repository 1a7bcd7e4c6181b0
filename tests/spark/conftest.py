"""One session of Spark on this machine for all tests of the stage. Without Spark the stage fails, and says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ruleengine
from ruleengine.columnar.types import fact_columns
from ruleengine.facts.records import ReadOptions
from ruleengine.portfolio.engine_faults import EngineUnavailable
from ruleengine.portfolio.spark_java import find_java
from ruleengine.portfolio.spark_session import check_packages, open_session
from ruleengine.portfolio.spark_workers import Reading

ROOT = Path(__file__).resolve().parents[2]
ACCOUNTS = ROOT / "examples" / "accounts.ndjson"
AS_OF = "2024-03-01"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Nothing here may pass for lack of Spark or Java."""
    try:
        check_packages()
        find_java()
    except EngineUnavailable as error:
        pytest.exit(f"{error} ({error.diagnostic.help})", returncode=1)


#: A session for many small questions: most of the time would go into compiling what then runs on a handful of rows.
SMALL = {
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A session on two cores."""
    with open_session("local[2]", SMALL) as session:
        yield session


@pytest.fixture(scope="session")
def health() -> ruleengine.Ruleset:
    """The customer health score of this repository."""
    return ruleengine.load("customer_health@2.0.0", rulesets=ROOT / "rulesets")


def reading_of(ruleset: ruleengine.Ruleset, options: ReadOptions | None = None) -> Reading:
    """How facts of a ruleset are read."""
    program = ruleset.program
    return Reading(fact_columns(program), program.zone, ruleset.facts_model, options or ReadOptions())
