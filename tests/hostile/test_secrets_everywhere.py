"""A secret in every position, every command in every format: what is printed and written holds none of them.

Outputs are standard output, standard error, every file that a command makes, and names of files. Parquet and DuckDB files are read
back as text. `secret_project.py` says where secrets are, and in which forms one would be seen.
"""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.cli.project import run, run_process
from tests.hostile.secret_project import ACCOUNT, MARKS, make

DATED = ("--as-of", "2024-06-01")
OLD, NEW = "hush@1", "hush@2"
EVAL = ("eval", OLD, "facts.ndjson", *DATED)
#: Every command that sees facts, with the exit codes that it may end with.
COMMANDS: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
    **{
        f"eval {engine} {style}": ((*EVAL, "--engine", engine, "--format", style, "--rejects", "out.rejects", "--strict"), (4,))
        for engine in ("python", "duckdb") for style in ("table", "json", "ndjson", "csv", "markdown")
    },
    "eval parquet": ((*EVAL, "--out", "out.parquet"), (4,)),
    "eval a database": ((*EVAL, "--out", "out.duckdb"), (4,)),
    "eval packed": ((*EVAL, "--out", "out.ndjson.gz"), (4,)),
    "eval CSV": (("eval", OLD, "facts.csv", *DATED, "--strict", "--rejects", "out.rejects"), (4,)),
    "eval JSON": (("eval", OLD, "facts.json", *DATED, "--format", "json"), (0,)),
    "eval by a segment": ((*EVAL, "--by", "segment"), (4,)),
    "eval by a trigger": ((*EVAL, "--by", "trigger", "--format", "json"), (4,)),
    "eval by a secret output": ((*EVAL, "--by", "the_phone"), (2, 4)),
    "eval by a secret field": ((*EVAL, "--by", "owner.phone"), (2, 4)),
    "eval by a secret field in CSV": ((*EVAL, "--by", "owner.home.city", "--format", "csv"), (2, 4)),
    "eval by a secret field on DuckDB": ((*EVAL, "--by", "owner.phone", "--engine", "duckdb"), (2, 4)),
    "eval gated": ((*EVAL, "--fail-on", "income > 5 and owner.phone != \"x\""), (1,)),
    "eval selected": ((*EVAL, "--where", "income > 5", "--select", "trigger call"), (4,)),
    **{
        f"explain {who} {style}": (("explain", OLD, "good.ndjson", "--id", who, *DATED, "--format", style), (0,))
        for who in ("ann", "bob") for style in ("tree", "markdown", "json")
    },
    "explain what is not there": (("explain", OLD, "facts.ndjson", "--id", "hush", *DATED), (4,)),
    "explain a stored row": (("explain", OLD, "good.ndjson", "--id", "ann", *DATED, "--result", "kept.parquet"), (0, 1)),
    "explain another row": (("explain", OLD, "changed.ndjson", "--id", "ann", *DATED, "--result", "kept.parquet"), (0, 1)),
    **{
        f"diff {style}": (("diff", OLD, NEW, "facts.ndjson", *DATED, "--format", style, "--rejects", "out.rejects"), (0, 4))
        for style in ("text", "markdown", "html", "json")
    },
    **{
        f"diff of facts {style}": (
            ("diff", OLD, OLD, "--old-facts", "good.ndjson", "--new-facts", "changed.ndjson", *DATED, "--format", style), (0, 4),
        ) for style in ("text", "markdown", "html", "json")
    },
    "diff by segment": (("diff", OLD, NEW, "good.ndjson", *DATED, "--by", "segment"), (0, 4)),
    "snapshot record": (("snapshot", "record", OLD, "good.ndjson", *DATED, "--to", "out-snapshots"), (0,)),
    **{
        f"snapshot verify {style}": (("snapshot", "verify", "kept", "--facts", "changed.ndjson", "--format", style), (0, 1))
        for style in ("text", "json", "junit")
    },
    "snapshot verify another version": (("snapshot", "verify", "kept", "--ruleset", NEW), (1,)),
    **{
        f"replay {style}": (("replay", "kept.ndjson", "--facts", "changed.ndjson", "--format", style), (0, 1, 4))
        for style in ("text", "json")
    },
    "replay with another version": (("replay", "kept.ndjson", "--facts", "good.ndjson", "--ruleset", NEW, "--ignore", "ruleset"), (0, 1)),
    **{f"summary {style}": (("summary", "kept.ndjson", "--format", style), (0,)) for style in ("table", "json", "markdown")},
    "summary of Parquet": (("summary", "kept.parquet"), (0,)),
    "summary by an output": (("summary", "kept.ndjson", "--by", "the_phone"), (0, 2)),
    "render text": (("render", OLD, "facts.ndjson", *DATED), (4,)),
    "render ndjson": (("render", OLD, "facts.ndjson", *DATED, "--format", "ndjson"), (4,)),
    "render files": (("render", OLD, "facts.ndjson", *DATED, "--out-dir", "out-texts"), (4,)),
    **{f"test {style}": (("test", "--format", style), (1,)) for style in ("text", "json", "junit")},
    "coverage": (("test", "--coverage", "--suggest", "20", "--coverage-format", "json", "--coverage-out", "out.json"), (1,)),
    "coverage as text": (("test", "--coverage", "--suggest", "20"), (1,)),
    "mutation": (("test", "--mutate"), (0, 1)),
    **{f"compile to {kind}": (("compile", OLD, "--to", kind), (0,)) for kind in ("tree", "python")},
    **{
        f"compile to a {form} of {dialect}": (("compile", OLD, "--to", "sql", "--dialect", dialect, "--as", form), (0,))
        for form, dialect in (("query", "duckdb"), ("view", "spark"))
    },
    "docs": (("docs", OLD, "--format", "html"), (0,)),
}  # fmt: skip


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The project, with results, Parquet and snapshots of an earlier run."""
    folder = tmp_path_factory.mktemp("hush") / "project"
    make(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("RULEENGINE_CACHE", str(folder.parent / "cache"))
        for name in ("kept.ndjson", "kept.parquet"):
            assert run("eval", OLD, "good.ndjson", *DATED, "--out", name).exit_code == 0
        assert run("snapshot", "record", OLD, "good.ndjson", *DATED, "--to", "kept").exit_code == 0
        yield folder


def text_of(path: Path) -> str:
    """What a file holds, as text."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes()).decode()
    if path.suffix == ".parquet":
        return str(duckdb.execute(f"SELECT * FROM '{path}'").fetchall())
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            names = [
                name
                for (name,) in connection.execute(
                    "SELECT table_name FROM information_schema.tables"
                ).fetchall()
            ]
            return str([connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names])
    return path.read_bytes().decode("utf-8", "replace")


def seen(text: str) -> list[str]:
    return [mark for mark in MARKS if mark in text]


def written(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0].startswith("out")
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_shows_a_secret(name: str, prepared: Path) -> None:
    words, codes = COMMANDS[name]
    try:
        done = run(*words)
        assert done.exit_code in codes, done.output
        assert seen(done.stdout) == []
        assert seen(done.stderr) == []
        for path in written(prepared):
            assert seen(str(path.relative_to(prepared))) == []
            assert seen(text_of(path)) == [], path
    finally:
        for path in prepared.glob("out*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_what_was_kept_has_no_secret(prepared: Path) -> None:
    for path in [*prepared.glob("kept.*"), *(prepared / "kept").iterdir()]:
        assert seen(text_of(path)) == [], path


def test_the_cache_has_no_secret(prepared: Path) -> None:
    files = [path for path in (prepared.parent / "cache").rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert seen(path.read_bytes().decode("utf-8", "replace")) == [], path


def test_the_marks_would_be_found_without_the_schema(
    prepared: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The same project where nothing is secret shows nearly all of them: the search above can fail."""
    shutil.copytree(prepared, tmp_path / "open")
    monkeypatch.chdir(tmp_path / "open")
    schema = Path("schemas/hush/1.schema.json")
    schema.write_text(
        schema.read_text(encoding="utf-8").replace('"x-secret": true', '"x-open": true'), encoding="utf-8"
    )
    names = (
        "eval python ndjson",
        "explain ann json",
        "explain bob json",
        "render text",
        "test text",
        "diff of facts json",
    )
    shown = ""
    for name in names:
        words, codes = COMMANDS[name]
        done = run_process(*words)
        assert done.returncode in codes, (name, done.stderr)
        shown += done.stdout.decode() + done.stderr.decode()
    assert set(MARKS) - set(seen(shown)) <= {
        "HUSH-",
        "918,273,645",
        "1,836,547,290",
        "13,511",
        "1987, 6",
        "2001-03",
    }


def test_the_plugin_of_pytest_shows_no_secret(prepared: Path) -> None:
    Path("test_hush.py").write_text(
        "import json, ruleengine\n"
        "def test_it(ruleset):\n"
        f"    facts = json.loads({json.dumps(ACCOUNT)!r})\n"
        "    result = ruleset('hush@1').score(facts, as_of='2024-06-01')\n"
        "    print(result)\n"
        "    assert result.outputs['the_phone'] == 'x'\n",
        encoding="utf-8",
    )
    try:
        done = run_process("test", "--format", "text")
        assert done.returncode == 1
        assert seen((done.stdout + done.stderr).decode()) == []
    finally:
        Path("test_hush.py").unlink()
