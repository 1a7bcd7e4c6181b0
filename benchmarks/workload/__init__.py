"""The one workload of every benchmark: a ruleset, the schema of its facts, and a generator of accounts."""
