"""How large and how deep what is read may be: every limit, in one place.

In: nothing, or limits that a caller or `RULEENGINE_LIMITS` asks for. Out: the limits in force. Guaranteed: a limit refuses, with a
report that has a place, and never changes a result; what is beyond a limit ends after a time that the limits bound. A limit whose
`highest` is set protects the recursion of the engine itself and can be lowered, but not raised above it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs
from attrs import field, frozen

#: The variable of the environment from which the command line takes limits: `nesting=60,list_items=500`.
VARIABLE = "RULEENGINE_LIMITS"


def _limit(default: int, code: str, what: str, highest: int | None = None) -> Any:
    """A limit: its default, the code of its report, what it bounds, and what it cannot be raised above."""

    def possible(_: object, attribute: attrs.Attribute[int], value: int) -> None:
        if type(value) is not int or value < 1:
            raise ValueError(f"`{attribute.name}` is a whole number from 1")
        if highest is not None and value > highest:
            raise ValueError(f"`{attribute.name}` is at most {highest:,}")

    return field(
        default=default, validator=possible, metadata={"code": code, "what": what, "highest": highest}
    )


@frozen(slots=True, kw_only=True)
class Limits:
    """All limits. Bytes are of files, lengths are counted in characters."""

    ruleset_bytes: int = _limit(2_000_000, "RE107", "one file of a ruleset or of tests, in bytes")
    imported_bytes: int = _limit(10_000_000, "RE207", "a ruleset and all that it imports, in bytes")
    imports: int = _limit(100, "RE207", "rulesets that one imports, directly and through others")
    import_depth: int = _limit(50, "RE207", "rulesets that import one the next", 50)
    nesting: int = _limit(100, "RE106", "brackets and blocks inside one another", 100)
    depth: int = _limit(120, "RE106", "parts of one expression inside one another", 120)
    blocks: int = _limit(16, "RE106", "`if` and queries inside one another", 16)
    terms: int = _limit(100, "RE106", "terms of one sum or product", 100)
    list_items: int = _limit(20_000, "RE106", "items of a list, choices after `in`, arguments of a call")
    name_length: int = _limit(1_000, "RE106", "a name")
    text_length: int = _limit(1_000_000, "RE106", "a text of a ruleset or a test")
    digits: int = _limit(40, "RE108", "digits of a number", 40)
    nodes: int = _limit(500_000, "RE106", "parts of all expressions of a ruleset, with its imports")
    call_depth: int = _limit(25, "RE106", "definitions and tables that call one the next", 25)
    calls: int = _limit(10_000, "RE106", "calls of definitions that one call leads to")
    card_depth: int = _limit(100, "RE106", "scorecards and groups inside one another", 100)
    places: int = _limit(
        20_000, "RE106", "a scorecard with all its groups and members, and those of scorecards in it"
    )
    bands: int = _limit(26, "RE312", "bands of one set", 26)
    pattern_length: int = _limit(1_000, "RE318", "the pattern of `matches`")
    cases: int = _limit(10_000, "RE106", "cases of one file of tests")
    schema_bytes: int = _limit(2_000_000, "RE209", "the file of a schema, in bytes")
    schema_fields: int = _limit(10_000, "RE516", "fields of a schema, references followed")
    field_depth: int = _limit(40, "RE516", "fields of a schema inside one another", 40)
    schema_nesting: int = _limit(60, "RE516", "levels of the JSON of a schema", 100)
    fact_nesting: int = _limit(200, "RE501", "levels of a fact document", 200)
    fact_list: int = _limit(100_000, "RE501", "elements of one list of a fact document")
    fact_text: int = _limit(10_000_000, "RE501", "one text of a fact document")
    line_bytes: int = _limit(64 * 2**20, "RE501", "one line of facts, in bytes")
    decompressed_bytes: int = _limit(4 * 2**30, "RE501", "facts after decompression, in bytes")
    steps: int = _limit(
        10_000_000, "RE501", "elements that queries inside of queries look at for one account"
    )


_in_force = Limits()


def limits() -> Limits:
    """The limits in force in this process."""
    return _in_force


def use_limits(wanted: Limits) -> None:
    """Put limits in force, for the whole process: for what is read from now on."""
    global _in_force
    _in_force = wanted


@contextmanager
def limited(**changes: int) -> Iterator[Limits]:
    """The same for the length of a `with` block: `with limited(nesting=60): …`. Raises `ValueError`."""
    before = limits()
    use_limits(attrs.evolve(before, **changes))
    try:
        yield limits()
    finally:
        use_limits(before)


def limits_from(text: str) -> Limits:
    """The limits that a text asks for, such as `nesting=60,list_items=500`. Raises `ValueError` in plain words."""
    wanted: dict[str, int] = {}
    known = attrs.fields_dict(Limits)
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, sign, number = (each.strip() for each in part.partition("="))
        if name not in known:
            raise ValueError(f"there is no limit `{name[:40]}`; there are {', '.join(known)}")
        digits = number.replace("_", "")
        if not sign or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
            raise ValueError(f"`{name}` is a whole number from 1: write `{name}={known[name].default}`")
        wanted[name] = int(digits)
    return Limits(**wanted)
