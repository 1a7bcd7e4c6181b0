"""`ruleengine init`: start a project with a ruleset, its tests, a schema, example facts and a CI file."""

from __future__ import annotations

from pathlib import Path

import click

from ruleengine.cli import exits
from ruleengine.cli.console import put, say

#: Every file of a new project, and the template that it is a copy of.
FILES: dict[str, str] = {
    "README.md": "README.md",
    "rulesets/account_health/1.0.0.rules": "account_health.rules",
    "rulesets/account_health/1.0.0.test.rules": "account_health.test.rules",
    "schemas/account/1.schema.json": "account.schema.json",
    "examples/accounts.ndjson": "accounts.ndjson",
    ".github/workflows/ruleengine.yml": "workflow.yml",
}


@click.command("init")
@click.argument("directory", metavar="DIR", type=click.Path())
def command(directory: str) -> None:
    """Start a project in DIR: a small ruleset, its tests, its fact schema, example accounts, a CI file and a README.

    Nothing is overwritten: if any of the files exists, none is written.
    """
    from importlib.resources import files

    from ruleengine.cli.output import write_file

    root = Path(directory)
    if root.exists() and not root.is_dir():
        raise click.BadParameter(f"'{directory}' is a file.", param_hint="'DIR'")
    existing = [name for name in FILES if (root / name).exists() or (root / name).is_symlink()]
    if existing:
        say(f"error: nothing was written, because `{directory}` has {', '.join(existing)} already")
        raise exits.Finished(exits.INPUT_OR_OUTPUT_FAILED)
    templates = files("ruleengine.cli").joinpath("templates")
    for name, template in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(str(path), templates.joinpath(template).read_bytes())
        put(f"{path}\n")
    place = "" if directory == "." else f"cd {_for_shell(directory)} && "
    score = "ruleengine eval account_health examples/accounts.ndjson --as-of 2024-06-01"
    say(f"Try: {place}{score}")


def _for_shell(directory: str) -> str:
    """A folder as a shell takes it, whatever its name: blanks, quotes, a leading `-`."""
    import shlex

    return shlex.quote(f"./{directory}" if directory.startswith("-") else directory)
