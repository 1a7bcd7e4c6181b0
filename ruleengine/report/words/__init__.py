"""The evaluation tree in plain English, for people who read no rulesets."""
