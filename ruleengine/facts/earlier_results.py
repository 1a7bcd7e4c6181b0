"""Results of an earlier evaluation, by account: the input behind `previous`.

In: a file that `eval` wrote as NDJSON or JSON (also gzipped), and the parts of a result that are asked for: results may
be of another ruleset that has them too, such as one that is imported. Out: for each id the result with nothing but
those parts. Guaranteed: a file that holds anything else is refused as a whole with one report, because a trigger that
misses its earlier result would stay silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ruleengine.facts.blocks import name_of
from ruleengine.facts.readers import read_samples
from ruleengine.facts.records import Rejection, unreadable

_REMEDY = "give the file that `ruleengine eval --format ndjson --out FILE` wrote"
Paths = Iterable[tuple[str, ...]]


def read_earlier_results(path: str, parts: Paths) -> dict[Any, dict[str, Any]]:
    """The results in a file by id. Raises `FactsUnreadable`."""
    wanted = sorted(set(parts))
    found: dict[Any, dict[str, Any]] = {}
    for number, result in enumerate(_results(path), start=1):
        _check(path, number, result, wanted)
        identity = result["id"]
        if identity in found:
            raise unreadable(
                name_of(path),
                f"result {number:,} is the second of the account `{identity}`",
                "keep one result an account",
            )
        found[identity] = _slim(result, wanted)
    return found


def _results(path: str) -> Iterator[Any]:
    for item in read_samples([path]):
        if isinstance(item, Rejection):
            raise unreadable(name_of(path), f"this is no result: {item.reason}", _REMEDY, item.line or 1)
        if "results" in item and "id" not in item and isinstance(item["results"], list):
            yield from item["results"]
        else:
            yield item


def _check(path: str, number: int, result: Any, wanted: list[tuple[str, ...]]) -> None:
    fits = (
        isinstance(result, dict)
        and isinstance(result.get("ruleset"), dict)
        and isinstance(result.get("as_of"), str)
    )
    if (
        not fits
        or not isinstance(result.get("id"), str | int)
        or not isinstance(result.get("scorecards"), dict)
    ):
        raise unreadable(name_of(path), f"document {number:,} is no result of an evaluation", _REMEDY)
    holders = [part[:2] for part in wanted if len(part) > 1]
    if holders and not any(name in result.get(kind, {}) for kind, name in holders):
        asked = ", ".join(f"`{name}`" for name in dict.fromkeys(name for _, name in holders))
        raise unreadable(
            name_of(path),
            f"result {number:,} is of the ruleset `{result['ruleset'].get('name')}` and holds none of {asked}",
            "give results of this ruleset, or of the one that it imports them from",
        )


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
