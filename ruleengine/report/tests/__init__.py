"""What came of ruleset tests, in the formats that people and machines read."""

from ruleengine.report.tests.data import render as render_json
from ruleengine.report.tests.junit import render as render_junit

__all__ = ["render_json", "render_junit"]
