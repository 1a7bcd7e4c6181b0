"""The command `ruleengine`: finds what is asked for, runs it, and turns whatever happens into an exit code.

Guaranteed: only the module of the command that runs is imported; no traceback reaches a user unless
RULEENGINE_DEBUG asks for it.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import Any, NoReturn

import click

from ruleengine.cli import exits
from ruleengine.version import __version__

#: Every command: its module in `ruleengine.cli` has a `command`. The words are what `--help` lists.
COMMANDS: dict[str, str] = {
    "init": "Start a project with a ruleset, a schema, example facts and a CI file.",
    "check": "Check rulesets before they run, and explain diagnostic codes.",
    "analyze": "Say what can happen to accounts before any is scored, and prove it.",
    "fmt": "Write rulesets in the one standard layout.",
    "test": "Run the tests of rulesets.",
    "eval": "Score facts with a ruleset.",
    "explain": "Say why one account has the score it has.",
    "diff": "Say what a new version would change, for whom, and why.",
    "snapshot": "Keep what accounts score and why as files, and compare.",
    "summary": "Say what a portfolio of results comes to, for operations.",
    "replay": "Reproduce stored results byte for byte, and say what differs.",
    "render": "Write the texts of a ruleset's templates for accounts.",
    "compile": "Show a ruleset as an evaluation tree, as the Python that runs, or as SQL.",
    "docs": "Write a ruleset as a page of a handbook.",
    "generate": "Make plausible fact documents from a schema.",
    "list": "List rulesets, their versions and when each is in force.",
    "schema": "Draft a fact schema from samples, or check one.",
}


class Commands(click.Group):
    """The group of all commands, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order in which somebody meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        found: click.Command = import_module(f"ruleengine.cli.{cmd_name}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command in `args`; a usage error with the nearest name when there is none."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from ruleengine.diagnostics import did_you_mean

            remedy = did_you_mean(args[0], COMMANDS) or f"There are {', '.join(COMMANDS)}."
            ctx.fail(f"No such command '{args[0]}'. {remedy[0].upper()}{remedy[1:]}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in `--help`, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The exit codes, below the commands."""
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code), meaning) for code, meaning in exits.MEANINGS])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command line and leave with its exit code."""
        if any(name.startswith("_RULEENGINE_") for name in os.environ):  # a shell asks for completions
            super().main(args, prog_name, complete_var, **extra)
        arguments = sys.argv[1:] if args is None else list(args)
        code = self._guarded(prog_name or "ruleengine", arguments)
        sys.exit(_flushed(code))

    def _guarded(self, prog_name: str, arguments: list[str]) -> int:
        """Run a command line; whatever goes wrong becomes one message and an exit code."""
        chosen: dict[str, Any] = {}
        try:
            _take_limits()
            with self.make_context(prog_name, arguments) as context:
                chosen = context.meta
                self.invoke(context)
        except exits.Finished as finished:
            return finished.code
        except click.exceptions.Exit as wanted:
            return wanted.exit_code
        except click.UsageError as wrong:
            _show(wrong)
            return exits.WRONG_COMMAND_LINE
        except click.ClickException as failed:
            _show(failed)
            return exits.INPUT_OR_OUTPUT_FAILED
        except (KeyboardInterrupt, click.Abort):
            return exits.INTERRUPTED
        except BrokenPipeError:  # whoever read the output has seen enough
            return exits.INPUT_OR_OUTPUT_FAILED
        except OSError as error:
            click.echo(f"error: {_said_of(error)}", err=True)
            return exits.INPUT_OR_OUTPUT_FAILED
        except Exception as error:  # the last resort: nothing else may be shown than one sentence
            refused = _refused(error, chosen.get("ruleengine.color", "auto"))
            return _confess(error) if refused is None else refused
        return exits.SUCCESS


def _take_limits() -> None:
    """Put the limits in force that the environment asks for. Raises a usage error."""
    wanted = os.environ.get("RULEENGINE_LIMITS", "")
    if wanted:
        from ruleengine.limits import limits_from, use_limits

        try:
            use_limits(limits_from(wanted))
        except ValueError as error:
            raise click.UsageError(f"RULEENGINE_LIMITS: {error}") from None


def _show(wrong: click.ClickException) -> None:
    """Show what is wrong; what it repeats of a file or an argument is not obeyed by a terminal."""
    from io import StringIO

    from ruleengine.diagnostics.visible import visible

    said = StringIO()
    wrong.show(said)
    click.echo("\n".join(map(visible, said.getvalue().expandtabs(4).split("\n"))), err=True, nl=False)


def _refused(error: Exception, color: str) -> int | None:
    """The exit code of an exception that carries reports, after showing them; None for any other.

    They are known by what they carry: importing all their classes would slow down every start.
    """
    from ruleengine.cli.console import report

    reports = getattr(error, "diagnostics", None)
    if reports is not None:
        report(reports, getattr(error, "sources", {}), color)
        return exits.code_for([each for each in reports if each.severity.value == "error"])
    single = getattr(error, "diagnostic", None)
    if single is not None:
        report([single], color=color)
        return exits.FACTS_REJECTED if single.code == "RE501" else exits.INPUT_OR_OUTPUT_FAILED
    return None


def _said_of(error: OSError) -> str:
    """What the system says about a file that it refuses."""
    reason = (error.strerror or str(error)).lower()
    return f"`{error.filename}` cannot be used: {reason}" if error.filename else reason


def _confess(error: Exception) -> int:
    """Say that the engine is at fault, and how to tell its makers."""
    if os.environ.get("RULEENGINE_DEBUG"):
        import traceback

        traceback.print_exception(error)
    text = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    click.echo(
        f"error: this is a bug in the engine, not in your files ({text}). Please report it with the command "
        f"line, the ruleset and version {__version__}; RULEENGINE_DEBUG=1 adds the traceback.",
        err=True,
    )
    return exits.BUG_IN_THE_ENGINE


def _flushed(code: int) -> int:
    """Hand over what is still held back; an output that fails now is told like one that failed before."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return exits.INPUT_OR_OUTPUT_FAILED
    except (OSError, ValueError) as error:
        _discard_output()
        if code != exits.INPUT_OR_OUTPUT_FAILED:
            reason = getattr(error, "strerror", None) or str(error)
            click.echo(f"error[RE515]: standard output cannot be written: {reason.lower()}", err=True)
        return exits.INPUT_OR_OUTPUT_FAILED
    return code


def _discard_output() -> None:
    """Keep the interpreter from trying the failed output once more while it shuts down."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open until the process ends


def _settle_streams() -> None:
    """See to it that the three streams are there, and that a write is whole or fails.

    In the place of a closed one stands a descriptor that cannot be used as it would be: so no file that is opened later takes its number, and
    results that nobody gets are a fault. Where Python is told not to buffer (PYTHONUNBUFFERED), a write may end in the middle and
    not tell.
    """
    import io

    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream = getattr(sys, name)
        if stream is None:
            os.open(
                os.devnull, os.O_RDONLY if number == 1 else os.O_WRONLY
            )  # takes the lowest number that is free
            raw: Any = io.FileIO(number, "w" if number else "r", closefd=False)
            encoding, errors = "utf-8", "backslashreplace"
        elif isinstance(stream, io.TextIOWrapper) and isinstance(stream.buffer, io.RawIOBase):
            encoding, errors = stream.encoding, stream.errors or "strict"
            raw = stream.detach()
        else:
            continue
        held = io.BufferedWriter(raw) if number else io.BufferedReader(raw)
        setattr(sys, name, io.TextIOWrapper(held, encoding, errors, line_buffering=number > 0))


def _stop(number: int, frame: FrameType | None) -> None:
    """A request to end is answered like an interruption, so that nothing half-written is left."""
    raise KeyboardInterrupt


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="ruleengine", message="%(prog)s %(version)s")
def ruleengine() -> None:
    """Score accounts with rulesets that people can read, and explain every number."""


def main() -> NoReturn:
    """The entry point of the command line."""
    # A short run is over before there is garbage worth looking for; a long one still collects now and then.
    gc.set_threshold(50_000)
    _settle_streams()
    signal.signal(signal.SIGTERM, _stop)
    code = exits.BUG_IN_THE_ENGINE
    try:
        ruleengine.main(prog_name="ruleengine")
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else exits.SUCCESS
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(code)  # all is written; taking the interpreter apart would take as long as starting it


if __name__ == "__main__":
    main()
