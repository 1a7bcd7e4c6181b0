"""The example rulesets of other fields: loaded once each, and one document scored."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import ruleengine
from ruleengine.api import Ruleset

FIELDS = Path(__file__).parents[2] / "examples" / "fields"
#: None of these systems looks at the date.
ANY_DAY = "2026-01-01"

Document = dict[str, Any]


@cache
def field_ruleset(selector: str) -> Ruleset:
    """A ruleset of `examples/fields`, such as `cvss@1`."""
    return ruleengine.load(
        selector, rulesets=FIELDS / "rulesets", schemas=FIELDS / "schemas", as_of=ANY_DAY, cache=False
    )


def score(selector: str, facts: Document) -> Document:
    """The whole result of one document; `id` need not be given."""
    return field_ruleset(selector).score_dict({"id": "case", **facts}, ANY_DAY)


def card(selector: str, facts: Document, name: str) -> tuple[float | None, str | None]:
    """Score and band of one scorecard."""
    found = score(selector, facts)["scorecards"][name]
    return found["score"], found["band"]


def example_facts(name: str) -> list[Document]:
    """The example documents of a field."""
    lines = (FIELDS / "facts" / f"{name}.ndjson").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
