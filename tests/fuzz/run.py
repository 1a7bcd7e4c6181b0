"""Fuzz one target for a while, and enter into the ledger what came of it.

    python -m tests.fuzz.run TARGET --seconds 60 [--plain] [--seed 1]
    python -m tests.fuzz.run all --seconds 60
    python -m tests.fuzz.run --ledger

Guided by coverage where `atheris` is installed, otherwise by plain mutation. Inputs, findings and the growing corpus lie in
`--work`. Ends with 1 when something new was found.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from random import Random

from tests.fuzz.findings import tried
from tests.fuzz.guided import FOUND
from tests.fuzz.ledger import LEDGER, Slice, add, read_ledger, told
from tests.fuzz.mutate import Stock, mutated
from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS


def say(text: str) -> None:
    """One line for whoever runs this."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def guided(target: Target, seconds: int, work: Path) -> Slice:
    """A slice guided by coverage, in a process of its own."""
    corpus, words = work / "corpus" / target.name, work / f"{target.name}.dict"
    if not corpus.exists():
        corpus.mkdir(parents=True)
        for number, seed in enumerate(target.seeds()):
            if len(seed) <= target.longest:
                (corpus / f"seed-{number:04}").write_bytes(seed)
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words), encoding="ascii")
    command = [
        sys.executable, "-m", "tests.fuzz.guided", target.name, str(work), str(corpus), f"-max_total_time={seconds}",
        f"-max_len={target.longest}", "-timeout=120", "-rss_limit_mb=3000", "-print_final_stats=1", f"-dict={words}",
        f"-artifact_prefix={work}/findings/{target.name}-",
    ]  # fmt: skip
    (work / "findings").mkdir(exist_ok=True)
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, check=False, timeout=seconds * 4 + 600)
    took = time.monotonic() - begun
    text = done.stderr.decode("utf-8", "replace")
    (work / f"{target.name}.log").write_text(text[-200_000:], encoding="utf-8")
    found = [line.removeprefix(FOUND) for line in text.splitlines() if line.startswith(FOUND)]
    found += [
        f"ended-{each}" for each in re.findall(r"artifact_prefix=.*?Test unit written to \S+/([\w-]+)", text)
    ]
    executed = re.search(r"stat::number_of_executed_units:\s+(\d+)", text)
    passes = [int(each) for each in re.findall(r"^#(\d+)\s", text, re.MULTILINE)]
    edges = [int(each) for each in re.findall(r" cov: (\d+) ", text)]
    for scratch in work.glob("fuzz-*"):
        shutil.rmtree(scratch, ignore_errors=True)
    executions = int(executed[1]) if executed else max(passes, default=0)
    return Slice(
        target.name, True, took, executions, len(list(corpus.iterdir())), max(edges, default=0), tuple(found)
    )


def _escaped(word: str) -> str:
    return "".join(sign if sign.isalnum() or sign in " _-.@/" else f"\\x{ord(sign):02x}" for sign in word)


def plain(target: Target, seconds: float, work: Path, seed: int) -> Slice:
    """A slice of plain mutation in this process."""
    random = Random(seed)
    seeds = [each for each in target.seeds() if len(each) <= target.longest]
    stock = Stock(seeds, [word.encode() for word in target.words])
    executions, found = 0, []
    with tempfile.TemporaryDirectory() as scratch:
        attempt = target.make(Path(scratch))
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            content = mutated(random.choice(seeds), stock, random, target.longest)
            finding = tried(attempt, content)
            executions += 1
            if finding is not None and finding.keep(work / "findings" / target.name):
                found.append(finding.name)
    return Slice(target.name, False, time.monotonic() - begun, executions, len(seeds), 0, tuple(found))


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", nargs="?", choices=[*TARGETS, "all"])
    parser.add_argument("--seconds", type=int, default=60, help="how long, for each target")
    parser.add_argument("--plain", action="store_true", help="mutate without looking at the coverage")
    parser.add_argument("--seed", type=int, default=1, help="of plain mutation")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "ruleengine-fuzz")
    parser.add_argument("--ledger-file", type=Path, default=LEDGER)
    parser.add_argument("--ledger", action="store_true", help="only show the ledger")
    return parser.parse_args()


def main() -> int:
    """Fuzz, and say what came of it."""
    options = arguments()
    if options.ledger or options.target is None:
        say("\n".join(told(read_ledger(options.ledger_file))))
        return 0
    options.work.mkdir(parents=True, exist_ok=True)
    new = 0
    unguided = options.plain or importlib.util.find_spec("atheris") is None
    for name in TARGETS if options.target == "all" else (options.target,):
        target = TARGETS[name]
        done = (
            plain(target, options.seconds, options.work, options.seed)
            if unguided
            else guided(target, options.seconds, options.work)
        )
        add(options.ledger_file, done, date.today().isoformat())
        say(
            f"{name}: {done.executions:,} executions in {done.seconds:.0f} s ({done.executions / done.seconds:.0f} a second), "
            f"corpus {done.corpus:,}, edges {done.edges:,}, new causes {len(set(done.found))}"
        )
        for each in sorted(set(done.found)):
            say(f"  {each}")
        new += len(done.found)
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
