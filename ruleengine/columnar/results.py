"""The columns of a result: measures and scorecards as records, in the form of a result document.

Keys that a document may leave out (`imputed`, what limits have changed) are NULL there.
"""

from __future__ import annotations

from functools import cached_property

from attrs import frozen

from ruleengine.columnar import build as b
from ruleengine.columnar import numbers
from ruleengine.columnar.bands import Scale, chosen
from ruleengine.columnar.build import Sql
from ruleengine.columnar.cards import Carded, Node
from ruleengine.columnar.limits import Acting, Limited
from ruleengine.columnar.measures import Measured
from ruleengine.columnar.nearness import next_band
from ruleengine.columnar.places import Place, amount
from ruleengine.columnar.problems import ProblemEmitter
from ruleengine.columnar.reasons import bounds_of, codes_for
from ruleengine.columnar.references import ReferenceEmitter
from ruleengine.columnar.rounding import clean, clean_share
from ruleengine.columnar.shown import ShownEmitter
from ruleengine.columnar.types import BOOLEAN, DOUBLE, INTEGER, TEXT, ColumnType, list_of, record_of
from ruleengine.columnar.value import Value
from ruleengine.tree import ruleset as r
from ruleengine.values import NA_REASONS

_NEAR = record_of([("band", TEXT), ("distance", DOUBLE)])
_OVERRIDE = record_of([("band", TEXT), ("score", DOUBLE), ("reason", TEXT), ("line", INTEGER)])
_LIMIT = record_of([("kind", TEXT), *_OVERRIDE.fields])


@frozen(slots=True)
class Column:
    """A column of a result."""

    name: str
    sql: Sql
    type: ColumnType


class ResultEmitter(ReferenceEmitter, ShownEmitter, ProblemEmitter):
    """Emits the records of measures and scorecards."""

    # ── words ──

    def status(self, state: Value, stale: Sql | None) -> Sql:
        """The status of something, by its state."""
        branches: list[tuple[Sql, Sql]] = []
        for reason in NA_REASONS:
            if codes_for(state.codes, [reason]):
                low, high = bounds_of(reason)
                branches.append(
                    (b.between(state.code, b.integer(low), b.integer(high - 1)), self.word(reason))
                )
        scored = self.word("scored")
        scored = scored if stale is None else b.case([(stale, self.word("stale"))], scored)
        if not branches:
            return scored
        nothing = b.case(branches[:-1], branches[-1][1])
        return b.case([(b.is_null(state.sql), nothing)], scored)

    def word(self, status: str) -> Sql:
        """A status as text."""
        return self.dialect.word(status, "status")

    def band_name(self, scale: Scale | None, band: Sql) -> Sql:
        """The name of a band by its position; NULL of NULL."""
        if scale is None:
            return b.null(TEXT)
        names = [self.dialect.word(name, "band") for name in scale.names]
        return chosen(band, list(names), b.untyped_null())

    # ── measures ──

    def measure_column(self, found: Measured) -> tuple[Sql, ColumnType]:
        """The record of a measure."""
        node, rated = found.node, found.rated
        scale = self.scales[node.bands] if node.bands else None
        status, band = self._of_measure(found)
        fields = [("status", status, TEXT)]
        if node.value is None:
            fields.append(("value", b.null(TEXT), TEXT))
        else:
            fields.append(("value", *self.shown(found.value, node.value)))
        fields.append(("band", band, TEXT))
        points = rated.score
        fields.append(
            ("points", clean(self.dialect, points) if self.computes_points(node) else points, DOUBLE)
        )
        fields.append(("reason", self._reason(found), TEXT))
        fields.append(("line", self._line(found), INTEGER))
        if found.limited is not None:
            fields += self._limited_fields(found.limited, scale)
        return self._record(fields)

    def computes_points(self, node: r.Measure) -> bool:
        """Whether points come out of arithmetic, so that they are cleaned for the result."""
        outcomes = [row.outcome for block in node.rates for row in block.rows]
        plain = all(isinstance(outcome, r.BandOutcome | r.NaOutcome) for outcome in outcomes)
        return not plain or any(limit.score is not None for limit in node.limits)

    def _record(self, fields: list[tuple[str, Sql, ColumnType]]) -> tuple[Sql, ColumnType]:
        made = self.dialect.record([(name, sql) for name, sql, _ in fields])
        return made, record_of([(name, kind) for name, _, kind in fields])

    def _reason(self, found: Measured) -> Sql:
        """Why the row that won gives what it gives, or why there is nothing."""
        state = found.rated.state
        closed = not self.reasons.any_with_words(state.codes)
        texts = [
            None if each.because is None else self._because_text(each.because, closed)
            for each in found.rating.entries
        ]
        some = closed and any(
            text is not None for text in texts
        )  # a NULL of its own type would make texts of them
        said = self._by_row(found, list(texts), b.untyped_null() if some else b.null(TEXT), "because", closed)
        if not state.codes:
            return said
        none = all(text is None for text in texts) and found.limited is None
        return b.case([(b.is_null(state.sql), self._why(state, closed))], None if none else said)

    def _because_text(self, words: str, closed: bool) -> Sql:
        return self.dialect.word(words, "reason") if closed else b.text(words)

    def _why(self, state: Value, closed: bool) -> Sql:
        """Why something is NA, in words; `closed`: all of them are known now."""
        if not closed:
            return self.words_of(state.code, state.codes)
        said: dict[str, list[int]] = {}
        for code in sorted(state.codes):
            said.setdefault(self.reasons.na(code).describe(), []).append(code)
        branches = [
            (b.one_of(state.code, [b.integer(code) for code in codes]), self.dialect.word(words, "reason"))
            for words, codes in said.items()
        ]
        return b.case(branches[:-1], branches[-1][1])

    def _line(self, found: Measured) -> Sql:
        lines: list[Sql | None] = [b.cast(b.integer(each.line), INTEGER) for each in found.rating.entries]
        said = self._by_row(found, lines, b.null(INTEGER), "line")
        state = found.rated.state
        return b.case([(b.is_known(state.sql), said)], b.null(INTEGER)) if state.codes else said

    def _by_row(
        self, found: Measured, values: list[Sql | None], nothing: Sql, part: str, closed: bool = False
    ) -> Sql:
        said = chosen(found.computed.state.sql, values, nothing)
        if found.limited is None:
            return said
        last = self._last_acting(found.limited)
        acting = [self._said_by(each, part, nothing, closed) for each in found.limited.acting]
        return b.case([(b.is_known(last), chosen(last, list(acting), nothing))], said)

    def _last_acting(self, found: Limited) -> Sql:
        """The number of the limit that tells why a measure has changed; NULL where it has not."""
        before, after = found.before, found.after
        bounds = [(n, each) for n, each in enumerate(found.acting) if each.limit.kind != "override"]
        last = b.case([(each.holds, b.integer(n)) for n, each in reversed(bounds)], b.null(INTEGER))
        last = b.coalesce(found.override, last) if found.override is not None else last
        changed = b.disjunction(
            [
                b.is_null(before.state.sql),
                self.dialect.differs(before.band, after.band),
                self.dialect.differs(before.score, after.score),
            ]
        )
        return b.case([(changed, last)], b.null(INTEGER))

    def _said_by(self, each: Acting, part: str, nothing: Sql, closed: bool) -> Sql:
        if part == "line":
            return b.cast(b.integer(each.limit.span.line), INTEGER)
        return nothing if each.limit.because is None else self._because_text(each.limit.because, closed)

    # ── limits ──

    def _limited_fields(self, found: Limited, scale: Scale | None) -> list[tuple[str, Sql, ColumnType]]:
        acted = b.disjunction([each.holds for each in found.acting])
        before = found.before
        known = b.conjunction([acted, b.is_known(before.state.sql)])
        band = b.case([(known, self.band_name(scale, before.band))], b.null(TEXT))
        points = b.case([(known, clean(self.dialect, before.score))], b.null(DOUBLE))
        limits = self.limits_acted(found, scale, b.is_known(before.state.sql))
        override = self.override_acted(found, scale)
        return [
            ("computed_band", band, TEXT),
            ("computed_points", points, DOUBLE),
            ("override", override, _OVERRIDE),
            ("limits", b.case([(acted, limits)], b.null(list_of(_LIMIT))), list_of(_LIMIT)),
        ]

    def override_acted(self, found: Limited, scale: Scale | None) -> Sql:
        """The override that acted; NULL where none did."""
        if found.override is None:
            return b.null(_OVERRIDE)
        branches = [
            (b.compare("=", found.override, b.integer(n)), self.dialect.record(self._acted(each, scale)))
            for n, each in enumerate(found.acting)
            if each.limit.kind == "override"
        ]
        return b.case(branches, b.null(_OVERRIDE))

    def _acted(self, each: Acting, scale: Scale | None) -> list[tuple[str, Sql]]:
        limit = each.limit
        band = b.null(TEXT) if limit.band is None or scale is None else b.text(scale.names[limit.band])
        score = b.null(DOUBLE) if each.score is None else clean(self.dialect, each.score)
        because = b.null(TEXT) if limit.because is None else b.text(limit.because)
        line = b.cast(b.integer(limit.span.line), INTEGER)
        return [("band", band), ("score", score), ("reason", because), ("line", line)]

    def limits_acted(self, found: Limited, scale: Scale | None, known: Sql) -> Sql:
        """The caps and floors that hold and change something."""
        entries = []
        for each in found.acting:
            if each.limit.kind == "override":
                continue
            record = self.dialect.record([("kind", b.text(each.limit.kind)), *self._acted(each, scale)])
            binds = b.coalesce(self._binds(each, found), b.FALSE())
            entries.append(b.case([(b.conjunction([each.holds, known, binds]), record)], b.null(_LIMIT)))
        if not entries:
            return self.dialect.list_of([], _LIMIT)
        return self.dialect.kept(self.dialect.list_of(entries, _LIMIT), b.is_known)

    def _binds(self, each: Acting, found: Limited) -> Sql:
        """Whether a cap or floor alone would change the computed score or band."""
        before, cap = found.before, each.limit.kind == "cap"
        if each.limit.band is not None:
            return b.compare("<" if cap else ">", before.band, b.integer(each.limit.band))
        score = each.score if each.score is not None else b.null(DOUBLE)
        first, second = (score, before.score) if cap else (before.score, score)
        return numbers.less(self.dialect, first, second)

    # ── scorecards ──

    def card_column(self, found: Carded) -> tuple[Sql, ColumnType]:
        """The record of a scorecard."""
        card, place, rated = found.card, found.place, found.place.rated
        scale = self.scales[card.bands] if card.bands else None
        computed = place.computed
        score = found.score if found.score is not None else b.null(DOUBLE)
        before = score if place.limited is None else clean(self.dialect, computed.score)
        limits, override = self.dialect.list_of([], _LIMIT), b.null(_OVERRIDE)
        if place.limited is not None:
            limits = self.limits_acted(place.limited, scale, b.TRUE())
            override = self.override_acted(place.limited, scale)
        reason = b.null(TEXT)
        if rated.state.codes:
            closed = not self.reasons.any_with_words(rated.state.codes)
            reason = b.case([(b.is_null(rated.state.sql), self._why(rated.state, closed))])
        nodes = [(node.place.path, *self.node_column(found, node)) for node in found.nodes]
        below = [("nodes", *self._record(nodes))] if nodes else []  # no file holds a record of nothing
        return self._record(
            [
                ("status", self.status(rated.state, None), TEXT),
                ("score", score, DOUBLE),
                ("band", self.band_name(scale, rated.band), TEXT),
                ("computed_score", before, DOUBLE),
                ("computed_band", self.band_name(scale, computed.band), TEXT),
                ("coverage", found.coverage if found.coverage is not None else b.null(DOUBLE), DOUBLE),
                ("override", override, _OVERRIDE),
                ("limits", limits, list_of(_LIMIT)),
                ("borderline", self._near_record(scale, found.near), _NEAR),
                ("next_band", self._next_record(scale, score, rated.band, card.name), _NEAR),
                ("reason", reason, TEXT),
                *below,
            ]
        )

    def _near_record(self, scale: Scale | None, near: tuple[Sql, Sql] | None) -> Sql:
        if scale is None or near is None:
            return b.null(_NEAR)
        record = self.dialect.record([("band", self.band_name(scale, near[0])), ("distance", near[1])])
        return b.case([(b.is_known(near[0]), record)], b.null(_NEAR))

    def _next_record(self, scale: Scale | None, score: Sql, band: Sql, name: str) -> Sql:
        if scale is None or not scale.has_intervals or len(scale.names) == 1:
            return b.null(_NEAR)
        return self._near_record(scale, next_band(self, scale, score, band, name))

    def node_column(self, found: Carded, node: Node) -> tuple[Sql, ColumnType]:
        """The record of a child at its place."""
        place = node.place
        stale = None
        scale = self.scales[found.card.bands] if found.card.bands else None
        if isinstance(place.node, r.Member):
            scale, stale = self._bands_of_member(place.node)
        status, band = self._status_and_band(place, scale, stale, found)
        fields = [
            ("status", status, TEXT),
            ("score", self._printed(found, place), DOUBLE),
            ("band", band, TEXT),
            ("weight", self._nominal(node), DOUBLE),
            ("effective_weight", self._shown_weight(found, node.effective), DOUBLE),
            ("contribution", self._shown_points(found, found.place, node.contribution), DOUBLE),
        ]
        if place.imputes and place.state.codes:
            stands_in = b.conjunction([b.is_null(place.state.sql), b.is_known(place.points)])
            fields.append(("imputed", b.case([(stands_in, b.TRUE())], b.null(BOOLEAN)), BOOLEAN))
        return self._record(fields)

    def _status_and_band(
        self, place: Place, scale: Scale | None, stale: Sql | None, found: Carded
    ) -> tuple[Sql, Sql]:
        """The status and the name of the band of a child; those of a measure that is shown as it is are its own."""
        if isinstance(place.node, r.Member) and place.node.kind == "measure":
            known = self._of_measure(self.measures[place.node.name])
            graced = place.in_grace
            if graced is None and not place.imputes:
                return known
            if graced is not None and not place.imputes:
                return b.case([(graced, self.word("grace"))], known[0]), b.case(
                    [(b.negation(graced), known[1])]
                )
        band = self.band_name(scale, place.band)
        if place.imputes and place.state.codes and place.imputed_bands:
            imputed = self.band_name(self.scales[place.imputed_bands], place.band)
            band = b.case([(b.is_null(place.state.sql), imputed)], band)
        return self.status(place.state, stale), band

    def _of_measure(self, found: Measured) -> tuple[Sql, Sql]:
        """The status and the name of the band of a measure, each a column."""
        known = self._shown_parts.get(found.node.name)
        if known is None:
            scale = self.scales[found.node.bands] if found.node.bands else None
            with self.owned(found.node.name, f"measure {found.node.label}, line {found.node.span.line}"):
                status = self.named(self.status(found.rated.state, found.stale), f"{found.node.name} status")
                band = self.named(self.band_name(scale, found.rated.band), f"{found.node.name} band name")
            known = self._shown_parts[found.node.name] = (status, band)
        return known

    @cached_property
    def _shown_parts(self) -> dict[str, tuple[Sql, Sql]]:
        return {}

    @staticmethod
    def _is_share(block: r.Block) -> bool:
        """Whether everything below a block has a share of it, none larger than the whole."""
        below = [child for child in block.children if isinstance(child, r.Block)]
        plain = block.formula is None and block.rollup in (
            "weighted mean",
            "minimum",
            "maximum",
            "worst band",
        )
        return plain and all(ResultEmitter._is_share(child) for child in below)

    def _shown_weight(self, found: Carded, effective: Sql) -> Sql:
        """An effective weight as it is shown."""
        if self._is_share(found.card.block):
            return clean_share(effective)
        return clean(self.dialect, effective)

    def _shown_points(self, found: Carded, place: Place, points: Sql) -> Sql:
        """Points, or a part of them, as they are shown."""
        if self._is_share(found.card.block) and self._has_small_points(place):
            return clean_share(points)
        return clean(self.dialect, points)

    def _has_small_points(self, place: Place) -> bool:
        """Whether the points of everything below a place are surely below 1000."""
        known = self._small.get(id(place))
        if known is None:
            limits = place.node.limits if isinstance(place.node, r.Block) else ()
            below = all(self._has_small_points(child) for child in place.children)
            own = below if isinstance(place.node, r.Block) else self._is_small_member(place, place.node)
            known = self._small[id(place)] = own and all(limit.score is None for limit in limits)
        return known

    def _is_small_member(self, place: Place, member: r.Member) -> bool:
        if place.imputes:
            return False
        if member.kind == "card":
            return self._has_small_points(self.places[member.name, ""])
        found = self.measures[member.name]
        points = [each.fixed for each in found.rating.entries if each.code is None]
        by_score = any(limit.score is not None for limit in found.node.limits)
        return not by_score and all(each is not None and abs(each) < 1000 for each in points)

    @cached_property
    def _small(self) -> dict[int, bool]:
        return {}

    def _bands_of_member(self, member: r.Member) -> tuple[Scale | None, Sql | None]:
        if member.kind == "measure":
            measured = self.measures[member.name]
            bands, stale = measured.node.bands, measured.stale
        else:
            bands, stale = self.cards[member.name].bands, None
        return (self.scales[bands] if bands else None), stale

    def _nominal(self, node: Node) -> Sql:
        if isinstance(node.weight, float):
            return b.double(round(node.weight, 12))
        return clean(self.dialect, amount(node.weight))

    def _printed(self, found: Carded, child: Place) -> Sql:
        """The points of a child as they are printed: cleaned where they come out of arithmetic."""
        plain = isinstance(child.node, r.Member) and child.node.kind == "measure"
        if plain and not child.imputes and not self.computes_points(self.measures[child.node.name].node):
            return child.points
        return self._shown_points(found, child, child.points)
