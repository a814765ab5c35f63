"""An api that is told to stop: at once, and open feeds end well, so that their pages come back elsewhere."""

import sys
import time
from pathlib import Path

import httpx

from callcenter.serving import STOP_SECONDS
from callcenter.settings import PREFIX, Settings
from callcenter.store.database import open_store
from demo.irma import RunningIrma
from demo.ports import LOOPBACK, free_port
from demo.process import child, port_is_open, until
from tests.integration.api.world import installation


async def test_open_feeds_end_well_when_the_process_stops(sqlite_url: str, irma: RunningIrma, tmp_path: Path) -> None:
    """Given two apis and a feed of the one, when that is stopped, then it stops at once and the page can follow on."""
    async with open_store(sqlite_url) as store, installation(tmp_path, store, irma) as api:
        port, begun = free_port(), await api.start()
        async with child(
            "api",
            [sys.executable, "-m", "callcenter.cli", "api"],
            log=tmp_path / "api.log",
            env=_environment(api.settings, api_port=port, internal_port=free_port(), database_url=sqlite_url),
        ) as other:
            await until(lambda: port_is_open(port), what="the other api listens", child=other, seconds=20)
            url = f"http://{LOOPBACK}:{port}/v1/status/events"
            async with (
                httpx.AsyncClient(trust_env=False, timeout=20) as http,
                http.stream("GET", url, headers=begun.bearer) as answer,
            ):
                lines = aiter(answer.aiter_lines())
                assert [await anext(lines) for _ in range(3)] == ["id: requested", 'data: {"state":"requested"}', ""]

                other.process.terminate()
                began = time.monotonic()
                # then the answer is whole: httpx would raise at one that is cut off
                assert [line async for line in lines] == ["retry: 500", ""]
                assert time.monotonic() - began < STOP_SECONDS
            assert await other.wait(10) == 0

        headers = begun.bearer | {"Last-Event-ID": "requested"}
        async with api.public.stream("GET", "/v1/status/events", headers=headers) as answer:
            assert await anext(aiter(answer.aiter_lines())) == ": still here"


def _environment(settings: Settings, **more: object) -> dict[str, str]:
    """The settings of an api as the environment of another process."""
    secrets = ("code_key", "irma_token")
    given = {name: getattr(settings, name).get_secret_value() for name in secrets}
    given |= {name: getattr(settings, name) for name in ("irma_url", "seal_public_key_file", "button_file")} | more
    return {f"{PREFIX}{name.upper()}": str(value) for name, value in given.items()}
