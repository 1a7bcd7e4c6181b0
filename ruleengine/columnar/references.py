"""Evaluation tree → SQL, for what expressions ask of measures, scorecards, groups and members."""

from __future__ import annotations

from attrs import evolve

from ruleengine.columnar import build as b
from ruleengine.columnar.cards import CardEmitter
from ruleengine.columnar.logic import has_reason
from ruleengine.columnar.measures import NO_BAND, PAST
from ruleengine.columnar.value import Form, Value, first_code
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import FLAG, NA, TEXT

_NOT_BORDERLINE = NA("not_applicable", "is not close to another band")


class ReferenceEmitter(CardEmitter):
    """Emits references; those to matrices are written by `matrices.py`."""

    def reference(self, node: e.Reference) -> Value:
        """A number of a measure, card or node."""
        if node.part in ("band", "computed_band", "past_band"):
            band = self.band_of(node)
            return evolve(band, sql=self.named_band(node, band))
        if node.part == "borderline":
            return self._neighbour_of(node)
        if node.kind == "measure":
            return self.measure_reference(node)
        return self.card_reference(node)

    def named_band(self, node: e.Reference, band: Value) -> b.Sql:
        """The position of a band as its name."""
        names = self.names_of(node)
        branches = [
            (b.compare("=", band.sql, b.integer(place)), b.text(name)) for place, name in enumerate(names)
        ]
        return b.case(branches, b.null_text())

    def names_of(self, node: e.Reference) -> list[str]:
        """The names of the bands that something can have, by their positions."""
        if node.kind == "measure":
            return self.scales[self.measures[node.name].node.bands].names
        place = self.places[node.name, node.path]
        if isinstance(place.node, r.Member):
            return self.names_of(of_member(node, place.node))
        return self.scales[self.cards[node.name].bands].names

    def band_of(self, node: e.Reference) -> Value:
        """The position of the band of a measure, card or node, or NA."""
        if node.kind == "measure":
            past = node.part == "past_band" and node.name in self.past
            return self.measure_band(node.name + PAST if past else node.name, node.part == "computed_band")
        place = self.places[node.name, node.path]
        if isinstance(place.node, r.Member):
            return self.at_place(place, place.node, self.band_of(of_member(node, place.node)))
        rated = place.computed if node.part == "computed_band" else place.rated
        return self._or_nothing(rated, rated.band, NO_BAND)

    def _neighbour_of(self, node: e.Reference) -> Value:
        """The name of the band that a card is close to."""
        place = self.places[node.name, node.path]
        near = self.carded[node.name].near
        code = self.reasons.code(_NOT_BORDERLINE)
        codes = place.state.codes | {code}
        na = first_code([place.state], b.integer(code))
        scale = self.scales[self.cards[node.name].bands] if self.cards[node.name].bands else None
        sql = b.null_text() if near is None or scale is None else scale.name_of(near[0])
        return Value(sql, TEXT, na, Form(codes))

    def status_test(self, node: e.Reference, words: tuple[str, ...]) -> Value:
        """A test of the status of a measure, card or node."""
        computed = node.part == "computed_status"
        if node.kind == "measure":
            return self.measure_status(node.name, words, computed)
        place = self.places[node.name, node.path]
        if isinstance(place.node, r.Member):
            return self._status_of_member(node, place.node, words)
        return status_in((place.computed if computed else place.rated).state, words)

    def _status_of_member(self, node: e.Reference, member: r.Member, words: tuple[str, ...]) -> Value:
        place = self.places[node.name, node.path]
        found = self.status_test(of_member(node, member), words)
        graced = self.in_grace(place, member)
        if graced is None:
            return found
        if "grace" in words:
            return Value(b.disjunction([graced, found.sql]), FLAG)
        return Value(b.conjunction([b.negation(graced), found.sql]), FLAG)


def of_member(node: e.Reference, member: r.Member) -> e.Reference:
    """The same part of a member, as it is wherever it stands."""
    return evolve(node, kind="measure" if member.kind == "measure" else "card", name=member.name, path="")


def status_in(state: Value, words: tuple[str, ...]) -> Value:
    """Whether something is scored, or NA for one of some reasons."""
    tests = [b.is_known(state.sql)] if "scored" in words else []
    reasons = [word for word in words if word not in ("scored", "stale")]
    if reasons:
        tests.append(has_reason(state, reasons))
    return Value(b.disjunction(tests), FLAG)
