"""What only PostgreSQL can do to us: lose a connection, refuse us, quote our values, ask for TLS."""

import traceback
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import bindparam, insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from callcenter.store import engines, events
from callcenter.store import quick as quick_pool
from callcenter.store.database import STORE_AWAY, Store, open_store
from callcenter.store.engines import StoreAway
from callcenter.store.events import CHANNEL, MISSED
from callcenter.store.migrate import migrate
from callcenter.store.quick import Prepared
from callcenter.store.tables import staff
from demo.certificates import Authority
from demo.ports import free_port
from demo.postgres import TlsPostgres, postgres_with_tls
from demo.process import until
from tests.integration.store.town import Town, all_told, new_id, soon

PLANTED = "planted 999990019"
_LISTENERS = "pg_stat_activity WHERE datname = current_database() AND application_name = 'veilig-bellen events'"


@pytest.fixture
async def store(postgres_store_url: str) -> AsyncIterator[Store]:
    async with open_store(postgres_store_url) as opened:
        yield opened


@pytest.fixture
async def with_tls(tmp_path: Path) -> AsyncIterator[TlsPostgres]:
    async with postgres_with_tls(tmp_path / "postgres") as server:
        yield server


async def kill_the_listener(store: Store) -> None:
    """End the connection that listens, as a restart of the server does."""
    async with store.begin() as tx:
        killed = await tx.connection.scalars(text(f"SELECT pg_terminate_backend(pid) FROM {_LISTENERS}"))  # noqa: S608
        assert killed.all() == [True]


async def listeners(store: Store) -> int:
    async with store.begin() as tx:
        return await tx.connection.scalar(text(f"SELECT count(*) FROM {_LISTENERS}")) or 0  # noqa: S608


async def notify(store: Store, payload: str) -> None:
    async with store.begin() as tx:
        await tx.connection.execute(text("SELECT pg_notify(:c, :p)"), {"c": CHANNEL, "p": payload})


async def test_a_connection_that_died_in_the_pool_is_noticed_before_it_is_used(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given idle connections that the server has ended, when they are no longer fresh, then nobody sees an error."""
    monkeypatch.setattr(engines, "FRESH_SECONDS", 0.0)
    town = await Town.found(store)
    await town.disclosure()
    assert await town.use_code("call") is not None
    others = "pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    async with store.begin() as one, store.begin() as two:
        for tx in (one, two):
            await tx.connection.execute(text("SELECT 1"))
    async with store.begin() as tx:
        await tx.connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM {others}"))  # noqa: S608

    async with store.begin() as one, store.read() as two:
        for tx in (one, two):
            assert await tx.connection.scalar(text("SELECT 1")) == 1
    assert await town.use_code("call") is not None


async def test_a_statement_that_is_sent_straight_fails_as_others_do_and_tells_no_value(store: Store) -> None:
    """Given a database that refuses it, then the error is SQLAlchemy's, by which others know it, without the value."""
    assert store.quick is not None
    wrong = Prepared(insert(staff).values(id=bindparam("planted"), logins_ended=0).returning(staff.c.id))
    with pytest.raises(DBAPIError) as refused:
        await store.quick.rows(wrong, {"planted": PLANTED})
    told = "".join(traceback.format_exception(refused.value)) + repr(refused.value) + repr(refused.value.orig)
    assert "staff" in told
    assert PLANTED not in told


async def test_that_the_database_is_away_is_told_when_sent_straight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quick_pool, "WAIT_SECONDS", 0.1)
    async with quick_pool.quick(f"postgresql://vb@127.0.0.1:{free_port()}/vb") as nowhere:
        with pytest.raises(STORE_AWAY):
            await nowhere.rows(Prepared(insert(staff).returning(staff.c.id)), {})


async def test_a_lost_connection_is_told_as_missed_and_made_again(store: Store) -> None:
    town = await Town.found(store)
    await all_told(store)
    with closing(store.subscribe()) as reader:
        for _ in range(2):
            await kill_the_listener(store)
            await town.call()  # who knows whether this is heard
            while await soon(reader) != MISSED:
                pass
            call = await town.call()
            assert (await soon(reader)).id == call.id


async def test_a_silent_connection_is_looked_after_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, store: Store, postgres_store_url: str
) -> None:
    monkeypatch.setattr(events, "ALIVE_SECONDS", 0.01)  # looks a hundred times a second
    town = await Town.found(store)
    await all_told(store)
    async with open_store(postgres_store_url) as other:
        with closing(other.subscribe()) as reader:
            made = [(await town.call()).id for _ in range(300)]
            assert [(await soon(reader)).id for _ in made] == made


@pytest.mark.parametrize("payload", ["", "not json", "[]", '"call"', '{"kind": "call"}', '{"unknown": 1}'])
async def test_what_others_say_on_our_channel_does_no_harm(store: Store, payload: str) -> None:
    town = await Town.found(store)
    await all_told(store)
    with closing(store.subscribe()) as reader:
        await notify(store, payload)
        call = await town.call()
        assert (await soon(reader)).id == call.id


async def test_nobody_listens_after_the_store_is_closed(store: Store, postgres_store_url: str) -> None:
    async with open_store(postgres_store_url):
        assert await listeners(store) == 2

    async def one_is_left() -> bool:
        return await listeners(store) == 1

    await until(one_is_left, what="the connection is closed")


async def test_a_database_that_is_not_there_is_told_at_once() -> None:
    url = f"postgresql://vb:planted-secret@127.0.0.1:{free_port()}/vb"
    with pytest.raises(StoreAway, match=r"VB_DATABASE_URL.*refused") as refused:
        async with open_store(url):
            pass
    assert "planted-secret" not in "".join(traceback.format_exception(refused.value))


async def test_a_url_that_is_none_does_not_show_its_password() -> None:
    url = f"postgresql://vb:{PLANTED}%zz@127.0.0.1/vb"
    with pytest.raises(StoreAway, match="percent-encode") as refused:
        async with open_store(url):
            pass
    assert PLANTED not in "".join(traceback.format_exception(refused.value))


async def test_an_error_names_the_rule_and_not_the_value(store: Store) -> None:
    town = await Town.found(store)
    row = {
        "id": new_id(), "login": town.anna.login, "name": "Planted", "role": "agent", "language": "nl",
        "password_hash": "planted-hash", "ready": False, "preferences": {}, "logins_ended": 0,
    }  # fmt: skip
    with pytest.raises(IntegrityError) as refused:
        async with store.begin() as tx:
            await tx.connection.execute(insert(staff).values(row))
    told = "".join(traceback.format_exception(refused.value))
    assert "uq_staff_login" in told
    assert town.anna.login not in told
    assert "lanted" not in told


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO staff (id, login) VALUES (:value, :value)",  # NOT NULL: "Failing row contains (…)"
        "SELECT CAST(:value AS integer)",
        "SELECT CAST(:value AS timestamptz)",
        "SELECT CAST(:value AS json)",
        "INSERT INTO lease (pbx, holder, until) VALUES (repeat(:value, 9), :value, now())",
    ],
)
async def test_no_error_shows_a_value(store: Store, statement: str) -> None:
    with pytest.raises(DBAPIError) as refused:
        async with store.begin() as tx:
            await tx.connection.execute(text(statement), {"value": PLANTED})
    told = "".join(traceback.format_exception(refused.value)) + repr(refused.value) + repr(refused.value.orig)
    assert PLANTED not in told


async def test_what_is_wrong_with_the_tables_is_still_told(store: Store) -> None:
    with pytest.raises(DBAPIError, match="no_such_table"):
        async with store.begin() as tx:
            await tx.connection.execute(text("SELECT 1 FROM no_such_table"))


async def test_with_a_verified_certificate_it_works(with_tls: TlsPostgres) -> None:
    async with open_store(with_tls.url()) as store:
        await migrate(store)
        town = await Town.found(store)
        await all_told(store)
        with closing(store.subscribe()) as reader:
            call = await town.call()
            assert (await soon(reader)).id == call.id
        async with store.begin() as tx:
            encrypted = await tx.connection.scalar(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
        assert encrypted is True


async def test_no_tls_an_unknown_authority_and_another_name_are_refused(with_tls: TlsPostgres, tmp_path: Path) -> None:
    stranger = Authority.make(tmp_path / "stranger.pem", "Somebody else's CA")
    for url in (
        with_tls.url("disable"),
        with_tls.url(ca_file=stranger.file),
        with_tls.url(host="127.0.0.1"),  # the certificate is for localhost
    ):
        with pytest.raises(StoreAway) as refused:
            async with open_store(url):
                pass
        assert with_tls.password not in str(refused.value)


async def test_a_connection_is_lively(postgres_store_url: str) -> None:
    """A host that vanishes without a word is noticed: see `_LIVELY`."""
    async with await engines.connect_postgres(postgres_store_url, "test") as connection:
        given = connection.info.get_parameters()
    assert given["tcp_user_timeout"] == "10000"
    assert isinstance(connection, psycopg.AsyncConnection)
