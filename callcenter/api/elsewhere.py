"""Calls at other call centres: by what name they know a disclosure, and what they tell of the call that it led to.

A reference is the disclosure's id, encrypted for its municipality: opaque, nowhere in our logs or tables, and the same
each time it is asked for. Whoever keeps references beside names can't find their way into our logs with them, nor can
somebody who reads our logs find out about a person in another call centre's files.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from callcenter.api.problems import Problem
from callcenter.logs import Log, log
from callcenter.model.disclosure import Disclosure
from callcenter.settings import Settings
from callcenter.store import disclosures, outside
from callcenter.store.database import Store
from callcenter.store.keys import ApiKey
from callcenter.store.outside import OutsideState
from callcenter.store.sealing import SealError, TokenBox

_OUR_CALL_ID = 32  # characters at most: the conductor's ids are kept as they are


class References:
    """Makes references and reads them: AES-SIV (RFC 5297), where the same gives the same and nothing can be forged."""

    def __init__(self, *code_keys: bytes) -> None:
        self._aeads = [AESSIV(hashlib.sha512(b"veilig-bellen reference" + key).digest()) for key in code_keys]

    def reference(self, disclosure_id: str, municipality_id: str) -> str:
        """Return the reference of a disclosure of this municipality."""
        closed = self._aeads[0].encrypt(bytes.fromhex(disclosure_id), [municipality_id.encode()])
        return urlsafe_b64encode(closed).decode().rstrip("=")

    def disclosure_id(self, reference: str, municipality_id: str) -> str | None:
        """Return the id behind a reference; None when it is none of this municipality's."""
        for aead in self._aeads:
            with suppress(InvalidTag, NotBase64, ValueError):
                return aead.decrypt(urlsafe_b64decode(reference + "="), [municipality_id.encode()]).hex()
        return None


class Elsewhere:
    """The calls that other call centres have."""

    def __init__(self, settings: Settings, store: Store) -> None:
        code_keys = settings.code_keys().all
        self._store = store
        self._patience = timedelta(minutes=settings.outside_call_minutes)
        self._references = References(*code_keys)
        self._box = TokenBox(*code_keys)

    def known_as(self, key: ApiKey, call_id: str, now: datetime) -> tuple[str, datetime | None]:
        """Return by what id we keep the asker's call, and until when to wait for a word on it (never: it is ours).

        Another call centre's ids may be anything, a telephone number too, or another's id as well: we keep a hash.
        """
        if key.municipality_id is None:
            if len(call_id) > _OUR_CALL_ID:
                raise Problem(422, "invalid-request", f"Check call: at most {_OUR_CALL_ID} characters.")
            return call_id, None
        kept = hashlib.blake2s(f"{key.municipality_id}/{call_id}".encode(), digest_size=16).hexdigest()
        return kept, now + self._patience

    def reference(self, found: Disclosure, key: ApiKey) -> str:
        """Return by what this key's holder may know a disclosure. The conductor shares our store, and so our ids."""
        return found.id if key.ours else self._references.reference(found.id, found.municipality_id)

    async def irma_session(self, found: Disclosure) -> str | None:
        """Return the IRMA session id, by which the app found the session: it names the session and opens nothing."""
        async with self._store.begin() as tx:
            closed = await disclosures.irma_session(tx, found.id)
        try:
            return None if closed is None else self._box.open(closed, found.id)
        except SealError:
            return None

    async def state(self, reference: str, key: ApiKey) -> OutsideState:
        """How far the call is. Raises Problem."""
        disclosure_id, municipality_id = self._whose(reference, key)
        async with self._store.begin() as tx:
            state = await outside.find(tx, disclosure_id, municipality_id)
        if state is None:
            raise _unknown()
        return state

    async def tell(self, reference: str, key: ApiKey, to: OutsideState) -> OutsideState:
        """Take what another call centre tells of its call; telling again changes nothing. Raises Problem."""
        disclosure_id, municipality_id = self._whose(reference, key)
        now = datetime.now(UTC)
        until = now + self._patience
        async with self._store.begin() as tx:
            match to:
                case OutsideState.CALLED:
                    taken = await outside.called(tx, disclosure_id, municipality_id, until)
                case OutsideState.CONNECTED:
                    taken = await outside.connected(tx, disclosure_id, municipality_id, now, until)
                case _:
                    taken = await outside.ended(tx, disclosure_id, municipality_id, now)
            state = to if taken else await outside.find(tx, disclosure_id, municipality_id)
        if state is None:
            raise _unknown()
        if state is not to:
            raise Problem(409, "out-of-order", f"This call is {state} already: a call goes on, and never back.")
        if taken:
            log(Log.DISCLOSURE_MOVED, disclosure=disclosure_id, municipality=municipality_id, state=to, reason="told")
        return state

    def _whose(self, reference: str, key: ApiKey) -> tuple[str, str]:
        of = key.municipality_id
        disclosure_id = None if of is None else self._references.disclosure_id(reference, of)
        if of is None or disclosure_id is None:
            raise _unknown()
        return disclosure_id, of


def _unknown() -> Problem:
    """One answer for what was never one, what is another municipality's, and what is over for long."""
    return Problem(404, "call-unknown", "There is no such call of this municipality, or it ended over an hour ago.")
