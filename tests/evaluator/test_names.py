"""Names of a ruleset that Python, or what generated programs call, has too; expectations are computed by hand."""

from __future__ import annotations

import ast
import builtins
from pathlib import Path
from typing import Any

import pytest

import ruleengine
from ruleengine.evaluator.coverage import inventory
from ruleengine.evaluator.covering import CoveringWriter
from ruleengine.evaluator.generate import GLOBALS, ProgramWriter
from ruleengine.evaluator.names import Names
from ruleengine.evaluator.results import RESULT_GLOBALS
from tests.evaluator.covered_rulesets import AS_OF, loaded, reached

ROOT = Path(__file__).resolve().parents[2]
#: What the text of a program could mean otherwise, and names as Python has none.
TAKEN = sorted(
    name
    for name in {*GLOBALS, *RESULT_GLOBALS, *dir(builtins), *Names().used, "lambda", "class", "t1"}
    if name.islower() and name[0].isalpha() and name != "id"
)
FACTS: dict[str, Any] = {
    "id": "a",
    "certain": 1,
    "seats": 5,
    "visits": [{"kind": "a", "minutes": 3}, {"kind": "b", "minutes": 5}],
}


@pytest.mark.parametrize("half", [0, 1])
def test_a_let_may_have_any_name(tmp_path: Path, half: int) -> None:
    """Each let is 5 seats and its number; a mean of minutes, (3 + 5) / 2, and a table are computed beside them."""
    names = TAKEN[half::2]
    lets = "\n".join(f"let `{name}` = seats + {number}" for number, name in enumerate(names))
    rules = f"""{lets}
    table words(n count) hits all {{
      >= 5     gives "many"
      < 3      gives "few"
    }}
    define with_first(`{names[1]}x` count) = `{names[1]}x` * 2 + `{names[0]}`
    measure average {{ value mean of v.minutes for v in visits ; rate {{ green when >= 4 ; red otherwise }} }}
    measure several {{ rate {{ green when {" and ".join(f"`{name}` >= 5" for name in names[:40])} ; red otherwise }} }}
    scorecard health {{ average ; several }}
    output said   = words(seats)
    output fifteen = with_first(seats)
    output most   = max({", ".join(f"`{name}`" for name in names[:40])})
    output rest   = max({", ".join(f"`{name}`" for name in names[40:])})
    """
    ruleset = loaded(tmp_path, rules)
    result = ruleset.score_dict(FACTS, AS_OF)
    assert result["outputs"] == {"said": ["many"], "fifteen": 15, "most": 44, "rest": 4 + len(names)}
    assert result["measures"]["average"]["value"] == 4
    assert result["scorecards"]["health"]["score"] == 80
    assert ruleset.scores(FACTS, AS_OF)["health"] == (80, "green")
    assert len(reached(ruleset, "row", **FACTS)) == 2


def test_whatever_a_program_calls_is_kept_from_its_variables() -> None:
    """In all programs of our rulesets: a name is one that was given to a variable, or one that none can be given."""
    loaded_ones = [
        ruleengine.load(path, cache=False)
        for path in sorted((ROOT / "rulesets").glob("*/*.rules"))
        if not path.name.endswith(".test.rules")
    ]
    for ruleset in loaded_ones:
        program = ruleset.program
        for writer in (
            ProgramWriter(program, {}, True),
            ProgramWriter(program, {}, False),
            CoveringWriter(program, {}, inventory(program)),
        ):
            writer.conditions = {}
            found = ast.walk(ast.parse(writer.write().text))
            assert {node.id for node in found if isinstance(node, ast.Name)} - writer.names.used - {
                "_"
            } == set()
    assert loaded_ones
