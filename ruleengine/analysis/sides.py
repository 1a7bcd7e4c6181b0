"""What an analysis needs to know of a ruleset: its program, the texts it came from, the schema of its facts."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from ruleengine.facts.model import FactSchema
from ruleengine.source import Source
from ruleengine.tree import ruleset as r


@frozen(slots=True, eq=False)
class Side:
    """A ruleset that is analysed, or one of two that are compared."""

    program: r.Program
    sources: Mapping[str, Source]
    schema: FactSchema
