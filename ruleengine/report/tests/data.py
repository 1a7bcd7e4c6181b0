"""What came of ruleset tests as one JSON document; `schemas/test_report/1.schema.json` describes it.

In: file reports. Out: plain data, or its text. Guaranteed: the same tests give the same bytes; the text is plain ASCII.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ruleengine.casebook.mutation.mutant import EQUIVALENT, KILLED, SURVIVED, Mutation, Outcome
from ruleengine.casebook.suite import CaseReport, CheckReport, FileReport
from ruleengine.report.diagnostics import json as diagnostics_json
from ruleengine.version import __version__


def report_data(files: Sequence[FileReport]) -> dict[str, Any]:
    """The whole document."""
    mutations = [each.mutation for each in files if each.mutation is not None]
    more = {"mutation": [_mutation(each) for each in mutations]} if mutations else {}
    return {
        "engine": __version__,
        "passed": all(each.passed for each in files),
        "summary": {
            "files": len(files),
            "broken_files": sum(each.broken for each in files),
            "cases": sum(len(each.cases) for each in files),
            "failed_cases": sum(each.failed for each in files),
            "left_out": sum(each.left_out for each in files),
        },
        "files": [_file(each) for each in files],
        **more,
    }


def render(files: Sequence[FileReport]) -> str:
    """The document as text."""
    return json.dumps(report_data(files), indent=2) + "\n"


def _file(report: FileReport) -> dict[str, Any]:
    return {
        "path": report.path,
        "ruleset": report.ruleset or None,
        "status": "broken" if report.broken else "failed" if report.failed else "passed",
        "left_out": report.left_out,
        "reports": diagnostics_json.reports(report.diagnostics, report.sources),
        "cases": [_case(each) for each in report.cases],
    }


def _case(case: CaseReport) -> dict[str, Any]:
    return {
        "title": case.title,
        "name": case.name,
        "row": case.row or None,
        "columns": dict(case.columns),
        "line": case.line,
        "as_of": case.as_of,
        "id": case.id,
        "status": "passed" if case.passed else "failed",
        "expectations": [_check(each) for each in case.checks],
        "trace": list(case.trace),
    }


def _check(check: CheckReport) -> dict[str, Any]:
    return {
        "expected": check.expected,
        "line": check.line,
        "status": "passed" if check.held else "undecided" if check.undecided else "failed",
        "found": check.found or None,
        "why_undecided": check.undecided or None,
        "decided_by": [
            {"name": each.name, "path": each.path, "line": each.line, "text": each.text}
            for each in check.decided
        ],
    }


def _mutation(mutation: Mutation) -> dict[str, Any]:
    return {
        "ruleset": mutation.ruleset,
        "path": mutation.path,
        "tests": mutation.tests,
        "cases": mutation.cases,
        "failing_cases": mutation.failing,
        "killed": mutation.of(KILLED),
        "survived": mutation.of(SURVIVED),
        "equivalent": mutation.of(EQUIVALENT),
        "percent": mutation.percent,
        "kinds": [
            {"kind": kind, "words": words, "killed": killed, "total": total}
            for kind, words, killed, total in mutation.kinds()
        ],
        "changes": [_change(each) for each in mutation.outcomes],
    }


def _change(outcome: Outcome) -> dict[str, Any]:
    told = outcome.told
    return {
        "kind": outcome.kind,
        "of": outcome.of,
        "path": outcome.path,
        "line": outcome.line,
        "before": outcome.before,
        "after": outcome.after,
        "status": outcome.status,
        "noticed_by": outcome.why if outcome.status == KILLED else None,
        "why_equivalent": outcome.why if outcome.status == EQUIVALENT else None,
        "suggestion": None
        if told is None
        else {
            "as_of": told.as_of,
            "facts": told.facts,
            "previous": told.previous,
            "expectations": list(told.expectations),
            "test": told.test,
        },
    }
