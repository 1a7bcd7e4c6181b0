"""One run over facts: read, score, select, write, and count what happened.

In: a selection, paths of facts and a writer. Out: a `Tally`. Guaranteed: read = scored + rejected; a rejected
record or a problem never stops the run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import define, field

from ruleengine.cli.earlier import Earlier
from ruleengine.cli.progress import Progress
from ruleengine.cli.selection import Selection, name_in, name_path
from ruleengine.facts.records import ReadSummary, Record, Rejection, rejection_report
from ruleengine.report.summary import RunSummary

if TYPE_CHECKING:
    from ruleengine.cli.gate import Gate
    from ruleengine.cli.grouping import Groups
    from ruleengine.cli.writers import Sink, Writer
    from ruleengine.facts.records import ReadOptions
    from ruleengine.report.groups import GroupedSummary

#: So many rejections and problems are shown; the others are counted.
SHOWN = 20


@define(slots=True)
class Tally:
    """What happened in a run. `problems` are the first, each with the id of its account."""

    reading: ReadSummary
    results: RunSummary
    left_out: int = 0
    undecided: int = 0
    problems: list[tuple[str, Mapping[str, Any]]] = field(factory=list)


@define(slots=True)
class Run:
    """Everything that one run needs."""

    selection: Selection
    as_of: date
    writer: Writer
    card: str | None
    gate: Gate | None = None
    rejects: Sink | None = None
    earlier: Earlier = field(factory=Earlier)
    groups: tuple[GroupedSummary, Groups] | None = None

    def over(self, paths: Sequence[str], options: ReadOptions) -> Tally:
        """Score the facts at `paths`. Raises `FactsUnreadable` and `OutputFailed`."""
        from ruleengine.evaluator.work import TooMuchWork
        from ruleengine.facts.readers import read_facts

        ruleset = self.selection.ruleset
        tally = Tally(ReadSummary(), RunSummary(ruleset.cards))
        names = name_path(ruleset) if self.writer.explains else ()
        progress = Progress()
        try:
            for item in read_facts(paths, ruleset.facts_model, options, tally.reading):
                if isinstance(item, Rejection):
                    self.reject(item)
                else:
                    try:
                        self._score(item.id, item.document, names, tally)
                    except TooMuchWork as refused:
                        self._refuse(item, refused.reason, tally.reading)
                progress.at(tally.reading.read)
        finally:
            progress.done()
        self.writer.finish(tally.results)
        return tally

    def _score(self, identity: Any, document: dict[str, Any], names: tuple[str, ...], tally: Tally) -> None:
        result = self.selection.ruleset.score_dict(document, self.as_of, self.earlier.of(identity))
        self.take(result, document, names, tally)

    def _refuse(self, item: Record, reason: str, reading: ReadSummary) -> None:
        """Turn a record that was delivered into a rejection."""
        rejection = Rejection(item.path, item.line, reason, id=item.id)
        reading.delivered -= 1
        reading.rejected += 1
        reading.keep(rejection_report(rejection))
        self.reject(rejection)

    def take(
        self, result: dict[str, Any], document: dict[str, Any], names: tuple[str, ...], tally: Tally
    ) -> None:
        """Select, count and write one result."""
        wanted = self.selection.holds(result)
        if not wanted:
            tally.left_out += 1
            tally.undecided += wanted is None
            return
        conditions = result.pop("conditions", {})
        if self.gate is not None:
            self.gate.add(str(result["id"]), conditions)
        tally.results.add(result)
        if self.groups is not None:
            summary, groups_of = self.groups
            summary.add(groups_of(document, result), result)
        room = SHOWN - len(tally.problems)
        tally.problems += [(str(result["id"]), problem) for problem in result["problems"][:room]]
        self.writer.add(result, name_in(document, names), self._cost(result))

    def _cost(self, result: dict[str, Any]) -> Mapping[str, Any] | None:
        """What costs the account the most, if the writer shows that."""
        if not self.writer.explains or self.card is None:
            return None
        costs = self.selection.ruleset.costs(result, self.card)
        return costs[0] if costs else None

    def reject(self, rejection: Rejection) -> None:
        """Keep a rejection, if that is wanted."""
        if self.rejects is not None:
            self.rejects.write(rejection_line(rejection))


def rejection_line(rejection: Rejection) -> bytes:
    """A rejection as a line of NDJSON."""
    import orjson

    told = {
        "path": rejection.path,
        "line": rejection.line,
        "column": rejection.column,
        "id": rejection.id,
        "code": rejection.code,
        "reason": rejection.reason,
    }
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)
