"""What holds for all tests: Ctrl-C reaches the processes that they start, also where the tests themselves run in the background."""

from __future__ import annotations

import signal

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """A shell that starts something in the background lets it ignore interrupts, and every process below inherits that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
