"""Run the benchmarks: `python -m benchmarks.run [--quick] [--large] [--write] [--folder DIR] [SECTION...]`.

Prints tables with ratios that were taken within one run; `--write` also puts them into `docs/performance.md`. `--quick`
takes fewer accounts and rounds, for trying out; `--large` also takes ten million accounts. Accounts are made once and kept in
DIR. Sections: account, compile, growth, start-up, reading, diff, portfolio; all of them by default.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import comparing, compile_time, growth, one_account, portfolio, reading, start_up
from benchmarks.tables import Table, terminal, write

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
SECTIONS: dict[str, Callable[[bool], list[Table]]] = {
    "account": one_account.measure,
    "compile": compile_time.measure,
    "growth": growth.measure,
    "start-up": start_up.measure,
    "reading": reading.measure,
    "diff": comparing.measure,
    "portfolio": portfolio.measure,
}


def main() -> int:
    """Measure what was asked for; returns 0."""
    arguments = _arguments()
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    print(machine + "\n")
    sections: dict[str, Callable[[bool], list[Table]]] = {
        **SECTIONS,
        "portfolio": partial(portfolio.measure, large=arguments.large, folder=arguments.folder),
    }
    tables: list[Table] = []
    for name in arguments.sections or SECTIONS:
        for table in sections[name](arguments.quick):
            print(terminal(table), flush=True)
            tables.append(table)
    if arguments.write:
        if not arguments.sections:  # what a single section was measured with says nothing of the others
            tables.append(Table("machine", "Measured with", ("what", "version"), tuple(_versions())))
        for name in write(PAGE, tables):
            print(f"{PAGE.name} has no place for the table `{name}`", file=sys.stderr)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.run", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", choices=[[], *SECTIONS], help=", ".join(SECTIONS)
    )
    parser.add_argument("--quick", action="store_true", help="fewer accounts and rounds")
    parser.add_argument("--large", action="store_true", help="portfolios of ten million accounts too")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where accounts are kept for the next run")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/performance.md")
    return parser.parse_args()


def _versions() -> list[tuple[str, str]]:
    from importlib.metadata import PackageNotFoundError, version

    found = [("Python", platform.python_version()), ("cores", str(os.cpu_count()))]
    listed = (Path(__file__).parent / "requirements-peers.txt").read_text(encoding="utf-8").splitlines()
    for package in (
        "orjson",
        "lark",
        "duckdb",
        "pyarrow",
        "sqlglot",
        *(line.partition("==")[0] for line in listed if line and line[0] != "#"),
    ):
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    return found


if __name__ == "__main__":
    sys.exit(main())
