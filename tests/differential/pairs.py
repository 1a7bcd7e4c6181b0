"""One ruleset and one document through both evaluators.

In: random rulesets and documents. Out: an `Outcome` each: the same, different, or refused by one of the
two. Only this module knows how the engine is called.
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from attrs import frozen

from ruleengine.syntax import tree
from tests.differential.compare import differences, score_differences, slack_of
from tests.differential.fields import SCHEMA, SCHEMAS
from tests.differential.print_ruleset import print_file
from tests.differential.random_earlier import earlier_result, with_earlier
from tests.differential.random_facts import random_facts
from tests.differential.random_rulesets import random_ruleset
from tests.differential.reference import evaluate_module
from tests.differential.reference.modules import load_module

#: From here on products of two numbers, and what is left where they cancel, have more digits than doubles.
LARGE = 10**7
Files = tuple[tree.File, ...]


@frozen
class Outcome:
    """What came of one pair: `same`, `different`, `refused` (by the engine's checker) or `raised`.

    `digits lost` differs only because numbers of the facts have so many digits that doubles cannot hold what becomes of them:
    the same account with these a million times smaller comes out the same.
    """

    kind: str
    lines: tuple[str, ...] = ()


def write(files: Files, folder: Path) -> Path:
    """Write the files of a ruleset as a rulesets folder holds them; the path of the last one."""
    path = folder
    for file in files:
        header = file.items[0]
        assert isinstance(header, tree.Header)
        path = folder / header.name / f"{header.version}.rules"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(print_file(file), encoding="utf-8")
    return path


def try_pairs(files: Files, documents: list[dict[str, Any]]) -> list[Outcome]:
    """What comes of one ruleset with each of some documents."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = write(files, folder)
        try:
            engine = load_checked(path, folder)
        except Exception as error:
            return [Outcome("refused", (f"{type(error).__name__}: {error}",))] * len(documents)
        module = load_module(path, folder)
        outcomes = [_try_pair(module, engine, document) for document in documents]
        return [
            Outcome("digits lost", outcome.lines)
            if _digits_lost(module, engine, document, outcome)
            else outcome
            for document, outcome in zip(documents, outcomes, strict=True)
        ]


def load_checked(path: Path, folder: Path) -> Any:
    """The engine's ruleset, after `check` had nothing against it: compiled once for both."""
    import ruleengine
    from ruleengine.api import ruleset_from
    from ruleengine.checker.check import check_compilation
    from ruleengine.compiler.compile import compile_ruleset
    from ruleengine.workspace import open_workspace

    workspace = open_workspace(folder, SCHEMAS, str(path))
    compilation = compile_ruleset(path, workspace)
    errors = [each for each in check_compilation(compilation) if each.severity.value == "error"]
    if errors or compilation.program is None:
        raise ruleengine.RulesetError(errors)
    return ruleset_from(compilation.program, compilation, workspace)


def _digits_lost(module: Any, engine: Any, document: dict[str, Any], outcome: Outcome) -> bool:
    """Whether a pair differs for the size of the numbers of its facts alone."""
    smaller = with_smaller_numbers(document)
    different = outcome.kind == "different" and smaller != document
    return different and _try_pair(module, engine, smaller).kind == "same"


def with_smaller_numbers(facts: Any) -> Any:
    """Facts with their large numbers a million times smaller; all else as it is."""
    if isinstance(facts, dict):
        return {name: with_smaller_numbers(each) for name, each in facts.items()}
    if isinstance(facts, list):
        return [with_smaller_numbers(each) for each in facts]
    is_number = isinstance(facts, int | float) and not isinstance(facts, bool)
    return facts / 10**6 if is_number and abs(facts) >= LARGE else facts


def _try_pair(module: Any, engine: Any, document: dict[str, Any]) -> Outcome:
    as_of = date.fromisoformat(document["id"])
    try:
        facts, before = earlier_result(document, engine, as_of)
        found = engine.score(facts, as_of, before).to_dict()
        scores = engine.scores(facts, as_of, before)
    except Exception as error:
        return Outcome("raised", (f"{type(error).__name__}: {error}",))
    expected = evaluate_module(module, facts, as_of, SCHEMA, before)
    lines = (*differences(expected, found, slack_of([facts, before])), *score_differences(found, scores))
    return Outcome("different", lines) if lines else Outcome("same")


def random_pairs(seed: int, count: int) -> tuple[Files, list[dict[str, Any]]]:
    """The ruleset of a seed with some documents."""
    random = Random(seed)
    return random_ruleset(seed).files, [with_earlier(random_facts(random), random) for _ in range(count)]
