"""Which ruleset a command works with, and which accounts: selectors, `--where`, `--card`.

In: words from the command line. Out: a loaded ruleset and a test for results. Guaranteed: whatever cannot be
found is a usage error or a `RulesetError` that names what there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import click
from attrs import evolve, frozen

from ruleengine.facts.names import name_in as name_in

if TYPE_CHECKING:
    from ruleengine.api import CardInfo, Ruleset

#: The name of the option, and of the condition that it gives.
WHERE = "--where"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@frozen(slots=True)
class Selection:
    """A ruleset with what was asked of it. `segment` or a condition selects accounts; neither selects all."""

    ruleset: Ruleset
    segment: str | None = None
    conditional: bool = False
    trigger: str | None = None

    def holds(self, result: Mapping[str, Any]) -> bool | None:
        """Whether the account of a result was asked for; None when that is undecided."""
        if self.trigger is not None and not any(each["name"] == self.trigger for each in result["triggers"]):
            return False
        if self.segment is not None:
            return self.segment in result["segments"]
        if self.conditional:
            found: bool | None = result["conditions"][WHERE]
            return found
        return True


def load_selection(
    selector: str,
    folders: tuple[str | None, str | None],
    as_of: date,
    where: str | None = None,
    conditions: Mapping[str, str] | None = None,
) -> Selection:
    """Load a ruleset; `where` is the name of a segment or a condition. Raises `RulesetError`."""
    from ruleengine import api

    wanted = dict(conditions or {})
    rulesets, schemas = folders
    named = where is not None and _NAME.fullmatch(where.strip()) is not None
    if where is not None and not named:
        wanted[WHERE] = where
    ruleset = api.load(selector, rulesets=rulesets, schemas=schemas, as_of=as_of, conditions=wanted or None)
    if where is None or not named:
        return Selection(ruleset, conditional=where is not None)
    if where.strip() in ruleset.segments:
        return Selection(ruleset, segment=where.strip())
    wanted[WHERE] = where  # a flag, or a fault that the checker explains with the nearest name
    ruleset = api.load(selector, rulesets=rulesets, schemas=schemas, as_of=as_of, conditions=wanted)
    return Selection(ruleset, conditional=True)


def select(selection: Selection, wanted: str | None) -> Selection:
    """The selection, of it only the accounts for which a trigger fires: `trigger NAME`, or its bare name."""
    if wanted is None:
        return selection
    words = wanted.split()
    name = words[-1] if words[:1] == ["trigger"] and len(words) == 2 else wanted.strip()
    there = selection.ruleset.triggers
    if name in there:
        return evolve(selection, trigger=name)
    from ruleengine.diagnostics import did_you_mean

    guess = did_you_mean(name, there)
    hint = (
        f"{guess[:1].upper()}{guess[1:]}"
        if guess
        else f"There is {', '.join(there)}."
        if there
        else "It has none."
    )
    raise click.BadParameter(
        f"the ruleset has no trigger '{name}'. {hint} Conditions and segments are for --where.",
        param_hint="'--select'",
    )


def files_of(ruleset: Ruleset) -> Iterator[str]:
    """The files that belong to a ruleset, and those of all others beside it: nothing is to be written over them."""
    yield str(ruleset.path)
    yield ruleset.facts_model.path
    yield from ruleset.sources
    yield from map(str, ruleset.workspace.rulesets.glob("*/*.rules"))
    yield from map(str, ruleset.workspace.schemas.glob("*/*.json"))


def choose_card(ruleset: Ruleset, name: str | None) -> CardInfo | None:
    """The scorecard to show: as named, otherwise the first that the ruleset itself declares."""
    if name is None:
        own = [card for card in ruleset.cards if card.declared_here]
        return next(iter(own or ruleset.cards), None)
    for card in ruleset.cards:
        if card.name == name:
            return card
    from ruleengine.diagnostics import did_you_mean

    names = [card.name for card in ruleset.cards]
    there_is = f"There is {', '.join(names)}." if names else "The ruleset has no scorecard."
    guess = did_you_mean(name, names)
    raise click.BadParameter(
        f"no scorecard '{name}'. {guess[:1].upper()}{guess[1:]}{' ' if guess else ''}{there_is}",
        param_hint="'--card'",
    )


def name_path(ruleset: Ruleset) -> tuple[str, ...]:
    """Where the schema has the name of an account; empty for none."""
    from ruleengine.facts.names import name_path as path_in

    return path_in(ruleset.facts_model)
