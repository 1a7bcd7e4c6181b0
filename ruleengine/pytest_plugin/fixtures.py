"""The fixtures that tests of rulesets ask for. Only pytest is imported here; the engine comes with the first use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from ruleengine.api import Ruleset
    from ruleengine.pytest_plugin.accounts import Accounts
    from ruleengine.pytest_plugin.scoring import Changing, Explaining, Scoring

#: The fixture that holds the id of the account of a test. Its name is nobody's own, so that a fixture or a parameter
#: `account` of somebody's tests stays theirs.
ACCOUNT = "_ruleengine_account"


@pytest.fixture
def ruleset(request: pytest.FixtureRequest) -> Ruleset:
    """The loaded ruleset of `@pytest.mark.ruleset("name@2.0.0")`."""
    from ruleengine.pytest_plugin.workbench import workbench_of

    bench = workbench_of(request.config)
    return bench.ruleset(bench.wish(request.node, "ruleset"))


@pytest.fixture
def accounts(request: pytest.FixtureRequest) -> Accounts:
    """The fact documents of the marker's `facts`, by id; what a test does to them is seen by that test alone."""
    from ruleengine.pytest_plugin.workbench import workbench_of

    bench = workbench_of(request.config)
    return bench.accounts(bench.wish(request.node, "accounts"), "accounts").copy()


@pytest.fixture(name=ACCOUNT)
def _ruleengine_account(request: pytest.FixtureRequest) -> str | int:
    """The id of the account that this test is about."""
    if not hasattr(request, "param"):
        pytest.fail("`account` is asked for by a test itself: name it among its arguments", pytrace=False)
    found: str | int = request.param
    return found


@pytest.fixture
def account(request: pytest.FixtureRequest, _ruleengine_account: str | int) -> dict[str, Any]:
    """One fact document of the marker's `facts`; the test runs once for each of them."""
    from ruleengine.pytest_plugin.workbench import workbench_of

    bench = workbench_of(request.config)
    return bench.accounts(bench.wish(request.node, "account"), "account").copy()[_ruleengine_account]


@pytest.fixture
def score(request: pytest.FixtureRequest) -> Scoring:
    """`score(facts, changes={…}, as_of=…, previous=…)`: the result of an account as of the marker's day."""
    from ruleengine.pytest_plugin.scoring import Scoring
    from ruleengine.pytest_plugin.workbench import workbench_of

    return Scoring(workbench_of(request.config).asking(request.node, "score"))


@pytest.fixture
def explanation(request: pytest.FixtureRequest) -> Explaining:
    """`explanation(facts, changes={…}, as_of=…, previous=…)`: why an account has its scores, as text to read."""
    from ruleengine.pytest_plugin.scoring import Explaining
    from ruleengine.pytest_plugin.workbench import workbench_of

    return Explaining(workbench_of(request.config).asking(request.node, "explanation"))


@pytest.fixture
def with_facts(request: pytest.FixtureRequest) -> Changing:
    """`with_facts(facts, {"support.tickets_last_month": 20})`: a copy of a document with other facts."""
    from ruleengine.pytest_plugin.scoring import Changing
    from ruleengine.pytest_plugin.workbench import workbench_of

    return Changing(workbench_of(request.config).asking(request.node, "with_facts"))


class FixtureOfSyrupy:
    """Where syrupy is there: its fixture, with explanations instead of its own format."""

    @pytest.fixture
    def explanation_snapshot(self, snapshot: SnapshotAssertion) -> SnapshotAssertion:
        """`assert ruleset.explain(…) == explanation_snapshot`: the explanation as it is kept in a file."""
        from ruleengine.pytest_plugin.snapshots import ExplanationSnapshotExtension

        return snapshot.use_extension(ExplanationSnapshotExtension)


class FixtureWithoutSyrupy:
    """Where it is not: what to do about it."""

    @pytest.fixture
    def explanation_snapshot(self) -> None:
        """Needs syrupy."""
        pytest.fail(
            "`explanation_snapshot` needs syrupy, which is not there: pip install 'ruleengine[pytest]'",
            pytrace=False,
        )
