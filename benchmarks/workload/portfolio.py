"""Portfolios of any number of accounts as files: NDJSON and Parquet, kept in a folder for the next run.

In: how many accounts and a folder. Out: paths. Guaranteed: ids are unique; files appear whole or not at all; memory does not
grow with the number of accounts. Up to `DISTINCT` accounts every document is a different one; beyond that the same documents
come round again under other ids, since making each anew in Python takes longer than any measurement of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.workload.accounts import lines

#: So many documents differ in more than their id.
DISTINCT = 100_000
#: Every line begins so; the number of the account follows.
_START = b'{"id":"account-'
_DIGITS = 7
_BLOCK = 10_000
#: What DuckDB reads the documents as: every field, also those that no measure needs.
COLUMNS = {
    "id": "VARCHAR",
    "account": "STRUCT(name VARCHAR, crm_url VARCHAR, service_level VARCHAR, customer_since DATE, csm_owned BOOLEAN, "
    "csm_priority BIGINT, region VARCHAR, annual_recurring_revenue BIGINT)",
    "subscription": "STRUCT(plan VARCHAR, licensed_users BIGINT)",
    "usage": "STRUCT(reported_at DATE, deployment VARCHAR, billable_users BIGINT, active_users BIGINT, git_users BIGINT, "
    "builds BIGINT, scanner_users BIGINT, deploy_users BIGINT)",
    "sentiment": "STRUCT(rating VARCHAR, updated_at DATE)",
    "support": "STRUCT(tickets_last_month BIGINT, open_emergency_tickets BIGINT, emergency_closed_at DATE, updated_at DATE)",
    "success_plan": "STRUCT(status VARCHAR, objectives BIGINT, has_strategy BOOLEAN, has_highlights BOOLEAN)",
    "engagement": "STRUCT(last_meeting DATE, champion VARCHAR, notes_by VARCHAR)",
    "timeline": 'STRUCT("date" DATE, subject VARCHAR, external_roles VARCHAR[])[]',
}


def ndjson(number: int, folder: Path) -> Path:
    """The file with so many accounts as NDJSON; made when it is not there yet."""
    path = folder / f"accounts-{number}.ndjson"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{os.getpid()}")
        with partial.open("wb") as file:
            documents = portfolio(number)
            while block := b"".join(islice(documents, _BLOCK)):
                file.write(block)
        partial.replace(path)
    return path


def parquet(number: int, folder: Path) -> Path:
    """The same accounts as Parquet, in typed nested columns."""
    import duckdb

    path = folder / f"accounts-{number}.parquet"
    if not path.exists():
        source = ndjson(number, folder)
        partial = path.with_name(f"{path.name}.{os.getpid()}")
        with duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(folder)}) as connection:
            connection.execute(f"COPY (FROM {reading(source)}) TO '{partial}' (FORMAT parquet)")
        partial.replace(path)
    return path


def reading(path: Path) -> str:
    """The table function that reads such a file in DuckDB, leniently: what does not fit its type ends the query."""
    if path.suffix == ".parquet":
        return f"read_parquet('{path}')"
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in COLUMNS.items())
    return f"read_ndjson('{path}', columns = {{{columns}}})"


def portfolio(number: int) -> Iterator[bytes]:
    """So many lines of NDJSON, each with an id of its own."""
    rests = []
    for line in lines(min(number, DISTINCT)):
        yield line
        if number > DISTINCT:
            rests.append(line[len(_START) + _DIGITS :])
    for position in range(DISTINCT, number):
        yield b"%s%07d%s" % (_START, position, rests[position % DISTINCT])
