"""A conductor of a few lines: what the dialplan's tests put in the real one's place, to see what Asterisk tells it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from demo.asterisk import Pbx

PATIENCE_SECONDS = 15


@dataclass(frozen=True)
class Arrived:
    """A channel that the dialplan handed over.

    Attributes:
        args: what the dialplan said with it, such as `["code", "1234567890"]`.
        caller: number that it calls from.
        state: `Ring` until it is answered, then `Up`.
    """

    channel: str
    args: list[str]
    caller: str
    state: str
    language: str


@dataclass(frozen=True)
class Desk:
    """The connection to ARI as the app `callcenter`."""

    events: ClientConnection
    rest: httpx.AsyncClient

    async def event(self, kind: str) -> dict[str, Any]:
        """The next event of a kind; others before it are dropped."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                told: dict[str, Any] = json.loads(await self.events.recv())
                if told["type"] == kind:
                    return told

    async def arrived(self) -> Arrived:
        """The next channel that the dialplan hands over."""
        told = await self.event("StasisStart")
        channel = told["channel"]
        return Arrived(channel["id"], told["args"], channel["caller"]["number"], channel["state"], channel["language"])

    async def send_on(self, channel: str, context: str, *, prompt: str, language: str = "nl") -> None:
        """Sends a channel on into the dialplan, as the conductor does."""
        for variable, value in (("CHANNEL(language)", language), ("VB_PROMPT", prompt)):
            await self.post(f"/channels/{channel}/variable", variable=variable, value=value)
        await self.post(f"/channels/{channel}/continue", context=context, extension="s", priority="1")

    async def post(self, path: str, **parameters: str) -> None:
        """An ARI request that must succeed."""
        (await self.rest.post(path, params=parameters)).raise_for_status()

    async def push(self, kind: str, name: str, **fields: str) -> None:
        """Makes an object of res_pjsip, as the conductor makes agents' phones."""
        values = [{"attribute": attribute, "value": value} for attribute, value in fields.items()]
        path = f"/asterisk/config/dynamic/res_pjsip/{kind}/{name}"
        (await self.rest.put(path, json={"fields": values})).raise_for_status()


@asynccontextmanager
async def desk(pbx: Pbx) -> AsyncIterator[Desk]:
    """Takes the conductor's place for as long as the block lasts."""
    key = f"{pbx.ari_user}:{pbx.ari_password}"
    http = pbx.ari_url.replace("ws:", "http:")
    # Asterisk does not answer a closing handshake while the other side waits for it: don't wait the usual 10 s.
    async with (
        httpx.AsyncClient(base_url=http, auth=(pbx.ari_user, pbx.ari_password), trust_env=False) as rest,
        connect(f"{pbx.ari_url}/events?app=callcenter&api_key={key}", close_timeout=0.1) as events,
    ):
        yield Desk(events, rest)
