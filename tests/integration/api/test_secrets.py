"""What must not be seen: in the store's bytes, in the log, in what an answer says; and who can unseal."""

import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select

from callcenter.logs import configure_logs
from callcenter.model.call import CallState, Outcome
from callcenter.store import calls, codes, disclosures
from callcenter.store.database import open_store
from callcenter.store.sealing import SealError, TokenBox, Unsealer, make_key_pair
from callcenter.store.tables import disclosure
from demo.irma import RunningIrma
from demo.persons import Person
from demo.process import until
from demo.wallet import Wallet
from tests.integration.api.test_status import move
from tests.integration.api.world import NUMBER, SITE, Begun, Installation, installation, shows

CALLER = "+31612345678"  # nobody's


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    """All that is logged, in the form of production."""
    stream = io.StringIO()
    configure_logs("json", stream)
    yield stream
    structlog.reset_defaults()


def marks(begun: Begun, citizen: Person) -> dict[str, str]:
    """What nobody may find: the citizen's attributes, and what opens the way to them."""
    short = {name.rpartition(".")[2]: value for name, value in shows(citizen).items() if value and len(value) > 3}
    return short | {
        "code": begun.code,
        "status token": begun.status_token,
        "session": begun.session_ptr["u"].rpartition("/")[2],
        "frontend token": begun.answer["frontendRequest"]["authorization"],
    }


async def test_the_stores_files_never_hold_it_in_plain(
    sqlite_url: str, irma: RunningIrma, wallet: Wallet, citizen: Person, tmp_path: Path
) -> None:
    files = tmp_path.glob
    async with open_store(sqlite_url) as store, installation(tmp_path, store, irma) as api:

        def found(begun: Begun) -> set[str]:
            content = b"".join(file.read_bytes() for file in files("veilig-bellen.db*"))
            assert b"voorbeeldstad" in content  # we are looking in the right place
            return {name for name, mark in marks(begun, citizen).items() if mark.encode() in content}

        begun = await api.start()
        assert found(begun) == set()
        await wallet.disclose(begun.session_ptr)
        assert found(begun) == set()
        call = await api.call(CallState.WAITING)
        reference = (await api.resolve(begun.code)).json()["reference"]
        assert found(begun) == set()
        sealed = sealed_in(tmp_path, reference)
        assert sealed is not None
        await move(api, call, state=CallState.ENDED, outcome=Outcome.ABANDONED, disclosure_id=reference)
        async with store.begin() as tx:
            await calls.erase(tx, call.id)

        assert found(begun) == set()
        assert not any(sealed in file.read_bytes() for file in files("veilig-bellen.db*"))


def sealed_in(folder: Path, reference: str) -> bytes | None:
    with sqlite3.connect(folder / "veilig-bellen.db") as connection:
        row = connection.execute("SELECT sealed FROM disclosure WHERE id = ?", (reference,)).fetchone()
    connection.close()
    sealed: bytes | None = row[0]
    return sealed


async def test_the_log_never_holds_it(
    told: io.StringIO, api: Installation, wallet: Wallet, citizen: Person, irma: RunningIrma
) -> None:
    begun = await api.start()
    await api.resolve(begun.code)
    await wallet.disclose(begun.session_ptr)
    for number in (NUMBER, CALLER, "+31243299999"):
        await api.resolve(begun.code, number=number)
    await api.resolve(begun.code, "other-call")
    await api.resolve(f"{begun.code}1")
    await api.resolve(begun.code, key=begun.status_token)
    await api.public.get("/v1/status", headers=begun.bearer)
    await api.public.get(f"/v1/status?token={begun.status_token}&code={begun.code}")
    await api.public.post("/v1/disclosures", content=begun.code.encode() * 1000)
    await api.ask_to_start(begun.code, Origin=f"https://{begun.code}.example")
    await api.internal.post(f"/irma/callback/{begun.status_token}/", content=begun.code.encode())
    await until(lambda: "VB304" in told.getvalue(), what="the code's use is logged")

    log = told.getvalue()
    assert {name for name, mark in marks(begun, citizen).items() if mark in log} == set()
    assert not any(secret in log for secret in (CALLER[1:], NUMBER[1:], api.key, irma.token))
    assert "VB300" in log


async def test_a_fault_in_the_middle_tells_no_secret_either(
    told: io.StringIO, api: Installation, wallet: Wallet, citizen: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = await api.start()

    async def broken(*given: object) -> None:
        raise RuntimeError(f"{begun.code} {shows(citizen)} {given}")

    monkeypatch.setattr(codes, "use_code_at_once", broken)
    monkeypatch.setattr(disclosures, "move", broken)
    await wallet.disclose(begun.session_ptr)
    answer = await api.resolve(begun.code)

    assert (answer.status_code, answer.json()["type"]) == (500, "fault")
    log = told.getvalue() + answer.text
    assert "RuntimeError" in log
    assert {name for name, mark in marks(begun, citizen).items() if mark in log} == set()


async def test_what_is_wrong_is_said_without_repeating_it(api: Installation, wallet: Wallet) -> None:
    begun = await api.disclosed(wallet)
    answers = [
        await api.resolve(begun.code, number="+31243299999"),
        await api.resolve(begun.code + "1"),
        await api.resolve(begun.code, number="no number"),
        await api.resolve(begun.code, key="no-key-of-ours"),
        await api.public.get("/v1/status", headers={"Authorization": f"Bearer {begun.code}"}),
        await api.ask_to_start(begun.code, Origin=SITE),
    ]

    for answer in answers:
        assert answer.status_code >= 400
        assert not any(given in answer.text for given in (begun.code, "31243299999", "no number", "no-key-of-ours"))


async def test_the_api_can_not_unseal_what_it_has_sealed(
    api: Installation, wallet: Wallet, citizen: Person, tmp_path: Path
) -> None:
    begun = await api.disclosed(wallet)
    reference = (await api.resolve(begun.code)).json()["reference"]
    async with api.store.begin() as tx:
        sealed = await disclosures.sealed(tx, reference, api.municipality.id)
    assert sealed is not None

    # The dashboard's key opens it, for this municipality and disclosure only.
    assert api.unsealer.unseal(sealed, api.municipality.id, reference) == shows(citizen)
    for municipality_id, disclosure_id in ((api.elsewhere.id, reference), (api.municipality.id, "e" * 32)):
        with pytest.raises(SealError):
            api.unsealer.unseal(sealed, municipality_id, disclosure_id)
    # What the api was given opens nothing: it has the public key, and the key of codes.
    assert api.settings.seal_private_key_file is None
    with pytest.raises(SealError):
        Unsealer.from_file(api.settings.seal_public_key_file or tmp_path)
    with pytest.raises(SealError):
        TokenBox(bytes.fromhex(api.settings.code_key.get_secret_value())).open(sealed, reference)
    (tmp_path / "other").mkdir()
    _, other = make_key_pair(tmp_path / "other")
    with pytest.raises(SealError):
        Unsealer.from_file(other).unseal(sealed, api.municipality.id, reference)


async def test_under_another_code_key_an_open_disclosure_has_failed(api: Installation) -> None:
    begun = await api.start()
    async with api.again(code_key="ab" * 32) as after:

        async def failed() -> bool:
            return await after.status(begun) == "failed"

        await until(failed, what="the citizen is told to begin again", seconds=5)


async def test_while_the_code_key_is_changed_no_caller_is_lost(lazy: None, api: Installation, wallet: Wallet) -> None:
    """Given processes with the old key, when others come with the new one, then each code is known at either."""
    old, new = api.settings.code_key.get_secret_value(), "ab" * 32
    before, under_way = await api.disclosed(wallet), await api.start()
    async with (
        api.again(code_key=old, code_key_previous=new) as told_of_it,
        api.again(code_key=new, code_key_previous=old) as after,
    ):
        assert (await after.resolve(before.code, "call1")).status_code == 200
        await wallet.disclose(under_way.session_ptr)
        assert (await after.resolve(under_way.code, "call2")).status_code == 200
        newest = await after.disclosed(wallet)
        assert (await told_of_it.resolve(newest.code, "call3")).status_code == 200


async def test_the_requestor_token_is_gone_as_soon_as_it_has_served(api: Installation, wallet: Wallet) -> None:
    """Given a proof, when it has been taken, then what could fetch it from the IRMA server is erased."""
    begun = await api.disclosed(wallet)
    async with api.store.begin() as tx:
        row = (await tx.connection.execute(select(disclosure))).one()
    assert (row.state, row.irma_token, row.look_at) == ("disclosed", None, None)
    box = TokenBox(bytes.fromhex(api.settings.code_key.get_secret_value()))
    assert box.open(row.irma_session, row.id) == begun.session_ptr["u"].rpartition("/")[2]
