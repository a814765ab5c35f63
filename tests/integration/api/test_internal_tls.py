"""The internal side with TLS and clients' certificates: a call centre shows one, the IRMA server calls back without."""

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from callcenter.ari_app.resolve import WRONG, ResolveClient
from callcenter.internal_tls import client_tls, server_tls
from callcenter.settings import Settings, SettingsError, load_settings
from callcenter.store.database import Store
from callcenter.store.keys import RESOLVE
from demo.certificates import Authority
from demo.irma import RunningIrma
from tests.integration.api.world import CALL, NUMBER, Installation, installation

SERVER = "localhost"


@dataclass
class Pki:
    """Whom the two sides trust, and certificates of clients by name."""

    folder: Path
    servers: Authority

    def files(self, name: str) -> tuple[Path, Path]:
        """The certificate of this name, and its key."""
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"


@pytest.fixture
def pki(tmp_path: Path) -> Pki:
    folder = tmp_path / "pki"
    folder.mkdir()
    pki = Pki(folder, Authority.make(folder / "servers.pem", "for servers"))
    clients = Authority.make(folder / "clients.pem", "for clients")
    strangers = Authority.make(folder / "strangers.pem", "for strangers")
    pki.servers.certify(SERVER, *pki.files("server"))
    clients.certify("call-centre", *pki.files("good"))
    clients.certify("call-centre", *pki.files("expired"), expired=True)
    strangers.certify("call-centre", *pki.files("stranger"))
    return pki


@pytest.fixture
async def api(pki: Pki, store: Store, irma: RunningIrma, tmp_path: Path) -> AsyncIterator[Installation]:
    certificate, key = pki.files("server")
    async with installation(
        tmp_path,
        store,
        irma,
        internal_tls_cert_file=certificate,
        internal_tls_key_file=key,
        internal_tls_client_ca_file=pki.folder / "clients.pem",
    ) as running:
        yield running


def settings_of(pki: Pki, api: Installation, name: str | None) -> Settings:
    """The settings of a conductor or an AGI server that shows this certificate."""
    certificate, key = pki.files(name) if name else (None, None)
    return load_settings(
        internal_api_url=f"https://{SERVER}:{api.settings.internal_port}",
        internal_ca_file=pki.servers.file,
        internal_client_cert_file=certificate,
        internal_client_key_file=key,
    )


def client(pki: Pki, api: Installation, name: str | None) -> httpx.AsyncClient:
    settings = settings_of(pki, api, name)
    return httpx.AsyncClient(base_url=settings.internal_api_url, verify=client_tls(settings), trust_env=False)


async def test_who_shows_a_good_certificate_is_heard(api: Installation, pki: Pki) -> None:
    """Given a certificate that our authority has signed, when a code is asked about, then the key decides."""
    settings = settings_of(pki, api, "good")
    transport = httpx.AsyncHTTPTransport(verify=client_tls(settings))
    async with ResolveClient(settings.internal_api_url, api.key, transport) as resolver:
        assert await resolver.resolve(NUMBER, "0000000000", CALL) is WRONG
    async with client(pki, api, "good") as http:
        assert (await http.get(f"/v1/calls/{'A' * 43}")).json()["type"] == "key-missing"


async def test_who_shows_none_is_refused_but_for_callbacks(api: Installation, pki: Pki) -> None:
    """Given no certificate, when something under /v1/ is asked, then no, whatever the key; callbacks are heard."""
    key = await api.add_key(RESOLVE)
    async with client(pki, api, None) as http:
        for method, path in (("POST", "/v1/codes/resolve"), ("GET", "/v1/calls/x"), ("POST", "/v1/calls/x")):
            answer = await http.request(method, path, headers={"Authorization": f"Bearer {key}"}, json={})
            assert (answer.status_code, answer.json()["type"]) == (403, "certificate-missing")
        answer = await http.post("/irma/callback/secret/", content="no JWT")
        assert answer.status_code == 204  # heard, though nobody waits for it


@pytest.mark.parametrize("name", ["stranger", "expired"])
async def test_a_wrong_certificate_ends_the_connection(api: Installation, pki: Pki, name: str) -> None:
    """Given a certificate of another authority, or one that is too old, when it is shown, then nothing is answered."""
    async with client(pki, api, name) as http:
        with pytest.raises(httpx.TransportError):
            await http.post("/irma/callback/secret/", content="x")


async def test_in_clear_nothing_is_answered(api: Installation) -> None:
    """Given TLS, when somebody speaks HTTP without, then the connection ends."""
    with pytest.raises(httpx.TransportError):
        await api.internal.post("/irma/callback/secret/", content="x")


async def test_a_server_that_is_not_trusted_gets_no_key(api: Installation, pki: Pki) -> None:
    """Given another authority's server, when the conductor connects, then it sends nothing."""
    settings = settings_of(pki, api, "good").model_copy(update={"internal_ca_file": pki.folder / "strangers.pem"})
    async with httpx.AsyncClient(base_url=settings.internal_api_url, verify=client_tls(settings)) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get("/")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"internal_tls_cert_file": "server.pem"}, "VB_INTERNAL_TLS_KEY_FILE"),
        ({"internal_client_key_file": "good.key"}, "VB_INTERNAL_CLIENT_KEY_FILE"),
        ({"internal_tls_client_ca_file": "clients.pem"}, "VB_INTERNAL_TLS_CERT_FILE"),
        ({"internal_tls_cert_file": "server.pem", "internal_tls_key_file": "good.key"}, "one pair"),
        ({"internal_tls_cert_file": "gone.pem", "internal_tls_key_file": "good.key"}, "can't be read"),
        ({"internal_ca_file": "good.key"}, "VB_INTERNAL_CA_FILE"),
    ],
)
def test_files_that_do_not_fit_are_told_in_a_sentence(pki: Pki, given: dict[str, str], sentence: str) -> None:
    """Given a wrong file, when a process starts, then it says which, and what is wanted."""

    def start() -> ssl.SSLContext:
        settings = load_settings(**{name: pki.folder / file for name, file in given.items()})
        return server_tls(settings) or client_tls(settings)

    with pytest.raises(SettingsError, match=sentence):
        start()


def test_with_tls_of_its_own_the_internal_side_may_listen_on_a_network(pki: Pki) -> None:
    """Given a certificate, when the internal side is to listen off this machine, then it may."""
    certificate, key = pki.files("server")
    load_settings(internal_host="192.0.2.7", internal_tls_cert_file=certificate, internal_tls_key_file=key)
    with pytest.raises(SettingsError, match="VB_INTERNAL_HOST"):
        load_settings(internal_host="192.0.2.7")
