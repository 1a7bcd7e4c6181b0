"""What no account can reach, conditions that are always the same, measures that can never matter to a scorecard.

In: a program with everything that answers questions. Out: findings, those that are proved; a question that stays open is
kept among those without an answer and is no finding.
"""

from __future__ import annotations

from collections.abc import Iterator

from ruleengine.analysis.claims import Claim
from ruleengine.analysis.findings import Finding, Method, Question, Verdict
from ruleengine.analysis.may import May, truth
from ruleengine.analysis.prove import Test
from ruleengine.analysis.question import Asked
from ruleengine.analysis.run import Run
from ruleengine.casebook.accounts import Account
from ruleengine.evaluator.coverage import CoverageItem
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk

#: What is asked of, by the kinds of the inventory. Bands of scorecards are told with their bounds.
_KINDS = (
    "band",
    "row",
    "table row",
    "cell",
    "limit",
    "weights",
    "segment",
    "trigger",
    "alternative",
    "problem",
)
_NEVER = {
    "band": "no account gets it", "row": "no account reaches this row", "table row": "no account reaches this row",
    "cell": "no account reaches this cell", "limit": "it holds for no account", "weights": "no account has these weights",
    "segment": "no account is in it", "trigger": "it fires for no account", "alternative": "it holds for no account",
    "problem": "no account has it",
}  # fmt: skip
_ASKED = {
    "band": "whether any account gets it", "row": "whether any account reaches this row",
    "table row": "whether any account reaches this row", "cell": "whether any account reaches this cell",
    "limit": "whether it acts on any account", "weights": "whether any account has these weights",
    "segment": "whether any account is in it", "trigger": "whether it fires for any account",
    "alternative": "whether it holds for any account", "problem": "whether any account has it",
}  # fmt: skip


#: Before these nothing stands that could take what they are for.
_REMEDY = dict.fromkeys(("segment", "trigger", "problem"), "take it out, or mend its condition")


def unreachable(asked: Asked) -> Iterator[Finding]:
    """The items of a ruleset that no account can reach."""
    items = [
        item
        for item in asked.inventory.items.values()
        if item.own and item.kind in _KINDS and not _of_card(asked, item)
    ]
    for item, answer in asked.reach(items, lambda each: question(asked, each)):
        if answer.verdict is Verdict.PROVED:
            yield Finding(
                "RE701", f"reach.{item.id}", item.of, f"{item.title}: {_NEVER[item.kind]}", _place(asked, item),
                answer.verdict, answer.method, _REMEDY.get(item.kind, "take it out, or change what stands before it"),
            )  # fmt: skip


def question(asked: Asked, item: CoverageItem) -> Question:
    """What is asked of an item."""
    text, place = f"{item.title}: {_ASKED[item.kind]}", _place(asked, item)
    return Question("reach", "RE701", f"reach.{item.id}", item.of, text, place)


def _place(asked: Asked, item: CoverageItem) -> Span:
    node, owner = asked.inventory.nodes[item.id]
    span: Span | None = getattr(node, "span", None)
    return span or owner.span  # type: ignore[attr-defined]  # an item without a node has an owner


def _of_card(asked: Asked, item: CoverageItem) -> bool:
    _, owner = asked.inventory.nodes[item.id]
    return item.kind == "band" and isinstance(owner, r.Scorecard)


# ── conditions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def always_true(asked: Asked) -> Iterator[Finding]:
    """Conditions that hold for every account."""
    for of, what, condition in _conditions(asked.program):
        if condition.span.path != asked.program.path or isinstance(condition, e.Constant):
            continue
        asked.options.progress(f"{of}: {what}")
        id = f"always.{of}.{condition.span.line}"
        whether = Question(
            "reach", "RE702", id, of, f"whether {what} holds for every account", condition.span
        )
        answer = asked.ask(whether, _not_true(condition), _fails(asked, condition))
        if answer.verdict is Verdict.PROVED:
            yield Finding(
                "RE702", id, of, f"{what} holds for every account", condition.span,
                answer.verdict, answer.method, "leave the condition out, or say what it is to leave out",
            )  # fmt: skip


def _conditions(program: r.Program) -> Iterator[tuple[str, str, e.Expression]]:
    """The conditions of a ruleset that may be meant to leave something out, with what they are about."""
    for step in program.steps:
        if isinstance(step, r.Segment):
            yield step.label, f"the condition of the segment `{step.label}`", step.condition
        elif isinstance(step, r.Trigger):
            for each in step.alternatives:
                yield step.label, f"the condition of the trigger `{step.label}`", each.condition
        elif isinstance(step, r.Measure):
            for applies in step.applies:
                yield step.label, f"what `{step.label}` applies to", applies.condition
            yield from _of_limits(step.label, step.limits)
        elif isinstance(step, r.Scorecard):
            for block in walk(step.block):
                if isinstance(block, r.Block):
                    yield from _of_limits(block.label, block.limits)


def _of_limits(of: str, limits: tuple[r.Limit, ...]) -> Iterator[tuple[str, str, e.Expression]]:
    for limit in limits:
        if limit.condition is not None:
            yield of, f"the condition of the {limit.kind} of `{of}`", limit.condition


def _not_true(condition: e.Expression) -> Claim:
    def claim(run: Run) -> May:
        found = run.value(condition)
        return truth(found.holds(False) or bool(found.reasons), found.holds(True))

    return claim


def _fails(asked: Asked, condition: e.Expression) -> Test:
    holds = asked.holding(condition, True)
    return lambda account: not holds(account)


# ── measures that never matter ──────────────────────────────────────────────────────────────────────────────────────


def idle_measures(asked: Asked) -> Iterator[Finding]:
    """Members of scorecards that can never change a score: without a weight, or never scored, and never asked about."""
    spoken_of = {
        node.name for step in asked.program.steps for node in walk(step)
        if isinstance(node, e.Reference) and node.kind == "measure"
    }  # fmt: skip
    for card in asked.index.cards.values():
        for block in walk(card.block):
            if not isinstance(block, r.Block) or block.formula is not None:
                continue
            for place, member in enumerate(block.children):
                if (
                    not isinstance(member, r.Member)
                    or member.kind != "measure"
                    or member.span.path != asked.program.path
                ):
                    continue
                if not member.weight and not any(column.weights[place] for column in block.columns):
                    if (
                        member.name not in spoken_of
                        and f"{card.name}.{_path(block, member)}" not in spoken_of
                    ):
                        yield _idle(card, member, "it has no weight, and nothing asks for it", Method.TREE)
                    continue
                yield from _never_scored(asked, card, member)


def _path(block: r.Block, member: r.Member) -> str:
    return f"{block.path}.{member.label}" if block.path else member.label


def _never_scored(asked: Asked, card: r.Scorecard, member: r.Member) -> Iterator[Finding]:
    def claim(run: Run) -> May:
        found = run.measure(member.name)
        return truth(bool(found.ways), bool(found.reasons))

    def scored(account: Account) -> bool:
        return asked.result(account)["measures"].get(member.name, {}).get("status") in ("scored", "stale")

    if (
        asked.known(
            lambda result: result["measures"].get(member.name, {}).get("status") in ("scored", "stale")
        )
        is not None
    ):
        asked.asked += 1
        return
    whether = Question(
        "reach", "RE703", f"idle.{card.label}.{member.label}", member.label,
        f"whether `{member.label}` is ever scored, so that it can matter to `{card.label}`", member.span,
    )  # fmt: skip
    answer = asked.ask(whether, claim, scored)
    if answer.verdict is Verdict.PROVED:
        yield _idle(card, member, "it is never scored", answer.method)


def _idle(card: r.Scorecard, member: r.Member, why: str, method: Method) -> Finding:
    return Finding(
        "RE703", f"idle.{card.label}.{member.label}", member.label, f"`{member.label}` can never matter to `{card.label}`: {why}",
        member.span, Verdict.PROVED, method, "give it a weight, or leave it out of the scorecard",
    )  # fmt: skip
