"""Callbacks of the IRMA server, at a steady pace beside resolves."""

import time
from typing import Any

import jwt
from psycopg import AsyncConnection

from bench import seed
from bench.ground import Ground, answered
from bench.installation import Installation
from bench.plans import Plan, Requests, request
from bench.table import Row
from callcenter.irma.callback import SUBJECT
from callcenter.store.sealing import TokenBox
from demo.stage import CONDISCON

GOAL_MS = 200
VALUE = "999990019"  # an invented BSN, and what stands for every other attribute


async def callbacks(ground: Ground) -> list[Row]:
    """Signed results of real sessions at `pace` a second, beside as many resolves."""
    size = ground.size
    count = int(size.pace * size.paced_seconds * 10 / 9)
    async with ground.installation() as at:
        codes = await seed.living(at.database, at.code_key, size.living)
        start = Plan("closed", [at.starting()], at_once=size.at_once, most=count)
        answered(await ground.load.one(start), "a session was not started")
        results = await _results(at, (ground.folder / "irma/jwt.pem").read_text())
        first = count // 10  # with these it fetches the IRMA server's key and opens its connections
        for warm_up in (Requests(at.internal_port, whole=results[:first]), at.resolving(codes[-first:])):
            await ground.load.one(Plan("closed", [warm_up], at_once=2))
        loads = [Requests(at.internal_port, whole=results[first:]), at.resolving(codes)]
        took, resolved = await ground.load.do(Plan("paced", loads, rate=size.pace, seconds=size.paced_seconds))
        taken = await _disclosed(at) - len(codes) + resolved.answered + first
    well = took.all_are(204) and resolved.all_are(200) and taken == count
    ground.tell(f"    callbacks {took.statuses}, {taken} of {count} taken; resolves {resolved.statuses}: {resolved}")
    return [
        Row(
            f"callbacks at {size.pace:.0f}/s beside {size.pace:.0f} resolves/s, {size.paced_seconds:.0f} s",
            f"answered: p50 {took.p50:.0f} ms, p99 {took.p99:.0f} ms; {taken} of {count} proven;"
            f" the resolves: p99 {resolved.p99:.0f} ms",
            "–",
            f"p99 ≤ {GOAL_MS} ms",
            well and took.p99 <= GOAL_MS,
        )
    ]


async def _results(at: Installation, signing_key: str) -> list[str]:
    """The request with the signed result of every open session, as the IRMA server would post it."""
    box = TokenBox(at.code_key)
    async with seed.connected(at.database) as connection:
        rows = await _with_known_callbacks(connection)
    requests = []
    for id_, closed in rows:
        body = jwt.encode(_result(box.open(closed, id_)), signing_key, algorithm="RS256")
        requests.append(request("POST", f"/irma/callback/{id_}/", body, Content_Type="text/plain"))
    return requests


async def _with_known_callbacks(connection: AsyncConnection) -> list[Any]:
    """Open sessions, each with its id for callback secret: the real one is known to the IRMA server alone."""
    return await (
        await connection.execute(
            "UPDATE disclosure SET callback_hash = sha256(convert_to(id, 'UTF8')) WHERE state = 'requested'"
            " RETURNING id, irma_token"
        )
    ).fetchall()


def _result(token: str) -> dict[str, Any]:
    now = int(time.time())
    shown = {
        "rawvalue": VALUE,
        "value": {"": VALUE, "nl": VALUE, "en": VALUE},
        "status": "PRESENT",
        "issuancetime": now,
    }
    return {
        "iss": "irmaserver",
        "sub": SUBJECT,
        "iat": now,
        "exp": now + 600,
        "token": token,
        "type": "disclosing",
        "status": "DONE",
        "proofStatus": "VALID",
        "disclosed": [[shown | {"id": name} for name in options[0]] for options in CONDISCON],
    }


async def _disclosed(at: Installation) -> int:
    async with seed.connected(at.database) as connection:
        found = await connection.execute("SELECT count(*) FROM disclosure WHERE state = 'disclosed'")
        row = await found.fetchone()
    return int(row[0]) if row else 0
