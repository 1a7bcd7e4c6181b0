"""Tests that run Spark on this machine. They are a stage of their own: `python -m pytest tests/spark`."""
