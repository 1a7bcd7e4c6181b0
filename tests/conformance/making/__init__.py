"""What makes the files of the suite: `python -m tests.conformance.making` writes them."""
