"""`ruleengine init`: start a project with a ruleset, its tests, a schema, example facts and a CI file."""

from __future__ import annotations

from pathlib import Path

import click

from ruleengine.cli import exits
from ruleengine.cli.console import put, say

#: Every file of a new project but the CI file, and the template that it is made from.
FILES: dict[str, str] = {
    "README.md": "README.md",
    "rulesets/account_health/1.0.0.rules": "account_health.rules",
    "rulesets/account_health/1.0.0.test.rules": "account_health.test.rules",
    "schemas/account/1.schema.json": "account.schema.json",
    "examples/accounts.ndjson": "accounts.ndjson",
}

#: For each choice of `--ci` the CI file and its template; None for none.
CI_FILES: dict[str, tuple[str, str] | None] = {
    "github": (".github/workflows/ruleengine.yml", "workflow.yml"),
    "gitlab": (".gitlab-ci.yml", "gitlab-ci.yml"),
    "none": None,
}

#: Stands in the README's table for the name of the CI file; without one, its row is left out.
_CI_FILE = "CI_FILE"


@click.command("init")
@click.argument("directory", metavar="DIR", type=click.Path())
@click.option(
    "--ci", "service", type=click.Choice(tuple(CI_FILES)), default="github", show_default=True,
    help="The service that runs the CI file.",
)  # fmt: skip
def command(directory: str, service: str) -> None:
    """Start a project in DIR: a small ruleset, its tests, its fact schema, example accounts, a CI file and a README.

    Nothing is overwritten: if any of the files exists, none is written.
    """
    from ruleengine.cli.output import write_file

    root = Path(directory)
    if root.exists() and not root.is_dir():
        raise click.BadParameter(f"'{directory}' is a file.", param_hint="'DIR'")
    contents = _contents(service)
    existing = [name for name in contents if (root / name).exists() or (root / name).is_symlink()]
    if existing:
        say(f"error: nothing was written, because `{directory}` has {', '.join(existing)} already")
        raise exits.Finished(exits.INPUT_OR_OUTPUT_FAILED)
    for name, content in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(str(path), content)
        put(f"{path}\n")
    place = "" if directory == "." else f"cd {_for_shell(directory)} && "
    score = "ruleengine eval account_health examples/accounts.ndjson --as-of 2024-06-01"
    say(f"Try: {place}{score}")


def _contents(service: str) -> dict[str, bytes]:
    """Every file of a new project with its content."""
    from importlib.resources import files

    templates = files("ruleengine.cli").joinpath("templates")
    ci_file = CI_FILES[service]
    names = {**FILES, **dict([ci_file] if ci_file else [])}
    contents = {name: templates.joinpath(template).read_bytes() for name, template in names.items()}
    contents["README.md"] = _readme(contents["README.md"].decode(), ci_file[0] if ci_file else None)
    return contents


def _readme(text: str, ci_file: str | None) -> bytes:
    """The README, which names the CI file where there is one."""
    lines = [line for line in text.splitlines(keepends=True) if ci_file or _CI_FILE not in line]
    return "".join(lines).replace(_CI_FILE, ci_file or "").encode()


def _for_shell(directory: str) -> str:
    """A folder as a shell takes it, whatever its name: blanks, quotes, a leading `-`."""
    import shlex

    return shlex.quote(f"./{directory}" if directory.startswith("-") else directory)
