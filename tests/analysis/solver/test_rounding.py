"""Sums of amounts are rounded by an evaluation, and no proof leaves that out: what reckoning exactly would prove stays open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ruleengine.analysis.equivalence import equivalent
from ruleengine.analysis.findings import Answer, Verdict
from ruleengine.analysis.solver.solver import Solver
from ruleengine.evaluator.program import Evaluator
from ruleengine.tree import ruleset as r
from tests.analysis.small import AS_OF, SCHEMA, opened

pytest.importorskip("z3", reason="proofs need the extra `prove`")

_MONEY = {"type": "number", "minimum": 0}
FACTS: dict[str, Any] = {
    **SCHEMA,
    "required": ["id", "licence", "services", "support", "fee", "users", "issues", "whole"],
    "properties": {
        **SCHEMA["properties"],
        "licence": _MONEY, "services": _MONEY, "support": _MONEY, "fee": {**_MONEY, "maximum": 1000},
        "whole": {"type": "integer", "minimum": 0},
    },
}  # fmt: skip


def violated(folder: Path, always: str) -> Answer:
    """Whether an account can violate what shall always hold."""
    side = opened(folder, f'trigger t "T" {{ when not ({always}) }}\n', schema=FACTS).side
    trigger = next(step for step in side.program.steps if isinstance(step, r.Trigger))
    return Solver(side, AS_OF).possible(trigger.alternatives[0].condition, 10)


@pytest.mark.parametrize(
    ("always", "facts"),
    [
        ("licence + services + support - licence - services = support",
         {"licence": 4507137.29, "services": 30589.98, "support": 2544.59}),
        ("licence + 0.1 - licence = 0.1", {"licence": 10000000.3}),
        ("floor(licence + 0.95 - licence) = 0", {"licence": 999999999999999.9}),
        ("sum(licence, services) - licence = services", {"licence": 10000000.3, "services": 0.1}),
        ("mean(licence, services) * 2 - licence = services", {"licence": 10000000.3, "services": 0.1}),
        ("licence / 3 * 3 - licence + services = services", {"licence": 1e14 + 0.5, "services": 0.1}),
    ],
)  # fmt: skip
def test_what_only_exact_reckoning_proves_is_not_proved(
    tmp_path: Path, always: str, facts: dict[str, Any]
) -> None:
    side = opened(tmp_path, f'trigger t "T" {{ when not ({always}) }}\n', schema=FACTS).side
    document = {
        "id": "a",
        "licence": 0,
        "services": 0,
        "support": 0,
        "fee": 0,
        "users": 0,
        "issues": 0,
        "whole": 0,
    }
    fired = Evaluator(side.program).result({**document, **facts}, AS_OF)["triggers"]
    if facts["licence"] < 1e14:  # these accounts show that a proof would have been wrong
        assert [each["name"] for each in fired] == ["t"]
    assert violated(tmp_path, always).verdict is not Verdict.PROVED


@pytest.mark.parametrize(
    "always",
    [
        "(licence + services) + 1 = licence + (services + 1)",  # large numbers are equal when 14 digits are
        "fee + fee - fee = fee",  # what stays small is rounded by less than a difference takes
        "whole + users - whole = users",  # whole numbers are exact
        "licence + services >= licence - 1 or licence > 1000000",
        "(licence + services > 1000) or (licence + services <= 1000)",  # one computation, one result
        "licence + services = services + licence or licence + services = licence + services",
        "licence + 1 > licence or licence > 5000000",
        "min(licence, services) <= max(licence, services)",
    ],
)
def test_what_rounding_cannot_change_is_still_proved(tmp_path: Path, always: str) -> None:
    assert violated(tmp_path, always).verdict is Verdict.PROVED


def test_an_account_is_found_where_nothing_needs_to_be_rounded(tmp_path: Path) -> None:
    found = violated(tmp_path, "licence + services < 1000000 and licence + services != 77.5")
    assert found.verdict is Verdict.SHOWN


RULES = """
let total = licence + services + support
measure rest "Rest" {{ value {value} ; rate {{ green when = support ; red otherwise }} }}
scorecard health "Health" {{ bands rag ; rest }}
"""


@pytest.mark.parametrize(
    ("value", "proved"),
    [("support", False), ("total - licence - (services)", True)],
)
def test_rulesets_that_round_otherwise_are_not_proved_equal(tmp_path: Path, value: str, proved: bool) -> None:
    old, new = (
        opened(tmp_path / name, RULES.format(value=each), schema=FACTS).side
        for name, each in (("old", "total - licence - services"), ("new", value))
    )
    found = equivalent(old, new, [], AS_OF, 10, True)
    assert (found.verdict is Verdict.PROVED) is proved
