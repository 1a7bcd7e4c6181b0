"""What an analysis is asked for, and how much time it may take."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import frozen

#: What can be asked for, in words for the one who asks.
KINDS: Mapping[str, str] = {
    "check": "gaps, overlaps and whatever else `check` finds",
    "reach": "what no account can reach, and conditions that are always the same",
    "bounds": "lowest and highest scores and the bands that can be reached",
    "neglect": "where waiting or missing data makes an account look better",
    "monotonicity": "where an improvement lowers a score",
    "invariants": "whether `never` and `always` hold for every account",
}


def _quietly(what: str) -> None:
    pass


@frozen(slots=True, eq=False)
class Options:
    """`seconds` for the whole analysis; `only` some kinds and `segments` (their names as written), all of them where empty.

    `progress` is told in a few words what is being looked at.
    """

    seconds: float = 60.0
    only: frozenset[str] = frozenset()
    segments: tuple[str, ...] = ()
    solver: bool = True
    progress: Callable[[str], None] = _quietly

    def wants(self, kind: str) -> bool:
        """Whether one of `KINDS` is asked for."""
        return not self.only or kind in self.only
