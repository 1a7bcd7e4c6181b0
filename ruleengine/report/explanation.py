"""An explanation as a tree for a terminal: sentences first, then every group and measure with its numbers.

In: an explanation document. Out: text. Guaranteed: every node shows value, band, points, nominal and
effective weight, contribution, and the line of the ruleset that decided or why there is nothing; text of
users is safe to show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from ruleengine.report.cells import (
    BOLD,
    DIM,
    NOTHING,
    band_style,
    cell,
    cell_width,
    cut,
    padded,
    paint,
    percent_text,
    plain_value,
    short_number,
)
from ruleengine.report.matrices import matrix_lines
from ruleengine.report.sentences import card_sentences, leading_cards, status_words
from ruleengine.report.triggers import trigger_lines

_Node = Mapping[str, Any]
_HEADINGS = ("value", "band", "points", "weight", "adds")
_RIGHT = frozenset(("value", "points", "weight", "adds"))
_WIDEST_TITLE = 48
_WIDEST_VALUE = 28
_SAME_WEIGHT = 1e-9


@frozen(slots=True)
class TreeLine:
    """One line of the tree: its branches and title, the cells beside it, and the notes below it."""

    branches: str
    below: str
    title: str
    cells: Mapping[str, str]
    band: str | None
    notes: tuple[str, ...]


def render_tree(
    explanation: Mapping[str, Any],
    *,
    name: str = "",
    bands: Mapping[str, Sequence[str]] | None = None,
    color: bool = False,
    width: int | None = None,
) -> str:
    """The whole explanation; `bands` are those of each scorecard from best to worst, for the colours."""
    lines: list[str] = []
    for card in leading_cards(explanation):
        order = (bands or {}).get(card["name"], ())
        lines += [*card_sentences(explanation, card, name), ""]
        lines += _table([_card_line(card), *_tree_lines(card["nodes"], "")], order, color, width)
        lines += ["", *_costs(card)]
    others = explanation["measures"]
    if others:
        lines += [
            paint("Measures in no scorecard", BOLD, color),
            *_table(_tree_lines(others, ""), (), color, width),
        ]
        lines.append("")
    lines += [*matrix_lines(explanation["matrices"], color), *trigger_lines(explanation["triggers"], color)]
    lines += _endnotes(explanation, color)
    return "\n".join(lines).rstrip("\n") + "\n"


def scorecard_lines(
    card: _Node, bands: Sequence[str], *, color: bool = False, width: int | None = None
) -> list[str]:
    """One scorecard as a tree."""
    return _table([_card_line(card), *_tree_lines(card["nodes"], "")], bands, color, width)


def node_lines(node: _Node, *, color: bool = False, width: int | None = None) -> list[str]:
    """One measure or group with what is below it."""
    return _table(_tree_lines([node], ""), (), color, width)


def node_cells(node: _Node, shares: bool) -> dict[str, str]:
    """The numbers of one node as texts; weights are percent when `shares`, multipliers otherwise."""
    band = node["band"]
    plain = node["status"] == "scored" or node.get("answer")  # an answer says in its own words what it is
    status = "" if plain else node["status"].replace("_", " ")
    return {
        "value": cut(cell(node.get("value_text") or ""), _WIDEST_VALUE),
        "band": " ".join(
            part
            for part in (cell(band) if band else "", f"({status})" if band and status else status)
            if part
        ),
        "points": _number(node["points"]),
        "weight": _weights(node, shares),
        "adds": _number(node["contribution"]),
    }


def weights_are_shares(nodes: Sequence[_Node]) -> bool:
    """Whether the weights of the members of a scorecard are parts of a whole, and no multipliers."""
    total: float = sum(node["weight"] or 0.0 for node in nodes)
    return abs(total - 1.0) < 1e-6


def node_notes(node: _Node) -> list[str]:
    """What stands below a node: why it has no value, or the line that decided and the reason given there."""
    notes: list[str] = []
    if node.get("answer") == "no":
        return notes
    if node.get("answer") == "set aside":
        return [cell(node["reason"])]
    if node["reason"]:
        lacking = f"{status_words(node['status'])}: " if node["status"] not in ("scored", "stale") else ""
        notes.append(f"{lacking}{cell(node['reason'])}")
    elif node["status"] not in ("scored", "stale"):
        notes.append(status_words(node["status"]))
    decided = decided_by(node)
    if decided:
        notes.append(decided)
    undecided = [row for row in node["rows"] if row["result"] == "undecided" and not node.get("answer")]
    notes += [f"line {row['line']} is undecided: {cell(row['why'] or row['text'])}" for row in undecided]
    if node.get("imputed"):
        notes.append("stands in with the points that the ruleset gives for absent data")
    return notes


def decided_by(node: _Node) -> str:
    """`path:line  text` of the row that decided, or else of the place that says why there is nothing."""
    source = node.get("source")
    if not source or node["kind"] != "measure":
        return ""
    row = next((row for row in node["rows"] if row["result"] == "won"), source)
    return f"{cell(source['path'])}:{row['line']}  {cell(' '.join(row['text'].split()))}"


def _number(number: float | None) -> str:
    return "" if number is None else short_number(number)


def _weights(node: _Node, shares: bool) -> str:
    nominal, effective = node["weight"], node["effective_weight"]

    def shown(weight: float | None) -> str:
        if weight is None:
            return NOTHING
        return percent_text(weight, 2) if shares else f"×{short_number(weight, 4)}"

    if nominal is None and effective is None:
        return ""
    if effective is not None and nominal is not None and abs(nominal - effective) < _SAME_WEIGHT:
        return shown(nominal)
    return f"{shown(nominal)} → {shown(effective)}"


def _card_line(card: _Node) -> TreeLine:
    coverage = f"coverage {percent_text(card['coverage'])}" if card["coverage"] is not None else ""
    status = "" if card["status"] == "scored" else card["status"].replace("_", " ")
    cells = {
        "value": coverage,
        "band": cell(card["band"]) if card["band"] else status,
        "points": _number(card["score"]),
        "weight": "",
        "adds": "",
    }
    notes = [_acted_note(kind, one) for kind, one in _acted(card)]
    if card["reason"]:
        notes.append(cell(card["reason"]))
    return TreeLine("", "│ ", cell(card["title"] or card["name"]), cells, card["band"], tuple(notes))


def _acted(card: _Node) -> list[tuple[str, Mapping[str, Any]]]:
    limits = [(limit["kind"], limit) for limit in card["limits"]]
    return [*limits, ("override", card["override"])] if card["override"] else limits


def _acted_note(kind: str, one: Mapping[str, Any]) -> str:
    target = cell(one["band"]) if one.get("band") is not None else short_number(one.get("score"))
    reason = f": {cell(one['reason'])}" if one.get("reason") else ""
    return f"{kind} {target} in line {one['line']}{reason}"


def _tree_lines(nodes: Sequence[_Node], indent: str, shares: bool | None = None) -> Iterator[TreeLine]:
    shares = weights_are_shares(nodes) if shares is None else shares
    for number, node in enumerate(nodes):
        last = number == len(nodes) - 1
        below = indent + ("   " if last else "│  ")
        title = cell(node["title"] or node["name"])
        yield TreeLine(
            indent + ("└─ " if last else "├─ "),
            below + ("│  " if node["children"] else "   "),
            title,
            node_cells(node, shares),
            node["band"],
            tuple(node_notes(node)),
        )
        yield from _tree_lines(node["children"], below, shares)


def _table(
    lines: Sequence[TreeLine] | Iterator[TreeLine], bands: Sequence[str], color: bool, width: int | None
) -> list[str]:
    held = list(lines)
    title_width = min(max(cell_width(line.branches) + cell_width(line.title) for line in held), _WIDEST_TITLE)
    widths = {
        heading: max(len(heading), *(cell_width(line.cells[heading]) for line in held))
        for heading in _HEADINGS
    }
    heading_cells = [padded(heading.upper(), widths[heading], heading in _RIGHT) for heading in _HEADINGS]
    shown = [paint("  ".join([" " * title_width, *heading_cells]).rstrip(), DIM, color)]
    for line in held:
        room = max(title_width - cell_width(line.branches), 1)
        texts = [line.branches + padded(cut(line.title, room), room)]
        for heading in _HEADINGS:
            text = padded(line.cells[heading], widths[heading], heading in _RIGHT)
            texts.append(paint(text, band_style(line.band, bands), color and heading == "band"))
        shown.append("  ".join(texts).rstrip())
        for note in line.notes:
            room = 10_000 if width is None else max(width - cell_width(line.below) - 2, 20)
            shown.append(f"{line.below}{paint(cut(note, room), DIM, color)}".rstrip())
    return shown


def _costs(card: _Node) -> list[str]:
    costs = [cost for cost in card["costs"] if cost["cost"] > 0]
    if not costs:
        return []
    against = "the baseline" if costs[0]["against"] == "baseline" else "the best it could have"
    lines = [f"What costs points, against {against}:"]
    for number, cost in enumerate(costs, start=1):
        why = ", ".join(cell(cost[part]) for part in ("band", "reason") if cost.get(part))
        title = cell(cost["title"] or cost["path"])
        lines.append(f"{number:3}. {title}: {short_number(cost['cost'])}{f' ({why})' if why else ''}")
    return [*lines, ""]


def _endnotes(explanation: Mapping[str, Any], color: bool) -> list[str]:
    lines: list[str] = []
    if explanation["outputs"]:
        lines.append(paint("Outputs", BOLD, color))
        lines += [
            f"  {cell(key)} = {explanation['output_texts'].get(key) or cell(plain_value(value)) or NOTHING}"
            for key, value in explanation["outputs"].items()
        ]
    if explanation["segments"]:
        lines.append(f"Segments: {', '.join(cell(segment) for segment in explanation['segments'])}")
    for assumed in explanation["assumptions"]:
        reason = f" ({cell(assumed['reason'])})" if assumed.get("reason") else ""
        lines.append(f"Assumed: {cell(assumed['path'])} = {cell(plain_value(assumed['value']))}{reason}")
    lines += [f"Left out: {text}" for text in map(left_out_text, explanation["left_out"])]
    if explanation["problems"]:
        lines.append(paint("Problems", BOLD, color))
        lines += [f"  {problem_text(problem)}" for problem in explanation["problems"]]
    ruleset = explanation["ruleset"]
    lines.append(
        paint(f"{cell(ruleset['name'])} {ruleset['version']} ({ruleset['digest'][:19]}…)", DIM, color)
    )
    return lines


def left_out_text(entry: Mapping[str, Any]) -> str:
    """How many elements a query or a series left out, as it is not known whether or where they belong."""
    count = entry["count"]
    elements = "1 element of a list" if count == 1 else f"{count} elements of a list"
    return f"{elements} (line {entry['line']}), not known: {cell(entry['why'])}"


def problem_text(problem: Mapping[str, Any]) -> str:
    """One problem of a result as one line."""
    line = f" (line {problem['line']})" if problem.get("line") else ""
    pointer = str(problem.get("pointer") or "")
    told = not pointer or f"`{pointer[1:].replace('/', '.')}" in problem["message"]
    place = "" if told else f" at {cell(pointer)}"
    return f"{problem['code']}: {cell(problem['message'])}{place}{line}"
