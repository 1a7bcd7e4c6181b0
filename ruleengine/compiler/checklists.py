"""Checklists: every criterion is a measure, and the checklist a group of them wherever it is a member."""

from __future__ import annotations

from ruleengine.compiler.answers import criteria_of
from ruleengine.compiler.bands import Bands
from ruleengine.compiler.context import CompiledMeasure, qualified
from ruleengine.compiler.measures import Measures, description_of, only
from ruleengine.compiler.scope import Scope, Symbol
from ruleengine.diagnostics import did_you_mean
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import FLAG, NOTHING

_KNOWN = ("scored", "stale")
ANSWERED_NO = "answered no"


class Checklists(Measures):
    """Compiles the checklists of one module."""

    def compile_criterion(self, symbol: Symbol) -> CompiledMeasure:
        """The measure that a criterion is: its value is the answer, and `yes` its band."""
        node = symbol.node
        assert isinstance(node, t.Criterion)
        checklist = self._checklist_with(node)
        name = self.context.unique(qualified(symbol))
        bands = self.bands_of_criterion(node)
        position = Bands(self.context, self.module).position(bands, node.band)
        if bands is not None:
            self.context.bands_of[name] = bands.key
        value = self._answer(checklist, node)
        answer = e.Variable(f"{name}.value", type=FLAG, span=node.span)
        rows = (
            r.Row(answer, r.BandOutcome(position or 0), None, span=node.span),
            r.Row(None, r.NaOutcome("not_applicable", ANSWERED_NO), None, span=node.span),
        )
        measure = r.Measure(
            name, node.name, node.title or node.name, (), (), value, False, None,
            (r.RateBlock(None, rows, span=node.span),), False, bands.key if bands is not None else "", bands is not None,
            (), None, None, "", checklist.name, visible=self.module.is_root, span=node.span,
        )  # fmt: skip
        return CompiledMeasure(measure, FLAG)

    def _checklist_with(self, criterion: t.Criterion) -> t.Checklist:
        known = self.context.checklist_of
        if id(criterion) not in known:
            checklists = [item for item in self.module.file.items if isinstance(item, t.Checklist)]
            known |= {id(each): checklist for checklist in checklists for each in checklist.criteria}
        return known[id(criterion)]

    def bands_of_criterion(self, criterion: t.Criterion) -> r.BandSet | None:
        """The band set of the checklist in which a criterion stands."""
        node, known = self._checklist_with(criterion), self.context.bands_of_checklists
        if id(node) not in known:
            use = only(node.statements, t.BandsUse, self)
            words = [criterion.band for criterion in node.criteria]
            known[id(node)] = Bands(self.context, self.module).find(use, words, node.name_span)
        return known[id(node)]

    def _answer(self, checklist: t.Checklist, node: t.Criterion) -> e.Expression:
        """The condition; not applicable where a criterion that is named after `unless` surely holds."""
        condition = self.condition(node.condition, Scope())
        instead = [found for word in node.unless if (found := self._named(checklist, node, word)) is not None]
        if not instead:
            return condition
        branches = []
        for other in instead:
            holds = self.condition(other.condition, Scope())
            known = e.IsStatus(holds, _KNOWN, type=FLAG, span=holds.span)
            surely = e.Logic("and", (known, holds), type=FLAG, span=holds.span)
            words = f"“{other.title or other.name}” counts instead"
            branches.append(
                e.Branch(surely, e.NotAvailable("not_applicable", words, type=NOTHING, span=node.span))
            )
        return e.Choose(tuple(branches), condition, type=FLAG, span=node.condition.span)

    def _named(self, checklist: t.Checklist, node: t.Criterion, word: t.Word) -> t.Criterion | None:
        """The criterion that a word after `unless` means; None after a report."""
        known = self.context.criteria_of
        if id(checklist) not in known:
            known[id(checklist)] = {criterion.name: criterion for criterion in checklist.criteria}
        names = known[id(checklist)]
        found = names.get(word.name)
        if found is None:
            if checklist.name not in self.module.damaged:
                message = f"`{word.name}` is no criterion of `{checklist.name}`"
                self.context.report("RE201", word.span, message, did_you_mean(word.name, names))
            return None
        circle = _circle(names, node)
        if circle:
            self.context.report(
                "RE206", names[circle[0]].name_span, f"these criteria give way to each other: {' → '.join(circle)}",
                "where all of them hold, none would count: remove one `unless`",
            )  # fmt: skip
            return None
        return found

    # ── as a member of a scorecard ──

    def checklist_of(self, line: t.MemberLine) -> Symbol | None:
        """The checklist that a line of a scorecard names, if it does."""
        symbol = self.module.symbols.get(line.name)
        if symbol is None or symbol.origin.kind != "checklist":
            return None
        symbol.used = True
        return symbol.origin

    def checklist_block(self, checklist: Symbol, line: t.MemberLine, path: str) -> r.Block:
        """The group that a checklist is at its place in a scorecard; all criteria weigh the same."""
        node = checklist.node
        assert isinstance(node, t.Checklist)
        if line.by_band:
            self.context.report(
                "RE213", line.span, "`by band` is for a measure or a scorecard, and this is a checklist"
            )
        members = []
        for criterion in criteria_of(checklist):
            criterion.used = True
            compiled = self.context.require(criterion, line.span)
            if isinstance(compiled, CompiledMeasure):
                measure = compiled.measure
                members.append(
                    r.Member(
                        "measure", measure.name, measure.label, measure.title, 1.0, False, span=line.span
                    )
                )
        description = next((s.text for s in node.statements if isinstance(s, t.Property)), "")
        return r.Block(
            path, line.name, node.title or node.name, path, 1.0, tuple(members), (), "weighted mean", None, None, None,
            (), None, False, description, span=line.span,
        )  # fmt: skip

    def check_checklist(self, symbol: Symbol) -> None:
        """What can be said of a checklist as a whole."""
        node = symbol.node
        assert isinstance(node, t.Checklist)
        description_of(node.statements, "checklist", self)
        if not node.criteria and node.name not in self.module.damaged:
            self.context.report(
                "RE111", node.name_span, f"the checklist `{node.name}` has no criteria",
                'for example `red leaving "They told us that they leave" when …`',
            )  # fmt: skip


def _circle(names: dict[str, t.Criterion], start: t.Criterion) -> list[str]:
    """The names of criteria that give way to each other in a circle through `start`, first and last the same."""
    path, seen = [(start, iter(start.unless))], {start.name}
    while path:
        word = next(path[-1][1], None)
        if word is None:
            path.pop()
        elif word.name == start.name:
            found = [criterion.name for criterion, _ in path]
            first = min(range(len(found)), key=lambda place: names[found[place]].span.start)
            return [*found[first:], *found[: first + 1]]
        elif word.name in names and word.name not in seen:
            seen.add(word.name)
            path.append((names[word.name], iter(names[word.name].unless)))
    return []
