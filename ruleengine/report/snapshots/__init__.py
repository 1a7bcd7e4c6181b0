"""Snapshots for people: the text that is kept of an account, and what differs from it."""

from ruleengine.report.snapshots.text import render_snapshot as render_snapshot
from ruleengine.report.snapshots.text import verdicts_in as verdicts_in
