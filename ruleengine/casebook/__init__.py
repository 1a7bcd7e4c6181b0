"""Tests of rulesets: facts in, expectations out, in the language of the rulesets."""
