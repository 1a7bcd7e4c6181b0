"""Evaluation tree → Python text, for triggers and for texts with values in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ruleengine.evaluator.definitions import DefinitionWriter
from ruleengine.evaluator.spoken import hidden, speaker
from ruleengine.evaluator.writer import Code
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r


class TriggerWriter(DefinitionWriter):
    """Writes triggers."""

    def trigger(self, node: r.Trigger) -> None:
        """Write whether a trigger fires, and what it says when it does."""
        self.out.line("")
        self.out.line(f"# {node.span.line}: trigger {node.label}")
        tests = [self.atom(self.expression(each.condition)) for each in node.alternatives]
        fires = self.names.variable(node.name, "fires_")
        found = self.kleene("or", tests)
        self.out.line(f"{fires} = {found.text}")
        self.variables[node.name] = Code(fires, found.na, atom=True)
        said = self.names.variable(node.name, "said_")
        if node.name in self.asked_triggers:
            self.out.line(f"{said} = None")
        elif not self.tracing or not node.visible:
            return
        with self.out.block(f"if {fires} is True"):
            self._says(node, tests, said)
            if self.tracing and node.visible:
                self.out.line(f"triggers.append(({node.span.start}, {said}))")

    asked_triggers: set[str]

    def _says(self, node: r.Trigger, tests: list[Code], said: str) -> None:
        because = self.names.temporary("because")
        self.out.line(f"{because} = []")
        line = self.names.temporary("line")
        lines = [each.span.line for each in node.alternatives]
        first = "".join(
            f"{number} if {test.text} is True else " for number, test in zip(lines, tests, strict=True)
        )
        self.out.line(f"{line} = {first}{node.span.line}")
        for each, test in zip(node.alternatives, tests, strict=True):
            if each.because is not None:
                with self.out.block(f"if {test.text} is True"):
                    self.out.line(f"{because}.append({self.text_with_values(each.because)})")
        reason = (
            f"'; '.join({because}) or None" if node.reason is None else self.text_with_values(node.reason)
        )
        playbook = "None" if node.playbook is None else self.text_with_values(node.playbook)
        due = "None" if node.due is None else self._shown(node.due)
        fields = ", ".join(f"{each.name!r}: {self._shown(each.value)}" for each in node.fields)
        flagged = self._flagged(node)
        self.out.line(
            f"{said} = {{'name': {node.name!r}, 'title': {node.title!r}, 'kind': {node.kind or None!r}, "
            f"'severity': {node.severity or None!r}, 'playbook': {playbook}, 'reason': {reason}, 'because': {because}, "
            f"'due': {due}, 'fields': {{{fields}}}, 'flagged': {flagged}, 'line': {line}}}"
        )

    def _shown(self, value: e.Expression) -> str:
        """A value as it stands in a result; null when it is NA or secret."""
        if self.secrets.hides(value):
            return "None"
        found = self.atom(self.expression(value))
        return self.shown(found.text, value.type)

    def _flagged(self, node: r.Trigger) -> str:
        """The list of the fields whose default still stands."""
        standing = []
        for each in node.fields:
            if each.standing is not None:
                value, default = self.value_of(each.value), self.value_of(each.standing)
                standing.append(f"*([{each.name!r}] if same({value.text}, {default.text}) else [])")
        return f"[{', '.join(standing)}]"

    # ── texts ──

    def text_with_values(self, node: r.TextWithValues) -> str:
        """Python for a text: its words, and what its values say."""
        parts = [repr(part) if isinstance(part, str) else self.spoken(part) for part in node.parts]
        if not parts:
            return "''"
        return parts[0] if len(parts) == 1 else f"''.join(({', '.join(parts)}))"

    def spoken(self, part: r.Placeholder) -> str:
        """Python for what stands in the braces of a text."""
        found = self.atom(self.expression(part.value))
        if self.secrets.hides(part.value):
            return f"{self.names.constant(hidden, 'say_secret')}({found.text})"
        key = (str(part.value.type), part.percent)
        say = self.speakers.get(key)
        if say is None:
            say = self.speakers[key] = speaker(part.value.type, part.percent)
        value = self.read_through(found.text, part.value.type)
        return f"{self.names.constant(say, 'say')}({value})"

    speakers: dict[tuple[str, bool], Callable[[Any], str]]
