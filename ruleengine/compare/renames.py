"""Which things of two programs are the same under another name.

In: two programs. Out: pairs of keys that stand for one thing. A thing whose file is imported otherwise keeps its own name
and is no renaming; one that says the same as the only candidate is renamed; so is one that says mostly the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import define, field, frozen

from ruleengine.compare.edits import ThingKey
from ruleengine.compare.things import things_of
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import meaning_of

#: Kinds of things that authors name. Of problems and invariants only the text is a name: another text is another one.
_NAMED = (
    "bands", "named_value", "segment", "table", "definition", "measure", "scorecard", "matrix", "trigger", "template",
    "output",
)  # fmt: skip


@frozen(slots=True)
class Same:
    """One thing under two names; `told` when authors call it otherwise."""

    old: ThingKey
    new: ThingKey
    told: bool


def same_things(old: r.Program, new: r.Program) -> list[Same]:
    """The things that have other names in the new program."""
    search = _Search(things_of(old), things_of(new))
    search.by_label()
    while search.by_meaning(_equal) or search.by_meaning(_mostly_equal):
        pass
    return search.found


@define(slots=True, eq=False)
class _Search:
    """Things without a partner, and the partners that were found."""

    old: Mapping[ThingKey, Any]
    new: Mapping[ThingKey, Any]
    found: list[Same] = field(factory=list)
    names: dict[str, str] = field(factory=dict)

    def _left(self, kind: str) -> tuple[list[ThingKey], list[ThingKey]]:
        """Keys of one kind that one program alone has, as far as no partner is known."""
        taken = {same.old for same in self.found} | {same.new for same in self.found}
        old = [key for key in self.old if key[0] == kind and key not in self.new and key not in taken]
        new = [key for key in self.new if key[0] == kind and key not in self.old and key not in taken]
        return old, new

    def _match(self, old: ThingKey, new: ThingKey, told: bool) -> None:
        self.found.append(Same(old, new, told))
        self.names.update(names_between(self.old[old], self.new[new], old, new))

    def by_label(self) -> None:
        """Things that their authors call the same."""
        for kind in _NAMED:
            for old, new in _only_pairs(*self._left(kind), _same_label):
                self._match(old, new, told=False)

    def by_meaning(self, test: Callable[[Any, Any, Mapping[str, str]], bool]) -> bool:
        """Whether more things were found that say the same, when what is known already is read as one name."""
        before = len(self.found)
        for kind in _NAMED:

            def fits(old: ThingKey, new: ThingKey) -> bool:
                was, now = self.old[old], self.new[new]
                return test(was, now, {**self.names, **names_between(was, now, old, new)})

            for old, new in _only_pairs(*self._left(kind), fits):
                self._match(old, new, told=True)
        return len(self.found) > before


def _only_pairs(
    old: list[ThingKey], new: list[ThingKey], fits: Callable[[ThingKey, ThingKey], bool]
) -> Iterator[tuple[ThingKey, ThingKey]]:
    """Pairs that fit, where neither fits anything else."""
    fitting = [(was, now) for was in old for now in new if fits(was, now)]
    for was, now in fitting:
        if sum(pair[0] == was for pair in fitting) == 1 and sum(pair[1] == now for pair in fitting) == 1:
            yield was, now


def bare(key: ThingKey) -> str:
    """What the author calls a thing: without the ruleset that it comes from, with the types of an instance."""
    name, bracket, types = key[1].partition("(")
    return name.rpartition(".")[2] + bracket + types


def _same_label(old: ThingKey, new: ThingKey) -> bool:
    return bare(old) == bare(new)


def names_between(old: Any, new: Any, old_key: ThingKey, new_key: ThingKey) -> dict[str, str]:
    """The names of a thing and of what is inside it → those in the new version."""
    was, now = old_key[1], new_key[1]
    names = {was: now}
    if isinstance(old, r.Measure) and isinstance(new, r.Measure):
        names[f"{was}.value"] = f"{now}.value"
        labels = {let.label: let.name for let in new.lets}
        for let in old.lets:
            names[let.name] = labels.get(let.label, f"{now}.{let.label}")
    if old_key[0] in ("definition", "table"):
        names[was.partition("(")[0]] = now.partition("(")[0]
    label = getattr(old, "label", ""), getattr(new, "label", "")
    if all(label) and old_key[0] in ("measure", "scorecard"):
        names.setdefault(label[0], label[1])
    return names


# ── what says the same ──────────────────────────────────────────────────────────────────────────────────────────────


def _equal(old: Any, new: Any, names: Mapping[str, str]) -> bool:
    if isinstance(new, r.BandSet):
        return bool(meaning_of((old.bands, old.step)) == meaning_of((new.bands, new.step)))
    if isinstance(new, r.Scorecard):
        return bool(_card(old, names) == _card(new, {}))
    return bool(meaning_of(old, dict(names)) == meaning_of(new))


def _card(card: r.Scorecard, names: Mapping[str, str]) -> Any:
    return meaning_of((card.block.children, card.block.columns, card.block.limits, card.grace), dict(names))


_ASPECTS = ("applies", "fresh", "rates", "as_given", "limits", "missing", "baseline")


def _mostly_equal(old: Any, new: Any, names: Mapping[str, str]) -> bool:
    """Whether a measure measures the same and half of the rest is the same, or a scorecard has mostly the same members."""
    known = dict(names)
    if isinstance(new, r.Measure):
        if new.value is None or meaning_of(old.value, known) != meaning_of(new.value):
            return False
        pairs = [(getattr(old, name), getattr(new, name)) for name in _ASPECTS]
        said = [(was, now) for was, now in pairs if was or now]
        same = [meaning_of(was, known) == meaning_of(now) for was, now in said]
        return 2 * same.count(True) >= len(said)
    if isinstance(new, r.Trigger):
        conditions = [tuple(each.condition for each in side.alternatives) for side in (old, new)]
        return bool(meaning_of(conditions[0], known) == meaning_of(conditions[1]))
    if isinstance(new, r.Scorecard):
        was = {known.get(member.name, member.name) for member in members_of(old.block)}
        now = {member.name for member in members_of(new.block)}
        return 2 * len(was & now) > len(was | now)
    return False


def members_of(block: r.Block) -> Iterator[r.Member]:
    """The members of a block, and of the groups in it."""
    stack: list[r.Member | r.Block] = [block]
    while stack:
        node = stack.pop()
        if isinstance(node, r.Member):
            yield node
        else:
            stack.extend(reversed(node.children))
