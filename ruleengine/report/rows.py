"""Results as rows for people: one account a row, the worst first.

In: result documents and, where there is one, the costliest measure. Out: `AccountRow`s, and their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from ruleengine.report.cells import cell, short_number

_AFTER_THE_WORST = 0.5
#: Notes of bands that were given by something else than the score, and so say nothing about the scale.
_ACTED = frozenset(("override", "cap", "floor"))


@frozen(slots=True)
class AccountRow:
    """What a table shows of one account. `notes` are words such as `override`, `cost` is what costs most."""

    id: str
    name: str
    status: str
    band: str | None
    score: float | None
    coverage: float | None
    notes: tuple[str, ...]
    cost: str
    outputs: Mapping[str, Any]
    triggers: tuple[str, ...] = ()
    cells: Mapping[str, str] = {}
    due: str = ""
    reason: str = ""


def account_row(
    result: Mapping[str, Any],
    card: str | None,
    name: str = "",
    cost: Mapping[str, Any] | None = None,
    trigger: str | None = None,
) -> AccountRow:
    """The row of one result, as the scorecard `card` sees it (None for a ruleset without scorecards).

    `trigger` is the one by which accounts were selected: its reason and due date are shown.
    """
    fired = next((each for each in result["triggers"] if each["name"] == trigger), None)
    found: Mapping[str, Any] = result["scorecards"].get(card, {}) if card else {}
    return AccountRow(
        id=cell(result["id"]),
        name=cell(name),
        status=found.get("status", ""),
        band=found.get("band"),
        score=found.get("score"),
        coverage=found.get("coverage"),
        notes=_notes(result, found),
        cost=_cost(cost) if cost else "",
        outputs=result["outputs"],
        triggers=tuple(cell(each["title"]) for each in result["triggers"] if each is not fired),
        cells={
            name: cell(found["label"]) if found["label"] else "" for name, found in result["matrices"].items()
        },
        due=fired["due"] or "" if fired else "",
        reason=cell(fired["reason"] or "") if fired else "",
    )


def worst_first(rows: Sequence[AccountRow], bands: Sequence[str]) -> list[AccountRow]:
    """Rows in the order in which somebody should look at them.

    The worst band comes first, then accounts without a band, then the better bands; within a band the worse
    score comes first. Which end of the scale is worse is seen from the scores of the bands themselves.
    """
    sign = -1.0 if _lower_is_better(rows, bands) else 1.0

    def order(row: AccountRow) -> tuple[float, float, str]:
        if row.band in bands:
            place = float(len(bands) - 1 - bands.index(row.band))
        else:
            place = _AFTER_THE_WORST if bands else float(row.score is None)
        return place, float("-inf") if row.score is None else sign * row.score, row.id

    return sorted(rows, key=order)


def _lower_is_better(rows: Sequence[AccountRow], bands: Sequence[str]) -> bool:
    """Whether the best band that occurs has lower scores than the worst that does."""
    means = []
    for band in bands:
        scores = [
            row.score
            for row in rows
            if row.band == band and row.score is not None and not _ACTED.intersection(row.notes)
        ]
        if scores:
            means.append(sum(scores) / len(scores))
    return len(means) > 1 and means[0] < means[-1]


def _notes(result: Mapping[str, Any], card: Mapping[str, Any]) -> tuple[str, ...]:
    notes = []
    if card.get("override"):
        notes.append("override")
    notes += [limit["kind"] for limit in card.get("limits", ())]
    if card.get("borderline"):
        notes.append("borderline")
    stale = sum(measure["status"] == "stale" for measure in result["measures"].values())
    if stale:
        notes.append(f"{stale} stale")
    problems = len(result["problems"])
    if problems:
        notes.append("1 problem" if problems == 1 else f"{problems} problems")
    return tuple(notes)


def _cost(cost: Mapping[str, Any]) -> str:
    return f"{cell(cost['title'] or cost['path'])} ({short_number(-cost['cost'], 1)})"
