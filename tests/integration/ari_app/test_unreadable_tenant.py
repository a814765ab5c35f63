"""The conductor with a municipality whose row can't be read: its callers hear an apology, the others are served.

Its ARI speaks TLS with a certificate of an authority that only the setting names.
"""

import asyncio
import json
import ssl
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import update

from callcenter import admin
from callcenter.ari_app.conductor import Conductor
from callcenter.ari_app.resolve import ResolveClient
from callcenter.model import call as m
from callcenter.settings import load_settings
from callcenter.store import calls
from callcenter.store.database import Store, open_store
from callcenter.store.migrate import migrate
from callcenter.store.tables import municipality
from demo.process import until
from tests.unit.ari_app.ari.fake_ari import FakeAri, event, fake_ari, reply
from tests.unit.ari_app.ari.test_connecting import own_certificate

GOOD, BAD = "+31243290000", "+31243290001"
AT = "2026-11-23T09:00:00.000+0000"


def channel(id_: str) -> dict[str, Any]:
    """A channel in our application, as Asterisk tells of it."""
    return {
        "id": id_,
        "name": f"PJSIP/provider-{id_}",
        "state": "Up",
        "caller": {"name": "", "number": ""},
        "connected": {"name": "", "number": ""},
        "dialplan": {"context": "from-trunk", "exten": "s", "app_name": "Stasis", "app_data": "callcenter"},
        "creationtime": AT,
        "language": "nl",
    }


@dataclass
class Pbx:
    """Answers as an Asterisk with these channels does.

    Attributes:
        asked: path and query of each request.
    """

    channels: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def answer(self, request: dict[str, Any]) -> list[str]:
        """Answer one request."""
        path = urlsplit(request["uri"]).path.strip("/")
        query = json.dumps(request.get("query_strings", [])) + json.dumps(parse_qs(urlsplit(request["uri"]).query))
        self.asked.append(f"{request['method']} {path} {query}")
        body = {
            "asterisk/info": {"system": {"version": "22.10.1"}},
            "channels": self.channels,
            "bridges": [],
        }.get(path)
        return [reply(request, 204 if body is None else 200, body)]

    def was_asked(self, *words: str) -> bool:
        """Whether one request had all of these in it."""
        return any(all(word in one for word in words) for one in self.asked)


@dataclass
class Scene:
    """A conductor at work."""

    store: Store
    fake: FakeAri
    pbx: Pbx
    live: dict[str, m.Call]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """Two municipalities with a call each; then the row of one is spoilt, and a conductor starts."""
    chain = own_certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(chain)
    async with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        await migrate(store)
        live = {}
        for slug, number in (("voorbeeldstad", GOOD), ("elders", BAD)):
            of = await admin.add_municipality(store, slug, slug, number)
            live[number] = m.Call(uuid.uuid4().hex, of.id, "pbx1", f"channel-{slug}", datetime.now(UTC))
            async with store.begin() as tx:
                await calls.add(tx, live[number])
        async with store.begin() as tx:
            spoil = update(municipality).where(municipality.c.number == BAD).values(language="fr")
            await tx.connection.execute(spoil)
        pbx = Pbx([channel(call.channel_id) for call in live.values()])
        nobody = ResolveClient("http://127.0.0.1:9", "x")
        async with fake_ari(FakeAri(answer=pbx.answer), tls) as fake, nobody:
            settings = load_settings(ari_url=fake.url, ari_password="x" * 16, ari_ca_file=chain)
            running = asyncio.create_task(Conductor(settings, store, nobody).run())
            yield Scene(store, fake, pbx, live)
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


async def test_the_calls_of_the_others_are_carried_on(scene: Scene) -> None:
    """Given a call of each, then the one that can be conducted is followed, over one connection that stays."""
    await until(
        lambda: scene.pbx.was_asked("subscription", f"channel:{scene.live[GOOD].channel_id}"),
        what="the neighbour's call is carried on",
    )
    assert len(scene.fake.sockets) == 1


async def test_a_new_caller_hears_an_apology(scene: Scene) -> None:
    """Given the number of the spoilt row, when somebody calls it, then they are told, and not left in silence."""
    await until(lambda: bool(scene.fake.sockets), what="the conductor is connected")
    news = event("StasisStart", channel=channel("new"), args=["arriving", BAD], timestamp=AT)
    await scene.fake.sockets[0].send(news)
    await until(lambda: scene.pbx.was_asked("channels/new/variable", "sorry-later"), what="an apology is chosen")
    await until(lambda: scene.pbx.was_asked("channels/new/continue", "say-and-hang-up"), what="it is spoken")
