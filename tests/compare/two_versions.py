"""Two small versions of a ruleset, written as text, and ways to look at what differs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import chain, combinations
from pathlib import Path
from typing import Any

from ruleengine import load
from ruleengine.compare.edits import Differences, Edit
from ruleengine.compare.hybrid import Hybrids
from ruleengine.compare.meaning import differences
from ruleengine.evaluator.program import Evaluator
from ruleengine.tree import ruleset as r

AS_OF = date(2024, 6, 1)

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "seats": {"type": "integer", "minimum": 0, "x-unit": "count"},
        "users": {"type": "integer", "minimum": 0, "x-unit": "count"},
        "tickets": {"type": "integer", "minimum": 0, "x-unit": "count"},
        "since": {"type": "string", "format": "date"},
        "seen": {"type": "string", "format": "date"},
        "plan": {"type": "string", "enum": ["small", "large"]},
        "mood": {"type": "string", "enum": ["green", "yellow", "red"]},
        "calls": {
            "type": "array",
            "items": {"type": "object", "properties": {"day": {"type": "string", "format": "date"}}},
        },
    },
}

HEAD = """\
ruleset demo VERSION {
  title "Demo"
  facts thing 1
}

bands rag {
  green  75..100  points 87.5
  yellow 50..<75  points 62.5
  red     0..<50  points 25
}
"""

#: A version on which most tests make one change.
BODY = """\
segment large when plan = "large"

let busy = tickets > 3

measure seat_use "Seat use" {
  value users / seats   shown as percent
  rate {
    red    when < 25%
    yellow when < 50%
    green  otherwise
  }
  fresh by seen, stale after 30 days, expired after 60 days
  applies to large
}

measure load "Load" {
  value tickets
  rate {
    green  when in 1..5
    yellow when in 6..15
    red    when > 15
    yellow when = 0
  }
}

measure mood_given "Mood" {
  value mood
  rate  as given
}

measure calling "Calling" {
  let last = latest c in calls where c.day <= as_of by c.day
  value days since last.day
  rate when plan = "large" { green when <= 35 days ; red otherwise }
  rate when plan = "small" { green when <= 65 days ; red otherwise }
}

scorecard health "Health" {
  bands   rag
  missing redistribute

  group use   "Use"   60% { seat_use 50% ; calling 50% }
  group voice "Voice" 40% { load 60% ; mood_given 40% }

  weights when use is na { use 0% ; voice 100% }
  override red when mood_given is red
}

trigger rescue "Rescue" {
  when health is red and busy
  kind save
}
"""

#: Accounts that reach every row of it, and some that lack data.
FACTS: list[dict[str, Any]] = [
    {
        "id": f"account-{number}",
        "seats": 10, "users": number % 11, "tickets": (number * 3) % 20, "plan": ("small", "large")[number % 2],
        "since": f"2024-0{1 + number % 5}-15", "seen": f"2024-0{3 + number % 3}-20",
        "mood": ("green", "yellow", "red")[number % 3], "calls": [{"day": f"2024-0{2 + number % 4}-10"}],
    }
    for number in range(24)
] + [
    {"id": "empty"},
    {"id": "no seats", "seats": 0, "users": 3, "tickets": 2, "plan": "large", "seen": "2024-05-30"},
    {"id": "only mood", "mood": "red"},
]  # fmt: skip


class TwoVersions:
    """Two versions and what differs between them."""

    def __init__(self, old: r.Program, new: r.Program) -> None:
        self.old, self.new = old, new
        self.differences: Differences = differences(old, new)
        self.hybrids = Hybrids(old, new, self.differences)

    @property
    def ids(self) -> list[str]:
        """The names of the edits."""
        return [edit.id for edit in self.differences.edits]

    def edit(self, edit_id: str) -> Edit:
        """One edit."""
        return next(edit for edit in self.differences.edits if edit.id == edit_id)

    def subsets(self, most: int = 64) -> Iterator[frozenset[str]]:
        """Sets of edits: all of them, or as many as there shall be."""
        found = chain.from_iterable(combinations(self.ids, size) for size in range(len(self.ids) + 1))
        for number, chosen in enumerate(found):
            if number >= most:
                return
            yield frozenset(chosen)

    def scores(self, chosen: frozenset[str], facts: dict[str, Any]) -> Any:
        """Scores with some edits made."""
        return Evaluator(self.hybrids.program(chosen)).scores(facts, AS_OF)

    def check(self) -> None:
        """The invariant: nothing chosen is the old version, everything the new one, and anything between runs."""
        ends = ((frozenset[str](), self.old), (frozenset(self.ids), self.new))
        names = {each.old: each.new for each in self.differences.renamings}
        for chosen, program in ends:
            mixed, plain = Evaluator(self.hybrids.program(chosen)), Evaluator(program)
            for facts in FACTS:
                found, wanted = mixed.result(facts, AS_OF), plain.result(facts, AS_OF)
                assert bare(found, names) == bare(wanted, names), facts["id"]
                assert list(mixed.scores(facts, AS_OF).values()) == list(plain.scores(facts, AS_OF).values())
        for chosen in self.subsets():
            evaluator = Evaluator(self.hybrids.program(chosen))
            for facts in FACTS:
                evaluator.result(facts, AS_OF)
                evaluator.scores(facts, AS_OF)


def bare(result: Any, names: dict[str, str]) -> Any:
    """A result without what only tells where it comes from: lines, versions, words; in new names where given."""
    if isinstance(result, dict):
        left_out = ("line", "ruleset", "reason", "because", "message", "problems")
        return {
            ".".join(names.get(part, part) for part in name.split(".")): bare(value, names)
            for name, value in result.items()
            if name not in left_out
        }
    if isinstance(result, list):
        return [bare(item, names) for item in result]
    return names.get(result, result) if isinstance(result, str) else result


def program_of(folder: Path, version: str, body: str, head: str = HEAD) -> r.Program:
    """A version of the ruleset `demo`, written and loaded."""
    rules = folder / "rulesets/demo"
    rules.mkdir(parents=True, exist_ok=True)
    schemas = folder / "schemas/thing"
    schemas.mkdir(parents=True, exist_ok=True)
    (schemas / "1.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    path = rules / f"{version}.rules"
    path.write_text((head + "\n" + body).replace("VERSION", version), encoding="utf-8")
    return load(path, rulesets=folder / "rulesets").program


def compared(folder: Path, old: str, new: str, old_head: str = HEAD, new_head: str = HEAD) -> TwoVersions:
    """Two versions by their texts."""
    return TwoVersions(program_of(folder, "1.0.0", old, old_head), program_of(folder, "2.0.0", new, new_head))


def changed(folder: Path, *changes: tuple[str, str]) -> TwoVersions:
    """The body above, and the same with some texts replaced, each of which stands there once."""
    new, head = BODY, HEAD
    for before, after in changes:
        assert (new + head).count(before) == 1, before
        new, head = new.replace(before, after), head.replace(before, after)
    return compared(folder, BODY, new, HEAD, head)
