"""Runs the suite against this engine and says what came out.

python -m tests.conformance.run
python -m tests.conformance.run rejected_numbers "cards/roll-ups"
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.conformance.coverage import codes, of_grammar
from tests.conformance.engine import disagreements
from tests.conformance.suite import Group, groups


def failures_of(found: Iterable[Group]) -> list[tuple[str, str]]:
    """The differences of groups, each run in a folder of its own."""
    failed: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        for number, group in enumerate(found):
            place = Path(folder) / str(number)
            place.mkdir()
            failed += disagreements(group, place)
    return failed


def figures(found: list[Group], failed: list[tuple[str, str]]) -> list[str]:
    """How many cases there are, what they reach, and how many are not as expected."""
    kinds = Counter(group.kind for group in found for _ in group.cases)
    sources = Counter(case["source"] for group in found for case in group.cases)
    completed, offered = of_grammar(found)
    reached = (("productions", completed), ("words to choose from", offered), ("codes", codes(found)))
    return [
        f"cases       {sum(kinds.values()):,}: "
        + ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common()),
        f"sources     {', '.join(f'{count:,} {source}' for source, count in sources.most_common())}",
        f"rejections  {sum(map(is_rejection, (case for group in found for case in group.cases))):,}",
        *(
            f"{what}: {sum(count >= 2 for count in met.values())} of {len(met)} at least twice"
            for what, met in reached
        ),
        f"failures    {len({identity for identity, _ in failed})}",
    ]


def is_rejection(case: dict[str, object]) -> bool:
    """Whether a case is about a text that is reported, with code, line and column."""
    reports = case.get("reports")
    return isinstance(reports, list) and bool(reports) and isinstance(reports[0], dict)


def main(arguments: list[str]) -> int:
    """Run, and print the figures; 1 when a case is not as expected, 2 when nothing has the name that is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="topics and groups; all when there is none")
    names = parser.parse_args(arguments).names
    found = [group for group in groups() if not names or group.topic in names or str(group) in names]
    unknown = [name for name in names if not any(name in (group.topic, str(group)) for group in found)]
    if unknown:
        parser.error(f"no topic and no group is called {', '.join(unknown)}")
    failed = failures_of(found)
    lines = [f"{identity}: {line}" for identity, line in failed]
    sys.stdout.write("\n".join([*lines, *figures(found, failed)]) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
