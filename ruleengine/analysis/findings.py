"""What an analysis finds, as data: findings, bounds, invariants, and what was left open.

A claim is `proved` (holds for every valid account), `shown` (an account that was evaluated shows it), or `unknown`
(neither was found within the limits, which is said and never passed over).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from math import isfinite
from typing import Any

from attrs import field, frozen

from ruleengine.casebook.accounts import Account
from ruleengine.source import Span


class Verdict(Enum):
    """How sure a claim is."""

    PROVED = "proved"
    SHOWN = "shown"
    UNKNOWN = "unknown"


class Method(Enum):
    """What gave the answer."""

    TREE = "tree"  # the tree alone tells
    CELLS = "cells"  # all cells of the facts were gone through, between the cuts of the ruleset
    SOLVER = "solver"  # z3
    SEARCH = "search"  # an account was found and evaluated


@frozen(slots=True, eq=False)
class Answer:
    """Whether something is possible: `PROVED` that it is not, `SHOWN` by an account that it is, or unknown."""

    verdict: Verdict
    method: Method
    account: Account | None = None
    tried: int = 0


@frozen(slots=True, eq=False)
class Finding:
    """One thing that is probably not what the author meant.

    `code` is a code of the diagnostics, so that a ruleset can accept it with a reason; `id` is the same in every run;
    `subject` is the measure, scorecard or item in the author's words; `text` is one plain sentence. Accounts have been
    evaluated and show what the text says; `other` is the second one where two are compared.
    """

    code: str
    id: str
    subject: str
    text: str
    span: Span
    verdict: Verdict
    method: Method
    hint: str = ""
    account: Account | None = None
    other: Account | None = None
    details: Mapping[str, Any] = field(factory=dict)


@frozen(slots=True, eq=False)
class Question:
    """What is asked, for the case that no answer is found.

    `kind` is a kind of the options, `code` that of the finding which an answer could be, empty where it would be none;
    `id` is the same in every run; `subject` as in a finding; `text` says in words what is asked.
    """

    kind: str
    code: str
    id: str
    subject: str
    text: str
    span: Span


@frozen(slots=True, eq=False)
class End:
    """The lowest or the highest score: `score` has been reached by `account`, and none lies beyond `limit`.

    Both are None where no account has a score. They are equal (within rounding) when the answer is exact. A limit that is
    infinite, or None beside a score, is not known.
    """

    score: float | None
    limit: float | None
    account: Account | None

    @property
    def known_limit(self) -> float | None:
        """The limit, where it is known and there is one."""
        return self.limit if self.limit is not None and isfinite(self.limit) else None

    @property
    def is_exact(self) -> bool:
        """Whether the end is known exactly."""
        if self.score is None or self.limit is None:
            return self.score is self.limit
        return isfinite(self.limit) and abs(self.score - self.limit) <= 1e-6 * max(1.0, abs(self.limit))


@frozen(slots=True, eq=False)
class Reach:
    """One band of a scorecard: an account that gets it, a proof that none does, or unknown."""

    band: str
    answer: Answer


@frozen(slots=True, eq=False)
class Bounds:
    """Lowest and highest score, and the bands that can be reached, of one scorecard among some of the accounts.

    `among` says which accounts in words (empty for all): a segment, or which parts have data; `kind` is all, segment or
    data; `parts` are the groups or members with data where `kind` is data.
    """

    card: str
    kind: str
    among: str
    parts: tuple[str, ...]
    lowest: End
    highest: End
    bands: tuple[Reach, ...]


@frozen(slots=True, eq=False)
class Invariant:
    """One `never` or `always` of the ruleset: proved, or refuted by an account (`SHOWN`), or unknown."""

    text: str
    kind: str
    span: Span
    answer: Answer


@frozen(slots=True, eq=False)
class Analysis:
    """Everything that was found out about one ruleset.

    `asked` counts questions; `unanswered` are those of them that stay open, in the order of their places.
    """

    name: str
    version: str
    digest: str
    as_of: str
    findings: tuple[Finding, ...]
    bounds: tuple[Bounds, ...]
    invariants: tuple[Invariant, ...]
    asked: int
    unanswered: tuple[Question, ...]
    solver: bool

    @property
    def unknown(self) -> int:
        """How many questions have no answer."""
        return len(self.unanswered)


@frozen(slots=True, eq=False)
class Given:
    """What one ruleset gives an account at one subject: `word` is a band, `scored`, `na`, or what a cell, trigger or output says.

    `score` is the number of a scorecard where it has one, `reason` why it is NA, empty where it is not.
    """

    word: str
    score: float | None = None
    reason: str = ""


@frozen(slots=True, eq=False)
class Change:
    """Whether there is an account to which the new ruleset gives something else than the old one, in one way.

    `kind` of the subject is card, trigger, matrix or output, `subject` its name in the author's words. `before` and `after` are
    words as in `Given`; they are equal where a scorecard keeps its band (or stays NA) and `part` differs: `part` is band,
    score or reason. The answer is `SHOWN` (its account is the smallest found, and both rulesets have evaluated it: `old` and
    `new` are what they gave), `PROVED` that there is no such account, or unknown.
    """

    kind: str
    subject: str
    part: str
    before: str
    after: str
    answer: Answer
    old: Given | None = None
    new: Given | None = None


@frozen(slots=True, eq=False)
class Compared:
    """One of the two rulesets that are compared."""

    name: str
    version: str
    digest: str


@frozen(slots=True, eq=False)
class Equivalence:
    """Whether two rulesets give every account the same: proved equal, told apart by accounts, or unknown.

    `verdict`: `PROVED` that all subjects are equal for every valid account, `SHOWN` that an account tells the rulesets
    apart, unknown where neither was found. `equal` are the subjects that were proved equal, `changes` are the ways of all
    others. `apart` says in sentences what cannot be compared: subjects and facts that only one of the two knows.
    """

    old: Compared
    new: Compared
    as_of: str
    verdict: Verdict
    method: Method
    equal: tuple[str, ...]
    changes: tuple[Change, ...]
    apart: tuple[str, ...]
    asked: int
    unknown: int
    solver: bool
