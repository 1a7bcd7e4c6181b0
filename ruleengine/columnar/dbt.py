"""A ruleset as a model of dbt: the query, its documentation, and tests of what it gives.

In: what was emitted for no date, the table of facts (`facts` is a model, `sales.facts` a source), and a date or none. Out: the
text of each file by its path in the project. Guaranteed: nothing of the ruleset is obeyed by dbt's templates or by YAML.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import frozen
from sqlglot import exp

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.emit import Emitted
from ruleengine.columnar.jinja import escaped, literal, quoted
from ruleengine.columnar.statements import (
    TableName,
    header,
    result_columns,
    select_text,
    type_text,
    view_name,
)
from ruleengine.columnar.types import DATE, TEXT
from ruleengine.tree import ruleset as r
from ruleengine.tree.blocks import blocks
from ruleengine.values import STATUSES
from ruleengine.version import __version__

#: As far as contributions may be from the score that they add up to: both are rounded to ten decimals.
_TOLERANCE = 1e-6
_COLUMNS = {
    "irregular": "TRUE where the facts are not what the fact schema says, or SQL cannot promise the result of the evaluator; "
    "all else is NULL then, and `ruleengine eval` scores the account.",
    "id": "The id of the account.",
    "as_of": "The date for which the account is scored.",
    "ruleset": "Name, version and digest of the ruleset.",
    "engine": "The version of ruleengine that wrote the model.",
    "scorecards": "For each scorecard its score and band, the status, what limits did, and the part of every group and measure.",
    "measures": "For each measure its value, band, points, status, and the reason where it has none.",
    "triggers": "What fires, with its reason and when it is due.",
    "matrices": "For each matrix the cell of the account.",
    "outputs": "Further values that the ruleset gives.",
    "segments": "The segments that the account is in.",
    "assumptions": "What was assumed because the facts do not say it.",
    "problems": "What is wrong with the account's facts, in the words of the ruleset.",
}


@frozen(slots=True)
class _Holes:
    """Words in a query in whose place something of a template comes."""

    table: str
    date: str


def model_files(emitted: Emitted, source: TableName, as_of: date | None) -> dict[str, str]:
    """Every file of the model by its path. The source has one part or two: dbt names no more."""
    name = view_name(emitted)
    files = {f"models/{name}.sql": _model(emitted, source, as_of), f"models/{name}.yml": _properties(emitted)}
    for test, (said, severity, query) in _tests(emitted).items():
        files[f"tests/{name}_{test}.sql"] = _test(emitted, said, severity, query)
    return files


# ── the model ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _model(emitted: Emitted, source: TableName, as_of: date | None) -> str:
    parts = source.parts
    function = "ref" if len(parts) == 1 else "source"
    table = f"{{{{ {function}({', '.join(map(literal, parts))}) }}}}"
    default = "run_started_at.strftime('%Y-%m-%d')" if as_of is None else literal(as_of.isoformat())
    day = f"{{{{ var('as_of', {default}) }}}}"
    said = "the day of the run" if as_of is None else as_of.isoformat()
    kind = "model" if len(parts) == 1 else "source"
    lines = header(
        emitted, f"the {kind} {'.'.join(parts)}", f"{said}, or what `--vars '{{as_of: 2024-03-01}}'` says"
    )
    config = "{{ config(materialized='table') }}"
    return f"{config}\n{escaped(lines)}{_filled(emitted, table, day)}\n"


def _filled(emitted: Emitted, table: str, day: str) -> str:
    """The query for a template, with expressions of it for the table and for the as-of date."""
    number = 0
    while True:
        holes = _Holes(f"table {number}", f"as of {number}")
        as_of = b.cast(b.text(holes.date), DATE)
        text = select_text(emitted, exp.Table(this=b.name_of(holes.table)), as_of)
        table_hole = emitted.dialect.text_of(b.name_of(holes.table))
        date_hole = emitted.dialect.text_of(b.text(holes.date))
        if text.count(table_hole) == text.count(date_hole) == 1:  # the ruleset says nothing like that
            before, _, rest = text.partition(date_hole)
            middle, _, after = rest.partition(table_hole)
            return f"{escaped(before)}'{day}'{escaped(middle)}{table}{escaped(after)}"
        number += 1


# ── the documentation ───────────────────────────────────────────────────────────────────────────────────────────────


def _properties(emitted: Emitted) -> str:
    program = emitted.program
    about = [
        program.title or program.name,
        program.description,
        f"Owner: {program.owner}" if program.owner else "",
    ]
    made = f"Made by ruleengine {__version__} from {program.name} {program.version}, {program.digest}."
    described = "\n\n".join(part for part in (*about, made) if part)
    lines = [
        "version: 2",
        "",
        "models:",
        f"  - name: {view_name(emitted)}",
        f"    description: {_described(described)}",
        "    columns:",
    ]
    for name, kind in result_columns(emitted):
        lines += [
            f"      - name: {name}",
            f"        data_type: {_described(type_text(emitted, kind))}",
            f"        description: {_described(_about_column(emitted, name))}",
        ]
        if name == "id":
            lines += ["        data_tests:", "          - unique", "          - not_null"]
        elif name == "irregular":
            lines += ["        data_tests:", "          - not_null"]
    return "\n".join(lines) + "\n"


def _described(text: str) -> str:
    return quoted(escaped(text))


def _about_column(emitted: Emitted, name: str) -> str:
    steps = emitted.program.steps
    parts: list[tuple[str, str, str]] = []
    if name == "scorecards":
        cards = [step for step in steps if isinstance(step, r.Scorecard)]
        parts = [(card.name, card.block.title, card.block.description) for card in cards]
    elif name == "measures":
        measures = [step for step in steps if isinstance(step, r.Measure)]
        parts = [(each.name, each.title, each.description) for each in measures]
    known = dict(result_columns(emitted))[name].fields
    names = {field for field, _ in known}
    listed = [
        f"- `{name}`: {' '.join(part for part in (title, description) if part)}".rstrip(": ")
        for name, title, description in parts
        if name in names
    ]
    return "\n".join([_COLUMNS.get(name, ""), *(["", *listed] if listed else [])])


# ── the tests ───────────────────────────────────────────────────────────────────────────────────────────────────────

#: Accounts for which a test fails: the part of the result that is wrong, that part, and when it is.
_Wrong = tuple[str, Sql, Sql]


def _tests(emitted: Emitted) -> dict[str, tuple[str, str, list[_Wrong]]]:
    """For each test what it says, how grave it is, and what is wrong where it fails; a test of nothing is left out."""
    irregular: list[_Wrong] = [("irregular", b.null_text(), b.column("irregular"))]
    tests = {
        "irregular": ("accounts that are for the evaluator to score", "warn", irregular),
        "bands": ("bands that are none of their set", "error", list(_bands(emitted))),
        "statuses": ("statuses that do not exist", "error", list(_statuses(emitted))),
        "weights": ("effective weights that are no shares", "error", list(_weights(emitted))),
        "contributions": ("contributions that do not add up to the score", "error", list(_sums(emitted))),
    }
    return {name: test for name, test in tests.items() if test[2]}


def _test(emitted: Emitted, said: str, severity: str, wrong: list[_Wrong]) -> str:
    program = emitted.program
    head = f"-- {program.name} {program.version}: {said}. Generated: change the ruleset, not this text.\n"
    model = f"{{{{ ref({literal(view_name(emitted))}) }}}}"
    selects = []
    for name, found, test in wrong:
        words = b.text(name)
        shown = [b.column("id"), exp.alias_(words, "part"), exp.alias_(b.cast(found, TEXT), "found")]
        select = emitted.dialect.text_of(exp.Select(expressions=shown), pretty=True)
        condition = emitted.dialect.text_of(test, pretty=True)
        selects.append(f"{escaped(select)}\nFROM {model}\nWHERE {escaped(condition)}\n")
    return f"{{{{ config(severity='{severity}') }}}}\n{head}" + "UNION ALL\n".join(selects)


def _records(emitted: Emitted, column: str) -> dict[str, Sql]:
    """The records of a column by name."""
    kinds = dict(result_columns(emitted))
    if column not in kinds:
        return {}
    return {name: emitted.dialect.get(b.column(column), name) for name, _ in kinds[column].fields}


def _banded(emitted: Emitted) -> Iterator[tuple[str, Sql, str]]:
    """Measures and scorecards with the key of their band set."""
    cards, measures = _records(emitted, "scorecards"), _records(emitted, "measures")
    for step in emitted.program.steps:
        if isinstance(step, r.Scorecard | r.Measure) and step.bands:
            records = cards if isinstance(step, r.Scorecard) else measures
            if step.name in records:
                yield step.name, records[step.name], step.bands


def _bands(emitted: Emitted) -> Iterator[_Wrong]:
    sets = {each.key: each for each in emitted.program.band_sets}
    for name, record, key in _banded(emitted):
        band = emitted.dialect.get(record, "band")
        names = [b.text(each.name) for each in sets[key].bands]
        yield name, band, b.negation(b.one_of(band, names))


def _statuses(emitted: Emitted) -> Iterator[_Wrong]:
    known = [b.text(status) for status in STATUSES]
    for column in ("scorecards", "measures"):
        for name, record in _records(emitted, column).items():
            status = emitted.dialect.get(record, "status")
            yield name, status, b.negation(b.one_of(status, known))


def _means(emitted: Emitted) -> Iterator[tuple[r.Scorecard, Sql, list[str]]]:
    """Scorecards that are means through and through, each with its record and the paths of its nodes."""
    cards = _records(emitted, "scorecards")
    kinds = dict(result_columns(emitted))
    for step in emitted.program.steps:
        if not isinstance(step, r.Scorecard) or step.name not in cards:
            continue
        if all(each.rollup == "weighted mean" and each.formula is None for each in blocks(step.block)):
            nodes = kinds["scorecards"].field(step.name).field("nodes")
            yield step, cards[step.name], [path for path, _ in nodes.fields]


def _weights(emitted: Emitted) -> Iterator[_Wrong]:
    dialect = emitted.dialect
    for card, record, paths in _means(emitted):
        for path in paths:
            weight = dialect.get(dialect.get(dialect.get(record, "nodes"), path), "effective_weight")
            inside = b.between(weight, b.double(0), b.double(1 + _TOLERANCE))
            yield f"{card.name}.{path}", weight, b.negation(inside)


def _sums(emitted: Emitted) -> Iterator[_Wrong]:
    dialect = emitted.dialect
    for card, record, paths in _means(emitted):
        if any(each.rounding is not None or each.limits for each in blocks(card.block)):
            continue
        groups = [f"{each.path}." for each in blocks(card.block) if each.path]
        total: Sql = b.double(0)
        for path in paths:
            if not any(path.startswith(group) for group in groups):
                node = dialect.get(dialect.get(record, "nodes"), path)
                given = dialect.get(node, "contribution")
                total = b.add(total, b.coalesce(given, b.double(0)))
        distance = dialect.absolute(b.subtract(total, dialect.get(record, "computed_score")))
        yield card.name, total, b.compare(">", distance, b.double(_TOLERANCE))
