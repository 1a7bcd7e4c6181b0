"""The command as a whole: help, start-up, exit codes, colours, and faults of the engine itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ruleengine import __version__
from ruleengine.cli import exits
from ruleengine.cli.console import wants_color
from ruleengine.cli.main import COMMANDS
from ruleengine.diagnostics import Diagnostic
from ruleengine.source import Span
from tests.cli.project import AS_OF, ROOT, run, run_process

EVAL = ("eval", "demo", "facts.ndjson", "--as-of", AS_OF)


def test_help_lists_every_command_and_every_exit_code() -> None:
    text = run("--help").stdout
    assert all(f"\n  {name} " in text for name in COMMANDS)
    assert all(f"\n  {code} " in text for code, _ in exits.MEANINGS)


def test_every_command_has_help() -> None:
    for name in COMMANDS:
        outcome = run(name, "--help")
        assert outcome.exit_code == 0
        assert outcome.stdout.startswith(f"Usage: ruleengine {name} ")


def test_the_version() -> None:
    assert run("--version").stdout == f"ruleengine {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["evall"], "Did you mean `eval`?"),
        (["eval", "demo", "facts.ndjson", "--as-off", AS_OF], "--as-of"),
        (["eval", "demo"], "Missing argument 'FACTS...'"),
        (["eval", "demo", "facts.ndjson", "--as-of", "2024-02-30"], "no date"),
        (["eval", "demo", "facts.ndjson", "--as-of", "20240201"], "no date"),
        (["eval", "demo", "facts.ndjson", "--format", "xml"], "xml"),
        (["explain", "demo", "facts.ndjson"], "--id"),
        (["schema", "drop"], "drop"),
    ],
)
def test_a_wrong_command_line_is_explained(arguments: list[str], said: str) -> None:
    outcome = run(*arguments)
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert said in outcome.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([*EVAL], 0),
        ([*EVAL, "--fail-on", "health is red"], 1),
        ([*EVAL, "--nonsense"], 2),
        (["eval", "dem", "facts.ndjson", "--as-of", AS_OF], 3),
        (["explain", "demo", "facts.ndjson", "--as-of", AS_OF, "--id", "nobody"], 4),
        (["eval", "demo", "nowhere.ndjson", "--as-of", AS_OF], 5),
    ],
)
def test_exit_codes_of_the_real_command(arguments: list[str], code: int) -> None:
    outcome = run_process(*arguments)
    assert outcome.returncode == code
    assert b"Traceback" not in outcome.stderr


def test_the_codes_that_are_documented_are_the_codes() -> None:
    assert [code for code, _ in exits.MEANINGS] == [0, 1, 2, 3, 4, 5, 70, 130]
    assert exits.gravest([]) == 0
    assert exits.gravest([4, 1]) == 1
    assert exits.gravest([4, 3, 1, 5]) == 5


def test_who_is_to_blame_for_an_error() -> None:
    def at(path: str, code: str = "RE201") -> Diagnostic:
        return Diagnostic(code, Span(path, 0, 1, 1, 1), "x")

    assert exits.code_for([at("a.rules")]) == 3
    assert exits.code_for([at("<--fail-on>")]) == 2
    assert exits.code_for([at("<--fail-on>"), at("a.rules")]) == 3
    assert exits.code_for([at("a.rules", "RE514")]) == 5


def test_a_ruleset_with_errors_is_reported_and_nothing_is_scored() -> None:
    path = Path("rulesets/demo/1.0.0.rules")
    path.write_text(
        path.read_text(encoding="utf-8").replace("value    seats", "value    seets"), encoding="utf-8"
    )
    outcome = run(*EVAL)
    assert outcome.exit_code == 3
    assert outcome.stdout == ""
    assert "rulesets/demo/1.0.0.rules:16:12" in outcome.stderr
    assert "did you mean `seats`?" in outcome.stderr


def test_folders_come_from_options_or_from_the_environment(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "schemas").rename(project / "elsewhere")
    monkeypatch.chdir(tmp_path)
    facts = str(project / "facts.ndjson")
    options = ("--rulesets", str(project / "rulesets"), "--schemas", str(project / "elsewhere"))
    assert run("eval", "demo", facts, "--as-of", AS_OF).exit_code == 3
    assert run("eval", "demo", facts, "--as-of", AS_OF, *options).exit_code == 0
    monkeypatch.setenv("RULEENGINE_RULESETS", options[1])
    monkeypatch.setenv("RULEENGINE_SCHEMAS", options[3])
    assert run("eval", "demo", facts, "--as-of", AS_OF).exit_code == 0


def test_a_bug_is_confessed_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError("some\nthing")

    monkeypatch.setattr("ruleengine.api.load", broken)
    outcome = run(*EVAL)
    assert outcome.exit_code == 70
    assert outcome.stderr.count("\n") == 1
    assert "this is a bug in the engine, not in your files (ZeroDivisionError: some thing)" in outcome.stderr
    assert "RULEENGINE_DEBUG=1" in outcome.stderr
    monkeypatch.setenv("RULEENGINE_DEBUG", "1")
    assert "Traceback" in run(*EVAL).stderr


def test_a_file_that_the_system_refuses_is_no_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied", "secret.rules")

    monkeypatch.setattr("ruleengine.api.load", refused)
    outcome = run(*EVAL)
    assert outcome.exit_code == 5
    assert outcome.stderr == "error: `secret.rules` cannot be used: permission denied\n"


def test_an_interruption_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ruleengine.api.load", interrupted)
    assert run(*EVAL).exit_code == 130


class Terminal:
    """Something that somebody looks at."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_colour_follows_the_terminal_and_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal: object = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    assert wants_color("auto", terminal)  # type: ignore[arg-type]  # it has all that is asked of it
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_color("auto", terminal)  # type: ignore[arg-type]  # as above
    assert wants_color("always", terminal)  # type: ignore[arg-type]  # as above
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not wants_color("auto", terminal)  # type: ignore[arg-type]  # as above


def test_a_pipe_gets_no_colour_unless_asked_for() -> None:
    assert "\x1b[" not in run(*EVAL).output
    assert "\x1b[31m" in run(*EVAL, "--color", "always").stdout
    assert "\x1b[" in run("eval", "dem", "facts.ndjson", "--as-of", AS_OF, "--color", "always").stderr


def test_an_old_locale_gets_escapes_and_no_fault() -> None:
    Path("facts.ndjson").write_text('{"id":"a","name":"日本","seats":3}\n', encoding="utf-8")
    outcome = run_process(*EVAL, environment={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert outcome.returncode == 0
    assert b"\\u65e5\\u672c" in outcome.stdout


def test_help_starts_fast_and_imports_nothing_heavy() -> None:
    code = (
        "import sys; from ruleengine.cli.main import ruleengine\n"
        "try: ruleengine.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('attrs', 'lark', 'rich', 'jsonschema', 'orjson', 'csv') if name in sys.modules],"
        " file=sys.stderr)"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True, timeout=60
    )
    assert outcome.stderr.strip() == b"[]"


def test_a_cached_eval_imports_neither_parser_nor_compiler() -> None:
    run(*EVAL)
    code = (
        "import sys; from ruleengine.cli.main import ruleengine\n"
        f"try: ruleengine.main({[*EVAL, '--format', 'ndjson']!r})\n"
        "except SystemExit: pass\n"
        "heavy = ('lark', 'rich', 'jsonschema', 're2', 'ruleengine.syntax.parse', 'ruleengine.compiler.compile')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    environment = {"PYTHONPATH": str(ROOT), **__import__("os").environ}
    outcome = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment, check=True, timeout=60
    )
    assert outcome.stderr.decode().splitlines()[-1] == "[]"
