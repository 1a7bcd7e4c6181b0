"""Texts that grow in one way each: rulesets, files of tests, fact documents, schemas.

In: a size. Out: a text, always valid. Whoever doubles the size doubles the text, and nothing else about it; where a limit of
the engine bounds one part of it, as the nesting of brackets, parts of that size are repeated.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from attrs import frozen

from benchmarks.large_ruleset import with_lines, with_measures

#: The schema of the growing rulesets.
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "id": {"type": "string", "x-id": True},
        "a": {"type": "number"},
        "b": {"type": "number"},
        "missing": {"type": "number"},
        "f": {"type": "boolean"},
        "t": {"type": "string"},
        "l": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"x": {"type": "number"}, "d": {"type": "string", "format": "date"}},
            },
        },
    },
}
DOCUMENT: dict[str, Any] = {
    "id": "one", "a": 3, "b": 5, "f": True, "t": "text", "l": [{"x": 1, "d": "2024-02-01"}, {"x": 2, "d": "2024-01-01"}],
}  # fmt: skip
_HEADER = 'ruleset large 1.0.0 {\n  title "A growing ruleset"\n  facts growing 1\n}\n\n'
_BANDS = "bands rag {\n  green 50..100 points 80\n  red 0..<50 points 20\n}\n\n"
_RATED = "{ value a ; rate { green when > 1 ; red otherwise } }"


@frozen(slots=True)
class Growing:
    """One way in which a ruleset grows: what there is more of, the smaller size, and its text at any size."""

    name: str
    size: int
    text: Callable[[int], str]
    facts: str = "growing"


def _repeated(pattern: str, number: int, first: int = 0) -> str:
    """Lines with `@` for their number and `@-` for the one before it."""
    return "".join(
        pattern.replace("@-", str(each - 1)).replace("@", str(each)) + "\n" for each in range(first, number)
    )


def _with_output(text: str) -> str:
    return f"{_HEADER}{text}output changing = a + 1\n"


def _nested(number: int) -> str:
    """50 outputs whose brackets are nested so deeply."""
    value = "(1 + " * number + "a" + ")" * number
    return _with_output(_repeated(f"output o@ = {value}", 50))


def _terms(number: int) -> str:
    """30 outputs with sums of so many terms."""
    return _with_output(_repeated(f"output o@ = {' + '.join(['a'] * number)}", 30))


def _one(name: str, value: str) -> str:
    """A ruleset whose only long thing is one expression."""
    return _with_output(f"output {name} = {value}\n")


def _lets(number: int) -> str:
    """Chains of 100 lets: from 255 additions on, one more line for each sees to it that no number is too large."""
    chained = (f"let l{each} = {f'l{each - 1}' if each % 100 else 'a'} + 1\n" for each in range(number))
    return _with_output("".join(chained) + f"output o = l{number - 1}\n")


def _else_ifs(number: int) -> str:
    return _one("o", "".join(f"if a = {each}.5 then {each} else " for each in range(number)) + "0")


def _conditions(number: int) -> str:
    return _one("o", " and ".join(f"a < {each}" for each in range(10, 10 + number)))


def _scorecards(number: int) -> str:
    cards = _repeated("scorecard s@ {\n  bands rag\n  m\n}", number)
    return _with_output(f"{_BANDS}measure m {_RATED}\n{cards}")


def _checklist(number: int) -> str:
    lines = _repeated('  green k@ "Number @" when a > @', number)
    return _with_output(f"{_BANDS}checklist c {{\n{lines}}}\nscorecard s {{ c }}\n")


def _triggers(number: int) -> str:
    one = 'trigger g@ "Number @" {\n  when a > @\n    because "it is {a}"\n}'
    return _with_output(_repeated(one, number))


def _groups(number: int) -> str:
    """10 scorecards of groups nested so deeply."""
    opening = "".join(f"group g{each} {{ " for each in range(number))
    cards = _repeated(f"scorecard s@ {{ {opening} m {' }' * number} }}", 10)
    return _with_output(f"measure m {{ points a }}\n{cards}")


def _rating(number: int) -> str:
    rows = _repeated("    green when a > @ and f", 2 * number, number)
    return _with_output(
        f"{_BANDS}measure m {{\n  value a\n  rate {{\n{rows}    red otherwise\n  }}\n}}\nscorecard s {{ m }}\n"
    )


def _thresholds(number: int) -> str:
    rows = "".join(f"    green when > {each}\n" for each in range(2 * number, number, -1))
    return _with_output(
        f"{_BANDS}measure m {{\n  value a\n  rate {{\n{rows}    red otherwise\n  }}\n}}\nscorecard s {{ m }}\n"
    )


def _table(number: int) -> str:
    rows = "".join(f"  > {each} gives {each}\n" for each in range(number, 0, -1))
    return _with_output(f"table look(x) {{\n{rows}  otherwise gives 0\n}}\noutput o = look(a)\n")


def _card(number: int) -> str:
    """A scorecard with so many members."""
    members = _repeated("  m@ 1", number)
    measures = _repeated(f"measure m@ {_RATED}", number)
    return _with_output(f"{_BANDS}{measures}scorecard s {{\n  bands rag\n{members}}}\n")


def _tables_of_two(number: int) -> str:
    rows = "".join(
        f"  > {each}, {'true' if each % 2 else 'false'} gives {each}\n" for each in range(number, 0, -1)
    )
    return _with_output(f"table look(x, y) {{\n{rows}  otherwise gives 0\n}}\noutput o = look(a, f)\n")


#: Every way in which a ruleset grows.
RULESETS = (
    Growing("lines", 500, lambda n: with_lines(n), "workload"),
    Growing("measures", 50, lambda n: with_measures(n), "workload"),
    Growing("nesting", 25, _nested),
    Growing("terms in sums", 50, _terms),
    Growing("nested groups", 40, _groups),
    Growing("conditions joined by `and`", 1_000, _conditions),
    Growing("choices after `else`", 500, _else_ifs),
    Growing("defaults", 1_000, lambda n: _with_output("output o = missing" + " default missing" * n + " default b\n")),
    Growing("words after `in`", 2_000, lambda n: _with_output(f"output o = a in ({', '.join(map(str, range(n)))})\n")),
    Growing("arguments", 2_000, lambda n: _with_output(f"output o = max({', '.join(['a', 'b'] * (n // 2))})\n")),
    Growing("outputs", 500, lambda n: _with_output(_repeated("output o@ = a + @", n))),
    Growing("lets", 500, _lets),
    Growing("segments", 500, lambda n: _with_output("segment s0 when a > 1\n" + _repeated("segment s@ when s@- and b > @", n, 1))),
    Growing("segments of one number", 500, lambda n: _with_output(_repeated("segment s@ when a > @", n, 1))),
    Growing("definitions", 500, lambda n: _with_output(_repeated("define f@(x) = x + @\noutput o@ = f@(a)", n))),
    Growing("problems", 500, lambda n: _with_output(_repeated('problem "this is @" when a > @', n))),
    Growing("rating rows with conditions", 500, _rating),
    Growing("rating rows", 1_000, _thresholds),
    Growing("rows of a table", 1_000, _table),
    Growing("rows of a table of two columns", 500, _tables_of_two),
    Growing("members of a scorecard", 500, _card),
    Growing("scorecards", 200, _scorecards),
    Growing("checklist lines", 300, _checklist),
    Growing("triggers", 200, _triggers),
    Growing("queries", 200, lambda n: _with_output(_repeated("output o@ = count e in l where e.x > @", n))),
    Growing("comments", 20_000, lambda n: _with_output("# a remark\n" * n)),
    Growing("letters of a text", 200_000, lambda n: _with_output(f'output o = "{"x" * n}"\n')),
    Growing("letters of a name", 50_000, lambda n: _with_output(f"let {'x' * n} = a\noutput o = {'x' * n}\n")),
    Growing("faults", 500, lambda n: _HEADER + _repeated("output o@ = unknown@ + 1", n)),
    Growing("broken lines", 500, lambda n: _HEADER + _repeated("output o@ = = 1", n)),
    Growing("brackets too many", 500, lambda n: _HEADER + _repeated("output o@ = (a + 1))", n)),
)  # fmt: skip


def cases(number: int) -> str:
    """A file of tests with so many tests, one in ten with a table of ten cases."""
    one = 'test "number @" {\n  as of 2024-03-01\n  facts {a: @, f: true}\n  expect changing = @ + 1\n}'
    return _repeated(one, number)


def table_of_cases(number: int) -> str:
    """A file of one test with so many rows."""
    rows = "".join(f"    {each}, {each + 1}\n" for each in range(number))
    return (
        'test "rows" {\n  as of 2024-03-01\n  facts {a: 1}\n  with a = given\n  expect changing = wanted\n'
        f"  cases given, wanted {{\n{rows}  }}\n}}\n"
    )


def schema(number: int) -> dict[str, Any]:
    """A schema with so many fields beside those of the growing rulesets."""
    more = {f"field_{each}": {"type": "number", "minimum": each} for each in range(number)}
    return {**SCHEMA, "properties": {**SCHEMA["properties"], **more}}


def list_document(number: int) -> dict[str, Any]:
    """A document with a list of so many elements."""
    elements = [{"x": each % 97, "d": f"2024-01-{1 + each % 28:02}"} for each in range(number)]
    return {**DOCUMENT, "l": elements}


#: What asks something of every element of a list.
ASKING = _HEADER + """output counted = count e in l where e.x > 5
output summed = sum of e.x for e in l
output lately = (latest e in l by e.d).x
output best = top 3 e in l by e.x
output many = any e in l where e.x > 95
output course = daily slope of (series of e.x for e in l by e.d) over 12 months
"""  # fmt: skip


def ndjson(number: int) -> bytes:
    """So many documents, one a line."""
    return b"".join(json.dumps({**DOCUMENT, "id": f"n{each}"}).encode() + b"\n" for each in range(number))


def json_list(number: int) -> bytes:
    """So many documents in one list."""
    return json.dumps([{**DOCUMENT, "id": f"n{each}"} for each in range(number)]).encode()


def csv(number: int) -> bytes:
    """So many documents as rows."""
    return b"id,a,b,f,t\n" + b"".join(b"n%d,3,5,true,text\n" % each for each in range(number))


def long_text(number: int) -> bytes:
    """One document with a text of so many letters."""
    return json.dumps({**DOCUMENT, "t": "x" * number}).encode()


def many_keys(number: int) -> bytes:
    """One document with so many keys that no schema knows."""
    return json.dumps({**DOCUMENT, **{f"unknown_{each}": each for each in range(number)}}).encode()
