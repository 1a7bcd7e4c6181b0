"""Two results of one evaluation, field by field.

In: the result of the reference and that of the engine, both as JSON objects. Out: one line a difference,
with the path to the field. Numbers are the same within 10⁻⁹, absolutely or of the larger one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

CARD = ("status", "score", "band", "computed_score", "computed_band", "coverage", "borderline", "next_band")
TRIGGER = ("title", "kind", "severity", "playbook", "reason", "because", "due", "fields", "flagged", "line")
MATRIX = ("status", "cell", "label", "owner", "text", "fields", "at")
NODE = ("status", "score", "band", "weight", "effective_weight", "contribution", "imputed")
MEASURE = ("status", "value", "band", "points", "computed_band", "computed_points")
#: The problems that the reference finds; what the facts reader alone reports is not among them.
CODES = (*(f"RE{number}" for number in range(505, 513)), "RE518")


def differences(expected: Mapping[str, Any], found: Mapping[str, Any], slack: float = 0.0) -> list[str]:
    """Everything in which `found` differs from `expected`; numbers may differ by `slack` besides."""
    same = Comparison(slack)
    return [
        *same.named(expected["measures"], found["measures"], MEASURE, "measures"),
        *same.limits(expected["measures"], found["measures"], "measures"),
        *same.cards(expected["scorecards"], found["scorecards"]),
        *same.named(expected["matrices"], found["matrices"], MATRIX, "matrices"),
        *same.triggers(expected["triggers"], found["triggers"]),
        *same.values(expected["outputs"], found["outputs"], "outputs"),
        *same.values(sorted(expected["segments"]), sorted(found["segments"]), "segments"),
        *same.values(_in_order(expected["assumptions"]), _in_order(found["assumptions"]), "assumptions"),
        *same.values(sorted(expected["problems"]), problem_codes(found), "problems"),
    ]


def score_differences(traced: Mapping[str, Any], scores: Mapping[str, tuple[Any, Any]]) -> list[str]:
    """Everything in which scoring without a trace differs from the whole result of the engine itself."""
    cards = {name: [card["score"], card["band"]] for name, card in traced["scorecards"].items()}
    return list(Comparison().values(cards, {name: list(each) for name, each in scores.items()}, "scores"))


def problem_codes(result: Mapping[str, Any]) -> list[str]:
    """The codes of an engine's problems, in order."""
    codes = [each["code"] if isinstance(each, Mapping) else each for each in result["problems"]]
    return sorted(code for code in codes if code in CODES)


def slack_of(facts: Any) -> float:
    """How much digits can be lost where numbers as large as those of a document cancel out each other."""
    if isinstance(facts, Mapping):
        return max(map(slack_of, facts.values()), default=0.0)
    if isinstance(facts, list):
        return max(map(slack_of, facts), default=0.0)
    return abs(facts) * 1e-15 if _is_number(facts) and abs(facts) < 10**15 else 0.0


@frozen
class Comparison:
    """Compares results; numbers are the same within 10⁻⁹, or within `slack`."""

    slack: float = 0.0

    def named(
        self, expected: Mapping[str, Any], found: Mapping[str, Any], keys: tuple[str, ...], path: str
    ) -> Iterator[str]:
        """The same fields of everything that has a name."""
        if set(expected) != set(found):
            yield f"{path}: {sorted(expected)} expected, {sorted(found)} found"
            return
        for name in expected:
            for key in keys:
                yield from self.values(expected[name].get(key), found[name].get(key), f"{path}.{name}.{key}")

    def cards(self, expected: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
        """Scorecards and their nodes."""
        yield from self.named(expected, found, CARD, "scorecards")
        yield from self.limits(expected, found, "scorecards")
        for name in expected.keys() & found.keys():
            nodes = expected[name]["nodes"], found[name]["nodes"]
            yield from self.named(*nodes, NODE, f"scorecards.{name}.nodes")

    def triggers(self, expected: list[Any], found: list[Any]) -> Iterator[str]:
        """What fired, and what it says: in the same order, and in every part."""
        names = [[each["name"] for each in triggers] for triggers in (expected, found)]
        yield from self.values(names[0], names[1], "triggers")
        both = {each["name"]: each for each in expected}, {each["name"]: each for each in found}
        if names[0] == names[1]:
            yield from self.named(*both, TRIGGER, "triggers")

    def limits(self, expected: Mapping[str, Any], found: Mapping[str, Any], path: str) -> Iterator[str]:
        """Overrides, caps and floors of everything that has a name."""
        for name in expected.keys() & found.keys():
            ours, theirs = expected[name], found[name]
            yield from self.values(
                ours.get("override"), _limit(theirs.get("override")), f"{path}.{name}.override"
            )
            limits = [_limit(each) for each in theirs.get("limits", [])]
            yield from self.values(ours.get("limits", []), limits, f"{path}.{name}.limits")

    def values(self, expected: Any, found: Any, path: str) -> Iterator[str]:
        """Two values of any kind."""
        if isinstance(expected, Mapping) and isinstance(found, Mapping) and expected.keys() == found.keys():
            for key in expected:
                yield from self.values(expected[key], found[key], f"{path}.{key}")
        elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
            for at, (one, other) in enumerate(zip(expected, found, strict=True)):
                yield from self.values(one, other, f"{path}.{at}")
        elif not self._equal(expected, found):
            yield f"{path}: {expected!r} expected, {found!r} found"

    def _equal(self, expected: Any, found: Any) -> bool:
        if _is_number(expected) and _is_number(found):
            within = 1e-9 * max(1.0, abs(expected), abs(found)) + self.slack
            return bool(abs(expected - found) <= within)
        return type(expected) is type(found) and bool(expected == found)


def _limit(limit: Any) -> Any:
    """What both know of a limit: all but its line."""
    return limit and _without(limit, "line")


def _in_order(assumptions: list[Any]) -> list[Any]:
    return sorted((_without(each, "reason") for each in assumptions), key=str)


def _without(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != name}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
