"""Every limit: what is at the limit passes, and one beyond it is one report with a place. The page says what the code says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from attrs import frozen

import ruleengine
from ruleengine.casebook.reading import open_casebook
from ruleengine.diagnostics import Diagnostic, Severity
from ruleengine.evaluator.work import TooMuchWork
from ruleengine.facts.readers import read_facts
from ruleengine.facts.records import Rejection
from ruleengine.facts.schema import load_schema
from ruleengine.limits import Limits, limited, limits, limits_from
from ruleengine.workspace import open_workspace
from tests.hostile.test_texts import HEADER, SCHEMA, folder, write

__all__ = ["folder"]

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/limits.md"


def errors(path: Path, rulesets: Path) -> list[str]:
    report = ruleengine.check_file(path, rulesets=rulesets)
    return _told(report.diagnostics)


def _told(reports: tuple[Diagnostic, ...] | list[Diagnostic]) -> list[str]:
    found = [each for each in reports if each.severity is Severity.ERROR]
    assert all(each.span.line >= 1 and each.message for each in found)
    return [each.code for each in found]


# ── rulesets: the name of a limit, a small number for it, and a text that has so many ───────────────────────────────


def _chain(number: int) -> str:
    """A call that leads `number` definitions deep."""
    last = "".join(f"define f{each}(x) = f{each - 1}(x)\n" for each in range(1, number))
    return f"define f0(x) = x\n{last}output o = f{number - 1}(a)\n"


def _calls(number: int) -> str:
    """One call that leads to `number` others."""
    return f"define one(x) = x\ndefine many(x) = {' + '.join(['one(x)'] * number)}\noutput o = many(a)\n"


def _cards(number: int) -> str:
    parts = "".join(f"scorecard s{each} {{ s{each - 1} }}\n" for each in range(1, number))
    return f"measure m {{ points 3 }}\nscorecard s0 {{ m }}\n{parts}"


def _members(number: int) -> str:
    """A scorecard with so many places: itself, and its members."""
    number -= 1
    measures = "".join(f"measure m{each} {{ points 3 }}\n" for each in range(number))
    return measures + f"scorecard s {{ {' ; '.join(f'm{each}' for each in range(number))} }}\n"


def _bands(number: int) -> str:
    return "bands b {\n" + "".join(f"  band_{each}\n" for each in range(number)) + "}\n"


TEXTS: dict[str, tuple[int, Callable[[int], str]]] = {
    "nesting": (10, lambda n: f"output o = {'(' * n}a{')' * n}\n"),
    "depth": (10, lambda n: f"output o = {'abs(' * (n - 1)}a{')' * (n - 1)}\n"),
    "blocks": (3, lambda n: f"output o = {'1 + (if f then ' * n}a{' else 2)' * n}\n"),
    "terms": (5, lambda n: f"output o = {' + '.join(['a'] * n)}\n"),
    "list_items": (5, lambda n: f"output o = a in ({', '.join(map(str, range(n)))})\n"),
    "name_length": (12, lambda n: f"let {'x' * n} = a\noutput o = {'x' * n}\n"),
    "text_length": (12, lambda n: f'output o = "{"x" * n}"\n'),
    "digits": (12, lambda n: f"output o = {'9' * n}\n"),
    "nodes": (12, lambda n: f"output o = max({', '.join(['a'] * (n - 1))})\n"),
    "call_depth": (5, _chain),
    "calls": (20, _calls),
    "card_depth": (5, _cards),
    "places": (5, lambda n: _members(n)),
    "bands": (5, _bands),
    "pattern_length": (9, lambda n: f'output o = matches(t, "{"x" * n}")\n'),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_at_its_limit_and_one_beyond(name: str, folder: Path) -> None:
    number, text = TEXTS[name]
    with limited(**{name: number}):
        assert errors(write(folder, (HEADER + text(number)).encode()), folder) == []
        beyond = errors(write(folder, (HEADER + text(number + 1)).encode()), folder)
    assert set(beyond) == {attrs.fields_dict(Limits)[name].metadata["code"]}
    assert len(beyond) == (2 if name == "name_length" else 1)  # it stands there twice


@pytest.mark.parametrize("name", ["nesting", "terms", "digits", "call_depth", "card_depth", "bands"])
def test_the_limits_that_are_in_force(name: str, folder: Path) -> None:
    number, text = getattr(limits(), name), TEXTS[name][1]
    assert errors(write(folder, (HEADER + text(number)).encode()), folder) == []
    assert errors(write(folder, (HEADER + text(number + 1)).encode()), folder) != []


@pytest.mark.parametrize(
    "opening", ["(", "[", "{x: ", "abs(", "(1 + ", "(f and ", "not (", "(if f then 1 else "]
)
def test_what_is_nested_to_the_limit_is_read_or_reported(opening: str, folder: Path) -> None:
    closing = "".join({"(": ")", "[": "]", "{": "}"}.get(sign, "") for sign in opening)
    for number in (50, 75, limits().nesting, limits().nesting + 1):
        path = write(folder, f"{HEADER}output o = {opening * number}f{closing * number}\n".encode())
        found = set(errors(path, folder))
        assert found <= {"RE106", "RE301", "RE303", "RE305", "RE306", "RE320"}
        if number > limits().nesting:
            assert found == {"RE106"}


# ── files, imports ──────────────────────────────────────────────────────────────────────────────────────────────────


def _other(folder: Path, name: str, text: str) -> Path:
    (folder / name).mkdir(exist_ok=True)
    path = folder / name / "1.0.0.rules"
    path.write_text(HEADER.replace("hostile 1.0.0", f"{name} 1.0.0") + text, encoding="utf-8")
    return path


def _imports(folder: Path, number: int) -> Path:
    for each in range(number):
        _other(folder, f"part{each}", f"let v{each} = a\n")
    lines = "".join(
        f"import part{each} 1.0.0 (v{each})\noutput o{each} = v{each}\n" for each in range(number)
    )
    return write(folder, (HEADER + lines).encode())


def _import_chain(folder: Path, number: int) -> Path:
    _other(folder, "part0", "let v0 = a\n")
    for each in range(1, number):
        _other(
            folder, f"part{each}", f"import part{each - 1} 1.0.0 (v{each - 1})\nlet v{each} = v{each - 1}\n"
        )
    last = number - 1
    return write(folder, f"{HEADER}import part{last} 1.0.0 (v{last})\noutput o = v{last}\n".encode())


def test_files_at_their_limit_and_one_byte_beyond(folder: Path) -> None:
    path = write(folder, (HEADER + "output o = a\n").encode())
    size = path.stat().st_size
    with limited(ruleset_bytes=size):
        assert errors(path, folder) == []
    with limited(ruleset_bytes=size - 1):
        assert errors(path, folder) == ["RE107"]


def test_a_ruleset_of_10_mb_is_refused_at_once(folder: Path) -> None:
    path = write(folder, (HEADER + "let a1 = a\n").encode().ljust(10_000_000, b"\n"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ruleengine.compiler.linking.parse", None)  # it is not even looked at
        assert errors(path, folder) == ["RE107"]


@pytest.mark.parametrize(("name", "make"), [("imports", _imports), ("import_depth", _import_chain)])
def test_imports_at_their_limit_and_one_beyond(
    name: str, make: Callable[[Path, int], Path], folder: Path
) -> None:
    with limited(**{name: 4}):
        assert errors(make(folder, 4), folder) == []
        assert errors(make(folder, 5), folder) == ["RE207"]
    most = getattr(limits(), name)
    assert errors(make(folder, most), folder) == []
    assert errors(make(folder, most + 1), folder) == ["RE207"]


def test_all_that_is_imported_has_a_limit(folder: Path) -> None:
    path = _imports(folder, 3)
    size = sum(each.stat().st_size for each in folder.rglob("*.rules"))
    with limited(imported_bytes=size):
        assert errors(path, folder) == []
    with limited(imported_bytes=size - 1):
        assert errors(path, folder) == ["RE207"]


def test_a_ruleset_that_many_ways_lead_to_is_read_once(folder: Path) -> None:
    """Each of 40 rulesets imports the one before it twice: 2⁴⁰ ways lead to the first."""
    _other(folder, "part0", "let v0 = a\nlet w0 = a\n")
    for each in range(1, 40):
        last = each - 1
        _other(
            folder, f"part{each}",
            f"import part{last} 1.0.0 (v{last})\nimport part{last} 1.0.0 (w{last})\nlet v{each} = v{last} + w{last}\nlet w{each} = v{each}\n",
        )  # fmt: skip
    path = write(folder, f"{HEADER}import part39 1.0.0 (v39)\noutput o = v39\n".encode())
    assert errors(path, folder) == []
    result = ruleengine.load(path, rulesets=folder, cache=False).score_dict({"id": "x", "a": 1}, "2024-03-01")
    assert result["outputs"] == {"o": 2.0**39}


def test_cases_of_tests(folder: Path) -> None:
    write(folder, (HEADER + "output o = a\n").encode())
    tests = folder / "hostile/1.0.0.test.rules"
    rows = " ; ".join(map(str, range(5)))
    tests.write_text(
        f'test "t" {{ as of 2024-03-01 ; facts {{a: 1}} ; with a = x ; expect o = x\n cases x {{ {rows} }} }}\n',
        encoding="utf-8",
    )
    workspace = open_workspace(folder, None, "")
    with limited(cases=5):
        assert _told(open_casebook(tests, workspace).diagnostics) == []
    with limited(cases=4):
        assert _told(open_casebook(tests, workspace).diagnostics) == ["RE106"]


# ── schemas ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _schema(folder: Path, document: Any) -> list[str]:
    path = folder.parent / "schemas/hostile/1.schema.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return _told(load_schema("hostile", "1", folder.parent / "schemas")[1])


def _deep(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = {"type": "string"}
    for _ in range(levels - 1):
        inner = {"type": "object", "properties": {"x": inner}}
    return {"type": "object", "properties": {"id": {"type": "string", "x-id": True}, "x": inner}}


def test_schemas_at_their_limits_and_one_beyond(folder: Path) -> None:
    size = len(json.dumps(SCHEMA))
    for name, number, code, document in (
        ("schema_bytes", size, "RE209", SCHEMA),
        ("schema_fields", 6, "RE516", SCHEMA),
        ("field_depth", 5, "RE516", _deep(5)),
        ("schema_nesting", 5, "RE516", _deep(2)),
    ):
        found = []
        for most in (number, number - 1):
            with limited(**{name: most}):
                found.append(_schema(folder, document))
        assert found == [[], [code]], name


# ── facts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(folder: Path, content: bytes) -> list[str]:
    path = folder / "facts.ndjson"
    path.write_bytes(content)
    schema, _ = load_schema("hostile", "1", folder.parent / "schemas")
    assert schema is not None
    return [
        each.reason if isinstance(each, Rejection) else str(each.id)
        for each in read_facts([str(path)], schema)
    ]


@frozen
class Facts:
    """A line at a limit, one beyond it, and words of the reason."""

    name: str
    number: int
    line: Callable[[int], str]
    words: str


FACTS = [
    Facts("fact_nesting", 5, lambda n: '{"id":"x","l":' + "[" * (n - 1) + "]" * (n - 1) + "}", "levels are nested"),
    Facts("fact_list", 5, lambda n: json.dumps({"id": "x", "l": [{"x": 1}] * n}), "the list `/l` has more than 5 elements"),
    Facts("fact_text", 30, lambda n: json.dumps({"id": "x", "t": "y" * n}), "the text `/t` is longer than 30 characters"),
    Facts("line_bytes", 40, lambda n: '{"id":"x"}'.ljust(n), "the line is longer than 40 bytes"),
]  # fmt: skip


@pytest.mark.parametrize("facts", FACTS, ids=lambda facts: facts.name)
def test_facts_at_their_limit_and_one_beyond(facts: Facts, folder: Path) -> None:
    with limited(**{facts.name: facts.number}):
        assert _read(folder, facts.line(facts.number).encode() + b"\n") == ["x"]
        [reason] = _read(folder, facts.line(facts.number + 1).encode() + b"\n")
    assert facts.words in reason


def test_decompressed_facts(folder: Path) -> None:
    import gzip

    content = b'{"id":"x"}\n' * 10
    with limited(decompressed_bytes=len(content)):
        assert _read(folder, gzip.compress(content)) == ["x"] * 10
    with limited(decompressed_bytes=len(content) - 1):
        found = _read(folder, gzip.compress(content))
    assert "after decompression" in found[-1]


NESTED = "output o = count x in l where (any y in l where y.x > x.x + 100)\n"


def test_an_account_takes_so_many_steps_and_no_more(folder: Path) -> None:
    path = write(folder, (HEADER + NESTED).encode())
    document = {"id": "x", "l": [{"x": each} for each in range(10)]}
    ruleset = ruleengine.load(path, rulesets=folder, cache=False)
    with limited(steps=100):  # ten elements, for each of ten
        assert ruleset.score_dict(document, "2024-03-01")["outputs"] == {"o": 0}
    with limited(steps=99):
        for ask in (ruleset.score_dict, ruleset.explain):
            with pytest.raises(TooMuchWork, match="more than 99 elements"):
                ask(document, "2024-03-01")


def test_steps_are_counted_through_definitions_and_texts(folder: Path) -> None:
    text = 'define g(v) = count y in l where y.x > v\noutput o = count x in l where g(x.x) > 100 or matches(t, "q")\n'
    ruleset = ruleengine.load(write(folder, (HEADER + text).encode()), rulesets=folder, cache=False)
    document = {"id": "x", "t": "y" * 1_000, "l": [{"x": each} for each in range(10)]}
    with limited(steps=10 * 10 + 10 * 10):  # ten elements, and a thousand characters, for each of ten
        assert ruleset.score_dict(document, "2024-03-01")["outputs"] == {"o": 0}
    with limited(steps=199), pytest.raises(TooMuchWork):
        ruleset.score_dict(document, "2024-03-01")


def test_every_limit_is_tested_here() -> None:
    others = {
        "ruleset_bytes", "imported_bytes", "imports", "import_depth", "cases", "schema_bytes", "schema_fields", "field_depth",
        "schema_nesting", "decompressed_bytes", "steps",
    }  # fmt: skip
    assert {*TEXTS, *(facts.name for facts in FACTS), *others} == set(attrs.fields_dict(Limits))


# ── changing them ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nestin=3", "there is no limit `nestin`"), ("nesting", "write `nesting=100`"), ("nesting=0", "a whole number from 1"),
        ("nesting=-1", "write `nesting=100`"), ("nesting=101", "`nesting` is at most 100"), (f"imports={'9' * 5_000}", "write `imports=100`"),
    ],
)  # fmt: skip
def test_limits_that_cannot_be(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        limits_from(text)


def test_limits_are_put_back_after_use() -> None:
    before = limits()
    with limited(nesting=3, list_items=7) as inside:
        assert (inside.nesting, inside.list_items, inside.terms) == (3, 7, before.terms)
    assert limits() is before
    assert limits_from(" nesting = 3,list_items=7_000, ") == attrs.evolve(
        Limits(), nesting=3, list_items=7_000
    )


def _run(*words: str, wanted: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ruleengine", *words], capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "RULEENGINE_LIMITS": wanted},
    )  # fmt: skip


def test_the_command_line_takes_limits_from_its_environment(folder: Path) -> None:
    write(folder, (HEADER + NESTED).encode())
    facts = folder / "facts.ndjson"
    documents = [{"id": str(each), "l": [{"x": 1}] * each} for each in (2, 5, 3)]
    facts.write_text("".join(f"{json.dumps(each)}\n" for each in documents), encoding="utf-8")
    done = _run(
        "eval", "hostile@1", str(facts), "--as-of", "2024-03-01", "--rulesets", str(folder), "--format", "ndjson", wanted="steps=9",
    )  # fmt: skip
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["2", "3"]
    assert done.returncode == 4
    assert "facts.ndjson:2" in done.stderr
    assert "more than 9 elements" in done.stderr
    done = _run("check", "hostile@1", "--rulesets", str(folder), wanted="digits=1")
    assert (done.returncode, done.stdout.count("error[RE108]")) == (3, 1)
    done = _run("check", "hostile@1", "--rulesets", str(folder), wanted="nesting=many")
    assert done.returncode == 2
    assert "RULEENGINE_LIMITS: `nesting` is a whole number" in done.stderr


def test_the_page_says_what_the_code_says() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| ([\d,]+) \| (.+?) \| (RE\d+) \|( no)? *\|",
        PAGE.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    expected = [
        (each.name, f"{each.default:,}", each.metadata["what"], each.metadata["code"],
         " no" if each.metadata["highest"] == each.default else "")
        for each in attrs.fields(Limits)
    ]  # fmt: skip
    assert rows == expected
