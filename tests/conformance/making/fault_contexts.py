"""The same mistakes in every place where a condition, or a number, can stand.

What a mistake is does not depend on its place: in each place one report, at the mistake.
"""

from __future__ import annotations

from tests.conformance.making.writing import HEAD, RAG, Group, Topic, fault, faults, topic

#: Places of a condition. In each stands one thing that uses what it declares.
CONDITIONS = {
    "output": "output o = <<here>>",
    "segment": "segment g when <<here>>\noutput o = g",
    "let": "let l = <<here>>\noutput o = if l then 1 else 2",
    "row of a rating": "measure m {\n  value a\n  rate {\n    green when <<here>>\n    red   otherwise\n  }\n}\nscorecard s { m }",
    "rating for some": "measure m {\n  value a\n  rate when <<here>> { green when > 5 ; red otherwise }\n  rate { red otherwise }\n}\nscorecard s { m }",
    "let of a measure": "measure m {\n  let l = <<here>>\n  rate { green when l ; red otherwise }\n}\nscorecard s { m }",
    "applicability": "measure m {\n  value a\n  rate { green when > 5 ; red otherwise }\n  applies when <<here>>\n}\nscorecard s { m }",
    "limit of a measure": "measure m {\n  value a\n  rate { green when > 5 ; red otherwise }\n  cap yellow when <<here>>\n}\nscorecard s { m }",
    "override of a scorecard": "measure m { value a ; rate { green when > 5 ; red otherwise } }\nscorecard s {\n  m\n  override red when <<here>> because \"it is so\"\n}",
    "weights": "measure m { value a ; rate { green when > 5 ; red otherwise } }\nscorecard s {\n  m 100%\n  weights when <<here>> { m 100% }\n}",
    "trigger": "trigger t {\n  kind call\n  when <<here>> because \"it is so\"\n}",
    "problem": "problem \"this cannot be\"\n  when <<here>>",
    "invariant": "invariant \"this is never so\" never <<here>>",
    "branch": "output o = if also then 1 else if <<here>> then 2 else 3",
    "query": "output o = count i in items where <<here>>",
    "criterion": "checklist list {\n  green fine \"Fine\" when also\n  red   bad  \"Bad\"  when <<here>>\n}\nscorecard s { list }",
    "definition": "define f(x number) = x > 0 and (<<here>>)\noutput o = f(a)",
    "template": "template t {\n  for <<here>>\n  body \"Well\"\n}",
    "list of conditions": "output o = count true of (also, <<here>>)",
    "group": "measure m { value a ; rate { green when > 5 ; red otherwise } }\nscorecard s {\n  group inner 100% {\n    m 100%\n    floor yellow when <<here>>\n  }\n}",
}  # fmt: skip
#: Mistakes in conditions, each of one code.
IN_CONDITIONS = (
    ("«nothing > 1", "RE201"),
    ("yes and «nested.x = 1", "RE203"),
    ("tier = «\"golden\"", "RE304"),
    ("«rond(a) > 1", "RE205"),
    ("«age > 3 months", "RE302"),
    ("yes or «word > 3", "RE301"),
    ("day in «2024-02-01..2024-01-01", "RE317"),
    ("matches(word, «\"(open\")", "RE318"),
    ("yes and «b", "RE305"),
    ("n > «200", "RE408"),
    ("b / «0 > 1", "RE412"),
    ("«share > 50", "RE302"),
    ("day > «2023-02-29", "RE108"),
    ("b «≥ 5", "RE105"),
)  # fmt: skip
#: Places of a number.
NUMBERS = {
    "output": "output o = <<here>>",
    "let": "let l = <<here>>\noutput o = l",
    "value": "measure m {\n  value <<here>>\n  rate { green when > 5 ; red otherwise }\n}\nscorecard s { m }",
    "points": "measure m { points <<here>> }\nscorecard s { bands none ; m }",
    "points of a row": "measure m {\n  rate {\n    points <<here>> when yes\n    points 0 otherwise\n  }\n}\nscorecard s { bands none ; m }",
    "formula": "measure m { value c ; rate { green when > 5 ; red otherwise } }\nscorecard s {\n  bands none\n  score m + (<<here>>)\n  m\n}",
    "row of a table": "table t(x) {\n  > 10      gives <<here>>\n  otherwise gives 2\n}\noutput o = t(c)",
    "argument": "output o = max(1, <<here>>)",
    "list": "output o = [1, <<here>>]",
    "record": "output o = {x: <<here>>}.x",
    "definition": "define f(x number) = x + (<<here>>)\noutput o = f(c)",
    "field of a trigger": "trigger t {\n  when yes\n  field amount = <<here>>\n}",
    "text of a trigger": "trigger t {\n  when yes\n  reason \"It is {<<here>>}, no less\"\n}",
    "text of a template": "template t {\n  body \"\"\"\n    First\n    {<<here>>}\n    \"\"\"\n}",
    "text of a cell": "measure m { value c ; rate { green when > 5 ; yellow when > 3 ; red otherwise } }\nscorecard s { m }\nmatrix x {\n  rows s\n  columns tier\n  green  gives a, a, a\n  yellow gives a, a, na\n  red    gives a, na, na\n  cell a { text \"{<<here>>}\" }\n}",
    "branch": "output o = if yes then 1 else <<here>>",
    "projection": "output o = sum of i.n + (<<here>>) for i in items",
    "cap by points": "measure m {\n  value c\n  points value\n  cap points <<here>> when yes\n}\nscorecard s { bands none ; m }",
}  # fmt: skip
#: Mistakes in numbers, each of one code.
IN_NUMBERS = (
    ("a + «nothing", "RE201"),
    ("«nested.x * 2", "RE203"),
    ("a * «roundd(b)", "RE205"),
    ("round(b, 1, «half_upp)", "RE214"),
    ("a + «word", "RE306"),
    ("«age + price", "RE302"),
    ("«power(a)", "RE303"),
    ("b / «0", "RE412"),
    ("a + «* 2", "RE101"),
    ("-«word", "RE306"),
)  # fmt: skip


def in_conditions(place: str, text: str) -> Group:
    """All mistakes in one place of a condition."""
    return faults(f"condition: {place}", HEAD + bands_for(text) + text, _cases(IN_CONDITIONS, place))


def in_numbers(place: str, text: str) -> Group:
    """All mistakes in one place of a number."""
    return faults(f"number: {place}", HEAD + bands_for(text) + text, _cases(IN_NUMBERS, place))


def bands_for(text: str) -> str:
    """The bands, where something uses them."""
    return RAG if "green" in text else ""


def _cases(mistakes: tuple[tuple[str, str], ...], place: str) -> list[dict[str, object]]:
    return [fault(text, code) for text, code in mistakes if (place, code) not in LEFT_OUT]


#: Where a mistake would be another one.
LEFT_OUT: set[tuple[str, str]] = set()


def topics() -> list[Topic]:
    """Both files."""
    conditions = [in_conditions(place, text) for place, text in CONDITIONS.items()]
    numbers = [in_numbers(place, text) for place, text in NUMBERS.items()]
    return [
        topic("rejected_conditions", "Mistakes in every place where a condition stands.", conditions),
        topic("rejected_numbers", "Mistakes in every place where a number stands.", numbers),
    ]
