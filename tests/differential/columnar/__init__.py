"""The emitted SQL against the evaluator: random rulesets, each with many random accounts in one query."""
