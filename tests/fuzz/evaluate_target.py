"""The target that scores hostile documents with our rulesets.

An input is one byte that chooses a ruleset, then JSON. What must hold: what strict reading takes has a result, in which two
ways to score agree, and an explanation; all of it is JSON, and the same when computed again.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import ruleengine
from ruleengine.facts.parse import RejectedDocument, parse_document
from tests.differential.reference.modules import Module, load_module, load_schema
from tests.fuzz.ruleset_targets import score_one
from tests.fuzz.target import ROOT, Target, Try
from tests.fuzz.workspace import documents_for
from tests.traces.checker import check_result
from tests.traces.describe import describe
from tests.traces.explained import check_explanation

#: The rulesets, each with the folder it is of.
_CHOSEN = (
    (
        "rulesets",
        (
            "customer_health@2.0.0",
            "customer_health@0.9.0",
            "account_triage@1.0.0",
            "early_warning@1.0.0",
            "devops_score@1.0.0",
        ),
    ),
    ("rulesets", ("platform_adoption@1.0.0", "value_stream@1.0.0", "use_case_adoption@4.0.0")),
    (
        "examples/fields/rulesets",
        ("cvss", "credit_scorecard", "nutri_score", "meld", "news2", "kidney_function", "sf36", "phq9"),
    ),
)


def rulesets() -> list[ruleengine.Ruleset]:
    """Those that there are, in a fixed order; a name without a version takes the one in force."""
    return [_loaded(selector, ROOT / folder) for folder, selectors in _CHOSEN for selector in selectors]


def _loaded(selector: str, folder: Path) -> ruleengine.Ruleset:
    name = selector.split("@")[0]
    versions = sorted(
        path.stem for path in (folder / name).glob("*.rules") if not path.name.endswith(".test.rules")
    )
    wanted = selector.partition("@")[2]
    return ruleengine.load(
        f"{name}@{wanted if wanted in versions else versions[-1]}", rulesets=folder, cache=False
    )


def seeds() -> Iterable[bytes]:
    """Documents of each ruleset's schema, and our example accounts."""
    accounts = (ROOT / "examples/accounts.ndjson").read_bytes().split(b"\n")[:20]
    for number, rules in enumerate(rulesets()):
        for document in documents_for(rules.schema, 4):
            yield bytes([number]) + json.dumps(document).encode()
        if rules.program.schema_name == "account":
            yield from (bytes([number]) + line for line in accounts[number : number + 3])


def check_trace(rules: ruleengine.Ruleset, document: dict[str, Any], result: dict[str, Any]) -> None:
    """The independent checker explains every number, and agrees."""
    module, schema = _read_again(rules.path, rules.workspace.rulesets, rules.workspace.schemas)
    described = describe(module, document, date(2024, 3, 1), schema)
    explained = rules.explain(document, "2024-03-01").to_dict()
    for claims in (check_result(result, described), check_explanation(explained, result, described)):
        assert not claims.lines, f"a trace does not add up: {claims.lines[:3]}"
        assert not claims.unexplained(), f"numbers that nothing explains: {claims.unexplained()[:3]}"


@cache
def _read_again(path: Path, rulesets: Path, schemas: Path) -> tuple[Module, dict[str, Any]]:
    """A ruleset and its schema as the reference reads them."""
    module = load_module(path, rulesets)
    return module, load_schema(module, schemas)


def make(folder: Path) -> Try:
    """Scores one document with the ruleset of the first byte."""
    loaded = rulesets()

    def attempt(content: bytes) -> None:
        rules = loaded[content[0] % len(loaded) if content else 0]
        try:
            document = parse_document(content[1:])
        except RejectedDocument:
            return
        first = score_one(rules.evaluator, rules.sources, document)
        again = json.dumps(rules.score_dict(document, "2024-03-01"))
        assert again == json.dumps(first), "a second run differs"
        if zlib.crc32(content) % 4 == 0:
            check_trace(rules, document, first)

    return attempt


_WORDS = (
    "green",
    "red",
    "amber",
    "2024-02-29",
    "2024-02-28T24:00:00Z",
    "0.1",
    "1e15",
    "id",
    "account",
    "usage",
    "null",
    "true",
)
TARGETS = (Target("evaluate", "hostile documents over our rulesets: score, explain", seeds, make, _WORDS),)
