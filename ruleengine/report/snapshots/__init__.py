"""Snapshots for people and programs: the text that is kept of an account, and what differs from it."""

from ruleengine.report.snapshots.text import render_snapshot as render_snapshot
