"""Fact schemas as the command line names them.

In: `account`, `account@1` or the path of a schema file. Out: the schema. Guaranteed: what cannot be found or
used is shown as reports, and the command ends with its exit code.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleengine.cli import exits
from ruleengine.cli.console import report

if TYPE_CHECKING:
    from ruleengine.diagnostics import Diagnostic
    from ruleengine.facts.model import FactSchema

_SELECTOR = re.compile(r"([A-Za-z_][\w-]*)(?:@([\w.]+))?")


def find_schema(selector: str, folder: Path, color: str = "auto") -> FactSchema:
    """The schema that is meant; a bare name takes the highest version."""
    from ruleengine.facts.schema import SUFFIX, load_schema, schema_from_bytes

    if selector.endswith(".json") or "/" in selector:
        path = Path(selector)
        content = _content(path, color)
        version = path.name.removesuffix(".json").removesuffix(".schema")
        schema, reports = schema_from_bytes(
            content, name=path.absolute().parent.name, version=version, path=selector
        )
    else:
        match = _SELECTOR.fullmatch(selector)
        if match is None:
            raise click.BadParameter(
                f"'{selector}' is no schema; write `name`, `name@1` or the path of a file.",
                param_hint="'--schema'",
            )
        name, version = match.groups()
        version = version or _highest(folder / name, SUFFIX)
        schema, reports = load_schema(name, version, folder)
    _show(reports, color)
    if schema is None or any(each.severity.value == "error" for each in reports):
        raise exits.Finished(exits.RULESET_HAS_ERRORS)
    return schema


def _content(path: Path, color: str) -> bytes:
    from ruleengine.source import content_of

    try:
        return content_of(path)
    except OSError as error:
        from ruleengine.facts.schema import unreadable

        report([unreadable(path, error)], color=color)
        raise exits.Finished(exits.INPUT_OR_OUTPUT_FAILED) from error


def _highest(folder: Path, suffix: str) -> str:
    """The highest version in a folder; `1` when there is none, which is then reported as missing."""
    versions = [each.name.removesuffix(suffix) for each in folder.glob(f"*{suffix}")]
    return max(versions, key=_version_key, default="1")


def _version_key(version: str) -> list[tuple[bool, int, str]]:
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in version.split(".")]


def _show(reports: list[Diagnostic], color: str) -> None:
    from ruleengine.source import Source

    sources = {}
    for path in {each.span.path for each in reports}:
        try:
            sources[path] = Source(path, Path(path).read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError):  # then the reports are shown without their lines
            continue
    report(reports, sources, color)
