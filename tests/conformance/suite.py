"""The files of the suite, read: topics, groups and cases, with everything that a group says for its cases.

In: the folder `cases`. Out: `Group`s in the order of the files. Nothing of the engine is used here: this is what another
implementation would do to read the suite.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import frozen

HERE = Path(__file__).parent
CASES = HERE / "cases"
SCHEMAS = HERE / "schemas"
AS_OF = "2024-03-01"
PLACE = "<<here>>"
RULESET = "rulesets/case/1.0.0.rules"
TESTS = "rulesets/case/1.0.0.test.rules"


@frozen(eq=False)
class Group:
    """Cases that share a ruleset."""

    topic: str
    name: str
    kind: str
    rules: tuple[int, ...]
    said: dict[str, Any]
    cases: tuple[dict[str, Any], ...]

    def __str__(self) -> str:
        """How reports call it."""
        return f"{self.topic}/{self.name}"

    def files(self, put: str | None = None) -> dict[str, str]:
        """Every file that the group writes, by path; `put` takes the place that its ruleset leaves open."""
        found = {path: text_of(text) for path, text in self.said.get("files", {}).items()}
        if "ruleset" in self.said:
            text = text_of(self.said["ruleset"])
            found[self.said.get("path", RULESET)] = text if put is None else text.replace(PLACE, put)
        return found


def text_of(said: str | list[str]) -> str:
    """A text that is written as it is, or as a list of its lines."""
    return said if isinstance(said, str) else "\n".join(said) + "\n"


def put_of(case: dict[str, Any]) -> str:
    """What a case puts into the place that its group leaves open."""
    said = case["put"]
    return said if isinstance(said, str) else "\n".join(said)


def groups(folder: Path = CASES) -> Iterator[Group]:
    """All groups of the suite."""
    for path in sorted(folder.glob("*.json")):
        topic = json.loads(path.read_text(encoding="utf-8"))
        for said in topic["groups"]:
            cases, rules = tuple(said["cases"]), tuple(said["rules"])
            yield Group(topic["topic"], said["group"], said["kind"], rules, said, cases)
