"""What tests reach of rulesets as one JSON document; `schemas/coverage/1.schema.json` describes it.

In: coverages. Out: plain data, or its text. Guaranteed: the same rulesets and tests give the same bytes; plain ASCII.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ruleengine.casebook.coverage import Coverage, Share, Suggestion
from ruleengine.evaluator.coverage import COUNTED, CoverageItem
from ruleengine.version import __version__


def coverage_data(coverages: Sequence[Coverage], least: float | None = None) -> dict[str, Any]:
    """The whole document; `least` is the percentage of bands and rows that was asked for."""
    enough = least is None or all(each.counted.is_at_least(least) for each in coverages)
    return {
        "engine": __version__,
        "least": least,
        "passed": enough,
        "counted": list(COUNTED),
        "rulesets": [_ruleset(each) for each in coverages],
    }


def render(coverages: Sequence[Coverage], least: float | None = None) -> str:
    """The document as text."""
    return json.dumps(coverage_data(coverages, least), indent=2) + "\n"


def _ruleset(coverage: Coverage) -> dict[str, Any]:
    return {
        "ruleset": coverage.ruleset,
        "path": coverage.path,
        "cases": coverage.cases,
        "bands_and_rows": _share(coverage.counted),
        "everything": _share(coverage.everything),
        "kinds": [{"kind": kind, "words": words, **_share(share)} for kind, words, share in coverage.kinds()],
        "items": [_item(coverage, each) for each in coverage.items],
        "suggestions": [_suggestion(each) for each in coverage.suggestions],
    }


def _share(share: Share) -> dict[str, Any]:
    return {"reached": share.reached, "total": share.total, "percent": share.percent}


def _item(coverage: Coverage, item: CoverageItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "of": item.of,
        "name": item.name,
        "title": item.title,
        "path": item.path,
        "line": item.line,
        "own": item.own,
        "reached": item.id in coverage.reached,
    }


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "reaches": list(suggestion.items),
        "as_of": suggestion.as_of,
        "facts": suggestion.facts,
        "previous": suggestion.previous,
        "expectations": list(suggestion.expectations),
        "test": suggestion.test,
    }
