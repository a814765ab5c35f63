"""What becomes of an agent's work when they are logged in no more: not ready, and done with their wrap-up."""

from datetime import datetime

from callcenter.store import users, wrap_ups
from callcenter.store.database import Tx

LOGGED_OUT = "logged-out"  # why they are not ready


async def leave(tx: Tx, user_id: str, now: datetime) -> None:
    """Note that this user is there no more. Whom they spoke with is erased; a call that goes on is not cut off."""
    await users.set_ready(tx, user_id, ready=False, reason=LOGGED_OUT)
    await wrap_ups.end_any(tx, user_id, now)
