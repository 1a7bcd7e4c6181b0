"""The trace behind an expectation that failed: what `explain` says of the measures and scorecards that it asks about.

In: the ruleset without probes, a case, and what its expectations are about. Out: parts of the explanation, as data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ruleengine.casebook.model import Case, Subject
from ruleengine.evaluator.explain import explain
from ruleengine.evaluator.program import Evaluator
from ruleengine.source import Source
from ruleengine.tree import ruleset as r
from ruleengine.tree.blocks import leaves

_Entry = dict[str, Any]


def trace_of(
    evaluator: Evaluator, sources: Mapping[str, Source], case: Case, subjects: Iterable[Subject]
) -> tuple[_Entry, ...]:
    """The parts of the explanation of a case that are about `subjects`, each once.

    `evaluator` is of the ruleset without probes. A scorecard is told whole, a member of one with all below it.
    """
    wanted = list(subjects)
    if not wanted:
        return ()
    data = explain(evaluator, sources, case.facts, case.as_of, case.previous).to_dict()
    places = dict(_places(evaluator.program))
    found: dict[tuple[str, str], _Entry] = {}
    for subject in wanted:
        key = places.get(subject.name, ("", subject.name))
        if subject.kind in ("card", "node"):
            key = (subject.name, subject.path)
        entry = _entry(data, *key)
        if entry is not None:
            found.setdefault(key, entry)
    return tuple(each for key, each in found.items() if key[1] == "" or (key[0], "") not in found)


def _places(program: r.Program) -> Iterator[tuple[str, tuple[str, str]]]:
    """Where the measures stand: by name the scorecard and the path in it; the last place of several."""
    for step in program.steps:
        if isinstance(step, r.Scorecard):
            for path, member in leaves(step.block):
                if member.kind == "measure":
                    yield member.name, (step.name, path)


def _entry(data: Mapping[str, Any], card: str, path: str) -> _Entry | None:
    if not card:
        others = [*data["measures"], *data.get("triggers", ()), *data.get("matrices", ())]
        return next((each for each in others if each.get("path", each.get("name")) == path), None)
    whole = next((each for each in data["scorecards"] if each["name"] == card), None)
    if whole is None or not path:
        return None if whole is None else {**whole, "kind": "scorecard"}
    return next((each for each in _below(whole["nodes"]) if each["path"] == path), None)


def _below(nodes: Iterable[_Entry]) -> Iterator[_Entry]:
    for node in nodes:
        yield node
        if node["kind"] == "group":
            yield from _below(node["children"])
