"""The parts of a portfolio summary as tables of texts, from which the terminal and Markdown are written.

In: the document of a summary. Out: sections in the order in which they are read; one without rows is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from ruleengine.report.cells import NOTHING, cell, number_text, percent_text, short_number
from ruleengine.report.portfolio.headline import Document, card_of
from ruleengine.values import STATUSES

#: Statuses with a score.
_SCORED = ("scored", "stale")


@frozen(slots=True)
class Section:
    """A table: its title, the titles of columns, rows of texts; for each row the band that it is about, if any."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bands: tuple[str | None, ...] = ()
    texts: int = 1  # so many columns at the left hold texts, the others numbers


def sections_of(document: Document) -> list[Section]:
    """All sections that have something to show."""
    card = card_of(document)
    found = []
    if card is not None:
        found += [
            _bands(card, document["accounts"]),
            _groups(document["groups"], card),
            _coverage(card, document["accounts"]),
            _places(card),
            *_acted(card),
            _borderline(card),
        ]
        found.append(_other_cards(document, card))
    found += [_other_measures(document, card), _triggers(document), _problems(document)]
    return [section for section in found if section.rows]


def _bands(card: Mapping[str, Any], accounts: int) -> Section:
    rows, bands = [], []
    for each in reversed(card["bands"]):
        rows.append(
            (
                cell(each["band"]),
                _count(each["accounts"]),
                percent_text(each["share"]),
                number_text(each["mean_score"]),
            )
        )
        bands.append(each["band"])
    if not rows:
        rows.append(
            (
                "with a score",
                _count(card["with_score"]),
                percent_text(card["share_with_score"]),
                number_text(card["mean_score"]),
            )
        )
        bands.append(None)
    for status, number in card["statuses"].items():
        if status not in _SCORED:
            rows.append(
                (f"no score: {_words(status)}", _count(number), percent_text(number / accounts), NOTHING)
            )
            bands.append(None)
    return Section("Bands", ("band", "accounts", "share", "mean score"), tuple(rows), tuple(bands))


def _groups(groups: Mapping[str, Any], card: Mapping[str, Any]) -> Section:
    bands = [each["band"] for each in reversed(card["bands"])]
    head = (cell(groups["by"]), "accounts", *map(cell, bands), "with a score", "mean score", "coverage")
    rows = [
        (
            "none of them" if each["value"] is None else cell(each["value"]),
            _count(each["accounts"]),
            *(_count(each["bands"].get(band, 0)) for band in bands),
            percent_text(each["share_with_score"]),
            number_text(each["mean_score"]),
            percent_text(each["mean_coverage"]),
        )
        for each in groups["groups"]
    ]
    told = rows if len(rows) > 1 or (rows and groups["groups"][0]["value"] is not None) else []
    return Section(f"By {cell(groups['by'])}", head, tuple(told))


def _coverage(card: Mapping[str, Any], accounts: int) -> Section:
    rows = []
    for each in card["coverage"]:
        low, high = each["from"], each["to"]
        if low is None:
            name = "nothing was expected"
        elif low == high:
            name = "none of the weight" if high == 0 else "all of it"
        else:
            name = f"{percent_text(low)} to {percent_text(high)}" if low else f"up to {percent_text(high)}"
        if each["accounts"]:
            rows.append((name, _count(each["accounts"]), percent_text(each["accounts"] / accounts)))
    return Section(
        "Coverage: how much of the weight rests on data", ("coverage", "accounts", "share"), tuple(rows)
    )


def _places(card: Mapping[str, Any]) -> Section:
    met = [
        status
        for status in STATUSES
        if status != "scored" and any(each["statuses"].get(status) for each in card["places"])
    ]
    scored = card["with_score"]
    rows = [
        (
            cell(each["title"]),
            NOTHING if each["lost"] is None else f"{each['lost']:,.1f}",
            NOTHING if each["lost"] is None or not scored else short_number(each["lost"] / scored),
            *(_count(each["statuses"].get(status, 0)) for status in met),
        )
        for each in card["places"]
    ]
    head = ("measure", "points lost", "an account", *map(_words, met))
    return Section("Where points are lost, and what is stale or not there", head, tuple(rows))


def _acted(card: Mapping[str, Any]) -> list[Section]:
    acted = [
        (
            each["kind"], cell(each["band"]) if each["band"] is not None else "a score",
            cell(each["reason"]) if each["reason"] is not None else NOTHING, _count(each["accounts"]),
        )
        for each in card["acted"]
    ]  # fmt: skip
    moved = [(_band(each["from"]), _band(each["to"]), _count(each["accounts"])) for each in card["moved"]]
    return [
        Section(
            "Overrides, caps and floors that acted",
            ("what", "sets", "reason", "accounts"),
            tuple(acted),
            texts=3,
        ),
        Section("Which accounts they moved", ("from", "to", "accounts"), tuple(moved), texts=2),
    ]


def _borderline(card: Mapping[str, Any]) -> Section:
    rows = [
        (_band(each["band"]), _band(each["near"]), _count(each["accounts"])) for each in card["borderline"]
    ]
    return Section("Close to another band", ("band", "close to", "accounts"), tuple(rows), texts=2)


def _other_cards(document: Document, shown: Mapping[str, Any]) -> Section:
    rows = [
        (
            cell(card["title"]),
            _all_bands(card),
            percent_text(card["share_with_score"]),
            number_text(card["mean_score"]),
            percent_text(card["mean_coverage"]),
        )
        for card in document["scorecards"]
        if card is not shown
    ]
    head = ("scorecard", "bands", "with a score", "mean score", "coverage")
    return Section("Other scorecards", head, tuple(rows), texts=2)


def _all_bands(card: Mapping[str, Any]) -> str:
    counted = [
        f"{each['accounts']:,} {cell(each['band'])}" for each in reversed(card["bands"]) if each["accounts"]
    ]
    return ", ".join(counted) or NOTHING


def _other_measures(document: Document, card: Mapping[str, Any] | None) -> Section:
    """The measures that stand nowhere in the scorecard that is shown."""
    inside = {each["path"].rpartition(".")[2] for each in card["places"]} if card is not None else set()
    told = [each for each in document["measures"] if each["name"].rpartition(".")[2] not in inside]
    met = [status for status in STATUSES if any(each["statuses"].get(status) for each in told)]
    rows = [
        (cell(each["title"]), *(_count(each["statuses"].get(status, 0)) for status in met)) for each in told
    ]
    return Section("Other measures", ("measure", *map(_words, met)), tuple(rows))


def _triggers(document: Document) -> Section:
    rows = [
        (
            cell(each["title"] or each["name"]), cell(each["kind"]) if each["kind"] is not None else NOTHING,
            cell(each["severity"]) if each["severity"] is not None else NOTHING, _count(each["accounts"]),
        )
        for each in sorted(document["triggers"], key=lambda each: (each["kind"] or "", -each["accounts"], each["name"]))
    ]  # fmt: skip
    return Section("Triggers", ("trigger", "kind", "severity", "accounts"), tuple(rows), texts=3)


def _problems(document: Document) -> Section:
    from ruleengine.diagnostics import CODES

    rows = [
        (
            cell(each["code"]), cell(CODES[each["code"]].title) if each["code"] in CODES else NOTHING,
            _count(each["problems"]), _count(each["accounts"]),
        )
        for each in document["problems"]
    ]  # fmt: skip
    return Section("Problems", ("code", "what", "problems", "accounts"), tuple(rows), texts=2)


def _band(name: str | None) -> str:
    return "no band" if name is None else cell(name)


def _words(status: str) -> str:
    return status.replace("_", " ")


def _count(number: int) -> str:
    return f"{number:,}" if number else NOTHING


def bands_of(document: Document) -> Sequence[str]:
    """The bands of the scorecard that is shown, from best to worst."""
    card = card_of(document)
    return [each["band"] for each in card["bands"]] if card is not None else []
