"""What of a ruleset its tests reach, what they do not, and tests that would.

In: a ruleset and the cases that were run. Out: a `Coverage`, plain data that does not change. Guaranteed: the same
ruleset and cases give the same coverage; what is suggested has been evaluated, reaches what it says, and its facts are
valid by the fact schema.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from attrs import field, frozen

from ruleengine.casebook.accounts import Account
from ruleengine.casebook.model import Case
from ruleengine.casebook.search import Search
from ruleengine.casebook.suggested import Expectations, test_text
from ruleengine.evaluator.coverage import COUNTED, KINDS, CoverageItem
from ruleengine.evaluator.covering import covering_of
from ruleengine.evaluator.program import Evaluator
from ruleengine.facts.model import FactSchema
from ruleengine.facts.schema import load_schema
from ruleengine.source import Source
from ruleengine.tree import ruleset as r

#: Where nothing tells a date.
_SOME_DAY = date(2024, 1, 31)
_AFTER_START = timedelta(days=60)


@frozen(slots=True)
class Share:
    """How many of some items are reached."""

    reached: int
    total: int

    @property
    def percent(self) -> float:
        """The share, never rounded up: it is 100 only when everything is reached."""
        return math.floor(self.reached * 1000 / self.total) / 10 if self.total else 100.0

    def is_at_least(self, percent: float) -> bool:
        """Whether the share is no smaller than a percentage."""
        return self.reached * 100 >= percent * self.total - 1e-9


@frozen(slots=True)
class Suggestion:
    """An account that reaches items which no test reaches, and the test that says so."""

    items: tuple[str, ...]
    as_of: str
    facts: dict[str, Any]
    previous: dict[str, Any] | None
    expectations: tuple[str, ...]
    test: str


@frozen(slots=True)
class Coverage:
    """What is reached of one ruleset. `tried` are items for which no account was found."""

    ruleset: str
    path: str
    cases: int
    items: tuple[CoverageItem, ...]
    reached: frozenset[str]
    suggestions: tuple[Suggestion, ...] = ()
    tried: frozenset[str] = field(default=frozenset())

    @property
    def missing(self) -> tuple[CoverageItem, ...]:
        """What no test reaches, in the order of the file."""
        return tuple(item for item in self.items if item.id not in self.reached)

    @property
    def counted(self) -> Share:
        """The share of bands and rows."""
        return self.of(*COUNTED)

    @property
    def everything(self) -> Share:
        """The share of all items."""
        return self.of(*KINDS)

    def of(self, *kinds: str) -> Share:
        """The share of some kinds."""
        items = [item for item in self.items if item.kind in kinds]
        return Share(sum(item.id in self.reached for item in items), len(items))

    def kinds(self) -> Iterator[tuple[str, str, Share]]:
        """Every kind that there is here, its words, its share."""
        for kind, words in KINDS.items():
            share = self.of(kind)
            if share.total:
                yield kind, words, share


@frozen(slots=True)
class CoverageOptions:
    """What is counted, and how many tests are suggested at most for one ruleset."""

    imports: bool = False
    suggestions: int = 3


def coverage_of(
    evaluator: Evaluator,
    sources: Mapping[str, Source],
    cases: Sequence[Case],
    schemas: Path,
    options: CoverageOptions,
) -> Coverage:
    """The coverage of the ruleset that an evaluator holds, by the cases that were run."""
    covering = covering_of(evaluator)
    items = tuple(item for item in covering.inventory.items.values() if item.own or options.imports)
    reached: set[str] = set()
    for case in cases:
        reached |= covering.reached(case.facts, case.as_of, case.previous)
    missing = [item for item in items if item.id not in reached]
    program = evaluator.program
    suggestions: tuple[Suggestion, ...] = ()
    tried: frozenset[str] = frozenset()
    if missing and options.suggestions:
        schema = load_schema(program.schema_name, program.schema_version, schemas)[0]
        if schema is not None:
            accounts = [Account(case.facts, case.as_of, case.previous) for case in cases]
            search = Search(program, sources, schema, first_of_usual_day(accounts, program))
            suggestions, tried = _suggested(search, evaluator, missing, schema, options.suggestions)
    return Coverage(
        f"{program.name} {program.version}", program.path, len(cases), items,
        frozenset(item.id for item in items if item.id in reached), suggestions, tried,
    )  # fmt: skip


def first_of_usual_day(accounts: Sequence[Account], program: r.Program) -> list[Account]:
    """The accounts of the tests, those of the most usual as-of date first."""
    if not accounts:
        start = program.effective_from
        day = date.fromordinal(start) + _AFTER_START if start is not None else _SOME_DAY
        return [Account({}, day)]
    days = Counter(account.as_of for account in accounts)
    usual = max(days, key=lambda day: (days[day], day))
    return sorted(accounts, key=lambda account: account.as_of != usual)


def _suggested(
    search: Search, evaluator: Evaluator, missing: Sequence[CoverageItem], schema: FactSchema, most: int
) -> tuple[tuple[Suggestion, ...], frozenset[str]]:
    """Tests for what is missing, bands and rows first; what one of them reaches needs no other."""
    expectations = Expectations(search.program, search.covering.inventory)
    is_valid = validator(schema)
    order = sorted(missing, key=lambda item: item.kind not in COUNTED)
    waiting = {item.id: item for item in order}
    ways = search.prepare(order)
    found: list[Suggestion] = []
    tried: set[str] = set()
    for item in order:
        if len(found) == most:
            break
        if item.id not in waiting:
            continue
        account = search.found(item, ways[item.id])
        if account is None or not is_valid(account.facts):
            tried.add(item.id)
            continue
        also = [waiting.pop(each) for each in list(waiting) if each in search.reached(account)]
        also.sort(key=lambda each: each is not item)
        found.append(_suggestion(also, account, evaluator, expectations, schema))
    return tuple(found), frozenset(tried & set(waiting))


def _suggestion(
    items: list[CoverageItem],
    account: Account,
    evaluator: Evaluator,
    expectations: Expectations,
    schema: FactSchema,
) -> Suggestion:
    result = evaluator.result(account.facts, account.as_of, previous=account.previous)
    said = expectations.of(items, result)
    title = items[0].title.replace("`", "").replace('"', "'")
    return Suggestion(
        tuple(item.id for item in items), account.as_of.isoformat(), account.facts, account.previous, tuple(said),
        test_text(title, account, said, schema.root),
    )  # fmt: skip


def validator(schema: FactSchema) -> Any:
    """A function that tells whether a document is valid by a fact schema."""
    from jsonschema import Draft202012Validator

    document = json.loads(Path(schema.path).read_text(encoding="utf-8-sig"))
    return Draft202012Validator(document).is_valid
