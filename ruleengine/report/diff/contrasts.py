"""Where two expressions differ, in as few words as say it: `divided by billable users instead of licensed users`.

In: an expression as the old version has it and as the new one has it. Out: phrases that contrast them. Guaranteed: what is
left out is the same in both, and nothing is said of a part whose meaning is turned round by what stands around it.
"""

from __future__ import annotations

from typing import Any

import attrs
from attrs import frozen

from ruleengine.report.diff.clauses import UNSHOWN, instead, shortened
from ruleengine.report.words.conditions import Words
from ruleengine.report.words.stretches import Region, beyond, common, region_of
from ruleengine.report.words.text import plain
from ruleengine.tree import expressions as e
from ruleengine.tree.shape import meaning_of
from ruleengine.values import Kind

#: Stands for the subject of a test when it goes without saying.
_SUBJECT = "·the subject"
#: Where both sides fit into a sentence, they are told whole.
_SHORT = 60


@frozen(slots=False)
class Contrasts:
    """Tells two expressions apart; each is said in the words of its own version."""

    old: Words
    new: Words

    # ── both sides ──

    def value(self, old: e.Expression, new: e.Expression) -> tuple[str, str]:
        """Both values in words."""
        return plain(self.old.value(old)), plain(self.new.value(new))

    def meaning(self, old: e.Expression, new: e.Expression) -> tuple[str, str]:
        """Both values, or what has to hold, in words."""
        return plain(self.old.meaning(old)), plain(self.new.meaning(new))

    def about(self, subject: str) -> Contrasts:
        """The same, where one variable is what everything is about."""
        return Contrasts(self.old.about(subject), self.new.about(subject))

    # ── values ──

    def measured(self, old: e.Expression, new: e.Expression) -> tuple[str, str]:
        """A verb and what follows it, of how a value is found: `is divided by`, `a instead of b`."""
        around, was, now = self._deepest(old, new)
        share = isinstance(around, e.Call) and around.function == "/"
        if share and now is around.arguments[1]:
            return "is divided by", self._instead(was, now)
        if share and now is around.arguments[0]:
            per = plain(self.new.inner(around.arguments[1]))
            return "counts", f"{self._instead(was, now)}, both divided by {per}"
        return self.changed(old, new, "is measured by")

    def changed(self, old: e.Expression, new: e.Expression, verb: str) -> tuple[str, str]:
        """The whole values with the given verb, or `uses` with the part that differs where they are long."""
        told = self.meaning(old, new)
        standing = self._stands_in(old, new)
        if standing:
            return "takes", standing
        if max(map(len, told)) > _SHORT and told[0] != told[1]:
            _, was, now = self._deepest(old, new)
            part = self.meaning(was, now)
            if was is not old and part[0] != part[1] and max(map(len, part)) <= _SHORT:
                return "uses", instead(part[1], part[0])
        if told[0] == told[1]:
            return "is", UNSHOWN
        return verb, instead(shortened(told[1]), shortened(told[0]))

    def means(self, old: e.Expression, new: e.Expression) -> tuple[str, str]:
        """What a name stands for: a value, or what has to hold."""
        if old.type.kind is Kind.FLAG and new.type.kind is Kind.FLAG:
            return "means", self.condition(old, new)
        return self.changed(old, new, "means")

    def _stands_in(self, old: e.Expression, new: e.Expression) -> str:
        """`2 instead of 3 where priority is missing`, for two values that differ in what stands in for a missing one."""
        if not isinstance(old, e.Default) or not isinstance(new, e.Default):
            return ""
        if self._differ(old.operands[:-1], new.operands[:-1]):
            return ""
        given = " or ".join(plain(self.new.inner(each)) for each in new.operands[:-1])
        return f"{self._instead(old.operands[-1], new.operands[-1])} where {given} is missing"

    def _instead(self, old: e.Expression, new: e.Expression) -> str:
        was, now = self.meaning(old, new)
        return instead(shortened(now), shortened(was))

    def _deepest(self, old: e.Expression, new: e.Expression) -> tuple[Any, e.Expression, e.Expression]:
        """What is around the smallest parts that differ (in the new version), and these parts."""
        around: Any = None
        while isinstance(old, e.Call) and isinstance(new, e.Call) and old.function == new.function:
            if len(old.arguments) != len(new.arguments) or old.options != new.options:
                break
            pairs = zip(old.arguments, new.arguments, strict=True)
            differing = [(was, now) for was, now in pairs if self._differ(was, now)]
            if len(differing) != 1:
                break
            around, (old, new) = new, differing[0]
        return around, old, new

    # ── conditions ──

    def condition(self, old: e.Expression, new: e.Expression, reach: bool = False, after: str = "") -> str:
        """`employees are at least 1,000 instead of at least 500`; `reach`: whether it is narrower or wider, where that is certain.

        `after` is the word that the phrase will follow, as `when`: it is said again before a whole condition.
        """
        was, now = self._smallest_test(old, new)
        told = self._same_subject(was, now)
        if told is not None:
            return told + (self._reach(was, now) if reach else "")
        said = [plain(words.condition(node)) for words, node in ((self.old, was), (self.new, now))]
        if said[0] == said[1]:
            return f"{shortened(said[1])}, {UNSHOWN}"
        if (
            isinstance(was, e.IsBand)
            and isinstance(now, e.IsBand)
            and not self._differ(was.subject, now.subject)
        ):
            named = plain(self.new.referred(now.subject)) + " is "
            said[0] = said[0].removeprefix(named)
        if isinstance(was, e.Logic) or isinstance(now, e.Logic):  # one has more parts: what stays is told too
            return f"{shortened(said[1])} instead of {after}{' ' if after else ''}{shortened(said[0])}"
        return instead(shortened(said[1]), shortened(said[0]))

    def gained(
        self, old: e.Expression, new: e.Expression
    ) -> tuple[list[e.Expression], list[e.Expression]] | None:
        """What must hold besides, and what need not hold any more; None when the conditions differ otherwise."""
        return self._gained(conjuncts(old), conjuncts(new))

    def alternatives(
        self, old: e.Expression, new: e.Expression
    ) -> tuple[list[e.Expression], list[e.Expression]] | None:
        """What is enough besides, and what is not enough any more; None when the conditions differ otherwise."""
        return self._gained(disjuncts(old), disjuncts(new))

    def _gained(
        self, before: list[e.Expression], after: list[e.Expression]
    ) -> tuple[list[e.Expression], list[e.Expression]] | None:
        more = [each for each in after if not any(not self._differ(was, each) for was in before)]
        less = [each for each in before if not any(not self._differ(each, now) for now in after)]
        if bool(more) is bool(less) or len(after) - len(more) != len(before) - len(less):
            return None
        return more, less

    def _smallest_test(self, old: e.Expression, new: e.Expression) -> tuple[e.Expression, e.Expression]:
        """The tests that differ, found through `and` and `or` alone: a `not` would turn them round."""
        while isinstance(old, e.Logic) and isinstance(new, e.Logic) and old.operator == new.operator:
            if len(old.operands) != len(new.operands):
                break
            pairs = zip(old.operands, new.operands, strict=True)
            differing = [(was, now) for was, now in pairs if self._differ(was, now)]
            if len(differing) != 1:
                break
            old, new = differing[0]
        return old, new

    def _same_subject(self, old: e.Expression, new: e.Expression) -> str | None:
        """`employees are at least 1,000 instead of at least 500` for two tests of one thing."""
        subject, other = subject_of_test(new), subject_of_test(old)
        if subject is None or other is None or self._differ(other, subject):
            return None
        was = plain(self.old.about(_SUBJECT).short(_without_subject(old)))
        now = plain(self.new.condition(new))
        before = plain(self.old.condition(old))
        if not before.endswith(was) or was == before:
            return instead(now, before)
        return instead(now, was)

    def _reach(self, old: e.Expression, new: e.Expression) -> str:
        """Whether fewer or more values pass, where that is certain."""
        regions = [region_of(_without_subject(node), _SUBJECT) for node in (old, new)]
        if regions[0] is None or regions[1] is None:
            return ""
        if not _outside(regions[1], regions[0]):
            return ", which is narrower"
        if not _outside(regions[0], regions[1]):
            return ", which is wider"
        return ""

    # ── sameness ──

    def _differ(self, old: Any, new: Any) -> bool:
        return bool(meaning_of(old) != meaning_of(new))


def conjuncts(node: e.Expression) -> list[e.Expression]:
    """What must hold all at once."""
    if isinstance(node, e.Logic) and node.operator == "and":
        return [each for operand in node.operands for each in conjuncts(operand)]
    return [node]


def disjuncts(node: e.Expression) -> list[e.Expression]:
    """What is enough each by itself."""
    if isinstance(node, e.Logic) and node.operator == "or":
        return [each for operand in node.operands for each in disjuncts(operand)]
    return [node]


def subject_of_test(node: e.Expression) -> e.Expression | None:
    """What a test is about: the left side of a comparison with something fixed."""
    if isinstance(node, e.Compare):
        return node.left if not isinstance(node.left, e.Constant) else node.right
    if isinstance(node, e.Between | e.OneOf | e.Within):
        return node.subject
    return None


def _without_subject(node: e.Expression) -> e.Expression:
    """The test with a variable in place of what it is about."""
    subject = subject_of_test(node)
    assert subject is not None  # asked only of a test that has one
    stand_in = e.Variable(_SUBJECT, type=subject.type, span=subject.span)
    if isinstance(node, e.Compare):
        if subject is node.left:
            return attrs.evolve(node, left=stand_in)
        return attrs.evolve(node, right=stand_in)
    return attrs.evolve(node, subject=stand_in)  # type: ignore[call-arg]  # each of the three has one


def _outside(region: Region, other: Region) -> Region:
    """What of one region lies outside of another."""
    return common(region, beyond(other))
