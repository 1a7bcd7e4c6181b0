"""What a measure or a scorecard says besides its rating: where it applies, how old data may be, what is done without
data, what caps it, how it is put together.

In: nodes of the tree. Out: phrases. Guaranteed: limits of age say which side they belong to.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ruleengine.report.words.conditions import Words
from ruleengine.report.words.names import band_run
from ruleengine.report.words.quantities import number_words, quantity
from ruleengine.report.words.text import Part, Text, joined, listed, quiet, say
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import Kind, Type

_LIMITS = {"cap": "At most", "floor": "At least", "override": "Always"}
_ROLLUPS = {
    "sum": "the sum of its members", "minimum": "the lowest of its members", "maximum": "the highest of its members",
    "worst band": "the points of the worst band among its members",
}  # fmt: skip
_MODES = {"half_up": "", "half_even": ", halves to the even number", "half_down": ", halves towards zero"}


@frozen(slots=True)
class Policies:
    """Says policies."""

    words: Words

    # ── where a measure applies ──

    def applies(self, measure: r.Measure) -> Text:
        """`all except scale and tech touch; only when …`; empty when it applies everywhere."""
        return joined([self._applies(each.condition) for each in measure.applies], "; ")

    def _applies(self, condition: e.Expression) -> Text:
        segments = self._segments(condition)
        if segments:
            return say("only ", listed(segments, "or"))
        if isinstance(condition, e.Not):
            excepted = self._segments(condition.operand)
            if excepted:
                return say("all except ", listed(excepted))
        if isinstance(condition, e.Constant) and condition.value is True:
            return say("all")
        if isinstance(condition, e.Not) and isinstance(condition.operand, e.Constant):
            return say("all")  # `to all except` nobody
        return say("only when ", self.words.condition(condition))

    def _segments(self, condition: e.Expression) -> list[Part]:
        """The segments that a condition consists of, one being enough; none when it is anything else."""
        nodes = (
            condition.operands
            if isinstance(condition, e.Logic) and condition.operator == "or"
            else (condition,)
        )
        runs = [self.words.names.variables.get(node.name) for node in nodes if isinstance(node, e.Variable)]
        found: list[Part] = [run for run in runs if run is not None and run.target.startswith("segment-")]
        return found if len(found) == len(nodes) else []

    # ── age and absence of data ──

    def fresh(self, fresh: r.Fresh | None, told_by: bool = True) -> tuple[Text, ...]:
        """How old data may be, a line for each limit and one for what tells its age; nothing when age does not matter."""
        if fresh is None:
            return ()
        lines: list[Text] = []
        if fresh.stale is not None:
            lines.append(say("stale when older than ", _age(fresh.stale, fresh.stale_unit)))
        if fresh.expired is not None:
            lines.append(say("not used when older than ", _age(fresh.expired, fresh.expired_unit)))
        return (*lines, say(quiet("counted from "), self.words.value(fresh.by))) if told_by else tuple(lines)

    def missing_leaf(
        self, measure: r.Measure | None, blocks: Sequence[r.Block], bands: tuple[r.Band, ...]
    ) -> Text:
        """What happens in a scorecard when a member has no data; `blocks` are those around it, the innermost last."""
        policies = [block.missing for block in blocks if block.missing is not None]
        own = measure.missing if measure is not None else None
        imputed = [found for found in (own, *reversed(policies)) if found is not None and _stands_in(found)]
        redistributed = own is not None and not _stands_in(own)
        if imputed and not redistributed:
            return say("counts as ", self._imputed(imputed[0], bands))
        return say(_LEFT_OUT.get(blocks[-1].rollup, "left out"))

    def _imputed(self, missing: r.Missing, bands: tuple[r.Band, ...]) -> Text:
        if missing.policy == "as zero":
            return say("0 points")
        positions = {band.name: position for position, band in enumerate(bands)}
        if missing.band is not None and missing.band in positions:
            return say(band_run(bands, positions[missing.band]))
        if missing.band is not None:
            return say(missing.band)
        return (
            say(self.words.inner(missing.value), " points") if missing.value is not None else say("nothing")
        )

    def missing(self, missing: r.Missing | None, rollup: str, bands: tuple[r.Band, ...]) -> Text:
        """The policy of a whole scorecard or group, or of a measure wherever it is a member."""
        if missing is None or missing.policy == "redistribute":
            return say(_WITHOUT.get(rollup, "members without a value are left out"))
        if missing.policy == "redistribute flat":
            return say(
                "the weight of a measure without a value goes to all others of the scorecard, whatever group"
            )
        if missing.policy == "require all":
            return say("no score when any of its measures lacks data")
        if missing.policy == "require":
            return say(
                f"no score when fewer than {missing.number} of its {missing.total} measures have a value"
            )
        if missing.policy in ("coverage", "require coverage") and missing.value is not None:
            return say(
                "no score when less than ", self.words.inner(missing.value), " of the weight rests on data"
            )
        return say("a measure without data counts as ", self._imputed(missing, bands))

    # ── limits ──

    def limit(self, limit: r.Limit, bands: tuple[r.Band, ...]) -> Text:
        """`Always red when CSM sentiment is red — because …`."""
        if limit.band is not None and limit.band < len(bands):
            target = say(band_run(bands, limit.band))
        else:
            target = say(self.words.inner(limit.score), " points") if limit.score is not None else ()
        when = say(" when ", self.words.condition(limit.condition)) if limit.condition is not None else ()
        because = say(quiet(f" ({limit.because})")) if limit.because else ()
        return say(f"{_LIMITS[limit.kind]} ", target, when, because)

    # ── scorecards ──

    def rollup(self, block: r.Block, bands: tuple[r.Band, ...]) -> Text:
        """How the score of a scorecard or group comes about."""
        if block.rollup == "weighted mean":
            if len(block.children) == 1:
                return say("that of its one member")
            even = len({child.weight for child in block.children}) < 2
            return say("the mean of its members" if even else "the mean of its members by their weights")
        if block.rollup == "count" and block.count_band is not None:
            positions = {band.name: position for position, band in enumerate(bands)}
            known = positions.get(block.count_band)
            shown: Part = block.count_band if known is None else band_run(bands, known)
            return say("how many of its members are ", shown)
        if block.formula is not None:
            return self.words.value(block.formula)
        return say(_ROLLUPS.get(block.rollup, block.rollup))

    def rounding(self, rounding: tuple[int, str]) -> Text:
        """How a score is rounded."""
        digits, mode = rounding
        how = _MODES.get(mode, f", {mode.replace('_', ' ')}")
        return say(
            "to a whole number" if not digits else f"to {digits} decimal{'s' if digits > 1 else ''}", how
        )

    def grace(self, grace: r.Grace, card: r.Scorecard) -> Text:
        """What does not count in the first days of an account."""
        titles = _titles(self.words, card)
        excepted = [titles.get(label, self.words.names.human(label)) for label in grace.excepted]
        rest = say("only ", listed(excepted), " count" + ("s" if len(excepted) == 1 else "")) if excepted else say(
            "nothing counts")  # fmt: skip
        return say(
            f"for the first {_age(grace.length, grace.unit)} from ", self.words.value(grace.start), ", ", rest
        )


def weight_words(weight: float, percent: bool) -> str:
    """A weight as the author wrote it."""
    return f"{number_words(weight, 2)}%" if percent else number_words(weight)


def share_words(share: float) -> str:
    """A share of the whole, at most two decimals of a percentage."""
    return f"{number_words(round(share * 100, 2))}%"


def _titles(words: Words, card: r.Scorecard) -> dict[str, Part]:
    """Members by what they are called in the scorecard."""
    return {
        node.label: words.names.measure(node.name) if node.kind == "measure" else words.names.card(node.name)
        for (name, _), node in words.names.nodes.items()
        if name == card.name and isinstance(node, r.Member)
    }


def _stands_in(missing: r.Missing) -> bool:
    return missing.policy in ("impute", "as zero")


def _age(length: float, unit: str) -> str:
    return "".join(quantity(length, Type(Kind.NUMBER, unit)))


_LEFT_OUT = {"weighted mean": "its weight goes to the others", "sum": "adds nothing"}
_WITHOUT = {
    "weighted mean": "the weight of a member without a value goes to the others beside it",
    "sum": "members without a value add nothing",
}  # fmt: skip
