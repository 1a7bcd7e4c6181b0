"""What tests reach of rulesets, in the formats that people and machines read."""

from ruleengine.report.coverage.data import render as render_json
from ruleengine.report.coverage.markdown import render as render_markdown
from ruleengine.report.coverage.text import render as render_text

__all__ = ["render_json", "render_markdown", "render_text"]
