"""What came of computing stored results anew, for people and for programs.

In: a replay that is over. Out: lines, or JSON text as `schemas/replay/1.schema.json` describes it, in plain ASCII.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from ruleengine.casebook.replay import Absent, Difference, Outcome, Replay, Replayed, Ruleset
from ruleengine.casebook.stored_results import Stored
from ruleengine.report.cells import BOLD, GREEN, RED, YELLOW, cell, cut, paint
from ruleengine.version import __version__

_LONGEST = 120
_FEW = 10


def result_lines(replay: Replay, shown: int, *, color: bool = False) -> Iterator[str]:
    """The results that differ, at most `shown`, each with at most `shown` of its values; then those without facts."""
    different = [each for each in replay.not_identical() if each.outcome is Outcome.DIFFERENT]
    for each in different[:shown]:
        yield f"{_place(each.stored)} {paint(_who(each.stored), BOLD, color)}: {_differences(each.count)}"
        listed = each.differences[:shown]
        for found in listed:
            old, new = paint(_shown(found.old), RED, color), paint(_shown(found.new), GREEN, color)
            yield f"  {cell(found.pointer)}: {old} → {new}"
        yield from _more(each.count - len(listed), "  and {:,} more", "  and {:,} more")
    yield from _more(
        len(different) - shown, "and {:,} more result that differs", "and {:,} more results that differ"
    )
    lacking = [each.stored for each in replay.not_identical() if each.outcome is Outcome.WITHOUT_FACTS]
    for one in lacking[:shown]:
        yield f"{_place(one)} {_who(one)}: {paint('no facts', YELLOW, color)} with this id"
    yield from _more(
        len(lacking) - shown, "and {:,} more result without facts", "and {:,} more results without facts"
    )


def about_lines(replay: Replay) -> Iterator[str]:
    """With which other ruleset and engine the results were computed."""
    for (old, new), count in islice(replay.other_rulesets().items(), _FEW):
        yield f"{_results(count)} computed with {_ruleset(old)}, now with {_ruleset(new)}"
    for engine, count in islice(replay.other_engines().items(), _FEW):
        yield f"{_results(count)} computed with engine {cell(engine)}, now with {__version__}"


def _ruleset(ruleset: Ruleset) -> str:
    name, version, digest = ruleset
    return f"{name} {version} ({cell(digest)})"


def summary_line(replay: Replay) -> str:
    """How many results are identical, and what became of the others."""
    total, identical = len(replay.stored.results), replay.count(Outcome.IDENTICAL)
    if identical == total:
        return f"{_results(total)}: identical, byte for byte"
    words = {
        Outcome.REWRITTEN: "the same, but written in another way",
        Outcome.SAME_VALUES: "the same, but for ruleset or engine",
        Outcome.DIFFERENT: "different",
        Outcome.WITHOUT_FACTS: "without facts",
    }
    parts = [f"{identical:,} identical, byte for byte"] if identical else []
    parts += [f"{replay.count(each):,} {said}" for each, said in words.items() if replay.count(each)]
    return f"{_results(total)}: {'; '.join(parts)}"


def _more(count: int, one: str, several: str) -> Iterator[str]:
    if count > 0:
        yield (one if count == 1 else several).format(count)


def _results(count: int) -> str:
    return "1 result" if count == 1 else f"{count:,} results"


def _differences(count: int) -> str:
    return "1 value differs" if count == 1 else f"{count:,} values differ"


def _place(stored: Stored) -> str:
    return f"{cell(stored.path)}:{stored.line}"


def _who(stored: Stored) -> str:
    origin = stored.origin
    return f"{cell(stored.identity)} ({origin.name} {origin.version} as of {cell(origin.as_of)})"


def _shown(value: Any) -> str:
    if value is Absent:
        return "nothing"
    return cut(cell(json.dumps(value, ensure_ascii=False)), _LONGEST)


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────────────────


def replay_data(replay: Replay, reproduced: bool) -> dict[str, Any]:
    """The document."""
    return {
        "format": "ruleengine replay 1",
        "engine": __version__,
        "reproduced": reproduced,
        "summary": {
            "results": len(replay.stored.results),
            **{each.value: replay.count(each) for each in Outcome},
        },
        "rulesets": [
            {"old": _ruleset_data(old), "new": _ruleset_data(new), "results": count}
            for (old, new), count in replay.other_rulesets().items()
        ],
        "engines": [
            {"old": old, "new": __version__, "results": n} for old, n in replay.other_engines().items()
        ],
        "results": [_result(each) for each in replay.not_identical()],
    }


def render_json(replay: Replay, reproduced: bool) -> str:
    """The document as text."""
    return json.dumps(replay_data(replay, reproduced), indent=2) + "\n"


def _ruleset_data(ruleset: Ruleset) -> dict[str, str]:
    return dict(zip(("name", "version", "digest"), ruleset, strict=True))


def _result(replayed: Replayed) -> dict[str, Any]:
    stored = replayed.stored
    return {
        "path": stored.path,
        "line": stored.line,
        "id": stored.identity,
        "ruleset": {"name": stored.origin.name, "version": stored.origin.version},
        "as_of": stored.origin.as_of,
        "outcome": replayed.outcome.value,
        "differing": replayed.count,
        "differences": _listed((*replayed.about, *replayed.differences)),
    }


def _listed(found: Sequence[Difference]) -> list[dict[str, Any]]:
    """What is not there on one side lacks the key of that side: null is a value."""
    listed = []
    for each in found:
        entry: dict[str, Any] = {"pointer": each.pointer}
        entry |= {} if each.old is Absent else {"old": each.old}
        entry |= {} if each.new is Absent else {"new": each.new}
        listed.append(entry)
    return listed
