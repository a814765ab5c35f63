"""The doctor against real parts: each fault is found, named, and said what to do about; and none hides another."""

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from pydantic import SecretStr

from callcenter import admin, doctor
from callcenter.ari_app import ari
from callcenter.doctor import Finding, examine
from callcenter.model.tenant import Condiscon
from callcenter.purposes import add_purpose
from callcenter.settings import Settings, load_settings
from callcenter.store.database import open_store
from callcenter.store.migrate import migrate
from callcenter.store.roles import as_name
from callcenter.store.sealing import make_key_pair
from demo.asterisk import Pbx, asterisk
from demo.certificates import Authority
from demo.irma import RunningIrma, irma_server
from demo.persons import PERSONAL_DATA
from demo.ports import free_port
from demo.postgres import TlsPostgres, new_database, postgres_with_tls
from demo.process import port_is_open, until

KNOWN: Condiscon = [[[f"{PERSONAL_DATA}.bsn", f"{PERSONAL_DATA}.surname"]]]
SECRETS = ("planted-secret-of-the-doctor", "0123456789abcdef" * 4)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def irma(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningIrma]:
    async with irma_server(tmp_path_factory.mktemp("irma")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pbx(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pbx]:
    async with asterisk(tmp_path_factory.mktemp("pbx")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def database(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TlsPostgres]:
    async with postgres_with_tls(tmp_path_factory.mktemp("postgres")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def settings(
    irma: RunningIrma, pbx: Pbx, database: TlsPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """An installation in which all is well, except that nobody conducts the PBX and the api does not run."""
    for name in list(os.environ):
        if name.startswith(("VB_", "PG")):
            monkeypatch.delenv(name)
    public, private = make_key_pair(tmp_path)
    url = await owned(await new_database(database.url()), database.password)
    async with open_store(url) as store:
        await migrate(store)
        await admin.add_municipality(store, "voorbeeldstad", "Gemeente Voorbeeldstad", "+31243290000")
        await add_purpose(store, "voorbeeldstad", "verhuizing", "Verhuizing", "Moving", KNOWN, legal_basis="for a test")
        key = await admin.add_api_key(store, "conductor")
    return load_settings(
        database_url=url,
        irma_url=irma.url,
        irma_token=irma.token,
        code_key=SECRETS[1],
        internal_api_key=key,
        internal_api_url=f"http://127.0.0.1:{free_port()}",
        seal_public_key_file=public,
        seal_private_key_file=private,
        ari_url=pbx.ari_url,
        ari_password=pbx.ari_password,
    )


async def owned(url: str, password: str) -> str:
    """Give the database of this URL to somebody who may make roles and no more; return their URL of it."""
    owner = f"owner_{secrets.token_hex(4)}"
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        made = f"CREATE ROLE {owner} LOGIN CREATEROLE PASSWORD '{password}'"
        given = f"ALTER DATABASE {as_name(connection.info.dbname)} OWNER TO {owner}"
        await connection.execute(f"{made}; {given}".encode())
    return url.replace("//vb:", f"//{owner}:")


def changed(settings: Settings, **changes: object) -> Settings:
    return settings.model_copy(update=changes)


async def findings(settings: Settings) -> dict[str, Finding]:
    """What is wrong, by its name."""
    found = await examine(settings)
    assert all(secret not in str(one) for one in found for secret in SECRETS)
    return {one.name: one for one in found if not one.ok}


NOT_RUNNING = {"internal api", "conductor"}  # in the installation that `settings` describes


async def test_a_proxy_that_is_not_trusted_is_told(settings: Settings) -> None:
    """Given a proxy before our ports whose word is not believed, then that is found: nobody could be limited."""
    behind = settings.model_copy(update={"tls_proxy": True})
    assert any("VB_TRUSTED_PROXIES" in finding.advice for finding in await examine(behind) if not finding.ok)
    trusting = behind.model_copy(update={"trusted_proxies": "192.0.2.1/32"})
    assert not any("VB_TRUSTED_PROXIES" in finding.advice for finding in await examine(trusting))


async def test_where_all_is_well_it_says_so(settings: Settings) -> None:
    password = settings.ari_password.get_secret_value()
    found: list[Finding] = []
    async for _ in ari.connect(settings.ari_url, settings.ari_user, password, app="callcenter"):
        # Anything that speaks HTTP will do for the api.
        found = await examine(changed(settings, internal_api_url=settings.irma_url))
        break
    assert [one for one in found if not one.ok] == []
    assert {one.name for one in found} >= {
        "setting for the api", "setting for the conductor", "sealing keys", "database", "clock", "tables",
        "database user", "row level security", "API key of the conductor", "municipalities", "IRMA server",
        "attributes of voorbeeldstad/verhuizing", "internal api", "Asterisk", "conductor",
    }  # fmt: skip
    assert "PostgreSQL answers over TLS" in [one.advice for one in found]


async def test_what_does_not_run_is_told(settings: Settings) -> None:
    wrong = await findings(settings)
    assert wrong.keys() == NOT_RUNNING
    assert "callcenter pbx conduct" in wrong["conductor"].advice
    assert "VB_INTERNAL_API_URL" in wrong["internal api"].advice


async def test_nothing_set_and_nothing_there(settings: Settings, tmp_path: Path) -> None:
    nothing = load_settings(
        database_url=f"sqlite:///{tmp_path}/none.db",
        irma_url=f"http://127.0.0.1:{free_port()}",
        ari_url=f"ws://127.0.0.1:{free_port()}/ari",
        internal_api_url=f"http://127.0.0.1:{free_port()}",
    )
    wrong = await findings(nothing)
    assert wrong.keys() == {
        "setting for the api", "setting for the conductor", "sealing keys", "database", "IRMA server", "internal api",
    }  # fmt: skip
    assert "callcenter admin migrate" in wrong["database"].advice
    assert not (tmp_path / "none.db").exists()  # it looks, and makes nothing


async def test_a_database_that_refuses_us(settings: Settings, database: TlsPostgres) -> None:
    url = settings.database_url.replace(database.password, SECRETS[0])
    wrong = await findings(changed(settings, database_url=url))
    assert "password authentication failed" in wrong["database"].advice
    assert wrong.keys() - NOT_RUNNING == {"database"}  # what hangs on it is not told as well


async def test_a_database_whose_certificate_is_not_trusted(settings: Settings, tmp_path: Path) -> None:
    stranger = Authority.make(tmp_path / "stranger.pem", "Somebody else's CA")
    url, _, _ = settings.database_url.partition("&sslrootcert=")
    wrong = await findings(changed(settings, database_url=f"{url}&sslrootcert={stranger.file}"))
    assert "certificate verify failed" in wrong["database"].advice


async def test_tables_of_another_version(settings: Settings, database: TlsPostgres) -> None:
    wrong = await findings(changed(settings, database_url=await new_database(database.url())))
    assert "callcenter admin migrate" in wrong["tables"].advice


async def test_an_installation_without_a_municipality(settings: Settings, database: TlsPostgres) -> None:
    url = await new_database(database.url())
    async with open_store(url) as store:
        await migrate(store)
    wrong = await findings(changed(settings, database_url=url))
    assert "add-municipality" in wrong["municipalities"].advice
    assert "add-api-key" in wrong["API key of the conductor"].advice


async def test_an_irma_server_that_does_not_know_our_token(settings: Settings) -> None:
    async with open_store(settings.database_url) as store:
        for slug in ("paspoort", "belastingen"):
            await add_purpose(store, "voorbeeldstad", slug, slug, slug, KNOWN, legal_basis="for a test")
    wrong = await findings(changed(settings, irma_token=SecretStr(SECRETS[0])))
    assert wrong.keys() - NOT_RUNNING == {"attributes of voorbeeldstad/belastingen and 2 more"}
    assert "VB_IRMA_TOKEN" in wrong["attributes of voorbeeldstad/belastingen and 2 more"].advice


async def test_a_setting_that_is_missing_is_told_once(settings: Settings) -> None:
    for name in ("irma_token", "internal_api_key", "ari_password"):
        wrong = [one for one in await examine(changed(settings, **{name: SecretStr("")})) if not one.ok]
        about = [one for one in wrong if one.name not in NOT_RUNNING]
        assert [f"VB_{name.upper()} is not set" in one.advice for one in about] == [True]


async def test_limits_that_let_too_many_guesses_through(settings: Settings) -> None:
    assert "guessing" not in await findings(settings)
    wide = await findings(changed(settings, guess_limit_municipality="600/2"))
    assert "a chance of 8.8e-04 a day: make VB_GUESS_LIMIT_MUNICIPALITY narrower" in wide["guessing"].advice
    narrow = {"guess_limit_municipality": "600/2", "guess_limit_installation": "60/20"}
    assert "guessing" not in await findings(changed(settings, **narrow))


async def test_an_attribute_that_the_irma_server_does_not_know(settings: Settings) -> None:
    async with open_store(settings.database_url) as store:
        slip: Condiscon = [[[f"{PERSONAL_DATA}.bns"]]]
        await add_purpose(store, "voorbeeldstad", "slip", "Vergissing", "Slip", slip)
    wrong = await findings(settings)
    assert wrong.keys() - NOT_RUNNING == {"attributes of voorbeeldstad/slip"}
    assert "does not know" in wrong["attributes of voorbeeldstad/slip"].advice


async def test_an_asterisk_that_refuses_us(settings: Settings) -> None:
    wrong = await findings(changed(settings, ari_password=SecretStr(SECRETS[0])))
    assert "VB_ARI_PASSWORD" in wrong["Asterisk"].advice


async def test_something_else_where_asterisk_should_be(settings: Settings) -> None:
    url = settings.irma_url.replace("http", "ws")
    assert "no ARI" in (await findings(changed(settings, ari_url=url)))["Asterisk"].advice


async def test_keys_that_are_no_pair_or_open_to_others(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    public, _ = make_key_pair(tmp_path / "other")
    wrong = await findings(changed(settings, seal_public_key_file=public))
    assert "no pair" in wrong["sealing keys"].advice
    assert settings.seal_private_key_file is not None
    settings.seal_private_key_file.chmod(0o640)
    wrong = await findings(settings)
    assert f"chmod 600 {settings.seal_private_key_file}" in wrong["sealing keys"].advice


async def test_a_machine_has_only_the_keys_that_it_needs(settings: Settings) -> None:
    for name in ("seal_public_key_file", "seal_private_key_file"):
        wrong = await findings(changed(settings, **{name: None}))
        assert wrong.keys() == NOT_RUNNING


async def test_a_secret_file_that_others_may_read(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "irma_token"
    file.write_text("x")
    file.chmod(0o644)
    monkeypatch.setenv("VB_IRMA_TOKEN_FILE", str(file))
    wrong = await findings(settings)
    assert f"chmod 600 {file}" in wrong["secret file"].advice


async def test_a_clock_that_is_off(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    monkeypatch.setattr("time.time", lambda: real() + 60)
    found = [one for one in await examine(settings) if one.name == "clock"]
    assert [one.ok for one in found] == [False, False]  # by the database, and by the IRMA server
    assert all("ahead of" in one.advice and "NTP" in one.advice for one in found)


async def test_a_clock_may_be_a_little_off() -> None:
    now = datetime.now(UTC)
    for apart, ok in ((0, True), (4, True), (-4, True), (7, False), (-7, False)):
        assert doctor._clock("its", now + timedelta(seconds=apart), now.timestamp()).ok == ok


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hear somebody out until they leave."""
    while await reader.read(1000):
        pass
    writer.close()


async def test_one_that_never_answers_keeps_nobody_waiting(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "DEADLINE_SECONDS", 2.0)
    mute = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = mute.sockets[0].getsockname()[1]
    await until(lambda: port_is_open(port), what="it listens")
    url = f"postgresql://vb@localhost:{port}/vb?sslmode=disable"
    began = time.monotonic()
    wrong = await findings(changed(settings, database_url=url, irma_url=f"http://127.0.0.1:{port}"))
    assert time.monotonic() - began < 8
    mute.close()
    assert "no answer within 2 s" in wrong["database"].advice
    assert "no answer within 2 s" in wrong["IRMA server"].advice
    assert "Asterisk" not in wrong


async def test_a_fault_in_a_check_hides_no_other(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object) -> None:
        raise KeyError(SECRETS[0])

    monkeypatch.setattr(doctor, "IrmaServer", fails)
    wrong = await findings(settings)
    assert wrong["IRMA server"].advice.startswith("could not be checked: ")
    assert wrong.keys() - NOT_RUNNING == {"IRMA server"}
