"""The files for continuous integration: their commands are run, step by step, in a repository with a ruleset."""
