"""What `--previous` gives: earlier results by account, and how many accounts of the run they are for.

In: a ruleset and the path of a file. Out: the earlier result of each account. Guaranteed: how many accounts had one is
always said, so that a file that fits nobody does not stay unnoticed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field

from ruleengine.cli.console import counted, say

if TYPE_CHECKING:
    from ruleengine.api import Ruleset


@define(slots=True)
class Earlier:
    """Earlier results; `others` are the rulesets they are of, where that is not the one that runs."""

    results: dict[Any, dict[str, Any]] = field(factory=dict)
    others: tuple[str, ...] = ()
    given: bool = False
    met: int = 0

    def of(self, identity: Any) -> dict[str, Any] | None:
        """The earlier result of an account, which is counted."""
        found = self.results.get(identity)
        self.met += found is not None
        return found

    def tell(self, accounts: int) -> None:
        """Say for how many accounts there was one, if any were given."""
        if self.given:
            whose = f", of the ruleset {' and '.join(self.others)}" if self.others else ""
            say(f"earlier results for {self.met:,} of {counted(accounts, 'account')}{whose}")


def read_earlier(ruleset: Ruleset, path: str | None, beside: Ruleset | None = None) -> Earlier:
    """The earlier results in a file, as a ruleset and one `beside` it need them; none without a path.

    Raises `FactsUnreadable`.
    """
    if path is None:
        return Earlier()
    if not (ruleset.uses_previous or (beside is not None and beside.uses_previous)):
        say(f"{ruleset.name} {ruleset.version} never says `previous`: --previous changes nothing")
    rulesets: set[tuple[str, str]] = set()
    results = ruleset.read_previous(path, rulesets, beside)
    names = {each.name for each in (ruleset, beside) if each is not None}
    others = tuple(f"{name} {version}".strip() for name, version in sorted(rulesets) if name not in names)
    return Earlier(results, others, given=True)
