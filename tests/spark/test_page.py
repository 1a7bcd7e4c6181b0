"""What `docs/spark.md` shows works: its lines of Python, its command, and its options of spark-submit."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ruleengine.portfolio.spark_java import find_java, java_home
from tests.docs.blocks import blocks_of
from tests.spark.conftest import ACCOUNTS, ROOT
from tests.spark.test_portfolio import TRIALS, parquet_of

PAGE = ROOT / "docs" / "spark.md"
SHELL = [block.text for block in blocks_of(PAGE) if block.info == ("sh",)]
PYTHON = [block.text for block in blocks_of(PAGE) if block.info == ("python",)]


def submit(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The spark-submit of this Python, with the Java that is here."""
    import pyspark

    home = Path(pyspark.__file__).parent
    surroundings = {
        "SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable, "JAVA_HOME": str(java_home(find_java(), folder)),
    }  # fmt: skip
    return subprocess.run(
        (home / "bin" / "spark-submit", *arguments), env={**os.environ, **surroundings}, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip


def test_the_lines_of_python_score_a_table(
    spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spark.sql(f"CREATE DATABASE lake LOCATION '{tmp_path / 'lake'}'")
    spark.read.parquet(str(parquet_of(ACCOUNTS, tmp_path, spark))).write.saveAsTable("lake.accounts")
    monkeypatch.chdir(ROOT)
    try:
        for text in PYTHON:
            exec(compile(text, str(PAGE), "exec"), {})
        assert capsys.readouterr().out == "100 0 0\n"
        assert spark.table("lake.scores").count() == 100
    finally:
        spark.sql("DROP DATABASE lake CASCADE")


def test_the_command_scores_a_file(tmp_path: Path) -> None:
    """As the page has it, with the accounts of the examples under the name that it uses."""
    command = (
        SHELL[0]
        .splitlines()[1]
        .replace("customer_health@2.0.0", str(TRIALS.parent / "rulesets/trial_health/1.0.0.rules"))
    )
    (tmp_path / "accounts.ndjson").write_bytes(TRIALS.read_bytes())
    program = f'ruleengine() {{ "{sys.executable}" -m ruleengine "$@"; }}\n'
    done = subprocess.run(
        ("bash", "-c", program + command),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1] == "read 4 records: 4 scored, 0 rejected"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["accounts.ndjson", "scores.parquet"]
    assert (tmp_path / "scores.parquet" / "_SUCCESS").exists()


def test_spark_submit_knows_the_options_of_the_page(tmp_path: Path) -> None:
    told = submit(tmp_path, "--help")
    command = next(text for text in SHELL if "spark-submit" in text).partition("spark-submit ")[2]
    wanted = set(re.findall(r"--[a-z-]+", command.partition("score.py")[0]))
    assert len(wanted) >= 6
    assert wanted - set(re.findall(r"--[a-z-]+", told.stdout + told.stderr)) == set()


def test_under_spark_submit_its_master_is_followed(tmp_path: Path) -> None:
    """The program of the page, started on this machine."""
    page = next(text for text in SHELL if "spark-submit" in text)
    script = re.search(r"<<'END'\n(.*?)^END$", page, re.MULTILINE | re.DOTALL)
    assert script is not None
    (tmp_path / "score.py").write_text(script.group(1))
    ruleset = TRIALS.parent / "rulesets/trial_health/1.0.0.rules"
    done = submit(
        tmp_path, "--master", "local[1]", "--conf", "spark.ui.enabled=false", tmp_path / "score.py", "eval", ruleset, TRIALS,
        "--as-of", "2024-03-01", "--engine", "spark", "--format", "ndjson", "--out", tmp_path / "scores.ndjson",
    )  # fmt: skip
    assert "read 4 records: 4 scored, 0 rejected" in done.stdout  # Spark joins both streams of a program
    assert done.returncode == 0
    parts = sorted((tmp_path / "scores.ndjson").glob("part-*"))
    found = [json.loads(line)["id"] for part in parts for line in part.read_bytes().splitlines()]
    assert sorted(found) == ["harbor", "juniper", "meadow", "quarry"]
