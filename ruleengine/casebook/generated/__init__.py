"""Tests that say what a ruleset says today, at every edge of it."""
