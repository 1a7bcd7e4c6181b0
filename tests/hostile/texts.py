"""Texts that no one would write in good faith, and what `check` says of each.

Every text stands below a header; `codes` are the errors that it gives (none: it is a ruleset, if an odd one), `line`
the line of the first.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

BANDS = "bands rag {\n  green 50..100 points 80\n  red 0..<50 points 20\n}\n"
RATE = "rate { green when > 1 ; red otherwise }"


@frozen
class Hostile:
    """One text."""

    name: str
    text: str
    codes: frozenset[str] = frozenset()
    line: int = 4


def _lines(pattern: str, numbers: Iterable[int]) -> str:
    return "".join(
        pattern.replace("@-", str(n - 1)).replace("@+", str(n + 1)).replace("@", str(n)) + "\n"
        for n in numbers
    )


def _fault(name: str, text: str, code: str, line: int = 4) -> Hostile:
    return Hostile(name, text, frozenset(code.split()), line)


_NESTED = {
    "parentheses": ("(", "a", ")"), "lists": ("[", "a", "]"), "records": ("{x: ", "1", "}"), "calls": ("abs(", "a", ")"),
    "conditions": ("not (", "f", ")"), "queries": ("(any x in l where ", "f", ")"),
}  # fmt: skip
_SIZES = (101, 1_000, 100_000)

DEEP = [
    *(
        _fault(f"{size} {name}", f"output o = {opening * size}{core}{closing * size}\n", "RE106")
        for name, (opening, core, closing) in _NESTED.items()
        for size in _SIZES
    ),
    *(
        _fault(f"{size} open {sign}", f"output o = {sign * size}a\n", "RE106")
        for sign in "([{"
        for size in _SIZES
    ),
    *(
        _fault(f"{size} groups", "scorecard s {\n" + "group g 1 { " * size + "}" * size + "\n}\n", "RE106", 5)
        for size in _SIZES
    ),
    *(_fault(f"{size} closing }}", "}" * size + "\n", "RE103") for size in _SIZES),
    _fault("choices in choices", "output o = " + "(if f then 1 else " * 20 + "2" + ")" * 20 + "\n", "RE106"),
    _fault("members of members", "output o = a" + ".b" * 1_000 + "\n", "RE106"),
    _fault("5,000 terms", "output o = " + " + ".join(["a"] * 5_000) + "\n", "RE106"),
    _fault("300 terms", "output o = " + " + ".join(["a"] * 300) + "\n", "RE106"),
    _fault("5,000 factors", "output o = " + " * ".join(["a"] * 5_000) + "\n", "RE106"),
    _fault("sums in sums", "output o = " + "(" * 40 + "a" + " + a + a + a)" * 40 + "\n", "RE106"),
]

LONG = [
    Hostile("5,000 conditions", "output o = " + " and ".join(["f"] * 5_000) + "\n"),
    Hostile("5,000 alternatives", "output o = " + " or ".join(["a > 1"] * 5_000) + "\n"),
    Hostile("5,000 choices", f"output o = a in ({', '.join(map(str, range(5_000)))})\n"),
    Hostile("5,000 arguments", f"output o = max({', '.join(['a'] * 5_000)})\n"),
    Hostile("5,000 counted", f"output o = count true of ({', '.join(['f'] * 5_000)})\n"),
    Hostile("1,000 else if", "output o = " + "".join(f"if a = {n} then {n} else " for n in range(1_000)) + "0\n"),
    Hostile("1,000 defaults", "output o = a" + " default a" * 1_000 + "\n"),
    Hostile("2,000 lets backwards", "output o = l0\n" + _lines("let l@ = l@+ + 1", range(2_000)) + "let l2000 = a\n"),
    Hostile("2,000 doublings", "let l0 = a\n" + _lines("let l@ = l@- + l@-", range(1, 2_000)) + "output o = l1999 / 3\n"),
    Hostile("60 squares", "let l0 = a\n" + _lines("let l@ = l@- * l@-", range(1, 60)) + "output o = l59\n"),
    Hostile(
        "1,000 rating rows",
        f"{BANDS}measure m {{\n  value a\n  rate {{\n{_lines('    green when > @', range(2_000, 0, -1))}    red otherwise\n  }}\n}}\n",
    ),
    Hostile(
        "1,500 rating rows with conditions",
        f"{BANDS}measure m {{\n  value a\n  rate {{\n"
        f"{_lines('    green when a > @ and f', range(3_000, 1_500, -1))}    red otherwise\n  }}\n}}\n",
    ),
    Hostile("1,500 steps", f"measure m {{ value a ; points steps above {', '.join(map(str, range(1_500)))} }}\n"),
    Hostile("1,500 steps to look up", f"measure m {{ value a ; points steps above {', '.join(['a'] * 1_500)} }}\n"),
    Hostile(
        "1,500 table rows",
        "table look(x) {\n" + _lines("  > @ gives @", range(3_000, 1_500, -1)) + "  otherwise gives 0\n}\noutput o = look(a)\n",
    ),
    Hostile("1,500 lets of a measure", "measure m {\n  let l0 = a\n" + _lines("  let l@ = l@- + 1", range(1, 1_500)) + "  value l1499\n}\n"),
    Hostile(
        "1,500 lets about a value",
        "measure m {\n  value a\n  let l0 = value\n" + _lines("  let l@ = l@- + 1", range(1, 1_500)) + "  points l1499\n}\n",
    ),
    Hostile("1,000 measures in a row", "measure m0 { value a }\n" + _lines("measure m@ { value m@-.value + 1 }", range(1, 1_000))),
    Hostile("100 terms", "output o = " + " + ".join(["a"] * 100) + "\n"),
    Hostile(
        "100 scorecards in one another",
        f"measure m {{ points 3 }}\nscorecard s0 {{ m }}\n{_lines('scorecard s@ { s@- }', range(1, 100))}",
    ),
    Hostile(
        "12,287 places", "measure m { points 3 }\nmeasure n { points a }\nscorecard s0 { m }\nscorecard t0 { n }\n"
        + _lines("scorecard s@ { s@- ; t@- }\nscorecard t@ { s@- ; t@- }", range(1, 13)),
    ),
    Hostile(
        "1,000 rate blocks",
        f"{BANDS}measure m {{\n  value a\n{_lines('  rate when a = @ { green otherwise }', range(1_000))}}}\n",
    ),
    Hostile(
        "1,500 measures",
        BANDS + _lines("measure m@ { value a ; " + RATE + " }", range(1_500))
        + "scorecard s {\n  bands rag\n" + _lines("  m@ 1", range(1_500)) + "}\n",
    ),
    Hostile("a name of 1,000 letters", f"let {'x' * 1_000} = a\noutput o = {'x' * 1_000}\n"),
    Hostile("a text of a million letters", f'output o = "{"x" * 1_000_000}"\n'),
    Hostile("a million blank statements", ";" * 1_000_000 + "\noutput o = a\n"),
]  # fmt: skip

CARDS = [
    _fault(
        "1,500 scorecards in one another",
        "measure m { points 3 }\nscorecard s0 { m }\n" + _lines("scorecard s@ { s@- }", range(1, 1_500)), "RE106", 105,
    ),
    _fault(
        "1,500 scorecards backwards",
        _lines("scorecard s@ { s@+ }", range(1_500)) + "scorecard s1500 { m }\nmeasure m { points 3 }\n", "RE106", 1404,
    ),
    _fault(
        "groups in scorecards in groups",
        "measure m { points 3 }\nscorecard s0 { group g { m } }\n"
        + _lines("scorecard s@ { group g { s@- } }", range(1, 60)), "RE106", 55,
    ),
    _fault(
        "scorecards that double", "measure m { points 3 }\nmeasure n { points a }\nscorecard s0 { m }\nscorecard t0 { n }\n"
        + _lines("scorecard s@ { s@- ; t@- }\nscorecard t@ { s@- ; t@- }", range(1, 40)), "RE106", 32,
    ),
]  # fmt: skip

CIRCLES = [
    _fault("a circle of 2,000 lets", _lines("let l@ = l@+ + 1", range(2_000)) + "let l2000 = l0\noutput o = l0\n", "RE206"),
    _fault("a circle of definitions", "define g(x) = h(x)\ndefine h(x) = g(x)\noutput o = g(a)\n", "RE206", 5),
    _fault(
        "definitions that double",
        "define f0(x) = x + 1\n" + _lines("define f@(x) = f@-(x) + f@-(x)", range(1, 41)) + "output o = f40(a)\n",
        "RE106", 17,
    ),
    _fault(
        "definitions in a row",
        "define f0(x) = x + 1\n" + _lines("define f@(x) = f@-(x)", range(1, 1_500)) + "output o = f1499(a)\n",
        "RE106", 1479,
    ),
    _fault(
        "150 definitions in a row",
        "define f0(x) = x + 1\n" + _lines("define f@(x) = f@-(x) + 1", range(1, 150)) + "output o = f149(a)\n", "RE106", 129,
    ),
    _fault("1,500 unknown names", _lines("output o@ = o_@ + 1", range(1_500)), "RE201"),
    _fault("itself imported", "import hostile 1.0.0 (x)\nlet x = a\noutput o = x\n", "RE206"),
]  # fmt: skip

ODD = [
    _fault("a number of 10,000 digits", f"output o = a + {'9' * 10_000}\n", "RE108"),
    _fault("a fraction of 10,000 digits", f"output o = a + 0.{'9' * 10_000}\n", "RE108"),
    _fault("a version of 5,000 digits", f"import other {'9' * 5_000}.0.0 (x)\n", "RE207"),
    _fault("an import of 5,000 letters", f"import {'x' * 5_000} 1.0.0 (x)\n", "RE106"),
    _fault("an import of 900 letters", f"import {'x' * 900} 1.0.0 (x)\n", "RE207"),
    _fault("an import from above", "import `../../hostile` 1.0.0 (x)\n", "RE207"),
    _fault("an import of the folder", "import `..` 1.0.0 (x)\n", "RE207"),
    _fault("an unclosed text", 'output o = "a\nlet y = a\noutput p = y\n', "RE104"),
    _fault("an unclosed name", "output o = `a\n", "RE101"),
    _fault("a backslash at the end", 'output o = "a\\', "RE104"),
    _fault("half a character", 'output o = "\\ud800"\n', "RE101"),
    _fault("a word that turns the line round", "output o = a \u202e+ 1\n", "RE105"),
    _fault("a blank of no width", "let x\u200by = a\n", "RE105"),
    _fault("carriage returns alone", "let x = a\rlet y = b\r", "RE105"),
    _fault("a pattern that looks back", 'output o = matches(t, "(a)\\\\1")\n', "RE318"),
    _fault("a pattern of 100,000 letters", f'output o = matches(t, "{"a" * 100_000}")\n', "RE318"),
    _fault("a pattern of repetitions", 'output o = matches(t, "((((a{30}){30}){30}){30}){30}")\n', "RE318"),
    Hostile("a pattern that would go back", 'output o = matches(t, "(a+)+b$")\n'),
    Hostile("carriage returns", "let x = a\r\noutput o = x\r\n"),
    Hostile(
        "days beyond the calendar",
        "output o = as_of + 99999999999999 days\noutput p = as_of - 999999 months\n",
    ),
    Hostile(
        "numbers without end", "output o = power(10, 400)\noutput p = exp(1000)\noutput q = power(-1, 0.5)\n"
    ),
]

ALL = [*DEEP, *LONG, *CARDS, *CIRCLES, *ODD]
