"""Disclosing: starts IRMA sessions for citizens, each once. How they go on is `callcenter.api.taking`."""

import asyncio
import json
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel, Field, computed_field
from sqlalchemy.exc import IntegrityError

from callcenter.api.problems import Problem, try_again
from callcenter.irma.client import IrmaServer, Session
from callcenter.irma.errors import IrmaError
from callcenter.logs import Log, log
from callcenter.model import code as codes
from callcenter.model.disclosure import Disclosure, DisclosureState
from callcenter.model.tenant import Condiscon, Municipality, Purpose
from callcenter.settings import Settings
from callcenter.store import disclosures
from callcenter.store.database import Store
from callcenter.store.sealing import SealError, TokenBox

_TRIES = 3  # codes that are tried before we give up; the chance of one clash is about 10^-7


class Begun(BaseModel):
    """A disclosure that has begun. The code serves once, and only after the citizen has disclosed."""

    # The names are the ones that yivi's frontend expects.
    sessionPtr: dict[str, Any]  # noqa: N815
    frontendRequest: dict[str, Any]  # noqa: N815
    statusToken: str  # noqa: N815
    number: str
    code: str
    telUrl: str  # noqa: N815
    expiresAt: str  # noqa: N815
    pairing: bool = Field(description="let the app pair when a QR code is shown")

    @computed_field(description="seconds until `expiresAt`, for a device whose clock is wrong")  # type: ignore[prop-decorator]
    @property
    def validSeconds(self) -> int:  # noqa: N802
        """Counted anew for who asks again with the same key."""
        return max(0, round((datetime.fromisoformat(self.expiresAt) - datetime.now(UTC)).total_seconds()))


@dataclass(frozen=True)
class Wanted:
    """What a citizen is to be asked: the purpose's own attributes, or those of one of its sets by name."""

    municipality: Municipality
    purpose: Purpose
    attributes: str | None = None

    @property
    def condiscon(self) -> Condiscon:
        """The attributes."""
        return self.purpose.condiscon if self.attributes is None else self.purpose.attribute_sets[self.attributes]

    @property
    def names(self) -> list[str | None]:
        """What it is told from another by."""
        return [self.municipality.id, self.purpose.id, self.attributes]


class Disclosing:
    """The beginning disclosures of an installation, for one process."""

    def __init__(self, settings: Settings, store: Store, irma: IrmaServer) -> None:
        self._settings = settings
        self._store = store
        self._irma = irma
        self._code_keys = settings.code_keys()
        self._box = TokenBox(*self._code_keys.all)
        self._cancelling: set[asyncio.Task[None]] = set()

    async def start(self, wanted: Wanted, key: str | None = None) -> Begun:
        """Start a disclosure; who asks again with the same `key` (an Idempotency-Key) gets the same answer.

        Raises:
            IrmaError, SQLAlchemyError: the IRMA server or the store is away.
            Problem: the key was used otherwise, or no code is free.
        """
        key_hash = codes.start_key_hash(self._code_keys.newest, key) if key else None
        for _ in range(_TRIES):
            code, callback_secret = codes.new_code(), codes.new_token()
            session = await self._session(wanted, code, callback_secret)
            try:
                return await self._keep(wanted, session, code, callback_secret, key_hash)
            except IntegrityError:
                if key_hash and (earlier := await self._earlier(key_hash, wanted)):
                    return earlier
                # else this code is taken by a living disclosure
        raise try_again()

    async def _session(self, wanted: Wanted, code: str, callback_secret: str) -> Session:
        settings, of, purpose = self._settings, wanted.municipality, wanted.purpose
        return await self._irma.start_disclosure(
            wanted.condiscon,
            callback_url=f"{settings.internal_api_url.rstrip('/')}/irma/callback/{callback_secret}",
            return_url=self._tel_url(of, code),
            labels={0: {"nl": purpose.name_nl, "en": purpose.name_en}},
            # Who scans later than the code lives would disclose for nothing.
            scan_seconds=min(settings.irma_session_seconds, of.code_seconds),
        )

    async def _keep(
        self, wanted: Wanted, session: Session, code: str, callback_secret: str, key_hash: bytes | None
    ) -> Begun:
        """Keep a disclosure with this session. Raises IntegrityError when its code or key is taken."""
        of, purpose, now = wanted.municipality, wanted.purpose, datetime.now(UTC)
        expires_at, status_token = now + timedelta(seconds=of.code_seconds), codes.new_token()
        new = Disclosure(uuid.uuid4().hex, of.id, purpose.id, DisclosureState.REQUESTED, now, expires_at)
        begun = Begun(
            sessionPtr=session.session_ptr,
            frontendRequest=session.frontend_request,
            statusToken=status_token,
            number=of.number,
            code=code,
            telUrl=self._tel_url(of, code),
            expiresAt=expires_at.isoformat(),
            pairing=purpose.pairing,
        )
        secrets = disclosures.Secrets(
            self._code_keys.hash(of.id, code),
            codes.token_hash(status_token),
            codes.token_hash(callback_secret),
            self._box.close(session.token.get_secret_value(), new.id),
            self._box.close(session.id, new.id),
            key_hash,
            self._box.close(_to_json(wanted, begun), _begun(new.id)) if key_hash else None,
        )
        inserted = False
        try:
            async with self._store.begin() as tx:
                await disclosures.add(tx, new, wanted.condiscon, secrets)
                inserted = True
        except BaseException:
            # Once it was inserted it may have been committed all the same: who comes back with the key finds it then.
            # Otherwise nobody can, and no citizen should disclose for what nobody knows of.
            if not (inserted and key_hash):
                self._cancel(session)
            raise
        log(Log.DISCLOSURE_STARTED, disclosure=new.id, municipality=of.slug, purpose=purpose.slug)
        return begun

    def _tel_url(self, of: Municipality, code: str) -> str:
        return f"tel:{of.number}{',' * self._settings.dial_pause_commas}{code}"

    async def _earlier(self, key_hash: bytes, wanted: Wanted) -> Begun | None:
        """What was answered when this key was first used; None when it never was. Raises Problem."""
        async with self._store.begin() as tx:
            earlier = await disclosures.by_start_key(tx, key_hash)
        if earlier is None:
            return None
        try:
            kept = json.loads(self._box.open(earlier.begun or b"", _begun(earlier.disclosure_id)))
        except SealError:  # erased, because the app has it now; or closed under another VB_CODE_KEY
            detail = "This Idempotency-Key has started a disclosure that is under way or over: take a new key."
            raise Problem(409, "key-used", detail) from None
        if kept["wanted"] != wanted.names:
            detail = "This Idempotency-Key was used for another wish: take a new key for each."
            raise Problem(422, "key-used-otherwise", detail)
        return Begun(**kept["begun"])

    def _cancel(self, session: Session) -> None:
        """End a session that nobody will use, without anybody waiting for that."""

        async def cancel() -> None:
            with suppress(IrmaError):  # then it ends by itself, when nobody has scanned it
                await self._irma.cancel(session.token)

        task = asyncio.create_task(cancel())
        self._cancelling.add(task)
        task.add_done_callback(self._cancelling.discard)


def _to_json(wanted: Wanted, begun: Begun) -> str:
    return json.dumps({"wanted": wanted.names, "begun": begun.model_dump()})


def _begun(disclosure_id: str) -> str:
    """What an answer is bound to, so that it can't be taken for a requestor token."""
    return f"begun {disclosure_id}"
