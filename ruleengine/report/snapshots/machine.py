"""What came of comparing snapshots, for programs: JSON and JUnit XML.

In: the outcomes of folders. Out: text; `schemas/snapshot_report/1.schema.json` describes the JSON, which is plain ASCII.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from ruleengine.casebook.snapshots import Found, Identification, Outcome, State
from ruleengine.report.snapshots.difference import difference_lines, unified
from ruleengine.report.snapshots.outcome import change_of, verdict_of
from ruleengine.report.snapshots.text import Verdict
from ruleengine.report.xml import attribute, content
from ruleengine.version import __version__

_SAID = {State.MISSING: "the account has no snapshot", State.UNUSED: "the snapshot is of no account"}


def report_data(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The document of all folders."""
    return {
        "format": "ruleengine snapshot report 1",
        "engine": __version__,
        "clean": all(each.clean for each in outcomes),
        "folders": [_folder(each) for each in outcomes],
    }


def render_json(outcomes: Sequence[Outcome]) -> str:
    """The document as text."""
    return json.dumps(report_data(outcomes), indent=2) + "\n"


def _folder(outcome: Outcome) -> dict[str, Any]:
    before = outcome.before()
    return {
        "folder": outcome.folder,
        "clean": outcome.clean,
        "as_of": outcome.as_of,
        "recorded": None if before is None else _identification(before),
        "now": _identification(outcome.now),
        "scorecard": outcome.card,
        "summary": {
            "accounts": outcome.accounts,
            **{state.value: outcome.count(state) for state in State},
            "damaged": len(outcome.damaged),
        },
        "changed": [_changed(each, outcome.card) for each in outcome.found if each.state is State.CHANGED],
        "missing": [
            {"id": each.identity, "file": each.file, "new": _verdict(verdict_of(each.new, outcome.card))}
            for each in outcome.found
            if each.state is State.MISSING
        ],
        "unused": [
            {"id": each.identity, "file": each.file} for each in outcome.found if each.state is State.UNUSED
        ],
        "damaged": [{"file": each.span.path, "message": each.message} for each in outcome.damaged],
    }


def _identification(found: Identification) -> dict[str, Any]:
    ruleset = {"name": found.name, "version": found.version, "digest": found.digest}
    return {"ruleset": ruleset, "engine": found.engine}


def _changed(found: Found, card: str | None) -> dict[str, Any]:
    return {
        "id": found.identity,
        "file": found.file,
        "old": _verdict(verdict_of(found.old, card)),
        "new": _verdict(verdict_of(found.new, card)),
        "difference": unified(found.old or "", found.new or "", found.file),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {"score": verdict.score, "band": verdict.band}


# ── JUnit ───────────────────────────────────────────────────────────────────────────────────────────────────


def render_junit(outcomes: Sequence[Outcome]) -> str:
    """A test suite a folder, a test case an account or an unused snapshot."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="ruleengine snapshots"{_counts(outcomes)}>',
    ]
    for each in outcomes:
        lines.append(f"  <testsuite name={attribute(each.folder)}{_counts([each])}>")
        for found in each.found:
            lines += _case(found, each)
        for report in each.damaged:
            lines.append(
                f"    <testcase name={attribute(report.span.path)} classname={attribute(each.folder)}>"
            )
            lines.append(f"      <error message={attribute(report.message)}/>")
            lines.append("    </testcase>")
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _counts(outcomes: Sequence[Outcome]) -> str:
    errors = sum(len(each.damaged) for each in outcomes)
    tests = sum(len(each.found) for each in outcomes) + errors
    failures = sum(len(each.found) - each.count(State.SAME) for each in outcomes)
    return f' tests="{tests}" failures="{failures}" errors="{errors}"'


def _case(found: Found, outcome: Outcome) -> Iterator[str]:
    name = found.file if found.identity is None else str(found.identity)
    head = f"    <testcase name={attribute(name)} classname={attribute(outcome.folder)}"
    if found.state is State.SAME:
        yield f"{head}/>"
        return
    yield f"{head} file={attribute(f'{outcome.folder}/{found.file}')}>"
    said = change_of(found, outcome.card) if found.state is State.CHANGED else _SAID[found.state]
    yield f'      <failure message={attribute(said)} type="{found.state.value}">'
    yield from (content(line) for line in difference_lines(found.old or "", found.new or "") if found.old)
    yield "      </failure>"
    yield "    </testcase>"
