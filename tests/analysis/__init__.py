"""Tests of what is claimed of rulesets for all accounts."""
