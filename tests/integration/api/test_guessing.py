"""Those who guess: limits over many calls, callers and processes, which tell nothing of a code, and the alarm."""

import asyncio
import re
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from callcenter import admin
from callcenter.model.code import new_code, token_hash
from callcenter.model.disclosure import DisclosureState
from callcenter.store import disclosures
from callcenter.store.database import Store
from callcenter.store.guesses import ALARM
from callcenter.store.progress import progress
from callcenter.store.tables import audit, guess_limit
from demo.irma import RunningIrma
from tests.integration.api.world import ELSEWHERE, Begun, Installation, installation

WIDE = {f"guess_limit_{kind}": "9999/0.1" for kind in ("caller", "anonymous", "municipality", "installation")}
CALLER = "+31612345678"

Guarded = Callable[..., Awaitable[Installation]]


@pytest.fixture
async def guarded(store: Store, served: Store, irma: RunningIrma, tmp_path: Path) -> AsyncIterator[Guarded]:
    """Make an api with these limits, and no others that matter."""
    async with AsyncExitStack() as stack:

        async def make(**limits: object) -> Installation:
            return await stack.enter_async_context(installation(tmp_path, store, irma, served, **WIDE | limits))

        yield make


async def proven(api: Installation) -> Begun:
    """A disclosure whose code works, without a wallet."""
    begun = await api.start()
    async with api.store.begin() as tx:
        found = await progress(tx, token_hash(begun.status_token))
        assert found is not None
        assert await disclosures.move(tx, found.disclosure_id, DisclosureState.DISCLOSED, b"sealed")
    return begun


class Caller:
    """Somebody who calls, types codes, and calls again; or for each code anew."""

    def __init__(self, api: Installation, number: str | None = CALLER, trunk: str | None = "provider-a") -> None:
        self._api, self._from = api, {"caller": number, "trunk": trunk}
        self._name, self._calls = secrets.token_hex(8), 0

    async def types(self, code: str, call: str | None = None, number: str = "+31243290000") -> httpx.Response:
        """Type a code: in this call, or in a new one."""
        self._calls += 1
        question = {"number": number, "code": code, "call": call or f"{self._name}-{self._calls}", **self._from}
        headers = {"Authorization": f"Bearer {self._api.key}"}
        return await self._api.internal.post("/v1/codes/resolve", json=question, headers=headers)

    async def guesses(self, times: int) -> list[str]:
        """Type so many codes that nobody has, each in a call of its own; tell what came of it."""
        return [kind(await self.types(new_code())) for _ in range(times)]


def kind(answer: httpx.Response) -> str:
    return "right" if answer.status_code == 200 else str(answer.json()["type"])


async def figures(api: Installation) -> dict[str, float]:
    text = (await api.internal.get("/metrics")).text
    return {name: float(value) for name, value in re.findall(r"^veilig_bellen_(\S+) (\S+)$", text, re.MULTILINE)}


async def alarms(api: Installation) -> list[tuple[str | None, str]]:
    async with api.store.begin() as tx:
        rows = await tx.connection.execute(select(audit).where(audit.c.action == "guess-limit"))
        return [(row.municipality_id, row.attribute) for row in rows]


# -- a call, a caller ------------------------------------------------------------------------------


async def test_a_call_has_three_tries_wherever_it_is_conducted(guarded: Guarded) -> None:
    """Given three wrong codes in one call, then no more is looked at in it, a right one neither; in another it is."""
    api = await guarded()
    begun, caller = await proven(api), Caller(api)

    assert [kind(await caller.types(new_code(), "one")) for _ in range(3)] == ["code-unknown"] * 3
    assert kind(await caller.types(begun.code, "one")) == "too-many-tries"
    assert kind(await caller.types(begun.code, "two")) == "right"


async def test_the_same_code_asked_again_is_no_other_guess(guarded: Guarded) -> None:
    """Given an answer that was lost, when the call asks again, then it is told the same, and keeps its other tries."""
    api = await guarded()
    begun, caller, wrong = await proven(api), Caller(api), new_code()

    assert [kind(await caller.types(wrong, "one")) for _ in range(6)] == ["code-unknown"] * 6
    assert kind(await caller.types(begun.code, "one")) == "right"
    assert kind(await caller.types(begun.code, "one")) == "right"


async def test_a_number_that_guessed_is_slowed_whatever_it_types(guarded: Guarded) -> None:
    """Given a number with wrong codes in many calls, then its next codes wait, a right one as a wrong one."""
    api = await guarded(guess_limit_caller="4/3")
    begun, caller = await proven(api), Caller(api)
    assert await caller.guesses(4) == ["code-unknown"] * 4

    right = await caller.types(begun.code, "mine")
    wrong = await caller.types(new_code(), "other")

    assert [kind(right), kind(wrong)] == ["slow-down"] * 2
    assert right.json().keys() == wrong.json().keys()
    assert 0 < right.json()["retryAfter"] <= 3 < wrong.json()["retryAfter"]
    assert int(right.headers["Retry-After"]) >= right.json()["retryAfter"]

    early = await caller.types(begun.code, "mine")
    assert early.json()["retryAfter"] < right.json()["retryAfter"], "it keeps the slot that it has"
    await asyncio.sleep(early.json()["retryAfter"])
    assert kind(await caller.types(begun.code, "mine")) == "right"
    assert kind(await Caller(api, "+31687654321").types(new_code())) == "code-unknown", "another number is not slowed"


async def test_who_would_wait_too_long_is_not_looked_at(guarded: Guarded) -> None:
    api = await guarded(guess_limit_caller="2/30")
    begun, caller = await proven(api), Caller(api)
    await caller.guesses(2)

    assert kind(await caller.types(begun.code)) == "too-many-tries"
    assert kind(await Caller(api, "+31687654321").types(begun.code)) == "right"


async def test_a_slot_serves_one_guess(guarded: Guarded) -> None:
    """Given a call that waited for its slot, when it asks with many codes at once, then one is looked at."""
    api = await guarded(guess_limit_caller="1/2")
    caller = Caller(api)
    await caller.guesses(1)
    await asyncio.sleep((await caller.types(new_code(), "one")).json()["retryAfter"])

    answers = await asyncio.gather(*(caller.types(new_code(), "one") for _ in range(6)))

    assert sorted(kind(answer) for answer in answers) == ["code-unknown", *["slow-down"] * 5]


async def test_who_is_nearly_proven_asks_again_in_the_same_slot(guarded: Guarded, lazy: None) -> None:
    """Given a limit in force, when a citizen's proof is a moment behind the code, then no second slot is needed."""
    api = await guarded(guess_limit_caller="1/2")
    begun, caller = await api.start(), Caller(api)
    await caller.guesses(1)

    slowed = await caller.types(begun.code, "one")
    assert kind(slowed) == "slow-down"
    await asyncio.sleep(slowed.json()["retryAfter"])
    assert [kind(await caller.types(begun.code, "one")) for _ in range(3)] == ["not-yet-proven"] * 3
    assert kind(await caller.types(new_code(), "one")) == "code-unknown", "and it serves one guess, not more"
    assert kind(await caller.types(begun.code, "one")) == "slow-down"


# -- many callers ----------------------------------------------------------------------------------


async def test_callers_without_a_number_share_one_limit(guarded: Guarded) -> None:
    api = await guarded(guess_limit_anonymous="3/9")
    words = [None, "", "anonymous", "Restricted"]

    assert [(await Caller(api, word).guesses(1))[0] for word in words] == ["code-unknown"] * 3 + ["slow-down"]
    assert await Caller(api).guesses(1) == ["code-unknown"], "who shows one is not slowed"


async def test_at_another_municipalitys_number_a_code_counts_as_a_guess_there(guarded: Guarded) -> None:
    """Given a right code, when it is typed at another's number, it is wrong and counted there, and still good."""
    api = await guarded(guess_limit_municipality="6/9")
    begun = await proven(api)

    for n in range(4):
        assert kind(await Caller(api, f"+3161111111{n}").types(begun.code, number=ELSEWHERE)) == "code-unknown"

    assert kind(await Caller(api).types(new_code(), number=ELSEWHERE)) != "code-unknown"
    assert kind(await Caller(api).types(begun.code)) == "right"


async def test_those_who_try_again_leave_room_for_those_who_try_first(guarded: Guarded) -> None:
    """Given numbers that guess on and on, when the limit is in force for them, then a new number is not slowed."""
    api = await guarded(guess_limit_municipality="6/9")
    begun = await proven(api)
    guesser = Caller(api)

    assert await guesser.guesses(7) == ["code-unknown"] * 5 + ["slow-down", "too-many-tries"]

    assert kind(await Caller(api, "+31687654321").types(begun.code)) == "right"


async def test_one_trunk_leaves_room_for_the_others(guarded: Guarded) -> None:
    """Given an attack over one trunk, each time with a new number, then callers over another are not slowed."""
    api = await guarded(guess_limit_municipality="9/9")
    begun = await proven(api)

    told = [(await Caller(api, f"+3161111{n:04}").guesses(1))[0] for n in range(12)]
    assert told[:6] == ["code-unknown"] * 6, "two thirds of nine"
    assert "code-unknown" not in told[6:]

    assert kind(await Caller(api, "+31687654321", "provider-b").types(begun.code)) == "right"


async def test_one_municipality_leaves_room_for_the_others(guarded: Guarded) -> None:
    api = await guarded(guess_limit_municipality="3/30")
    for n in range(5):
        await Caller(api, f"+3161111111{n}").guesses(1)

    assert kind(await Caller(api).types(new_code(), number=ELSEWHERE)) == "code-unknown"


@asynccontextmanager
async def flood(apis: list[Installation], lines: int) -> AsyncIterator[list[str]]:
    """Guess on so many lines, each time with a new number, in new calls, without a pause."""
    told: list[str] = []

    async def guess(line: int) -> None:
        number = 0
        while True:
            number += 1
            caller = Caller(apis[line % len(apis)], f"+3169{line:03}{number:05}")
            told.extend(await caller.guesses(1))

    tasks = [asyncio.create_task(guess(line)) for line in range(lines)]
    try:
        yield told
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_several_processes_together_keep_to_the_limit(guarded: Guarded) -> None:
    """Given two apis on one store and a flood of guesses with new numbers, then the bound holds over both.

    And an honest caller, who asks again when told to, comes through.
    """
    burst, seconds, lines = 6, 0.5, 8
    api = await guarded(guess_limit_municipality=f"{burst}/{seconds}", guess_longest_wait=2)
    begun = await proven(api)
    async with api.again() as other, asyncio.timeout(60):
        began = time.monotonic()
        async with flood([api, other], lines) as told:
            honest = Caller(api, "+31687654321", "provider-b")
            while kind(answer := await honest.types(begun.code, "honest")) != "right":  # noqa: ASYNC110 - as told
                await asyncio.sleep(answer.json().get("retryAfter", 0.05))
            # As many as are let through at least, however busy the machine is; and long enough for the bound to show.
            while told.count("code-unknown") < burst * 2 / 3 or time.monotonic() < began + 4:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        period = time.monotonic() - began

    checked = told.count("code-unknown")
    assert burst * 2 / 3 <= checked <= burst + period / seconds + lines
    assert set(told) == {"code-unknown", "slow-down", "too-many-tries"}


# -- what is told, and what is kept ----------------------------------------------------------------


async def test_the_alarm_is_in_the_audit_trail_and_the_figures_once(guarded: Guarded) -> None:
    """Given an attack, when limits come in force, then each is told once, however long it lasts."""
    api = await guarded(guess_limit_municipality="3/9", guess_limit_caller="2/9")
    for n in range(8):
        await Caller(api, f"+3161111111{n}").guesses(1)
    await Caller(api).guesses(1)
    here = api.municipality.id

    assert await alarms(api) == [(here, "trunk:provider-a")], "two thirds of three are used up first"
    told = await figures(api)
    assert told['guess_alarms_total{kind="trunk"}'] == 1
    assert told['guess_limits_in_force{kind="trunk"}'] == 1
    assert told['guesses_total{result="wrong"}'] == 2
    assert told['guesses_total{result="slowed"}'] + told['guesses_total{result="spent"}'] == 7


async def test_nothing_of_a_caller_is_kept_or_told(guarded: Guarded, capfd: pytest.CaptureFixture[str]) -> None:
    """Given wrong codes, then number, call and codes are in no row, no log line and no figure."""
    api = await guarded(guess_limit_caller="2/30")
    codes = [new_code() for _ in range(3)]
    for code in codes:
        await Caller(api).types(code, "secretcall")

    async with api.store.begin() as tx:
        rows = (await tx.connection.execute(select(guess_limit))).all()
        trail = (await tx.connection.execute(select(audit))).all()
    told = f"{rows}{trail}{capfd.readouterr()}{(await api.internal.get('/metrics')).text}"

    assert rows
    assert [row.attribute for row in trail if row.action == ALARM] == ["caller"]
    assert all(row.free_at.timestamp() - datetime.now(UTC).timestamp() < 1800 for row in rows if row.kind == "caller")
    for secret in (CALLER.removeprefix("+"), CALLER[3:], "secretcall", *codes):
        assert secret not in told


async def test_each_municipality_sets_how_long_its_codes_work(guarded: Guarded) -> None:
    """Given a municipality with codes of five minutes, then a new one lives so long, and another's a quarter."""
    api = await guarded()
    await admin.set_code_minutes(api.store, api.municipality.slug, 5)

    async def minutes(municipality: str) -> float:
        begun = await api.start(municipality)
        left = datetime.fromisoformat(begun.answer["expiresAt"]) - datetime.now(UTC)
        return left.total_seconds() / 60

    assert 14.5 < await minutes(api.elsewhere.slug) <= 15
    assert 4.5 < await minutes(api.municipality.slug) <= 5
