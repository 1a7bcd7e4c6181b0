"""Everything that a test could expect of one account, by what it is about.

In: a program and the result of an account. Out: for each thing the expectation that holds, in the words of the test
language: bands, statuses, scores, points, weights, outputs, segments, triggers, cells, problems. Two results differ for
tests just where one of these differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ruleengine.casebook.suggested import equals, of_card, of_matrix, of_measure, of_value
from ruleengine.syntax.formatting import words
from ruleengine.tree import ruleset as r

#: What a thing is: measure, card, node or another kind; its name; and the part of it.
Thing = tuple[str, str, str]


def everything_said(program: r.Program, result: Mapping[str, Any]) -> dict[Thing, str]:
    """The expectations of one account, those that people think of first, first."""
    found: dict[Thing, str] = {}
    for step in program.steps:
        if getattr(step, "visible", True):
            found.update(_of_step(step, result))
    for each in result["problems"]:
        found["problem", each["message"], ""] = f"problem {words.quoted(each['message'])}"
    return dict(sorted(found.items(), key=lambda item: _ORDER.index(item[0][2] or item[0][0])))


_ORDER = (
    "measure", "card", "segment", "trigger", "matrix", "output", "problem", "status", "stale", "field", "due",
    "flagged", "reason", "borderline", "score", "points", "value", "weight",
)  # fmt: skip


def _of_step(step: r.Step, result: Mapping[str, Any]) -> Iterator[tuple[Thing, str]]:
    if isinstance(step, r.Measure):
        yield from _of_measure(step, result)
    elif isinstance(step, r.Scorecard):
        yield from _of_card(step, result)
    elif isinstance(step, r.Segment):
        holds = step.label in result["segments"]
        yield ("segment", step.name, ""), words.name(step.label) if holds else _not_so(words.name(step.label))
    elif isinstance(step, r.Trigger):
        yield from _of_trigger(step, result)
    elif isinstance(step, r.Matrix):
        yield ("matrix", step.name, ""), of_matrix(step, result)
    elif isinstance(step, r.Output):
        value = result["outputs"].get(step.name)
        said = of_value(words.name(step.label), value, step.value.type) if value is not None else ""
        yield ("output", step.name, ""), said


def _not_so(name: str) -> str:
    """That something does not hold, decided or not: a result names only what holds."""
    return f"{name} is na or not {name}"


def _of_trigger(step: r.Trigger, result: Mapping[str, Any]) -> Iterator[tuple[Thing, str]]:
    name = words.name(step.label)
    found = next((each for each in result["triggers"] if each["name"] == step.name), None)
    yield ("trigger", step.name, ""), name if found is not None else _not_so(name)
    if found is None:
        return
    if found["reason"]:
        yield ("trigger", step.name, "reason"), f"{name}.reason = {words.quoted(found['reason'])}"
    if found["due"]:
        yield ("trigger", step.name, "due"), f"{name}.due = {found['due']}"
    for field, value in found["fields"].items():
        if isinstance(value, str):
            said = f"{name}.{words.member_name(field)} = {words.quoted(value)}"
            yield ("trigger", f"{step.name} {field}", "field"), said
    for field in found["flagged"]:
        said = f"{name}.flagged contains {words.quoted(field)}"
        yield ("trigger", f"{step.name} {field}", "flagged"), said


def _of_measure(step: r.Measure, result: Mapping[str, Any]) -> Iterator[tuple[Thing, str]]:
    found, name = result["measures"][step.name], words.name(step.label)
    yield ("measure", step.name, ""), of_measure(step, result, False)
    rated = found["status"] in ("scored", "stale")  # `is scored` holds for both
    yield ("measure", step.name, "status"), f"{name} is {'scored' if rated else found['status']}"
    if rated:
        old = found["status"] == "stale"
        yield ("measure", step.name, "stale"), f"{name} is stale" if old else f"not ({name} is stale)"
    if found["points"] is not None:
        yield ("measure", step.name, "points"), equals(f"{name}.points", found["points"])
    if isinstance(found["value"], int | float) and step.value is not None:
        said = of_value(f"{name}.value", found["value"], step.value.type)
        yield ("measure", step.name, "value"), said


def _of_card(step: r.Scorecard, result: Mapping[str, Any]) -> Iterator[tuple[Thing, str]]:
    found, name = result["scorecards"][step.name], words.name(step.label)
    yield ("card", step.name, ""), of_card(step, result)
    if found["score"] is not None:
        yield ("card", step.name, "score"), equals(f"{name}.score", found["score"])
    if found.get("borderline"):
        yield (
            ("card", step.name, "borderline"),
            f"{name}.borderline = {words.quoted(found['borderline']['band'])}",
        )
    for path, node in found["nodes"].items():
        steps = ".".join(words.member_name(each) for each in path.split("."))
        if node.get("effective_weight"):
            share = round(node["effective_weight"] * 100, 3)
            yield (
                ("node", f"{step.name} {path}", "weight"),
                f"{name}.{steps}.effective_weight = {share:g}% to within 0.001%",
            )
