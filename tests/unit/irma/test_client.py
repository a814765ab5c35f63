"""What the client makes of answers: errors by kind, in words, without what was sent; and never waiting for long."""

import json
import time
import traceback
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from callcenter.irma import client
from callcenter.irma.breaker import Breaker
from callcenter.irma.client import IrmaServer
from callcenter.irma.errors import IrmaAway, IrmaError, IrmaFailed, IrmaPaused, IrmaRefused, SessionUnknown
from callcenter.logs import Log
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
    monkeypatch.setattr(client, "log", lambda event, **_: told.append(event))
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
