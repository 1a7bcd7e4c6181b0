"""NA: Kleene's logic, reasons that travel, what stands in, what is asked, rows and branches that are undecided."""

from __future__ import annotations

from itertools import product
from typing import Any

from tests.conformance.making.writing import (
    RAG,
    Case,
    Group,
    Topic,
    account,
    accounts,
    na,
    topic,
    value,
    values,
)

#: Operands of conditions: what is written, and what it is. NA is a reason.
OPERANDS: dict[str, bool | str] = {
    "yes": True, "also": False, "third": "missing", "(a / zero > 1)": "invalid", "(na expired)": "expired", "(na excluded)": "excluded",
}  # fmt: skip


def conjunction(one: bool | str, other: bool | str) -> bool | str:
    """Kleene's `and`; of two reasons the left one."""
    if one is False or other is False:
        return False
    return next((each for each in (one, other) if isinstance(each, str)), True)


def disjunction(one: bool | str, other: bool | str) -> bool | str:
    """Kleene's `or`."""
    if one is True or other is True:
        return True
    return next((each for each in (one, other) if isinstance(each, str)), False)


def opposite(one: bool | str) -> bool | str:
    """Kleene's `not`."""
    return one if isinstance(one, str) else not one


def case(expression: str, wanted: Any) -> Case:
    """An expression with a value, or with a reason."""
    return na(expression, wanted, "rule") if isinstance(wanted, str) else value(expression, wanted, "rule")


def kleene() -> list[Case]:
    """Every pair of operands."""
    found = [case(f"not {text}", opposite(one)) for text, one in OPERANDS.items()]
    for (text, one), (other_text, other) in product(OPERANDS.items(), repeat=2):
        found.append(case(f"{text} and {other_text}", conjunction(one, other)))
        found.append(case(f"{text} or {other_text}", disjunction(one, other)))
    return found


QUANTITIES: dict[str, float | str] = {
    "b": 2,
    "c": "missing",
    "(a / zero)": "invalid",
    "(if yes then na excluded else a)": "excluded",
}


def travelling() -> list[Case]:
    """Arithmetic and comparison with NA is NA, for the reason of the leftmost NA operand."""
    return [
        na(f"{text} {sign} {other_text}", one if isinstance(one, str) else str(other), "rule")
        for (text, one), (other_text, other) in product(QUANTITIES.items(), repeat=2)
        for sign in ("+", "*", "<", "=")
        if isinstance(one, str) or isinstance(other, str)
    ]


REASONS = ("missing", "expired", "not_applicable", "excluded", "invalid")


def asking() -> list[Case]:
    """What can be asked of a value is always decided; `default` stands in for missing alone."""
    found = []
    for reason in REASONS:
        written = f"(if yes then na {reason} else a)"
        found += [value(f"{written} is {other}", other == reason, "rule") for other in (*REASONS, "na")[:5]]
        found += [
            value(f"{written} is na", True, "rule"),
            value(f"{written} is known", False, "rule"),
            value(f"{written} is not {reason}", False, "rule"),
        ]
        found.append(case(f"{written} default 7", 7 if reason == "missing" else reason))
    return [
        *found, value("a is known", True), value("a is na", False), value("a is not known", False), value("a is missing", False),
        value("c is missing", True), value("c is not missing", False), value("(c default b) + 1", 3), value("c default b default 7", 2), value("a default 7", 5),
        value("na default na default 5", 5), na("c default nested.a", "missing"), value("(word default \"none\") = \"none\"", True),
        value("tier default \"unknown\"", "unknown"), value("(tier default \"unknown\") = \"unknown\"", True), value("na is na", True), na("na", "missing"),
        na("na excluded \"by contract\"", "excluded"), na("na not_applicable", "not_applicable"),
    ]  # fmt: skip


def branches() -> list[Case]:
    """`if` with an undecided condition is NA with its reason, unless all branches agree."""
    return [
        value("if yes then 1 else 2", 1), value("if also then 1 else 2", 2), na("if third then 1 else 2", "missing"), value("if third then 1 else 1", 1),
        na("if a / zero > 1 then 1 else 2", "invalid"), value("if also then 1 else if yes then 2 else 3", 2), value("if also then 1 else if also then 2 else 3", 3),
        na("if third then 1 else if yes then 2 else 3", "missing"), value("if third then 2 else if yes then 2 else 3", 2), value("if yes then 1 else if third then 2 else 3", 1),
        na("if also then 1 else if third then 2 else 3", "missing"), value("if also then 1 else if third then 3 else 3", 3), na("if yes then c else 2", "missing"),
        na("if yes then na excluded \"so\" else 2", "excluded"), value("(if also then 1 else 2) * 10", 20), value("if c is missing then 1 else c", 1),
        value("count true of (yes, also, yes)", 2), na("count true of (yes, third)", "missing"), value("count true of (also)", 0), na("count true of (yes, a / zero > 1)", "invalid"),
        value("count(numbers)", 2), na("c in (1, 2)", "missing"), na("5 in (c, 2)", "missing"), value("5 in (c, 5)", True),
        na("c in 1..2", "missing"), na("a in 1..c", "missing"), na("nested.word contains \"x\"", "missing"), value("[1, na] contains 1", True), na("[1, na] contains 2", "missing"),
        na("[c, 1] contains 2", "missing"),
    ]  # fmt: skip


def rows() -> list[Case]:
    """A rating whose first row asks for one fact and whose second asks for another: what is undecided before the winner decides."""
    found = []
    options: dict[str, Any] = {"true": True, "false": False, "missing": None}
    for one, other, number in product(options, options, (3, 8)):
        facts = {
            key: options[said] for key, said in (("yes", one), ("also", other)) if options[said] is not None
        }
        outcomes = _possible(one, other, number)
        band = outcomes[0] if len(set(outcomes)) == 1 else None
        found.append(
            account(
                {**facts, "a": number},
                {"measures": {"m": {"status": "scored" if band else "missing", "band": band}}},
                "rule",
            )
        )
    return found


def _possible(one: str, other: str, number: int) -> list[str]:
    """Every outcome that the rating could have: green when yes, red when also, green when > 5, yellow otherwise."""
    firsts = (True, False) if one == "missing" else (one == "true",)
    seconds = (True, False) if other == "missing" else (other == "true",)
    rest = "green" if number > 5 else "yellow"
    return ["green" if first else "red" if second else rest for first, second in product(firsts, seconds)]


RATING = f"""{RAG}measure m {{
  value a
  rate {{
    green  when yes
    red    when also
    green  when > 5
    yellow otherwise
  }}
}}
output band = m.band
"""


def groups() -> list[Group]:
    """All groups about NA."""
    facts = {"a": 5, "b": 2, "yes": True, "also": False, "numbers": [1, 2]}
    zero = "let zero = b - b\noutput u = zero"
    return [
        values("logic", zero, facts, kleene(), rules=[1]),
        values("reasons travel", zero, facts, travelling(), rules=[1]),
        values("asking", zero, facts, asking(), rules=[1]),
        values("branches", zero, facts, branches(), rules=[2, 4]),
        accounts("rows", RATING, rows(), rules=[2]),
    ]


def topics() -> list[Topic]:
    """One file."""
    return [
        topic(
            "unavailable",
            "Values that are not there: reasons, logic, what stands in, what is undecided.",
            groups(),
        )
    ]
