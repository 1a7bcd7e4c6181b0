"""Nodes of texts with values in them, of triggers and of what is said about the account's previous result."""

from __future__ import annotations

from attrs import frozen

from ruleengine.syntax.expression_nodes import Expression, Node, Word
from ruleengine.syntax.item_nodes import Accept, Declaration, Property


@frozen(slots=True, eq=False, repr=False)
class Placeholder(Node):
    """`{license_utilization.value}`, `{share shown as percent}`: a value in a text."""

    value: Expression
    percent: bool = False


@frozen(slots=True, eq=False, repr=False)
class Words(Node):
    """What stands in a text between its values; `{{` and `}}` are braces."""

    text: str


@frozen(slots=True, eq=False, repr=False)
class TextWithValues(Node):
    """`"{license_utilization.value} of the seats are in use"`; `raw` is the text between its quotes, as written."""

    raw: str
    parts: tuple[Words | Placeholder, ...]


@frozen(slots=True, eq=False, repr=False)
class TriggerWhen(Node):
    """`when CONDITION because "…"`: one of the conditions is enough."""

    condition: Expression
    because: TextWithValues | None = None


@frozen(slots=True, eq=False, repr=False)
class TriggerWord(Node):
    """`kind expand`, `severity high`; `key` is kind or severity."""

    key: str
    word: Word


@frozen(slots=True, eq=False, repr=False)
class TriggerText(Node):
    """`playbook "…"`, `reason "…"`; `key` is playbook or reason."""

    key: str
    text: TextWithValues


@frozen(slots=True, eq=False, repr=False)
class Due(Node):
    """`due as_of + 14 days`."""

    date: Expression


@frozen(slots=True, eq=False, repr=False)
class TriggerField(Node):
    """`field risk_reason = renewal.risk_reason default "Other Risk Reason", flagged until changed`."""

    name: str
    value: Expression
    flagged: bool = False


TriggerStatement = Property | TriggerWhen | TriggerWord | TriggerText | Due | TriggerField | Accept


@frozen(slots=True, eq=False, repr=False)
class Trigger(Declaration):
    """`trigger seat_expansion "Seat expansion" { … }`."""

    title: str | None
    statements: tuple[TriggerStatement, ...]
