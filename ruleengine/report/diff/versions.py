"""Two programs side by side as words see them: names of both, titles, and what an edit is about.

In: two programs with the texts that they were compiled from. Out: words for the nodes of each, and nouns for the subjects of
edits. Guaranteed: a node of the old version is told with the figures of the old version, also where it carries a new name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import attrs
from attrs import frozen

from ruleengine.compare.edits import Subject
from ruleengine.report.diff.clauses import Noun
from ruleengine.report.diff.contrasts import Contrasts
from ruleengine.report.words.conditions import Words
from ruleengine.report.words.names import Names
from ruleengine.report.words.policies import Policies
from ruleengine.report.words.text import Run
from ruleengine.source import Source
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r

Node = r.Block | r.Member


@attrs.frozen(slots=False)
class EitherNames(Names):
    """Names of one version (`own`); what only the other one knows is called as there."""

    own: Names = attrs.field(kw_only=True)
    other: Names = attrs.field(kw_only=True)

    @cached_property
    def measures(self) -> dict[str, r.Measure]:
        """Measures by their unique name."""
        return {**self.other.measures, **self.own.measures}

    @cached_property
    def cards(self) -> dict[str, r.Scorecard]:
        """Scorecards by their unique name."""
        return {**self.other.cards, **self.own.cards}

    @cached_property
    def band_sets(self) -> dict[str, r.BandSet]:
        """Band sets by their key."""
        return {**self.other.band_sets, **self.own.band_sets}

    @cached_property
    def called(self) -> dict[str, r.Table | r.Definition]:
        """Tables and definitions by the key of their instance."""
        return {**self.other.called, **self.own.called}

    @cached_property
    def nodes(self) -> dict[tuple[str, str], Node]:
        """Groups and members by the name of their scorecard and their path in it."""
        return {**self.other.nodes, **self.own.nodes}

    @cached_property
    def variables(self) -> dict[str, Run]:
        """What the author calls each named value, segment, parameter and trigger."""
        return {**self.other.variables, **self.own.variables}

    @cached_property
    def constants(self) -> dict[str, e.Constant]:
        """Named values that are numbers as written; the other version's figures only for names that are its own."""
        own = self.own.constants
        return {
            **{name: value for name, value in self.other.constants.items() if name not in self.variables},
            **own,
        }


@frozen(slots=False)
class Versions:
    """Both versions as words see them. `before` and `after` are what each has itself."""

    old: Words
    new: Words
    before: Names
    after: Names

    @cached_property
    def contrasts(self) -> Contrasts:
        """What tells two expressions apart."""
        return Contrasts(self.old, self.new)

    @cached_property
    def policies(self) -> tuple[Policies, Policies]:
        """Words for policies, of the old and of the new version."""
        return Policies(self.old), Policies(self.new)

    # ── what there is ──

    def measures(self, name: str) -> tuple[r.Measure | None, r.Measure | None]:
        """A measure as both versions have it."""
        return self.before.measures.get(name), self.after.measures.get(name)

    def cards(self, name: str) -> tuple[r.Scorecard | None, r.Scorecard | None]:
        """A scorecard as both versions have it."""
        return self.before.cards.get(name), self.after.cards.get(name)

    def nodes(self, card: str, path: str) -> tuple[Node | None, Node | None]:
        """A group or member as both versions have it."""
        return self.before.nodes.get((card, path)), self.after.nodes.get((card, path))

    def block(self, names: Names, card: str, path: str) -> r.Block | None:
        """The group at a path of a scorecard, or the whole of it."""
        if not path:
            found = names.cards.get(card)
            return found.block if found is not None else None
        node = names.nodes.get((card, path))
        return node if isinstance(node, r.Block) else None

    def around(self, names: Names, card: str, path: str) -> r.Block | None:
        """What a group or member is part of."""
        return self.block(names, card, path.rpartition(".")[0])

    # ── what it is called ──

    def noun(self, subject: Subject) -> Noun:
        """What an edit is about; a member with the group or scorecard that it is in."""
        if subject.kind == "measure":
            return Noun(self._title(self.new.names.measures.get(subject.name)) or subject.title)
        if subject.kind in ("scorecard", "card", "group", "member") and subject.path:
            return self.place(subject.name, subject.path)
        if subject.kind in ("scorecard", "card"):
            return Noun(self._title(self.new.names.cards.get(subject.name)) or subject.title)
        return Noun(subject.title or self.new.names.human(subject.name))

    def place(self, card: str, path: str) -> Noun:
        """`License utilization in Product`; at the top of a scorecard, where no other node is called so, just `Product`."""
        names = self.new.names
        node = names.nodes.get((card, path))
        title = self._title(node) or names.human(path.rpartition(".")[2])
        titles = [self._title(each) for each in names.nodes.values()]
        if "." not in path and isinstance(node, r.Block) and titles.count(title) < 2:
            return Noun(title)
        return Noun(title, f" in {self.whole(card, path)}")

    def whole(self, card: str, path: str) -> str:
        """The title of what a group or member is part of."""
        around = self.around(self.new.names, card, path)
        return self._title(around) or self.new.names.human(path.rpartition(".")[0].rpartition(".")[2] or card)

    def _title(self, node: r.Measure | r.Scorecard | Node | None) -> str:
        return self.new.names.title(node) if node is not None else ""

    def bands(self, names: Names, owner: r.Measure | r.Scorecard | None) -> tuple[r.Band, ...]:
        """The bands of a measure or scorecard."""
        found = names.band_sets.get(owner.bands) if owner is not None else None
        return found.bands if found is not None else ()


def versions_of(
    old: r.Program, new: r.Program, old_sources: Mapping[str, Source], new_sources: Mapping[str, Source]
) -> Versions:
    """Both versions, each with the names of the other where it has none of its own."""
    before, after = Names(old, old_sources), Names(new, new_sources)
    return Versions(
        Words(EitherNames(old, old_sources, own=before, other=after)),
        Words(EitherNames(new, new_sources, own=after, other=before)),
        before,
        after,
    )
