"""Results that are stored and counted again: columns that are not there, files that do not go together, addresses."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest

from ruleengine.facts.records import FactsUnreadable
from ruleengine.portfolio import stored as stored_results
from ruleengine.portfolio import summary as summaries
from ruleengine.portfolio.duckdb_engine import DuckdbEngine
from ruleengine.portfolio.duckdb_session import SessionOptions, open_session
from ruleengine.portfolio.remote import remote_files
from ruleengine.portfolio.stored import Wanted, open_stored
from ruleengine.portfolio.stored_row import find_row
from ruleengine.portfolio.summary import Asked, UnknownName, summarise
from ruleengine.portfolio.typed_output import TypedOutput
from tests.evaluator.test_seldom_asked import load
from tests.portfolio.test_engine import printed

DAY = date(2024, 6, 30)
RULES = """measure m { value seats ; rate { green when > 5 ; red otherwise } }
scorecard s { m }
scorecard alone { score seats }
output large = seats > 5
output said = words
output sort = plan
"""
#: Two accounts are green with 80 points, one is red with 10, and of one nothing is known.
ACCOUNTS: list[dict[str, Any]] = [
    {"id": "a", "certain": 1, "seats": 9, "words": ["x", "y"], "plan": "small"},
    {"id": "b", "certain": 1, "seats": 1, "words": ["y"], "plan": "large"},
    {"id": "c", "certain": 1, "seats": 8, "words": []},
    {"id": "d", "certain": 1},
]
ADDRESS = "https://there.example/"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results as lines, packed lines, a Parquet file and a database."""
    place = tmp_path_factory.mktemp("stored")
    ruleset = load(place, RULES)
    (place / "facts.ndjson").write_text(
        "".join(json.dumps(each) + "\n" for each in ACCOUNTS), encoding="utf-8"
    )
    engine = DuckdbEngine(ruleset.program, ruleset.facts_model, DAY, ruleset.evaluator)
    for name, end in (("parquet", "parquet"), ("database", "duckdb")):
        with engine.over([str(place / "facts.ndjson")]) as results:
            output = TypedOutput(
                engine.shape, results, lambda portion: portion.pieces(), SessionOptions(threads=1)
            )
            getattr(output, name)(str(place / f"r.{end}"))
    lines = "".join(json.dumps(ruleset.score_dict(each, DAY)) + "\n" for each in ACCOUNTS)
    (place / "r.ndjson").write_text(lines, encoding="utf-8")
    (place / "packed.ndjson.gz").write_bytes(gzip.compress(lines.encode()))
    return place


def altered(folder: Path, query: str, name: str) -> str:
    """Other results: what a query makes of the Parquet file."""
    path = folder / name
    if not path.exists():
        with duckdb.connect() as connection:
            found = query.replace("RESULTS", f"read_parquet('{folder / 'r.parquet'}')")
            connection.execute(f"COPY ({found}) TO '{path}' (FORMAT parquet)")
    return str(path)


def summary(*paths: str | Path, **asked: Any) -> dict[str, Any]:
    with open_stored([str(path) for path in paths]) as found:
        return summarise(found, None, Asked(**asked))


def groups(document: dict[str, Any]) -> dict[str | None, tuple[int, int, float | None]]:
    return {
        each["value"]: (each["accounts"], each["with_score"], each["mean_score"])
        for each in document["groups"]["groups"]
    }


@pytest.mark.parametrize("name", ["r.parquet", "r.duckdb", "r.ndjson", "packed.ndjson.gz"])
def test_groups_of_flags_lists_and_words(name: str, folder: Path) -> None:
    path = folder / name
    asked = {"card": "s"}
    assert groups(summary(path, by="large", **asked)) == {
        "yes": (2, 2, 80.0),
        "no": (1, 1, 10.0),
        None: (1, 0, None),
    }
    assert groups(summary(path, by="said", **asked)) == {
        "y": (2, 2, 45.0),
        "x": (1, 1, 80.0),
        None: (2, 1, 80.0),
    }
    assert groups(summary(path, by="sort", **asked)) == {
        "large": (1, 1, 10.0),
        "small": (1, 1, 80.0),
        None: (2, 1, 80.0),
    }
    assert groups(summary(path, by="trigger", card="alone")) == {None: (4, 3, 6.0)}


def test_results_without_lists_have_nothing_in_them(folder: Path) -> None:
    bare = altered(
        folder, "SELECT * EXCLUDE (triggers, problems, segments, assumptions) FROM RESULTS", "bare.parquet"
    )
    found = summary(bare, by="trigger", card="s")
    assert found == summary(folder / "r.parquet", by="trigger", card="s")
    assert (found["triggers"], found["accounts_with_triggers"]) == ([], 0)
    assert (found["problems"], found["accounts_with_problems"]) == ([], 0)
    assert groups(summary(bare, card="s")) == {None: (4, 3, 56.666667)}


def test_results_without_scorecards_have_no_groups(folder: Path) -> None:
    bare = altered(folder, "SELECT * REPLACE ('none' AS scorecards) FROM RESULTS", "no_cards.parquet")
    found = summary(bare)
    assert (found["card"], found["scorecards"], found["groups"]["groups"]) == (None, [], [])
    assert found["accounts"] == 4


def test_too_many_groups_are_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`sort` has two values; with a limit of one they are no groups any more."""
    monkeypatch.setattr(summaries, "MOST_GROUPS", 1)
    with pytest.raises(UnknownName) as caught:
        summary(folder / "r.parquet", by="sort", card="s")
    assert (caught.value.about, str(caught.value)) == ("--by", "'sort' has 2 values, which are no groups.")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * EXCLUDE (ruleset) FROM RESULTS", "there is no column `ruleset`"),
        ("SELECT * REPLACE (5 AS ruleset) FROM RESULTS", "`scorecards` or `ruleset` is not as results have it"),
        ("SELECT * REPLACE ({'s': {'score': 5}} AS scorecards) FROM RESULTS", "`scorecards` or `ruleset` is not as results have it"),
        ("SELECT * REPLACE (NULL::DATE AS as_of) FROM RESULTS WHERE id = 'a'", "1 row is no result"),
        ("SELECT * FROM RESULTS WHERE id = 'nobody'", "there are no results in"),
    ],
)  # fmt: skip
def test_what_is_no_result(query: str, words: str, folder: Path) -> None:
    path = altered(folder, query, f"odd{abs(hash(query))}.parquet")
    with pytest.raises(FactsUnreadable) as caught:
        summary(path)
    assert words in caught.value.diagnostic.message


def test_files_of_one_ruleset_that_do_not_go_together(folder: Path) -> None:
    fewer = altered(folder, "SELECT * EXCLUDE (measures) FROM RESULTS", "fewer.parquet")
    whole = str(folder / "r.parquet")
    with pytest.raises(FactsUnreadable) as caught:
        summary(whole, fewer)
    assert caught.value.diagnostic.message == f"`{fewer}` and `{whole}` have other scorecards or measures"
    with pytest.raises(FactsUnreadable) as refused, open_stored([whole, fewer], Wanted("nobody")):
        pass
    assert refused.value.diagnostic.message == "there are no results that were asked for in 2 files"


def test_a_file_of_which_nothing_is_wanted_may_be_of_any_shape(folder: Path) -> None:
    query = "SELECT * EXCLUDE (measures) REPLACE ({'name': 'other', 'version': '1.0.0', 'digest': ''} AS ruleset) FROM RESULTS"
    paths = [altered(folder, query, "other.parquet"), str(folder / "r.parquet")]
    for wanted, measures in (("demo", ("m",)), ("other@1", ())):
        with open_stored(paths, Wanted(wanted)) as found:
            assert (found.identity.ruleset, found.identity.accounts) == (wanted.partition("@")[0], 4)
            assert found.shape.measures == measures


@pytest.mark.parametrize("name", ["r.parquet", "r.ndjson"])
def test_a_day_of_which_there_are_no_results(name: str, folder: Path) -> None:
    path = str(folder / name)
    with pytest.raises(FactsUnreadable) as caught, open_stored([path], Wanted(as_of="2020-01-01")):
        pass
    assert caught.value.diagnostic.message == f"there are no results that were asked for in `{path}`"


def test_formats_that_do_not_go_together(folder: Path) -> None:
    with pytest.raises(FactsUnreadable, match="several formats: NDJSON, Parquet"):
        summary(folder / "r.parquet", folder / "r.ndjson")


# ── a single row ──


@pytest.mark.parametrize("name", ["r.parquet", "r.duckdb"])
def test_the_result_of_an_account(name: str, folder: Path, tmp_path: Path) -> None:
    path = str(folder / name)
    found = find_row(path, "b")
    assert found is not None
    assert (found.name, found.version, found.as_of) == ("demo", "1.0.0", DAY)
    ruleset = load(tmp_path, RULES)
    assert found.document(ruleset.program) == ruleset.score_dict(ACCOUNTS[1], DAY)
    assert find_row(path, "nobody") is None


def test_a_row_of_something_else(folder: Path) -> None:
    odd = altered(folder, "SELECT id, 'x' AS ruleset FROM RESULTS", "rows.parquet")
    for path, words in ((odd, ""), (str(folder / "facts.ndjson"), ""), (str(folder / "nowhere.duckdb"), "")):
        with pytest.raises(FactsUnreadable) as caught:
            find_row(path, "a")
        assert caught.value.diagnostic.message.startswith(f"`{path}` holds no results of `eval`: {words}")


# ── addresses ──


class Mirror:
    """A connection that finds what has an address in a folder."""

    def __init__(self, connection: Any, folder: Path) -> None:
        self.connection, self.folder = connection, folder

    def execute(self, query: str, *more: Any) -> Any:
        if query == "LOAD httpfs":
            return None
        return self.connection.execute(query.replace(ADDRESS, f"{self.folder}/"), *more)

    def sql(self, query: str) -> Any:
        return self.connection.sql(query.replace(ADDRESS, f"{self.folder}/"))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)


@contextmanager
def mirrored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(stored_results, "open_session", lambda options: Mirror(open_session(options), folder))
        yield


def test_the_name_of_an_address_tells_its_format(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = summary(folder / "r.parquet", card="s")
    (folder / "packed.json.gz").write_bytes((folder / "packed.ndjson.gz").read_bytes())
    for name in ("r.parquet", "r.ndjson", "packed.ndjson.gz", "packed.json.gz"):
        with mirrored(folder, monkeypatch):
            found = summary(ADDRESS + name, card="s")
        assert (found["accounts"], found["scorecards"]) == (4, expected["scorecards"])


def test_patterns_of_addresses_are_what_fits_them() -> None:
    class Listing:
        def execute(self, query: str) -> Any:
            if "glob" in query and "broken" in query:
                raise duckdb.IOException("IO Error: no way there")
            found = ["s3://b/1.parquet", "s3://b/2.parquet"] if "b/*" in query else []
            return duckdb.sql(f"SELECT unnest({found}::VARCHAR[])") if "glob" in query else None

    assert remote_files(Listing(), ["x", "s3://b/*.parquet", "https://h/a*.parquet"]) == [
        "x", "s3://b/1.parquet", "s3://b/2.parquet", "https://h/a*.parquet",
    ]  # fmt: skip
    for path, words in (
        ("s3://none/[ab].parquet", "no file fits"),
        ("s3://broken/*.parquet", "no way there"),
    ):
        with pytest.raises(FactsUnreadable) as caught:
            remote_files(Listing(), [path])
        assert words in caught.value.diagnostic.message


def test_lines_of_a_scorecard_without_members_are_the_evaluators(folder: Path, tmp_path: Path) -> None:
    """It has no nodes; such a record of nothing could not be written as a column."""
    ruleset = load(tmp_path, RULES)
    found = printed(
        DuckdbEngine(ruleset.program, ruleset.facts_model, DAY, ruleset.evaluator), folder / "facts.ndjson"
    )
    assert found == [orjson.dumps(ruleset.score_dict(each, DAY)) for each in ACCOUNTS]
    assert json.loads(found[0])["scorecards"]["alone"]["nodes"] == {}
