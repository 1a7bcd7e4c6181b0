"""What Spark reads and rejects is what the readers of this machine read and reject."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

import ruleengine
from ruleengine.facts.readers import read_facts as read_here
from ruleengine.facts.records import FactsUnreadable, ReadOptions, Rejection
from ruleengine.portfolio.spark_facts import read_facts
from ruleengine.portfolio.spark_places import rejections
from tests.spark.conftest import ACCOUNTS, reading_of

BROKEN = (
    b'{"id":"a"}',
    b'{"id":"a","id":"b"}',
    b"",
    b'{"id":"c","x":NaN}',
    b"   ",
    b'{"id":"\xff"}',
    b'{"id":"d"',
    b'{"id":"e"} x',
    b'{"id":" "}',
    b'{"id":1.5}',
    b"{}",
    b"[1]",
    b'{"id":"f","x":1e999}',
    b'{"id":"g\\u0000"}',
    b'{"id":"h","account":{"csm_priority":"one"}}',
    b'{"id":7,"account":null}',
    b'{"id":"i"}\r',
    b'{"id":"j"}\r{"id":"k"}',
    b'{"id":"l","x":' + b"[" * 250 + b"]" * 250 + b"}",
    '{"id":"ü","account":{"csm_owned":true}}'.encode(),
)


def here(ruleset: ruleengine.Ruleset, paths: Sequence[Path]) -> list[Any]:
    """What the readers of this machine give: ids, or what is said of a rejection."""
    found = read_here([str(path) for path in paths], ruleset.facts_model)
    return sorted(
        (each.path, each.line, each.code, each.reason, each.column or 0)
        if isinstance(each, Rejection)
        else (each.path, each.line, "", str(each.id), 0)
        for each in found
    )


def in_spark(spark: Any, ruleset: ruleengine.Ruleset, paths: Sequence[Path]) -> list[Any]:
    """The same from Spark; only documents that SQL may see have their id as a fact."""
    given = [str(path) for path in paths]
    facts = read_facts(spark, given, reading_of(ruleset)).persist()
    found: list[Any] = [
        (each.path, each.line, each.code, each.reason, each.column or 0)
        for each in rejections(facts.select("`~origin`.*"), given)
    ]
    for row in facts.where("`~origin`.code IS NULL").select("~origin", "id").collect():
        origin = row["~origin"]
        identity = row["id"] if origin["document"] is None else orjson.loads(origin["document"])["id"]
        found.append((origin["path"], origin["line"], identity))
    facts.unpersist()
    return found


def places_left_aside(found: Sequence[Any]) -> list[Any]:
    """Lines of documents are told within a stretch; those of rejections within the file."""
    return sorted(str(each[2]) for each in found if len(each) == 3)


def test_broken_lines_are_rejected_alike(spark: Any, health: ruleengine.Ruleset, tmp_path: Path) -> None:
    path = tmp_path / "broken.ndjson"
    path.write_bytes(b"\xef\xbb\xbf" + b"\n".join(BROKEN))
    wanted = here(health, [path])
    found = in_spark(spark, health, [path])
    assert [each for each in wanted if each[2]] == sorted(each for each in found if len(each) == 5)
    assert len([each for each in found if len(each) == 5]) == 13
    assert places_left_aside(found) == sorted(each[3] for each in wanted if not each[2])


@pytest.mark.parametrize("name", ["facts.ndjson.gz", "facts.json", "facts.csv"])
def test_files_that_are_read_as_a_whole(
    spark: Any, health: ruleengine.Ruleset, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    contents = {
        "facts.ndjson.gz": gzip.compress(b"\n".join(BROKEN))[:-5],
        "facts.json": b'[{"id":"a"},\n{"id":"b","id":1},\n{"id":3},{"id":"c" "d"}]',
        "facts.csv": b"id,account.csm_priority\na,1\n,2\nb,x\n",
    }
    path.write_bytes(contents[name])
    wanted = here(health, [path])
    found = in_spark(spark, health, [path])
    assert [each for each in wanted if each[2]] == sorted(each for each in found if len(each) == 5)
    assert places_left_aside(found) == sorted(each[3] for each in wanted if not each[2])
    assert len(found) > 2


def test_lines_are_numbered_within_their_file_however_it_is_split(
    spark: Any, health: ruleengine.Ruleset, tmp_path: Path
) -> None:
    """Files of many stretches, with a broken line every 100 lines in all but the last, which has a single one."""
    paths = [tmp_path / "a [1].ndjson", tmp_path / "b.ndjson", tmp_path / "c.ndjson"]
    for path, every in zip(paths, (100, 100, 1900), strict=True):
        path.write_text("".join(f'{{"id":"{n}"}}\n' if n % every else "{\n" for n in range(1, 2001)))
    spark.conf.set("spark.sql.files.maxPartitionBytes", "4000")
    spark.conf.set("spark.sql.files.openCostInBytes", "1000")
    try:
        facts = read_facts(spark, [str(path) for path in paths], reading_of(health))
        assert facts.rdd.getNumPartitions() > 6
        found = rejections(facts.select("`~origin`.*"), [str(path) for path in paths])
        lines = [(each.path, each.line) for each in found]
        hundreds = [(str(path), number) for path in paths[:2] for number in range(100, 2001, 100)]
        assert lines == [*hundreds, (str(paths[2]), 1900)]
    finally:
        spark.conf.unset("spark.sql.files.maxPartitionBytes")
        spark.conf.unset("spark.sql.files.openCostInBytes")


def test_accounts_are_typed_as_declared(spark: Any, health: ruleengine.Ruleset) -> None:
    facts = read_facts(spark, [str(ACCOUNTS)], reading_of(health))
    row = facts.where("id = 'high-touch-001'").selectExpr(
        "CAST(account.customer_since AS STRING) AS day", "account.csm_priority AS priority",
        "CAST(get(usage.instances, 0).reported_at AS STRING) AS moment", "subscription.licensed_users AS users",
    ).collect()[0]  # fmt: skip
    assert row.asDict() == {"day": "2020-11-12", "priority": 1, "moment": "2024-02-28 18:53:00", "users": 420}
    irregular = facts.where("`~origin`.document IS NOT NULL").select("`~origin`.document").collect()
    assert sorted(orjson.loads(each[0])["id"] for each in irregular) == [
        "wrong-date-001", "wrong-type-001", "wrong-word-001",
    ]  # fmt: skip


def test_folders_and_patterns(spark: Any, health: ruleengine.Ruleset, tmp_path: Path) -> None:
    for month in ("2024-01", "2024-02"):
        (tmp_path / f"month={month}").mkdir()
        (tmp_path / f"month={month}" / "x.ndjson").write_text(f'{{"id":"{month}"}}\n')
    pattern = read_facts(spark, [str(tmp_path / "*" / "*.ndjson")], reading_of(health))
    folder = read_facts(spark, [str(tmp_path)], reading_of(health, ReadOptions(format="ndjson")))
    assert sorted(row.id for row in pattern.collect()) == sorted(row.id for row in folder.collect()) == [
        "2024-01", "2024-02",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere/facts.ndjson", "there is no file or folder `nowhere/facts.ndjson`"),
        ("nowhere/facts.parquet", "there is no file or folder `nowhere/facts.parquet`"),
        ("table:nowhere.accounts", "there is no table `nowhere.accounts`"),
        ("nowhere/facts", "`nowhere/facts` does not tell its format"),
        ("-", "Spark does not read standard input"),
    ],
)
def test_what_is_not_there(spark: Any, health: ruleengine.Ruleset, path: str, said: str) -> None:
    with pytest.raises(FactsUnreadable) as unreadable:
        read_facts(spark, [path], reading_of(health))
    assert unreadable.value.diagnostic.message == said
    assert unreadable.value.diagnostic.code == "RE514"
