"""Connecting, and connecting again: patient when that helps, quiet when it does not, and no secret where it shows."""

import asyncio
import base64
import logging
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address
from itertools import islice, pairwise
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.asyncio.server import ServerConnection

from callcenter.ari_app import ari
from callcenter.ari_app.ari.client import delays
from tests.unit.ari_app.ari.fake_ari import FakeAri, event, fake_ari, never

PASSWORD = "a-password"
CODE = "4071253968"


connect = partial(ari.connect, user="conductor", password=PASSWORD, app="callcenter")


async def once(connections: ari.connect) -> None:
    """Connect once, and close."""
    async with connections:
        pass


async def for_ever(connections: ari.connect, body: Callable[[ari.Connection], Awaitable[None]] | None = None) -> None:
    """Connect again and again, doing `body` with each connection; without it there must be none."""
    async for connection in connections:
        assert body is not None, "it connected"
        await body(connection)


async def until_lost(connection: ari.Connection) -> None:
    """What a loop does with a connection that ends."""
    with suppress(ari.AriDisconnected, ari.AriReplaced):
        await anext(connection.events())


class Waits:
    """Remembers why and how long the loop waited; ends it after `limit` times."""

    def __init__(self, limit: int) -> None:
        self.errors: list[ari.AriError] = []
        self.seconds: list[float] = []
        self._limit = limit

    def __call__(self, error: ari.AriError, seconds: float) -> None:
        """Be the `on_wait` of a connect."""
        if len(self.errors) == self._limit:
            raise EnoughError
        self.errors.append(error)
        self.seconds.append(seconds)


class EnoughError(Exception):
    """The test has seen enough."""


def test_delays_double_from_a_tenth_to_five_seconds_less_a_random_half() -> None:
    for _ in range(100):
        longest = 0.1
        for seconds in islice(delays(), 12):
            assert longest / 2 <= seconds <= longest
            longest = min(2 * longest, 5.0)


def test_two_conductors_do_not_wait_equally_long() -> None:
    assert len({next(delays()) for _ in range(20)}) > 1


async def test_the_credentials_go_in_a_header_and_nothing_is_subscribed_but_the_application() -> None:
    async with fake_ari() as fake, connect(fake.url):
        pass
    shake = fake.handshakes[0]
    assert shake.path == "/ari/events?app=callcenter&subscribeAll=false"
    token = base64.b64encode(f"conductor:{PASSWORD}".encode()).decode()
    assert shake.headers["Authorization"] == f"Basic {token}"


async def test_no_password_or_code_is_logged_even_at_the_lowest_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with fake_ari() as fake, connect(fake.url) as connection:
        await connection.set_variable("c1", "VB_CODE", CODE)
    client_lines = [record.getMessage() for record in caplog.records if record.name != "websockets.server"]
    token = base64.b64encode(f"conductor:{PASSWORD}".encode()).decode()
    assert not [line for line in client_lines if CODE in line or PASSWORD in line or token in line]


async def test_a_wrong_password_is_said_once_and_not_tried_again() -> None:
    async with fake_ari(FakeAri(refuse=401)) as fake:
        with pytest.raises(ari.AriRefused, match="VB_ARI_USER and VB_ARI_PASSWORD") as refused:
            await for_ever(connect(fake.url))
        assert len(fake.handshakes) == 1
    assert PASSWORD not in str(refused.value)


async def test_nobody_there_is_said_with_what_to_check() -> None:
    async with fake_ari() as fake:
        url = fake.url
    with pytest.raises(ari.AriDisconnected, match="Check that Asterisk runs"):
        await once(connect(url))


@pytest.mark.parametrize("status", [404, 503])
async def test_an_asterisk_that_is_starting_is_waited_for(status: int) -> None:
    # given an Asterisk of which HTTP is up, and ARI is not yet
    async with fake_ari(FakeAri(refuse=status)) as fake:
        waits = Waits(limit=20)

        def up_after_two(error: ari.AriError, seconds: float) -> None:
            waits(error, seconds)
            fake.refuse = status if len(waits.errors) < 2 else None

        async for connection in connect(fake.url, on_wait=up_after_two):
            await connection.ping()
            break
        assert [type(error) for error in waits.errors] == [ari.AriDisconnected] * 2
        assert "may still be starting" in str(waits.errors[0])


async def test_replies_that_do_not_come_are_waited_for_too() -> None:
    async with fake_ari(FakeAri(never)) as fake:
        waits = Waits(limit=2)
        with pytest.raises(EnoughError):
            await for_ever(connect(fake.url, deadline=0.02, on_wait=waits))
    assert [type(error) for error in waits.errors] == [ari.AriTimeout] * 2


async def test_an_asterisk_that_closes_at_once_is_not_hammered() -> None:
    # given an Asterisk that opens each connection and closes it cleanly
    async def goodbye(socket: ServerConnection) -> None:
        await socket.close()

    async with fake_ari(FakeAri(after_first=goodbye)) as fake:
        waits = Waits(limit=4)
        with pytest.raises(EnoughError):
            await for_ever(connect(fake.url, on_wait=waits), until_lost)
        # then it waits longer each time
        assert len(fake.handshakes) == 5
    assert all(later >= sooner for sooner, later in pairwise(waits.seconds))
    assert waits.seconds[-1] >= 0.4


async def test_after_a_connection_that_lasted_it_is_back_soon() -> None:
    async with fake_ari() as fake:
        waits = Waits(limit=3)

        async def cut(connection: ari.Connection) -> None:
            fake.sockets[-1].transport.abort()
            await until_lost(connection)

        with pytest.raises(EnoughError):
            await for_ever(connect(fake.url, stable_after=0, on_wait=waits), cut)
    assert max(waits.seconds) <= 0.1
    assert all("was lost" in str(error) for error in waits.errors)


async def test_replaced_ends_the_loop_of_who_does_not_catch_it() -> None:
    async with fake_ari(FakeAri(lambda _: [event("ApplicationReplaced")])) as fake:
        waits = Waits(limit=0)
        with pytest.raises(ari.AriReplaced):
            await for_ever(connect(fake.url, on_wait=waits))
        assert len(fake.handshakes) == 1


async def test_who_goes_on_after_being_replaced_waits_longest() -> None:
    async def replace(socket: ServerConnection) -> None:
        await socket.send(event("ApplicationReplaced"))

    async with fake_ari(FakeAri(after_first=replace)) as fake:
        seconds: list[float] = []

        def stop(error: ari.AriError, wait: float) -> None:
            assert isinstance(error, ari.AriReplaced)
            seconds.append(wait)
            raise EnoughError

        with pytest.raises(EnoughError):
            await for_ever(connect(fake.url, stable_after=0, on_wait=stop), until_lost)
    assert seconds == [5.0]


async def test_leaving_the_loop_closes_the_connection() -> None:
    async with fake_ari() as fake:
        async for _ in connect(fake.url):
            break
        async with asyncio.timeout(2):
            await fake.sockets[0].wait_closed()
        assert len(fake.sockets) == 1


async def test_an_error_in_the_body_leaves_the_loop_and_closes_the_connection() -> None:
    async def fail(_: ari.Connection) -> None:
        raise ZeroDivisionError

    async with fake_ari() as fake:
        with pytest.raises(ZeroDivisionError):
            await for_ever(connect(fake.url), fail)
        async with asyncio.timeout(2):
            await fake.sockets[0].wait_closed()


async def test_a_server_that_never_finishes_the_handshake_is_given_up() -> None:
    # The kernel accepts for it, and nobody ever reads.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        with pytest.raises(ari.AriDisconnected, match="timed out"):
            await once(connect(f"ws://127.0.0.1:{silent.getsockname()[1]}/ari", open_timeout=0.1))
        assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/ari", "127.0.0.1:8088/ari", "ws://u:p@127.0.0.1/ari", "ws:///ari", "ws://h/ari?api_key=a:b"],
)
def test_a_url_that_is_none_of_ari_says_what_is_wanted(url: str) -> None:
    with pytest.raises(ValueError, match="VB_ARI_URL must look like"):
        connect(url)


async def test_tls_is_checked_against_the_given_authority(tmp_path: Path) -> None:
    # given an Asterisk with a certificate of its own making
    chain = own_certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(chain)
    async with fake_ari(tls=tls) as fake:
        # then who trusts it gets in
        async with connect(fake.url, ca_file=chain) as connection:
            await connection.ping()
        async with connect(fake.url, tls=ssl.create_default_context(cafile=chain)) as connection:
            await connection.ping()
        # and who does not is told, once
        with pytest.raises(ari.AriRefused, match="is not trusted"):
            await for_ever(connect(fake.url))


def own_certificate(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1, signed by itself, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + certificate.public_bytes(serialization.Encoding.PEM)
    path = folder / "certificate.pem"
    path.write_bytes(pem)
    return path
