"""Where rejected documents stand: the lines of whole files from the lines of their stretches.

In: the origins of documents. Out: `Rejection`s with path and line, in the order of path and line. Guaranteed: a line is
numbered within its file, from 1. A task knows the lines of its own stretch alone, so when a file with rejections was read
in several stretches, the lines of its stretches are counted once, without looking into them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import gcd
from typing import TYPE_CHECKING, Any

from ruleengine.facts.records import Rejection
from ruleengine.portfolio.spark_facts import pattern_free, shown_path

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def rejections(origins: DataFrame, given: Sequence[str]) -> list[Rejection]:
    """All rejections among origins; `given` are the paths as the command names them."""
    rows = origins.where("code IS NOT NULL").drop("document").collect()
    return placed(origins.sparkSession, rows, given)


def placed(session: SparkSession, rows: Sequence[Any], given: Sequence[str]) -> list[Rejection]:
    """Rows of rejections, with their lines in their files."""
    before = _lines_before(session, {(row["path"], row["block"]) for row in rows if row["block"]})
    found = [
        Rejection(
            shown_path(row["path"], given),
            row["line"] + 1 + before.get((row["path"], row["block"]), 0),
            row["reason"],
            row["code"],
            column=row["column"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.path, each.line))


def _lines_before(session: SparkSession, stretches: set[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """How many lines of a file stand before each of some stretches, which begin with the given bytes.

    What belongs to a stretch depends on where it begins and not on how the rest is split. So a file is counted in stretches
    of the largest size that has a boundary at each of those that are asked for.
    """
    starts: dict[str, list[int]] = {}
    for path, start in stretches:
        starts.setdefault(path, []).append(start)
    sizes: dict[int, list[str]] = {}
    for path, found in starts.items():
        sizes.setdefault(gcd(*found), []).append(path)
    before: dict[tuple[str, int], int] = {}
    for size, paths in sorted(sizes.items()):
        counted = sorted(_counted(session, sorted(paths), size))
        for path, start in stretches:
            if path in paths:
                before[path, start] = sum(
                    lines for other, block, lines in counted if other == path and block < start
                )
    return before


def _counted(session: SparkSession, paths: list[str], size: int) -> list[tuple[str, int, int]]:
    """The lines of every stretch of files that are split into stretches of one size: path, beginning, lines."""
    settings = {
        "spark.sql.files.maxPartitionBytes": str(size),
        "spark.sql.files.openCostInBytes": str(size),
        "spark.sql.files.maxPartitionNum": None,
    }
    earlier = {name: session.conf.get(name, None) for name in settings}
    _set(session, settings)
    try:
        lines = session.read.text([pattern_free(path) for path in paths], lineSep="\n")
        counted = lines.selectExpr("_metadata.file_path AS path", "_metadata.file_block_start AS block")
        rows = counted.groupBy("path", "block").count().collect()
    finally:
        _set(session, earlier)
    return [(row["path"], row["block"], row["count"]) for row in rows]


def _set(session: SparkSession, settings: Mapping[str, str | None]) -> None:
    for name, value in settings.items():
        if value is None:
            session.conf.unset(name)
        else:
            session.conf.set(name, value)
