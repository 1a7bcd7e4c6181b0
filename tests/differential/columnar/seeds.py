"""Random rulesets with their accounts, each by its seed; and what comes of one, for a process of its own."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from tests.differential.columnar.accounts import accounts, day_of
from tests.differential.columnar.batch import Batch, on_duckdb, try_batch
from tests.differential.pairs import Files
from tests.differential.random_rulesets import random_ruleset

ACCOUNTS_EACH = 125


def random_batch(seed: int, count: int) -> tuple[Files, list[dict[str, Any]], date]:
    """The ruleset of a seed with some accounts, and the day that they are scored for."""
    random = Random(seed)
    day = day_of(random)
    return random_ruleset(seed).files, accounts(random, count, day), day


def tried_on_duckdb(accounts_each: int, seed: int) -> tuple[int, Batch]:
    """What comes of the ruleset of a seed."""
    return seed, try_batch(*random_batch(seed, accounts_each), on_duckdb, "duckdb")
