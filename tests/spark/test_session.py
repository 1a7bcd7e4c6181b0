"""Sessions: which master, whose settings, and one message for what hinders."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ruleengine.portfolio import spark_session
from ruleengine.portfolio.engine_faults import EngineUnavailable
from ruleengine.portfolio.spark_session import SETTINGS, default_master, open_session

_SCORE_NOTHING = """
from ruleengine.portfolio.spark_session import open_session
def same(batches):
    yield from batches
with open_session({master!r}) as session:
    java = session._jvm.java.lang.System.getProperty("java.version")
    print(java.split(".")[0], session.range(1000).mapInArrow(same, "id long").count(), session.sparkContext.master)
"""


def in_a_process(master: str | None, **environment: str) -> subprocess.CompletedProcess[str]:
    """What another process shows that opens a session and runs Python in its workers."""
    code = _SCORE_NOTHING.format(master=master)
    return subprocess.run(
        (sys.executable, "-c", code), env={**os.environ, **environment}, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip


def test_settings_of_a_new_session(spark: Any) -> None:
    assert {name: spark.conf.get(name) for name in SETTINGS} == dict(SETTINGS)
    assert spark.sparkContext.uiWebUrl is None


def test_a_session_that_is_there_keeps_its_settings(spark: Any) -> None:
    spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    try:
        with open_session() as beside:
            assert beside.sparkContext is spark.sparkContext
            assert beside.conf.get("spark.sql.session.timeZone") == "UTC"
        assert spark.conf.get("spark.sql.session.timeZone") == "Asia/Tokyo"
        assert spark.range(3).count() == 3, "a session that somebody else made is not ended"
    finally:
        spark.conf.set("spark.sql.session.timeZone", "UTC")


def test_another_master_than_that_of_the_session_is_refused(spark: Any) -> None:
    with (
        pytest.raises(EngineUnavailable, match=r"already runs on the master `local\[2\]`"),
        open_session("yarn"),
    ):
        pass


def test_texts_with_signs_of_substitution_stay_as_they_are(spark: Any) -> None:
    assert spark.sql("SELECT '${spark.master} {{ }}' AS a").collect()[0]["a"] == "${spark.master} {{ }}"


def test_the_java_from_pypi_runs_spark_and_its_workers(tmp_path: Path) -> None:
    """Everything of the PATH but Java, so that the package's must do."""
    for folder in os.environ["PATH"].split(os.pathsep):
        for program in Path(folder).glob("*"):
            if not program.name.startswith("java") and not (tmp_path / program.name).is_symlink():
                (tmp_path / program.name).symlink_to(program)
    assert shutil.which("java", path=str(tmp_path)) is None
    done = in_a_process("local[2]", JAVA_HOME="", PATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    version, count, master = done.stdout.split()
    assert int(version) >= 21
    assert (count, master) == ("1000", "local[2]")


def test_without_a_master_all_cores_of_this_machine(tmp_path: Path) -> None:
    assert default_master({}) == "local[*]"
    (tmp_path / "spark-defaults.conf").write_text("# nothing\nspark.executor.memory 4g\n")
    assert default_master({"SPARK_CONF_DIR": str(tmp_path)}) == "local[*]"


def test_where_spark_knows_a_cluster_it_is_asked(tmp_path: Path) -> None:
    assert default_master({"MASTER": "yarn"}) is None
    assert default_master({"PYSPARK_SUBMIT_ARGS": "--master yarn pyspark-shell"}) is None
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "spark-defaults.conf").write_text("spark.master   spark://host:7077\n")
    assert default_master({"SPARK_HOME": str(tmp_path)}) is None


@pytest.mark.parametrize("master", ["spark://localhost:1", "sc://localhost:1"])
def test_a_cluster_that_does_not_answer_is_told_at_once(master: str) -> None:
    done = in_a_process(master)
    assert f"EngineUnavailable: the cluster `{master}` cannot be reached: " in done.stderr.splitlines()[-1]


def test_a_master_that_makes_no_sense() -> None:
    done = in_a_process("loca[2]")
    last = done.stderr.splitlines()[-1]
    assert last.endswith("`loca[2]`: Master must either be yarn or start with spark, k8s, or local")


def test_a_missing_package_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_session, "find_spec", lambda name: None if name == "pyspark" else name)
    with pytest.raises(EngineUnavailable, match="the engine spark needs pyspark") as missing, open_session():
        pass
    assert missing.value.diagnostic.help == "pip install 'ruleengine[spark]'"
