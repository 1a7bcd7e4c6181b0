"""What the analysis finds in our own rulesets is accepted there with a reason; CI asks all of it of all of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ruleengine.analysis.inspect import inspect, open_ruleset
from ruleengine.analysis.options import Options

ROOT = Path(__file__).parents[2]
ONLY = frozenset({"neglect"})


@pytest.mark.parametrize(
    ("selector", "accepted"),
    [
        ("use_case_adoption@4.0.0", {("RE705", "devsecops_adoption"), ("RE705", "cd_adoption")}),
        ("devops_adoption@1.0.0", {("RE705", "dev"), ("RE705", "sec"), ("RE705", "ops")}),
    ],
)
def test_what_little_data_does_is_accepted_with_a_reason(
    selector: str, accepted: set[tuple[str, str]]
) -> None:
    day = date(2024, 3, 1)
    opened = open_ruleset(selector, ROOT / "rulesets", ROOT / "schemas", day)
    found = inspect(opened, [], day, Options(only=ONLY, solver=False))
    assert found.left == ()
    assert {
        (each.diagnostic.code, each.finding.subject) for each in found.accepted if each.finding
    } == accepted
    assert all(each.accepted and len(each.accepted) > 40 for each in found.accepted)
