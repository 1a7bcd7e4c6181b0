"""The service to which comments go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ci_files.service import Service, serve


@pytest.fixture
def service() -> Iterator[Service]:
    """A service on this machine."""
    with serve() as running:
        yield running
