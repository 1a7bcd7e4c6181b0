"""Measurements of the engine against hand-written code and other engines: `python -m benchmarks.run`."""
