"""Time: ages, month ends, `within`, zones, the calendar and the fiscal year. The calendar of Python says what is right."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

from tests.conformance.making.writing import Case, Group, Topic, account, accounts, na, topic, value, values


def plus_months(day: date, months: int) -> date:
    """A day so many months on, clamped to the end of the month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_since(day: date, as_of: date) -> int | None:
    """The greatest n with D + n months ≤ A; None for a day that is to come."""
    if day > as_of:
        return None
    found = 0
    while plus_months(day, found + 1) <= as_of:
        found += 1
    return found


DAYS = (
    "2024-01-30",
    "2024-01-31",
    "2024-02-01",
    "2024-02-28",
    "2024-02-29",
    "2024-03-01",
    "2023-02-28",
    "2023-08-31",
    "2020-02-29",
    "2024-03-02",
)
AS_OFS = ("2024-02-29", "2024-03-01", "2024-03-31", "2025-02-28")


def ages() -> list[Case]:
    """Days, weeks, months, quarters and years since every day, on every as-of date."""
    found = []
    for text in DAYS:
        for day in AS_OFS:
            then, now = date.fromisoformat(text), date.fromisoformat(day)
            months = months_since(then, now)
            days = (now - then).days if then <= now else None
            outputs: dict[str, Any] = {
                "days": days, "months": months, "weeks": None if days is None else days // 7,
                "quarters": None if months is None else months // 3, "years": None if months is None else months // 12,
                "future": days is None,
            }  # fmt: skip
            found.append(account({"day": text}, {"outputs": outputs}, "rule", as_of=day))
    return found


AGES = """output days = days since day
output months = months since day
output weeks = weeks since day
output quarters = quarters since day
output years = years since day
output future = (days since day) is invalid
"""


def reaches() -> list[Case]:
    """`within`, `after` and `first` by days and months, just before, on and after the limit."""
    found = []
    for as_of in (date(2024, 2, 29), date(2024, 3, 31), date(2024, 5, 30)):
        limits = [as_of - timedelta(30), plus_months(as_of, -3)]
        days = {limit + timedelta(step) for limit in limits for step in (-1, 0, 1)} | {
            as_of,
            as_of + timedelta(1),
        }
        for day in sorted(days):
            age = (as_of - day).days
            outputs = {"within_days": 0 <= age <= 30, "within_months": day <= as_of <= plus_months(day, 3)}
            found.append(account({"day": day}, {"outputs": outputs}, "rule", as_of=as_of))
    return found


def freshness() -> list[Case]:
    """A value that goes stale after 30 days and expires after 3 months, on the limits."""
    found = []
    for as_of in (date(2024, 3, 1), date(2024, 5, 31)):
        limits = [as_of - timedelta(30), plus_months(as_of, -3)]
        days = {limit + timedelta(step) for limit in limits for step in (-2, -1, 0, 1)} | {
            as_of,
            as_of + timedelta(5),
        }
        for day in sorted(days):
            status = (
                "expired" if as_of > plus_months(day, 3) else "stale" if (as_of - day).days > 30 else "scored"
            )
            measure = {
                "status": status,
                "value": None if status == "expired" else 7,
                "band": None if status == "expired" else "green",
            }
            found.append(account({"a": 7, "day": day}, {"measures": {"m": measure}}, "rule", as_of=as_of))
    unknown = account({"a": 7}, {"measures": {"m": {"status": "missing", "value": None, "band": None}}})
    return [*found, unknown]


def grace() -> list[Case]:
    """Grace of the first 30 days, and of the first 3 months."""
    found = []
    for as_of in (date(2024, 2, 29), date(2024, 3, 31)):
        limits = [as_of - timedelta(30), plus_months(as_of, -3)]
        days = {limit + timedelta(step) for limit in limits for step in (-1, 0, 1)} | {as_of}
        for day in sorted(days):
            young, younger = (as_of - day).days < 30, as_of < plus_months(day, 3)
            cards = {
                "by_days": {
                    "status": "grace" if young else "scored",
                    "nodes": {"m": {"status": "grace" if young else "scored"}},
                },
                "by_months": {"status": "grace" if younger else "scored", "score": None if younger else 87.5},
            }
            found.append(account({"a": 7, "day": day}, {"scorecards": cards}, "rule", as_of=as_of))
    undecided = {
        "by_days": {"status": "scored", "score": 87.5},
        "by_months": {"status": "scored", "score": 87.5},
    }
    return [*found, account({"a": 7}, {"scorecards": undecided, "problems": ["RE509", "RE509"]})]


MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


def fiscal(day: date, first: int) -> tuple[int, int]:
    """Fiscal year, named after the year in which it ends, and quarter."""
    months = (day.month - first) % 12
    year = day.year if first == 1 or day.month < first else day.year + 1
    return year, months // 3 + 1


def fiscal_groups() -> list[Group]:
    """For every first month of the fiscal year: year, quarter, name, first and last day."""
    text = ("output year = fiscal year\noutput quarter = fiscal quarter\noutput name = name of fiscal quarter\noutput start = start of fiscal quarter\n"
            "output end = end of fiscal year\noutput of_day = fiscal quarter (day)")  # fmt: skip
    found = []
    for first, word in enumerate(MONTHS, 1):
        cases = []
        for as_of in (date(2024, 1, 31), date(2024, 2, 29), date(2024, 6, 1), date(2024, 12, 31)):
            year, quarter = fiscal(as_of, first)
            start = date(as_of.year, as_of.month, 1)
            while (start.month - first) % 3:
                start = plus_months(start, -1)
            end = start
            while end.month != first or end == start:
                end = plus_months(end, 1)
            outputs = {
                "year": year, "quarter": quarter, "name": f"FY{year % 100:02}-Q{quarter}", "start": start,
                "end": end - timedelta(1), "of_day": fiscal(date(2024, 5, 15), first)[1],
            }  # fmt: skip
            cases.append(account({"day": "2024-05-15"}, {"outputs": outputs}, "rule", as_of=as_of))
        head = f"ruleset case 1.0.0 {{ facts case 1 ; calendar fiscal year starts {word} }}\n"
        found.append(accounts(f"fiscal year from {word}", head + text, cases, rules=[18]))
    return found


def fiscal_elsewhere() -> list[Group]:
    """The same of an instant, which is a day later in Auckland."""
    found = []
    for first, word in enumerate(MONTHS, 1):
        head = f'ruleset case 1.0.0 {{ facts case 1 ; calendar zone "Pacific/Auckland", fiscal year starts {word} }}\n'
        year, quarter = fiscal(date(2024, 7, 1), first)
        outputs = {"year": year, "name": f"FY{year % 100:02}-Q{quarter}", "day": "2024-07-01"}
        text = "output year = fiscal year (moment)\noutput name = name of fiscal quarter (moment)\noutput day = date(moment)"
        case = account({"moment": "2024-06-30T13:00:00Z"}, {"outputs": outputs}, "rule")
        found.append(accounts(f"instants and {word}", head + text, [case], rules=[18]))
    return found


def period(day: date, unit: str) -> tuple[date, date]:
    """First and last day of the week, month, quarter or year of a day."""
    if unit == "week":
        start = day - timedelta(day.weekday())
        return start, start + timedelta(6)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    return start, plus_months(start, months) - timedelta(1)


UNITS = ("week", "month", "quarter", "year")


def periods() -> list[Case]:
    """First and last days and names of the periods of days at the ends of years."""
    found = []
    for text in ("2024-01-01", "2024-02-29", "2023-12-31", "2021-01-03", "2020-12-31", "2024-12-30"):
        day = date.fromisoformat(text)
        year, week, _ = day.isocalendar()
        outputs: dict[str, Any] = {"name_week": f"{year}-W{week:02}", "name_month": text[:7], "name_year": text[:4],
                                   "name_quarter": f"{day.year}-Q{(day.month + 2) // 3}"}  # fmt: skip
        for unit in UNITS:
            outputs[f"start_{unit}"], outputs[f"end_{unit}"] = period(day, unit)
        found.append(account({"day": text}, {"outputs": outputs}, "rule"))
    return found


def _beside(as_of: date, unit: str, step: int) -> tuple[date, date]:
    start, end = period(as_of, unit)
    return period(end + timedelta(1) if step > 0 else start - timedelta(1), unit) if step else (start, end)


def memberships() -> list[Case]:
    """Whether days lie in this, the last or the next period, on both of its ends."""
    found = []
    as_of = date(2024, 5, 15)
    for unit in UNITS:
        ends = [end for step in (-1, 0, 1) for end in _beside(as_of, unit, step)]
        for day in (*ends, ends[0] - timedelta(1), ends[-1] + timedelta(1)):
            this, last, following = (_inside(day, _beside(as_of, unit, step)) for step in (0, -1, 1))
            outputs = {f"this_{unit}": this, f"last_{unit}": last, f"next_{unit}": following,
                       f"with_next_{unit}": this or following, f"with_last_{unit}": this or last, f"not_{unit}": not this}  # fmt: skip
            found.append(account({"day": day}, {"outputs": outputs}, "rule", as_of=as_of))
    return found


def _inside(day: date, ends: tuple[date, date]) -> bool:
    return ends[0] <= day <= ends[1]


def zones() -> list[Case]:
    """The calendar date of an instant in Berlin, where the clocks go on at 01:00 UTC on 31 March 2024."""
    instants = {
        "2024-02-29T22:59:59Z": "2024-02-29", "2024-02-29T23:00:00Z": "2024-03-01", "2024-02-29T23:30:00-05:00": "2024-03-01",
        "2024-03-01T00:30:00+02:00": "2024-02-29", "2024-03-01T00:30:00": "2024-03-01", "2024-03-31T00:59:59Z": "2024-03-31",
        "2024-03-31T22:00:00Z": "2024-04-01", "2024-03-31T21:59:59Z": "2024-03-31", "2023-12-31T23:00:00Z": "2024-01-01",
        "2024-07-01T22:00:00Z": "2024-07-02", "2024-07-01T21:59:59.999Z": "2024-07-01",
    }  # fmt: skip
    found = [
        account(
            {"moment": moment}, {"outputs": {"day": day, "year": int(day[:4]), "same": day == "2024-03-01"}}
        )
        for moment, day in instants.items()
    ]
    wrong = {"outputs": {"day": None, "wrong": True}, "problems": ["RE504"]}
    bad = (
        "2024-02-30T10:00:00Z",
        "2024-02-29T24:01:00Z",
        "2024-02-29T10:60:00Z",
        "soon",
        "2024-02-29 at noon",
        "2024-13-01T00:00:00Z",
        20240229,
    )
    return [*found, *(account({"moment": moment}, wrong) for moment in bad)]


def no_dates() -> list[Case]:
    """Dates that are none are invalid; the rest is scored."""
    wrong = {"outputs": {"known": False, "wrong": True, "rest": 3}, "problems": ["RE504"]}
    bad = (
        "2023-02-29",
        "2024-02-30",
        "2024-00-10",
        "2024-13-01",
        "2024-1-5",
        "tomorrow",
        "",
        "29.02.2024",
        "0000-01-01",
        "10000-01-01",
        5,
        True,
    )
    fine = {"outputs": {"known": True, "wrong": False, "rest": 3}, "problems": []}
    return [
        *(account({"day": day, "a": 3}, wrong) for day in bad),
        *(account({"day": day, "a": 3}, fine) for day in ("2024-02-29", "0001-01-01", "9999-12-31")),
        account({"a": 3}, {"outputs": {"known": False, "wrong": False, "rest": 3}, "problems": []}),
    ]


def arithmetic() -> list[Case]:
    """Dates and durations, ages until a day, and comparisons."""
    return [
        value("2024-01-31 + 1 month", "2024-02-29"), value("2023-01-31 + 1 month", "2023-02-28"), value("2024-03-31 - 1 month", "2024-02-29"),
        value("2024-02-29 + 1 year", "2025-02-28"), value("2024-02-29 - 4 years", "2020-02-29"), value("2024-02-28 + 2 days", "2024-03-01"),
        value("2024-01-01 - 1 day", "2023-12-31"), value("2024-03-01 - 2024-02-01", 29), value("2023-03-01 - 2023-02-01", 28),
        value("as_of", "2024-03-01"), value("as_of - 30 days", "2024-01-31"), value("as_of + 1 quarter", "2024-06-01"), value("as_of + 2 weeks", "2024-03-15"),
        value("days until 2024-03-31", 30), value("months until 2024-05-15", 2), value("weeks until 2024-03-31", 4), value("years until 2026-03-01", 2),
        value("quarters until 2024-09-01", 2), na("days until 2024-02-29", "invalid"), value("days until 2024-03-01", 0), na("months since 2024-03-02", "invalid"),
        value("2024-02-29T23:30:00Z = 2024-02-29", True), value("2024-02-29T23:30:00Z < 2024-03-01", True), value("day = 2024-02-29", True),
        value("day != as_of", True), value("day <= as_of", True), value("moment < as_of", True), value("day in 2024-02-01..<2024-03-01", True),
        value("day in >2024-02-29..2024-03-31", False), value("days since day", 1), value("days since moment", 10), na("days since nested.day", "missing"),
        na("nested.day within 3 days", "missing"), na("nested.day + 1 month", "missing"), value("start of month (day)", "2024-02-01"),
        value("end of week (day)", "2024-03-03"), na("start of year (nested.day)", "missing"), value("day in last month", True),
        na("nested.day in this month", "missing"), value("year(day) * 100 + month(day)", 202402), value("months since day >= 1 year", False),
    ]  # fmt: skip


def groups() -> list[Group]:
    """All groups about time."""
    rag = "bands rag { green 75..100 points 87.5 ; yellow 50..<75 points 62.5 ; red 0..<50 points 25 }\nmeasure m { value a ; rate { green when > 5 ; red otherwise }%s }\n"
    fresh = rag % " ; fresh by day, stale after 30 days, expired after 3 months"
    card = (
        rag % ""
        + "scorecard by_days { grace first 30 days from day ; m }\nscorecard by_months { grace first 3 months from day ; m }"
    )
    shown = "".join(
        f"output start_{u} = start of {u} (day)\noutput end_{u} = end of {u} (day)\noutput name_{u} = name of {u} (day)\n"
        for u in UNITS
    )
    inside = "".join(
        f"output this_{u} = day in this {u}\noutput last_{u} = day in last {u}\noutput next_{u} = day in next {u}\noutput with_next_{u} = day in this {u} or next\n"
        f"output with_last_{u} = day in this {u} or last\noutput not_{u} = day not in this {u}\n"
        for u in UNITS
    )
    berlin = (
        'ruleset case 1.0.0 { facts case 1 ; calendar fiscal year starts january, zone "Europe/Berlin" }\n'
    )
    instants = (
        berlin
        + "output day = date(moment)\noutput year = year(moment)\noutput same = moment = 2024-03-01\noutput wrong = moment is invalid"
    )
    within = "output within_days = day within 30 days\noutput within_months = day within 3 months"
    return [
        accounts("ages", AGES, ages(), rules=[18]),
        accounts("within", within, reaches(), rules=[18]),
        accounts("freshness", fresh + "scorecard s { m }", freshness(), rules=[6, 18, 19]),
        accounts("grace", card, grace(), rules=[3, 7, 18]),
        *fiscal_groups(),
        *fiscal_elsewhere(),
        accounts("periods", shown, periods(), rules=[18]),
        accounts("in a period", inside, memberships(), rules=[18]),
        accounts("zones", instants, zones(), rules=[5, 18]),
        accounts("no dates", "output known = day is known\noutput wrong = day is invalid\noutput rest = a", no_dates(), rules=[5]),
        values("dates and durations", "output u = 1", {"day": "2024-02-29", "moment": "2024-02-20T10:00:00Z"}, arithmetic(), rules=[1, 18]),
    ]  # fmt: skip


def topics() -> list[Topic]:
    """One file."""
    return [topic("dates", "Ages, month ends, freshness, grace, zones and the calendar.", groups())]
