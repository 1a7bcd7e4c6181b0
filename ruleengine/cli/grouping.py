"""What `--by` means: the groups of an account.

In: the words of the option and a ruleset. Out: a function from a document and its result to the names of the groups that
the account is in. Guaranteed: what cannot be found, and what is secret, is a usage error that names what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ruleengine.api import Ruleset
    from ruleengine.report.groups import GroupedSummary
    from ruleengine.values import Field

Groups = Callable[[Mapping[str, Any], Mapping[str, Any]], Sequence[str | None]]


def grouped(ruleset: Ruleset, by: str) -> tuple[GroupedSummary, Groups]:
    """The empty summary and the function that finds the groups of an account."""
    from ruleengine.report.groups import GroupedSummary

    name = " ".join(by.split())
    if name == "segment":
        return GroupedSummary(name, ruleset.cards, ruleset.segments), _in_segments
    if name == "trigger":
        return GroupedSummary(name, ruleset.cards), _with_triggers
    bands = {card.name: card.bands for card in ruleset.cards}
    if name in bands:
        return GroupedSummary(name, ruleset.cards, bands[name]), lambda _, result: (
            result["scorecards"][name]["band"],
        )
    if name in ruleset.matrices:
        return GroupedSummary(name, ruleset.cards), lambda _, result: (result["matrices"][name]["label"],)
    if name in ruleset.outputs:
        return GroupedSummary(name, ruleset.cards), lambda _, result: _names(result["outputs"].get(name))
    path = _path(ruleset, name)
    return GroupedSummary(name, ruleset.cards), lambda document, _: _names(_at(document, path))


def field_of(ruleset: Ruleset, by: str) -> tuple[tuple[str, ...], Field] | None:
    """The field of the facts that `--by` names, with its path; None where it names something of the ruleset."""
    from ruleengine.facts.model import ELEMENT, every_field

    name = " ".join(by.split())
    cards = {card.name for card in ruleset.cards}
    if name in {"segment", "trigger", *cards, *ruleset.matrices, *ruleset.outputs}:
        return None
    path = _path(ruleset, name)
    fields = {found: field for found, field in every_field(ruleset.facts_model.root) if ELEMENT not in found}
    return path, fields[path]


def _in_segments(document: Mapping[str, Any], result: Mapping[str, Any]) -> Sequence[str]:
    found: list[str] = result["segments"]
    return found


def _with_triggers(document: Mapping[str, Any], result: Mapping[str, Any]) -> Sequence[str]:
    return [each["name"] for each in result["triggers"]]


def _at(document: Any, path: Sequence[str]) -> Any:
    for step in path:
        document = document.get(step) if isinstance(document, dict) else None
    return document


def _names(value: Any) -> Sequence[str | None]:
    """The groups that a value stands for: itself, or each element of a list."""
    if value is None or isinstance(value, dict):
        return ()
    if isinstance(value, list):
        return tuple(dict.fromkeys(name for each in value for name in _names(each)))
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    return (str(value),)


def _path(ruleset: Ruleset, name: str) -> tuple[str, ...]:
    """The path of a field; a usage error where there is none, or where it is secret."""
    from ruleengine.diagnostics import did_you_mean
    from ruleengine.facts.model import ELEMENT, every_field

    fields: dict[str, tuple[tuple[str, ...], Field]] = {
        ".".join(path): (path, field)
        for path, field in every_field(ruleset.facts_model.root)
        if ELEMENT not in path
    }
    if name not in fields:
        known = [
            "segment",
            "trigger",
            *(card.name for card in ruleset.cards),
            *ruleset.matrices,
            *ruleset.outputs,
            *fields,
        ]
        guess = did_you_mean(name, known)
        hint = f"{guess[:1].upper()}{guess[1:]}" if guess else (
            "Group by `segment`, `trigger`, a scorecard, a matrix, an output, or a field such as `account.region`."
        )  # fmt: skip
        raise click.BadParameter(f"there is no '{name}'. {hint}", param_hint="'--by'")
    path, _ = fields[name]
    if any(fields[".".join(path[: end + 1])][1].secret for end in range(len(path))):
        raise click.BadParameter(f"'{name}' is secret.", param_hint="'--by'")
    return path
