"""A run of `eval` on Spark: what is written is Spark's, what is said is as with any engine.

In: what a run needs. Out: a `Tally`. Problems of accounts are in the results, and are not counted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from ruleengine.cli.run import Tally, rejection_line
from ruleengine.facts.records import ReadOptions, ReadSummary, rejection_report
from ruleengine.portfolio.spark import SparkJob, run_spark
from ruleengine.report.delimited import DelimitedRows
from ruleengine.report.summary import RunSummary

if TYPE_CHECKING:
    from ruleengine.api import Ruleset
    from ruleengine.cli.engines import Wanted
    from ruleengine.cli.writers import Sink


def over_spark(
    ruleset: Ruleset, as_of: date, wanted: Wanted, options: ReadOptions, rejects: Sink | None
) -> Tally:
    """Score a portfolio. Raises what `run_spark` raises."""
    names: Sequence[str] = [each.name for each in ruleset.measures]
    job = SparkJob(
        program=ruleset.program,
        schema=ruleset.facts_model,
        paths=wanted.facts,
        out=wanted.out or "",
        as_of=as_of,
        format=wanted.format,
        options=options,
        delimited=DelimitedRows([each.name for each in ruleset.cards], names)
        if wanted.format == "csv"
        else None,
    )
    done = run_spark(job, wanted.master)
    reading = ReadSummary()
    for rejection in done.rejections:
        reading.keep(rejection_report(rejection))
        if rejects is not None:
            rejects.write(rejection_line(rejection))
    reading.read, reading.delivered, reading.rejected = done.read, done.scored, done.rejected
    return Tally(reading, RunSummary(ruleset.cards))
