"""Every published ruleset has tests in its own language, which pass and reach what it says; the examples reach its bands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ruleengine.cli.main import ruleengine as command
from tests.rulesets.account_documents import ROOT, ruleset

RULESETS = sorted(
    path for path in (ROOT / "rulesets").glob("*/*.rules") if not path.name.endswith(".test.rules")
)
ACCOUNTS = [
    json.loads(line) for line in (ROOT / "examples/accounts.ndjson").read_text(encoding="utf-8").splitlines()
]
AS_OF = "2024-03-01"

#: Every band that some measures and scorecards of these rulesets can have, by what stands in the rulesets.
USE = {"wide", "some", "unused"}
ADOPTION = {"adopted", "not_adopted"}
DORA = {"elite", "high", "medium", "low"}
BANDS = {
    "platform_adoption": {"platform_adoption": {"green", "yellow", "red"}},
    "ci_adoption_detail": dict.fromkeys(("child_pipelines", "code_coverage", "dependency_caching"), USE),
    "devops_adoption": dict.fromkeys(("dev", "sec", "ops", "approvals", "dast", "runners"), ADOPTION),
    "value_stream": dict.fromkeys(
        ("deployment_frequency", "lead_time_for_changes", "time_to_restore", "change_failure_rate"), DORA
    ),
}


@pytest.mark.parametrize("path", RULESETS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_version_has_tests_beside_it(path: Path) -> None:
    assert path.with_name(f"{path.stem}.test.rules").is_file()


def test_the_tests_pass_and_reach_at_least_95_of_100_bands_and_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    outcome = CliRunner().invoke(command, ["test", "--coverage-min", "95", "--jobs", "1"])
    assert outcome.exit_code == 0, outcome.output


@pytest.mark.parametrize("name", BANDS)
def test_the_examples_reach_every_band(name: str) -> None:
    rules = ruleset(name, "1.0.0")
    results = [rules.score_dict(account, AS_OF) for account in ACCOUNTS]
    for label, bands in BANDS[name].items():
        kind = "measures" if label in results[0]["measures"] else "scorecards"
        assert {each[kind][label]["band"] for each in results} - {None} == bands, label


@pytest.mark.parametrize(
    ("name", "account", "card", "score"),
    [
        ("ci_adoption_detail", "ci-detail-001", "ci_adoption_detail", 65),
        # (87.5 + 87.5 + (62.5 + 87.5 + 62.5) / 3 + (87.5 + 87.5 + 25) / 3) / 4
        ("platform_adoption", "use-cases-mean-001", "platform_adoption", 78.125),
        # nine features capped at 100, pipelines at 11.2 / 12.8
        ("devops_score", "high-touch-001", "devops_score", 98.75),
    ],
)
def test_worked_examples(name: str, account: str, card: str, score: float) -> None:
    facts = next(each for each in ACCOUNTS if each["id"] == account)
    result = ruleset(name, "1.0.0").score_dict(facts, AS_OF)
    assert result["scorecards"][card]["score"] == pytest.approx(score, abs=1e-9)
