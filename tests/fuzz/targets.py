"""All targets by name."""

from __future__ import annotations

from tests.fuzz import command_target, data_targets, evaluate_target, ruleset_targets
from tests.fuzz.target import Target

TARGETS: dict[str, Target] = {
    target.name: target
    for module in (ruleset_targets, data_targets, evaluate_target, command_target)
    for target in module.TARGETS
}
