"""Writes the files of the suite: `python -m tests.conformance.making`."""

from __future__ import annotations

import sys

from tests.conformance.making.all_topics import write

if __name__ == "__main__":
    sys.exit(write())
