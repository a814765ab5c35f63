"""One call being conducted: takes its events one by one, moves it, and has the actions carried out.

The store is the truth, and two may move a call: this conductor, and an agent's click. So each move
reads the call, steps, and saves it under its version; who comes second reads and steps again. What
must not be lost with a crash (erasing, setting an agent to not ready) is done in the transaction that
saves the move. What fails at the PBX becomes an event again, as `model/call_actions.py` promises: nobody
is left in silence.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from callcenter.ari_app.ari import AriConflict, AriDisconnected, AriError, AriNotFound
from callcenter.ari_app.hands import Hands
from callcenter.logs import Log, fault, log
from callcenter.model import call as m
from callcenter.model.tenant import Municipality
from callcenter.store import calls, users
from callcenter.store.database import STORE_AWAY, Store, Tx

STORE_RETRY_SECONDS = 0.5  # between two tries while the database is away
RESUME_SECONDS = 1.0  # after something failed for a caller who is still there

_IN_THE_STORE = (m.Erase, m.SetNotReady)


@dataclass(frozen=True)
class _Saving:
    """A move whose saving has begun: its commit may come through though we never hear of it."""

    event: m.Event
    version: int  # of the call before it
    moved: m.Moved


class ConductedCall:
    """Conducts one call. `put` an event at any time; `run` ends when the call has ended."""

    def __init__(
        self,
        call_id: str,
        municipality: Municipality,
        store: Store,
        hands: Hands,
        place_seconds: float,
    ) -> None:
        self.call_id = call_id
        self.municipality = municipality
        self._store = store
        self._hands = hands
        self._place_seconds = place_seconds  # between two announcements of the place
        self._events: asyncio.Queue[m.Event] = asyncio.Queue()
        self._rung = 0  # the last offer for which a phone was rung
        self._held = False  # whether the caller was put on hold, and not brought back
        self._saving: _Saving | None = None

    def put(self, event: m.Event) -> None:
        """Add an event."""
        self._events.put_nowait(event)

    def playback_finished(self, playback_id: str) -> None:
        """An announcement has ended; that of an earlier one, cut short, means nothing."""
        if self._hands.is_saying(playback_id):
            self.put(m.AnnouncementEnded(datetime.now(UTC), playback_id))

    def forget_rung(self) -> None:
        """After a lost connection: whether a phone rings is not known; ringing it twice is nothing."""
        self._rung = 0

    async def look(self) -> None:
        """The store says that the call changed: see whether an agent's click is behind it."""
        call = await self._find()
        if call is None:
            return
        if call.state is m.CallState.OFFERED and call.offers > self._rung:
            self.put(m.Taken(datetime.now(UTC)))
        if call.state is m.CallState.CONNECTED and (call.held_since is not None) is not self._held:
            self.put(m.HoldAsked(datetime.now(UTC)))
        if call.hangup_asked:
            self.put(m.HangupAsked(datetime.now(UTC)))

    async def run(self) -> None:
        """Conduct until the call has ended. What takes long is done beside the next events."""
        call: m.Call | None = None
        checks: set[asyncio.Task[None]] = set()
        try:
            while call is None or call.state is not m.CallState.ENDED:
                event = await self._next(call)
                if self._is_over(event):
                    continue
                try:
                    call, actions = await self._move(event)
                except Exception as error:  # noqa: BLE001 -- a fault of ours loses one event, not the caller
                    self._log_fault(error)
                    continue
                for action in actions:
                    if isinstance(action, m.CheckCode):
                        check = asyncio.create_task(self._carry_out(call, action))
                        checks.add(check)
                        check.add_done_callback(checks.discard)
                    else:
                        await self._carry_out(call, action)
        finally:
            for check in checks:
                check.cancel()

    def _is_over(self, event: m.Event) -> bool:
        """Whether this tells of an announcement after which something else was done with the caller already."""
        if not isinstance(event, m.AnnouncementEnded) or event.playback is None:
            return False
        return not self._hands.is_saying(event.playback)

    async def _next(self, call: m.Call | None) -> m.Event:
        waiting = call is not None and call.state is m.CallState.WAITING
        try:
            async with asyncio.timeout(self._place_seconds if waiting else None):
                return await self._events.get()
        except TimeoutError:
            return m.PlaceDue(datetime.now(UTC))

    async def _move(self, event: m.Event) -> m.Moved:
        """Step and save, for as long as it takes: an event comes once, a database comes back."""
        while True:
            try:
                moved = await self._try_to_move(event)
            except STORE_AWAY as error:
                self._log_fault(error)
                await asyncio.sleep(STORE_RETRY_SECONDS)
                continue
            if moved is not None:
                self._saving = None
                return moved

    async def _try_to_move(self, event: m.Event) -> m.Moved | None:
        """Return the call and what is left to do; None when somebody else has moved it meanwhile."""
        async with self._store.begin() as tx:
            call = await calls.find(tx, self.call_id)
            if call is None:
                raise LookupError("a call is kept before it is conducted, and never deleted")
            before = self._already_saved(call, event)
            if before is not None:
                return before
            if isinstance(event, m.Taken) and call.offers <= self._rung:
                return call, []  # two changes in the store may tell of one click
            if isinstance(event, m.HoldAsked) and (call.held_since is not None) is self._held:
                return call, []
            moved, actions = m.step(call, event, self.municipality.rules)
            outside = [action for action in actions if not isinstance(action, _IN_THE_STORE)]
            if moved != call and not await calls.save(tx, moved):
                return None
            await self._do_in_the_store(tx, moved, actions)
            self._saving = _Saving(event, call.version, (moved, outside))
        if any(isinstance(action, m.RingAgent) for action in actions):
            self._rung = moved.offers
        for action in actions:
            if isinstance(action, m.Hold | m.Rejoin | m.Connect):
                self._held = isinstance(action, m.Hold)
        if moved.state is not call.state:
            self._log_move(call, moved, event)
        return moved, outside

    def _already_saved(self, call: m.Call, event: m.Event) -> m.Moved | None:
        """What an earlier try at this event committed, though it looked as if the database was away."""
        saving = self._saving
        if saving is None or saving.event is not event:
            return None
        committed = call.version == saving.version + 1 and call.state is saving.moved[0].state
        return saving.moved if committed else None

    async def _find(self) -> m.Call | None:
        while True:
            try:
                async with self._store.begin() as tx:
                    return await calls.find(tx, self.call_id)
            except STORE_AWAY as error:
                self._log_fault(error)
            await asyncio.sleep(STORE_RETRY_SECONDS)

    async def _do_in_the_store(self, tx: Tx, call: m.Call, actions: list[m.Action]) -> None:
        for action in actions:
            if isinstance(action, m.SetNotReady):
                await users.set_ready(tx, action.agent_id, ready=False, reason=action.reason)
            elif isinstance(action, m.Erase):
                await calls.erase(tx, call.id)

    async def _carry_out(self, call: m.Call, action: m.Action) -> None:
        """Carry out, and take what comes of it as the next event. A fault stays in this call."""
        try:
            event = await self._hands.carry_out(call, action)
        except AriDisconnected:
            return  # reconciling follows as soon as there is a connection
        except AriNotFound:
            # The caller hung up in between, which is told by itself.
            said = isinstance(action, m.SayPlace | m.SayOneMoment)
            event = m.AnnouncementEnded(datetime.now(UTC)) if said else None
        except Exception as error:  # noqa: BLE001 -- one action failed; the call goes on
            self._log_failed(call, action, error)
            event = await self._after_failing(call, action, error)
        if event is not None:
            self.put(event)

    async def _after_failing(self, call: m.Call, action: m.Action, error: Exception) -> m.Event | None:
        """Return what follows when an action failed though the caller may still be there."""
        now = datetime.now(UTC)
        match action:
            case m.SayPlace() | m.SayOneMoment():
                return m.AnnouncementEnded(now)
            case m.CheckCode(_, attempt, _):
                return m.CodeUnchecked(now, attempt)
            case m.RingAgent(offer):
                return m.AgentGone(now, offer, "failed")
            case m.Connect(offer) | m.Rejoin(offer):
                return m.BridgeFailed(now, offer)
            case m.SayAndHangUp() | m.HangUpCaller():
                await self._hang_up_for_sure(call)
            case m.AskCode() if not isinstance(error, AriConflict):  # else the dialplan has the caller
                asyncio.get_running_loop().call_later(RESUME_SECONDS, self.put, m.Resumed(now))
            case m.StartMusic() | m.Hold():
                asyncio.get_running_loop().call_later(RESUME_SECONDS, self.put, m.Resumed(now))
        return None

    async def _hang_up_for_sure(self, call: m.Call) -> None:
        """The call has ended and nobody will come back to it: don't leave the caller behind."""
        while True:
            try:
                await self._hands.carry_out(call, m.HangUpCaller())
            except (AriDisconnected, AriNotFound):
                return
            except AriError as error:
                self._log_failed(call, m.HangUpCaller(), error)
            else:
                return
            await asyncio.sleep(RESUME_SECONDS)

    def _log_failed(self, call: m.Call, action: m.Action, error: BaseException) -> None:
        log(
            Log.CALL_ACTION_FAILED,
            call=call.id,
            municipality=self.municipality.slug,
            pbx=call.pbx,
            action=type(action).__name__,
            **fault(error),
        )

    def _log_fault(self, error: BaseException) -> None:
        log(
            Log.CALL_FAULT,
            call=self.call_id,
            municipality=self.municipality.slug,
            **fault(error),
        )

    def _log_move(self, before: m.Call, after: m.Call, event: m.Event) -> None:
        log(
            Log.CALL_MOVED,
            call=after.id,
            municipality=self.municipality.slug,
            pbx=after.pbx,
            from_state=before.state.value,
            to_state=after.state.value,
            because=type(event).__name__,
        )
