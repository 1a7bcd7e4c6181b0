"""This engine as the suite sees it: for each kind of group a function that says in what a case is not as expected.

In: a `Group` and a folder of its own. Out: `(id, difference)` pairs. Another implementation writes this file anew.
"""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from attrs import frozen

import ruleengine
from ruleengine.casebook.reading import open_casebook
from ruleengine.casebook.run import run_casebook
from ruleengine.diagnostics import Diagnostic
from ruleengine.facts.readers import read_facts
from ruleengine.facts.records import FactsUnreadable, ReadOptions, ReadSummary, Rejection
from ruleengine.facts.schema import load_schema
from ruleengine.workspace import Workspace
from tests.conformance.matching import differences
from tests.conformance.suite import AS_OF, RULESET, SCHEMAS, TESTS, Group, put_of

Found = Iterator[tuple[str, str]]


@frozen
class Place:
    """A folder in which the files of a group stand."""

    folder: Path

    @property
    def workspace(self) -> Workspace:
        """Its rulesets and its schemas."""
        return Workspace(self.folder / "rulesets", self.folder / "schemas")

    def write(self, files: dict[str, str]) -> None:
        """Write files, and the schemas of the suite beside them."""
        if not (self.folder / "schemas").exists():
            shutil.copytree(SCHEMAS, self.folder / "schemas")
        for path, text in files.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")

    def load(self, selector: str | Path, as_of: str | None = None) -> ruleengine.Ruleset:
        """A ruleset of this folder."""
        folders = self.workspace
        return ruleengine.load(
            selector, rulesets=folders.rulesets, schemas=folders.schemas, as_of=as_of, cache=False
        )


def disagreements(group: Group, folder: Path) -> Found:
    """Everything in which the engine is not as a group expects."""
    place = Place(folder)
    place.write(group.files())
    try:
        yield from _KINDS[group.kind](group, place)
    except ruleengine.RulesetError as refused:
        yield str(group), f"the ruleset is refused: {refused}"


# ── results ──


def result_of(ruleset: ruleengine.Ruleset, group: Group, case: dict[str, Any]) -> dict[str, Any]:
    """The result of a case, with the texts of its templates and the codes of its problems."""
    day = case.get("as_of", group.said.get("as_of", AS_OF))
    previous = case.get("previous", group.said.get("previous"))
    result, texts = ruleset.result_and_texts(case["facts"], day, previous)
    return {**result, "problems": sorted(each["code"] for each in result["problems"]), "texts": texts}


def _results(group: Group, place: Place) -> Found:
    ruleset = place.load(place.folder / group.said.get("path", RULESET))
    for case in group.cases:
        found = result_of(ruleset, group, case)
        yield from ((case["id"], line) for line in differences(case["expected"], found))
        yield from (
            (case["id"], f"`{piece}` is shown")
            for piece in case.get("never_shown", ())
            if piece in str(found) or piece in str(_explained(ruleset, group, case))
        )


def _explained(ruleset: ruleengine.Ruleset, group: Group, case: dict[str, Any]) -> Any:
    return ruleset.explain(case["facts"], case.get("as_of", AS_OF), case.get("previous")).to_dict()


# ── values ──


def expressions_of(group: Group) -> str:
    """The outputs that tell the values of a group's expressions, all in one ruleset."""
    text = ""
    for number, case in enumerate(group.cases):
        text += f"output value_{number} = {case['expression']}\n"
        if "na" in case:
            text += f"output reason_{number} = ({case['expression']}) is {case['na']}\n"
    return text


def values_found(group: Group, outputs: dict[str, Any]) -> Found:
    """The expressions that have another value."""
    for number, case in enumerate(group.cases):
        found = outputs[f"value_{number}"]
        if "na" not in case:
            lines = list(differences(case["value"], found, case["expression"]))
            yield from ((case["id"], line) for line in lines)
        elif found is not None or outputs[f"reason_{number}"] is not True:
            yield case["id"], f"{case['expression']}: {found!r} instead of NA {case['na']}"


def _values(group: Group, place: Place) -> Found:
    path = place.folder / RULESET
    path.write_text(path.read_text(encoding="utf-8") + expressions_of(group), encoding="utf-8")
    facts = {"facts": group.said["facts"]}
    yield from values_found(group, result_of(place.load(path), group, facts)["outputs"])


# ── reports ──


def _shown(reports: list[Diagnostic], place: Place, own: str) -> list[dict[str, Any]]:
    """Reports as the suite writes them; the file is named where it is another one."""
    found = []
    for each in reports:
        path = str(Path(each.span.path).resolve()).removeprefix(f"{place.folder.resolve()}/")
        found.append({"code": each.code, "line": each.span.line, "column": each.span.column})
        if path != own:
            found[-1]["file"] = path
    return found


def _reports(group: Group, place: Place) -> Found:
    own = group.said.get("check", group.said.get("path", RULESET))
    folders = place.workspace
    for case in group.cases:
        if "base64" in case:
            place.write({own: ""})
            (place.folder / own).write_bytes(base64.b64decode(case["base64"]))
        else:
            place.write(group.files(put_of(case)))
        report = ruleengine.check_file(place.folder / own, rulesets=folders.rulesets, schemas=folders.schemas)
        found = _shown(list(report.diagnostics), place, own)
        if found != case["reports"]:
            yield (
                case["id"],
                f"{case['reports']} expected, {[str(each) for each in report.diagnostics]} found",
            )


# ── tests of rulesets ──


def _tests(group: Group, place: Place) -> Found:
    for case in group.cases:
        place.write({TESTS: "\n".join(case["tests"]) + "\n"})
        book = open_casebook(place.folder / TESTS, place.workspace)
        held = [[check.held for check in outcome.checks] for outcome in run_casebook(book)]
        if book.diagnostics or held != case["held"]:
            yield (
                case["id"],
                f"{case['held']} expected, {held} {[str(each) for each in book.diagnostics]} found",
            )


# ── records ──


def _records(group: Group, place: Place) -> Found:
    schema, _ = load_schema("case", "1", SCHEMAS)
    assert schema is not None
    for case in group.cases:
        path = place.folder / f"facts.{case['format']}"
        content = base64.b64decode(case["base64"]) if "base64" in case else case["text"].encode()
        path.write_bytes(content)
        found: dict[str, Any] = {"ids": [], "reports": []}
        summary = ReadSummary()
        try:
            for each in read_facts([str(path)], schema, ReadOptions(format=case["format"]), summary):
                if not isinstance(each, Rejection):
                    found["ids"].append(each.id)
            found["reports"] = [[each.code, each.span.line] for each in summary.reports]
        except FactsUnreadable as refused:
            found = {"reports": [[refused.diagnostic.code, refused.diagnostic.span.line]]}
        expected = {key: case[key] for key in ("ids", "reports") if key in case}
        yield from ((case["id"], line) for line in differences(expected, found))


# ── versions ──


def _versions(group: Group, place: Place) -> Found:
    for case in group.cases:
        try:
            found: dict[str, Any] = {"version": place.load(case["selector"], case["as_of"]).version}
        except ruleengine.RulesetError as refused:
            found = {"codes": [each.code for each in refused.diagnostics]}
        yield from ((case["id"], line) for line in differences(case["expected"], found))


# ── actions ──


def _actions(group: Group, place: Place) -> Found:
    from click.testing import CliRunner

    from ruleengine.cli.main import ruleengine as program

    folders = place.workspace
    for case in group.cases:
        arguments = [each.replace("@", f"{place.folder}/") for each in arguments_of(case)]
        arguments += ["--rulesets", str(folders.rulesets), "--schemas", str(folders.schemas)]
        shown = CliRunner().invoke(program, arguments)
        codes = [code for code in _known_codes() if f"[{code}]" in shown.output]
        if codes != case["codes"]:
            yield case["id"], f"{case['codes']} expected, {codes} found: {shown.output}"


def arguments_of(case: dict[str, Any]) -> list[str]:
    """What the command line of this engine takes for an action; `@` stands for the folder of the case."""
    rules = f"@{RULESET}"
    if case["do"] == "to sql":
        return ["compile", rules, "--to", "sql", "--dialect", case["dialect"]]
    arguments = [case["do"], rules, f"@{case['facts']}", "--as-of", AS_OF]
    arguments += ["--id", case["account"]] if "account" in case else []
    for option in ("out", "engine", "master", "format"):
        if option in case:
            arguments += [f"--{option}", f"@{case[option]}" if option == "out" else case[option]]
    return arguments


# ── analysis ──


def _analysis(group: Group, place: Place) -> Found:
    from ruleengine.analysis.inspect import KIND_OF

    folders = place.workspace
    for case in group.cases:
        place.write(group.files(put_of(case)))
        report = ruleengine.analyze(
            place.folder / RULESET,
            as_of=AS_OF,
            only=[KIND_OF[case["code"]]],
            rulesets=folders.rulesets,
            schemas=folders.schemas,
        )
        found = sorted({each.code for each in report.findings})
        if (case["code"] in found) is not case["found"]:
            yield case["id"], f"{case['code']} found: {case['found']} expected, {found} found"


@lru_cache(maxsize=1)
def _known_codes() -> list[str]:
    from ruleengine.diagnostics import CODES

    return sorted(CODES)


_KINDS: dict[str, Callable[[Group, Place], Found]] = {
    "value": _values, "result": _results, "report": _reports, "tests": _tests, "records": _records,
    "version": _versions, "action": _actions, "analysis": _analysis,
}  # fmt: skip
