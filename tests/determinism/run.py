"""Run every command in every surrounding, each in a process of its own, and compare what they write byte by byte.

    python -m tests.determinism.run
    python -m tests.determinism.run --install

With `--install`, other Pythons on PATH that lack what the engine needs get it in environments of their own (by pip).
Prints the surroundings, how many outputs were compared, and every one that differs. Ends with 1 when one does.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.determinism.commands import COMMANDS, EXTRAS, READ_FACTS, ROOT, arguments, outcome
from tests.determinism.variations import (
    PLAIN,
    Variation,
    environment,
    others,
    single,
    version_of,
    write_facts,
)

_NEEDED = ("attrs", "click", "google-re2", "jsonschema", "lark", "orjson", "tzdata")


def say(text: str) -> None:
    """One line for whoever runs this."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def installed(folder: Path) -> list[str]:
    """Interpreters of environments made for other Pythons on PATH."""
    found = []
    for minor in range(11, 16):
        python = shutil.which(f"python3.{minor}")
        if python is None or minor == sys.version_info[1] or version_of(python):
            continue
        place = folder / f"python3.{minor}"
        steps = (
            [python, "-m", "venv", str(place)],
            [str(place / "bin/python"), "-m", "pip", "install", "-q", *_NEEDED],
        )
        if all(subprocess.run(step, capture_output=True, check=False).returncode == 0 for step in steps):
            found.append(str(place / "bin/python"))
    return found


def run_one(name: str, variation: Variation, folder: Path) -> list[object]:
    """One command in one surrounding."""
    surroundings = environment(variation, folder)
    words = arguments(name, folder / variation.facts, surroundings.get("JOBS", "1"))
    command = [variation.python, *variation.options, "-m", "ruleengine", *words]
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, check=False)
    said = done.stderr.replace(str(folder / variation.facts).encode(), b"")
    return outcome(done.returncode, done.stdout.replace(str(folder / variation.facts).encode(), b""), said)


def worth_comparing(variation: Variation) -> list[str]:
    """The commands that a surrounding can run, and must not change."""
    if variation.facts == "reversed":
        return list(READ_FACTS)
    if (
        variation.python != sys.executable
    ):  # with the engine and nothing else; each Python is told its own program
        return [name for name in COMMANDS if name not in EXTRAS]
    return list(COMMANDS)


def main() -> int:
    """Compare, and say what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--install", action="store_true", help="set up other Pythons with pip")
    parser.add_argument("--only", default="", help="only surroundings whose name holds this")
    options = parser.parse_args()
    compared = differing = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_facts(folder)
        if options.install:
            told = [os.environ.get("RULEENGINE_OTHER_PYTHON", ""), *installed(folder)]
            os.environ["RULEENGINE_OTHER_PYTHON"] = os.pathsep.join(each for each in told if each)
        plain = {command: run_one(command, PLAIN, folder) for command in COMMANDS}
        for command, found in plain.items():
            if found[0] not in (0, 1, 3) or (not found[-1] and command not in ("fmt",)):
                say(f"{command}: ended with {found[0]} and wrote {found[-1]} bytes")
                differing += 1
        chosen = [each for each in (*single(), *others()) if options.only in each.name]
        for variation in chosen:
            for command in worth_comparing(variation):
                compared += 1
                if run_one(command, variation, folder) != plain[command]:
                    differing += 1
                    say(f"{variation.name}: {command} writes something else")
            say(f"{variation.name}: done")
    say(
        f"{len(COMMANDS)} commands, {len(chosen)} surroundings, {compared} outputs compared, {differing} differ"
    )
    if not others():
        say("no other Python was found: set RULEENGINE_OTHER_PYTHON, or use --install")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
