"""Small changes of conditions, calculations, tables and bands: which there are, and that each is what it says it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from ruleengine.casebook.mutation.mutant import Mutant
from ruleengine.casebook.mutation.mutating import Parts
from ruleengine.casebook.mutation.rules import mutants_of
from ruleengine.compiler.compile import Compilation, compile_ruleset
from ruleengine.evaluator.program import Evaluator
from ruleengine.tree.ruleset import Program
from tests.casebook.books import HEAD, Project

RULES = (
    HEAD
    + """\
bands scale { "B+" 50..100 points 60 ; "say \\"x\\"" 0..<50 points 20 }
bands tenths of steps of 0.1 { high 5.1..10 ; mid 2.6..5 points 3.5 ; low 0..2.5 }
bands risk { low ..<5 ; medium 5..<10 ; high 10.. }
bands plain { good points 2 ; bad points 0 }
assume fee = 5 USD because "nothing was paid"
invariant "no debts" never seats < 0
define half(x) = x / 2
table grade(share percent) {
  >= 80%    gives "A"
  otherwise gives "B"
}
table start(seats count, plan) {
  > 3, "small" gives 2024-01-01
  otherwise    gives 2024-02-01
}
table alike(seats count) { < 3 gives "a" ; otherwise gives "a" }
table only(seats count) { any gives 4 * 2 }
segment big when seats > 100 and plan = "large"
segment either when big or seats <= 1 or share > 20%
segment middle when seats in 10..100
segment shares when share in >20%..<50%
segment ratios when ratio in > 1..2
segment above when ratio in 1..
segment quarter when since in this fiscal quarter
segment until_ratio when seats in 1..ratio
segment denied when not active
segment known when share is not known
segment lacking when plan is na
segment excluded when name not in ("not set", "b")
segment one when plan in ("small")
segment before when 3 < seats
segment dated when since > 2024-01-01
segment terms when term < 2 months
output halves = half(seats) + half(ratio)
output letter = grade(share)
output starting = start(seats, plan)
output likeness = alike(seats)
output lonely = only(seats)
output flag = if active then true else false
output rounded = round(ratio, 2)
output least = min(seats, 5) - abs(ratio)
output later = as_of + 2 months
output soon = since within 30 days
output filled = ratio default 3
output latest_one = latest c in calls where c.minutes > 3 by c.on
output tops = count(top 2 c in calls by c.minutes)
output anyone = any c in calls where c.who = "Ann"
output longest = max of c.minutes for c in calls
let ser3 = series of c.minutes for c in calls by c.on
output trend = mean of ser3 over 3 values
output ago = value of ser3 3 months ago
problem "too many" when seats > 500
"""
)
#: What is shown of a change: the thing and the place as it stands, and below it each kind of change and the place after it.
CHANGES = """\
rag: green 75..100, yellow 50..<75
  band: green 76..100, yellow 50..<76
  band: green 74..100, yellow 50..<74
  band: green >75..100, yellow 50..75
rag: green points 80
  band: green points 81
  band: green points 79
rag: yellow 50..<75, red 0..<50
  band: yellow 51..<75, red 0..<51
  band: yellow 49..<75, red 0..<49
  band: yellow >50..<75, red 0..50
rag: yellow points 60
  band: yellow points 61
  band: yellow points 59
rag: red points 20
  band: red points 21
  band: red points 19
scale: B+ 50..100, say "x" 0..<50
  band: B+ 51..100, say "x" 0..<51
  band: B+ 49..100, say "x" 0..<49
  band: B+ >50..100, say "x" 0..50
scale: B+ points 60
  band: B+ points 61
  band: B+ points 59
scale: say "x" points 20
  band: say "x" points 21
  band: say "x" points 19
tenths: high 5.1..10, mid 2.6..5
  band: high 5.2..10, mid 2.6..5.1
  band: high 5..10, mid 2.6..4.9
tenths: mid 2.6..5, low 0..2.5
  band: mid 2.7..5, low 0..2.6
  band: mid 2.5..5, low 0..2.4
tenths: mid points 3.5
  band: mid points 3.6
  band: mid points 3.4
risk: low ..<5, medium 5..<10
  band: low ..<6, medium 6..<10
  band: low ..<4, medium 4..<10
  band: low ..5, medium >5..<10
risk: medium 5..<10, high 10..
  band: medium 5..<11, high 11..
  band: medium 5..<9, high 9..
  band: medium 5..10, high >10..
plain: good points 2
  band: good points 2.1
  band: good points 1.9
plain: bad points 0
  band: bad points 0.1
  band: bad points -0.1
assume fee: assume fee = 5 USD because "nothing was paid"
  threshold: assume fee = 6 USD because "nothing was paid"
  threshold: assume fee = 4 USD because "nothing was paid"
half: define half(x) = x / 2
  calculation: define half(x) = x * 2
  threshold: define half(x) = x / 3
  threshold: define half(x) = x / 1
grade: >= 80% gives "A"
  comparison: > 80% gives "A"
  row: (taken away)
  threshold: >= 81% gives "A"
  threshold: >= 79% gives "A"
  outcome: >= 80% gives "B"
grade: otherwise gives "B"
  row: (taken away)
  outcome: otherwise gives "A"
start: > 3, "small" gives 2024-01-01
  condition: > 3, "small" gives 2024-01-01, with `or` for `and`
  comparison: >= 3, "small" gives 2024-01-01
  row: (taken away)
  threshold: > 4, "small" gives 2024-01-01
  comparison: > 3, "small" gives 2024-01-01, with `!=` for `=`
  condition: > 3, "large" gives 2024-01-01
  threshold: > 3, "small" gives 2024-01-02
  threshold: > 3, "small" gives 2023-12-31
  outcome: > 3, "small" gives 2024-02-01
start: otherwise gives 2024-02-01
  row: (taken away)
  threshold: otherwise gives 2024-02-02
  threshold: otherwise gives 2024-01-31
  outcome: otherwise gives 2024-01-01
alike: < 3 gives "a"
  comparison: <= 3 gives "a"
  row: (taken away)
  threshold: < 2 gives "a"
alike: otherwise gives "a"
  row: (taken away)
only: any gives 4 * 2
  calculation: any gives 4 / 2
  threshold: any gives 5 * 2
  threshold: any gives 3 * 2
  threshold: any gives 4 * 3
  threshold: any gives 4 * 1
big: segment big when seats > 100 and plan = "large"
  segment: segment big when seats > 100 or plan = "large"
  comparison: segment big when seats >= 100 and plan = "large"
  segment: segment big when not (seats > 100 and plan = "large")
  threshold: segment big when seats > 101 and plan = "large"
  comparison: segment big when seats > 100 and plan != "large"
  segment: segment big when seats > 100 and plan = "small"
either: segment either when big or seats <= 1 or share > 20%
  segment: segment either when big and seats <= 1 and share > 20%
  segment: segment either when not (big or seats <= 1 or share > 20%)
  comparison: segment either when big or seats < 1 or share > 20%
  threshold: segment either when big or seats <= 2 or share > 20%
  comparison: segment either when big or seats <= 1 or share >= 20%
  threshold: segment either when big or seats <= 1 or share > 21%
  threshold: segment either when big or seats <= 1 or share > 19%
middle: segment middle when seats in 10..100
  segment: segment middle when not (seats in 10..100)
  threshold: segment middle when seats in 11..100
  threshold: segment middle when seats in 9..100
  threshold: segment middle when seats in 10..101
  threshold: segment middle when seats in 10..99
shares: segment shares when share in >20%..<50%
  comparison: segment shares when share in >20%..50%
  comparison: segment shares when share in 20%..<50%
  segment: segment shares when not (share in >20%..<50%)
  threshold: segment shares when share in >21%..<50%
  threshold: segment shares when share in >19%..<50%
  threshold: segment shares when share in >20%..<51%
  threshold: segment shares when share in >20%..<49%
ratios: segment ratios when ratio in > 1..2
  comparison: segment ratios when ratio in > 1..<2
  comparison: segment ratios when ratio in 1..2
  segment: segment ratios when not (ratio in > 1..2)
  threshold: segment ratios when ratio in > 1.1..2
  threshold: segment ratios when ratio in > 0.9..2
  threshold: segment ratios when ratio in > 1..2.1
  threshold: segment ratios when ratio in > 1..1.9
above: segment above when ratio in 1..
  comparison: segment above when ratio in >1..
  segment: segment above when not (ratio in 1..)
  threshold: segment above when ratio in 1.1..
  threshold: segment above when ratio in 0.9..
quarter: segment quarter when since in this fiscal quarter
  segment: segment quarter when not (since in this fiscal quarter)
until_ratio: segment until_ratio when seats in 1..ratio
  comparison: segment until_ratio when seats in 1..<ratio
  comparison: segment until_ratio when seats in >1..ratio
  segment: segment until_ratio when not (seats in 1..ratio)
  threshold: segment until_ratio when seats in 2..ratio
  threshold: segment until_ratio when seats in 0..ratio
denied: segment denied when not active
  segment: segment denied when active
known: segment known when share is not known
  segment: segment known when share is known
lacking: segment lacking when plan is na
  segment: segment lacking when not (plan is na)
excluded: segment excluded when name not in ("not set", "b")
  segment: segment excluded when name in ("not set", "b")
  segment: segment excluded when name not in ("b")
  segment: segment excluded when name not in ("not set")
one: segment one when plan in ("small")
  segment: segment one when not (plan in ("small"))
before: segment before when 3 < seats
  comparison: segment before when 3 <= seats
  threshold: segment before when 4 < seats
  threshold: segment before when 2 < seats
  segment: segment before when not (3 < seats)
dated: segment dated when since > 2024-01-01
  comparison: segment dated when since >= 2024-01-01
  segment: segment dated when not (since > 2024-01-01)
  threshold: segment dated when since > 2024-01-02
terms: segment terms when term < 2 months
  comparison: segment terms when term <= 2 months
  segment: segment terms when not (term < 2 months)
  threshold: segment terms when term < 3 months
  threshold: segment terms when term < 1 month
halves: output halves = half(seats) + half(ratio)
  calculation: output halves = half(seats) - half(ratio)
flag: output flag = if active then true else false
  condition: output flag = if not active then true else false
rounded: output rounded = round(ratio, 2)
  calculation: output rounded = ratio
least: output least = min(seats, 5) - abs(ratio)
  calculation: output least = min(seats, 5) + abs(ratio)
  calculation: output least = max(seats, 5) - abs(ratio)
  threshold: output least = min(seats, 6) - abs(ratio)
  threshold: output least = min(seats, 4) - abs(ratio)
later: output later = as_of + 2 months
  calculation: output later = as_of - 2 months
  threshold: output later = as_of + 3 months
  threshold: output later = as_of + 1 month
soon: output soon = since within 30 days
  condition: output soon = not (since within 30 days)
  threshold: output soon = since within 31 days
  threshold: output soon = since within 29 days
filled: output filled = ratio default 3
  missing: output filled = ratio
  threshold: output filled = ratio default 4
  threshold: output filled = ratio default 2
latest_one: output latest_one = latest c in calls where c.minutes > 3 by c.on
  calculation: output latest_one = earliest c in calls where c.minutes > 3 by c.on
  calculation: output latest_one = latest c in calls by c.on
  comparison: output latest_one = latest c in calls where c.minutes >= 3 by c.on
  threshold: output latest_one = latest c in calls where c.minutes > 4 by c.on
tops: output tops = count(top 2 c in calls by c.minutes)
  threshold: output tops = count(top 3 c in calls by c.minutes)
anyone: output anyone = any c in calls where c.who = "Ann"
  calculation: output anyone = all c in calls where c.who = "Ann"
  comparison: output anyone = any c in calls where c.who != "Ann"
longest: output longest = max of c.minutes for c in calls
  calculation: output longest = min of c.minutes for c in calls
trend: output trend = mean of ser3 over 3 values
  threshold: output trend = mean of ser3 over 4 values
ago: output ago = value of ser3 3 months ago
  threshold: output ago = value of ser3 4 months ago
  threshold: output ago = value of ser3 2 months ago
problem: problem "too many" when seats > 500
  comparison: problem "too many" when seats >= 500
  threshold: problem "too many" when seats > 501
"""


def compiled(folder: Path, rules: str) -> tuple[Compilation, Program]:
    """A ruleset of the small project."""
    project = Project(folder, rules)
    compilation = compile_ruleset(project.path.with_name("1.0.0.rules"), project.workspace)
    assert compilation.program is not None, compilation.diagnostics
    return compilation, compilation.program


def shown(mutants: Iterable[Mutant]) -> str:
    """Mutants as text, those of one place together."""
    lines: list[str] = []
    last = None
    for each in mutants:
        if (each.span.line, each.before) != last:
            lines.append(f"{each.of}: {each.before}")
            last = each.span.line, each.before
        lines.append(f"  {each.kind}: {each.after}")
    return "\n".join(lines) + "\n"


def answers(program: Program) -> list[dict[str, Any]]:
    """What a ruleset says of some accounts, on and beside the numbers of the rules."""
    evaluator = Evaluator(program)
    calls = [{"on": "2024-02-20", "minutes": 4}, {"on": "2024-01-20", "minutes": 3}]
    accounts: list[dict[str, Any]] = [
        {
            "id": "a",
            "seats": seats,
            "share": share,
            "plan": plan,
            "active": seats > 3,
            "since": since,
            "calls": calls,
        }
        | ({"ratio": 1.0, "name": "b"} if plan == "small" else {"term": 2})
        for seats, share, plan, since in product(
            (1, 3, 100, 101), (0.2, 0.5, 0.8), ("small", "large"), ("2024-01-01", "2024-01-31")
        )
    ]
    results = [evaluator.result(each, date(2024, 3, 1)) for each in [*accounts, {"id": "a"}]]
    return [{key: value for key, value in each.items() if key != "ruleset"} for each in results]


def test_the_changes_of_conditions_tables_and_bands(tmp_path: Path) -> None:
    compilation, program = compiled(tmp_path, RULES)
    assert shown(mutants_of(program, compilation.sources)) == CHANGES


@pytest.mark.parametrize(
    "place", ["either", "shares", "ratios", "known", "excluded", "grade", "least", "latest_one"]
)
def test_a_change_is_the_ruleset_with_its_line_written_so(tmp_path: Path, place: str) -> None:
    """The mutant says of every account what the ruleset says whose line has been changed by hand."""
    compilation, program = compiled(tmp_path, RULES)
    lines = RULES.split("\n")
    parts = Parts(program)
    tried = 0
    for mutant in mutants_of(program, compilation.sources):
        line = mutant.span.line - 1
        before = " ".join(lines[line].split())
        if mutant.of == place and mutant.before in before and tried < 3:
            after = "" if mutant.after == "(taken away)" else mutant.after
            changed = [*lines[:line], before.replace(mutant.before, after), *lines[line + 1 :]]
            rewritten = compiled(tmp_path, "\n".join(changed))[1]
            assert answers(parts.changed(mutant)) == answers(rewritten), mutant.after
            tried += 1
    assert tried


def test_what_is_imported_is_changed_only_when_asked(tmp_path: Path) -> None:
    shared = "ruleset shared 1.0.0 { facts thing 1 }\nbands two { up 50..100 ; down 0..<50 }\n"
    shared += 'define twice(x) = x * 2\ntable size(x count) { > 3 gives "a" ; otherwise gives "b" }\n'
    shared += (
        "measure seats_used { bands two ; value twice(seats) ; rate { up when >= 10 ; down otherwise } }\n"
    )
    Project(tmp_path).write("rulesets/shared/1.0.0.rules", shared)
    rules = "ruleset demo 1.0.0 { facts thing 1 }\nimport shared 1.0.0 (seats_used, size)\n"
    rules += 'output own = if seats_used is up then size(seats) else "c"\n'
    compilation, program = compiled(tmp_path, rules)
    assert shown(mutants_of(program, compilation.sources)) == (
        'own: output own = if seats_used is up then size(seats) else "c"\n'
        '  condition: output own = if seats_used is in (up, down) then size(seats) else "c"\n'
        '  condition: output own = if not (seats_used is up) then size(seats) else "c"\n'
    )
    everything = list(mutants_of(program, compilation.sources, imports=True))
    assert [each.span.path.endswith("demo/1.0.0.rules") for each in everything[:3]] == [True, True, False]
    assert shown(everything[2:]) == (
        "two: up 50..100, down 0..<50\n"
        "  band: up 51..100, down 0..<51\n  band: up 49..100, down 0..<49\n  band: up >50..100, down 0..50\n"
        "twice: define twice(x) = x * 2\n"
        "  calculation: define twice(x) = x / 2\n"
        "  threshold: define twice(x) = x * 3\n  threshold: define twice(x) = x * 1\n"
        'size: > 3 gives "a"\n'
        '  comparison: >= 3 gives "a"\n  row: (taken away)\n  threshold: > 4 gives "a"\n  outcome: > 3 gives "b"\n'
        'size: otherwise gives "b"\n  row: (taken away)\n  outcome: otherwise gives "a"\n'
        "seats_used: up when >= 10\n"
        "  outcome: down when >= 10\n  row: (taken away)\n"
        "  comparison: up when > 10\n  threshold: up when >= 9\n"
        "seats_used: down otherwise\n  outcome: up otherwise\n  row: (taken away)\n"
    )
