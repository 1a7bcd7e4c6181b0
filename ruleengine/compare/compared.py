"""One account under both versions, as it is counted and reported.

In: what the evaluation of both versions and the shares of the edits came to. Out: data, which other processes can hand over.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ruleengine.compare.attribution import Share, place

#: Scores are printed to, and added up as, whole numbers of this many to a point.
UNITS = 10**10


@frozen(slots=True)
class ComparedCard:
    """A scorecard that both versions have; `bands` are those of both from best to worst."""

    name: str
    title: str
    bands: tuple[str, ...]


@frozen(slots=True)
class Player:
    """What can move an account: an edit of the ruleset, a section of the facts, or time."""

    id: str
    cause: str = "ruleset"


@frozen(slots=True)
class Outcome:
    """What a scorecard says of an account: score and band as they are printed, None without; and the status."""

    score: float | None
    band: str | None
    status: str

    @property
    def place(self) -> str:
        """The band, or `na` without a score, or `scored` on a scale without bands."""
        return place(self.score, self.band)


@frozen(slots=True)
class Change:
    """One account and one scorecard under both versions; `share` is None where nothing touches the account."""

    old: Outcome
    new: Outcome
    share: Share | None = None

    @property
    def points(self) -> float | None:
        """The new score minus the old one, as it is printed; None without a score on one side."""
        if self.share is not None:
            return self.share.change
        if self.old.score is None or self.new.score is None:
            return None
        return (round(self.new.score * UNITS) - round(self.old.score * UNITS)) / UNITS


@frozen(slots=True)
class ComparedAccount:
    """All that is counted of one account: changes in the order of the compared cards; the triggers that fire, by name;
    and the segments that hold, of those that were asked for. `problems`: how many problems its facts have on the new side.
    """

    id: str | int
    name: str | None
    changes: tuple[Change, ...]
    old_triggers: Sequence[str] = ()
    new_triggers: Sequence[str] = ()
    segments: Sequence[str] = ()
    problems: int = 0


@frozen(slots=True)
class Mover:
    """An account whose score or band changes in a scorecard."""

    id: str | int
    name: str | None
    scorecard: str
    change: Change


def joined_bands(old: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    """The bands of both versions from best to worst: those of the new one, each other after the one that it followed."""
    joined, after = list(new), 0
    for band in old:
        if band in joined:
            after = joined.index(band) + 1
        else:
            joined.insert(after, band)
            after += 1
    return tuple(joined)
