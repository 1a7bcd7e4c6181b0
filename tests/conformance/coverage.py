"""What the suite reaches: productions of the grammar, words of its terminals, codes of diagnostics.

In: the groups of the suite. Out: how often each was met. A production is one alternative of a rule as the parser has it, with and
without each of its optional parts; it is counted whenever the parser completes it. Texts are read as they are in the suite; expressions
each in an output of their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ruleengine.diagnostics import CODES
from ruleengine.source import Source
from ruleengine.syntax import parse as parsing
from tests.conformance.suite import Group, put_of

#: Alternatives of terminals that are words to choose from: their words are counted too.
_WORDS = re.compile(r"\(([a-z ]+(?:\|[a-z ]+)+)\)")


def texts_of(group: Group) -> Iterator[str]:
    """Every ruleset and every test that a group reads."""
    if group.kind in ("report", "analysis"):
        yield from (
            group.files(put_of(case))[group.said.get("path", "rulesets/case/1.0.0.rules")]
            for case in group.cases
            if "put" in case
        )
    elif "ruleset" in group.said:
        yield from (text for path, text in group.files().items() if path.endswith(".rules"))
    yield from ("\n".join(case["tests"]) + "\n" for case in group.cases if "tests" in case)
    yield from (f"output o = {case['expression']}\n" for case in group.cases if "expression" in case)


def of_grammar(groups: Iterable[Group]) -> tuple[Counter[str], Counter[str]]:
    """How often each production is completed, and each word of a terminal occurs that offers several."""
    engine: Any = parsing._parser().parser.parser.parser
    original: dict[Any, Callable[..., Any]] = dict(engine.callbacks)
    completed: Counter[str] = Counter({name_of(rule): 0 for rule in original})
    tokens: Counter[tuple[str, str]] = Counter()

    def counted(name: str, callback: Callable[..., Any]) -> Callable[..., Any]:
        def count(children: Any) -> Any:
            completed[name] += 1
            tokens.update(
                (str(getattr(child, "type", "")), " ".join(child.split()))
                for child in children
                if isinstance(child, str)
            )
            return callback(children)

        return count

    engine.callbacks.update({rule: counted(name_of(rule), callback) for rule, callback in original.items()})
    try:
        for group in groups:
            for text in dict.fromkeys(texts_of(group)):
                parsing.parse(Source("suite.rules", text))
    finally:
        engine.callbacks.update(original)
    return completed, _words(tokens)


def name_of(rule: Any) -> str:
    """A production as it is written in reports."""
    return f"{rule.origin.name} → {' '.join(symbol.name for symbol in rule.expansion)}"


def _words(tokens: Counter[tuple[str, str]]) -> Counter[str]:
    """The words of terminals such as the kinds of roll-ups."""
    offered = {terminal.name: words_of(terminal.pattern.value) for terminal in parsing._parser().terminals}
    found = Counter({f"{name}: {word}": 0 for name, several in offered.items() for word in several})
    for (name, text), count in tokens.items():
        for word in offered.get(name, ()):
            if re.search(rf"\b{word}\b", text):
                found[f"{name}: {word}"] += count
    return found


def words_of(pattern: str) -> list[str]:
    """The words of a terminal that offers several."""
    match = _WORDS.search(pattern.replace(r"\s+", " "))
    return match.group(1).split("|") if match else []


def codes(groups: Iterable[Group]) -> Counter[str]:
    """In how many cases each code is expected."""
    found: Counter[str] = Counter(dict.fromkeys(CODES, 0))
    for group in groups:
        for case in group.cases:
            found.update(set(_codes_of(case)))
    return found


def _codes_of(case: dict[str, Any]) -> Iterator[str]:
    yield from (each["code"] if isinstance(each, dict) else each[0] for each in case.get("reports", ()))
    yield from case.get("codes", ())
    yield from [case["code"]] if case.get("found") else []
    expected = case.get("expected", {})
    yield from (*expected.get("problems", ()), *expected.get("codes", ()))
