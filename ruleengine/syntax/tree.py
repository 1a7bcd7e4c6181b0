"""The syntax tree: what a ruleset file says, in the order in which it says it.

Nodes are frozen and have no behaviour. `span` is left out of equality, so two texts that differ in layout alone give
equal trees; look nodes up by identity, never by equality. The docstring of a node shows the surface it stands for.
"""

from __future__ import annotations

from attrs import field, frozen

from ruleengine.syntax.expression_nodes import (
    Arithmetic as Arithmetic, AsOf as AsOf, Branch as Branch, CalendarPeriod as CalendarPeriod, Call as Call, Compare as Compare,
    Computed as Computed, Contains as Contains, CountTrue as CountTrue, Date as Date, Default as Default,
    Elapsed as Elapsed, Expression as Expression, FiscalNumber as FiscalNumber, Flag as Flag, If as If,
    In as In, Interval as Interval, Is as Is, ListLiteral as ListLiteral, Logic as Logic, Member as Member,
    Name as Name, Negative as Negative, Node as Node, Not as Not, NotAvailable as NotAvailable,
    Number as Number, OfSeries as OfSeries, OverRun as OverRun, Period as Period, Previous as Previous, Query as Query, Record as Record,
    RecordField as RecordField, Text as Text, Within as Within, Word as Word,
)  # fmt: skip
from ruleengine.syntax.item_nodes import (
    Accept as Accept, AnyCell as AnyCell, Assume as Assume, Band as Band, BandSet as BandSet,
    Calendar as Calendar, Declaration as Declaration, Define as Define, Effective as Effective,
    FactsSchema as FactsSchema, Header as Header, HeaderStatement as HeaderStatement, Import as Import,
    ImportedName as ImportedName, Invariant as Invariant, Item as Item, Let as Let, Output as Output,
    Parameter as Parameter, Problem as Problem, Property as Property, Segment as Segment, Table as Table,
    TableRow as TableRow,
)  # fmt: skip
from ruleengine.syntax.measure_nodes import (
    AppliesTo as AppliesTo, AppliesWhen as AppliesWhen, BandOutcome as BandOutcome, BandsUse as BandsUse,
    Baseline as Baseline, Fresh as Fresh, Limit as Limit, LinearOutcome as LinearOutcome,
    Measure as Measure, MeasureStatement as MeasureStatement, Missing as Missing, NaOutcome as NaOutcome,
    Outcome as Outcome, Points as Points, PointsOutcome as PointsOutcome, Rate as Rate,
    RateAsGiven as RateAsGiven, Row as Row, StepsOutcome as StepsOutcome, Value as Value,
)  # fmt: skip
from ruleengine.syntax.card_nodes import (
    Borderline as Borderline, CardStatement as CardStatement, Grace as Grace, Group as Group,
    MemberLine as MemberLine, Rollup as Rollup, Round as Round, ScoreFormula as ScoreFormula,
    Scorecard as Scorecard, Weight as Weight, WeightEntry as WeightEntry, Weights as Weights,
)  # fmt: skip
from ruleengine.syntax.template_nodes import (
    Reasons as Reasons, Template as Template, TemplateFor as TemplateFor, TemplateFormat as TemplateFormat,
    TemplateLabels as TemplateLabels, TemplateStatement as TemplateStatement, TemplateText as TemplateText,
)  # fmt: skip
from ruleengine.syntax.trigger_nodes import (
    Due as Due, Placeholder as Placeholder, TextWithValues as TextWithValues, Trigger as Trigger,
    TriggerField as TriggerField, TriggerStatement as TriggerStatement, TriggerText as TriggerText,
    TriggerWhen as TriggerWhen, TriggerWord as TriggerWord, Words as Words,
)  # fmt: skip

from ruleengine.syntax.checklist_nodes import (
    Checklist as Checklist, ChecklistStatement as ChecklistStatement, Criterion as Criterion,
)  # fmt: skip
from ruleengine.syntax.matrix_nodes import (
    Axis as Axis, Cell as Cell, CellField as CellField, CellText as CellText, CellUse as CellUse, Matrix as Matrix,
    MatrixBlock as MatrixBlock, MatrixOtherwise as MatrixOtherwise, MatrixRow as MatrixRow,
    MatrixStatement as MatrixStatement,
)  # fmt: skip
from ruleengine.syntax.test_nodes import (
    CaseRow as CaseRow, Cases as Cases, Expect as Expect, ExpectProblem as ExpectProblem, Test as Test,
    TestChange as TestChange, TestDay as TestDay, TestFacts as TestFacts, TestPrevious as TestPrevious,
    TestStatement as TestStatement,
)  # fmt: skip


@frozen(slots=True)
class Comment(Node):
    """`# …` to the end of its line; `alone` when nothing else stands on the line."""

    text: str
    alone: bool


@frozen(slots=True)
class File(Node):
    """A ruleset file. `damaged` names what was declared by items that have a syntax error; it is not checked further.

    `comments` carry their places; the formatter puts them back.
    """

    items: tuple[Item, ...]
    comments: tuple[Comment, ...] = field(default=(), eq=False)
    damaged: frozenset[str] = frozenset()
