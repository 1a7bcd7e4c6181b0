"""Triggers for people: what each says, and of an explanation why it fired or did not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ruleengine.report.cells import BOLD, DIM, cell, paint, plain_value

_Trigger = Mapping[str, Any]


def trigger_sentence(said: _Trigger) -> str:
    """What a trigger that fires says: reason, due date, playbook, fields."""
    parts = [cell(said["reason"])] if said["reason"] else []
    parts += [f"due {said['due']}"] if said["due"] else []
    parts += [f"playbook {cell(said['playbook'])}"] if said["playbook"] else []
    for name, value in said["fields"].items():
        if value is not None:
            flag = " (default, to be changed)" if name in said["flagged"] else ""
            parts.append(f"{cell(name)} {cell(plain_value(value))}{flag}")
    return "; ".join(parts)


def trigger_name(entry: _Trigger, said: _Trigger) -> str:
    """The title with kind and severity."""
    words = ", ".join(cell(said[key]) for key in ("kind", "severity") if said[key])
    return cell(entry["title"]) + (f" ({words})" if words else "")


def condition_line(path: str, condition: Mapping[str, Any]) -> str:
    """`path:line  text` of one condition with what became of it."""
    why = f": {cell(condition['why'])}" if condition["why"] else ""
    state = "" if condition["result"] == "holds" else f"  {condition['result']}{why}"
    return f"{cell(path)}:{condition['line']}  {cell(condition['text'])}{state}"


def trigger_lines(triggers: Sequence[_Trigger], color: bool) -> Iterator[str]:
    """The triggers of an explanation: those that fire with the conditions that hold, then what is undecided."""
    if not triggers:
        return
    yield paint("Triggers", BOLD, color)
    for trigger in triggers:
        path = trigger["source"]["path"]
        if trigger["fires"]:
            sentence = trigger_sentence(trigger["says"])
            yield f"  fires: {trigger_name(trigger, trigger['says'])}{f': {sentence}' if sentence else ''}"
            held = [each for each in trigger["conditions"] if each["result"] == "holds"]
            yield from (paint(f"    {condition_line(path, each)}", DIM, color) for each in held)
        elif trigger["fires"] is None:
            yield f"  undecided, so it does not fire: {cell(trigger['title'])}"
            open_ones = [each for each in trigger["conditions"] if each["result"] == "undecided"]
            yield from (paint(f"    {condition_line(path, each)}", DIM, color) for each in open_ones)
    silent = [cell(trigger["title"]) for trigger in triggers if trigger["fires"] is False]
    if silent:
        yield f"  silent: {', '.join(silent)}"
    yield ""
