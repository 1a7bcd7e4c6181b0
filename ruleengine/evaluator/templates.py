"""Evaluation tree → Python text, for what is made of a whole result: templates, and what is asked beside a ruleset."""

from __future__ import annotations

from typing import Any

from ruleengine.evaluator.costs import best_of, rising
from ruleengine.evaluator.earlier import EarlierWriter
from ruleengine.evaluator.markup import escape, link
from ruleengine.evaluator.spoken import clean_text, hidden, spoken_elements
from ruleengine.evaluator.writer import Code
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.blocks import leaves
from ruleengine.values import ADDRESS, NA, Kind

_NOT_WRITTEN = NA("not_applicable", "the text is not written for this account")
#: A line of a text: its words, and lists of words for which the line is repeated.
Line = tuple[str | list[str], ...]


def _plain(text: str) -> str:
    return text


def body_text(lines: tuple[Line, ...]) -> str:
    """A text from its lines; a line with a list is written once for each element."""
    return "\n".join(text for line in lines for text in repeated(line))


def repeated(line: Line) -> list[str]:
    """One line as often as its first list is long; further lists are joined by commas unless they are as long."""
    first = next((part for part in line if part.__class__ is list), None)
    if first is None:
        return ["".join(line)]  # type: ignore[arg-type]  # no list among them
    written = []
    for number in range(len(first)):
        parts = [
            part if isinstance(part, str) else part[number] if len(part) == len(first) else ", ".join(part)
            for part in line
        ]
        written.append("".join(parts))
    return written


def label_texts(labels: tuple[Line, ...]) -> list[str]:
    """The labels: one for each element of a list, none for a value that is not there, each once."""
    found = dict.fromkeys(text for label in labels for text in repeated(label) if text)
    return list(found)


class TemplateWriter(EarlierWriter):
    """Writes what comes after the result of an account is there."""

    def after_result(self) -> None:
        """Write the templates, and the values that are asked for in a case."""
        templates = [step for step in self.program.steps if isinstance(step, r.Template)]
        if templates:
            with self.out.block("if texts is not None"):
                for template in templates:
                    self._template(template)
        for step in self.program.steps:
            if isinstance(step, r.Probe):
                self.probe(step)

    def probe(self, step: r.Probe) -> None:
        """What is asked for in one case is computed in that case alone."""
        with self.out.block(f"if probe_case == {step.case}"):
            values = [self.expression(value).text for value in step.values]
            self.out.line(f"probe_found.append(({', '.join(values)},))")

    def _template(self, node: r.Template) -> None:
        wanted = "True" if node.condition is None else self.expression(node.condition).text
        with self.out.block(f"if ({wanted}) is True"):
            parts = {part: self._part_text(node, part) for part in ("subject", "labels", "body")}
            said = ", ".join(f"{part!r}: {text}" for part, text in parts.items())
            self.out.line(
                f"texts.append({{'template': {node.name!r}, 'title': {node.title!r}, 'format': {node.format!r}, {said}}})"
            )

    def _part_text(self, node: r.Template, part: str) -> str:
        if part == "subject":
            return "None" if node.subject is None else self.text_with_values(node.subject)
        if part == "labels":
            return f"label_texts(({''.join(self._line(label, label=True) + ', ' for label in node.labels)}))"
        return f"body_text(({''.join(self._line(line, markdown=node.format == 'markdown') + ', ' for line in node.body)}))"

    def _line(self, node: r.TextWithValues, *, markdown: bool = False, label: bool = False) -> str:
        parts = [
            repr(part) if isinstance(part, str) else self._value_in_line(part, markdown, label)
            for part in node.parts
        ]
        return f"({''.join(part + ', ' for part in parts)})"

    def _value_in_line(self, part: r.Placeholder, markdown: bool, label: bool) -> str:
        address = part.value.type == ADDRESS
        safe = self.names.constant((link if address else escape) if markdown else _plain, "safe")
        if part.value.type.kind is not Kind.LIST:
            spoken = self.spoken(part)
            if label:  # a label that nobody knows is left out
                value = self.value_of(part.value)
                return f"([] if {value.text}.__class__ is NA else {spoken})" if value.na else spoken
            return f"{safe}({spoken})" if markdown else spoken
        found = self.atom(self.expression(part.value))
        if self.secrets.hides(part.value):
            return f"[{self.names.constant(hidden, 'say_secret')}({found.text})]"
        say = self.names.constant(spoken_elements(part.value.type, part.percent), "say_each")
        return f"[{safe}(text) for text in {say}({self.read_through(found.text, part.value.type)})]"

    # ── parts of what is said ──

    def _on_said(self, node: e.Said) -> Code:
        if node.kind == "trigger":
            return Code(self.part_of_trigger(node.name, node.part), na=True, atom=True)
        template = next(s for s in self.program.steps if isinstance(s, r.Template) and s.name == node.name)
        wanted = "True" if template.condition is None else self.value_of(template.condition).text
        name = self.names.temporary("text")
        none = self.names.constant(_NOT_WRITTEN, "not_written")
        self.out.line(f"{name} = {wanted} if {wanted}.__class__ is NA else {none}")
        with self.out.block(f"if {wanted} is True"):
            self.out.line(f"{name} = {self._part_text(template, node.part)}")
        return Code(name, na=True, atom=True)

    def _on_reasons(self, node: e.Reasons) -> Code:
        told = self.names.constant(_Reasons(self.program, node.card), "reasons")
        return self.atom(Code(f"{told}(result)"))


class _Reasons:
    """Tells why a card has the score that it has, member by member, what costs most first."""

    def __init__(self, program: r.Program, card: str) -> None:
        found = next(step for step in program.steps if isinstance(step, r.Scorecard) and step.name == card)
        bands = next((bands for bands in program.band_sets if bands.key == found.bands), None)
        self.card = card
        self.best = best_of(bands, None)
        self.sign = 1.0 if rising(bands) else -1.0
        self.members = list(leaves(found.block))

    def __call__(self, result: dict[str, Any]) -> list[str]:
        card = result["scorecards"][self.card]
        told = []
        for path, member in self.members:
            node = card["nodes"][path]
            if node["score"] is None or node["effective_weight"] == 0:
                continue
            best = self.best if self.best is not None else 0.0
            cost = self.sign * (best - node["score"]) * (node["effective_weight"] or 1.0)
            told.append((-cost, self._text(member, node, result)))
        override = card["override"]
        texts = [override["reason"]] if override and override["reason"] else []
        return [*texts, *(text for _, text in sorted(told, key=_by_cost))]

    def _text(self, member: r.Member, node: dict[str, Any], result: dict[str, Any]) -> str:
        band = f" ({node['band']})" if node["band"] is not None else ""
        reason = result["measures"][member.name]["reason"] if member.kind == "measure" else None
        return clean_text(f"{member.title}{band}" + (f": {reason}" if reason else ""))


def _by_cost(told: tuple[float, str]) -> float:
    return told[0]


TEMPLATE_GLOBALS: dict[str, Any] = {
    "body_text": body_text, "label_texts": label_texts,
}  # fmt: skip
