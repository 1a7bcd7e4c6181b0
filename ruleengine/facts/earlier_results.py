"""Results of an earlier evaluation, by account: the input behind `previous`.

In: a file that `eval` wrote as NDJSON or JSON (also gzipped), and the parts of a result that are asked for: results may
be of another ruleset that has them too, such as one that is imported. Out: for each id the result with nothing but
those parts. Guaranteed: a file that holds anything else is refused as a whole with one report that says which document and
what of it is wrong, because a trigger that misses its earlier result would stay silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from typing import Any

from ruleengine.facts.blocks import name_of
from ruleengine.facts.readers import read_documents
from ruleengine.facts.records import Rejection, unreadable

_REMEDY = "give the file that `ruleengine eval --format ndjson --out FILE` wrote"
Paths = Iterable[tuple[str, ...]]


def read_earlier_results(
    path: str, parts: Paths, rulesets: set[tuple[str, str]] | None = None
) -> dict[Any, dict[str, Any]]:
    """The results in a file by id; `rulesets` takes the names and versions of theirs. Raises `FactsUnreadable`."""
    wanted = sorted(set(parts))
    found: dict[Any, dict[str, Any]] = {}
    for number, (line, result) in enumerate(_results(path), start=1):
        _check(path, number, line, result, wanted)
        identity = result["id"]
        if identity in found:
            raise unreadable(
                name_of(path),
                f"result {number:,} is the second of the account `{identity}`",
                "keep one result an account",
                line,
            )
        if rulesets is not None:
            rulesets.add((result["ruleset"]["name"], str(result["ruleset"].get("version", ""))))
        found[identity] = _slim(result, wanted)
    return found


def _results(path: str) -> Iterator[tuple[int, Any]]:
    """Every result, with the line in which it begins, or in which the document begins that holds them all."""
    for item in read_documents([path], instead_of_csv=_REMEDY):
        if isinstance(item, Rejection):
            raise unreadable(name_of(path), f"this is no result: {item.reason}", _REMEDY, item.line or 1)
        line, document = item
        if "results" in document and "id" not in document and isinstance(document["results"], list):
            yield from ((line, each) for each in document["results"])
        else:
            yield line, document


def _check(path: str, number: int, line: int, result: Any, wanted: list[tuple[str, ...]]) -> None:
    fault = fault_of(result)
    if fault:
        message = f"document {number:,} is no result of an evaluation: {fault}"
        raise unreadable(name_of(path), message, _REMEDY, line)
    holders = [part[:2] for part in wanted if len(part) > 1]
    if holders and not any(name in result.get(kind, {}) for kind, name in holders):
        asked = ", ".join(f"`{name}`" for name in dict.fromkeys(name for _, name in holders))
        raise unreadable(
            name_of(path),
            f"result {number:,} is of the ruleset `{result['ruleset'].get('name')}` and holds none of {asked}",
            "give results of this ruleset, or of the one that it imports them from",
            line,
        )


def fault_of(result: Any) -> str:
    """What keeps a document from being a result; empty for nothing."""
    if not isinstance(result, dict):
        return "it is no record"
    for key in ("id", "as_of", "ruleset", "scorecards"):
        if key not in result:
            return f"it has no `{key}`"
    identity, day, ruleset = result["id"], result["as_of"], result["ruleset"]
    if not isinstance(identity, str | int) or isinstance(identity, bool):
        return "its `id` is neither a text nor a whole number"
    if not _is_day(day):
        return "its `as_of` is no date such as 2024-03-01"
    if not isinstance(ruleset, dict) or not isinstance(ruleset.get("name"), str):
        return "its `ruleset` has no `name`"
    return "" if isinstance(result["scorecards"], dict) else "its `scorecards` are no record"


def _is_day(value: Any) -> bool:
    with suppress(ValueError):
        return isinstance(value, str) and bool(date.fromisoformat(value))
    return False


def _slim(result: dict[str, Any], parts: list[tuple[str, ...]]) -> dict[str, Any]:
    """The parts of a result that are asked for, each with the status beside it."""
    slim: dict[str, Any] = {"id": result["id"], "as_of": result["as_of"], "scorecards": {}}
    for part in parts:
        source, target = result, slim
        for step in part[:-1]:
            below = source.get(step)
            if not isinstance(below, dict):
                break
            source, target = below, target.setdefault(step, {})
        else:
            for name in (part[-1], "status"):
                if name in source:
                    target[name] = source[name]
    return slim
