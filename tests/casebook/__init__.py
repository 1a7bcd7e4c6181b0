"""Tests of ruleset tests."""
