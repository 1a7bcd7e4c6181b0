"""The published generations of two rulesets: every change that their pages tell of is an edit, and nothing else is."""

from __future__ import annotations

import pytest

from ruleengine import load
from ruleengine.compare.meaning import differences

CI_AND_THE_REST = [
    # CI is builds alone
    "ci_adoption.builds_per_user added",
    "ci_adoption.ci_deploy_users removed",
    "ci_adoption.ci_deployments_per_user removed",
    "ci_adoption.pipeline_users removed",
    # DevSecOps: two measures in place of two others
    "devsecops_adoption.container_scanning_users removed",
    "devsecops_adoption.scanner_types added",
    "devsecops_adoption.scans_per_pipeline added",
    "devsecops_adoption.secret_detection_users removed",
]
MEASURES_OF_FOUR = [
    # everything is a share of billable users
    "cd_deploy_users.value changed",
    "cd_deployments_per_user.value changed",
    "git_users.value changed",
    "scanner_users.value changed",
    # SCM: red up to 10%, yellow up to 33%
    "git_users.rate.red changed",
    "git_users.rate.yellow changed",
    # DevSecOps on Ultimate alone
    "scanner_users.applies changed",
]
EXPECTED = {
    ("use_case_adoption", "1.0.0", "2.0.0"): [
        # SCM asks for users of git
        "scm_adoption.git_users added",
        "scm_adoption.merge_request_users removed",
        # CI: other edges, two more measures
        "ci_adoption.ci_deploy_users added",
        "ci_adoption.ci_deployments_per_user added",
        "pipeline_users.rate changed",
        # DevSecOps on all plans, other edges, two more measures
        "devsecops_adoption.container_scanning_users added",
        "devsecops_adoption.secret_detection_users added",
        "scanner_users.applies changed",
        "scanner_users.rate changed",
    ],
    ("use_case_adoption", "2.0.0", "3.0.0"): [
        "cd_adoption.cd_deployments_per_user added",
        "cd_adoption.deployment_success_rate added",
        "cd_deploy_users.rate changed",
    ],
    ("use_case_adoption", "3.0.0", "4.0.0"): [*CI_AND_THE_REST, *MEASURES_OF_FOUR],
    ("customer_health", "0.9.0", "1.0.0"): [
        "health.engagement.weight changed",
        "health.outcomes.weight changed",
        "health.product.weight changed",
        "health.risk.weight changed",
        "health.voice.weight changed",
        "health.weights.product_is_na added",
        # its use cases are those of the third generation instead of the second
        "cd_adoption.cd_deployments_per_user added",
        "cd_adoption.deployment_success_rate added",
        "use_case_adoption.cd_deploy_users.rate changed",
    ],
    ("customer_health", "1.0.0", "2.0.0"): [
        # Product stays at 50%; Risk 0 → 25, Outcomes 20 → 10, Voice 10 → 5, Engagement 20 → 10
        "health.engagement.weight changed",
        "health.outcomes.weight changed",
        "health.risk.weight changed",
        "health.voice.weight changed",
        "health.weights.product_is_na removed",
        # user engagement takes 10 of the 40 of license utilization
        "health.product.license_utilization.weight changed",
        "health.product.user_engagement added",
        # its use cases are those of the fourth generation instead of the third
        *CI_AND_THE_REST,
        *(f"use_case_adoption.{each}" for each in MEASURES_OF_FOUR),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new"), EXPECTED)
def test_every_published_change_is_an_edit_and_nothing_else(name: str, old: str, new: str) -> None:
    found = differences(load(f"{name}@{old}").program, load(f"{name}@{new}").program)
    told = [f"{edit.id} {edit.about.change}" for edit in found.edits]
    assert sorted(told) == sorted(EXPECTED[name, old, new])
    assert not found.renamings
    assert {wording.aspect for wording in found.wording} == {"description", "in force from"}


@pytest.mark.parametrize(("name", "old", "new"), EXPECTED)
def test_the_way_back_has_as_many_edits(name: str, old: str, new: str) -> None:
    found = differences(load(f"{name}@{new}").program, load(f"{name}@{old}").program)
    opposite = {"added": "removed", "removed": "added"}
    told = [f"{edit.id} {opposite.get(edit.about.change, edit.about.change)}" for edit in found.edits]
    assert sorted(told) == sorted(EXPECTED[name, old, new])


def test_what_a_cut_is_between_is_told_with_its_side() -> None:
    found = differences(load("use_case_adoption@3.0.0").program, load("use_case_adoption@4.0.0").program)
    cut = next(edit.about for edit in found.edits if edit.id == "git_users.rate.red")
    [before], [after] = cut.old.edges, cut.new.edges
    assert (before.constant.value, before.edge) == (0.25, "<")
    assert (after.constant.value, after.edge) == (0.1, "<=")
    assert cut.old_span is not None
    assert cut.new_span is not None
    assert (cut.old_span.line, cut.new_span.line) == (53, 54)
