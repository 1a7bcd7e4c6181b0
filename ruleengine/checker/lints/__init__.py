"""Lints: what is allowed, and most likely not meant. One file each, all of them listed in `ruleengine.checker.check`."""
