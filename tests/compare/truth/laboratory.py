"""A ruleset with some edits of its text, in every combination: each loaded from a file of its own, and scored.

In: material and edits of its text. Out: loaded rulesets, differences, results. What several checks ask for is made once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import ruleengine
from ruleengine import RulesetError
from ruleengine.compare.edits import Differences
from ruleengine.compare.hybrid import Hybrids
from ruleengine.compare.meaning import differences
from ruleengine.evaluator.program import Evaluator
from tests.compare.truth.material import Material
from tests.compare.truth.text_edits import RENAMED
from tests.compare.truth.texts import TextEdit, Texts, edited
from tests.differential.compare import differences as differences_of_results
from tests.differential.compare import slack_of
from tests.differential.reference import evaluate_module
from tests.differential.reference.modules import load_module, load_schema

Chosen = frozenset[int]
NONE: Chosen = frozenset()


def as_before(found: Any) -> Any:
    """The same with the names that things had before."""
    if isinstance(found, dict):
        return {as_before(name): as_before(value) for name, value in found.items()}
    if isinstance(found, list):
        return [as_before(each) for each in found]
    return found.replace(RENAMED, "") if isinstance(found, str) else found


class Shelf:
    """Rulesets that were loaded, by their texts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[tuple[tuple[str, str], ...], ruleengine.Ruleset | RulesetError] = {}

    def loaded(self, texts: Texts, root: str, schemas: Path) -> ruleengine.Ruleset:
        """The ruleset of these texts. Raises `RulesetError`."""
        key = tuple(texts.items())
        if key not in self._known:
            folder = self._folder / str(len(self._known))
            for name, text in texts.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            try:
                found = ruleengine.load(folder / root, rulesets=folder, schemas=schemas, cache=False)
                self._known[key] = found
            except RulesetError as error:
                self._known[key] = error
        known = self._known[key]
        if isinstance(known, RulesetError):
            raise known
        return known


def by_reference(
    ruleset: ruleengine.Ruleset, schemas: Path, facts: dict[str, Any], day: date, before: Any
) -> list[str]:
    """Where a ruleset scores an account otherwise than the naive evaluator does, in fractions."""
    module = load_module(ruleset.path, ruleset.path.parents[1])
    expected = evaluate_module(module, facts, day, load_schema(module, schemas), before)
    return differences_of_results(expected, ruleset.score_dict(facts, day, before), slack_of([facts, before]))


class Laboratory:
    """Rulesets by the edits that were made in their text; edits are numbers here."""

    def __init__(self, material: Material, edits: Iterable[TextEdit], shelf: Shelf) -> None:
        self.material, self.edits, self.shelf = material, tuple(edits), shelf
        self._differences: dict[Chosen, Differences] = {}

    def loaded(self, chosen: Chosen) -> ruleengine.Ruleset:
        """The ruleset with these edits. Raises `RulesetError`."""
        texts = edited(self.material.texts, [self.edits[each] for each in sorted(chosen)])
        return self.shelf.loaded(texts, self.material.root, self.material.schemas)

    def differences(self, chosen: Chosen) -> Differences:
        """What is said to differ when these edits are made."""
        if chosen not in self._differences:
            self._differences[chosen] = differences(self.loaded(NONE).program, self.loaded(chosen).program)
        return self._differences[chosen]

    def ids(self, chosen: Chosen) -> frozenset[str]:
        """The names of these differences."""
        return frozenset(as_before(edit.id) for edit in self.differences(chosen).edits)


class Between:
    """What comparisons score: programs with some of the edits, by their names."""

    def __init__(self, old: ruleengine.Ruleset, new: ruleengine.Ruleset, found: Differences) -> None:
        self._hybrids = Hybrids(old.program, new.program, found)
        self._ids = {as_before(edit.id): edit.id for edit in found.edits}
        self._evaluators: dict[frozenset[str], Evaluator] = {}

    def evaluator(self, chosen: frozenset[str]) -> Evaluator:
        """The program with these edits."""
        if chosen not in self._evaluators:
            made = frozenset(self._ids[each] for each in chosen)
            self._evaluators[chosen] = Evaluator(self._hybrids.program(made))
        return self._evaluators[chosen]


#: What only tells where something stands or why, and what was said of the facts.
_ASIDE = ("line", "ruleset", "digest", "problems", "at", "reason", "because")


def unequal(expected: Any, found: Any, path: str = "") -> list[str]:
    """Where two results differ; measures that only one of them has are no part of any score."""
    if isinstance(expected, dict) and isinstance(found, dict):
        lines = []
        for name in dict.fromkeys([*expected, *found]):
            if name in _ASIDE:
                continue
            if name in expected and name in found:
                lines += unequal(expected[name], found[name], f"{path}.{name}")
            elif path != ".measures":
                lines.append(f"{path}.{name}: only one side has it")
        return lines
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        if path == ".assumptions":
            expected, found = sorted(expected, key=str), sorted(found, key=str)
        every = enumerate(zip(expected, found, strict=True))
        return [line for at, (one, other) in every for line in unequal(one, other, f"{path}.{at}")]
    numbers = [
        each for each in (expected, found) if isinstance(each, int | float) and not isinstance(each, bool)
    ]
    within = 1e-9 * max(1.0, *map(abs, numbers)) if len(numbers) == 2 else None
    same = expected == found if within is None else abs(expected - found) <= within
    return [] if same else [f"{path}: {expected!r} expected, {found!r} found"]
