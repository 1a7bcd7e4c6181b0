"""What two rulesets are compared by: scorecards, triggers, matrices and outputs that both have; and what each gives an account.

In: two programs, results. Out: `Subject`s, of each whether the two say the very same of it (and of all that it rests on), and
what a result gives at it. Scores are equal within 10⁻⁹ of their size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from ruleengine.analysis.findings import Given
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import WORDING, shape_of
from ruleengine.tree.walk import walk

NA_WORD = "na"
SCORED = "scored"
FIRES, RESTS = "fires", "does not fire"
_NEAR = 1e-9
_KINDS: Mapping[type, str] = {
    r.Scorecard: "card",
    r.Trigger: "trigger",
    r.Matrix: "matrix",
    r.Output: "output",
}
#: Words of a trigger that is a result of its own, and of what is said for an account.
_NO_WORDS = {
    **WORDING,
    r.Trigger: frozenset({"label", "title", "description", "playbook", "reason", "due", "fields"}),
}


@frozen(slots=True, eq=False)
class Subject:
    """Something that both rulesets have: its kind, its name in the author's words, and the two steps."""

    kind: str
    label: str
    old: Any
    new: Any


def subjects(old: r.Program, new: r.Program, apart: list[str]) -> Iterator[Subject]:
    """What both have; adds to `apart` what only one has."""
    was, now = dict(_own(old)), dict(_own(new))
    for key, step in was.items():
        if key in now:
            yield Subject(*key, step, now[key])
        else:
            apart.append(f"only the old ruleset has the {key[0]} `{key[1]}`")
    apart += [
        f"only the new ruleset has the {kind} `{label}`" for kind, label in now if (kind, label) not in was
    ]


def _own(program: r.Program) -> Iterator[tuple[tuple[str, str], r.Step]]:
    for step in program.steps:
        kind = _KINDS.get(type(step))
        if kind is not None and getattr(step, "visible", True):
            yield (kind, str(getattr(step, "label", ""))), step


# ── what is said in the tree ────────────────────────────────────────────────────────────────────────────────────────


class Sayings:
    """Numbers for what the steps of programs say, with all that they rest on: equal for equal meanings."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def of(self, program: r.Program) -> dict[str, int]:
        """The number of each step by its name, outputs by `output NAME`."""
        names: dict[str, str] = {}
        found: dict[str, int] = {}
        bands = {each.key: self._number(shape_of(each, _NO_WORDS)) for each in program.band_sets}
        calendar = (program.zone, program.fiscal_month, self._assumed(program))
        for body in _in_order(program):
            name = body.key.partition("(")[0]
            names[name] = f"#{self._number((shape_of(body, _NO_WORDS, names), calendar))}"
        for step in program.steps:
            key = f"output {step.name}" if isinstance(step, r.Output) else getattr(step, "name", "")
            if isinstance(step, r.Measure):
                for let in step.lets:
                    names[let.name] = f"#{self._number((shape_of(let.value, _NO_WORDS, names), calendar))}"
            said = (shape_of(step, _NO_WORDS, names), calendar, bands.get(getattr(step, "bands", "")))
            number = self._number(said)
            if key:
                found[key] = number
                names[key] = f"#{number}"
                names[f"{key}.value"] = f"#{number} value"
        return found

    def _number(self, meaning: Any) -> int:
        return self._numbers.setdefault(meaning, len(self._numbers))

    def _assumed(self, program: r.Program) -> Any:
        return shape_of(program.assumptions, _NO_WORDS)


def _in_order(program: r.Program) -> list[r.Definition | r.Table]:
    """Definitions and tables, each after what it calls."""
    bodies: list[r.Definition | r.Table] = [*program.definitions, *program.tables]
    waiting = {body.key: body for body in bodies}
    calls = {
        body.key: {node.instance for node in walk(body) if isinstance(node, e.CallDefinition)}
        for body in bodies
    }
    done: list[r.Definition | r.Table] = []
    while waiting:
        ready = [key for key in waiting if not (calls[key] & waiting.keys() - {key})] or list(waiting)
        done += [waiting.pop(key) for key in ready]
    return done


# ── what is given ───────────────────────────────────────────────────────────────────────────────────────────────────


def given(result: Mapping[str, Any], kind: str, step: Any) -> Given:
    """What a result gives at a subject."""
    if kind == "card":
        found = result["scorecards"][step.name]
        if found["status"] != SCORED:
            return Given(NA_WORD, None, str(found["status"]))
        return Given(found["band"] or SCORED, found["score"])
    if kind == "trigger":
        fires = any(each["name"] == step.name for each in result["triggers"])
        return Given(FIRES if fires else RESTS)
    if kind == "matrix":
        cell = result["matrices"][step.name]
        known = cell["status"] == SCORED
        return Given(str(cell["label"])) if known else Given(NA_WORD, None, str(cell["status"]))
    value = result["outputs"].get(step.name)
    if isinstance(value, float | int) and not isinstance(value, bool):
        return Given(SCORED, float(value))
    return Given(NA_WORD if value is None else str(value))


def of_scores(found: tuple[float | None, str | None]) -> Given:
    """What a scorecard gives, as final scores tell it: without the reason why it is NA."""
    score, band = found
    return Given(NA_WORD) if score is None and band is None else Given(band or SCORED, score)


def part_of_change(old: Given, new: Given) -> str:
    """What differs: band, score or reason; empty where nothing does."""
    if old.word != new.word:
        return "band"
    if old.score is None or new.score is None:
        if old.score is not new.score:
            return "score"
        return "reason" if old.reason != new.reason else ""
    return "score" if abs(old.score - new.score) > _NEAR * max(1.0, abs(old.score), abs(new.score)) else ""


def words_of(subject: Subject, program: r.Program, step: object) -> Sequence[str]:
    """The words that a ruleset can give at a subject, as far as they are few."""
    if subject.kind == "trigger":
        return (FIRES, RESTS)
    if subject.kind != "card" or not isinstance(step, r.Scorecard):
        return ()
    key = step.bands
    names = [band.name for each in program.band_sets if each.key == key for band in each.bands]
    return (*(names or [SCORED]), NA_WORD)
