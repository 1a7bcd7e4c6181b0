"""A ruleset full of what SQL, YAML and templates of dbt obey, and facts that go with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ruleengine

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"

#: Texts that something would obey if it could.
TEXTS = (
    "{{ 1/0 }}",
    "{% raw %}{{ x }}{% endraw %}",
    "{# gone #}",
    "{{{ braces",
    "it''s \"quoted\" \\ `x`",
    "/* not closed",
    "closed */ -- line",
    "${spark.app.name}",
    'x"; DROP TABLE facts; --',
    ": - # & * ! | > ' % @",
)


def hostile_ruleset(folder: Path) -> ruleengine.Ruleset:
    """A ruleset whose titles, descriptions, reasons and comments are such texts."""
    lines = [
        f"ruleset hostile 1.0.0 {{ title {_word(TEXTS[0])} ; description {_word(' '.join(TEXTS))} ; facts account 1 }}",
        "bands rag { green 75..100 points 87.5 ; yellow 50..<75 points 62.5 ; red 0..<50 points 25 }",
    ]
    for number, text in enumerate(TEXTS):
        lines += [
            f"let found_{number} = account.name = {_word(text)}  # {text}",
            f"trigger fires_{number} {_word(text)} {{ when found_{number} ; reason {_word('fired: ' + _plain(text))} }}",
        ]
    lines += [
        f"measure load {_word(TEXTS[1])} {{",
        "  value support.tickets_last_month",
        "  rate { green when < 5 ; yellow when < 10 ; red otherwise }",
        "}",
        f"scorecard health {_word(TEXTS[2])} {{ load 100% }}",
    ]
    path = folder / "rulesets" / "hostile" / "1.0.0.rules"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return ruleengine.load(path, rulesets=folder / "rulesets", schemas=SCHEMAS, cache=False)


def hostile_facts() -> list[dict[str, Any]]:
    """An account for each text, which is its name and its id."""
    return [
        {"id": text, "account": {"name": text}, "support": {"tickets_last_month": number}}
        for number, text in enumerate(TEXTS)
    ]


def _word(text: str) -> str:
    """A text of the language."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(text: str) -> str:
    """A text without the braces that stand for values in a reason."""
    return text.replace("{", "(").replace("}", ")")
