"""An explanation as Markdown, for an issue or a page.

In: an explanation document. Out: Markdown: the sentences, one table a scorecard, the ranked costs, what was
odd. Text of users is text in it, and never markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ruleengine.report.cells import plain_value, short_number
from ruleengine.report.explanation import (
    decided_by,
    left_out_text,
    node_cells,
    node_notes,
    problem_text,
    weights_are_shares,
)
from ruleengine.report.markdown import code, escape
from ruleengine.report.matrices import axes_sentence, cell_sentence, decided_line
from ruleengine.report.sentences import card_sentences, leading_cards
from ruleengine.report.triggers import condition_line, trigger_name, trigger_sentence

_Node = Mapping[str, Any]
_HEAD = "| | value | band | points | weight | adds | why |\n| --- | ---: | --- | ---: | ---: | ---: | --- |\n"


def render_explanation(explanation: Mapping[str, Any], *, name: str = "") -> str:
    """The whole explanation as Markdown."""
    parts = [f"# {escape(name or str(explanation['id']))}\n\n"]
    for card in leading_cards(explanation):
        parts.append(f"## {escape(card['title'] or card['name'])}\n\n")
        parts.append(
            " ".join(escape(sentence) for sentence in card_sentences(explanation, card, name)) + "\n\n"
        )
        parts.append(_HEAD + "".join(_rows(card["nodes"], 0, weights_are_shares(card["nodes"]))) + "\n")
        parts.append(_costs(card))
    if explanation["measures"]:
        parts.append(
            f"## Measures in no scorecard\n\n{_HEAD}{''.join(_rows(explanation['measures'], 0, True))}\n"
        )
    parts += [
        *_matrices(explanation["matrices"]),
        *_triggers(explanation["triggers"]),
        *_endnotes(explanation),
    ]
    return "".join(parts).rstrip("\n") + "\n"


def _rows(nodes: Sequence[_Node], depth: int, shares: bool) -> Iterator[str]:
    for node in nodes:
        cells = node_cells(node, shares)
        title = "&nbsp;" * 4 * depth + escape(node["title"] or node["name"])
        if node["kind"] == "group":
            title = f"**{title}**"
        why = "; ".join(_note(note, node) for note in node_notes(node))
        yield f"| {' | '.join([title, *(escape(text) for text in cells.values()), why])} |\n"
        yield from _rows(node["children"], depth + 1, shares)


def _note(note: str, node: _Node) -> str:
    """The line that decided is code; all else is text."""
    if note and note == decided_by(node):
        place, _, text = note.partition("  ")
        return f"{code(place)} {code(text)}"
    return escape(note)


def _costs(card: _Node) -> str:
    costs = [cost for cost in card["costs"] if cost["cost"] > 0]
    if not costs:
        return ""
    against = "the baseline" if costs[0]["against"] == "baseline" else "the best it could have"
    lines = [f"What costs points, against {against}:\n\n"]
    for number, cost in enumerate(costs, start=1):
        why = ", ".join(escape(cost[part]) for part in ("band", "reason") if cost.get(part))
        title = escape(cost["title"] or cost["path"])
        lines.append(f"{number}. {title}: {short_number(cost['cost'])}{f' ({why})' if why else ''}\n")
    return "".join([*lines, "\n"])


def _matrices(matrices: Sequence[_Node]) -> Iterator[str]:
    if not matrices:
        return
    yield "Matrices:\n\n"
    for entry in matrices:
        yield f"- **{escape(entry['title'])}**: {escape(cell_sentence(entry))}\n"
        yield f"  - {escape(axes_sentence(entry))}\n"
        if entry["decided"]:
            yield f"  - {code(decided_line(entry))}\n"
    yield "\n"


def _triggers(triggers: Sequence[_Node]) -> Iterator[str]:
    if not triggers:
        return
    yield "Triggers:\n\n"
    for trigger in triggers:
        path = trigger["source"]["path"]
        if trigger["fires"]:
            sentence = trigger_sentence(trigger["says"])
            name = escape(trigger_name(trigger, trigger["says"]))
            yield f"- **{name}**{f': {escape(sentence)}' if sentence else ''}\n"
        elif trigger["fires"] is None:
            yield f"- undecided, so it does not fire: {escape(trigger['title'])}\n"
        for each in trigger["conditions"] if trigger["fires"] is not False else ():
            if each["result"] != "does not hold":
                yield f"  - {code(condition_line(path, each))}\n"
    silent = [escape(trigger["title"]) for trigger in triggers if trigger["fires"] is False]
    if silent:
        yield f"- silent: {', '.join(silent)}\n"
    yield "\n"


def _endnotes(explanation: Mapping[str, Any]) -> list[str]:
    parts: list[str] = []
    listed = {
        "Outputs": [
            f"{key} = {explanation['output_texts'].get(key) or plain_value(value) or '–'}"
            for key, value in explanation["outputs"].items()
        ],
        "Segments": list(explanation["segments"]),
        "Assumptions": [
            f"{assumed['path']} = {plain_value(assumed['value'])}"
            + (f" ({assumed['reason']})" if assumed.get("reason") else "")
            for assumed in explanation["assumptions"]
        ],
        "Left out": [left_out_text(entry) for entry in explanation["left_out"]],
        "Problems": [problem_text(problem) for problem in explanation["problems"]],
    }
    for heading, items in listed.items():
        if items:
            parts.append(f"{heading}:\n\n" + "".join(f"- {escape(item)}\n" for item in items) + "\n")
    ruleset = explanation["ruleset"]
    identity = f"{escape(ruleset['name'])} {escape(ruleset['version'])}"
    return [*parts, f"{identity}, as of {explanation['as_of']}, {code(ruleset['digest'])}\n"]
