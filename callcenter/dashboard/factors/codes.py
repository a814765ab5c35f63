"""Codes of authenticator apps, and recovery codes: made, shown, and checked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import segno
from markupsafe import Markup

from callcenter.dashboard.desk import Desk
from callcenter.model.second_factor import (
    app_address,
    is_app_code,
    new_recovery_codes,
    new_secret,
    recovery_hash,
    seconds_to_wait,
    step_of,
    typed_code,
)
from callcenter.model.staff import User
from callcenter.store import second_factors, tenants
from callcenter.store.database import Tx

OFFERED_FOR = timedelta(minutes=10)  # that a secret which was shown can be confirmed


@dataclass(frozen=True)
class Checked:
    """What came of a code. `by`: "app" or "recovery" for a right one. `wait`: seconds before one is looked at again."""

    by: str | None
    wait: float = 0.0


@dataclass(frozen=True)
class Offer:
    """An app that somebody may add: what its QR code says, drawn, and its key to be typed."""

    qr: Markup
    key: str


async def check_code(desk: Desk, tx: Tx, user: User, typed: str) -> Checked:
    """Check a code of this user's app, or a recovery code; a right one is used up. Raises SealError."""
    code, now = typed_code(typed), desk.clock()
    if not is_app_code(code):
        used = await second_factors.use_recovery_code(tx, user.id, recovery_hash(user.id, code))
        return Checked("recovery" if used else None)
    app = await second_factors.app_of(tx, user.id)
    if app is None:
        return Checked(None)
    wait = seconds_to_wait(app.wrong, app.wrong_at, now)
    if wait > 0:
        return Checked(None, wait)
    step = step_of(desk.box.open(app.closed, user.id), code, now, app.last_step)
    if step is not None and await second_factors.app_used(tx, user.id, step):
        return Checked("app")
    await second_factors.app_wrong(tx, user.id, now)
    return Checked(None)


async def offer_app(desk: Desk, user: User, token_hash: bytes) -> Offer:
    """Offer a new secret to this log-in, whole or half."""
    secret = new_secret()
    async with desk.store.begin() as tx:
        closed = desk.box.close(secret, user.id)
        await second_factors.offer_app(tx, token_hash, user.id, closed, desk.clock())
    return await _offer_of(desk, user, secret)


async def offered_app(desk: Desk, user: User, token_hash: bytes) -> Offer | None:
    """The secret that this log-in was offered and may confirm still."""
    async with desk.store.begin() as tx:
        closed = await second_factors.offered_app(tx, token_hash, user.id, desk.clock() - OFFERED_FOR)
    return None if closed is None else await _offer_of(desk, user, desk.box.open(closed, user.id))


async def confirm_app(desk: Desk, tx: Tx, user: User, token_hash: bytes, typed: str, now: datetime) -> bool:
    """Keep the app that was offered to this log-in, if this is a code of it."""
    closed = await second_factors.offered_app(tx, token_hash, user.id, now - OFFERED_FOR)
    if closed is None:
        return False
    step = step_of(desk.box.open(closed, user.id), typed_code(typed), now, last_step=0)
    if step is None:
        return False
    await second_factors.set_app(tx, user.id, closed, step, now)
    return True


async def make_recovery_codes(tx: Tx, user: User) -> tuple[str, ...]:
    """Give this user new recovery codes, in the place of all others; they are shown this once."""
    codes = new_recovery_codes()
    await second_factors.set_recovery_codes(tx, user.id, [recovery_hash(user.id, code) for code in codes])
    return codes


async def _offer_of(desk: Desk, user: User, secret: str) -> Offer:
    place = ""
    if user.municipality_id is not None:
        async with desk.store.begin() as tx:
            place = await tenants.name_of(tx, user.municipality_id)
    qr = segno.make(app_address(secret, user.login, place), error="m")
    drawn = Markup(qr.svg_inline(scale=4, dark="#000", light="#fff"))  # noqa: S704 -- drawn by segno
    return Offer(drawn, " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)))
