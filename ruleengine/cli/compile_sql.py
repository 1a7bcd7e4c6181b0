"""`ruleengine compile --to sql`: a query, a view, or the files of a dbt model.

In: a ruleset and what is wanted. Out: text on standard output or in a file, or files in a folder. Guaranteed: what SQL cannot
say is told with its place in the ruleset, and then nothing is written; a file of a dbt model that is there already and holds
something else is written over only when that is asked for.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import frozen

from ruleengine.cli import exits
from ruleengine.cli.console import put, say

if TYPE_CHECKING:
    from ruleengine.api import Ruleset
    from ruleengine.columnar.emit import Emitted
    from ruleengine.columnar.statements import TableName


@frozen(slots=True)
class Wanted:
    """What SQL is wanted, and where."""

    dialect: str
    form: str
    as_of: date | None
    source: str
    out: str | None
    force: bool


def compile_sql(selector: str, folders: tuple[str | None, str | None], wanted: Wanted) -> None:
    """Write a ruleset as SQL. Raises `RulesetError`, usage errors, `OutputFailed`."""
    _check_installed()
    if wanted.form == "dbt" and wanted.out in (None, "-"):
        raise click.UsageError("--as dbt needs --out DIR.")
    from ruleengine import api
    from ruleengine.columnar import statements

    source = _source(wanted.source)
    if wanted.form == "dbt" and len(source.parts) > 2:
        raise click.BadParameter("dbt names a table by one part or by two.", param_hint="'--source'")
    # Kept programs come without the text of their rulesets, which stands in the comments.
    ruleset = api.load(selector, rulesets=folders[0], schemas=folders[1], as_of=wanted.as_of, cache=False)
    emitted = _emit(ruleset, wanted.dialect)
    if wanted.form == "dbt":
        _write_model(ruleset, emitted, source, wanted)
        return
    write = statements.view_text if wanted.form == "view" else statements.query_text
    from ruleengine.cli.output import open_output
    from ruleengine.cli.selection import files_of

    with open_output(wanted.out, files_of(ruleset)) as output:
        output.write(write(emitted, source, wanted.as_of).encode())


def _check_installed() -> None:
    """Raise a usage error where what writes SQL is missing."""
    from importlib.util import find_spec

    if find_spec("sqlglot") is None:
        raise click.UsageError("--to sql needs sqlglot; run `pip install 'ruleengine[duckdb]'`.")


def _source(name: str) -> TableName:
    from ruleengine.columnar.statements import NoName, table_name

    try:
        return table_name(name)
    except NoName:
        raise click.BadParameter(
            f"'{name}' is no name of a table; write facts, sales.facts, or \"any name\" in quotes.",
            param_hint="'--source'",
        ) from None


def _emit(ruleset: Ruleset, dialect: str) -> Emitted:
    """The query. Raises `RulesetError` for what SQL cannot say."""
    from ruleengine import api
    from ruleengine.columnar.emit import DIALECTS, NotEmitted, emit_for

    lines = {name: source.text.split("\n") for name, source in ruleset.sources.items()}
    try:
        return emit_for(ruleset.program, DIALECTS[dialect](), None, lines=lines, checked=True)
    except NotEmitted as error:
        raise api.RulesetError(error.diagnostics, ruleset.sources) from None


def _write_model(ruleset: Ruleset, emitted: Emitted, source: TableName, wanted: Wanted) -> None:
    """Write the files of a dbt model into a folder."""
    from ruleengine.cli.output import refuse_inputs, write_file
    from ruleengine.cli.selection import files_of
    from ruleengine.columnar.dbt import model_files

    root = Path(wanted.out or ".")
    if root.exists() and not root.is_dir():
        raise click.BadParameter(f"'{root}' is a file.", param_hint="'--out'")
    files = {root / name: text.encode() for name, text in model_files(emitted, source, wanted.as_of).items()}
    inputs = list(files_of(ruleset))
    for path in files:
        refuse_inputs(str(path), inputs)
    changed = [path for path, content in files.items() if _holds_something_else(path, content)]
    if changed and not wanted.force:
        names = ", ".join(str(path.relative_to(root)) for path in changed)
        say(f"error: nothing was written, because `{root}` has {names} already; --force writes over them")
        raise exits.Finished(exits.INPUT_OR_OUTPUT_FAILED)
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(str(path), content)
        put(f"{path}\n")


def _holds_something_else(path: Path, content: bytes) -> bool:
    """Whether there is something at `path` that is not this content."""
    if not path.exists() and not path.is_symlink():
        return False
    return not path.is_file() or path.read_bytes() != content
