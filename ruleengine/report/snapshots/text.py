"""The text that is kept of one account: what it scores and why, made for reading and for comparing line by line.

In: an explanation document. Out: text that ends with a line break. Guaranteed: the text follows from the document alone,
the same everywhere, and holds every number of the result as it is, not rounded. What is said of one part stands on lines of
its own, and no line is aligned with another, so that a change shows nowhere but where it is. Nothing in it
says how the ruleset is written: no version, digest, line or condition, and not which engine computed it; so a change
that changes no account changes no text. Text of users is one line and safe to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from attrs import frozen

from ruleengine.report.cells import cell, decimal_text, plain_value
from ruleengine.report.explanation import weights_are_shares
from ruleengine.report.matrices import axes_sentence, cell_sentence
from ruleengine.report.sentences import card_sentences, leading_cards, status_words
from ruleengine.report.triggers import trigger_name, trigger_sentence

_Node = Mapping[str, Any]
_STEP = "  "
#: Nominal weights are rounded to more digits than those in effect.
_SAME_WEIGHT = 1e-9
_VERDICT = re.compile(
    r"(?:(?P<band>.+?), )?(?:(?P<score>-?\d+(?:\.\d+)?)|no score)(?: \((?P<status>[a-z ]+)\))?"
)


@frozen(slots=True)
class Verdict:
    """What a text says of one scorecard: `text` as it stands there."""

    text: str
    score: float | None
    band: str | None


def render_snapshot(explanation: Mapping[str, Any], *, name: str = "") -> str:
    """The whole text of an account; `name` is what people call it."""
    shown_id = cell(explanation["id"])
    lines = [f"{cell(name)} ({shown_id})" if name else shown_id, f"as of {explanation['as_of']}", ""]
    lines += [f"{card['name']}: {_verdict(card)}" for card in explanation["scorecards"]]
    for card in leading_cards(explanation):
        lines += ["", cell(card["title"] or card["name"]), *_indented(_card_lines(explanation, card, name))]
    sections = (
        ("Measures in no scorecard", _node_lines(explanation["measures"], shares=True)),
        ("Matrices", _matrix_lines(explanation["matrices"])),
        ("Triggers", _trigger_lines(explanation["triggers"])),
        ("Outputs", _output_lines(explanation)),
        ("Segments", map(cell, explanation["segments"])),
        ("Assumed", map(_assumption, explanation["assumptions"])),
        ("Left out", map(_left_out, explanation["left_out"])),
        ("Problems", map(_problem, explanation["problems"])),
    )
    for heading, found in sections:
        inside = list(found)
        if inside:
            lines += ["", heading, *_indented(inside)]
    return "".join(f"{line}\n" for line in lines)


def verdicts_in(text: str) -> dict[str, Verdict]:
    """What a text says of each scorecard, in order; nothing for what is no such text."""
    found: dict[str, Verdict] = {}
    for line in text.split("\n")[3:]:
        name, colon, said = line.partition(": ")
        match = _VERDICT.fullmatch(said)
        if not colon or match is None:
            break
        score = match["score"]
        found[name] = Verdict(said, None if score is None else float(score), match["band"])
    return found


def _indented(lines: Iterator[str] | Sequence[str], depth: int = 1) -> Iterator[str]:
    return (_STEP * depth + line if line else "" for line in lines)


# ── Scorecards ──────────────────────────────────────────────────────────────────────────────────────────────


def _verdict(card: _Node) -> str:
    """`red, 34.375`; `red, no score`; `no score (grace)`."""
    band = f"{cell(card['band'])}, " if card["band"] is not None else ""
    status = "" if card["status"] == "scored" else f" ({card['status'].replace('_', ' ')})"
    return f"{band}{'no score' if card['score'] is None else _exact(card['score'])}{status}"


def _card_lines(explanation: Mapping[str, Any], card: _Node, name: str) -> Iterator[str]:
    blocks = (
        card_sentences(explanation, card, name),
        list(_how_it_stands(card)),
        list(_node_lines(card["nodes"], weights_are_shares(card["nodes"]))),
        list(_cost_lines(card["costs"])),
    )
    for number, block in enumerate(filter(None, blocks)):
        yield from ("", *block) if number else block


def _how_it_stands(card: _Node) -> Iterator[str]:
    """What acted on the score, what it rests on, and what is near."""
    if card["reason"]:
        yield f"reason: {cell(card['reason'])}"
    if (card["computed_score"], card["computed_band"]) != (card["score"], card["band"]):
        computed = {
            **card,
            "score": card["computed_score"],
            "band": card["computed_band"],
            "status": "scored",
        }
        yield f"by its measures alone: {_verdict(computed)}"
    if card["override"]:
        yield _acted("override", card["override"])
    yield from (_acted(limit["kind"], limit) for limit in card["limits"])
    if card["coverage"] is not None:
        yield f"coverage: {_percent(card['coverage'])}"
    if card["next_band"]:
        yield f"next band: {_near(card['next_band'])}"
    if card["borderline"]:
        yield f"borderline: {_near(card['borderline'])}"


def _cost_lines(costs: Sequence[_Node]) -> Iterator[str]:
    found = [cost for cost in costs if cost["cost"] > 0]
    if found:
        against = "the baseline" if found[0]["against"] == "baseline" else "the best it could have"
        yield f"What costs points, against {against}"
        yield from (f"{_STEP}{_cost(cost)}" for cost in found)


def _acted(kind: str, one: Mapping[str, Any]) -> str:
    target = cell(one["band"]) if one.get("band") is not None else _exact(one["score"])
    reason = f", {cell(one['reason'])}" if one.get("reason") else ""
    return f"{kind}: {target}{reason}"


def _near(found: Mapping[str, Any]) -> str:
    return f"{cell(found['band'])}, {_exact(found['distance'])} points away"


def _cost(cost: Mapping[str, Any]) -> str:
    why = ", ".join(cell(cost[part]) for part in ("band", "reason") if cost.get(part))
    return f"{cell(cost['title'] or cost['path'])}: {_exact(cost['cost'])}{f' ({why})' if why else ''}"


def _node_lines(nodes: Sequence[_Node], shares: bool) -> Iterator[str]:
    """Groups, members and measures, what is inside of each below it."""
    for node in nodes:
        said = "; ".join(_parts(node, shares))
        yield (
            f"{cell(node['title'] or node['name'])}: {said}" if said else cell(node["title"] or node["name"])
        )
        if node["reason"] and node.get("answer") != "no":
            yield f"{_STEP}reason: {cell(node['reason'])}"
        yield from _indented(_node_lines(node["children"], shares))


def _parts(node: _Node, shares: bool) -> Iterator[str]:
    """What is known of a node: its value, what that is worth, its weight and what it adds."""
    value = _value(node["value"], node.get("value_text") or "")
    if value:
        yield value
    band = [cell(node["band"])] if node["band"] is not None else []
    points = [f"{_exact(node['points'])} points"] if node["points"] is not None else []
    if band or points:
        yield ", ".join(band + points)
    if node["status"] != "scored" and not node.get("answer"):
        yield status_words(node["status"])
    if node.get("imputed"):
        yield "points that stand in for absent data"
    weight, effective = node["weight"], node["effective_weight"]
    if weight is not None:
        took_effect = effective is not None and abs(effective - weight) < _SAME_WEIGHT
        in_effect = "none" if effective is None else _weight(effective, shares)
        yield f"weighs {_weight(weight, shares)}" + ("" if took_effect else f", in effect {in_effect}")
    elif effective is not None:
        yield f"weighs {_weight(effective, shares)} in effect"
    if node["contribution"] is not None:
        yield f"adds {_exact(node['contribution'])}"


# ── What stands beside the scorecards ───────────────────────────────────────────────────────────────────────


def _matrix_lines(matrices: Sequence[_Node]) -> Iterator[str]:
    for entry in matrices:
        yield f"{cell(entry['title'])}: {cell_sentence(entry)}"
        yield f"{_STEP}{axes_sentence(entry)}"


def _trigger_lines(triggers: Sequence[_Node]) -> Iterator[str]:
    for trigger in triggers:
        if trigger["fires"]:
            sentence = trigger_sentence(trigger["says"])
            yield f"fires: {trigger_name(trigger, trigger['says'])}{f': {sentence}' if sentence else ''}"
        elif trigger["fires"] is None:
            yield f"undecided, so it does not fire: {cell(trigger['title'])}"
        else:
            yield f"silent: {cell(trigger['title'])}"


def _output_lines(explanation: Mapping[str, Any]) -> Iterator[str]:
    for name, value in explanation["outputs"].items():
        yield f"{cell(name)}: {_value(value, explanation['output_texts'].get(name) or '') or 'nothing'}"


def _assumption(assumed: Mapping[str, Any]) -> str:
    reason = f" ({cell(assumed['reason'])})" if assumed.get("reason") else ""
    return f"{cell(assumed['path'])} = {cell(plain_value(assumed['value']))}{reason}"


def _left_out(entry: Mapping[str, Any]) -> str:
    elements = "1 element of a list" if entry["count"] == 1 else f"{entry['count']} elements of a list"
    return f"{elements}, not known: {cell(entry['why'])}"


def _problem(problem: Mapping[str, Any]) -> str:
    pointer = f" at {cell(problem['pointer'])}" if problem.get("pointer") else ""
    return f"{problem['code']}: {cell(problem['message'])}{pointer}"


# ── Numbers as they are ─────────────────────────────────────────────────────────────────────────────────────


def _exact(number: float) -> str:
    return decimal_text(float(number))


def _percent(share: float) -> str:
    return f"{decimal_text(float(Decimal(repr(float(share))) * 100))}%"


def _weight(weight: float, shares: bool) -> str:
    return _percent(weight) if shares else f"×{_exact(weight)}"


def _value(value: Any, text: str) -> str:
    """A value for people, and behind it the number as it is where that shows less."""
    if isinstance(value, bool) or value is None or not isinstance(value, int | float | list | dict | str):
        return cell(text or plain_value(value))
    if isinstance(value, str):
        return cell(value)
    if isinstance(value, list | dict):
        return cell(f"{text}: {plain_value(value)}" if text else plain_value(value))
    exact = decimal_text(value) if isinstance(value, float) else str(value)
    if not text or _number_in(text) == Decimal(exact):
        return cell(text or exact)
    return cell(f"{text} ({exact})")


def _number_in(text: str) -> Decimal | None:
    """The number that a text such as `92.6%` or `1,200 USD` shows."""
    match = re.match(r"-?[\d,]+(?:\.\d+)?(?:e[+-]?\d+)?", text)
    if match is None:
        return None
    number = Decimal(match.group().replace(",", ""))
    return number / 100 if text[match.end() :].startswith("%") else number
