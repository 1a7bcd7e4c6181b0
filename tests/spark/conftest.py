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

#: With what Java ends by `ExitOnOutOfMemoryError`.
OUT_OF_MEMORY = 3
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


#: A session for many small questions: most of the time would go into compiling what then runs on a handful of rows. Java ends
#: where it has too little memory, or does little else than look for some: what needs more than this is to be told.
SMALL = {
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.memory": "1200m",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseParallelGC -XX:+ExitOnOutOfMemoryError",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    # What the parser has learnt of one large query it keeps for all others, and that is hundreds of megabytes in the end.
    "spark.sql.parser.manageParserCaches": "true",
    "spark.sql.parser.parserDfaCacheFlushThreshold": "10000",
}


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A session on two cores."""
    with open_session("local[2]", SMALL) as session:
        yield session


@pytest.fixture(autouse=True)
def java_runs(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test after which Java is gone is the last one: those after it could only fail, each after a while."""
    session = request.getfixturevalue("spark") if "spark" in request.fixturenames else None
    yield
    if session is not None and (code := session.sparkContext._gateway.proc.poll()) is not None:
        reason = "it ran out of memory" if code == OUT_OF_MEMORY else f"its exit code is {code}"
        pytest.exit(f"Java has ended in {request.node.nodeid}: {reason}", returncode=1)


@pytest.fixture(scope="session")
def health() -> ruleengine.Ruleset:
    """The customer health score of this repository."""
    return ruleengine.load("customer_health@2.0.0", rulesets=ROOT / "rulesets")


def reading_of(ruleset: ruleengine.Ruleset, options: ReadOptions | None = None) -> Reading:
    """How facts of a ruleset are read."""
    program = ruleset.program
    return Reading(fact_columns(program), program.zone, ruleset.facts_model, options or ReadOptions())
