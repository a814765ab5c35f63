"""Agents' phones at the PBX: SIP accounts pushed over ARI as digests, and which of them are registered.

No reload, no database at the PBX, no password anywhere: `password_digest` is what Asterisk checks against
(https://docs.asterisk.org, res_pjsip auth). Asterisk keeps pushed accounts in memory, so they are pushed
anew on each connect.
"""

import asyncio

from callcenter.ari_app.ari import AriError, AriNotFound, Connection
from callcenter.logs import Log, fault, log
from callcenter.model.staff import Phone
from callcenter.store import phones
from callcenter.store.database import Store

PREFIX = "phone-"
SOUND_TIMEOUT_SECONDS = 30  # a phone that sends no sound for so long is lost (rtp_timeout)
QUALIFY_SECONDS = 30  # how often Asterisk asks a phone whether it is still there

_AT_ONCE = 20  # pushes under way at once


async def push_all(ari: Connection, store: Store, pbx: str) -> None:
    """Make every phone's account at the PBX, and note which phones are registered there."""
    async with store.begin() as tx:
        known = await phones.all_phones(tx)
    for start in range(0, len(known), _AT_ONCE):
        pushes = (push(ari, phone, pbx) for phone in known[start : start + _AT_ONCE])
        for outcome in await asyncio.gather(*pushes, return_exceptions=True):
            if isinstance(outcome, Exception):  # one bad account doesn't keep the others away
                log(Log.FAILED, process="conductor", **fault(outcome))
    for phone in known:
        await note_registered(ari, store, phone.name)


async def push(ari: Connection, phone: Phone, pbx: str) -> None:
    """Make or replace this phone's account: first what the endpoint refers to, then the endpoint."""
    await ari.put_config("auth", phone.name, _auth(phone))
    await ari.put_config("aor", phone.name, _AOR)
    await ari.put_config("endpoint", phone.name, _endpoint(phone))
    log(Log.PHONE_PUSHED, pbx=pbx, phone=phone.name)


async def remove(ari: Connection, name: str) -> None:
    """Take this phone's account away: it can neither register nor be rung."""
    for kind in ("endpoint", "aor", "auth"):
        await ari.delete_config(kind, name, missing_ok=True)


async def note_registered(ari: Connection, store: Store, name: str) -> None:
    """Ask the PBX whether this phone is registered, and keep the answer for the agent's page."""
    try:
        online = (await ari.get_endpoint(name)).state == "online"
    except AriNotFound:
        online = False
    except AriError:
        return  # the connection is gone; it is asked again on the next one
    async with store.begin() as tx:
        await phones.set_registered(tx, name, online)


def _auth(phone: Phone) -> dict[str, str]:
    return {
        "auth_type": "digest",
        "username": phone.name,
        "realm": phone.realm,
        "password_digest": f"MD5:{phone.digest}",
    }


_AOR = {
    "max_contacts": "1",
    "remove_existing": "yes",
    "qualify_frequency": str(QUALIFY_SECONDS),
    "qualify_timeout": "3.0",
    "minimum_expiration": "30",
    "default_expiration": "120",
}


def _endpoint(phone: Phone) -> dict[str, str]:
    return {
        "auth": phone.name,
        "aors": phone.name,
        "context": "from-agent",  # where nothing is: agents are rung, they don't dial
        "disallow": "all",
        "allow": "alaw,ulaw",
        "dtmf_mode": "rfc4733",
        "direct_media": "no",
        "rtp_symmetric": "yes",
        "force_rport": "yes",
        "rewrite_contact": "yes",
        "rtp_timeout": str(SOUND_TIMEOUT_SECONDS),
        "device_state_busy_at": "1",
    }
