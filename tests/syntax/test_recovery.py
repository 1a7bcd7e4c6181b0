"""Files with several faults of syntax: one report each, on the right line, and the rest is still read.

The expected code stands in a comment on the offending line; `expected` names the items that are read nevertheless.
"""

from __future__ import annotations

import re

import pytest

from ruleengine.source import Source
from ruleengine.syntax import tree as t
from ruleengine.syntax.parse import parse
from tests.syntax.reading import block, read

_MARK = re.compile(r"#! (RE[0-9]{3})")

FILES = {
    "misspelled items": (
        """
        ruleset r 1.0.0 { title "a" }
        mesure one { value a }              #! RE101
        let x = 1
        scorcard two { m 3 }                #! RE101
        let y = 2
        """,
        ["r", "x", "y"],
    ),
    "misspelled statements": (
        """
        measure m {
          valeu a                           #! RE101
          rate as given
          fersh by b                        #! RE101
        }
        scorecard s {
          bands rag
          missing redistribut               #! RE101
          m 30%
        }
        """,
        ["m", "s"],
    ),
    "misspelled header properties": (
        """
        ruleset r 1.0.0 {
          titel "a"                         #! RE101
          owner "b"
          efective from 2023-01-01          #! RE101
        }
        let x = 1
        """,
        ["r", "x"],
    ),
    "operators without operands": (
        """
        let a = 1 +                         #! RE101
        let b = * 2                         #! RE101
        let c = (1 + 2) * 3
        let d = 1 and                       #! RE101
        let e = 5
        """,
        ["c", "e"],
    ),
    "missing values": (
        """
        let a =                             #! RE101
        let b = 1
        output c =                          #! RE101
        segment d when                      #! RE101
        segment e when b
        """,
        ["b", "e"],
    ),
    "rows of a rating": (
        """
        measure m {
          value a
          rate {
            red when < 10%
            yellow < 20%                    #! RE101
            green otherwise because         #! RE101
          }
          fresh by b, stale 90 days         #! RE101
        }
        """,
        ["m"],
    ),
    "one-line blocks": (
        """
        measure m {
          rate when a { red when < 10 ; yellow wen < 20 ; green otherwise }   #! RE101
          rate when b { red otherwise }
          rate wen c { red otherwise }      #! RE101
        }
        scorecard s {
          group g { m 3 ; n 4 5 ; o 1 }     #! RE101
        }
        """,
        ["m", "s"],
    ),
    "quotes that do not end": (
        """
        ruleset r 1.0.0 {
          title "never ends                 #! RE104
          owner "us"
        }
        let x = 1
        problem "also not when x            #! RE104
        let y = 2
        """,
        ["r", "x", "y"],
    ),
    "a block that is never closed": (
        """
        measure one {                       #! RE102
          value a
          rate {
            red when < 1
          }

        measure two {
          value a +                         #! RE101
          rate as given
        }
        """,
        ["one", "two"],
    ),
    "parentheses": (
        """
        let a = (1 + 2                      #! RE102
        measure m {
          value f(b))                       #! RE103
          rate as given
        }
        output z = [1, 2
          , 3]
        """,
        ["a", "m", "z"],
    ),
    "too many closing braces": (
        """
        measure one {
          value a
        }
        }                                   #! RE103
        let x = 1
        }                                   #! RE103
        let y = 2
        """,
        ["one", "x", "y"],
    ),
    "foreign signs": (
        """
        let a = b ≤ 3                       #! RE105
        let c = 'text'                      #! RE105
        let d = 1 & 2                       #! RE105
        let e = “text”                      #! RE105
        let f = 2
        """,
        ["f"],
    ),
    "dates and numbers": (
        """
        let a = 2024-02-30                  #! RE108
        let b = 2024-02-29
        let c = 12abc                       #! RE101
        let d = 1..2..3                     #! RE101
        """,
        ["a", "b"],
    ),
    "tables": (
        """
        table f(a number, b flag) {
          in 1..2, true gives 1
          in 3..4, false give 2             #! RE101
          5, gives 3                        #! RE101
          otherwise gives 4
        }
        table g(a number hits first {       #! RE102
          1 gives 2
        }
        segment x when f(1, true) = 1
        """,
        ["f", "x"],
    ),
    "bands": (
        """
        bands rag {
          green 75..100 points              #! RE101
          yellow 50 <75                     #! RE101
          red 0..<50 points 25
        }
        bands {                             #! RE101
          a
        }
        """,
        ["rag"],
    ),
    "scorecards": (
        """
        scorecard s {
          grace 30 days from a              #! RE101
          group g "G" 50% {
            m 30%
            n 30 percent                    #! RE101
            override red wen m is red       #! RE101
            o 40%
          }
          rollup weighted means             #! RE101
        }
        """,
        ["s"],
    ),
    "imports": (
        """
        import a 1.0 (b)                    #! RE101
        import c 1.0.0 (d e)                #! RE101
        import f 1.0.0 (g as h)
        import i 1.0.0 ()                   #! RE101
        """,
        ["f"],
    ),
    "conditions": (
        """
        let a = b orb c                     #! RE101
        let d = b is red or c is red
        let e = b < c < 3                   #! RE101
        let f = if b then c                 #! RE101
        let g = b and any i in c            #! RE101
        let h = not not b                   #! RE101
        """,
        ["d"],
    ),
    "a comment in the middle": (
        """
        let a = 1 +   # a number            #! RE101
        # let b = (
        let c = 2     # "
        measure m {   # {
          value       # nothing             #! RE101
          rate as given
        }
        """,
        ["c", "m"],
    ),
    "missing commas and dots": (
        """
        let a = f(1 2)                      #! RE101
        let b = max(1, 2)
        let c = a b                         #! RE101
        let d = account.                    #! RE101
        measure m {
          applies to all exept a            #! RE101
          value a
        }
        """,
        ["b", "m"],
    ),
}


def item_name(item: t.Item) -> str:
    """What an item declares, or what it is about."""
    if isinstance(item, t.Declaration | t.Header):
        return item.name
    return item.ruleset if isinstance(item, t.Import) else ""


@pytest.mark.parametrize("case", FILES)
def test_one_report_for_each_fault(case: str) -> None:
    indented, expected = FILES[case]
    text = block(indented)
    marks = [
        (number, code) for number, line in enumerate(text.splitlines(), 1) for code in _MARK.findall(line)
    ]
    file, diagnostics = read(text)
    assert [(report.span.line, report.code) for report in diagnostics] == marks
    assert [item_name(item) for item in file.items] == expected


def test_there_are_twenty_files_with_several_faults() -> None:
    assert len(FILES) == 20
    assert all(len(_MARK.findall(text)) >= 2 for text, _ in FILES.values())


@pytest.mark.parametrize(
    ("text", "help_text"),
    [
        ("mesure m { }", "did you mean `measure`?"),
        ("measure m {\n  valeu a\n}", "did you mean `value`?"),
        ("measure m {\n  rate { red wen a }\n}", "did you mean `when`?"),
        ("scorecard s {\n  missing redistribut\n}", "did you mean `redistribute`?"),
        ("let a = b ≤ 3", "write `<=`"),
        ("let a = (1", "add `)`"),
        ('title "a', 'close it with `"`'),
    ],
)
def test_faults_come_with_a_remedy(text: str, help_text: str) -> None:
    _, diagnostics = read(text)
    assert diagnostics[0].help == help_text


def test_what_a_faulty_item_declares_is_known_as_damaged() -> None:
    file, _ = read("let a = 1 +\nmeasure m {\n  value +\n}\nscorecard s {\n  group g { 3 }\n}\nlet b = 2\n")
    assert {"a", "m", "s", "g"} <= file.damaged
    assert "b" not in file.damaged


def test_the_statements_beside_a_fault_are_kept() -> None:
    file, _ = read("measure m {\n  value a\n  fersh by b\n  rate as given\n}\n")
    (measure,) = file.items
    assert isinstance(measure, t.Measure)
    assert [type(statement) for statement in measure.statements] == [t.Value, t.RateAsGiven]


def test_a_long_text_that_is_not_closed_is_one_fault() -> None:
    for rest in ("", "\n", "\n\n", '\n  labels "a"\n'):
        text = f'template mail {{\n  subject "a"\n  body """Hello\n  there {{account.name}}\n{rest}'
        _, reports = parse(Source("x.rules", text))
        assert [(each.code, each.span.line) for each in reports] == [("RE104", 3)]
