"""What holds for all tests: no property fails by the clock, and Ctrl-C reaches the processes that they start, also where the tests
themselves run in the background."""

from __future__ import annotations

import signal

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if settings.get_current_profile_name() != "mutation":  # mutants are tried with a profile of their own
    settings.load_profile("any machine")


def pytest_configure(config: pytest.Config) -> None:
    """A shell that starts something in the background lets it ignore interrupts, and every process below inherits that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
