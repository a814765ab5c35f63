"""Fills a database by SQL with what a run needs: living codes, open sessions, years of the past."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import JSON, Boolean, Column, DateTime, Integer, LargeBinary, Table

from callcenter.model.code import code_hash
from callcenter.store.tables import call, disclosure

MUNICIPALITY_ID, PURPOSE_ID = "be" * 16, "ac" * 16
HASHES = ("code_hash", "status_hash", "callback_hash")
SEALED_BYTES = 400  # as a name, a BSN and an address, sealed, are
LIVES = "now() + interval '2 hours'"

# How a column that must have a value gets one, where a row here does not say: columns come and go.
_EMPTY: dict[type, str] = {JSON: "'[]'", Boolean: "false", Integer: "0", LargeBinary: "''::bytea", DateTime: "now()"}


def columns_and_values(
    given: Mapping[str, sql.Composable], table: Table = disclosure
) -> tuple[sql.Composable, sql.Composable]:
    """Return the columns of an INSERT and their values: those given, and an empty one for others that need one."""
    values = {c.name: sql.SQL(_empty(c)) for c in table.columns if not c.nullable} | dict(given)
    names = sql.SQL(", ").join(sql.Identifier(name) for name in values)
    return names, sql.SQL(", ").join(values.values())


def _empty(column: Column[Any]) -> Any:
    kinds = [value for kind, value in _EMPTY.items() if isinstance(getattr(column.type, "impl", column.type), kind)]
    return kinds[0] if kinds else "''"


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[psycopg.AsyncConnection]:
    """A connection that commits by itself."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        yield connection


async def living(url: str, code_key: bytes, count: int) -> list[str]:
    """Make proven disclosures that wait for their call; return their codes. C has the status token `status-C`."""
    codes = [f"{number:010d}" for number in range(count)]
    given = {
        "id": "md5('living' || code)",
        "municipality_id": f"'{MUNICIPALITY_ID}'",
        "purpose_id": f"'{PURPOSE_ID}'",
        "state": "'disclosed'",
        "requested_at": "now()",
        "expires_at": LIVES,
        "code_hash": "hash",
        "status_hash": "sha256(convert_to('status-' || code, 'UTF8'))",
        "callback_hash": "sha256(convert_to('callback-' || code, 'UTF8'))",
        "sealed": f"decode(repeat(md5(code), {SEALED_BYTES // 16}), 'hex')",
    }
    insert = sql.SQL("INSERT INTO disclosure ({}) SELECT {} FROM unnest(%s::text[], %s::bytea[]) AS seed(code, hash)")
    hashes = [code_hash(code_key, MUNICIPALITY_ID, code) for code in codes]
    async with connected(url) as connection:
        await connection.execute(insert.format(*columns_and_values(_sql(given))), (codes, hashes))
        await connection.execute("VACUUM ANALYZE disclosure")
    return codes


def status_token(code: str) -> str:
    """The status token of a disclosure that `living` made."""
    return f"status-{code}"


async def past(url: str, count: int) -> None:
    """Make calls that have ended, a year of them, and as many disclosures of the last half hour, not forgotten yet."""
    both = {"municipality_id": f"'{MUNICIPALITY_ID}'", "purpose_id": f"'{PURPOSE_ID}'", "state": "'ended'"}
    calls = both | {
        "id": "md5('call' || n)",
        "pbx": "'pbx1'",
        "channel_id": "'channel-' || n",
        "agent_id": "'agent-' || n %% 50",
        "outcome": "'done'",
        "language": "'nl'",
    }
    times = ("arrived_at", "waiting_since", "offered_at", "connected_at", "ended_at")
    calls |= dict.fromkeys(times, f"now() - n * interval '1 year' / {count}")
    disclosures = both | {
        "id": "md5('past' || n)",
        "requested_at": f"now() - n * interval '30 minutes' / {count}",
        "expires_at": f"now() - n * interval '30 minutes' / {count}",
        "status_hash": "sha256(int8send(n))",
        "callback_hash": "sha256(int8send(-n))",
        "call_id": "md5('call' || n)",
    }
    insert = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM generate_series(1::bigint, %s) AS n")
    async with connected(url) as connection:
        for table, given in ((call, calls), (disclosure, disclosures)):
            name = sql.Identifier(table.name)
            await connection.execute(insert.format(name, *columns_and_values(_sql(given), table)), (count,))
        await connection.execute("VACUUM ANALYZE")


def _sql(given: Mapping[str, Any]) -> dict[str, sql.Composable]:
    return {name: sql.SQL(expression) for name, expression in given.items()}


async def keep_open(url: str) -> int:
    """Let the sessions that are open now outlast the run, and `as_before`; return how many there are."""
    async with connected(url) as connection:
        done = await connection.execute(f"UPDATE disclosure SET expires_at = {LIVES} WHERE state = 'requested'")  # noqa: S608
        return done.rowcount


async def as_before(url: str) -> None:
    """Undo what a load did: codes that were used up live again, sessions that were started are gone."""
    async with connected(url) as connection:
        await connection.execute("UPDATE disclosure SET state = 'disclosed', call_id = NULL WHERE state = 'called'")
        await connection.execute(
            "DELETE FROM disclosure WHERE state = 'requested' AND expires_at < now() + interval '1 hour'"
        )
        await connection.execute("VACUUM ANALYZE disclosure")


async def queries(url: str) -> int:
    """How many transactions the database has seen so far."""
    async with connected(url) as connection:
        await connection.execute("SELECT pg_stat_force_next_flush()")
        row = await (
            await connection.execute(
                "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
            )
        ).fetchone()
    return int(row[0]) if row else 0
