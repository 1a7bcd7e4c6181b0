"""Scorecards: members, groups, weights, roll-ups, policies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from attrs import define, evolve, field

from ruleengine.compiler.bands import Bands, scale
from ruleengine.compiler.checklists import Checklists
from ruleengine.compiler.context import CompiledCard, CompiledMeasure, Extent, qualified
from ruleengine.compiler.measures import description_of, only
from ruleengine.compiler.scope import CardPlace, Scope, Symbol
from ruleengine.diagnostics import did_you_mean
from ruleengine.limits import limits
from ruleengine.source import Span
from ruleengine.syntax import tree as t
from ruleengine.syntax.walk import walk
from ruleengine.tree import ruleset as r
from ruleengine.values import ROUNDING_MODES

WEIGHT_SUM_TOLERANCE = Decimal("1e-9")
#: How deep scorecards and groups may stand inside one another, and how many places that may make: each is a line of an
#: explanation, and what is nested more deeply cannot be written as JSON.
_WEIGHTED = ("weighted mean", "sum")
#: What a scorecard writes after `bands` to have none, though its file declares some.
NO_BANDS = "none"
_SCALED = ("weighted mean", "minimum", "maximum")


@define(slots=True, eq=False)
class _Card:
    """What is known of a card while it is compiled."""

    name: str
    bands: r.BandSet | None
    nodes: dict[str, str] = field(factory=dict)
    groups: set[str] = field(factory=set)
    members: dict[str, Span] = field(factory=dict)

    def place(self, in_formula: frozenset[str] = frozenset()) -> CardPlace:
        return CardPlace(self.name, self.nodes, frozenset(self.groups) | in_formula)


class Cards(Checklists):
    """Compiles the scorecards of one module."""

    def compile_card(self, symbol: Symbol) -> CompiledCard:
        """The evaluation node of a scorecard."""
        node = symbol.node
        assert isinstance(node, t.Scorecard)
        name = self.context.unique(qualified(symbol))
        bands = self.bands_of_card(node)
        if bands is not None:
            self.context.bands_of[name] = bands.key
        card = _Card(name, bands)
        block = self._block(node, "", card)
        self.context.extents[name] = self._extent(block, node.name_span)
        grace = self._grace(node, card)
        borderline = only(node.statements, t.Borderline, self)
        distance = None if borderline is None else self.points(borderline.distance, Scope())
        compiled = r.Scorecard(
            name, node.name, block, bands.key if bands is not None else "", grace, distance,
            visible=self.module.is_root, span=node.span,
        )  # fmt: skip
        return CompiledCard(compiled, card.nodes, frozenset(card.groups))

    def bands_of_card(self, node: t.Scorecard) -> r.BandSet | None:
        """The band set of a scorecard."""
        words = [
            found.band
            for found in walk(node)
            if isinstance(found, t.Limit | t.Rollup) and found.band is not None
        ]
        use = only(node.statements, t.BandsUse, self)
        limited = any(isinstance(found, t.Limit) and found.band is not None for found in walk(node))
        if self._bandless(use, limited):
            return None
        return Bands(self.context, self.module).find(use, words, node.name_span)

    def _bandless(self, use: t.BandsUse | None, limited: bool) -> bool:
        """Whether the card says `bands none`: a sum or a count on a scale that is not that of the file's bands."""
        return (
            use is not None and use.name == NO_BANDS and use.name not in self.module.symbols and not limited
        )

    # ── blocks ──

    def _extent(self, block: r.Block, span: Span) -> Extent | None:
        """How deep and large a card is; None when it is more than an explanation can show, which is reported once."""
        found = self._extent_of(block)
        if found is None:
            return None
        if found.depth > limits().card_depth:
            message = f"scorecards and groups are nested more than {limits().card_depth} deep"
        elif found.places > limits().places:
            message = f"with the scorecards in it this one has more than {limits().places:,} places"
        else:
            return found
        self.context.report("RE106", span, message, "make it of fewer, larger parts")
        return None

    def _extent_of(self, block: r.Block) -> Extent | None:
        depth, places = 0, 1
        for child in block.children:
            if isinstance(child, r.Block):
                below = self._extent_of(child)
            else:
                below = self.context.extents.get(child.name) if child.kind == "card" else Extent(0, 1)
            if below is None:
                return None
            depth, places = max(depth, below.depth), places + below.places
        return Extent(depth + 1, places)

    def _block(self, node: t.Scorecard | t.Group, path: str, card: _Card) -> r.Block:
        children = self._children(node, path, card)
        weights, percent = self._weights(node)
        placed = tuple(_with_weight(child, weight) for child, weight in zip(children, weights, strict=True))
        rollup, count_band = self._rollup(node, children, card)
        formula_node = only(node.statements, t.ScoreFormula, self)
        scope = Scope(card=card.place())
        formula = None
        if formula_node is not None:
            own = frozenset(child.label for child in placed)
            formula = self.points(formula_node.value, Scope(card=card.place(own)))
            rollup = "formula"
        columns = self._columns(node, placed, scope)
        missing = self.missing_policy(node.statements, card.bands, in_card=True)
        self._check_require(missing, placed)
        written = any(isinstance(statement, t.Group | t.MemberLine) for statement in node.statements)
        if not written and formula is None and node.name not in self.module.damaged:
            self.context.report("RE111", node.name_span, f"`{node.name}` has no members")
        block = r.Block(
            path or card.name, node.name, node.title or node.name, path, 1.0, placed, columns, rollup,
            count_band, formula, missing, self.limits(node.statements, scope, card.bands), self._rounding(node), percent,
            description_of(node.statements, "group" if path else "scorecard", self), span=node.span,
        )  # fmt: skip
        self._check_members(block, card)
        self._check_group(node, path)
        return block

    def _check_group(self, node: t.Scorecard | t.Group, path: str) -> None:
        if path:
            for statement in node.statements:
                if isinstance(statement, t.Grace | t.Borderline | t.BandsUse):
                    self.context.report(
                        "RE213", statement.span, "this belongs to a whole scorecard, not to a group"
                    )

    def _children(self, node: t.Scorecard | t.Group, path: str, card: _Card) -> list[r.Member | r.Block]:
        children: list[r.Member | r.Block] = []
        for statement in node.statements:
            if isinstance(statement, t.Group):
                below = f"{path}.{statement.name}" if path else statement.name
                self._register(card, statement.name, below, statement.name_span)
                card.groups.add(statement.name)
                children.append(self._block(statement, below, card))
            elif isinstance(statement, t.MemberLine) and self.checklist_of(statement) is not None:
                children.append(self._checklist(statement, path, card))
            elif isinstance(statement, t.MemberLine):
                member = self._member(statement)
                below = f"{path}.{statement.name}" if path else statement.name
                self._register(card, statement.name, below, statement.span)
                if member is not None:
                    self.context.members[card.name, below] = member.name
                    children.append(member)
        return children

    def _checklist(self, line: t.MemberLine, path: str, card: _Card) -> r.Block:
        """The group of criteria that a line with the name of a checklist stands for."""
        checklist = self.checklist_of(line)
        assert checklist is not None
        below = f"{path}.{line.name}" if path else line.name
        self._register(card, line.name, below, line.span)
        card.groups.add(line.name)
        block = self.checklist_block(checklist, line, below)
        for member in block.children:
            self._register(card, member.label, f"{below}.{member.label}", line.span)
            self.context.members[card.name, f"{below}.{member.label}"] = member.name
        self._check_members(block, card)
        return block

    def _register(self, card: _Card, name: str, path: str, span: Span) -> None:
        if name in card.members:
            self.context.report(
                "RE319",
                span,
                f"`{name}` stands twice in this scorecard",
                "a member has one place in a scorecard",
            )
        card.members[name] = span
        card.nodes[name] = path
        card.nodes[path] = path

    def _member(self, line: t.MemberLine) -> r.Member | None:
        symbol = self.module.symbols.get(line.name)
        if symbol is None or symbol.origin.kind not in ("measure", "scorecard"):
            if line.name not in self.module.damaged:
                names = [
                    s.name
                    for s in self.module.symbols.values()
                    if s.origin.kind in ("measure", "scorecard", "checklist")
                ]
                what = (
                    "unknown measure"
                    if symbol is None
                    else f"a{'n' * (symbol.origin.kind == 'output')} {symbol.origin.kind} cannot be a member:"
                )
                self.context.report(
                    "RE201", line.span, f"{what} `{line.name}`", did_you_mean(line.name, names)
                )
            return None
        symbol.used = True
        compiled = self.context.require(symbol.origin, line.span)
        if isinstance(compiled, CompiledMeasure):
            title = compiled.measure.title
            return r.Member(
                "measure", compiled.measure.name, line.name, title, 1.0, line.by_band, span=line.span
            )
        if isinstance(compiled, CompiledCard):
            title = compiled.card.block.title
            return r.Member("card", compiled.card.name, line.name, title, 1.0, line.by_band, span=line.span)
        return None

    # ── weights ──

    def _weights(self, node: t.Scorecard | t.Group) -> tuple[list[float], bool]:
        members = [s for s in node.statements if isinstance(s, t.Group | t.MemberLine)]
        written = [member.weight for member in members]
        known = [s for s in members if isinstance(s, t.Group) or self._is_member(s)]
        if (
            len(known) != len(members) or node.name in self.module.damaged
        ):  # what was reported has a weight too
            return [1.0] * len(known), False
        percent = any(weight is not None and weight.percent for weight in written)
        self._check_weights(node, [w for w in written if w is not None], members)
        return [1.0 if weight is None else _share(weight) for weight in written], percent

    def _is_member(self, line: t.MemberLine) -> bool:
        symbol = self.module.symbols.get(line.name)
        if symbol is not None and symbol.origin.kind == "checklist":
            return True
        if symbol is None or symbol.origin.kind not in ("measure", "scorecard"):
            return False
        return self.context.require(symbol.origin, line.span) is not None

    def _check_weights(
        self, node: t.Scorecard | t.Group, written: list[t.Weight], members: list[Any]
    ) -> None:
        if not written:
            return
        if len(written) != len(members):
            without = next(member for member in members if member.weight is None)
            self.context.report(
                "RE309",
                without.span,
                f"`{without.name}` has no weight, others have",
                "give all members a weight, or none",
            )
            return
        self._check_column(written, node.name_span, f"`{node.name}`")

    def _check_column(self, written: list[t.Weight], span: Span, label: str) -> None:
        percents = [weight for weight in written if weight.percent]
        if percents and len(percents) != len(written):
            plain = next(weight for weight in written if not weight.percent)
            self.context.report(
                "RE308",
                plain.span,
                "percent and plain weights are mixed",
                f"write `{plain.digits}%`, or no percent sign anywhere",
            )
            return
        total = sum((Decimal(weight.digits.replace("_", "")) for weight in written), Decimal(0))
        if percents and abs(total - 100) > WEIGHT_SUM_TOLERANCE:
            difference = abs(100 - total).normalize()
            direction = "missing" if total < 100 else "too much"
            self.context.report(
                "RE307", span, f"the weights of {label} add up to {total.normalize():f}%, not 100%",
                f"{difference:f}% {'is' if difference == 1 else 'are'} {direction}",
            )  # fmt: skip
        if total == 0:
            self.context.report("RE309", span, f"all weights of {label} are zero")

    def _columns(
        self, node: t.Scorecard | t.Group, children: tuple[r.Member | r.Block, ...], scope: Scope
    ) -> tuple[r.Column, ...]:
        columns = []
        labels = [child.label for child in children]
        for statement in node.statements:
            if not isinstance(statement, t.Weights):
                continue
            condition = (
                self.segment(statement.segment) if statement.segment is not None
                else self.condition(statement.condition, scope) if statement.condition is not None else None
            )  # fmt: skip
            entries = {entry.name: entry for entry in statement.entries}
            for entry in statement.entries:
                if entry.name not in labels:
                    self.context.report(
                        "RE310",
                        entry.span,
                        f"`{entry.name}` is no direct member of `{node.name}`",
                        did_you_mean(entry.name, labels),
                    )
            lacking = [label for label in labels if label not in entries]
            if lacking:
                self.context.report(
                    "RE310",
                    statement.span,
                    "this column of weights lacks " + ", ".join(f"`{label}`" for label in lacking),
                    "a replacement column is complete",
                )
            elif condition is not None:
                self._check_column(
                    [entry.weight for entry in statement.entries], statement.span, "this column"
                )
                weights = tuple(_share(entries[label].weight) for label in labels)
                columns.append(r.Column(condition, weights, span=statement.span))
        return tuple(columns)

    # ── the other statements ──

    def _rollup(
        self, node: t.Scorecard | t.Group, children: list[r.Member | r.Block], card: _Card
    ) -> tuple[str, str | None]:
        statement = only(node.statements, t.Rollup, self)
        if statement is None:
            return "weighted mean", None
        if only(node.statements, t.ScoreFormula, self) is not None:
            self.context.report(
                "RE110", statement.span, "a card has a `rollup` or a `score`, not both", "remove one of them"
            )
        if statement.band is not None:
            self._check_counted(statement.band, children, card)
        if statement.kind == "worst band" and card.bands is None:
            self.context.report("RE204", statement.span, "`worst band` needs bands, and none are declared")
        return statement.kind, None if statement.band is None else statement.band.name

    def _check_counted(self, word: t.Word, children: list[r.Member | r.Block], card: _Card) -> None:
        """What is counted is a band of the members; the count itself is a number on a scale of its own."""
        members = [child for child in children if isinstance(child, r.Member)]
        theirs = [self.context.band_sets.get(self.context.bands_of.get(child.name, "")) for child in members]
        known = [bands for bands in (*theirs, card.bands) if bands is not None]
        if not any(_has_band(bands, word.name) for bands in known):
            Bands(self.context, self.module).position(known[0] if known else None, word)
            return
        for member, bands in zip(members, theirs, strict=True):
            if bands is not None and not _has_band(bands, word.name):
                self.context.report(
                    "RE315", member.span,
                    f"`{member.label}` is rated in the bands `{bands.name}`, which have no `{word.name}`",
                    "count members that are rated in the same bands",
                )  # fmt: skip

    def _rounding(self, node: t.Scorecard | t.Group) -> tuple[int, str] | None:
        statement = only(node.statements, t.Round, self)
        if statement is None:
            return None
        mode = statement.mode or "half_up"
        if mode not in ROUNDING_MODES:
            help_text = did_you_mean(mode, ROUNDING_MODES) or "modes are " + ", ".join(
                f"`{known}`" for known in ROUNDING_MODES
            )
            self.context.report("RE214", statement.span, f"`{mode}` is no rounding mode", help_text)
            mode = "half_up"
        if statement.digits > 10:
            self.context.report("RE320", statement.span, "a score is rounded to at most 10 decimals")
        return min(statement.digits, 10), mode

    def _grace(self, node: t.Scorecard, card: _Card) -> r.Grace | None:
        statement = only(node.statements, t.Grace, self)
        if statement is None:
            return None
        start = self._day(statement.start, Scope())
        length, unit = self.duration(statement.duration)
        for word in statement.names:
            if word.name not in card.members and word.name not in self.module.damaged:
                self.context.report(
                    "RE201",
                    word.span,
                    f"`{word.name}` is no member of `{node.name}`",
                    did_you_mean(word.name, card.members),
                )
        names = tuple(word.name for word in statement.names)
        return r.Grace(length or 0, unit, start, names, span=statement.span)

    # ── checks of members ──

    def _check_require(self, missing: r.Missing | None, children: tuple[r.Member | r.Block, ...]) -> None:
        if missing is None or missing.policy != "require":
            return
        leaves = len(list(leaves_of(children)))
        if missing.total != leaves or (missing.number or 0) > leaves:
            self.context.report(
                "RE320",
                missing.span,
                f"here are {leaves} measures, and the policy says {missing.number} of {missing.total}",
                f"write `require {min(missing.number or 0, leaves)} of {leaves}`",
            )

    def _check_members(self, block: r.Block, card: _Card) -> None:
        for child in block.children:
            if isinstance(child, r.Block):
                continue
            intact = child.label not in self.module.damaged
            if intact and block.rollup in (*_WEIGHTED, "minimum", "maximum") and not self._has_points(child):
                self.context.report(
                    "RE314", child.span, f"`{child.label}` has no points to contribute",
                    "give the measure a rating, and its bands points",
                )  # fmt: skip
            if child.kind == "card" and block.rollup in _SCALED and card.bands is not None:
                self._check_scale(child, card.bands)
            if intact and block.rollup == "worst band" and card.bands is not None:
                self._check_bands(child, card.bands)

    def _has_points(self, member: r.Member) -> bool:
        if member.kind == "card":
            return True
        measure = self.context.step(r.Measure, member.name)
        assert measure is not None
        bands = self.context.band_sets.get(measure.bands)
        if bands is not None and any(
            isinstance(row.outcome, r.BandOutcome) for rate in measure.rates for row in rate.rows
        ):
            used = {
                row.outcome.position
                for rate in measure.rates
                for row in rate.rows
                if isinstance(row.outcome, r.BandOutcome)
            }
            # A band set whose statements cannot be read has no bands; that is reported where it stands.
            return all(
                bands.bands[position].points is not None for position in used if position < len(bands.bands)
            )
        if measure.as_given and bands is not None:
            return all(band.points is not None for band in bands.bands)
        return bool(measure.rates) or measure.as_given

    def _check_bands(self, member: r.Member, bands: r.BandSet) -> None:
        theirs = self.context.band_sets.get(self.context.bands_of.get(member.name, ""))
        if theirs is not None and theirs.key != bands.key:
            self.context.report(
                "RE315", member.span,
                f"`{member.label}` is rated in the bands `{theirs.name}`, and this scorecard compares `{bands.name}`",
                "rate both in the same bands",
            )  # fmt: skip

    def _check_scale(self, member: r.Member, bands: r.BandSet) -> None:
        theirs = self.context.band_sets.get(self.context.bands_of.get(member.name, ""))
        if theirs is None or theirs.key == bands.key:
            return
        if scale(theirs) != scale(bands):
            self.context.report(
                "RE315", member.span, f"`{member.label}` is scored on another scale than this scorecard",
                "rescale it in a measure of its own: for example `points 10 * …`",
            )  # fmt: skip


def _has_band(bands: r.BandSet, name: str) -> bool:
    return any(band.name == name for band in bands.bands)


def leaves_of(children: tuple[r.Member | r.Block, ...]) -> list[r.Member]:
    """All members below, through groups."""
    found: list[r.Member] = []
    stack = list(reversed(children))
    while stack:
        child = stack.pop()
        if isinstance(child, r.Block):
            stack.extend(reversed(child.children))
        else:
            found.append(child)
    return found


def _share(weight: t.Weight) -> float:
    value = Decimal(weight.digits.replace("_", ""))
    return float(value / 100) if weight.percent else float(value)


def _with_weight(child: r.Member | r.Block, weight: float) -> r.Member | r.Block:
    return evolve(child, weight=weight)
