"""An analysis as one JSON document; `schemas/analysis/1.schema.json` describes it.

In: an `Inspection`, or an `Equivalence`. Out: plain data. Guaranteed: the same answers give the same bytes; plain ASCII.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ruleengine.analysis.findings import (
    Answer,
    Bounds,
    Change,
    End,
    Equivalence,
    Given,
    Invariant,
    Question,
    Reach,
)
from ruleengine.analysis.reported import Inspection, Reported
from ruleengine.casebook.accounts import Account
from ruleengine.report.analysis.figures import reachable
from ruleengine.report.diagnostics.json import reports as diagnostics_data
from ruleengine.version import __version__


def analysis_data(found: Inspection) -> dict[str, Any]:
    """The whole document."""
    analysis = found.analysis
    return {
        "engine": __version__,
        "ruleset": {
            "name": analysis.name,
            "version": analysis.version,
            "digest": analysis.digest,
            "path": found.program.path,
        },
        "as_of": analysis.as_of,
        "asked": analysis.asked,
        "unknown": analysis.unknown,
        "unanswered": [_question(each) for each in analysis.unanswered],
        "solver": analysis.solver,
        "accounts": found.accounts,
        "bounds": [_bounds(each) for each in analysis.bounds],
        "invariants": [_invariant(each) for each in analysis.invariants],
        "reports": [_report(each, found) for each in found.reports],
        "rising": [
            {"card": card, "measures": list(measures)} for card, measures in (found.rising or {}).items()
        ],
    }


def equivalence_data(found: Equivalence) -> dict[str, Any]:
    """The document about two rulesets, as `schemas/equivalence/1.schema.json` describes it."""
    return {
        "engine": __version__,
        "old": {"name": found.old.name, "version": found.old.version, "digest": found.old.digest},
        "new": {"name": found.new.name, "version": found.new.version, "digest": found.new.digest},
        "as_of": found.as_of,
        "verdict": found.verdict.value,
        "method": found.method.value,
        "equal": list(found.equal),
        "changes": [_change(each) for each in found.changes],
        "apart": list(found.apart),
        "asked": found.asked,
        "unknown": found.unknown,
        "solver": found.solver,
    }


def as_json(document: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> str:
    """A document, or a list of them, as text."""
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def account_data(account: Account | None) -> dict[str, Any] | None:
    """An account: facts, date, earlier result."""
    if account is None:
        return None
    return {"as_of": account.as_of.isoformat(), "facts": account.facts, "previous": account.previous}


def _bounds(bounds: Bounds) -> dict[str, Any]:
    return {
        "card": bounds.card,
        "kind": bounds.kind,
        "among": bounds.among,
        "parts": list(bounds.parts),
        "lowest": _end(bounds.lowest),
        "highest": _end(bounds.highest),
        "bands": [_reach(each) for each in bounds.bands],
    }


def _end(end: End) -> dict[str, Any]:
    return {
        "score": end.score,
        "limit": end.known_limit,
        "exact": end.is_exact,
        "account": account_data(end.account),
    }


def _reach(reach: Reach) -> dict[str, Any]:
    return {"band": reach.band, "reachable": reachable(reach.answer.verdict), **_answer(reach.answer)}


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "verdict": answer.verdict.value,
        "method": answer.method.value,
        "tried": answer.tried,
        "account": account_data(answer.account),
    }


def _invariant(invariant: Invariant) -> dict[str, Any]:
    return {
        "text": invariant.text,
        "kind": invariant.kind,
        "path": invariant.span.path,
        "line": invariant.span.line,
        **_answer(invariant.answer),
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "kind": question.kind,
        "code": question.code or None,
        "id": question.id,
        "subject": question.subject,
        "text": question.text,
        "path": question.span.path,
        "line": question.span.line,
        "column": question.span.column,
    }


def _report(report: Reported, found: Inspection) -> dict[str, Any]:
    (said,) = diagnostics_data([report.diagnostic], found.sources)
    finding = report.finding
    about: dict[str, Any] | None = None
    if finding is not None:
        about = {
            "id": finding.id,
            "subject": finding.subject,
            "verdict": finding.verdict.value,
            "method": finding.method.value,
            "account": account_data(finding.account),
            "other": account_data(finding.other),
            "details": dict(finding.details),
        }
    return {**said, "accepted": report.accepted, "finding": about}


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "subject": change.subject,
        "part": change.part,
        "before": change.before,
        "after": change.after,
        **_answer(change.answer),
        "old": _given(change.old),
        "new": _given(change.new),
    }


def _given(given: Given | None) -> dict[str, Any] | None:
    return None if given is None else {"word": given.word, "score": given.score, "reason": given.reason}
