"""Whole runs: what Spark writes is what the evaluator writes, byte by byte, and nothing is lost on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

import ruleengine
from ruleengine.facts.readers import read_facts
from ruleengine.facts.records import FactsUnreadable, ReadOptions, Rejection
from ruleengine.portfolio.spark import SparkJob, SparkRun, run_spark
from ruleengine.portfolio.spark_output import OutputRefused
from ruleengine.report.delimited import DelimitedRows
from tests.spark.conftest import ACCOUNTS, AS_OF, ROOT

TRIALS = ROOT / "examples" / "trial" / "trials.ndjson"
ODD_IDS = (
    'x"; DROP TABLE facts',
    "{{ id }}",
    "${spark.master}",
    "a\\b'c",
    "ü\u2028\x01",
    "🏳\ufe0f",
    "%s",
    "--",
)


@pytest.fixture(scope="session")
def trial() -> ruleengine.Ruleset:
    """The small ruleset of the README."""
    return ruleengine.load(ROOT / "examples/trial/rulesets/trial_health/1.0.0.rules")


def job_of(ruleset: ruleengine.Ruleset, paths: list[Path | str], out: Path, **more: Any) -> SparkJob:
    """A job for a ruleset."""
    return SparkJob(
        ruleset.program, ruleset.facts_model, [str(path) for path in paths], str(out), date.fromisoformat(AS_OF), **more
    )  # fmt: skip


def by_the_evaluator(ruleset: ruleengine.Ruleset, path: Path) -> list[bytes]:
    """The lines that the evaluator's results come to."""
    records = read_facts([str(path)], ruleset.facts_model)
    return [
        orjson.dumps(ruleset.score_dict(each.document, AS_OF))
        for each in records
        if not isinstance(each, Rejection)
    ]


def lines_of(folder: Path) -> list[bytes]:
    """The lines of an output, part after part."""
    assert (folder / "_SUCCESS").exists()
    return [line for part in sorted(folder.glob("part-*")) for line in part.read_bytes().split(b"\n") if line]


def parquet_of(accounts: Path, folder: Path, spark: Any) -> Path:
    """The accounts as a data team has them: types inferred, without those whose facts have types of their own."""
    lines = [line for line in accounts.read_bytes().splitlines() if b'"wrong-' not in line]
    (folder / "right.ndjson").write_bytes(b"\n".join(lines))
    spark.read.json(str(folder / "right.ndjson")).write.parquet(str(folder / "right.parquet"))
    return folder / "right.parquet"


def test_accounts_score_the_same_bytes(spark: Any, health: ruleengine.Ruleset, tmp_path: Path) -> None:
    run = run_spark(job_of(health, [ACCOUNTS], tmp_path / "out.ndjson"))
    assert run == SparkRun(103, 103, 0, 3, ())
    assert lines_of(tmp_path / "out.ndjson") == by_the_evaluator(health, ACCOUNTS)


def test_accounts_of_a_table_score_the_same_bytes(
    spark: Any, health: ruleengine.Ruleset, tmp_path: Path
) -> None:
    stored = parquet_of(ACCOUNTS, tmp_path, spark)
    run = run_spark(job_of(health, [stored], tmp_path / "out.ndjson"))
    assert (run.read, run.scored, run.by_evaluator) == (100, 100, 0)
    wanted = by_the_evaluator(health, tmp_path / "right.ndjson")
    assert sorted(lines_of(tmp_path / "out.ndjson")) == sorted(wanted)


def test_with_code_generation_too(spark: Any, trial: ruleengine.Ruleset, tmp_path: Path) -> None:
    """The other tests do without it, as it takes its time."""
    changed = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "FALLBACK"}
    before = {name: spark.conf.get(name) for name in changed}
    for name, value in changed.items():
        spark.conf.set(name, value)
    try:
        run_spark(job_of(trial, [TRIALS], tmp_path / "out.ndjson"))
    finally:
        for name, value in before.items():
            spark.conf.set(name, value)
    assert lines_of(tmp_path / "out.ndjson") == by_the_evaluator(trial, TRIALS)


def test_odd_ids_and_broken_lines(spark: Any, trial: ruleengine.Ruleset, tmp_path: Path) -> None:
    path = tmp_path / "facts.ndjson"
    good = [orjson.dumps({"id": each, "seats": 100, "active_users": 45}) for each in ODD_IDS]
    path.write_bytes(b"\n".join([good[0], b"{", *good[1:], b'{"id":""}', b'{"id":"z","seats":"many"}']))
    run = run_spark(job_of(trial, [path], tmp_path / "out.ndjson"))
    told = [
        (each.path, each.line, each.code, each.reason)
        for each in read_facts([str(path)], trial.facts_model)
        if isinstance(each, Rejection)
    ]
    assert len(told) == 2
    assert [(each.path, each.line, each.code, each.reason) for each in run.rejections] == told
    assert (run.read, run.scored, run.rejected, run.by_evaluator) == (11, 9, 2, 1)
    assert lines_of(tmp_path / "out.ndjson") == by_the_evaluator(trial, path)


def test_more_rejections_than_are_brought_home_at_once(
    spark: Any, trial: ruleengine.Ruleset, tmp_path: Path
) -> None:
    path = tmp_path / "facts.ndjson"
    path.write_text("".join('{"id":"a"}\n' if n % 5 == 0 else "{\n" for n in range(6000)))
    run = run_spark(job_of(trial, [path], tmp_path / "out.ndjson"))
    assert (run.read, run.scored, run.rejected) == (6000, 1200, 4800)
    assert [each.line for each in run.rejections] == [n + 1 for n in range(6000) if n % 5]


def test_columns_hold_what_the_documents_say(spark: Any, trial: ruleengine.Ruleset, tmp_path: Path) -> None:
    path = tmp_path / "facts.ndjson"
    path.write_bytes(TRIALS.read_bytes() + b'\n{"id":"odd","seats":"many","active_users":3}\n')
    run_spark(job_of(trial, [path], tmp_path / "out.parquet"))
    stored = {row["id"]: row for row in spark.read.parquet(str(tmp_path / "out.parquet")).collect()}
    wanted = {found["id"]: found for found in map(orjson.loads, by_the_evaluator(trial, path))}
    assert set(stored) == set(wanted)
    for identity, found in wanted.items():
        row = stored[identity].asDict(recursive=True)
        assert row["as_of"] == date.fromisoformat(AS_OF)
        assert row["scorecards"]["health"]["score"] == found["scorecards"]["health"]["score"]
        assert row["measures"] == found["measures"]
        assert [each["message"] for each in row["problems"]] == [
            each["message"] for each in found["problems"]
        ]
    assert stored["odd"]["problems"][0]["code"] == "RE504"


def test_rows_of_a_table_without_an_id_are_rejected(
    spark: Any, trial: ruleengine.Ruleset, tmp_path: Path
) -> None:
    rows = "(VALUES ('a', 10, 5.0D), (NULL, 10, 5.0D), ('  ', 1, 1.0D), ('b', NULL, double('NaN'))) AS t(id, seats, active_users)"
    spark.sql(f"SELECT * FROM {rows}").coalesce(1).write.parquet(str(tmp_path / "in.parquet"))
    run = run_spark(job_of(trial, [tmp_path / "in.parquet"], tmp_path / "out.ndjson"))
    assert [(each.line, each.code, each.reason) for each in run.rejections] == [
        (2, "RE502", "the record has no id: `id` is missing"),
        (3, "RE502", "the record has no id: `id` is empty"),
    ]
    found = [orjson.loads(line) for line in lines_of(tmp_path / "out.ndjson")]
    assert [each["id"] for each in found] == ["a", "b"]
    assert [each["code"] for each in found[1]["problems"]] == ["RE504"]


def test_tables_in_and_out(spark: Any, trial: ruleengine.Ruleset, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    spark.read.json(str(TRIALS)).createOrReplaceGlobalTempView("trials")
    run = run_spark(job_of(trial, ["table:global_temp.trials"], tmp_path / "out.ndjson"))
    assert (run.read, run.scored) == (4, 4)
    assert sorted(lines_of(tmp_path / "out.ndjson")) == sorted(by_the_evaluator(trial, TRIALS))


def test_csv_has_a_heading_in_each_part(spark: Any, trial: ruleengine.Ruleset, tmp_path: Path) -> None:
    rows = DelimitedRows([card.name for card in trial.cards], [each.name for each in trial.measures])
    run_spark(job_of(trial, [TRIALS], tmp_path / "out.csv", delimited=rows))
    lines = lines_of(tmp_path / "out.csv")
    results = [orjson.loads(line) for line in by_the_evaluator(trial, TRIALS)]
    wanted = [rows.heading(results[0]), *(rows.row(each) for each in results)]
    assert [line.decode() + "\n" for line in lines] == wanted


# ── Outputs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_output_is_replaced_as_a_whole(spark: Any, trial: ruleengine.Ruleset, tmp_path: Path) -> None:
    out = tmp_path / "out.ndjson"
    run_spark(job_of(trial, [ACCOUNTS], out))
    assert len(lines_of(out)) == 103
    run_spark(job_of(trial, [TRIALS], out))
    assert lines_of(out) == by_the_evaluator(trial, TRIALS)
    assert [each.name for each in tmp_path.iterdir()] == ["out.ndjson"]


def test_what_stood_there_stands_after_a_failure(
    spark: Any, trial: ruleengine.Ruleset, tmp_path: Path
) -> None:
    out = tmp_path / "out.ndjson"
    run_spark(job_of(trial, [TRIALS], out))
    before = lines_of(out)
    damaged = tmp_path / "facts.csv"
    damaged.write_bytes("id,seats\n".encode("utf-16"))
    with pytest.raises(FactsUnreadable) as unreadable:
        run_spark(job_of(trial, [damaged], out))
    assert unreadable.value.diagnostic.message == f"`{damaged}` is UTF-16 text, and facts are UTF-8"
    assert lines_of(out) == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["facts.csv", "out.ndjson"]


def test_a_folder_of_something_else_is_not_replaced(
    spark: Any, trial: ruleengine.Ruleset, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("mine")
    with pytest.raises(OutputRefused, match="it is a folder that holds something else"):
        run_spark(job_of(trial, [TRIALS], tmp_path / "out"))
    with pytest.raises(OutputRefused, match="there is no folder"):
        run_spark(job_of(trial, [TRIALS], tmp_path / "nowhere" / "out"))
    assert (tmp_path / "out" / "letter.txt").read_text() == "mine"


_RUN = """
import sys
from datetime import date
import ruleengine
from ruleengine.portfolio import spark, spark_output
writing = spark.write
def told(*given):
    print("writing", flush=True)
    writing(*given)
spark.write = told
ruleset = ruleengine.load(sys.argv[1])
spark.run_spark(spark.SparkJob(ruleset.program, ruleset.facts_model, sys.argv[2:3], sys.argv[3], date(2024, 3, 1)), "local[2]")
"""


def test_a_run_that_is_stopped_leaves_nothing_behind(trial: ruleengine.Ruleset, tmp_path: Path) -> None:
    facts, out = tmp_path / "facts.ndjson", tmp_path / "out.ndjson"
    facts.write_text('{"id":"a","seats":10,"active_users":4}\n' * 200_000)
    out.mkdir()
    (out / "part-00000").write_text("earlier\n")
    (out / "_SUCCESS").write_text("")
    process = subprocess.Popen(
        (sys.executable, "-c", _RUN, str(trial.path), str(facts), str(out)),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": str(tmp_path)}, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert "KeyboardInterrupt" in said
    assert lines_of(out) == [b"earlier"]
    assert [
        each.name for each in tmp_path.iterdir() if each.name.startswith((".out", "ruleengine-spark"))
    ] == []


def test_options_of_reading_reach_the_workers(spark: Any, trial: ruleengine.Ruleset, tmp_path: Path) -> None:
    path = tmp_path / "facts.txt"
    path.write_text('{"id":"a"}\n{"id":"b","x":[[[]]]}\n{"id":"c","y":"' + "x" * 100 + '"}\n')
    options = ReadOptions(format="ndjson", max_nesting=3, max_line_bytes=90)
    run = run_spark(job_of(trial, [path], tmp_path / "out.ndjson", options=options))
    assert [(each.line, each.reason) for each in run.rejections] == [
        (2, "more than 3 levels are nested"),
        (3, "the line is longer than 90 bytes"),
    ]
