"""Runs the examples of the documentation: rulesets, facts, results, evaluated expressions, expected faults.

How a page writes them:

- `rules` is a whole ruleset, `rules fragment` a part of one: the `preamble` comment before it comes first, or else a
  header, and three bands where it uses them. `rules … error RE307` must give that code and no other, and so must
  `warning RE401`; of `rules … analysis RE704` this is what `analyze` finds, and of `rules … unfound RE704` it does not.
- `json facts` are facts for the last ruleset, `json previous` is the account's earlier result, `result` (with a date: as of
  that date) what comes out.
- `rendered` is the body of the one text that is written for the last facts.
- `costs` ranks what costs the account points, the most first.
- `evaluates` has lines `EXPRESSION → VALUE`, about the last facts: a value, one with its unit, `NA missing`, or
  `error RE302`.
- `rules tests` are tests of the last ruleset, which pass; `rules tests error RE302` must give that code.
- `json schema NAME` is a fact schema of the page.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import define, field, frozen

import ruleengine
from ruleengine.analysis.inspect import KIND_OF
from ruleengine.casebook.model import Casebook
from ruleengine.casebook.reading import open_casebook
from ruleengine.compiler.compile import compile_ruleset
from ruleengine.tree import ruleset as r
from ruleengine.values import NA_REASONS, STATUSES
from ruleengine.workspace import Workspace
from tests.docs.blocks import Block, blocks_of

ROOT = Path(__file__).parent.parent.parent
AS_OF = "2024-03-01"
HEADER = "ruleset example 1.0.0 { facts account 1 }\n"
BANDS = "bands rag { green 75..100 points 87.5 ; yellow 50..<75 points 62.5 ; red 0..<50 points 25 }\n"
PREAMBLE = HEADER + BANDS
_NAMED = re.compile(r"^ruleset (\w+) (\d+\.\d+\.\d+)", re.MULTILINE)
_JUDGED = ("error", "warning", "analysis", "unfound")
_KINDS = ("rules", "evaluates", "result", "rendered", "costs", "json", "preamble")


@frozen(slots=True)
class Example:
    """One thing to try: a block, with the ruleset and the facts that stand before it on its page."""

    kind: str
    block: Block
    rules: str
    facts: str
    others: tuple[tuple[str, str], ...]
    schemas: tuple[tuple[str, str], ...]
    previous: str = "null"

    def __str__(self) -> str:
        return f"{self.block.place} {self.kind}"


@define(slots=True)
class _Page:
    preamble: str = PREAMBLE
    rules: str = ""
    facts: str = "{}"
    others: list[tuple[str, str]] = field(factory=list)
    schemas: list[tuple[str, str]] = field(factory=list)
    previous: str = "null"

    def example(self, kind: str, block: Block) -> Example:
        others, schemas = tuple(self.others), tuple(self.schemas)
        return Example(kind, block, self.rules, self.facts, others, schemas, self.previous)


def examples_of(path: Path) -> Iterator[Example]:
    """The examples of a page."""
    page = _Page()
    for block in blocks_of(path):
        if not block.info or block.info[0] not in _KINDS:
            continue
        if block.info[:1] == ("preamble",):
            page.preamble = block.text
        elif block.info[:2] == ("json", "schema"):
            page.schemas.append((block.info[2], block.text))
        elif block.info[:2] == ("json", "facts"):
            page.facts, page.previous = block.text, "null"
        elif block.info[:2] == ("json", "previous"):
            page.previous = block.text
        elif block.info[:2] == ("rules", "tests"):
            yield page.example("tests", block)
        elif block.info[0] == "rules":
            yield _ruleset(page, block)
        elif block.info[0] == "evaluates":
            rules, page.rules = page.rules, page.preamble
            yield page.example("evaluates", block)
            page.rules = rules
        elif block.info[0] in ("result", "costs", "rendered"):
            yield page.example(block.info[0], block)


def _ruleset(page: _Page, block: Block) -> Example:
    words = block.info[1:]
    rules = _preamble(page, block.text) + block.text if "fragment" in words else block.text
    kind = next((word for word in words if word in _JUDGED), None)
    if kind is not None:
        kept, page.rules = page.rules, rules
        example = page.example(kind, block)
        page.rules = kept
        return example
    page.rules = rules
    example = page.example("check", block)
    page.others.append((_place(rules), rules))
    return example


def _preamble(page: _Page, text: str) -> str:
    if page.preamble != PREAMBLE:
        return page.preamble
    uses_bands = re.search(r"\b(green|yellow|red|rag|as given)\b", text)
    declares_them = re.search(r"^bands rag", text, re.MULTILINE)
    return PREAMBLE if uses_bands and not declares_them else HEADER


def _place(rules: str) -> str:
    match = _NAMED.search(rules)
    return f"{match.group(1)}/{match.group(2)}.rules" if match else "example/1.0.0.rules"


def set_up(example: Example, folder: Path, rules: str | None = None) -> tuple[Path, Workspace]:
    """Write the files of an example below `folder`; the path of its ruleset, and its workspace."""
    schemas = folder / "schemas"
    shutil.copytree(ROOT / "schemas", schemas, dirs_exist_ok=True)
    for name, text in example.schemas:
        (schemas / name).mkdir(exist_ok=True)
        (schemas / name / "1.schema.json").write_text(text, encoding="utf-8")
    text = example.rules if rules is None else rules
    for name, content in (*example.others, (_place(text), text)):
        path = folder / "rulesets" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder / "rulesets" / _place(text), Workspace(folder / "rulesets", schemas)


def casebook_of(example: Example, folder: Path) -> Casebook:
    """The tests of an example, beside its ruleset and the example facts."""
    path, workspace = set_up(example, folder)
    shutil.copytree(ROOT / "examples", folder / "examples", dirs_exist_ok=True)
    tests = path.with_name(f"{path.stem}.test.rules")
    tests.write_text(example.block.text, encoding="utf-8")
    return open_casebook(tests, workspace)


def codes_of(example: Example, folder: Path) -> list[str]:
    """The codes that compiling the ruleset of an example reports."""
    path, workspace = set_up(example, folder)
    return [f"{found.code}: {found.message}" for found in compile_ruleset(path, workspace).diagnostics]


def reports_of(example: Example, folder: Path) -> list[str]:
    """The codes of everything that `check` says about the ruleset of an example."""
    path, workspace = set_up(example, folder)
    report = ruleengine.check_file(path, rulesets=workspace.rulesets, schemas=workspace.schemas)
    return [f"{found.code}: {found.message}" for found in report.diagnostics]


def found_by_analysis(example: Example, folder: Path) -> set[str]:
    """The codes of what `analyze` finds in the ruleset of an example, asked for what finds the code that it names."""
    path, workspace = set_up(example, folder)
    kind = KIND_OF[example.block.info[-1]]
    report = ruleengine.analyze(
        path, as_of=AS_OF, only=[kind], rulesets=workspace.rulesets, schemas=workspace.schemas
    )
    return {each.code for each in report.findings}


def load(example: Example, folder: Path, rules: str | None = None) -> ruleengine.Ruleset:
    """The ruleset of an example."""
    path, workspace = set_up(example, folder, rules)
    return ruleengine.load(path, rulesets=workspace.rulesets, schemas=workspace.schemas, cache=False)


def facts_of(example: Example) -> dict[str, Any]:
    """The facts of an example, with an id when they have none."""
    return {"id": "example", **json.loads(example.facts)}


def previous_of(example: Example) -> dict[str, Any] | None:
    """The earlier result of an example."""
    found = json.loads(example.previous)
    return None if found is None else {"id": facts_of(example)["id"], "as_of": "2024-02-01", **found}


# ── results ──


def disagreements(example: Example, result: dict[str, Any]) -> Iterator[str]:
    """One line for everything in a `result` block that is not so."""
    for line in example.block.text.splitlines():
        said = line.split("#")[0].strip()
        if said and (found := _disagreement(said, result)):
            yield f"{said}: {found}"


def _disagreement(said: str, result: dict[str, Any]) -> str:
    if said in ("no problems", "no triggers"):
        found = result[said.removeprefix("no ")]
        return "" if not found else str(found)
    name, relation, expected = re.split(r" (=|is) ", said, maxsplit=1)
    if name in ("problems", "segments", "triggers"):
        key = {"problems": "code", "triggers": "name"}.get(name)
        found = result[name] if key is None else [each[key] for each in result[name]]
        return "" if found == expected.split(", ") else str(found)
    if relation == "is":
        kind = "cell" if name in result["matrices"] else "band"
        found = _part(name, result)["status" if expected.replace(" ", "_") in STATUSES else kind]
        return "" if found == expected.replace(" ", "_").strip('"') else repr(found)
    found = _value(name, result)
    return "" if agrees(expected, found) else repr(found)


def _part(name: str, result: dict[str, Any]) -> dict[str, Any]:
    """The measure, scorecard or node of a name."""
    first, _, path = name.partition(".")
    if first in result["measures"] or first in result["matrices"]:
        found: dict[str, Any] = (result["measures"] | result["matrices"])[first]
        return found
    card: dict[str, Any] = result["scorecards"][first]
    node: dict[str, Any] = card["nodes"][path] if path else card
    return node


def _value(name: str, result: dict[str, Any]) -> Any:
    if name in result["outputs"]:
        return result["outputs"][name]
    if name in result["measures"]:
        return result["measures"][name]["points"]
    if name in result["scorecards"]:
        return result["scorecards"][name]["score"]
    card, _, path = name.partition(".")
    if path in result["scorecards"].get(card, {"nodes": ()})["nodes"]:
        return _part(name, result)["score"]
    above, _, part = name.rpartition(".")
    matrices = [{**found, "name": key} for key, found in result["matrices"].items()]
    for each in (*result["triggers"], *matrices):
        if each["name"] == above:
            return each[part] if part in each else each["fields"][part]
    return _part(above, result)[part]


def agrees(expected: str, found: Any) -> bool:
    """Whether a value is as written: JSON, `12.5%`, or `33.333…` for a number with further decimals."""
    number = re.fullmatch(r"(-?\d[\d_]*(?:\.(\d+))?)(…?)(%?)", expected)
    if number is None:
        return bool(found == (expected if re.match(r"\d{4}-\d\d", expected) else json.loads(expected)))
    if not isinstance(found, int | float) or isinstance(found, bool):
        return False
    wanted, scale = float(number.group(1)), 0.01 if number.group(4) else 1.0
    allowed = 10.0 ** -len(number.group(2) or "") if number.group(3) else 1e-9
    return abs(found - wanted * scale) <= allowed * scale


# ── expressions ──


def misjudged(example: Example, folder: Path) -> Iterator[str]:
    """One line for every expression of an `evaluates` block that has another value, unit or fault."""
    lines = [line.rpartition(" → ")[::2] for line in example.block.text.splitlines() if " → " in line]
    wanted = [(before.strip(), after.strip()) for before, after in lines]
    faulty = [(expression, said[6:]) for expression, said in wanted if said.startswith("error ")]
    sound = [(expression, said) for expression, said in wanted if not said.startswith("error ")]
    for number, (expression, code) in enumerate(faulty):
        rules = f"{example.rules}output result = {expression}\n"
        path, workspace = set_up(example, folder / str(number), rules)
        codes = [found.code for found in compile_ruleset(path, workspace).diagnostics]
        if codes != [code]:
            yield f"{expression}: {codes} instead of {code}"
    if sound:
        yield from _valued(example, folder / "sound", sound)


def _valued(example: Example, folder: Path, sound: list[tuple[str, str]]) -> Iterator[str]:
    rules = example.rules
    for number, (expression, said) in enumerate(sound):
        rules += f"output value_{number} = {expression}\n"
        if said.startswith("NA "):
            rules += f"output reason_{number} = ({expression}) is {said[3:]}\n"
    loaded = load(example, folder, rules)
    outputs = loaded.score_dict(facts_of(example), AS_OF, previous_of(example))["outputs"]
    types = {step.label: step.value.type for step in loaded.program.steps if isinstance(step, r.Output)}
    for number, (expression, said) in enumerate(sound):
        found = outputs[f"value_{number}"]
        if said.startswith("NA "):
            right = said[3:] in NA_REASONS and found is None and outputs[f"reason_{number}"] is True
        else:
            right = _agrees_with_unit(said, found, types[f"value_{number}"].unit)
        if not right:
            yield f"{expression}: {found!r} instead of {said}"


def _agrees_with_unit(said: str, found: Any, unit: str) -> bool:
    worded = re.fullmatch(r"(\S+) (days|months|[A-Z]{3})", said)
    if worded is None:
        return agrees(said, found) and ("%" not in said or unit == "percent")
    return agrees(worded.group(1), found) and unit.removeprefix("money ") == worded.group(2)
