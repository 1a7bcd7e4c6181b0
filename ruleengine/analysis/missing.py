"""What a scorecard can come to when only some of its parts have data: “with only Voice and Product, no account is red”.

In: a scorecard. Out: bounds for the largest sets of parts with data for which a band is impossible that is possible
otherwise. Parts are the groups and members right below the scorecard; a part without data is one whose measures with a
weight are all without a score.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from ruleengine.analysis.bounds import Among, Scores
from ruleengine.analysis.findings import Bounds
from ruleengine.analysis.may import ALL_REASONS, ANYTHING, May
from ruleengine.analysis.question import Asked, Result
from ruleengine.analysis.situation import Impossible, Key
from ruleengine.tree import ruleset as r

_MOST_PARTS, _MOST_TOLD = 8, 6
_SECONDS = 0.4
_SCORED = ("scored", "stale")


def patterns(asked: Asked, card: r.Scorecard, whole: Bounds) -> Iterator[Bounds]:
    """The bounds of each largest set of parts for which a band is lost."""
    children = [child for child in card.block.children if child.weight > 0]
    if not 1 < len(children) <= _MOST_PARTS or not card.bands or card.block.formula is not None:
        return
    scores = Scores(asked, card)
    reached = {place for place, each in enumerate(whole.bands) if each.answer.account is not None}
    told: list[tuple[frozenset[str], frozenset[int]]] = []
    for size in range(len(children) - 1, 0, -1):
        for chosen in combinations(children, size):
            among = _among(asked, card, children, chosen)
            possible = _possible(asked, card, among)
            if possible is None:
                continue
            lost = reached - possible
            names = frozenset(child.label for child in chosen)
            new = lost - {band for larger, bands in told if names < larger for band in bands}
            if new and len(told) < _MOST_TOLD:
                told.append((names, frozenset(lost)))
                yield scores.bounds(among)


def _possible(asked: Asked, card: r.Scorecard, among: Among) -> set[int] | None:
    """The bands that are not excluded at a glance; None where no account is among these."""
    run = asked.looking.run(among.box)
    try:
        return set(run.card(card.name)[""].outcome.bands)
    except Impossible:
        return None


def _among(
    asked: Asked,
    card: r.Scorecard,
    children: Sequence[r.Block | r.Member],
    chosen: Sequence[r.Block | r.Member],
) -> Among:
    """The accounts that have data for some parts only."""
    box: dict[Key, May] = {}
    for child in children:
        path = child.path if isinstance(child, r.Block) else child.label
        if child in chosen:
            box["place", card.name, path] = May(present=ANYTHING)
            continue
        box["place", card.name, path] = May(ALL_REASONS)
        for name in _measures(child):
            box["outcome", name] = May(ALL_REASONS)
    paths = {child.path if isinstance(child, r.Block) else child.label: child in chosen for child in children}
    absent = [name for child in children if child not in chosen for name in _measures(child)]

    def test(result: Result) -> bool:
        nodes = result["scorecards"][card.name]["nodes"]
        as_wanted = all((nodes[path]["status"] in _SCORED) is wanted for path, wanted in paths.items())
        return as_wanted and all(
            result["measures"][name]["status"] not in _SCORED for name in absent if name in result["measures"]
        )

    titles = tuple(child.title or child.label for child in chosen)
    only = tuple(child.label for child in chosen)
    return Among("data", f"with only {_listed(titles)}", only, test=test, box=box, seconds=_SECONDS)


def _measures(child: r.Block | r.Member) -> Iterator[str]:
    """The measures with a weight below a part."""
    if isinstance(child, r.Member):
        if child.kind == "measure" and child.weight > 0:
            yield child.name
        return
    for each in child.children:
        yield from _measures(each)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
