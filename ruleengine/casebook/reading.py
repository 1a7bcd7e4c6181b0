"""Test files → casebooks: everything about a test file that can be said before it runs.

In: the path of a test file. Out: a `Casebook`: the cases with their documents, the ruleset compiled once with a probe for
every expectation, and all reports. Never raises for a fault of a test, a ruleset or a file that a test names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import attrs
from attrs import define, field

from ruleengine.casebook.changes import Builder, Change, Plan, Planner
from ruleengine.casebook.columns import Cells, filled
from ruleengine.casebook.documents import Documents
from ruleengine.casebook.earlier import EarlierPlan, earlier_result, identity_of
from ruleengine.casebook.expectations import Expecting
from ruleengine.casebook.model import Case, Casebook, Expectation
from ruleengine.casebook.shape import Shape, day_of, shape_of
from ruleengine.compiler.cards import Cards
from ruleengine.compiler.compile import Compilation, compile_ruleset
from ruleengine.compiler.linking import read_source
from ruleengine.compiler.scope import Scope
from ruleengine.diagnostics import Diagnostic, Diagnostics
from ruleengine.evaluator.program import Evaluator
from ruleengine.limits import limits
from ruleengine.source import Source, Span
from ruleengine.syntax import tree as t
from ruleengine.syntax.parse import parse
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.secrets import Secrets
from ruleengine.workspace import SUFFIX, TESTS_SUFFIX, Workspace


@define(slots=True, eq=False)
class _Draft:
    """A case whose values are not known yet."""

    shape: Shape
    row: t.CaseRow | None
    row_number: int
    cells: Mapping[str, t.Expression]
    day: date
    base: dict[str, Any] | Plan
    changes: tuple[Change, ...]
    previous: dict[str, Any] | EarlierPlan | None
    expectations: tuple[Expectation, ...]
    values: tuple[e.Expression, ...]


def open_casebook(path: Path, workspace: Workspace) -> Casebook:
    """Read, check and compile a test file with the ruleset beside it."""
    ruleset_path = ruleset_of(path)
    faults = Diagnostics()
    found = read_source(path, faults)
    if found is None:
        return Casebook(path, ruleset_path, None, None, (), tuple(faults), {}, (path, ruleset_path))
    return read_casebook(found[0], path, workspace)


def read_casebook(source: Source, path: Path, workspace: Workspace) -> Casebook:
    """The same of a text that may stand at a path one day."""
    ruleset_path = ruleset_of(path)
    faults = Diagnostics()
    if not ruleset_path.is_file():
        faults.report(
            "RE211", source.span(0, 0), f"there is no ruleset `{ruleset_path.name}` beside this test file",
            "a file `VERSION.test.rules` tests the `VERSION.rules` beside it",
        )  # fmt: skip
        return Casebook(
            path, ruleset_path, None, None, (), tuple(faults), {source.path: source}, (path, ruleset_path)
        )
    reader = _Reader(workspace, source)
    compilation = compile_ruleset(ruleset_path, workspace, beside=reader.read)
    own = Diagnostics()
    own.extend(_about(compilation.diagnostics, source.path))
    program = compilation.program
    cases: tuple[Case, ...] = ()
    if program is not None:
        cases = reader.cases(program, own)
    if own.has_errors:
        program, cases = None, ()
    ruleset = None if program is None else _without_probes(program)
    return Casebook(
        path,
        ruleset_path,
        program,
        ruleset,
        cases,
        tuple(own),
        compilation.sources,
        reader.inputs(compilation),
    )


def ruleset_of(path: Path) -> Path:
    """The ruleset that a test file tests."""
    return path.with_name(path.name.removesuffix(TESTS_SUFFIX) + SUFFIX)


def _about(reports: tuple[Diagnostic, ...], path: str) -> Iterator[Diagnostic]:
    """Reports of the test file, and errors of the ruleset, which keep it from running."""
    return (each for each in reports if each.span.path == path or each.severity.value == "error")


def _without_probes(program: r.Program) -> r.Program:
    steps = tuple(step for step in program.steps if not isinstance(step, r.Probe))
    return attrs.evolve(program, steps=steps)


@define(slots=True, eq=False)
class _Reader:
    """Reads the tests of one file in the scope of its ruleset."""

    workspace: Workspace
    source: Source
    drafts: list[_Draft] = field(factory=list)
    files: tuple[Path, ...] = ()

    def inputs(self, compilation: Compilation) -> tuple[Path, ...]:
        """All files that were read."""
        schemas = [Path(module.schema.path) for module in compilation.modules if module.schema is not None]
        rulesets = [module.path for module in compilation.modules]
        return tuple(dict.fromkeys((Path(self.source.path), *rulesets, *schemas, *self.files)))

    def read(self, maker: Cards, sources: dict[str, Source]) -> None:
        """Compile all tests: the compiler calls this when the ruleset is done."""
        sources[self.source.path] = self.source
        diagnostics = maker.context.diagnostics
        file, reports = parse(self.source)
        diagnostics.extend(reports)
        taken = set(maker.known_names(Scope()))
        tests = [item for item in file.items if isinstance(item, t.Test)]
        shapes = [shape_of(test, reports, taken, diagnostics) for test in tests]
        self._titles(tests, diagnostics)
        for item in file.items:
            if not isinstance(item, t.Test):
                diagnostics.report(
                    "RE112", item.span, "a test file holds tests and nothing else",
                    f"this belongs in `{ruleset_of(Path(self.source.path)).name}`",
                )  # fmt: skip
        if not tests and not reports:
            diagnostics.report(
                "RE111", self.source.span(0, 0), "this file holds no test", 'write `test "…" { … }`'
            )
        if maker.module.schema is None:
            return
        documents = Documents(self.workspace, maker.module.schema, diagnostics)
        expecting = Expecting(maker, self.source, tuple(_declared(maker)))
        for shape in shapes:
            if shape is not None:
                self._cases_of(shape, maker, documents, expecting)
        self.files = tuple(self.workspace.rulesets.parent / path for path, _ in documents.read)

    def _titles(self, tests: list[t.Test], diagnostics: Diagnostics) -> None:
        known: dict[str, Span] = {}
        for test in tests:
            if not test.title.strip():
                diagnostics.report(
                    "RE111", test.span, "this test has no title",
                    'say in a few words what it is about: `test "nobody calls for 36 days" { … }`',
                )  # fmt: skip
                continue
            if test.title in known:
                diagnostics.report(
                    "RE202", test.span, f'another test is called "{test.title}", in line {known[test.title].line}',
                    "a report names tests by their titles: give each its own",
                )  # fmt: skip
            known.setdefault(test.title, test.span)

    def _cases_of(self, shape: Shape, maker: Cards, documents: Documents, expecting: Expecting) -> None:
        rows: tuple[t.CaseRow | None, ...] = shape.rows or (None,)
        for number, row in enumerate(rows, 1 if shape.rows else 0):
            if len(self.drafts) >= limits().cases:
                maker.context.report(
                    "RE106",
                    shape.test.span,
                    f"a test file holds at most {limits().cases:,} cases",
                    "split the file",
                )
                return
            draft = self._draft(shape, row, number, maker, documents, expecting)
            if draft is not None:
                self.drafts.append(draft)
        expecting.report_always()

    def _draft(
        self,
        shape: Shape,
        row: t.CaseRow | None,
        row_number: int,
        maker: Cards,
        documents: Documents,
        expecting: Expecting,
    ) -> _Draft | None:
        cells = shape.cells(row)
        planner = Planner(maker, documents.schema.root)
        day = day_of(shape.day.day, cells, maker.context.diagnostics)
        base = self._base(shape.facts, cells, planner, documents)
        changes = [
            planner.change(attrs.evolve(change, value=filled(change.value, cells)))
            for change in shape.changes
        ]
        previous: dict[str, Any] | EarlierPlan | None = None
        if shape.previous is not None:
            previous = earlier_result(shape.previous, cells, planner, documents)
        probes: list[r.Probe] = []
        expectations = []
        for statement in shape.expectations:
            if isinstance(statement, t.ExpectProblem):
                expectations.append(expecting.problem(statement))
            else:
                expectation, asked = expecting.condition(filled(statement, cells, self._cell))
                expectations.append(expectation)
                probes.append(r.Probe(len(self.drafts), asked, span=statement.span))
        if day is None or base is None:
            return None
        maker.context.steps.extend(probes)
        planned = tuple(change for change in changes if change is not None)
        return _Draft(
            shape,
            row,
            row_number,
            cells,
            day,
            base,
            planned,
            previous,
            tuple(expectations),
            tuple(planner.values),
        )

    def _base(
        self, node: t.TestFacts, cells: Cells, planner: Planner, documents: Documents
    ) -> dict[str, Any] | Plan | None:
        """The document before its changes; None after a report."""
        if node.record is not None:
            return planner.document(filled(node.record, cells))
        return documents.facts(node.path or "", identity_of(node.id, cells, planner), node.span)

    # ── from drafts to cases ──

    def cases(self, program: r.Program, diagnostics: Diagnostics) -> tuple[Case, ...]:
        """The cases with their documents; what does not go together is reported."""
        givens = tuple(
            r.Probe(number, draft.values, span=draft.shape.test.span)
            for number, draft in enumerate(self.drafts)
            if draft.values
        )
        constants = Evaluator(
            attrs.evolve(program, steps=givens, assumptions=()),
            {self.source.path: self.source.text.split("\n")},
        )
        found = []
        secrets = Secrets(program)
        for number, draft in enumerate(self.drafts):
            values: list[Any] = []
            if draft.values:
                constants.result({}, draft.day, probe=(number, values))
            found.append(
                self._case(number, draft, Builder(values[0] if values else (), diagnostics), program, secrets)
            )
        return tuple(found)

    def _case(
        self, number: int, draft: _Draft, builder: Builder, program: r.Program, secrets: Secrets
    ) -> Case:
        facts = deepcopy(draft.base) if isinstance(draft.base, dict) else builder.build(draft.base)
        for change in draft.changes:
            builder.apply(facts, change)
        previous = draft.previous
        if isinstance(previous, EarlierPlan):
            identity = facts
            for name in program.id_path:
                identity = identity.get(name) if isinstance(identity, dict) else None
            previous = previous.result(builder, identity, draft.day.isoformat())
        place = draft.shape.test if draft.row is None else draft.row
        columns = tuple(
            (word.name, self._cell(draft.cells[word.name]))
            for word in draft.shape.columns
            if word.name in draft.cells
        )
        return Case(
            number,
            draft.shape.test.title,
            draft.row_number,
            columns,
            place.span,
            draft.day,
            facts,
            previous,
            _hidden(draft.expectations, secrets) if program.secrets else draft.expectations,
        )

    def _cell(self, node: t.Expression) -> str:
        return " ".join(self.source.text[node.span.start : node.span.end].split())


def _declared(maker: Cards) -> Iterator[str]:
    """The texts of the problems and invariants of the ruleset; that of an invariant as it is reported."""
    for item in maker.module.file.items:
        if isinstance(item, t.Problem):
            yield item.text
        elif isinstance(item, t.Invariant):
            yield f"violated: {item.text}"


def _hidden(expectations: tuple[Expectation, ...], secrets: Secrets) -> tuple[Expectation, ...]:
    """The expectations with the parts marked whose values are secret."""
    return tuple(
        attrs.evolve(
            each, parts=tuple(attrs.evolve(part, secret=secrets.hides(part.value)) for part in each.parts)
        )
        for each in expectations
    )
