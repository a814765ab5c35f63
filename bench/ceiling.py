"""The ceiling: bare FastAPI endpoints on the same server and libraries, that do the one thing that must be done.

`python -m bench.ceiling PORT` with BENCH_DATABASE, BENCH_IRMA, BENCH_TOKEN and BENCH_CODE_KEY in its environment.
No keys, no limits, no hashing of tokens, no transactions of several statements, no events, no log.
"""

import asyncio
import os
import secrets
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvloop
from fastapi import FastAPI, Response
from psycopg import sql
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel

from bench import seed
from callcenter.irma.client import DISCLOSURE
from callcenter.model.code import code_hash
from callcenter.serving import serving
from demo.ports import LOOPBACK
from demo.stage import CONDISCON

USE = """UPDATE disclosure SET state = 'called', call_id = %s
         WHERE code_hash = %s AND state = 'disclosed' AND expires_at > now() RETURNING id"""


class Wish(BaseModel):
    """What to start."""

    municipality: str
    purpose: str


class Question(BaseModel):
    """What to resolve."""

    number: str
    code: str
    call: str


def create_ceiling(pool: AsyncConnectionPool, irma: httpx.AsyncClient, code_key: bytes) -> FastAPI:
    """Return the bare endpoints."""
    app = FastAPI()
    given: dict[str, sql.Composable] = {
        "state": sql.Literal("requested"),
        "municipality_id": sql.Literal(seed.MUNICIPALITY_ID),
        "purpose_id": sql.Literal(seed.PURPOSE_ID),
        "requested_at": sql.SQL("now()"),
        "expires_at": sql.SQL("now() + interval '15 minutes'"),
        **{name: sql.Placeholder(name) for name in ("id", *seed.HASHES, "irma_token")},
    }
    insert = sql.SQL("INSERT INTO disclosure ({}) VALUES ({})").format(*seed.columns_and_values(given))

    @app.post("/v1/disclosures")
    async def start(_: Wish) -> dict[str, Any]:
        body = {"request": {"@context": DISCLOSURE, "disclose": CONDISCON}, "callbackUrl": "http://127.0.0.1:9/x"}
        session = (await irma.post("/session", json=body)).json()
        values: dict[str, Any] = {name: secrets.token_bytes(32) for name in seed.HASHES}
        async with pool.connection() as connection:
            await connection.execute(insert, values | {"id": uuid.uuid4().hex, "irma_token": session["token"].encode()})
        return {"sessionPtr": session["sessionPtr"], "frontendRequest": session["frontendRequest"]}

    @app.post("/v1/codes/resolve")
    async def resolve(question: Question) -> Any:
        hashed = code_hash(code_key, seed.MUNICIPALITY_ID, question.code)
        async with pool.connection() as connection:
            row = await (await connection.execute(USE, (question.call, hashed))).fetchone()
        return {"reference": row[0]} if row else Response(status_code=404)

    return app


@asynccontextmanager
async def _running(port: int) -> AsyncIterator[None]:
    irma = httpx.AsyncClient(
        base_url=os.environ["BENCH_IRMA"], headers={"Authorization": os.environ["BENCH_TOKEN"]}, trust_env=False
    )
    pool = AsyncConnectionPool(
        os.environ["BENCH_DATABASE"], kwargs={"autocommit": True}, min_size=10, max_size=10, open=False
    )
    async with irma, pool:
        app = create_ceiling(pool, irma, bytes.fromhex(os.environ["BENCH_CODE_KEY"]))
        async with serving(app, LOOPBACK, port, "nothing: it was free"):
            yield


async def _main() -> None:
    async with _running(int(sys.argv[1])):
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_main())
