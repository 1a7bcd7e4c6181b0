"""Evaluation tree → Python text, for triggers and for texts with values in them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from ruleengine.evaluator.definitions import DefinitionWriter
from ruleengine.evaluator.spoken import hidden, speaker
from ruleengine.evaluator.writer import Code
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk
from ruleengine.values import NA

NOT_FIRED = NA("not_applicable", "the trigger does not fire")


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
        asked = self.asked_parts.get(node.name, ())
        not_fired = self.names.constant(NOT_FIRED, "not_fired")
        for part in asked:
            self.out.line(
                f"{self.part_of_trigger(node.name, part)} = {fires} if {fires}.__class__ is NA else {not_fired}"
            )
        if asked or (self.tracing and node.visible):
            with self.out.block(f"if {fires} is True"):
                self._says(node, tests)

    @cached_property
    def asked_parts(self) -> dict[str, list[str]]:
        """The parts of triggers that expressions ask for, by the name of the trigger."""
        found: dict[str, dict[str, None]] = {}
        for node in walk(self.program):
            if isinstance(node, e.Said) and node.kind == "trigger":
                found.setdefault(node.name, {})[node.part] = None
        return {name: list(parts) for name, parts in found.items()}

    def part_of_trigger(self, name: str, part: str) -> str:
        """The local that holds a part of what a trigger says, NA where it does not fire."""
        return self.names.variable(f"{name}.{part}", "said_")

    def _says(self, node: r.Trigger, tests: list[Code]) -> None:
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
        reason = self.names.temporary("reason")
        written = (
            f"'; '.join({because}) or None" if node.reason is None else self.text_with_values(node.reason)
        )
        self.out.line(f"{reason} = {written}")
        if self.tracing and node.visible:
            self._shows(node, because, reason, line)
        for part in self.asked_parts.get(node.name, ()):
            self.out.line(f"{self.part_of_trigger(node.name, part)} = {self._said(node, part, reason)}")

    def _shows(self, node: r.Trigger, because: str, reason: str, line: str) -> None:
        """Write what stands in the result."""
        playbook = "None" if node.playbook is None else self.text_with_values(node.playbook)
        due = "None" if node.due is None else self._shown(node.due)
        fields = ", ".join(f"{each.name!r}: {self._shown(each.value)}" for each in node.fields)
        self.out.line(
            f"triggers.append(({node.position}, {{'name': {node.name!r}, 'title': {node.title!r}, "
            f"'kind': {node.kind or None!r}, 'severity': {node.severity or None!r}, 'playbook': {playbook}, "
            f"'reason': {reason}, 'because': {because}, 'due': {due}, 'fields': {{{fields}}}, "
            f"'flagged': {self._flagged(node)}, 'line': {line}}}))"
        )

    def _shown(self, value: e.Expression) -> str:
        """A value as it stands in a result; null when it is NA or secret."""
        if self.secrets.hides(value):
            return "None"
        shown = self.names.temporary("shown")  # a number as written has no attributes
        self.out.line(f"{shown} = {self.expression(value).text}")
        return self.shown(shown, value)

    def _said(self, node: r.Trigger, part: str, reason: str) -> str:
        """Python for a part of what a trigger says as a value, of one that fires."""
        none = self.names.constant(NA("missing", f"`{node.label}` says no `{part}`"), "says_nothing")
        if part == "reason":
            return f"{none} if {reason} is None else {reason}"
        if part in ("kind", "severity"):
            word = node.kind if part == "kind" else node.severity
            return repr(word) if word else none
        if part == "playbook":
            return none if node.playbook is None else self.text_with_values(node.playbook)
        if part == "flagged":
            return self._flagged(node)
        values = {"due": node.due, **{each.name: each.value for each in node.fields if each.name != "due"}}
        value = values[part]
        return none if value is None else self.expression(value).text

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
