"""Triggers made at random, and texts with values of every kind in them."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ruleengine.syntax import tree
from tests.differential.fields import NUMBERS
from tests.differential.nodes import make, path, word
from tests.differential.print_ruleset import expression
from tests.differential.print_triggers import raw_text
from tests.differential.random_expressions import Maker
from tests.differential.reference.modules import walk

#: What stands between values: a line break and a tabulator read as blanks only where a value holds them.
WORDS = ("it is ", " and ", "Größe: ", 'said "no" ', "50% of ", "a\\b ", "\t", "naïve ☂ ", "; ")
SEVERITIES = ("low", "medium", "high", "critical")
_FIELDS = (*NUMBERS, "date", "timestamp", "text", "flag", "list")


def text_with_values(maker: Maker, depth: int = 1) -> Any:
    """A text with one to three values in it."""
    parts: list[Any] = []
    for _ in range(maker.random.choice((1, 1, 2, 3))):
        if maker.chance(0.7):
            parts.append(make(tree.Words, maker.random.choice(WORDS)))
        if maker.chance(0.1):
            parts.append(make(tree.Words, maker.random.choice("{}")))
        parts.append(_placeholder(maker, depth))
    return make(tree.TextWithValues, raw_text(parts, expression), tuple(parts))


def _placeholder(maker: Maker, depth: int) -> Any:
    """A value that can stand in braces: one without a text, a record or a word in quotes in it."""
    kind = maker.random.choice(
        (*NUMBERS, "percent", "state", "state", "date", "timestamp", "text", "flag", "list")
    )
    value = maker.named("number")
    for _ in range(5):
        found = _value(maker, kind, depth)
        if not any(
            isinstance(each, tree.Text | tree.Record) or getattr(each, "quoted", False)
            for each in walk(found)
        ):
            value = found
            break
    else:
        kind = "number"
    amount = kind in NUMBERS and not isinstance(value, tree.Name | tree.Member | tree.Previous)
    return make(tree.Placeholder, value, amount and maker.chance(0.2))


def _value(maker: Maker, kind: str, depth: int) -> Any:
    names = maker.names
    if kind == "state":
        states = [*names.measures, *names.cards, *names.groups]
        return path(*maker.random.choice(states).name.split(".")) if states else maker.named("number")
    if kind == "list":
        return maker.one(
            lambda: path(maker.random.choice(("readings", "words"))),
            lambda: make(tree.ListLiteral, tuple(maker.expression("percent", 1) for _ in range(2))),
            lambda: make(tree.ListLiteral, tuple(maker.named("date") for _ in range(2))),
            lambda: _of_visits(maker.random.choice(("share", "on", "ok", "kind"))),
        )  # fmt: skip
    valued = [each for each in names.measures if each.value in NUMBERS]
    if kind == "number" and valued and maker.chance(0.5):
        return path(maker.random.choice(valued).name, "value")
    return maker.expression(kind, depth)


def _of_visits(field: str) -> Any:
    return make(tree.Query, "list_of", "v", path("visits"), None, projection=path("v", field))


@frozen
class TriggerMaker:
    """Makes the triggers of one file; what they say is added to the names."""

    maker: Maker

    def trigger(self, name: str) -> Any:
        """A trigger; those after it may rest on it."""
        statements: list[Any] = [self._when() for _ in range(self.maker.random.choice((1, 1, 2, 3)))]
        said: list[tuple[str, str]] = [("text", "reason")]
        if self.maker.chance(0.4):
            statements.append(
                make(tree.TriggerWord, "kind", word(self.maker.random.choice(("churn", "expand", "high"))))
            )
            said.append(("text", "kind"))
        if self.maker.chance(0.4):
            statements.append(make(tree.TriggerWord, "severity", word(self.maker.random.choice(SEVERITIES))))
            said.append(("text", "severity"))
        statements += [
            make(tree.TriggerText, key, text_with_values(self.maker))
            for key in ("playbook", "reason")
            if self.maker.chance(0.3)
        ]
        if self.maker.chance(0.6):
            statements.append(make(tree.Due, self.maker.expression("date", 2)))
            said.append(("date", "due"))
        fields = [self._field(f"f{at}", said) for at in range(self.maker.random.choice((0, 1, 2)))]
        statements += fields
        self.maker.random.shuffle(statements)
        self.maker.names.add("flag", name)
        for kind, part in said:
            self.maker.names.add(kind, name, part)
        return make(
            tree.Trigger, name, None if self.maker.chance(0.5) else f"Title of {name}", tuple(statements)
        )

    def _when(self) -> Any:
        condition = self.maker.flag(self.maker.random.choice((0, 1, 2)))
        return make(
            tree.TriggerWhen, condition, text_with_values(self.maker) if self.maker.chance(0.7) else None
        )

    def _field(self, name: str, said: list[tuple[str, str]]) -> Any:
        kind = self.maker.random.choice(_FIELDS)
        if kind == "list":
            return make(tree.TriggerField, name, self.maker.plain_list(1))
        said.append((kind, name))
        value = self.maker.named(kind) if kind == "timestamp" else self.maker.expression(kind, 1)
        if self.maker.chance(0.5):
            value = make(tree.Default, (value, self.maker.literal(kind)))
            return make(tree.TriggerField, name, value, self.maker.chance(0.7))
        return make(tree.TriggerField, name, value)
