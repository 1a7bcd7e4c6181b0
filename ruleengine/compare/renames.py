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
    while search.by_meaning(_gist, None) or search.by_meaning(_core, _mostly_equal):
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
            called: list[dict[str, list[ThingKey]]] = [{}, {}]
            for keys, side in zip(self._left(kind), called, strict=True):
                for key in keys:
                    side.setdefault(bare(key), []).append(key)
            for label, old in called[0].items():
                new = called[1].get(label, [])
                if len(old) == 1 and len(new) == 1:
                    self._match(old[0], new[0], told=False)

    def by_meaning(self, told: Telling, test: Test | None) -> bool:
        """Whether more things were found that are told alike, when what is known already is read as one name."""
        before = len(self.found)
        for kind in _NAMED:
            left = self._left(kind)
            sides: list[dict[Any, list[ThingKey]]] = [{}, {}]
            for keys, things, side in zip(left, (self.old, self.new), sides, strict=True):
                for key in keys:
                    names = {**(self.names if things is self.old else {}), **own_names(key, things[key])}
                    said = told(things[key], names)
                    if said is not None:
                        side.setdefault(said, []).append(key)

            def fits(old: ThingKey, new: ThingKey) -> bool:
                return test is None or test(
                    self.old[old], self.new[new], {**self.names, **self._between(old, new)}
                )

            for said, keys in sides[0].items():
                for old, new in _only_pairs(keys, sides[1].get(said, []), fits):
                    self._match(old, new, told=True)
        return len(self.found) > before

    def _between(self, old: ThingKey, new: ThingKey) -> dict[str, str]:
        return names_between(self.old[old], self.new[new], old, new)


#: What is said of a thing in some names, to be compared; None where it cannot be compared so.
Telling = Callable[[Any, dict[str, str]], Any]
Test = Callable[[Any, Any, Mapping[str, str]], bool]


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


def own_names(key: ThingKey, thing: Any) -> dict[str, str]:
    """The names of a thing and of what is inside it → names that do not tell it apart from others."""
    name = key[1]
    names = {name: "*", f"{name}.value": "*.value"}
    if isinstance(thing, r.Measure):
        names |= {let.name: f"*.{let.label}" for let in thing.lets}
    if key[0] in ("definition", "table"):
        names[bare(key).partition("(")[0]] = names[name.partition("(")[0]] = "*"
    return names


# ── what says the same ──────────────────────────────────────────────────────────────────────────────────────────────


def _gist(thing: Any, names: dict[str, str]) -> Any:
    """All that a thing says."""
    if isinstance(thing, r.BandSet):
        return meaning_of((thing.bands, thing.step))
    if isinstance(thing, r.Scorecard):
        block = thing.block
        return meaning_of((block.children, block.columns, block.limits, thing.grace), names)
    return meaning_of(thing, names)


def _core(thing: Any, names: dict[str, str]) -> Any:
    """What has to be the same in a thing that is mostly the same: what is measured, when a trigger fires."""
    if isinstance(thing, r.Measure):
        return None if thing.value is None else meaning_of(thing.value, names)
    if isinstance(thing, r.Trigger):
        return meaning_of(tuple(each.condition for each in thing.alternatives), names)
    return "scorecard" if isinstance(thing, r.Scorecard) else None


_ASPECTS = ("applies", "fresh", "rates", "as_given", "limits", "missing", "baseline")


def _mostly_equal(old: Any, new: Any, names: Mapping[str, str]) -> bool:
    """Whether half of what else a measure says is the same, or a scorecard has mostly the same members."""
    known = dict(names)
    if isinstance(new, r.Measure):
        pairs = [(getattr(old, name), getattr(new, name)) for name in _ASPECTS]
        said = [(was, now) for was, now in pairs if was or now]
        same = [meaning_of(was, known) == meaning_of(now) for was, now in said]
        return 2 * same.count(True) >= len(said)
    if isinstance(new, r.Scorecard):
        was = {known.get(member.name, member.name) for member in members_of(old.block)}
        now = {member.name for member in members_of(new.block)}
        return 2 * len(was & now) > len(was | now)
    return True


def members_of(block: r.Block) -> Iterator[r.Member]:
    """The members of a block, and of the groups in it."""
    stack: list[r.Member | r.Block] = [block]
    while stack:
        node = stack.pop()
        if isinstance(node, r.Member):
            yield node
        else:
            stack.extend(reversed(node.children))
