"""All topics of the suite, and their files."""

from __future__ import annotations

from tests.conformance.making import (
    actions,
    analysis,
    cards,
    dates,
    fault_contexts,
    fault_names,
    fault_texts,
    fault_types,
    files,
    forms,
    lists,
    measures,
    numbers,
    unavailable,
)
from tests.conformance.making.index import index_of
from tests.conformance.making.writing import Topic, text_of
from tests.conformance.suite import CASES, HERE

MODULES = (
    fault_contexts,
    fault_texts,
    fault_names,
    fault_types,
    numbers,
    dates,
    unavailable,
    lists,
    cards,
    measures,
    actions,
    files,
    forms,
    analysis,
)


def all_topics() -> list[Topic]:
    """Every topic, made anew."""
    return [found for module in MODULES for found in module.topics()]


def file_texts() -> dict[str, str]:
    """The text of every file, by its path below this suite."""
    topics = all_topics()
    cases = {f"cases/{found['topic']}.json": text_of(found) for found in topics}
    return {**cases, "INDEX.md": index_of(topics)}


def write() -> int:
    """Write all files; those of topics that there are no more go."""
    CASES.mkdir(exist_ok=True)
    made = file_texts()
    for path in CASES.glob("*.json"):
        if f"cases/{path.name}" not in made:
            path.unlink()
    for name, text in made.items():
        (HERE / name).write_text(text, encoding="utf-8")
    return 0
