"""Time that is none, and time at its edges: texts of dates and timestamps, daylight saving, ages exactly at a limit, as-of dates.

`time_facts.jsonl` says of each text what it tells, or `invalid`; a timestamp without an offset is in UTC there.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.project import run
from tests.hostile.scored import RULES, lines_of, make_project, score_twice

TEXTS = lines_of(Path(__file__).with_name("time_facts.jsonl").read_text(encoding="utf-8"))
AGES = """
measure by_day { value 1 ; points 1 ; fresh by since, stale after 30 days, expired after 60 days }
measure by_month { value 1 ; points 1 ; fresh by since, stale after 1 month, expired after 12 months }
measure by_moment { value 1 ; points 1 ; fresh by at, stale after 30 days, expired after 60 days }
output days_ago = days since since
output months_ago = months since since
output moment_ago = days since at
output is_near = since within 30 days
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path / "project", monkeypatch)


def ages(zone: str = "America/New_York") -> None:
    """The ruleset looks at ages too, and its days are those of a zone."""
    calendar = f'facts      hostile 1\n  calendar zone "{zone}"'
    text = RULES.replace("facts      hostile 1", calendar) + AGES
    Path("rulesets/hostile/1.0.0.rules").write_text(text, encoding="utf-8")


def write(*documents: dict[str, str]) -> None:
    lines = (json.dumps({"id": str(number)} | each) + "\n" for number, each in enumerate(documents))
    Path("facts.ndjson").write_text("".join(lines), encoding="utf-8")


def test_texts_of_dates_and_timestamps() -> None:
    write(*({each["field"]: each["text"]} for each in TEXTS))
    scored = score_twice(["facts.ndjson"])
    for each, result in zip(TEXTS, scored.results, strict=True):
        problems = [problem["code"] for problem in result["problems"]]
        found = "invalid" if problems else result["outputs"][f"the_{each['field']}"]
        assert found == each["we"], each
        assert problems in ([], ["RE504"])


#: What clocks in New York show, and the instant that it is.
CLOCKS = {
    "2024-03-10T01:59:59": "2024-03-10T06:59:59Z",
    "2024-03-10T02:00:00": "2024-03-10T07:00:00Z",  # clocks jump from 2:00 to 3:00: as if they had not
    "2024-03-10T02:30:00": "2024-03-10T07:30:00Z",
    "2024-03-10T03:00:00": "2024-03-10T07:00:00Z",
    "2024-11-03T00:59:59": "2024-11-03T04:59:59Z",
    "2024-11-03T01:30:00": "2024-11-03T05:30:00Z",  # this hour comes twice: the first of them
    "2024-11-03T02:00:00": "2024-11-03T07:00:00Z",
    "2024-11-03T01:30:00-05:00": "2024-11-03T06:30:00Z",
    "0001-01-01T00:00:00": "0001-01-01T04:56:02Z",  # the local time of New York before there were zones
    "0001-01-01T00:00:00Z": "invalid",  # a day of the year 0 in New York
    "9999-12-31T23:59:59": "invalid",  # a day of the year 10000 in UTC
}
#: As-of date, date of the fact, and the status by days (30, 60) and by months (1, 12).
AGED = [
    ("2024-03-01", "2024-03-01", "scored", "scored"),
    ("2024-03-01", "2024-01-31", "scored", "stale"),  # 30 days; a month later is 29 February
    ("2024-03-01", "2024-01-30", "stale", "stale"),
    ("2024-03-01", "2024-02-01", "scored", "scored"),
    ("2024-03-01", "2024-01-01", "stale", "stale"),  # 60 days
    ("2024-03-01", "2023-12-31", "expired", "stale"),
    ("2024-02-29", "2024-01-31", "scored", "scored"),
    ("2024-02-29", "2024-01-29", "stale", "scored"),  # 31 days, and exactly a month
    ("2024-02-29", "2024-01-28", "stale", "stale"),
    ("2023-02-28", "2023-01-28", "stale", "scored"),
    ("2023-02-28", "2023-01-27", "stale", "stale"),
    ("2025-02-28", "2024-02-29", "expired", "stale"),  # twelve months later is 28 February
    ("2025-03-01", "2024-02-29", "expired", "expired"),
    ("2025-03-01", "2024-03-01", "expired", "stale"),
    ("9999-12-31", "9999-12-31", "scored", "scored"),
    ("9999-12-31", "9999-11-30", "stale", "stale"),  # a month later is 30 December
    ("9999-12-31", "0001-01-01", "expired", "expired"),
    ("0001-01-01", "0001-01-01", "scored", "scored"),
]
#: A moment, and its age in days in New York on 2024-03-01.
MOMENTS = [
    ("2024-01-31T05:00:00Z", 30, "scored"),  # midnight in New York
    ("2024-01-31T04:59:59.999999Z", 31, "stale"),
    ("2024-01-31T00:00", 30, "scored"),
    ("2024-01-30T23:59:59.999999", 31, "stale"),
    ("2024-01-31T23:59:59-05:00", 30, "scored"),
    ("2024-02-01T04:59:59Z", 30, "scored"),
    ("2024-03-02T04:59:59Z", 0, "scored"),  # the end of the as-of date
    ("2024-01-01T05:00:00Z", 60, "stale"),
    ("2024-01-01T04:59:59Z", 61, "expired"),
]


def test_hours_that_are_skipped_or_come_twice() -> None:
    ages()
    write(*({"at": text} for text in CLOCKS))
    results = score_twice(["facts.ndjson"], as_of="9999-12-31").results
    found = ["invalid" if each["problems"] else each["outputs"]["the_at"] for each in results]
    assert dict(zip(CLOCKS, found, strict=True)) == CLOCKS


@pytest.mark.parametrize("as_of", sorted({each[0] for each in AGED}))
def test_ages_exactly_at_a_limit(as_of: str) -> None:
    ages()
    aged = [each for each in AGED if each[0] == as_of]
    write(*({"since": since} for _, since, _, _ in aged))
    for each, result in zip(aged, score_twice(["facts.ndjson"], as_of=as_of).results, strict=True):
        measures = result["measures"]
        assert (measures["by_day"]["status"], measures["by_month"]["status"]) == each[2:], each


def test_a_moment_counts_by_its_date_in_the_zone() -> None:
    ages()
    write(*({"at": at} for at, _, _ in MOMENTS))
    results = score_twice(["facts.ndjson"], as_of="2024-03-01").results
    for (at, days, status), result in zip(MOMENTS, results, strict=True):
        assert result["outputs"]["moment_ago"] == days, at
        assert result["measures"]["by_moment"]["status"] == status, at


@pytest.mark.parametrize("as_of", ["0001-01-01", "2024-03-01", "9999-12-31"])
def test_the_future_and_the_ends_of_the_calendar(as_of: str) -> None:
    ages()
    days = ("0001-01-01", "2024-03-02", "9999-12-31")
    write(*({"since": day} for day in days), *({"at": f"{day}T12:00:00Z"} for day in days))
    for day, result in zip(days, score_twice(["facts.ndjson"], as_of=as_of).results, strict=False):
        assert (result["outputs"]["days_ago"] is None) == (day > as_of)
        assert (result["outputs"]["months_ago"] is None) == (day > as_of)
        assert result["outputs"]["is_near"] is (day == as_of)


@pytest.mark.parametrize(
    "as_of",
    [
        "", " ", "today", "2023-02-29", "2024-02-30", "2024-13-01", "0000-01-01", "10000-01-01", "-0001-01-01", "+2024-01-01",
        "20240101", "2024-W01-1", "2024-1-1", "2024-01-01T00:00", "2024-01-01\n", " 2024-01-01", "2024-01-01 ", "２０２４-01-01",
        "2024-01-०१", "2024-01-01\x1b[31m", "9" * 5_000, "NaN", "1e3", "--help", "2024-01-01; rm -rf /",
    ],
)  # fmt: skip
def test_an_as_of_date_that_is_none(as_of: str) -> None:
    write({"since": "2024-01-01"})
    done = run("eval", "hostile", "facts.ndjson", f"--as-of={as_of}")
    assert done.exit_code == 2
    assert "is no date; write it as 2024-03-01." in " ".join(done.stderr.split())
    assert "\x1b" not in done.stderr
    assert done.stdout == ""
