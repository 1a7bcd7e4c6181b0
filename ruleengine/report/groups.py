"""What a run comes to group by group: by segment, by a field of the facts, by trigger, by the cell of a matrix.

In: results with the groups that each account is in. Out: one document with a summary for every group, CSV, and a table
for people. Guaranteed: memory grows with the number of groups only, and there are at most `MOST_GROUPS`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ruleengine.report.cells import BOLD, NOTHING, cell, cell_width, number_text, paint, percent_text
from ruleengine.report.markdown import escape
from ruleengine.report.summary import Card, RunSummary
from ruleengine.report.table import fitted, row_line

#: More groups than this are no groups: somebody has grouped by an id.
MOST_GROUPS = 10_000
#: The group of the accounts that have nothing to be grouped by.
NO_GROUP = None
_CARD_PARTS = ("without_band", "with_score", "share_with_score", "mean_score", "mean_coverage")


class GroupedSummary:
    """Counts results by group, as they come. An account may be in several groups, such as segments."""

    def __init__(self, by: str, cards: Sequence[Card], order: Sequence[str] = ()) -> None:
        self.by = by
        self._cards = cards
        self._groups: dict[str | None, RunSummary] = {name: RunSummary(cards) for name in order}

    def add(self, groups: Sequence[str | None], result: Mapping[str, Any]) -> None:
        """Count one result in all its groups."""
        for group in groups or (NO_GROUP,):
            found = self._groups.get(group)
            if found is None:
                if len(self._groups) >= MOST_GROUPS:
                    group, found = "…", self._groups.setdefault("…", RunSummary(self._cards))
                else:
                    found = self._groups[group] = RunSummary(self._cards)
            found.add(result)

    def groups(self) -> list[tuple[str | None, RunSummary]]:
        """The groups that hold accounts, the largest first; those without a group last."""
        held = [(name, summary) for name, summary in self._groups.items() if summary.accounts]
        return sorted(held, key=lambda group: (group[0] is None, -group[1].accounts, str(group[0])))

    def to_dict(self) -> dict[str, Any]:
        """The whole as plain data."""
        return {
            "by": self.by,
            "groups": [{"value": name, **summary.to_dict()} for name, summary in self.groups()],
        }

    def delimited(self) -> list[str]:
        """The lines of a CSV table: one row a group, with the counts of every scorecard."""
        from ruleengine.report.delimited import delimited_line

        groups = [(name, summary.to_dict()) for name, summary in self.groups()]
        empty = RunSummary(self._cards).to_dict()
        titles: dict[tuple[str, ...], str] = {}
        for counts in (empty, *(counts for _, counts in groups)):
            for card, each in counts["scorecards"].items():
                titles |= {(card, "bands", band): f"{card}.{band}" for band in each["bands"]}
        titles |= {(card, part): f"{card}.{part}" for card in empty["scorecards"] for part in _CARD_PARTS}
        lines = [delimited_line([self.by, "accounts", *titles.values(), "triggers", "problems"])]
        for name, counts in groups:
            cells = [_at(counts["scorecards"], path) for path in titles]
            fired = sum(counts["triggers"].values())
            lines.append(delimited_line([name, counts["accounts"], *cells, fired, counts["problems"]]))
        return lines

    # ── for people ──

    def columns(self, card: str | None) -> dict[str, list[str]]:
        """The texts of a table by column; bands from worst to best, as one scorecard sees them."""
        groups = [(name, summary.to_dict()) for name, summary in self.groups()]
        columns = {
            cell(self.by): [NOTHING if name is None else cell(name) for name, _ in groups],
            "accounts": [f"{counts['accounts']:,}" for _, counts in groups],
        }
        cards = [counts["scorecards"].get(card) for _, counts in groups] if card is not None else []
        if cards and cards[0] is not None:
            found: list[dict[str, Any]] = [each for each in cards if each is not None]
            for band in reversed(found[0]["bands"]):
                columns[cell(band)] = [_counted(each["bands"].get(band, 0)) for each in found]
            columns["with a score"] = [percent_text(each["share_with_score"], 0) for each in found]
            columns["mean score"] = [number_text(each["mean_score"], 1) for each in found]
            columns["coverage"] = [percent_text(each["mean_coverage"], 0) for each in found]
        fired = [sum(counts["triggers"].values()) for _, counts in groups]
        if any(fired):
            columns["triggers"] = [_counted(number) for number in fired]
        return columns

    def table(self, card: str | None, *, width: int | None = None, color: bool = False) -> str:
        """The groups as a table for a terminal or a pipe."""
        columns = self.columns(card)
        first = next(iter(columns))
        widths = fitted(
            {title: max(map(cell_width, [title, *texts])) for title, texts in columns.items()}, width
        )
        numeric = [title for title in columns if title != first]
        lines = [
            paint(row_line(widths, {title: title.upper() for title in columns}, "", numeric), BOLD, color)
        ]
        lines += [
            row_line(widths, {title: texts[number] for title, texts in columns.items()}, "", numeric)
            for number in range(len(columns[first]))
        ]
        return "".join(f"{line}\n" for line in lines)

    def markdown(self, card: str | None) -> str:
        """The groups as a Markdown table."""
        columns = self.columns(card)
        first = next(iter(columns))
        head = f"| {' | '.join(escape(title) for title in columns)} |\n"
        rule = f"| {' | '.join('---' if title == first else '---:' for title in columns)} |\n"
        rows = zip(*columns.values(), strict=True)
        return head + rule + "".join(f"| {' | '.join(escape(text) for text in row)} |\n" for row in rows)


def _at(counts: Any, path: Sequence[str]) -> Any:
    for step in path:
        counts = counts.get(step, 0)
    return counts


def _counted(number: int) -> str:
    return f"{number:,}" if number else NOTHING
