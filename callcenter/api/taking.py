"""Taking: how a disclosure goes on once begun: takes results, seals what was proven, finds out what was missed."""

import asyncio

from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError

from callcenter.irma.client import IrmaServer
from callcenter.irma.errors import IrmaAway, IrmaError, SessionUnknown
from callcenter.logs import Log, fault, log
from callcenter.model import code as codes
from callcenter.model.disclosure import Disclosure, DisclosureState
from callcenter.model.proof import NotProven, SessionResult, SessionStatus, proven
from callcenter.settings import Settings
from callcenter.store import disclosures
from callcenter.store.database import Store
from callcenter.store.sealing import Sealer, SealError, TokenBox

_AT_ONCE = 8  # questions to the IRMA server at once, by the one watcher of a process
_OPEN = (DisclosureState.REQUESTED, DisclosureState.SCANNED)


class Taking:
    """Takes what the IRMA server says of sessions, whether it calls us or we ask; for one process."""

    def __init__(self, settings: Settings, store: Store, irma: IrmaServer, sealer: Sealer) -> None:
        self._store = store
        self._irma = irma
        self._sealer = sealer
        self._box = TokenBox(*settings.code_keys().all)

    async def called_back(self, callback_secret: str, result: SessionResult) -> bool:
        """Take a result that the IRMA server posted; tell whether we wait for one at this path."""
        async with self._store.begin() as tx:
            session = await disclosures.by_callback(tx, codes.token_hash(callback_secret))
        if session is None or session.disclosure.state not in _OPEN:
            return False  # it is over, or we have it: callbacks repeat
        await self._take(session, result)
        return True

    async def find_out(self, session: disclosures.OpenSession) -> None:
        """Ask the IRMA server how this session stands, and take its result. Raises IrmaError."""
        disclosure = session.disclosure
        token = self._token(session)
        if token is None:
            await self._move(disclosure, DisclosureState.FAILED, "other-code-key")
            return
        try:
            status = await self._irma.status(token)
            if status.over:
                await self._take(session, await self._irma.result(token))
            elif status is not SessionStatus.INITIALIZED and disclosure.state is DisclosureState.REQUESTED:
                await self._move(disclosure, DisclosureState.SCANNED, "scanned")
        except SessionUnknown:
            await self._move(disclosure, DisclosureState.FAILED, "session-unknown")

    async def find_out_by_code(self, code_hashes: tuple[bytes, ...], municipality_id: str) -> None:
        """The same for the disclosure with this code, if its session may be under way."""
        async with self._store.begin() as tx:
            session = await disclosures.open_session_by_code(tx, code_hashes, municipality_id)
        if session is not None:
            await self.find_out(session)

    async def find_out_all(self) -> None:
        """Look at every open session once: callbacks get lost, and scanning is told by nobody."""
        async with self._store.begin() as tx:
            sessions = await disclosures.open_sessions(tx)
        turn, away = asyncio.Semaphore(_AT_ONCE), asyncio.Event()

        async def one(session: disclosures.OpenSession) -> None:
            async with turn:
                if away.is_set():
                    return  # the others would find the same, each after its deadline
                try:
                    await self.find_out(session)
                except IrmaError as error:
                    if isinstance(error, IrmaAway):
                        away.set()
                    log(Log.IRMA_AWAY, error=type(error).__name__)
                except SQLAlchemyError as error:
                    log(Log.FAILED, process="api", **fault(error))

        await asyncio.gather(*(one(session) for session in sessions))

    async def _take(self, session: disclosures.OpenSession, result: SessionResult) -> None:
        disclosure, token = session.disclosure, self._token(session)
        if token is None:
            await self._move(disclosure, DisclosureState.FAILED, "other-code-key")
            return
        # What was asked then: the purpose may ask something else by now.
        outcome = proven(result, session.condiscon, token=token.get_secret_value())
        if isinstance(outcome, NotProven):
            if outcome.becomes is None:
                log(Log.CALLBACK_REFUSED, reason=outcome.reason.value)
            else:
                await self._move(disclosure, outcome.becomes, outcome.reason.value)
            return
        sealed = self._sealer.seal(outcome.attributes, disclosure.municipality_id, disclosure.id)
        await self._move(disclosure, DisclosureState.DISCLOSED, "proven", sealed)

    def _token(self, session: disclosures.OpenSession) -> SecretStr | None:
        """The IRMA requestor token; None when it was kept under another VB_CODE_KEY, as was the code: it can't work."""
        try:
            return SecretStr(self._box.open(session.irma_token, session.disclosure.id))
        except SealError:
            return None

    async def _move(
        self, disclosure: Disclosure, to: DisclosureState, reason: str, sealed: bytes | None = None
    ) -> None:
        async with self._store.begin() as tx:
            moved = await disclosures.move(tx, disclosure.id, to, sealed)
        if moved:
            log(
                Log.DISCLOSURE_MOVED,
                disclosure=disclosure.id,
                municipality=disclosure.municipality_id,
                state=to.value,
                reason=reason,
            )
