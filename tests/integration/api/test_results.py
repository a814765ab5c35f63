"""Results that prove nothing: each ends the disclosure or leaves it be, and tells why; the log says nothing of it."""

import asyncio
import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest

from callcenter.api import callbacks
from callcenter.api.taking import Taking
from demo.irma import RunningIrma
from demo.persons import person
from demo.process import until
from demo.wallet import Wallet, WalletFailed, WalletRefused
from tests.integration.api.test_away import is_in
from tests.integration.api.test_callbacks import Between, Posted, between, deliver, held
from tests.integration.api.test_secrets import told
from tests.integration.api.world import Installation

__all__ = ["between", "held", "told"]

Claims = dict[str, Any]


async def state(api: Installation, bearer: dict[str, str]) -> dict[str, Any]:
    answer: dict[str, Any] = (await api.public.get("/v1/status", headers=bearer)).json()
    return answer


async def test_who_shows_less_than_asked_is_told_so(api: Installation, wallet: Wallet) -> None:
    """Given a wallet that withholds, when its proof comes, then the disclosure has failed by missing attributes."""
    begun = await api.start()
    with pytest.raises(WalletFailed, match="MISSING_ATTRIBUTES"):
        await wallet.disclose(begun.session_ptr, withhold=True)
    assert await state(api, begun.bearer) == {"state": "failed", "reason": "attributes-missing"}


async def test_an_expired_card_is_told(api: Installation, irma: RunningIrma, tmp_path: Path) -> None:
    """Given a card that is too old, when it is shown, then the disclosure has failed by a proof that isn't valid."""
    expired = Wallet(tmp_path / "expired")
    await expired.load(person("sjoukje"), irma, lifetime=2)
    begun = await api.start()
    await asyncio.sleep(2)
    with pytest.raises(WalletFailed, match="EXPIRED"):
        await expired.disclose(begun.session_ptr)
    assert await state(api, begun.bearer) == {"state": "failed", "reason": "not-valid"}


async def test_who_declines_has_cancelled(api: Installation, wallet: Wallet) -> None:
    """Given a citizen who declines, when the callback comes, then the disclosure is cancelled, without a reason."""
    begun = await api.start()
    with pytest.raises(WalletRefused):
        await wallet.disclose(begun.session_ptr, refuse=True)
    assert await state(api, begun.bearer) == {"state": "cancelled"}


def without_value(claims: Claims) -> None:
    claims["disclosed"][0][0] |= {"rawvalue": None, "value": None}  # still PRESENT


def another_attribute(claims: Claims) -> None:
    claims["disclosed"][0][0]["id"] = "pbdf.gemeente.address.city"


def more_than_asked(claims: Claims) -> None:
    claims["disclosed"].append(claims["disclosed"][0])


FAILS = {"state": "failed", "reason": "other"}
STAYS = {"state": "requested"}


@pytest.mark.parametrize(
    ("change", "answered", "then"),
    [
        (lambda claims: claims.update(proofStatus="INVALID"), 204, {"state": "failed", "reason": "not-valid"}),
        (lambda claims: claims.update(proofStatus="EXPIRED"), 204, {"state": "failed", "reason": "not-valid"}),
        (without_value, 204, FAILS),
        (another_attribute, 204, FAILS),
        (more_than_asked, 204, FAILS),
        (lambda claims: claims.update(disclosed=[]), 204, FAILS),
        (lambda claims: claims.update(token="exBFu1vBFZ4CmpvvUzgI"), 204, STAYS),
        (lambda claims: claims.update(type="issuing"), 204, STAYS),
        (lambda claims: claims.update(status="CONNECTED"), 204, STAYS),
        (lambda claims: claims.update(sub="issuing_result"), 400, STAYS),
        (lambda claims: claims.update(exp=int(time.time()) - 3600), 400, STAYS),
        (lambda claims: claims.update(status="FINISHED"), 400, STAYS),
    ],
)
async def test_what_the_server_itself_signed_and_is_no_proof_is_refused_without_a_word_of_it(
    held: Installation,
    between: Between,
    wallet: Wallet,
    irma: RunningIrma,
    told: io.StringIO,
    change: Callable[[Claims], None],
    answered: int,
    then: dict[str, str],
) -> None:
    """Given a callback, signed anew with the server's own key after a change, when it comes, then it proves nothing."""
    if held.store.dialect == "sqlite":
        return  # it is decided before the store
    begun = await held.disclosed(wallet)
    posted = await between.next()
    claims = jwt.decode(posted.body, options={"verify_signature": False})
    change(claims)
    key = (irma.child.log.parent / "jwt.pem").read_text()
    forged = jwt.encode(claims, key, algorithm="RS256").encode()

    assert await deliver(held, Posted(posted.path, forged)) == answered

    assert await state(held, begun.bearer) == then
    log = told.getvalue()
    assert any(number in log for number in ("VB301", "VB302"))
    assert "999990" not in log
    assert not any(f'"{secret}"' in log for secret in (claims["token"], json.dumps(claims.get("disclosed"))))
    if then == STAYS:  # and the true one is still taken
        assert await deliver(held, posted) == 204
        assert await state(held, begun.bearer) == {"state": "disclosed"}


async def test_a_callback_that_can_not_be_taken_is_answered_in_time_and_found_out_later(
    api: Installation, wallet: Wallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a store that hangs (a fake), when the callback comes, then the app goes on, and the proof is found."""
    called_back = Taking.called_back

    async def hangs(*_: object) -> bool:
        await asyncio.Event().wait()
        return False

    monkeypatch.setattr(callbacks, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(Taking, "called_back", hangs)
    begun = await api.start()
    await wallet.disclose(begun.session_ptr)  # raises when the app is told that it failed
    monkeypatch.setattr(Taking, "called_back", called_back)

    await until(lambda: is_in(api, begun.bearer, "disclosed"), what="it is found", seconds=15)


async def test_a_callback_whose_key_is_newer_than_we_know_is_found_out(
    held: Installation, between: Between, wallet: Wallet
) -> None:
    """Given a signature that does not fit, when it comes at a path of ours, then the session is due for a look."""
    begun = await held.disclosed(wallet)
    posted = await between.next()
    head, body, _ = posted.body.split(b".")

    assert await deliver(held, Posted(posted.path, b".".join([head, body, b"AAAA"]))) == 400

    answer = await held.public.post("/v1/status/look", headers=begun.bearer)
    assert answer.json() == {"state": "disclosed"}
