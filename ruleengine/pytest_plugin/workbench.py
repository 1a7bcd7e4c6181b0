"""What the tests of one run share: loaded rulesets, read facts, earlier results.

In: what the markers of tests say. Out: rulesets and documents, each loaded once a process. Guaranteed: whatever cannot be
loaded fails the test, or its collection, with one message that begins with the place of the test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import define, field

from ruleengine.api import Ruleset, RulesetError, load
from ruleengine.diagnostics import Diagnostic
from ruleengine.diagnostics.visible import visible
from ruleengine.facts.readers import read_facts
from ruleengine.facts.records import FactsUnreadable, ReadSummary, Record
from ruleengine.pytest_plugin.accounts import Accounts, names_of
from ruleengine.pytest_plugin.marks import MarkerFault, Wish, read_marks
from ruleengine.pytest_plugin.settings import default_day, folder, placed, shown
from ruleengine.report.diagnostics import FORMATS
from ruleengine.workspace import COMMAND_LINE, SUFFIX

if TYPE_CHECKING:
    from ruleengine.pytest_plugin.scoring import Asking
    from ruleengine.source import Source

_MOST_REPORTS = 5


@define(slots=True, eq=False)
class Workbench:
    """Loads and keeps what tests ask for."""

    config: pytest.Config
    rulesets: dict[tuple[Any, ...], Ruleset] = field(factory=dict)
    documents: dict[tuple[Any, ...], Accounts] = field(factory=dict)
    results: dict[tuple[Any, ...], Mapping[Any, dict[str, Any]]] = field(factory=dict)

    def wish(self, node: pytest.Item, fixture: str = "") -> Wish:
        """What the markers of a test say; they are told from what the test asks for where it has none."""
        try:
            return read_marks(node)
        except MarkerFault as fault:
            told = f"{fault}\n  (it asks for `{fixture}`)" if fixture else str(fault)
        pytest.fail(told, pytrace=False)

    def ruleset(self, wish: Wish) -> Ruleset:
        """The ruleset that a test is about."""
        day = self.day(wish)
        by_path = wish.selector.endswith(SUFFIX) or "/" in wish.selector or "\\" in wish.selector
        if day is None and "@" not in wish.selector and not by_path:
            from ruleengine.pytest_plugin.scoring import no_day

            pytest.fail(no_day(wish.place), pytrace=False)
        key = _key(wish, day)
        if key not in self.rulesets:
            selector = str(placed(self.config, wish.selector)) if by_path else wish.selector
            self.rulesets[key] = self._load(wish, selector, by_path, day)
        return self.rulesets[key]

    def _load(self, wish: Wish, selector: str, by_path: bool, day: date | None) -> Ruleset:
        rulesets = self._folder(wish.rulesets, "ruleset_folder", "RULEENGINE_RULESETS")
        if rulesets is None and not by_path:
            rulesets = str(placed(self.config, "rulesets"))
        schemas = self._folder(wish.schemas, "ruleset_schemas", "RULEENGINE_SCHEMAS")
        try:
            return load(selector, rulesets=rulesets, schemas=schemas, as_of=day)
        except RulesetError as error:
            fault = error
        reports = fault.diagnostics
        pytest.fail(self._refusal(wish, "the ruleset cannot be used", reports, fault.sources), pytrace=False)

    def _folder(self, said: str | None, setting: str, variable: str) -> str | None:
        return folder(self.config, setting, variable) if said is None else str(placed(self.config, said))

    def day(self, wish: Wish) -> date | None:
        """The day of the marker, otherwise the default of the run."""
        return default_day(self.config) if wish.as_of is None else wish.as_of

    def accounts(self, wish: Wish, fixture: str) -> Accounts:
        """The documents of a test's facts, by id, in order."""
        if not wish.facts:
            example = '@pytest.mark.ruleset(…, facts="examples/accounts.ndjson")'
            pytest.fail(
                f"{wish.place}: `{fixture}` needs facts: name a file of them,\n  {example}", pytrace=False
            )
        ruleset = self.ruleset(wish)
        key = (ruleset.digest, ruleset.facts_model.path, wish.facts)
        if key not in self.documents:
            self.documents[key] = self._read(wish, ruleset)
        return self.documents[key]

    def _read(self, wish: Wish, ruleset: Ruleset) -> Accounts:
        paths = [str(placed(self.config, path)) for path in wish.facts]
        for path in paths:
            self._refuse_no_file(wish, path)
        summary = ReadSummary()
        found: dict[str | int, dict[str, Any]] = {}
        reports: list[Diagnostic] = summary.reports
        try:
            for item in read_facts(paths, ruleset.facts_model, summary=summary):
                if isinstance(item, Record):
                    found[item.id] = item.document
        except FactsUnreadable as error:
            reports = [error.diagnostic]
        if reports:  # also rejected documents and ids that occur twice: a test would not see what it thinks
            told = self._refusal(wish, "the facts cannot be used", reports, more=summary.reports_left_out)
            pytest.fail(told, pytrace=False)
        if not found:
            pytest.fail(f"{wish.place}: {', '.join(wish.facts)} holds no account", pytrace=False)
        return Accounts(found, ", ".join(wish.facts))

    def _refuse_no_file(self, wish: Wish, path: str) -> None:
        """A pipe would be waited for without end; what is not there is told by the reader."""
        if Path(path).exists() and not Path(path).is_file():
            pytest.fail(f"{wish.place}: {shown(self.config, path)} is no file", pytrace=False)

    def names(self, wish: Wish) -> list[str]:
        """What the tests of the accounts are called."""
        return names_of(self.accounts(wish, "account"))

    def earlier(self, wish: Wish) -> Mapping[Any, dict[str, Any]]:
        """The earlier results of a test, by account; none where its marker names none."""
        if wish.previous is None:
            return {}
        ruleset = self.ruleset(wish)
        key = (ruleset.digest, wish.previous)
        if key not in self.results:
            self.results[key] = self._read_earlier(wish, ruleset, wish.previous)
        return self.results[key]

    def _read_earlier(self, wish: Wish, ruleset: Ruleset, said: str) -> Mapping[Any, dict[str, Any]]:
        path = str(placed(self.config, said))
        self._refuse_no_file(wish, path)
        try:
            return ruleset.read_previous(path)
        except FactsUnreadable as error:
            report = error.diagnostic
        pytest.fail(self._refusal(wish, "the earlier results cannot be used", [report]), pytrace=False)

    def asking(self, node: pytest.Item, fixture: str) -> Asking:
        """What `score`, `explanation` and `with_facts` work with; each has accounts of its own."""
        from ruleengine.pytest_plugin.scoring import Asking

        wish = self.wish(node, fixture)
        return Asking(
            wish.place,
            self.ruleset(wish),
            self.day(wish),
            lambda: self.accounts(wish, fixture).copy(),
            lambda: self.earlier(wish),
        )

    def _refusal(
        self,
        wish: Wish,
        fault: str,
        reports: Sequence[Diagnostic],
        sources: Mapping[str, Source] | None = None,
        more: int = 0,
    ) -> str:
        """Where, what, and the reports as every command shows them."""
        told = [_told(report, sources or {}) for report in reports[:_MOST_REPORTS]]
        rest = len(reports) - _MOST_REPORTS + more
        told += [f"… and {rest:,} more"] if rest > 0 else []
        text = "\n\n".join([f"{wish.place}: {fault}", *told])
        return shown(self.config, text)


def _told(report: Diagnostic, sources: Mapping[str, Source]) -> str:
    """A report, as every command shows it; of what a marker says, there is no line to show."""
    if report.span.path != COMMAND_LINE:
        return FORMATS["text"]([report], sources).rstrip("\n")
    hint = visible(report.help.replace("--rulesets", "`rulesets=…`"))
    return visible(f"{report.code}: {report.message}") + (f"\n  {hint}" if hint else "")


_WORKBENCH = pytest.StashKey[Workbench]()


def workbench_of(config: pytest.Config) -> Workbench:
    """The workbench of a run."""
    if _WORKBENCH not in config.stash:
        config.stash[_WORKBENCH] = Workbench(config)
    return config.stash[_WORKBENCH]


def _key(wish: Wish, day: date | None) -> tuple[Any, ...]:
    return (wish.selector, wish.rulesets, wish.schemas, None if "@" in wish.selector else day)
