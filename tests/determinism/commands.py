"""The commands whose output must be the same bytes everywhere, and one process that runs all of them.

    python -m tests.determinism.commands FOLDER NAME…

In: a folder with copies of facts, names of commands. Out, on standard output: JSON, for each command its exit code and
the digests of what it wrote. Guaranteed: nothing here looks at the clock; what a command says of its own duration is
left out.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from pathlib import Path

from click.testing import CliRunner

ROOT = Path(__file__).resolve().parents[2]
_HEALTH = "customer_health@2.0.0 {facts} --as-of 2024-03-01"
#: `{facts}` are the accounts, `{few}` some of them, `{results}` their stored results, `{jobs}` how many processes share the work.
COMMANDS: dict[str, str] = {
    "eval json": f"eval {_HEALTH} --format json",
    "eval ndjson": "eval account_triage {facts} --as-of 2024-03-01 --format ndjson",
    "eval table": f"eval {_HEALTH} --by segment",
    "explain json": "explain customer_health@2.0.0 {facts} --id high-touch-004 --as-of 2024-03-01 --format json",
    "explain tree": "explain account_triage {facts} --id high-touch-001 --as-of 2024-03-01",
    "diff json": "diff customer_health@1 customer_health@2 {few} --as-of 2024-03-01 --format json --jobs {jobs}",
    "diff text": "diff use_case_adoption@3 use_case_adoption@4 {few} --as-of 2024-03-01 --jobs {jobs}",
    "diff generated": "diff use_case_adoption@3 use_case_adoption@4 --generated 40 --seed 3 --as-of 2024-03-01 --jobs {jobs}",
    "test": "test platform_adoption devops_score --jobs {jobs}",
    "test coverage": "test platform_adoption --coverage --coverage-format json --coverage-out -",
    "check": "check tests/cases/errors/rulesets --format json",
    "check text": "check tests/cases/errors/rulesets",
    "fmt": "fmt --check tests/cases/errors rulesets/devops_score",
    "docs": "docs devops_score --as-of 2024-03-01",
    "docs html": "docs platform_adoption --as-of 2024-03-01 --format html",
    "compile tree": "compile platform_adoption --as-of 2024-03-01 --to tree",
    "compile python": "compile platform_adoption --as-of 2024-03-01 --to python",
    "compile sql": "compile platform_adoption --as-of 2024-03-01 --to sql --dialect duckdb",
    "summary": "summary {results} --format json",
    "replay": "replay {results} --facts {facts} --format json",
    "render": "render account_triage {facts} --as-of 2024-03-01",
    "generate": "generate --schema schemas/account/1.schema.json --count 20 --seed 7 --as-of 2024-03-01",
    "list": "list --as-of 2024-03-01",
    "schema infer": "schema infer {few}",
}
#: Those that are quick, and differ in what they work with: what the default tests run.
QUICK = (
    "eval json",
    "explain json",
    "diff json",
    "test",
    "check",
    "fmt",
    "docs",
    "compile tree",
    "compile python",
    "generate",
)
#: Those that need more than the engine: DuckDB, sqlglot.
EXTRAS = ("compile sql", "summary")
#: Those that do not show the facts as they were given, so the order of their keys may not matter.
READ_FACTS = tuple(
    name
    for name, line in COMMANDS.items()
    if ("{facts}" in line or "{few}" in line) and name != "schema infer"
)
_DURATION = re.compile(rb"\b\d+(\.\d+)? ?m?s\b")


def arguments(name: str, folder: Path, jobs: str) -> list[str]:
    """The arguments of a command."""
    files = {each: folder / f"{each}.ndjson" for each in ("facts", "few", "results")}
    return [word.format(**files, jobs=jobs) for word in COMMANDS[name].split()]


def outcome(code: int, written: bytes, said: bytes) -> list[object]:
    """An exit code, and digests of what was written and said."""
    timeless = [_DURATION.sub(b"", each) for each in (written, said)]
    return [code, *(hashlib.sha256(each).hexdigest()[:16] for each in timeless), len(written)]


def main() -> None:
    """Run the commands one after another in this process."""
    from ruleengine.cli.main import ruleengine

    folder, names = Path(sys.argv[1]), sys.argv[2:]
    os.chdir(ROOT)
    found = {}
    for name in names:
        done = CliRunner().invoke(
            ruleengine, arguments(name, folder, os.environ.get("JOBS", "1")), prog_name="ruleengine"
        )
        found[name] = outcome(done.exit_code, done.stdout_bytes, done.stderr_bytes)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
