"""Nodes of ruleset tests: facts in, expectations out, one test or a table of cases."""

from __future__ import annotations

from attrs import frozen

from ruleengine.syntax.expression_nodes import Date, Expression, Name, Node, Record, Word
from ruleengine.syntax.item_nodes import Item


@frozen(slots=True, eq=False, repr=False)
class TestDay(Node):
    """`as of 2024-03-01`, or `as of day` with a column of the cases."""

    day: Date | Name


@frozen(slots=True, eq=False, repr=False)
class TestFacts(Node):
    """`facts "examples/accounts.ndjson" id "acme-001"`, or `facts { account: { … } }`: one of `path` and `record`."""

    path: str | None = None
    id: Expression | None = None
    record: Record | None = None


@frozen(slots=True, eq=False, repr=False)
class TestChange(Node):
    """`with account.csm_priority = na`: a change of the facts."""

    path: Expression
    value: Expression


@frozen(slots=True, eq=False, repr=False)
class TestPrevious(Node):
    """`previous "results.ndjson" id "acme-001"`, or `previous as of 2024-02-01 { health: { band: green } }`."""

    path: str | None = None
    id: Expression | None = None
    record: Record | None = None
    day: Date | Name | None = None


@frozen(slots=True, eq=False, repr=False)
class Expect(Node):
    """`expect health is green`, `expect health.score = 66.67 to within 0.01`."""

    condition: Expression
    tolerance: Expression | None = None


@frozen(slots=True, eq=False, repr=False)
class ExpectProblem(Node):
    """`expect problem "…"`; with `absent` it is `expect no problem`, of that text or of any."""

    text: str | None
    absent: bool = False


@frozen(slots=True, eq=False, repr=False)
class CaseRow(Node):
    """`2024-01-26, green`: one value for each column."""

    cells: tuple[Expression, ...]


@frozen(slots=True, eq=False, repr=False)
class Cases(Node):
    """`cases meeting, expected { … }`: the test is run once for each row."""

    columns: tuple[Word, ...]
    rows: tuple[CaseRow, ...]


TestStatement = TestDay | TestFacts | TestChange | TestPrevious | Expect | ExpectProblem | Cases


@frozen(slots=True, eq=False, repr=False)
class Test(Item):
    """`test "a tech-touch account is scored on Product and Voice alone" { … }`."""

    title: str
    statements: tuple[TestStatement, ...]
