"""What the client makes of answers: errors by kind, in words, without what was sent; and never waiting for long."""

import asyncio
import json
import time
import traceback
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from callcenter.irma import questions
from callcenter.irma.breaker import Breaker, BreakerState
from callcenter.irma.client import IrmaServer
from callcenter.irma.errors import IrmaAway, IrmaError, IrmaFailed, IrmaPaused, IrmaRefused, SessionUnknown
from callcenter.irma.questions import QUESTIONS
from callcenter.logs import Log
from demo.process import until
from tests.unit.irma.conftest import Canned

KEY = SecretStr("requestorkey0001")
TOKEN = SecretStr("exBFu1vBFZ4CmpvvUzgI")
RETURN_URL = "tel:+31243290000,5362149328"
ASKED = [[["pbdf.gemeente.personalData.bsn"]]]


@pytest.fixture
async def irma(canned: Canned) -> AsyncIterator[IrmaServer]:
    async with IrmaServer(canned.url, KEY, deadline=0.5) as server:
        yield server


def error(name: str) -> str:
    return json.dumps({"status": 400, "error": name, "description": "d", "message": f"{RETURN_URL} {TOKEN!r}"})


@pytest.mark.parametrize(
    ("status", "body", "expected", "said"),
    [
        (403, error("UNAUTHORIZED"), IrmaRefused, "VB_IRMA_TOKEN"),
        (400, error("INVALID_REQUEST"), IrmaRefused, "attribute ids"),
        (400, error("SESSION_UNKNOWN"), SessionUnknown, "start a new one"),
        (501, error("UNSUPPORTED"), IrmaRefused, "--jwt-privkey-file"),
        (500, error("INTERNAL_ERROR"), IrmaFailed, "look at its log"),
        (503, "", IrmaFailed, "look at its log"),
        (404, "page not found", IrmaRefused, "VB_IRMA_URL"),
        (301, "", IrmaRefused, "VB_IRMA_URL"),
        (200, "<html>", IrmaRefused, "no IRMA server"),
        (200, "{}", IrmaRefused, "no IRMA server"),
        (200, "[]", IrmaRefused, "no IRMA server"),
        (200, '{"token":7,"sessionPtr":{},"frontendRequest":{}}', IrmaRefused, "no IRMA server"),
    ],
)
async def test_a_refusal_has_a_kind_and_an_advice(
    canned: Canned, irma: IrmaServer, *, status: int, body: str, expected: type[IrmaError], said: str
) -> None:
    canned.status, canned.body = status, body
    with pytest.raises(expected, match=said) as refused:
        await irma.start_disclosure(ASKED, return_url=RETURN_URL)
    told = "".join(traceback.format_exception(refused.value))
    for secret in (KEY.get_secret_value(), "5362149328"):
        assert secret not in told


async def test_a_server_that_says_nothing_is_away_within_the_deadline(canned: Canned, irma: IrmaServer) -> None:
    canned.silent = True
    began = time.monotonic()
    with pytest.raises(IrmaAway, match=r"within 0\.5 s"):
        await irma.status(TOKEN)
    assert time.monotonic() - began < 1.0


async def test_nobody_there_is_away() -> None:
    async with IrmaServer("http://127.0.0.1:9", KEY, deadline=0.5) as irma:
        with pytest.raises(IrmaAway, match="check that it runs"):
            await irma.public_key()


async def test_an_unknown_status_is_no_irma_server(canned: Canned, irma: IrmaServer) -> None:
    canned.body = '"FINISHED"'
    with pytest.raises(IrmaRefused, match="no IRMA server"):
        await irma.status(TOKEN)


@pytest.mark.parametrize("token", ["", "../publickey", "a/b", "a?b", "a b"])
async def test_a_token_can_not_lead_elsewhere(canned: Canned, irma: IrmaServer, token: str) -> None:
    with pytest.raises(SessionUnknown):
        await irma.cancel(SecretStr(token))
    assert canned.asked == []


async def test_a_session_shows_none_of_its_secrets(canned: Canned, irma: IrmaServer) -> None:
    canned.body = json.dumps(
        {
            "token": TOKEN.get_secret_value(),
            "sessionPtr": {"u": "http://127.0.0.1/irma/session/clienttoken", "irmaqr": "disclosing"},
            "frontendRequest": {"authorization": "frontendsecret"},
        }
    )
    session = await irma.start_disclosure(ASKED)
    for secret in (TOKEN.get_secret_value(), "clienttoken", "frontendsecret"):
        assert secret not in repr(session)


class Clock:
    """Tells the time that it was told."""

    now = 0.0

    def __call__(self) -> float:
        """As time.monotonic."""
        return self.now


async def test_a_server_that_is_away_is_not_asked_for_a_while_and_found_back_by_itself(
    canned: Canned, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given failures in a row, then nobody waits for the next ones; each change is logged once; one probe ends it."""
    told: list[Log] = []
    monkeypatch.setattr(questions, "log", lambda event, **_: told.append(event))
    clock = Clock()
    async with IrmaServer(canned.url, KEY, breaker=Breaker(failures=3, open_seconds=5.0), clock=clock) as irma:
        # given a server that fails
        canned.status = 500
        for _ in range(3):
            with pytest.raises(IrmaAway):
                await irma.public_key()
        # then it is left alone, and who asks hears how long
        for _ in range(5):
            with pytest.raises(IrmaPaused) as paused:
                await irma.start_disclosure(ASKED)
            assert paused.value.seconds == 5.0
        assert (len(canned.asked), told) == (3, [Log.IRMA_LOST])

        # when it works again, and the time is over
        canned.status, clock.now = 200, 5.0
        await irma.public_key()
        await irma.public_key()
        # then all is as before
        assert told == [Log.IRMA_LOST, Log.IRMA_BACK]


@pytest.mark.parametrize(
    ("waited", "after"),
    [
        (1.0, (BreakerState.OPEN, 5.0)),  # its asker's own deadline: the server is slow
        (0.1, (BreakerState.HALF_OPEN, 0.0)),  # its asker went away: nothing is known, and the next one may ask
    ],
)
async def test_a_probe_that_is_cut_off(canned: Canned, waited: float, after: tuple[BreakerState, float]) -> None:
    """Given a probe of a silent server, when it is cut off, then it failed if it had waited long, else goes again."""
    clock, breaker = Clock(), Breaker(failures=1, open_seconds=5.0)
    breaker.failed(0.0)
    clock.now, canned.silent = 5.0, True
    async with IrmaServer(canned.url, KEY, breaker=breaker, clock=clock) as irma:
        await cut_off(irma, canned, clock, waited)
    wait = breaker.admit(clock.now)
    assert (breaker.state, wait) == after


async def test_askers_with_a_short_deadline_find_out_that_it_is_away(canned: Canned) -> None:
    """Given a silent server, when all who ask give up after a second, then the breaker opens as if they had waited."""
    clock, breaker = Clock(), Breaker(failures=3)
    canned.silent = True
    async with IrmaServer(canned.url, KEY, breaker=breaker, clock=clock) as irma:
        for waited in (0.1, 1.0, 1.0, 0.1):
            await cut_off(irma, canned, clock, waited)
        assert breaker.admit(clock.now) == 0
        assert irma.away_since is not None
        await cut_off(irma, canned, clock, 1.0)
    assert breaker.admit(clock.now) > 0


async def test_it_knows_since_when_the_server_is_away(canned: Canned) -> None:
    """Given failures, then the first of them is remembered until the server answers, with a refusal too."""
    async with IrmaServer(canned.url, KEY, breaker=Breaker(failures=1, open_seconds=0.0)) as irma:
        since = [irma.away_since]
        for status, error_kind in ((500, IrmaAway), (500, IrmaAway), (403, IrmaRefused)):
            canned.status = status
            with pytest.raises(error_kind):
                await irma.public_key()
            since.append(irma.away_since)
    assert since[1] is not None
    assert since == [None, since[1], since[1], None]


async def test_every_question_is_counted_by_what_became_of_it(canned: Canned) -> None:
    """Given questions of each kind, then each is told once, as a word that the figures know."""
    told: list[str] = []
    clock, breaker = Clock(), Breaker(failures=2)
    async with IrmaServer(canned.url, KEY, breaker=breaker, clock=clock, note=told.append) as irma:
        await irma.public_key()
        canned.status = 500
        for _ in range(3):
            with pytest.raises(IrmaAway):
                await irma.public_key()
        clock.now, canned.silent = 5.0, True
        await cut_off(irma, canned, clock, 0.1)
    assert told == ["answered", "failed", "failed", "paused", "cut-off"]
    assert set(told) == set(QUESTIONS)


async def cut_off(irma: IrmaServer, canned: Canned, clock: Clock, waited: float) -> None:
    """Ask, and stop asking when so many seconds have passed by the clock."""
    asked = len(canned.asked)
    asking = asyncio.create_task(irma.public_key())
    await until(lambda: len(canned.asked) > asked, what="the question has come")
    clock.now += waited
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_a_server_that_says_no_is_there(canned: Canned) -> None:
    """Given refusals, as for a purpose with a slip in it, then other purposes are not paused."""
    async with IrmaServer(canned.url, KEY, breaker=Breaker(failures=2)) as irma:
        canned.status, canned.body = 400, error("INVALID_REQUEST")
        for _ in range(5):
            with pytest.raises(IrmaRefused):
                await irma.start_disclosure(ASKED)
        canned.status, canned.body = 400, error("SESSION_UNKNOWN")
        for _ in range(5):
            with pytest.raises(SessionUnknown):
                await irma.status(TOKEN)
    assert len(canned.asked) == 10
