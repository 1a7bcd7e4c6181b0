"""Nodes of templates: texts for issues, tickets and labels."""

from __future__ import annotations

from attrs import frozen

from ruleengine.syntax.expression_nodes import Expression, Name, Node
from ruleengine.syntax.item_nodes import Accept, Declaration, Property
from ruleengine.syntax.trigger_nodes import TextWithValues


@frozen(slots=True, eq=False, repr=False)
class Reasons(Expression):
    """`reasons of health`: a text for each member that counts, what costs most first."""

    card: Name


@frozen(slots=True, eq=False, repr=False)
class TemplateFor(Node):
    """`for issue_owed`: the accounts for which it is written."""

    condition: Expression


@frozen(slots=True, eq=False, repr=False)
class TemplateFormat(Node):
    """`format markdown`, `format text`."""

    name: str


@frozen(slots=True, eq=False, repr=False)
class TemplateText(Node):
    """`subject "…"`, `body \"\"\"…\"\"\"`; `key` is subject or body."""

    key: str
    text: TextWithValues


@frozen(slots=True, eq=False, repr=False)
class TemplateLabels(Node):
    """`labels "New", "{colour}"`."""

    texts: tuple[TextWithValues, ...]


TemplateStatement = Property | TemplateFor | TemplateFormat | TemplateText | TemplateLabels | Accept


@frozen(slots=True, eq=False, repr=False)
class Template(Declaration):
    """`template triage_issue "Triage issue" { … }`."""

    title: str | None
    statements: tuple[TemplateStatement, ...]
