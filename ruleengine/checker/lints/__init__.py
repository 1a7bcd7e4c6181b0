"""Lints: what is allowed, and most likely not meant: one file each, listed in `ruleengine.checker.check`."""
