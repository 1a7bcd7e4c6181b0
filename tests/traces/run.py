"""Recompute every number of every result and explanation: of all examples, and of random rulesets and accounts.

    python -m tests.traces.run --pairs 500 --seed 1
    python -m tests.traces.run --examples

Prints how many documents and numbers there were, how many numbers were recomputed from their children, how many were
confirmed from facts and text alone, how many nobody can explain, and every disagreement. Ends with 1 unless all of them
are explained and agree.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from attrs import define, field

import ruleengine
from tests.differential.fields import SCHEMA, SCHEMAS
from tests.differential.pairs import load_checked, random_pairs, write
from tests.differential.random_earlier import earlier_result
from tests.differential.reference.modules import load_module, load_schema
from tests.traces.checker import check_result
from tests.traces.claims import Claims, numbers
from tests.traces.describe import describe
from tests.traces.explained import check_explanation

ROOT = Path(__file__).resolve().parents[2]
DAY, BEFORE = date(2024, 3, 1), date(2023, 8, 31)
DOCUMENTS_EACH = 8


@define
class Tally:
    """What came of many documents."""

    documents: int = 0
    numbers: int = 0
    recomputed: int = 0
    confirmed: int = 0
    unexplained: list[str] = field(factory=list)
    lines: list[str] = field(factory=list)
    refused: int = 0

    def take(self, claims: Claims, of: str) -> None:
        """Count one document."""
        self.documents += 1
        self.numbers += sum(1 for _ in numbers(claims.document))
        self.recomputed += len(claims.recomputed)
        self.confirmed += len(claims.confirmed - claims.recomputed)
        self.unexplained += [f"{of}: {pointer}" for pointer in claims.unexplained()]
        self.lines += [f"{of}: {line}" for line in claims.lines]

    def told(self) -> str:
        """All of it in one line."""
        return (
            f"{self.documents:,} documents, {self.numbers:,} numbers: {self.recomputed:,} recomputed from their children, "
            f"{self.confirmed:,} confirmed from facts and text, {len(self.unexplained):,} unexplained; "
            f"{len(self.lines):,} disagreements, {self.refused:,} rulesets refused"
        )

    @property
    def good(self) -> bool:
        """Whether every number is explained, and right."""
        return not self.lines and not self.unexplained and self.numbers == self.recomputed + self.confirmed


def check_account(
    tally: Tally,
    engine: Any,
    module: Any,
    schema: dict[str, Any],
    facts: dict[str, Any],
    day: date,
    before: Any = None,
) -> None:
    """Result and explanation of one account, as they are written."""
    described = describe(module, facts, day, schema, before)
    result = orjson.loads(orjson.dumps(engine.score_dict(facts, day, before)))
    explained = orjson.loads(orjson.dumps(engine.explain(facts, day, before).to_dict()))
    of = f"{engine.name} {engine.version}, {facts.get('id')}"
    tally.take(check_result(result, described), of)
    tally.take(check_explanation(explained, result, described), f"{of}, explained")


def example_rulesets() -> Iterator[tuple[Path, Path, Path, list[Path]]]:
    """Every ruleset of the project with the folders it lives in and the files of its accounts."""
    for root in (ROOT, ROOT / "examples/fields", ROOT / "examples/trial"):
        for path in sorted((root / "rulesets").glob("*/*.rules")):
            if path.name.endswith(".test.rules"):
                continue
            facts = {
                ROOT: [ROOT / "examples/accounts.ndjson"],
                ROOT / "examples/trial": [root / "trials.ndjson"],
            }.get(root, sorted((root / "facts").glob(f"{path.parent.name}.ndjson")))
            yield path, root / "rulesets", root / "schemas", facts


def check_examples(tally: Tally, every: int = 1) -> None:
    """All rulesets of the project over their example accounts, or over every n-th of them."""
    for path, rulesets, schemas, files in example_rulesets():
        module = load_module(path, rulesets)
        engine = ruleengine.load(path, rulesets=rulesets, schemas=schemas, cache=False)
        schema = load_schema(module, schemas)
        lines = [line for file in files for line in file.read_bytes().splitlines() if line.strip()]
        for line in lines[::every]:
            facts = orjson.loads(line)
            before = engine.score_dict(facts, BEFORE) if engine.uses_previous else None
            check_account(tally, engine, module, schema, facts, DAY, before)


def check_random(tally: Tally, pairs: int, seed: int) -> None:
    """Random rulesets over random accounts."""
    for at in range(-(-pairs // DOCUMENTS_EACH)):
        files, documents = random_pairs(seed + at, min(DOCUMENTS_EACH, pairs))
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            path = write(files, folder)
            try:
                engine = load_checked(path, folder)
            except ruleengine.RulesetError:
                tally.refused += 1
                continue
            module = load_module(path, folder)
            for document in documents:
                day = date.fromisoformat(document["id"])
                facts, before = earlier_result(document, engine, day)
                check_account(tally, engine, module, SCHEMA, facts, day, before)


def main() -> int:
    """Run, and say what came out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=0, help="how many random pairs of ruleset and account")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", action="store_true", help="all rulesets over all example accounts")
    parser.add_argument("--every", type=int, default=1, help="only every n-th example account")
    parser.add_argument("--show", type=int, default=10, help="how many kinds of disagreements to print")
    options = parser.parse_args()
    tally = Tally()
    if options.examples or not options.pairs:
        check_examples(tally, options.every)
        sys.stdout.write(f"examples: {tally.told()}\n")
    if options.pairs:
        check_random(tally, options.pairs, options.seed)
    kinds = Counter(
        "".join(sign for sign in line.split(": ", 1)[1] if not sign.isdigit()) for line in tally.lines
    )
    for line in tally.lines[: options.show] + tally.unexplained[: options.show]:
        sys.stdout.write(f"  {line}\n")
    sys.stdout.write(f"{tally.told()}; {len(kinds)} kinds\n")
    return 0 if tally.good else 1


__all__ = ["SCHEMAS", "Tally", "check_account", "check_examples", "check_random", "main"]

if __name__ == "__main__":
    sys.exit(main())
