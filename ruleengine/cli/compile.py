"""`ruleengine compile`: a ruleset as an evaluation tree, as the Python that runs, or as SQL for a warehouse."""

from __future__ import annotations

from datetime import date

import click

from ruleengine.cli.options import out_option, read_date, rulesets_option, schemas_option, settled_date

#: The dialects of SQL. Each is run by the tests.
DIALECTS = ("duckdb", "spark")
FORMS = ("query", "view", "dbt")


@click.command("compile")
@click.argument("ruleset")
@click.option(
    "--to", "target", type=click.Choice(("tree", "python", "sql")), required=True, help="What to show."
)
@click.option("--dialect", type=click.Choice(DIALECTS), default=None, help="The SQL to write.")
@click.option(
    "--as", "form", type=click.Choice(FORMS), default=None,
    help="A query, a statement that makes a view of it, or a folder with a dbt model.  [default: query]",
)  # fmt: skip
@click.option(
    "--as-of", callback=read_date, metavar="DATE",
    help="Take the version in force on this date, such as 2024-03-01; SQL scores as on this date.  "
    "[default: today; SQL scores as on the day on which it runs]",
)  # fmt: skip
@click.option(
    "--source", metavar="TABLE", default=None,
    help="The table of facts that the SQL reads, such as sales.facts.  [default: facts]",
)  # fmt: skip
@out_option
@click.option("--force", is_flag=True, help="Write over the files of a dbt model that are there.")
@rulesets_option
@schemas_option
def command(
    ruleset: str,
    target: str,
    dialect: str | None,
    form: str | None,
    as_of: date | None,
    source: str | None,
    out: str | None,
    force: bool,
    rulesets: str | None,
    schemas: str | None,
) -> None:
    """Compile RULESET, given as for `eval`, and show what it becomes."""
    _check_options(target, {"--dialect": dialect, "--as": form, "--source": source, "--force": force})
    folders = rulesets, schemas
    if target == "sql":
        if dialect is None:
            raise click.UsageError(f"--to sql needs --dialect: {' or '.join(DIALECTS)}.")
        from ruleengine.cli.compile_sql import Wanted, compile_sql

        compile_sql(ruleset, folders, Wanted(dialect, form or "query", as_of, source or "facts", out, force))
        return
    from ruleengine.cli.output import open_output
    from ruleengine.cli.selection import files_of, load_selection

    loaded = load_selection(ruleset, folders, settled_date(as_of, quiet=True)).ruleset
    text = loaded.tree_text() if target == "tree" else loaded.python_source()
    with open_output(out, files_of(loaded)) as output:
        output.write((text if text.endswith("\n") else f"{text}\n").encode())


def _check_options(target: str, options: dict[str, object]) -> None:
    """Refuse options that mean nothing for what is asked."""
    given = [name for name, value in options.items() if value]
    if target != "sql" and given:
        raise click.UsageError(f"{given[0]} goes with --to sql.")
    if given and options["--force"] and options["--as"] != "dbt":
        raise click.UsageError("--force goes with --as dbt.")
