"""Disclosing: starts IRMA sessions for citizens. How they go on is `callcenter.api.taking`."""

import asyncio
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from callcenter.api.problems import Problem
from callcenter.irma.client import IrmaServer
from callcenter.irma.errors import IrmaAway
from callcenter.logs import Log, log
from callcenter.model import code as codes
from callcenter.model.disclosure import Disclosure, DisclosureState
from callcenter.model.tenant import Municipality, Purpose
from callcenter.settings import Settings
from callcenter.store import disclosures
from callcenter.store.database import Store
from callcenter.store.sealing import TokenBox

START_SECONDS = 4.0  # for the IRMA server, so that the citizen has an answer within 5
_TRIES = 3  # codes that are tried before we give up; the chance of one clash is about 10^-7


@dataclass(frozen=True)
class Started:
    """What the citizen's browser gets. The code works only once the disclosure is proven."""

    disclosure: Disclosure
    municipality: Municipality
    status_token: str = field(repr=False)
    code: str = field(repr=False)
    tel_url: str = field(repr=False)
    session_ptr: dict[str, Any] = field(repr=False)
    frontend_request: dict[str, Any] = field(repr=False)


class Disclosing:
    """The disclosures of an installation, for one process."""

    def __init__(self, settings: Settings, store: Store, irma: IrmaServer) -> None:
        self._settings = settings
        self._store = store
        self._irma = irma
        self._code_keys = settings.code_keys()
        self._box = TokenBox(*self._code_keys.all)

    async def start(self, municipality: Municipality, purpose: Purpose) -> Started:
        """Start a disclosure. Raises IrmaError."""
        for _ in range(_TRIES):
            try:
                return await self._start(municipality, purpose)
            except IntegrityError:
                continue  # this code is taken by a living disclosure
        raise Problem(503, "try-again", "Try again in a moment.", {"Retry-After": "2"})

    async def _start(self, municipality: Municipality, purpose: Purpose) -> Started:
        settings, code = self._settings, codes.new_code()
        status_token, callback_secret = codes.new_token(), codes.new_token()
        tel_url = f"tel:{municipality.number}{',' * settings.dial_pause_commas}{code}"
        try:
            async with asyncio.timeout(START_SECONDS):
                session = await self._irma.start_disclosure(
                    purpose.condiscon,
                    callback_url=f"{settings.internal_api_url.rstrip('/')}/irma/callback/{callback_secret}",
                    return_url=tel_url,
                    labels={0: {"nl": purpose.name_nl, "en": purpose.name_en}},
                    # Who scans later than the code lives would disclose for nothing.
                    scan_seconds=min(settings.irma_session_seconds, municipality.code_seconds),
                )
        except TimeoutError:
            raise IrmaAway(f"The IRMA server did not start a session within {START_SECONDS} s") from None
        now = datetime.now(UTC)
        disclosure = Disclosure(
            id=uuid.uuid4().hex,
            municipality_id=municipality.id,
            purpose_id=purpose.id,
            state=DisclosureState.REQUESTED,
            requested_at=now,
            expires_at=now + timedelta(seconds=municipality.code_seconds),
        )
        secrets = disclosures.Secrets(
            self._code_keys.hash(municipality.id, code),
            codes.token_hash(status_token),
            codes.token_hash(callback_secret),
            self._box.close(session.token.get_secret_value(), disclosure.id),
            self._box.close(session.id, disclosure.id),
        )
        async with self._store.begin() as tx:
            await disclosures.add(tx, disclosure, purpose.condiscon, secrets)
        log(
            Log.DISCLOSURE_STARTED,
            disclosure=disclosure.id,
            municipality=municipality.slug,
            purpose=purpose.slug,
        )
        return Started(
            disclosure,
            municipality,
            status_token,
            code,
            tel_url,
            session.session_ptr,
            session.frontend_request,
        )
