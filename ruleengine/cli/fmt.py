"""`ruleengine fmt`: write rulesets and their tests in the one standard layout."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleengine.cli import exits
from ruleengine.cli.console import counted, put, report, say, wants_color
from ruleengine.cli.options import color_option, rulesets_option

if TYPE_CHECKING:
    from ruleengine.source import Source

_STANDARD_INPUT = "-"


@click.command("fmt")
@click.argument("paths", nargs=-1)
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; end with 1 if anything would change."
)
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@rulesets_option
@color_option
def command(paths: tuple[str, ...], only_check: bool, diff: bool, rulesets: str | None, color: str) -> None:
    """Format rulesets and their tests: files and folders; without any, all there are.

    `-` reads standard input and writes standard output. A file with syntax errors is reported and left alone.
    """
    codes: list[int] = []
    changed = unchanged = 0
    for path in _files(paths, rulesets):
        read = _read(path, color)
        if isinstance(read, int):
            codes.append(read)
            continue
        source, content = read
        formatted = _formatted(source, color)
        if formatted is None:
            codes.append(exits.RULESET_HAS_ERRORS)
            continue
        differs = formatted.encode() != content
        changed += differs
        unchanged += not differs
        if diff:
            put(_difference(source, formatted, wants_color(color, sys.stdout)))
        if only_check and differs:
            codes.append(exits.GATE_FAILED)
            say(f"would change {_shown(source.path)}")
        if not (only_check or diff):
            _write(path, formatted, differs)
    if paths != (_STANDARD_INPUT,):
        verb = "would change" if only_check or diff else "changed"
        say(f"{counted(changed, 'file')} {verb}, {unchanged:,} unchanged")
    raise exits.Finished(exits.gravest(codes))


def _files(paths: Sequence[str], rulesets: str | None) -> Iterator[str]:
    from ruleengine.workspace import SUFFIX, open_workspace

    for path in paths or (str(open_workspace(rulesets).rulesets),):
        if path != _STANDARD_INPUT and Path(path).is_dir():
            yield from sorted(str(each) for each in Path(path).rglob(f"*{SUFFIX}"))
        else:
            yield path


def _read(path: str, color: str) -> tuple[Source, bytes] | int:
    """The text and the bytes of a file; or, after a report, the exit code of what went wrong."""
    from ruleengine.diagnostics import Diagnostic
    from ruleengine.source import Source, Span

    shown = "<stdin>" if path == _STANDARD_INPUT else path
    try:
        content = _content(path)
    except OSError as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        fault = Diagnostic("RE514", Span(shown, 0, 0, 1, 1), f"`{shown}` cannot be read: {reason.lower()}")
        report([fault], color=color)
        return exits.INPUT_OR_OUTPUT_FAILED
    try:
        return Source(shown, content.decode("utf-8-sig")), content
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        fault = Diagnostic(
            "RE107", Span(shown, 0, 0, line, 1), f"byte {error.start + 1} of `{shown}` is no UTF-8"
        )
        report([fault], color=color)
        return exits.RULESET_HAS_ERRORS


def _content(path: str) -> bytes:
    from ruleengine.limits import limits
    from ruleengine.source import content_of

    largest = limits().ruleset_bytes
    if path != _STANDARD_INPUT:
        return content_of(Path(path), largest)
    content = sys.stdin.buffer.read(largest + 1)
    if len(content) > largest:
        raise OSError(0, f"it is larger than {largest:,} bytes")
    return content


def _formatted(source: Source, color: str) -> str | None:
    """The text in the one layout; None after its syntax errors were reported."""
    from ruleengine.syntax.format import format_file
    from ruleengine.syntax.parse import parse

    file, diagnostics = parse(source)
    errors = [each for each in diagnostics if each.severity.value == "error"]
    if errors:
        report(errors, {source.path: source}, color)
        return None
    return format_file(file, source)


def _difference(source: Source, formatted: str, color: bool) -> str:
    from difflib import unified_diff

    from ruleengine.diagnostics.visible import visible
    from ruleengine.report.cells import GREEN, RED, paint

    before, after = source.text.splitlines(), formatted.splitlines()
    lines = unified_diff(before, after, source.path, f"{source.path} (formatted)", lineterm="")
    styles = {"+": GREEN, "-": RED}
    return "".join(f"{paint(visible(line), styles.get(line[:1], ''), color)}\n" for line in lines)


def _write(path: str, formatted: str, differs: bool) -> None:
    if path == _STANDARD_INPUT:
        put(formatted)
    elif differs:
        from ruleengine.cli.output import write_file

        write_file(path, formatted.encode())
        say(f"changed {_shown(path)}")


def _shown(path: str) -> str:
    """The name of a file as a line of its own; no terminal obeys it."""
    from ruleengine.diagnostics.visible import visible

    return visible(path)
