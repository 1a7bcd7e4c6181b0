"""`ruleengine compile`: show a ruleset as an evaluation tree, or as the Python that runs."""

from __future__ import annotations

from datetime import date

import click

from ruleengine.cli.options import in_force_option, out_option, rulesets_option, schemas_option, settled_date


@click.command("compile")
@click.argument("ruleset")
@click.option("--to", "target", type=click.Choice(("tree", "python")), required=True, help="What to show.")
@in_force_option
@out_option
@rulesets_option
@schemas_option
def command(
    ruleset: str, target: str, as_of: date | None, out: str | None, rulesets: str | None, schemas: str | None
) -> None:
    """Compile RULESET, given as for `eval`, and show what it becomes."""
    from ruleengine.cli.output import open_output
    from ruleengine.cli.selection import files_of, load_selection

    loaded = load_selection(ruleset, (rulesets, schemas), settled_date(as_of, quiet=True)).ruleset
    text = loaded.tree_text() if target == "tree" else loaded.python_source()
    with open_output(out, files_of(loaded)) as output:
        output.write((text if text.endswith("\n") else f"{text}\n").encode())
