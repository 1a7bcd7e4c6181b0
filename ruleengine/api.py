"""The Python API: load a ruleset, score accounts, explain every number.

    import ruleengine
    ruleset = ruleengine.load("customer_health@2.0.0")
    result = ruleset.score(facts, as_of="2024-03-01")
    result.scorecards["health"].band

Only this module raises for faults of rulesets: one `RulesetError` that holds every report. Whatever a fact document
holds, scoring returns a result; what is no day or no document at all is an `InputError`. Everything is safe to share
between threads once loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, frozen

from ruleengine.diagnostics import Diagnostic, Severity
from ruleengine.diagnostics.errors import RulesetError as RulesetError
from ruleengine.evaluator.costs import Costs
from ruleengine.evaluator.program import Evaluator
from ruleengine.inputs import InputError, day, record
from ruleengine.result import Result
from ruleengine.source import Source
from ruleengine.tree import ruleset as r
from ruleengine.workspace import TESTS_SUFFIX, Workspace, find_ruleset, open_workspace

if TYPE_CHECKING:
    from ruleengine.casebook.suite import FileReport
    from ruleengine.comparison import Comparison
    from ruleengine.compiler.compile import Compilation
    from ruleengine.evaluator.explain import Explanation
    from ruleengine.facts.model import FactSchema
    from ruleengine.inspection import AnalysisReport


@frozen(slots=True)
class CardInfo:
    """A scorecard of a ruleset: its name, its title, its bands from best to worst, and whether the file declares it."""

    name: str
    title: str
    bands: tuple[str, ...]
    declared_here: bool


@frozen(slots=True)
class MeasureInfo:
    """A measure of a ruleset: its name, its title, and whether its value is shown as a percentage."""

    name: str
    title: str
    percent: bool


@frozen(slots=True)
class CheckReport:
    """What `check` found in one ruleset file."""

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, Source]

    @property
    def ok(self) -> bool:
        """Whether there is no error; warnings and notes do not count."""
        return not any(report.severity is Severity.ERROR for report in self.diagnostics)


@define(slots=False, eq=False)
class Ruleset:
    """A loaded ruleset."""

    program: r.Program
    workspace: Workspace
    sources: Mapping[str, Source]
    evaluator: Evaluator

    @property
    def name(self) -> str:
        """Its name."""
        return self.program.name

    @property
    def version(self) -> str:
        """Its version, such as `2.0.0`."""
        return self.program.version

    @property
    def title(self) -> str:
        """Its title, or its name when it has none."""
        return self.program.title or self.program.name

    @property
    def owner(self) -> str:
        """Who is responsible for it."""
        return self.program.owner

    @property
    def description(self) -> str:
        """What it says of itself."""
        return self.program.description

    @property
    def digest(self) -> str:
        """`sha256:…` over the file, all that it imports, and the fact schemas."""
        return self.program.digest

    @property
    def path(self) -> Path:
        """The file it was loaded from."""
        return Path(self.program.path)

    @cached_property
    def facts_model(self) -> FactSchema:
        """What readers need of the schema, without opening its file: types, and where the id stands."""
        from ruleengine.facts.model import FactSchema

        program = self.program
        path = self.workspace.schemas / program.schema_name / f"{program.schema_version}.schema.json"
        return FactSchema(
            program.schema_name, program.schema_version, program.facts, program.id_path, str(path), digest=""
        )

    @cached_property
    def schema(self) -> FactSchema:
        """The schema of its facts, read from its file."""
        from ruleengine.facts.schema import load_schema

        schema, reports = load_schema(
            self.program.schema_name, self.program.schema_version, self.workspace.schemas
        )
        if schema is None:
            raise RulesetError(reports)
        return schema

    @property
    def cards(self) -> tuple[CardInfo, ...]:
        """Its scorecards: those that it declares, in the order of the file, then those that it imports, then their parts."""
        bands = {found.key: tuple(band.name for band in found.bands) for found in self.program.band_sets}
        cards = [step for step in self.program.steps if isinstance(step, r.Scorecard)]
        parts = {name for card in cards for name in _members(card.block)}
        cards.sort(key=lambda card: (0, card.span.start) if card.visible else (1 + (card.name in parts), 0))
        return tuple(CardInfo(c.name, c.block.title, bands.get(c.bands, ()), c.visible) for c in cards)

    @property
    def measures(self) -> tuple[MeasureInfo, ...]:
        """Its measures, with those of its imports."""
        return tuple(
            MeasureInfo(step.name, step.title, step.percent)
            for step in self.program.steps
            if isinstance(step, r.Measure)
        )

    @property
    def segments(self) -> tuple[str, ...]:
        """The names of its segments."""
        return tuple(step.name for step in self.program.steps if isinstance(step, r.Segment))

    def score(
        self, facts: dict[str, Any], as_of: date | str, previous: dict[str, Any] | None = None
    ) -> Result:
        """The result of one account: every score, band, status and reason, with typed attributes.

        `previous` is the account's earlier result as a dictionary, for rulesets that say `previous`.
        """
        return Result(self.score_dict(facts, as_of, previous))

    def score_dict(
        self, facts: dict[str, Any], as_of: date | str, previous: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The same as a plain dictionary, as `schemas/result/1.schema.json` describes it."""
        return self.evaluator.result(record(facts), day(as_of), previous=previous)

    def texts(
        self, facts: dict[str, Any], as_of: date | str, previous: dict[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """The texts of the templates that are for an account, as `schemas/text/1.schema.json` describes each."""
        return self.result_and_texts(facts, as_of, previous)[1]

    def result_and_texts(
        self, facts: dict[str, Any], as_of: date | str, previous: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """What `score_dict` and `texts` give, of one evaluation."""
        found: list[dict[str, Any]] = []
        result = self.evaluator.result(record(facts), day(as_of), previous=previous, texts=found)
        known = {key: result[key] for key in ("id", "as_of", "ruleset", "engine")}
        return result, [{**known, **text} for text in found]

    @property
    def triggers(self) -> tuple[str, ...]:
        """The names of its triggers, in the order of the file."""
        steps = [step for step in self.program.steps if isinstance(step, r.Trigger) and step.visible]
        return tuple(step.name for step in sorted(steps, key=lambda step: step.span.start))

    @property
    def matrices(self) -> tuple[str, ...]:
        """The names of its matrices."""
        return tuple(step.name for step in self.program.steps if isinstance(step, r.Matrix) and step.visible)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of its outputs."""
        return tuple(step.name for step in self.program.steps if isinstance(step, r.Output))

    @property
    def templates(self) -> tuple[str, ...]:
        """The names of its templates, in the order of the file."""
        steps = [step for step in self.program.steps if isinstance(step, r.Template)]
        return tuple(step.name for step in sorted(steps, key=lambda step: step.span.start))

    @cached_property
    def uses_previous(self) -> bool:
        """Whether the ruleset says `previous`."""
        return bool(self._previous_parts)

    @cached_property
    def _previous_parts(self) -> set[tuple[str, ...]]:
        from ruleengine.tree.expressions import Previous
        from ruleengine.tree.walk import walk

        return {node.path for node in walk(self.program) if isinstance(node, Previous)}

    def read_previous(
        self, path: str, rulesets: set[tuple[str, str]] | None = None, beside: Ruleset | None = None
    ) -> dict[Any, dict[str, Any]]:
        """Earlier results by account, from a file that `eval` wrote: what `score` takes as `previous`.

        Only what the ruleset, or one `beside` it, asks of them is kept. `rulesets` takes the names and versions of the
        rulesets that they are of. Raises `ruleengine.facts.records.FactsUnreadable`.
        """
        from ruleengine.facts.earlier_results import read_earlier_results

        parts = self._previous_parts | (beside._previous_parts if beside is not None else set())
        return read_earlier_results(path, parts, rulesets)

    def score_json(self, raw: bytes | str, as_of: date | str) -> bytes:
        """JSON in, JSON out.

        Raises `ruleengine.facts.parse.RejectedDocument`, which is an `InputError`, for what `eval` would reject too: what is
        no strict JSON object, and what has no id.
        """
        import orjson

        from ruleengine.facts.parse import RejectedDocument, parse_document
        from ruleengine.facts.readers import id_of, why_no_id

        encoded = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
        facts = parse_document(encoded)
        if id_of(facts, self.program.id_path) is None:
            raise RejectedDocument(why_no_id(facts, self.program.id_path))
        return orjson.dumps(self.evaluator.result(facts, day(as_of)))

    def scores(
        self, facts: dict[str, Any], as_of: date | str, previous: dict[str, Any] | None = None
    ) -> dict[str, tuple[float | None, str | None]]:
        """Final score and band of each scorecard and nothing else: the fastest way."""
        return self.evaluator.scores(record(facts), day(as_of), previous)

    def explain(
        self, facts: dict[str, Any], as_of: date | str, previous: dict[str, Any] | None = None
    ) -> Explanation:
        """Why the account has the scores that it has."""
        from ruleengine.evaluator.explain import explain

        return explain(self.evaluator, self.sources, record(facts), day(as_of), previous)

    def analyze(self, as_of: date | str, **options: Any) -> AnalysisReport:
        """What can happen to accounts, from its file; `options` as for `ruleengine.inspection.analyze`."""
        from ruleengine.inspection import analyze

        folders = {"rulesets": self.workspace.rulesets, "schemas": self.workspace.schemas}
        return analyze(self.path, as_of=as_of, **{**folders, **options})

    def snapshot(
        self, facts: dict[str, Any], as_of: date | str, previous: dict[str, Any] | None = None
    ) -> str:
        """What the account scores and why, as a text to keep and compare: the same bytes everywhere.

        It does not say how the ruleset is written, so a change that changes nothing for the account changes no line of it.
        """
        from ruleengine.evaluator.explain import explain
        from ruleengine.facts.names import name_in
        from ruleengine.report.snapshots import render_snapshot

        found = explain(self.evaluator, self.sources, record(facts), day(as_of), previous, brief=True)
        return render_snapshot(found.to_dict(), name=name_in(facts, self._name_path))

    @cached_property
    def _name_path(self) -> tuple[str, ...]:
        from ruleengine.facts.names import name_path

        return name_path(self.facts_model)

    def costs(self, result: dict[str, Any], card: str) -> list[dict[str, Any]]:
        """What costs an account the most points in one scorecard, from its result: path, title, cost, band, reason.

        Baselines that depend on the account's facts are left to `explain`.
        """
        return self._costs.of(result, card)

    @cached_property
    def _costs(self) -> Costs:
        return Costs(self.program)

    def python_source(self) -> str:
        """The generated Python that scores an account with its whole result."""
        return self.evaluator.generated(tracing=True).text

    def tree_text(self) -> str:
        """The evaluation tree as text."""
        from ruleengine.tree.text import tree_text

        return tree_text(self.program)

    def __iter__(self) -> Iterator[CardInfo]:
        return iter(self.cards)


def _members(block: r.Block) -> Iterator[str]:
    """The names of the scorecards that are members of another one."""
    for child in block.children:
        if isinstance(child, r.Block):
            yield from _members(child)
        elif child.kind == "card":
            yield child.name


def load(
    selector: str | Path,
    *,
    rulesets: Path | str | None = None,
    schemas: Path | str | None = None,
    as_of: date | str | None = None,
    conditions: Mapping[str, str] | None = None,
    cache: bool = True,
) -> Ruleset:
    """Load `name`, `name@2`, `name@2.0.0` or a path to a ruleset file.

    A bare name takes the version in force on `as_of` (today when left out). `rulesets` is `./rulesets` and `schemas` the
    folder `schemas` beside it, unless given. `conditions` are conditions of the language that are evaluated on each
    account; results hold them under `conditions`. Raises `RulesetError` with every report.
    """
    workspace = open_workspace(rulesets, schemas, str(selector))
    path, reports = find_ruleset(str(selector), workspace, day(as_of) if as_of is not None else date.today())
    if path is None:
        raise RulesetError(reports)
    if cache and not conditions:
        from ruleengine.evaluator.cache import load_cached

        found = load_cached(path, workspace)
        if found is not None:
            return Ruleset(found, workspace, {}, Evaluator(found))
    return _compile(path, workspace, conditions, cache)


def _compile(path: Path, workspace: Workspace, conditions: Mapping[str, str] | None, cache: bool) -> Ruleset:
    from ruleengine.compiler.compile import compile_ruleset

    compilation = compile_ruleset(path, workspace, conditions)
    if compilation.program is None:
        raise RulesetError(list(compilation.diagnostics), compilation.sources)
    if cache and not conditions:
        from ruleengine.evaluator.cache import store

        store(compilation.program, path, workspace, [module.path for module in compilation.modules])
    return ruleset_from(compilation.program, compilation, workspace)


def ruleset_from(program: r.Program, compilation: Compilation, workspace: Workspace) -> Ruleset:
    """The ruleset of a program that a compilation gave."""
    lines = {name: source.text.split("\n") for name, source in compilation.sources.items()}
    return Ruleset(program, workspace, compilation.sources, Evaluator(program, lines))


def check_file(
    path: Path | str, *, rulesets: Path | str | None = None, schemas: Path | str | None = None
) -> CheckReport:
    """Everything that can be said about a ruleset file, or a file of tests, before it runs: errors, warnings, notes."""
    from ruleengine.checker.check import check_compilation
    from ruleengine.compiler.compile import compile_ruleset

    if str(path).endswith(TESTS_SUFFIX):
        from ruleengine.casebook.reading import open_casebook, ruleset_of

        tested = ruleset_of(Path(path))
        casebook = open_casebook(Path(path), open_workspace(rulesets, schemas, str(tested)))
        return CheckReport(casebook.diagnostics, casebook.sources)
    workspace = open_workspace(rulesets, schemas, str(path))
    compilation = compile_ruleset(Path(path), workspace)
    return CheckReport(tuple(check_compilation(compilation)), compilation.sources)


def diff(
    old: Ruleset | str | Path,
    new: Ruleset | str | Path | None = None,
    facts: str | Path | Iterable[Any] | None = None,
    *,
    as_of: date | str | None = None,
    old_facts: str | Path | Iterable[Any] | None = None,
    new_facts: str | Path | Iterable[Any] | None = None,
    old_as_of: date | str | None = None,
    new_as_of: date | str | None = None,
    cards: Sequence[str] = (),
    by: Sequence[str] = (),
    previous: Mapping[Any, dict[str, Any]] | None = None,
    generated: int = 0,
    seed: int = 0,
    jobs: int = 1,
    rulesets: Path | str | None = None,
    schemas: Path | str | None = None,
) -> Comparison:
    """What differs between two rulesets, which accounts that moves, and how much of each move each edit is given.

    Rulesets are loaded ones or selectors as for `load`; without `new` one ruleset is compared at two times. Facts are a path,
    several, or dictionaries: `facts` for both sides, or `old_facts` and `new_facts`, which are joined by id. `cards` are the
    scorecards to compare and `by` the segments to count within; `previous` holds earlier results by id; `generated` accounts
    are made from the schema. Raises `RulesetError`, `InputError`, `FactsUnreadable`.
    """
    from ruleengine.compare.accounts import FactsSource
    from ruleengine.comparison import Request, Side, compare, facts_of

    if (old_facts is None) != (new_facts is None) or (facts is not None and new_facts is not None):
        raise InputError("give `facts` for both sides, or `old_facts` and `new_facts`")
    source = FactsSource(facts_of(facts), facts_of(old_facts), facts_of(new_facts), generated, seed)
    days = [day(given) if (given := own or as_of) is not None else None for own in (old_as_of, new_as_of)]
    if source.given and None in days:
        raise InputError('where accounts are compared an as-of date is needed: `as_of="2024-03-01"`')
    first, second = (
        Side(*_opened(each, rulesets, schemas, when), when or date.today())
        for each, when in zip((old, old if new is None else new), days, strict=True)
    )
    earlier = previous or {}
    return compare(first, second, Request(source, tuple(cards), tuple(by), previous=earlier.get, jobs=jobs))


def _opened(
    given: Ruleset | str | Path, rulesets: Path | str | None, schemas: Path | str | None, as_of: date | None
) -> tuple[Ruleset, str]:
    """A ruleset that may have been loaded already, and how it was named."""
    if isinstance(given, Ruleset):
        return given, f"{given.name}@{given.version}"
    return load(given, rulesets=rulesets, schemas=schemas, as_of=as_of), str(given)


@frozen(slots=True)
class SuiteReport:
    """What came of the tests of rulesets: a report for each test file, in order."""

    files: tuple[FileReport, ...]

    @property
    def passed(self) -> bool:
        """Whether every test file could be run and every case passed."""
        return all(file.passed for file in self.files)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as `schemas/test_report/1.schema.json` describes it."""
        from ruleengine.report.tests.data import report_data

        return report_data(self.files)


def run_tests(
    *selectors: str | Path,
    rulesets: Path | str | None = None,
    schemas: Path | str | None = None,
    wanted: str = "",
    fail_fast: bool = False,
    jobs: int = 1,
) -> SuiteReport:
    """Run the tests of rulesets: test files, folders, names, `name@2.0.0`; all of the rulesets folder without any.

    `wanted` chooses cases by a part of their names or a pattern with `*`; `fail_fast` stops at the first that fails;
    `jobs` processes share the files. A file that cannot be run is `broken` and holds its diagnostics. Raises
    `RulesetError` where a selector means no test file.
    """
    from ruleengine.casebook.selecting import select_tests
    from ruleengine.casebook.suite import SuiteOptions, run_files

    files, reports = select_tests([str(each) for each in selectors], open_workspace(rulesets, schemas))
    if reports:
        raise RulesetError(reports)
    first, second = (None if folder is None else Path(folder) for folder in (rulesets, schemas))
    return SuiteReport(tuple(run_files(files, SuiteOptions(wanted, fail_fast, first, second), jobs)))
