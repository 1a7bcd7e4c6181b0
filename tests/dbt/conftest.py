"""Projects of dbt over DuckDB. Without dbt the stage fails, and says what to do."""

from __future__ import annotations

from importlib.util import find_spec

import pytest


def pytest_sessionstart(session: pytest.Session) -> None:
    """Nothing here may pass for lack of dbt."""
    if find_spec("dbt") is None or find_spec("dbt.adapters") is None:
        pytest.exit("dbt is not installed: run `pip install 'ruleengine[test,dbt]'`", returncode=1)
