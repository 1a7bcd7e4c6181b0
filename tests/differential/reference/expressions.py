"""The value of an expression: a walk over its tree.

In: an expression and its scope. Out: a value, or NA. `refer` tells names of measures and scorecards apart
from their numbers; `evaluate` gives the number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from ruleengine.syntax import tree
from tests.differential.reference import (
    checklists,
    dates,
    earlier,
    functions,
    matrices,
    queries,
    series,
    tables,
    triggers,
)
from tests.differential.reference.facts import read_date, read_timestamp
from tests.differential.reference.modules import amount, is_months, path_of
from tests.differential.reference.states import NOTHING, Child, Lazy, Place, Scope, State
from tests.differential.reference.values import (
    LARGEST,
    MISSING,
    NA,
    UNCOMPUTABLE,
    Months,
    add_duration,
    declared_na,
    equal,
    first_na,
    less,
    like,
    within,
)  # fmt: skip

VALUE_WORDS = ("na", "known", "missing", "expired", "not_applicable", "excluded", "invalid", "grace")
STATE_WORDS = (*VALUE_WORDS, "stale", "scored")


def evaluate(node: tree.Expression, scope: Scope) -> Any:
    """The value of `node`; a measure's name stands for its points, a scorecard's for its score."""
    return plain(refer(node, scope))


def decide(condition: tree.Expression | None, scope: Scope) -> Any:
    """The value of a condition; none at all always holds."""
    return True if condition is None else evaluate(condition, scope)


def plain(found: Any) -> Any:
    """The number of a measure, a scorecard or a node; whether a trigger fires; any other value as it is."""
    if isinstance(found, triggers.Signal):
        return found.fires
    if isinstance(found, Place):
        na = state_of(found.child).na
        return _known(found.child.points, na)
    if isinstance(found, State):
        return _known(found.points if found.is_group else found.score, found.na)
    return found


def _known(value: Any, na: NA | None) -> Any:
    return value if value is not None else (na or MISSING)


def refer(node: tree.Expression, scope: Scope) -> Any:
    """The value of `node`, or the measure, scorecard, group or place that it names."""
    match node:
        case tree.Number():
            return Months(amount(node)) if is_months(node.unit) else amount(node)
        case tree.Date():
            return read_timestamp(node.text, scope.module.zone) if "T" in node.text else read_date(node.text)
        case tree.Text() | tree.Flag():
            return node.value
        case tree.NotAvailable():
            return declared_na(node.reason or "missing")
        case tree.AsOf():
            return scope.account.as_of
        case tree.Name() | tree.Member():
            return _assumed(node, _named(node, scope), scope)
        case tree.Call():
            return _call(node, scope)
        case tree.Arithmetic():
            return _arithmetic(node, scope)
        case tree.Negative():
            operand = evaluate(node.operand, scope)
            return operand if isinstance(operand, NA) else like(-operand, operand)
        case tree.Logic() | tree.Not() | tree.Default():
            return _logic(node, scope)
        case tree.Compare() | tree.In() | tree.Contains() | tree.Within():
            return _test(node, scope)
        case tree.Is():
            return _is(node, scope)
        case tree.Previous():
            return earlier.previous(node, scope)
        case tree.Computed():
            state = refer(node.operand, scope)
            if isinstance(state, Place):
                state = state_of(state.child)
            return _known(state.computed_score, state.computed_na)
        case tree.If():
            cases = (
                (evaluate(each.condition, scope), partial(evaluate, each.value, scope))
                for each in node.branches
            )
            return choose(cases, partial(evaluate, node.otherwise, scope))
        case tree.Query():
            return queries.query(node, scope)
        case tree.OfSeries():
            return series.asked(node, scope)
        case tree.CountTrue():
            flags = [evaluate(each, scope) for each in node.items]
            return first_na(flags) or Fraction(sum(flags))
        case tree.Elapsed() | tree.Period() | tree.FiscalNumber():
            day = evaluate(node.date, scope) if node.date else scope.account.as_of
            return day if isinstance(day, NA) else dates.about(node, calendar_date(day, scope), scope)
        case tree.ListLiteral():
            return [evaluate(each, scope) for each in node.items]
        case tree.Record():
            return {each.name: evaluate(each.value, scope) for each in node.fields}
    raise NotImplementedError(type(node).__name__)


def choose(
    cases: Iterable[tuple[Any, Callable[[], Any]]],
    otherwise: Callable[[], Any],
    same: Callable[[Any, Any], bool] = equal,
) -> Any:
    """The outcome of the first case that holds; one that is undecided before it must come to the same."""
    undecided: list[tuple[NA, Any]] = []
    for condition, outcome in cases:
        if isinstance(condition, NA):
            undecided.append((condition, outcome()))
        elif condition:
            winner = outcome()
            break
    else:
        winner = otherwise()
    if all(same(each, winner) for _, each in undecided):
        return winner
    return undecided[0][0]


# ── Names ──


def _named(node: tree.Name | tree.Member, scope: Scope) -> Any:
    if isinstance(node, tree.Name):
        found = _bare(node.name, scope)
        return plain(found) if isinstance(found, triggers.Signal) else found
    if (
        isinstance(node.base, tree.Name)
        and (count := checklists.answered(node.base.name, node.name, scope)) is not None
    ):
        return count
    base = _bare(node.base.name, scope) if isinstance(node.base, tree.Name) else refer(node.base, scope)
    if isinstance(base, triggers.Signal):
        return triggers.part(base, node.name)
    if isinstance(base, matrices.Chosen):
        return base.part(node.name)
    if isinstance(base, NA):
        return base
    if isinstance(base, Place):
        if node.name in ("effective_weight", "contribution"):
            return _known(base.node[node.name], None)
        if node.name == "score":
            return plain(base)
        if node.name == "band":
            return band_of(state_of(base.child))
        base = base.child.state
    return _member_of_state(base, node.name, scope) if isinstance(base, State) else base[node.name]


def named(name: str, scope: Scope) -> Any:
    """The value of a bare name."""
    return plain(_bare(name, scope))


def _bare(name: str, scope: Scope) -> Any:
    if name in scope.locals:
        found = scope.locals[name]
        return scope.account.lazily(found) if isinstance(found, Lazy) else found
    block = scope.block
    while block is not None:
        if name in block.groups():
            return scope.account.block(block.groups()[name])
        block = block.parent
    if name == "facts":
        return scope.account.facts
    declared = scope.module.find(name)
    if declared is not None:
        found = scope.account.declared(*declared)
        return matrices.seen(found) if isinstance(found, matrices.Standing) else found
    return scope.account.facts[name]


def band_of(state: State) -> Any:
    """The name of the final band."""
    return _known(state.band, state.na)


def _member_of_state(state: State, name: str, scope: Scope) -> Any:
    if name == "value":
        return _known(state.value, state.computed_na)
    if name in ("points", "score"):
        return plain(state)
    if name == "computed_score":
        return _known(state.computed_score, state.computed_na)
    if name == "coverage":
        return _known(state.coverage, MISSING)
    if name in ("effective_weight", "contribution"):
        return _known(scope.account.node_of(state)[name], None)
    if name == "band":
        return band_of(state)
    if name == "computed_band":
        return _known(state.computed_band, state.computed_na)
    if name == "borderline":
        return _known(state.near, state.na or NA("not_applicable"))
    child = next(each for each in state.children if each.name == name)
    return child.state if child.is_group else Place(scope.account.node_of(child), child)


def _assumed(node: tree.Expression, found: Any, scope: Scope) -> Any:
    """What stands in for a fact that is missing and has a declared assumption."""
    path = path_of(node)
    if found == MISSING and path in scope.module.assumptions and path[0] not in scope.locals:
        return evaluate(scope.module.assumptions[path], Scope(scope.account, scope.module))
    return found


def _call(node: tree.Call, scope: Scope) -> Any:
    found = scope.module.find(node.function)
    if found is None or not isinstance(found[1], tree.Table | tree.Define):
        modes = [
            each.name
            for each in node.arguments[2:]
            if isinstance(each, tree.Name) and node.function == "round"
        ]
        arguments = [evaluate(each, scope) for each in (node.arguments[:2] if modes else node.arguments)]
        days = [calendar_date(each, scope) if isinstance(each, datetime) else each for each in arguments]
        return first_na(days) or functions.FUNCTIONS[node.function](*days, *modes)
    module, declaration = found
    arguments = [evaluate(each, scope) for each in node.arguments]
    inner = Scope(scope.account, module)
    if isinstance(declaration, tree.Table):
        return tables.look_up(declaration, arguments, inner)
    assert isinstance(declaration, tree.Define)
    names = {each.name: value for each, value in zip(declaration.parameters, arguments, strict=True)}
    return evaluate(declaration.body, inner.having(**names))


# ── Operators ──


def _arithmetic(node: tree.Arithmetic, scope: Scope) -> Any:
    operands = [evaluate(each, scope) for each in node.operands]
    missing = first_na(operands)
    if missing:
        return missing
    result = operands[0]
    for operator, operand in zip(node.operators, operands[1:], strict=True):
        result = _operate(operator, result, operand, scope)
        if isinstance(result, NA):
            return result
    return result


def _operate(operator: str, a: Any, b: Any, scope: Scope) -> Any:
    if isinstance(a, date):
        day = calendar_date(a, scope)
        if isinstance(b, date):
            return Fraction((day - calendar_date(b, scope)).days)
        return add_duration(day, b if operator == "+" else like(-b, b))
    if isinstance(b, date):
        return add_duration(calendar_date(b, scope), a)
    if operator == "/":
        if equal(Fraction(b), Fraction(0)):
            return UNCOMPUTABLE
        return _bounded(Fraction(a) / Fraction(b) if isinstance(b, Months) else like(Fraction(a) / b, a))
    results = {"+": a + b, "-": a - b, "*": a * b}
    return _bounded(like(results[operator], a, b))


def _bounded(number: Fraction) -> Fraction | NA:
    return number if abs(number) <= LARGEST else UNCOMPUTABLE


def _logic(node: tree.Logic | tree.Not | tree.Default, scope: Scope) -> Any:
    if isinstance(node, tree.Not):
        operand = evaluate(node.operand, scope)
        return operand if isinstance(operand, NA) else not operand
    if isinstance(node, tree.Default):
        value: Any = MISSING
        for each in node.operands:
            value = evaluate(each, scope)
            if value != MISSING:
                return value
        return value
    return kleene(node.operator, (evaluate(each, scope) for each in node.operands))


def kleene(operator: str, operands: Iterable[Any]) -> Any:
    """`and` or `or` of flags that may be NA: decided by one, else undecided by the first NA."""
    undecided = None
    for each in operands:
        if isinstance(each, NA):
            undecided = undecided or each
        elif each is (operator == "or"):
            return each
    return undecided or operator == "and"


def _test(node: tree.Compare | tree.In | tree.Contains | tree.Within, scope: Scope) -> Any:
    left = node.left if isinstance(node, tree.Compare) else node.subject
    subject = scope.subject if left is None else evaluate(left, scope)
    assert subject is not NOTHING, "a test without a subject"
    if isinstance(node, tree.In):
        found = _in(subject, node.target, scope)
        return not found if node.negated and not isinstance(found, NA) else found
    operands = {tree.Compare: "right", tree.Contains: "item", tree.Within: "duration"}
    other = evaluate(getattr(node, operands[type(node)]), scope)
    missing = first_na([subject, other])
    if missing:
        return missing
    if isinstance(node, tree.Compare):
        return compare(node.operator, subject, other, scope)
    if isinstance(node, tree.Within):
        return within(calendar_date(subject, scope), other, scope.account.as_of)
    if isinstance(subject, str):
        return other in subject
    return kleene("or", (each if isinstance(each, NA) else equal(each, other) for each in subject))


def compare(operator: str, a: Any, b: Any, scope: Scope) -> bool:
    """A comparison of two values that are there."""
    if isinstance(a, datetime) != isinstance(b, datetime):
        a, b = calendar_date(a, scope), calendar_date(b, scope)
    return {
        "=": lambda: equal(a, b),
        "!=": lambda: not equal(a, b),
        "<": lambda: less(a, b),
        ">": lambda: less(b, a),
        "<=": lambda: not less(b, a),
        ">=": lambda: not less(a, b),
    }[operator]()


def _in(
    subject: Any, target: tuple[tree.Expression, ...] | tree.Interval | tree.CalendarPeriod, scope: Scope
) -> Any:
    if isinstance(target, tree.Interval):
        return subject if isinstance(subject, NA) else inside(subject, ends(target, scope), target, scope)
    if isinstance(target, tree.CalendarPeriod):
        if isinstance(subject, NA):
            return subject
        return dates.in_period(calendar_date(subject, scope), target, scope)
    values = [evaluate(each, scope) for each in target]
    if isinstance(subject, NA):
        return subject
    return kleene(
        "or", (each if isinstance(each, NA) else compare("=", subject, each, scope) for each in values)
    )


def ends(interval: tree.Interval, scope: Scope) -> tuple[Any, Any]:
    """Both ends of an interval; a bare lower end has the unit of the upper."""
    low, high = (evaluate(each, scope) if each else None for each in (interval.low, interval.high))
    first, last = (
        each.operand if isinstance(each, tree.Negative) else each for each in (interval.low, interval.high)
    )
    if isinstance(first, tree.Number) and isinstance(last, tree.Number) and not first.unit:
        sign = -1 if isinstance(interval.low, tree.Negative) else 1
        low = like(sign * amount(first, last.unit), high)
    return low, high


def inside(subject: Any, found: tuple[Any, Any], interval: tree.Interval, scope: Scope) -> Any:
    """Whether a value that is there lies between two ends, either of which may be None or NA."""
    low, high = found
    missing = first_na([low, high])
    if missing:
        return missing
    above = low is None or compare(">" if interval.low_open else ">=", subject, low, scope)
    return above and (high is None or compare("<" if interval.high_open else "<=", subject, high, scope))


def calendar_date(moment: date, scope: Scope) -> date:
    """The date of a moment in the ruleset's zone."""
    if isinstance(moment, datetime):
        return moment.astimezone(ZoneInfo(scope.account.zone)).date()
    return moment


# ── `is` ──


def _is(node: tree.Is, scope: Scope) -> Any:
    if node.other is not None or isinstance(node.subject, tree.Previous):
        answer = earlier.test(node, scope)
        return not answer if node.negated and not isinstance(answer, NA) else answer
    operand = node.subject.operand if isinstance(node.subject, tree.Computed) else node.subject
    computed = isinstance(node.subject, tree.Computed)
    subject = scope.subject if operand is None else refer(operand, scope)
    if isinstance(subject, Place):
        subject = state_of(subject.child)
    if node.past and isinstance(operand, tree.Name) and isinstance(subject, State):
        subject = scope.account.past(operand.name, scope)
    answer = kleene("or", (_is_word(subject, node.relation, word, computed) for word in node.words))
    return not answer if node.negated and not isinstance(answer, NA) else answer


def state_of(child: Child) -> State:
    """What a measure is in its place: only grace belongs to the place."""
    na = NA("grace")
    return State(child.state.bands, na=na, computed_na=na) if child.status == "grace" else child.state


def _is_word(subject: Any, relation: str, word: tree.Word, computed: bool) -> Any:
    if not isinstance(subject, State):
        if relation == "is" and word.name in VALUE_WORDS and not word.quoted:
            return has_status(subject.reason if isinstance(subject, NA) else "scored", word.name)
        name = subject.name if isinstance(subject, matrices.Chosen) else subject
        return subject if isinstance(subject, NA) else name == word.name
    na, band = (subject.computed_na, subject.computed_band) if computed else (subject.na, subject.band)
    status = na.reason if na else "stale" if subject.stale else "scored"
    if word.name in STATE_WORDS and not word.quoted:
        return has_status(status, word.name)
    if band is None:
        return na or MISSING
    assert subject.bands is not None
    distance = subject.bands.position(band) - subject.bands.position(word.name)
    return {"is": distance == 0, "in": distance == 0, "worse": distance > 0, "better": distance < 0}[relation]


def has_status(status: str, word: str) -> bool:
    if word in ("known", "scored"):
        return status in ("scored", "stale")
    if word == "na":
        return status not in ("scored", "stale")
    return status == word
