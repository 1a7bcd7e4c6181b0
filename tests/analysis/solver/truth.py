"""Whether the terms of a ruleset say of a document what the evaluator says.

In: a ruleset, valid documents. The facts of a document are fixed in the terms. What the evaluator gives must be possible then
(`denied` lists what is not), and where nothing is left open it must be the only thing possible (`open` counts the rest).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from attrs import define, field

from ruleengine.analysis.solver.atoms import Atoms
from ruleengine.analysis.solver.bands import NO_BAND, Rated
from ruleengine.analysis.solver.encoding import Encoding
from ruleengine.analysis.solver.terms import Flag, both, compare, either, exact, minus, no, z3
from ruleengine.api import Ruleset
from ruleengine.evaluator.runtime import DateCache, Reader
from ruleengine.facts.model import find_field
from ruleengine.tree import ruleset as r
from ruleengine.values import Kind

_NEAR = exact(1e-7)


@define
class Agreement:
    """What was compared: subjects whose only possible outcome is the evaluator's, those left open, and those denied."""

    counts: Counter[str] = field(factory=Counter)
    denied: list[str] = field(factory=list)
    left: set[str] = field(factory=set)  # what was not settled for some document


def compared(ruleset: Ruleset, documents: list[dict[str, Any]], as_of: date, seconds: float = 5) -> Agreement:
    """Compare terms and evaluator for some documents."""
    atoms = Atoms([ruleset.schema.root], as_of.toordinal())
    encoding = Encoding(ruleset.program, ruleset.sources, atoms)
    found = Agreement()
    solver = z3().Solver()
    solver.set("timeout", int(seconds * 1000))
    solver.add(*atoms.conditions)
    for document in documents:
        if not readable(ruleset, document):
            continue
        result = ruleset.evaluator.result(document, as_of)
        solver.push()
        solver.add(*fixed(atoms, ruleset, document))
        for subject, claim in claims(encoding, result):
            _one(solver, subject, claim, document, found)
        solver.pop()
    return found


def _one(solver: Any, subject: str, claim: Flag, document: Any, found: Agreement) -> None:
    answer = solver.check(claim if not isinstance(claim, bool) else z3().BoolVal(claim))
    if answer == z3().unsat:
        found.counts["denied"] += 1
        found.denied.append(f"{subject} for {document}")
        return
    other = solver.check(no(claim) if not isinstance(claim, bool) else z3().BoolVal(not claim))
    words = {"unsat": "only", "sat": "open", "unknown": "unknown"}
    word = words[str(other)] if answer == z3().sat else "unknown"
    found.counts[word] += 1
    if word != "only":
        found.left.add(subject.partition(":")[0])


def readable(ruleset: Ruleset, document: Mapping[str, Any]) -> bool:
    """Whether the evaluator reads all that is there: moments at the ends of the calendar have no date in some zones."""
    problems = ruleset.evaluator.result(dict(document), date(2024, 3, 1))["problems"]
    return not any(each["code"] == "RE504" for each in problems)


def fixed(atoms: Atoms, ruleset: Ruleset, document: Mapping[str, Any]) -> Iterator[Any]:
    """The facts of a document as conditions."""
    for path, (there, variable) in atoms.variables.items():
        raw: Any = document
        for name in path:
            raw = raw.get(name) if isinstance(raw, dict) else None
        known = find_field(ruleset.schema.root, path)
        assert known is not None
        if not isinstance(there, bool):
            yield there if raw is not None else z3().Not(there)
        if raw is None or variable is None:
            continue
        kind = known.type.kind
        if kind is Kind.NUMBER:
            yield compare("=", variable, exact(raw))
        elif kind is Kind.FLAG:
            yield variable if raw else z3().Not(variable)
        elif kind in (Kind.DATE, Kind.TIMESTAMP):
            reader = Reader(known, "", ruleset.program.zone, DateCache(), DateCache(), ())
            yield variable == reader(raw, None, None, [])
        else:
            yield variable == atoms.code(raw)


def claims(encoding: Encoding, result: Mapping[str, Any]) -> Iterator[tuple[str, Flag]]:
    """What a result says, as conditions."""
    for step in encoding.program.steps:
        if isinstance(step, r.Scorecard) and step.name in result["scorecards"]:
            given = result["scorecards"][step.name]
            yield (
                f"scorecard {step.label}: {given['status']} {given['score']} {given['band']}",
                _rated(encoding, encoding.final(step.name), given, step.bands),
            )
        elif isinstance(step, r.Measure) and step.name in result["measures"]:
            given = {**result["measures"][step.name]}
            given["score"] = given["points"]
            given["status"] = "scored" if given["status"] == "stale" else given["status"]
            yield (
                f"measure {step.label}: {given['status']} {given['score']} {given['band']}",
                _rated(encoding, encoding.measures[step.name].final, given, step.bands),
            )
        elif isinstance(step, r.Trigger) and step.visible:
            fires = any(each["name"] == step.name for each in result["triggers"])
            flag = encoding.triggers[step.name].is_true()
            yield f"trigger {step.label}: {fires}", flag if fires else no(flag)
        elif isinstance(step, r.Matrix) and step.name in result["matrices"]:
            yield f"matrix {step.label}", _cell(encoding, step, result["matrices"][step.name])


def _rated(encoding: Encoding, found: Rated, given: Mapping[str, Any], key: str) -> Flag:
    if given["status"] != "scored":
        return found.na.get(given["status"], False)
    names = [band.name for band in encoding.sets[key].bands] if key else []
    band = names.index(given["band"]) if given["band"] is not None else NO_BAND
    said = both(found.present, compare("=", found.band, band))
    if given["score"] is None:
        return both(said, no(found.has_score))
    gap = minus(found.score, exact(float(given["score"])))
    return both(said, found.has_score, compare("<=", gap, _NEAR), compare(">=", gap, -_NEAR))


def _cell(encoding: Encoding, step: r.Matrix, given: Mapping[str, Any]) -> Flag:
    found = encoding.cells[step.name]
    if given["status"] != "scored":
        return found.na.get(given["status"], False)
    same = [number for number, cell in enumerate(step.cells) if cell.label == given["label"]]
    return both(found.present, either(*(compare("=", found.term, number) for number in same)))
