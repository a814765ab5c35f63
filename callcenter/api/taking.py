"""Taking: how a disclosure goes on once begun: takes results, seals what was proven, finds out what was missed."""

import time
from datetime import UTC, datetime

from pydantic import SecretStr

from callcenter.irma.callback import Callbacks
from callcenter.irma.client import IrmaServer
from callcenter.irma.errors import CallbackRefused, IrmaAway, IrmaFailed, ResultMalformed, SessionUnknown
from callcenter.logs import Log, log
from callcenter.model import code as codes
from callcenter.model.disclosure import OPEN, Disclosure, DisclosureState, Why
from callcenter.model.proof import NotProven, SessionResult, SessionStatus, proven
from callcenter.settings import Settings
from callcenter.store import disclosures, looks
from callcenter.store.database import Store
from callcenter.store.sealing import NOT_SHOWN, Attributes, Sealer, SealError, TokenBox

LOOK_SECONDS = 2.0  # between two looks at one disclosure that its citizen's page asks for


class Taking:
    """Takes what the IRMA server says of sessions, whether it calls us or we ask; for one process."""

    def __init__(self, settings: Settings, store: Store, irma: IrmaServer, sealer: Sealer) -> None:
        self._store = store
        self._irma = irma
        self._sealer = sealer
        self._box = TokenBox(*settings.code_keys().all)
        self._callbacks = Callbacks(irma)
        # Callbacks may have been lost, as when we were away ourselves: all that is open gets a look when that can be.
        self.missed = True
        self._looked: dict[str, float] = {}  # when, by disclosure; the oldest first

    async def called_back(self, callback_secret: str, body: bytes) -> bool:
        """Take a result that the IRMA server posted; tell whether we wait for one at this path.

        Raises CallbackRefused, ResultMalformed: nothing was taken, but the safety net will ask the server itself.
        """
        async with self._store.begin() as tx:
            session = await disclosures.by_callback(tx, codes.token_hash(callback_secret))
        if session is None or session.disclosure.state not in OPEN:
            return False  # it is over, or we have it: callbacks repeat
        try:
            result = await self._callbacks.verify(body)
        except (CallbackRefused, ResultMalformed):
            # Who knows the path is the IRMA server, or has it from there; its key may be newer than we may fetch.
            async with self._store.begin() as tx:
                await looks.look_soon(tx, session.disclosure.id, datetime.now(UTC))
            raise
        await self._take(session, result)
        return True

    async def find_out(self, session: disclosures.OpenSession) -> None:
        """Ask the IRMA server how this session stands, and take its result. Raises IrmaError."""
        disclosure = session.disclosure
        token = self._token(session)
        if token is None:
            await self._fail(disclosure, "other-code-key")
            return
        try:
            status = await self._irma.status(token)
            if status.over:
                await self._take(session, await self._irma.result(token))
            elif status is not SessionStatus.INITIALIZED and disclosure.state is DisclosureState.REQUESTED:
                await self._move(disclosure, DisclosureState.SCANNED, "scanned")
        except IrmaAway as error:
            # One session that it fails over is no outage: all would be asked about again and again because of it.
            self.missed |= not isinstance(error, IrmaFailed)
            raise
        except SessionUnknown:
            await self._fail(disclosure, "session-unknown")

    async def find_out_by_code(self, code_hashes: tuple[bytes, ...], municipality_id: str) -> None:
        """The same for the disclosure with this code, if its session may be under way."""
        async with self._store.begin() as tx:
            session = await disclosures.open_session_by_code(tx, code_hashes, municipality_id)
        if session is not None:
            await self.find_out(session)

    async def look(self, disclosure_id: str) -> None:
        """The same for this disclosure, if its session may be under way, and nobody has looked just now."""
        now = time.monotonic()
        while self._looked and next(iter(self._looked.values())) <= now - LOOK_SECONDS:
            del self._looked[next(iter(self._looked))]
        if disclosure_id in self._looked:
            return
        self._looked[disclosure_id] = now
        async with self._store.begin() as tx:
            session = await disclosures.open_session(tx, disclosure_id)
        if session is not None:
            await self.find_out(session)

    async def _take(self, session: disclosures.OpenSession, result: SessionResult) -> None:
        disclosure, token = session.disclosure, self._token(session)
        if token is None:
            await self._fail(disclosure, "other-code-key")
            return
        # What was asked then: the purpose may ask something else by now.
        outcome = proven(result, session.condiscon, token=token.get_secret_value())
        if isinstance(outcome, NotProven):
            if outcome.becomes is None:
                log(Log.CALLBACK_REFUSED, reason=outcome.reason.value.replace(" ", "-"))
            else:
                await self._move(disclosure, outcome.becomes, outcome.reason.value, why=outcome.why)
            return
        attributes: Attributes = {**outcome.attributes, **dict.fromkeys(outcome.left_out, NOT_SHOWN)}
        sealed = self._sealer.seal(attributes, disclosure.municipality_id, disclosure.id)
        await self._move(disclosure, DisclosureState.DISCLOSED, "proven", sealed=sealed)

    def _token(self, session: disclosures.OpenSession) -> SecretStr | None:
        """The IRMA requestor token; None when it was kept under another VB_CODE_KEY, as was the code: it can't work."""
        try:
            return SecretStr(self._box.open(session.irma_token, session.disclosure.id))
        except SealError:
            return None

    async def _fail(self, disclosure: Disclosure, because: str) -> None:
        await self._move(disclosure, DisclosureState.FAILED, because, why=Why.OTHER)

    async def _move(
        self,
        disclosure: Disclosure,
        to: DisclosureState,
        because: str,
        *,
        sealed: bytes | None = None,
        why: Why | None = None,
    ) -> None:
        async with self._store.begin() as tx:
            moved = await disclosures.move(tx, disclosure.id, to, sealed, why)
        if moved:
            log(
                Log.DISCLOSURE_MOVED,
                disclosure=disclosure.id,
                municipality=disclosure.municipality_id,
                state=to.value,
                reason=because.replace(" ", "-"),
            )
