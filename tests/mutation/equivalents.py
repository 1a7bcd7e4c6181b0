"""Changes that nobody can observe, each with its reason, so that the figures can be told with and without them.

In: `equivalent.jsonl`. A line is found by the text of its source line, so that it is still the same when lines move, and no longer
counts when the code itself is written anew.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from tests.mutation.mutants import Mutant

FILE = Path(__file__).with_name("equivalent.jsonl")
Key = tuple[str, str, str, str, str]


def is_equivalent(mutant: Mutant) -> bool:
    """Whether a mutant is known to do the same as the code itself."""
    return (mutant.path, mutant.text, mutant.operator, mutant.before, mutant.after) in equivalents()


@lru_cache(maxsize=1)
def equivalents() -> dict[Key, str]:
    """The reasons, by what tells a change apart."""
    found = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        found[said["path"], said["text"], said["operator"], said["before"], said["after"]] = said["reason"]
    return found
