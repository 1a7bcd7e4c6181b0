"""A declarative rules engine with its own language for scoring accounts and explaining every number."""

__version__ = "0.1.0"
