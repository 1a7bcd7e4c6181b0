"""Texts of strangers in every output: none becomes markup, a formula, an escape, a line of a log, or a command of one."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.conftest import project
from tests.cli.project import AS_OF, RULES, run

__all__ = ["project"]

DATED = ("--as-of", AS_OF)
EVIL = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'onmouseover='alert(1)", "</style><b>", "<!-- x -->", "&lt;b&gt;",
    "[x](javascript:alert(1))", "![x](http://evil/y.png)", "`code`", "| a | b |", "# heading", "- list", "**bold**", "@everyone", "#1",
    "http://evil.example", "<http://evil.example>", "=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=HYPERLINK(\"x\")",
    "\x1b[31mred", "\x1b]8;;http://evil\x1b\\", "\x9b31m", "\u202etxt.exe", "\u2066", "a\r\nb", "a\n::error::b", "::set-output name=x::y",
    "\u2028", "\x07", "\x08\x08", "%0A::error::x", "{{ 7*7 }}", "{name}", "${HOME}", "$(id)", "; rm -rf /", "\ufeff", "\U000e0041",
)  # fmt: skip
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\u2066-\u2069\U000e0001-\U000e007f]"
)
#: Tags and attributes that a page of ours never has.
TAGS = {"script", "img", "b", "iframe", "object", "embed", "base", "form"}
MORE = """
output the_name = name
trigger load "Load" { when tickets > 3 because "{name}" ; field who = name }
template note "Note" { format markdown ; subject "{name}" ; labels "{name}" ; body "Dear {name}" }
"""


class Page(HTMLParser):
    """Collects what is odd in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.odd: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.odd += [tag] if tag in TAGS else []
        for name, value in attrs:
            leads = name in ("href", "src", "action", "style") and "javascript:" in (value or "")
            self.odd += [name] if name.startswith("on") or leads else []


def odd_in(page: str) -> list[str]:
    found = Page()
    found.feed(page)
    return found.odd


@pytest.fixture(autouse=True)
def evil(project: Path) -> None:
    """Accounts whose ids, names and wrong facts are all of these texts, and two versions of a ruleset."""
    for version, limit in (("1.0.0", "3"), ("2.0.0", "8")):
        text = RULES.replace("VERSION", version).replace("<= 3", f"<= {limit}") + MORE
        Path(f"rulesets/demo/{version}.rules").write_text(text, encoding="utf-8")
    lines = []
    for number, text in enumerate(EVIL):
        lines.append({"id": f"{text} {number}", "name": text, "seats": 20, "tickets": 5, "plan": "large"})
        lines.append({"id": f"b{number}", "name": text, "seats": text, "tickets": 9, "plan": text})
    written = (
        "".join(json.dumps(each) + "\n" for each in lines)
        + json.dumps({"id": "x"})[:-1]
        + ',"\\u001b[31m":1,"\\u001b[31m":2}\n'
    )
    Path("facts.ndjson").write_text(written, encoding="utf-8")


COMMANDS = {
    "eval table": ("eval", "demo@2", "facts.ndjson", *DATED, "--strict"),
    "eval markdown": ("eval", "demo@2", "facts.ndjson", *DATED, "--format", "markdown"),
    "eval by output": ("eval", "demo@2", "facts.ndjson", *DATED, "--by", "the_name"),
    "eval by output in markdown": ("eval", "demo@2", "facts.ndjson", *DATED, "--by", "the_name", "--format", "markdown"),
    "diff text": ("diff", "demo@1", "demo@2", "facts.ndjson", *DATED, "--movers", "200"),
    "diff markdown": ("diff", "demo@1", "demo@2", "facts.ndjson", *DATED, "--movers", "200", "--format", "markdown"),
    "diff html": ("diff", "demo@1", "demo@2", "facts.ndjson", *DATED, "--movers", "200", "--format", "html"),
    "explain tree": ("explain", "demo@2", "facts.ndjson", *DATED, "--id", f"{EVIL[25]} 25"),
    "explain markdown": ("explain", "demo@2", "facts.ndjson", *DATED, "--id", "b0", "--format", "markdown"),
    "summary table": ("summary", "results.ndjson", "--by", "the_name"),
    "summary markdown": ("summary", "results.ndjson", "--by", "the_name", "--format", "markdown"),
    "render": ("render", "demo@2", "facts.ndjson", *DATED),
    "snapshot": ("snapshot", "record", "demo@2", "facts.ndjson", *DATED, "--to", "kept"),
    "replay": ("replay", "results.ndjson", "--facts", "facts.ndjson", "--ruleset", "demo@1", "--shown", "200"),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_no_text_acts(name: str) -> None:
    if "results.ndjson" in COMMANDS[name]:
        run("eval", "demo@2", "facts.ndjson", *DATED, "--out", "results.ndjson")
    done = run(*COMMANDS[name])
    assert done.exit_code in (0, 1, 4), done.output
    assert HIDDEN.search(done.stdout) is None, HIDDEN.search(done.stdout)
    assert HIDDEN.search(done.stderr) is None
    assert not any(line.startswith("::") for line in done.stderr.split("\n"))
    if name.endswith("html"):
        assert odd_in(done.stdout) == []
    if name.endswith("markdown"):
        assert odd_in(re.sub(r"\\.", "", done.stdout)) == []  # what a backslash escapes is text
        assert not re.search(r"(?<!\\)\]\(javascript|(?<![\\/\w])@everyone|(?<!\\)!\[", done.stdout)


def test_no_cell_is_a_formula() -> None:
    done = run("eval", "demo@2", "facts.ndjson", *DATED, "--format", "csv")
    rows = list(csv.reader(done.stdout.splitlines(keepends=True)))
    assert len(rows) == 2 * len(EVIL) + 1
    width = len(rows[0])
    for row in rows:
        assert len(row) == width
        for cell in row:
            number = re.fullmatch(r"-?[0-9.]+", cell)
            assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")), cell


def test_files_of_accounts_have_names_of_files() -> None:
    done = run("render", "demo@2", "facts.ndjson", *DATED, "--out-dir", "texts")
    assert done.exit_code in (0, 4), done.output
    names = [path.relative_to("texts") for path in Path("texts").rglob("*")]
    assert names
    assert all(len(name.parts) == 1 and HIDDEN.search(str(name)) is None for name in names)


def test_the_list_of_rejections_is_lines_of_json() -> None:
    run("eval", "demo@2", "facts.ndjson", *DATED, "--rejects", "rejects.ndjson")
    (told,) = [
        json.loads(line) for line in Path("rejects.ndjson").read_text(encoding="utf-8").split("\n")[:-1]
    ]
    assert told["line"] == 2 * len(EVIL) + 1


def test_a_handbook_of_a_strangers_ruleset() -> None:
    titles = [each for each in EVIL if each.isprintable() and not set(each) & set('{}"')]
    measures = "\n".join(
        f'measure m{number} "{title}" {{ value seats ; rate {{ green when > 3 because "{title}" ; red otherwise }} }}'
        for number, title in enumerate(titles)
    )
    text = RULES.replace("VERSION", "3.0.0").replace('"Demo"', '"<script>x</script>"') + measures
    Path("rulesets/demo/3.0.0.rules").write_text(text, encoding="utf-8")
    page = run("docs", "demo@3", "--format", "html")
    assert page.exit_code == 0, page.output
    assert odd_in(page.stdout) == []
    words = run("docs", "demo@3")
    assert odd_in(re.sub(r"\\.", "", re.sub(r"(?s)```.*?```|`[^`\n]*`", "", words.stdout))) == []
