"""What was found where an expectation asked, and which line of the ruleset decided.

In: an expectation, what its probe found, and the result of the account: all of one run of one program. Out: a sentence
for people, and places in the ruleset.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from ruleengine.casebook.exact import exact, undecided
from ruleengine.casebook.model import Expectation, Part, Subject
from ruleengine.evaluator.explain import shown
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import NA

_SECRET = "(secret)"


@frozen(slots=True)
class Decided:
    """A line of the ruleset, and the measure, card or other thing that it decided."""

    name: str
    path: str
    line: int


@frozen(slots=True, eq=False)
class Finder:
    """Says what a program found."""

    steps: Mapping[str, r.Step]

    @classmethod
    def of(cls, program: r.Program) -> Finder:
        """A finder for the results of a program."""
        return cls({step.name: step for step in program.steps if not isinstance(step, r.Check | r.Probe)})

    # ── what was found ──

    def condition(self, expectation: Expectation, answer: Sequence[Any], result: Mapping[str, Any]) -> str:
        """What the parts of a condition are."""
        said = [f"{part.text} is {self._part(part, answer, result)}" for part in expectation.parts]
        verdict = answer[0]
        if verdict.__class__ is NA:
            why = undecided(verdict)
            said.append("so it is undecided" + (f" ({why})" if not any(why in each for each in said) else ""))
        return "; ".join(said) or ("undecided" if verdict.__class__ is NA else "it does not hold")

    def _part(self, part: Part, answer: Sequence[Any], result: Mapping[str, Any]) -> str:
        if part.value is None:
            assert part.subject is not None
            return self._subject(part.subject, part.text.startswith("computed "), result)
        value = answer[part.place]
        if part.secret and value.__class__ is not NA:
            return _SECRET
        return exact(value, part.value.type, percent=self._as_percent(part.value))

    def _as_percent(self, node: e.Expression) -> bool:
        """Whether a number is the value of something that is shown as a percentage."""
        if isinstance(node, e.Reference):
            name = node.name if node.part == "value" else ""
        else:
            name = node.name.removeprefix("output ") if isinstance(node, e.Variable) else ""
        step = self.steps.get(name)
        return isinstance(step, r.Measure | r.Output) and step.percent

    def _subject(self, subject: Subject, computed: bool, result: Mapping[str, Any]) -> str:
        if subject.kind == "measure":
            return self._measure(subject.name, computed, result["measures"][subject.name])
        if subject.kind == "card":
            return _card(result["scorecards"][subject.name], computed)
        if subject.kind == "node":
            return _card(result["scorecards"][subject.name]["nodes"][subject.path], computed)
        return _other(subject.name, result)

    def _measure(self, name: str, computed: bool, found: Mapping[str, Any]) -> str:
        band = found.get("computed_band", found["band"]) if computed else found["band"]
        points = found.get("computed_points", found["points"]) if computed else found["points"]
        status = found["status"].replace("_", " ")
        if band is None and points is None:
            return f"{status} ({found['reason']})" if found["reason"] else status
        step = self.steps.get(name)
        kind = step.value.type if isinstance(step, r.Measure) and step.value is not None else None
        value = shown(found["value"], kind, isinstance(step, r.Measure) and step.percent)
        details = [f"value {value}"] if value else []
        if band is not None and points is not None:
            details.append(f"{points:g} points")
        if found["status"] == "stale":
            details.append("stale")
        main = band if band is not None else f"{points:g} points"
        return f"{main} ({', '.join(details)})" if details else main

    # ── which line decided ──

    def decided(self, expectation: Expectation, result: Mapping[str, Any]) -> Iterator[Decided]:
        """The lines that decided about what an expectation asks, each once."""
        known: set[tuple[str, int]] = set()
        for subject in expectation.subjects:
            found = self._decided(subject, result)
            if found is not None and (found.path, found.line) not in known:
                known.add((found.path, found.line))
                yield found

    def _decided(self, subject: Subject, result: Mapping[str, Any]) -> Decided | None:
        step = self.steps.get(subject.name)
        if step is None:
            return None
        path, line = step.span.path, step.span.line
        if isinstance(step, r.Measure):
            line = result["measures"][step.name]["line"] or line
        elif isinstance(step, r.Scorecard):
            if subject.kind == "node":
                return self._node(step, subject.path, result)
            line = _acted(result["scorecards"][step.name]) or line
        elif isinstance(step, r.Matrix):
            line = result["matrices"][step.name]["line"] or line
        return Decided(getattr(step, "label", subject.name), path, line)

    def _node(self, card: r.Scorecard, path: str, result: Mapping[str, Any]) -> Decided | None:
        """The line of a group, or what decided about the member at that place."""
        place: r.Block | r.Member = card.block
        for label in path.split("."):
            children = place.children if isinstance(place, r.Block) else ()
            found = next((child for child in children if child.label == label), None)
            if found is None:
                break
            place = found
        if isinstance(place, r.Member):
            kind = "measure" if place.kind == "measure" else "card"
            decided = self._decided(Subject(kind, place.name, "", place.span), result)
            if decided is not None:
                return decided
        return Decided(path, place.span.path, place.span.line)


def _acted(card: Mapping[str, Any]) -> int | None:
    """The line of the override or the limit that acted."""
    if card["override"] is not None:
        line: int = card["override"]["line"]
        return line
    return card["limits"][-1]["line"] if card["limits"] else None


def _card(found: Mapping[str, Any], computed: bool) -> str:
    band = found.get("computed_band", found["band"]) if computed else found["band"]
    score = found.get("computed_score", found["score"]) if computed else found["score"]
    if band is None and score is None:
        reason = found.get("reason")
        status = found["status"].replace("_", " ")
        if computed and status == "scored":  # an override alone gives it a band
            return "without a score"
        return f"{status} ({reason})" if reason else status
    number = f"score {shown(score, None, False)}" if score is not None else ""
    if band is None:
        return number
    return f"{band} ({number})" if number else f"{band}"


def _other(name: str, result: Mapping[str, Any]) -> str:
    """A matrix, a trigger, or a name of which the result says nothing."""
    matrix = result["matrices"].get(name)
    if matrix is not None:
        return str(matrix["cell"] or matrix["status"].replace("_", " "))
    return "yes" if any(trigger["name"] == name for trigger in result["triggers"]) else "no"
