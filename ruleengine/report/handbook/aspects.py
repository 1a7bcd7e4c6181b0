"""What there is to say of each thing in a ruleset, under a name for each aspect: what two versions are compared by.

In: a program. Out: things by kind and name, each with its title, its aspects in words, and its shape. The shape tells
apart what the words do not: it is the same when only names of variables that nobody wrote, places and layout differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from ruleengine.report.handbook.triggers import text_words
from ruleengine.report.words.conditions import Words
from ruleengine.report.words.names import Names, below
from ruleengine.report.words.policies import Policies, weight_words
from ruleengine.report.words.quantities import number_words
from ruleengine.report.words.ratings import Ratings, interval_words, subject_of
from ruleengine.report.words.text import Text, joined, plain, say
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import shape_of

#: Kinds of things in the order in which changes are told.
KINDS = (
    "ruleset", "bands", "scorecard", "measure", "segment", "trigger", "matrix", "template", "named value", "table",
    "definition", "assumption", "output", "check",
)  # fmt: skip


@frozen(slots=True)
class Thing:
    """Something in a ruleset. `gist` says what it is in a few words, for when it is new."""

    kind: str
    name: str
    title: str
    aspects: dict[str, Text]
    gist: Text
    shape: tuple[Any, ...]


@frozen(slots=False)
class Aspects:
    """Takes a program apart."""

    words: Words

    @property
    def names(self) -> Names:
        """The names of the program."""
        return self.words.names

    def things(self) -> dict[tuple[str, str], Thing]:
        """All things by kind and name."""
        return {(thing.kind, thing.name): thing for thing in self._all()}

    def _all(self) -> Iterator[Thing]:
        program = self.names.program
        yield self._ruleset(program)
        yield from (self._bands(found) for found in program.band_sets)
        for step in program.steps:
            if isinstance(step, r.Scorecard):
                yield self._card(step)
            elif isinstance(step, r.Measure):
                yield self._measure(step)
            elif isinstance(step, r.Trigger):
                yield self._trigger(step)
            elif isinstance(step, r.Matrix):
                yield self._matrix(step)
            elif isinstance(step, r.Template):
                yield self._template(step)
            elif isinstance(step, r.Segment):
                title = step.title or self.names.human(step.label)
                yield self._single(
                    "segment", step.name, title, "accounts in it", self.words.condition(step.condition), step
                )
            elif isinstance(step, r.Let):
                title = self.names.human(step.label)
                yield self._single(
                    "named value", step.name, title, "means", self.words.meaning(step.value), step
                )
            elif isinstance(step, r.Output):
                yield self._single("output", step.name, step.label, "is", self.words.value(step.value), step)
            elif isinstance(step, r.Check):
                condition = self.words.condition(step.condition)
                yield self._single("check", step.text, f"“{step.text}”", f"{step.kind} when", condition, step)
        yield from self._called(program)

    def _single(self, kind: str, name: str, title: str, aspect: str, said: Text, node: Any) -> Thing:
        return Thing(kind, name, title, {aspect: said}, said, shape_of(node))

    # ── things of several aspects ──

    def _ruleset(self, program: r.Program) -> Thing:
        aspects = {
            "title": say(program.title), "owner": say(program.owner), "description": say(program.description),
            "facts": say(f"{program.schema_name} {program.schema_version}"), "time zone": say(program.zone),
            "first month of the fiscal year": say(str(program.fiscal_month)),
        }  # fmt: skip
        return Thing(
            "ruleset", "", "The ruleset", aspects, (), tuple(plain(text) for text in aspects.values())
        )

    def _bands(self, found: r.BandSet) -> Thing:
        aspects = {}
        for band in found.bands:
            points = f"{number_words(band.points)} points" if band.points is not None else ""
            aspects[band.name] = say(
                ", ".join(part for part in (interval_words(band), points) if part) or "a band"
            )
        order = ", ".join(band.name for band in found.bands)
        aspects["order, best first"] = say(order)
        return Thing("bands", found.key, found.name, aspects, say(order), shape_of(found))

    def _measure(self, measure: r.Measure) -> Thing:
        policies = Policies(self.words)
        about = self.words.about(subject_of(measure))
        aspects: dict[str, Text] = {
            "title": say(self.names.title(measure)),
            "description": say(measure.description),
        }
        if measure.value is not None:
            aspects["what is measured"] = self.words.value(measure.value)
        for let in measure.lets:
            aspects[f"“{self.names.human(let.label)}”"] = about.meaning(let.value)
        aspects |= self._rating(measure)
        aspects["applies to"] = policies.applies(measure) or say("all")
        aspects["age of data"] = joined(policies.fresh(measure.fresh), "; ")
        bands = self.names.band_sets.get(measure.bands)
        known = bands.bands if bands is not None else ()
        if measure.missing is not None:
            aspects["without data"] = policies.missing(measure.missing, "", known)
        if measure.baseline is not None:
            aspects["baseline"] = self.words.value(measure.baseline)
        for number, limit in enumerate(measure.limits, start=1):
            aspects[f"{limit.kind} {number}"] = policies.limit(limit, known)
        gist = aspects.get("what is measured", ())
        return Thing("measure", measure.name, self.names.title(measure), aspects, gist, shape_of(measure))

    def _rating(self, measure: r.Measure) -> dict[str, Text]:
        """When each band or number of points is given, under the case in which it is."""
        found: dict[str, Text] = {}
        for block in Ratings(self.words).blocks(measure):
            case = f" ({plain(block.when)})" if block.when else ""
            for number, row in enumerate(block.rows):
                name = f"{plain(row.outcome)}{case}"
                when = row.when or say("otherwise" if number else "always")
                if block.in_order and number and row.when:
                    when = say("otherwise, when ", when)
                said = say(when, f" ({row.because})" if row.because else "")
                found[name] = say(found[name], "; or ", said) if name in found else said
        return found

    def _card(self, card: r.Scorecard) -> Thing:
        policies, block = Policies(self.words), card.block
        found = self.names.band_sets.get(card.bands)
        bands = found.bands if found is not None else ()
        title = self.names.title(card)
        aspects: dict[str, Text] = {"title": say(title)}
        for path, node in [("", block), *below(block)]:
            inside = f"{self._path_title(card, path)}: " if path else ""
            if path:
                around = self._around(card, path)
                aspects[self._path_title(card, path)] = say(_weight(around, node))
            if isinstance(node, r.Block):
                aspects |= self._block(node, inside, bands, policies)
        if card.grace is not None:
            aspects["new accounts"] = policies.grace(card.grace, card)
        if card.borderline is not None:
            aspects["borderline within"] = self.words.value(card.borderline)
        aspects["bands"] = say(found.name if found is not None else "none")
        return Thing("scorecard", card.name, title, aspects, policies.rollup(block, bands), shape_of(card))

    def _around(self, card: r.Scorecard, path: str) -> r.Block:
        found = self.names.nodes.get((card.name, path.rpartition(".")[0]))
        return found if isinstance(found, r.Block) else card.block

    def _path_title(self, card: r.Scorecard, path: str) -> str:
        """`License utilization in Product`."""
        node = self.names.nodes[(card.name, path)]
        outer = self.names.nodes.get((card.name, path.rpartition(".")[0]))
        return self.names.title(node) + (f" in {self.names.title(outer)}" if outer is not None else "")

    def _block(
        self, block: r.Block, inside: str, bands: tuple[r.Band, ...], policies: Policies
    ) -> dict[str, Text]:
        aspects = {f"{inside}score": policies.rollup(block, bands)}
        if block.missing is not None:
            aspects[f"{inside}without data"] = policies.missing(block.missing, block.rollup, bands)
        if block.rounding is not None:
            aspects[f"{inside}rounded"] = policies.rounding(block.rounding)
        for number, limit in enumerate(block.limits, start=1):
            aspects[f"{inside}{limit.kind}{f' {number}' if number > 1 else ''}"] = policies.limit(
                limit, bands
            )
        titles = [self.names.title(child) for child in block.children]
        for column in block.columns:
            pairs = zip(titles, column.weights, strict=True)
            weights = ", ".join(f"{title} {weight_words(weight, block.percent)}" for title, weight in pairs)
            aspects[f"{inside}weights when {plain(self.words.condition(column.condition))}"] = say(weights)
        return aspects

    def _trigger(self, trigger: r.Trigger) -> Thing:
        said = [self.words.condition(each.condition) for each in trigger.alternatives]
        aspects: dict[str, Text] = {
            "title": say(trigger.title), "fires when": joined(said, "; or when "), "kind": say(trigger.kind),
            "severity": say(trigger.severity), "playbook": text_words(self.words, trigger.playbook),
            "reason": text_words(self.words, trigger.reason),
        }  # fmt: skip
        for number, each in enumerate(trigger.alternatives, start=1):
            if each.because is not None:
                aspects[f"reason {number}"] = text_words(self.words, each.because)
        if trigger.due is not None:
            aspects["due"] = self.words.value(trigger.due)
        for field in trigger.fields:
            aspects[self.names.human(field.name)] = self.words.value(field.value)
        gist = say("fires when ", aspects["fires when"])
        return Thing(
            "trigger", trigger.name, trigger.title or trigger.label, aspects, gist, shape_of(trigger)
        )

    def _matrix(self, matrix: r.Matrix) -> Thing:
        aspects: dict[str, Text] = {"axes": say(", ".join(axis.label for axis in matrix.axes))}
        for row in matrix.rows:
            for value, number in zip(matrix.axes[1].values, row.cells, strict=True):
                aspects[" / ".join((row.values[0], value, *row.values[1:]))] = say(_cell_name(matrix, number))
        if matrix.otherwise is not None:
            aspects["anything else"] = say(_cell_name(matrix, matrix.otherwise))
        for each in matrix.cells:
            for text in each.texts:
                aspects[f"{text.name} of {each.label or each.name}"] = text_words(self.words, text.text)
        title = matrix.title or self.names.human(matrix.label)
        return Thing("matrix", matrix.name, title, aspects, (), shape_of(matrix))

    def _template(self, template: r.Template) -> Thing:
        condition = template.condition
        aspects: dict[str, Text] = {
            "written for": self.words.condition(condition) if condition is not None else say("every account"),
            "subject": text_words(self.words, template.subject), "format": say(template.format),
            "labels": joined([text_words(self.words, label) for label in template.labels], ", "),
            "text": joined([text_words(self.words, line) for line in template.body], " / "),
        }  # fmt: skip
        title = template.title or self.names.human(template.label)
        return Thing("template", template.name, title, aspects, (), shape_of(template))

    def _called(self, program: r.Program) -> Iterator[Thing]:
        for table in program.tables:
            aspects: dict[str, Text] = {"which rows count": say(table.hits)}
            for number, row in enumerate(table.rows, start=1):
                when = self.words.condition(row.condition) if row.condition is not None else say("otherwise")
                because = say(f" ({row.because})") if row.because else ()
                aspects[f"row {number}"] = say(when, ": ", self.words.value(row.result), because)
            yield Thing("table", table.name, self.names.human(table.name), aspects, (), shape_of(table))
        for each in program.definitions:
            body = self.words.value(each.body)
            yield self._single("definition", each.name, self.names.human(each.name), "gives", body, each)
        for assumed in program.assumptions:
            title = self.names.fact(assumed.path)
            said = say(self.words.value(assumed.value), f" ({assumed.because})" if assumed.because else "")
            yield self._single("assumption", ".".join(assumed.path), title, "where missing", said, assumed)


def _weight(around: r.Block, node: r.Block | r.Member) -> str:
    if not around.percent and len({child.weight for child in around.children}) == 1:
        return "the same weight as the others" if len(around.children) > 1 else "the only member"
    return f"weight {weight_words(node.weight, around.percent)}"


def _cell_name(matrix: r.Matrix, number: int) -> str:
    if number < 0:
        return "not applicable"
    found = matrix.cells[number]
    return found.label or found.name
