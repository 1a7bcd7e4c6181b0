"""Roll-ups in SQL: how a block comes to its score, and what of its data it requires."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ruleengine.columnar import build as b
from ruleengine.columnar import numbers, rounding
from ruleengine.columnar.bands import chosen
from ruleengine.columnar.build import Sql
from ruleengine.columnar.logic import has_reason
from ruleengine.columnar.measures import MeasureEmitter
from ruleengine.columnar.places import Amount, Place, amount, is_zero
from ruleengine.columnar.problems import ProblemEmitter
from ruleengine.columnar.reasons import SILENT, SPAN, codes_for
from ruleengine.columnar.types import DOUBLE, INTEGER, TEXT
from ruleengine.columnar.value import Form, Value
from ruleengine.tree import ruleset as r
from ruleengine.values import LACKING, NA, NA_REASONS, NUMBER, added_up

#: So many terms stand in one expression.
MOST_TERMS = 40
NOTHING_COUNTS = NA("missing", "nothing here counts")


class RollupEmitter(MeasureEmitter, ProblemEmitter):
    """Emits roll-ups."""

    cards: dict[str, r.Scorecard]

    def summed(self, values: list[Sql], name: str = "sum") -> Sql:
        """Numbers added one after the other; the running sum of many is a column, as no engine nests that deep."""
        if not values:
            return b.double(0)
        total = values[0]
        for number, value in enumerate(values[1:], 1):
            if number % MOST_TERMS == 0:
                total = self.named(total, f"{name} so far")
            total = b.add(total, value)
        return total

    def nominal(self, place: Place) -> dict[int, Amount]:
        """The nominal share of every leaf below a block; written by `blocks.py`."""
        raise NotImplementedError  # pragma: no cover - abstract

    def rolled_up(self, card: r.Scorecard, block: r.Block, place: Place, name: str) -> Value:
        """What a block comes to, before rounding: for the worst band its position stands in `place.worst`."""
        kind = block.rollup
        if block.formula is not None:
            return self.value_of(block.formula, f"{name} formula")
        if kind == "weighted mean" and place.policy == "redistribute flat" and not block.path:
            return self._mean(place, self._flat_parts(place), name)
        if kind == "weighted mean":
            return self._mean(place, [(child.points, child.weight) for child in place.children], name)
        if kind == "sum":
            return self._sum(place, name)
        if kind in ("minimum", "maximum"):
            return self._extreme_child(place, kind, name)
        if kind == "worst band":
            return self._worst_band(card, place, name)
        return self._count_band(card, block, place, name)

    def counting(self, place: Place) -> Iterator[tuple[Place, list[Sql]]]:
        """The children that can count, each with the tests that it does."""
        for child in place.children:
            if not is_zero(child.weight):
                tests = [b.is_known(child.points)]
                yield (
                    child,
                    tests
                    if isinstance(child.weight, float)
                    else [*tests, b.compare(">", child.weight, b.double(0))],
                )

    def counting_by_band(self, place: Place) -> Iterator[tuple[Place, Sql]]:
        """The children that can count where bands decide: points or a band are enough."""
        for child, tests in self.counting(place):
            banded = b.conjunction([b.is_known(child.state.sql), b.is_known(child.band)])
            yield child, b.conjunction([b.disjunction([tests[0], banded]), *tests[1:]])

    # ── why nothing counts ──

    def passed_up(self, children: Sequence[Place]) -> tuple[Sql, frozenset[int]]:
        """Why a parent of NA children is NA: not applicable when all are, else the first of invalid, expired, missing, grace,
        excluded."""
        branches: list[tuple[Sql, Sql]] = []
        codes: set[int] = set()
        for reason in NA_REASONS:
            for child in children:
                wanted = codes_for(child.state.codes, [reason])
                if wanted:
                    branches.append(
                        (has_reason(child.state, [reason]), self._silenced(child.state.code, reason))
                    )
                    codes |= {self.silent(code) for code in wanted}
        nothing = self.reasons.code(NOTHING_COUNTS)
        return b.case(branches, b.integer(nothing)), frozenset(codes | {nothing})

    @staticmethod
    def silent(code: int) -> int:
        """The code as a parent takes it over."""
        return code + SILENT if code // SPAN == 1 and code % SPAN < SILENT else code

    @staticmethod
    def _silenced(code: Sql, reason: str) -> Sql:
        """The same in SQL: only what is invalid is ever a problem of its own."""
        if reason != NA_REASONS[0]:
            return code
        return b.case(
            [(b.compare("<", code, b.integer(SPAN + SILENT)), b.add(code, b.integer(SILENT)))], code
        )

    def _or_passed_up(self, place: Place, counts: Sql, score: Sql, name: str) -> Value:
        why, codes = self.passed_up(place.children)
        sql = self.named(b.case([(counts, score)], b.null(DOUBLE)), f"{name} score")
        na = self.named(b.case([(b.is_null(sql), why)], b.null_code()), f"{name} na")
        return Value(sql, NUMBER, na, Form(codes), atom=True)

    # ── roll-ups ──

    def _flat_parts(self, place: Place) -> list[tuple[Sql, Amount]]:
        shares = self.nominal(place)
        return [(leaf.points, shares[id(leaf)]) for leaf in place.leaves()]

    def _mean(self, place: Place, parts: list[tuple[Sql, Amount]], name: str) -> Value:
        weights, products = [], []
        for points, weight in parts:
            if is_zero(weight):
                continue
            weights.append(b.case([(b.is_null(points), b.double(0))], amount(weight)))
            products.append(b.coalesce(b.multiply(amount(weight), points), b.double(0)))
        place.total = self.named(self.summed(weights), f"{name} weight that counts")
        total = self.named(self.summed(products), f"{name} weighted points")
        counts = b.compare("!=", place.total, b.double(0))
        return self._or_passed_up(place, counts, b.divide(total, place.total), name)

    def _sum(self, place: Place, name: str) -> Value:
        counting = list(self.counting(place))
        counts = self.named(b.disjunction([b.conjunction(tests) for _, tests in counting]), f"{name} counts")
        parts = []
        for child, tests in counting:
            product = child.points if child.weight == 1.0 else b.multiply(amount(child.weight), child.points)
            parts.append(b.case([(b.conjunction(tests), product)], b.double(0)))
        place.total = b.case([(counts, b.double(1))], b.double(0))
        return self._or_passed_up(place, counts, self.summed(parts), name)

    def _extreme_child(self, place: Place, kind: str, name: str) -> Value:
        best: Sql = b.null(DOUBLE)
        decider: Sql = b.integer(-1)
        for child, tests in self.counting(place):
            first, second = (child.points, best) if kind == "minimum" else (best, child.points)
            better = b.disjunction([b.is_null(best), numbers.less(self.dialect, first, second)])
            taken = b.coalesce(b.conjunction([*tests, better]), b.FALSE())
            taken = self.named(taken, f"{name} {kind} {place.children.index(child) + 1}")
            best = self.named(b.case([(taken, child.points)], best), f"{name} {kind} so far")
            decider = self.named(
                b.case([(taken, b.integer(place.children.index(child)))], decider), f"{name} decider"
            )
        place.decider = decider
        return self._or_passed_up(place, b.is_known(best), best, name)

    def _worst_band(self, card: r.Scorecard, place: Place, name: str) -> Value:
        worst: Sql = b.integer(-1)
        decider: Sql = b.integer(-1)
        for child, test in self.counting_by_band(place):
            position = self._position_in(card, child, f"{name} position")
            taken = self.named(b.conjunction([test, b.compare(">", position, worst)]), f"{name} worse")
            worst = self.named(b.case([(taken, position)], worst), f"{name} worst so far")
            decider = self.named(
                b.case([(taken, b.integer(place.children.index(child)))], decider), f"{name} decider"
            )
        place.decider = decider
        known = b.compare(">=", worst, b.integer(0))
        place.worst = self.named(b.case([(known, worst)], b.null_code()), f"{name} worst band")
        return self._or_passed_up(place, known, b.double(1), name)

    def _position_in(self, card: r.Scorecard, child: Place, name: str) -> Sql:
        """The position of the band of a child among the card's bands, by its name; -1 where that is none of them."""
        own = self._bands_of(card, child)
        names = self.scales[card.bands].names if card.bands else []
        if own == card.bands or (own and self.scales[own].names == names):
            return b.coalesce(child.band, b.integer(-1))
        given = self.scales[own].names if own else []
        places: list[Sql | None] = [b.integer(names.index(each)) if each in names else None for each in given]
        found = chosen(child.band, places, b.integer(-1))
        if child.imputes and child.imputed_bands == card.bands:
            found = b.case([(b.is_null(child.state.sql), b.coalesce(child.band, b.integer(-1)))], found)
        return self.named(found, name)

    def _count_band(self, card: r.Scorecard, block: r.Block, place: Place, name: str) -> Value:
        counting = list(self.counting_by_band(place))
        counts = self.named(b.disjunction([test for _, test in counting]), f"{name} counts")
        parts = []
        for child, test in counting:
            is_it = b.conjunction([test, self.has_band(card, child, block.count_band or "")])
            parts.append(b.case([(is_it, b.double(1))], b.double(0)))
        return self._or_passed_up(place, counts, self.summed(parts), name)

    def has_band(self, card: r.Scorecard, child: Place, name: str) -> Sql:
        """Whether a child has a band of this name, in whatever bands it is rated; never NULL."""
        own = self._is_band(self._bands_of(card, child), child, name)
        if not child.imputes:
            return own
        return b.case([(b.is_null(child.state.sql), self._is_band(child.imputed_bands, child, name))], own)

    def _is_band(self, key: str, child: Place, name: str) -> Sql:
        if not key or name not in self.scales[key].names:
            return b.FALSE()
        wanted = b.integer(self.scales[key].position(name))
        return b.coalesce(b.compare("=", child.band, wanted), b.FALSE())

    def _bands_of(self, card: r.Scorecard, child: Place) -> str:
        if isinstance(child.node, r.Block):
            return card.bands
        if child.node.kind == "measure":
            return self.measures[child.node.name].node.bands
        return self.cards[child.node.name].bands

    def rounded(self, score: Sql, declared: tuple[int, str], name: str) -> Sql:
        """A score with its declared rounding."""
        answer = rounding.round_to(self.dialect, score, *declared)
        self.leave(answer.beyond)
        return self.named(answer.value, f"{name} rounded")

    # ── what is required ──

    def required(self, block: r.Block, place: Place, state: Value, name: str) -> Value:
        """The score, unless the block's policy asks for more data than there is."""
        missing = block.missing
        if missing is None or missing.policy not in ("require all", "require", "coverage"):
            return state
        leaves = list(place.leaves())
        if missing.policy == "require all":
            branches, codes = self._lacking(leaves)
        elif missing.policy == "require":
            branches, codes = self._too_few(leaves, missing.number or 0, name)
        else:
            branches, codes = self._too_little(place, leaves, missing, name)
        if not branches:
            return state
        na = self.named(b.case(branches, state.code if state.codes else b.null_code()), f"{name} required na")
        acts = b.disjunction([test for test, _ in branches])
        sql = self.named(b.case([(acts, b.null(DOUBLE))], state.sql), f"{name} required")
        return Value(sql, NUMBER, na, Form(state.codes | codes), atom=True)

    def _lacking(self, leaves: list[Place]) -> tuple[list[tuple[Sql, Sql]], frozenset[int]]:
        branches: list[tuple[Sql, Sql]] = []
        codes: set[int] = set()
        for reason in NA_REASONS:
            for leaf in leaves if reason in LACKING else []:
                wanted = codes_for(leaf.state.codes, [reason])
                if wanted:
                    branches.append(
                        (has_reason(leaf.state, [reason]), self._silenced(leaf.state.code, reason))
                    )
                    codes |= {self.silent(code) for code in wanted}
        return branches, frozenset(codes)

    def _too_few(
        self, leaves: list[Place], number: int, name: str
    ) -> tuple[list[tuple[Sql, Sql]], frozenset[int]]:
        ones = [b.case([(b.is_known(leaf.state.sql), b.double(1))], b.double(0)) for leaf in leaves]
        scored = self.named(self.summed(ones), f"{name} scored")
        branches: list[tuple[Sql, Sql]] = []
        codes = set()
        for count in range(min(number, len(leaves) + 1)):
            code = self.code(
                "missing", f"{count} of {len(leaves)} measures are scored, {number} are required"
            )
            codes.add(code)
            branches.append((b.compare("=", scored, b.double(count)), b.integer(code)))
        return branches, frozenset(codes)

    def _too_little(
        self, place: Place, leaves: list[Place], missing: r.Missing, name: str
    ) -> tuple[list[tuple[Sql, Sql]], frozenset[int]]:
        assert missing.value is not None
        shares = self.nominal(place)
        known, total = [], []
        for leaf in leaves:
            weight = amount(shares[id(leaf)])
            known.append(b.case([(b.is_known(leaf.state.sql), weight)], b.double(0)))
            lacking = has_reason(leaf.state, tuple(LACKING))
            total.append(
                b.case([(b.disjunction([b.is_known(leaf.state.sql), lacking]), weight)], b.double(0))
            )
        whole = self.named(self.summed(total), f"{name} weight expected")
        ratio = b.case(
            [(b.compare(">", whole, b.double(0)), b.divide(self.summed(known), whole))], b.null(DOUBLE)
        )
        covered = self.named(ratio, f"{name} weight covered")
        share = self.value_of(missing.value, f"{name} share required")
        too_little = b.coalesce(numbers.less(self.dialect, covered, share.sql), b.FALSE())
        return self._coverage_words(covered, share, too_little, name)

    def _coverage_words(
        self, covered: Sql, share: Value, too_little: Sql, name: str
    ) -> tuple[list[tuple[Sql, Sql]], frozenset[int]]:
        """A code whose words tell both shares in whole percent; ties of rounding are left to the evaluator."""

        def percent(value: Sql) -> Sql:
            hundredfold = b.multiply(value, b.double(100))
            return b.cast(b.cast(b.function("round", hundredfold), INTEGER), TEXT)

        def words() -> Sql:
            return b.concat(
                [
                    percent(covered),
                    b.text("% of the weight is scored, "),
                    percent(share.sql),
                    b.text("% is required"),
                ]
            )

        code = self.reasons.with_words(NA("missing", "too little of the weight is scored"), words)
        test = self.named(too_little, f"{name} covers too little")
        for value in (covered, share.sql):
            part = b.subtract(
                b.multiply(value, b.double(100)), b.function("floor", b.multiply(value, b.double(100)))
            )
            near = b.between(part, b.double(0.4999999), b.double(0.5000001))
            self.leave(b.coalesce(b.conjunction([test, near]), b.FALSE()))
        return [(test, b.integer(code))], frozenset([code])

    def _sum_of_weights(self, place: Place) -> Amount:
        weights = [child.weight for child in place.children]
        plain = [weight for weight in weights if isinstance(weight, float)]
        if len(plain) == len(weights):
            total = added_up(plain)
            return 1.0 if abs(total - 1) < 1e-12 or not total else total  # nothing has a share of nothing
        columns = place.node.columns if isinstance(place.node, r.Block) else ()
        given = [[child.node.weight for child in place.children], *(column.weights for column in columns)]
        summed = self.named(
            self.summed([amount(weight) for weight in weights]), f"{place.path} sum of weights"
        )
        if all(any(each) for each in given):
            return summed
        return self.named(
            b.case([(b.compare("=", summed, b.double(0)), b.double(1))], summed), f"{place.path} weights"
        )
