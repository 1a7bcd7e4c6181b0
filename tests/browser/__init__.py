"""Tests that open pages in a browser. They are a stage of their own: `python -m pytest tests/browser`."""
