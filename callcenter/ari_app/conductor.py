"""The conductor of one PBX: holds its lease, keeps the connection, and tells each call what concerns it.

One conductor for each PBX; standbys wait for the lease. Nothing here waits on one caller: each call is
conducted in a task of its own, and what takes time (a phone's account, a new arrival) is one too.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from callcenter.ari_app import accounts, names
from callcenter.ari_app import ari as a
from callcenter.ari_app.arriving import keep_call_patiently
from callcenter.ari_app.causes import reason_of
from callcenter.ari_app.conducted_call import ConductedCall
from callcenter.ari_app.hands import Hands
from callcenter.ari_app.reconcile import (
    Adopt,
    LiveChannel,
    Recall,
    RemoveBridge,
    RemoveChannel,
    Step,
    Tell,
    reconcile,
)
from callcenter.ari_app.resolve import NOWHERE, Origin, ResolveClient
from callcenter.logs import Log, fault, log
from callcenter.model import call as m
from callcenter.model.tenant import Municipality, TenantError
from callcenter.settings import Settings
from callcenter.store import calls, phones, tenants
from callcenter.store.database import Store
from callcenter.store.events import Change, Subscription

ADMIT_SECONDS = 10.0  # how long a new caller waits for a database that is away, before we say sorry
PATROL_SECONDS = 15.0
UNALLOCATED = 1  # Q.850: nobody has the number that was dialled


class Conductor:
    """Conducts one PBX over its connections to it. Made anew each time that the lease is won."""

    def __init__(self, settings: Settings, store: Store, resolver: ResolveClient) -> None:
        self._settings = settings
        self._store = store
        self._resolver = resolver
        self._pbx = settings.pbx_name
        self._connection: a.Connection | None = None
        self._calls: dict[str, ConductedCall] = {}
        self._by_channel: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def ari(self) -> a.Connection:
        """The connection to the PBX. Raises AriDisconnected while there is none."""
        if self._connection is None:
            raise a.AriDisconnected("there is no connection to Asterisk now")
        return self._connection

    async def run(self) -> None:
        """Conduct until cancelled. Raises AriRefused when the PBX doesn't accept our user."""
        changes = self._store.subscribe()
        main = {asyncio.create_task(work) for work in (self._watch(changes), self._stay_connected())}
        try:
            done, _ = await asyncio.wait(main, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # neither ends by itself
        finally:
            changes.close()
            for task in main | self._tasks:
                task.cancel()
            await asyncio.gather(*main, *self._tasks, return_exceptions=True)

    # -- the connection ----------------------------------------------------------------------------

    async def _stay_connected(self) -> None:
        settings = self._settings
        connections = a.connect(
            settings.ari_url,
            settings.ari_user,
            settings.ari_password.get_secret_value(),
            names.APP,
            ca_file=settings.ari_ca_file,
            on_wait=lambda error, _: log(Log.PBX_LOST, pbx=self._pbx, error=type(error).__name__),
        )
        async with aclosing(aiter(connections)) as each:
            async for connection in each:
                self._connection = connection
                patrol = asyncio.create_task(self._patrol(connection))
                try:
                    await self._settle(connection)
                    async with aclosing(connection.events()) as events:
                        async for event in events:
                            self._take(event)
                except a.AriReplaced:
                    raise
                except Exception as error:  # noqa: BLE001 -- whatever it is, callers are still there: connect again
                    log(Log.FAILED, process="conductor", **fault(error))
                finally:
                    self._connection = None
                    patrol.cancel()

    async def _settle(self, ari: a.Connection) -> None:
        """After each connect: carry on with the callers first, then see to the accounts."""
        log(Log.PBX_CONNECTED, pbx=self._pbx, asterisk=await ari.version())
        await ari.subscribe("endpoint:PJSIP")
        await self._reconcile(ari)
        self._spawn(accounts.push_all(ari, self._store, self._pbx))

    async def _reconcile(self, ari: a.Connection) -> None:
        channels, bridges = await asyncio.gather(ari.list_channels(), ari.list_bridges())
        stored, by_id = await self._stored()
        for call in stored:
            if call.id not in self._calls:
                self._take_over(call, by_id, channels)
            else:
                self._calls[call.id].forget_rung()
                self._spawn(self._follow(call))
        live = [LiveChannel(c.id, c.app == names.APP, c.state == "Up") for c in channels]
        steps = reconcile(stored, live, {b.id: frozenset(b.channels) for b in bridges}, datetime.now(UTC))
        log(
            Log.PBX_RECONCILED,
            pbx=self._pbx,
            calls=len(stored),
            channels=len(channels),
            bridges=len(bridges),
            actions=len(steps),
        )
        for step in steps:
            self._spawn(self._carry_out(ari, step, channels))
        self._look_at_all()

    async def _patrol(self, ari: a.Connection) -> None:
        """The safety net under events: every now and then, compare what is live with what we conduct."""
        absent: set[str] = set()
        while True:
            await asyncio.sleep(PATROL_SECONDS)
            try:
                channels = await ari.list_channels()
                stored, by_id = await self._stored()
            except Exception as error:  # noqa: BLE001 -- whatever it is: the next round is soon
                log(Log.FAILED, process="conductor", **fault(error))
                continue
            there = {channel.id for channel in channels}
            missing = {call.id for call in stored if call.channel_id not in there}
            for call in stored:
                if call.id not in self._calls:
                    self._take_over(call, by_id, channels)
                if call.id in missing & absent:
                    self._tell(call.id, m.CallerGone(datetime.now(UTC)))
            absent = missing
            self._look_at_all()

    async def _stored(self) -> tuple[list[m.Call], dict[str, Municipality]]:
        """The live calls of this PBX as the store has them, and the municipalities by id."""
        async with self._store.begin() as tx:
            live = await calls.live_on_pbx(tx, self._pbx)
            return live, {one.id: one for one in await tenants.municipalities(tx)}

    def _take_over(self, call: m.Call, by_id: dict[str, Municipality], channels: list[a.Channel]) -> None:
        of = by_id.get(call.municipality_id)
        if of is not None:  # else its row can't be read, as the log says: its caller stays as they are until it can
            self._conduct(call, of, _origin(call.channel_id, channels), taken_over=True)

    def _look_at_all(self) -> None:
        for conducted in self._calls.values():
            self._spawn(conducted.look())

    async def _carry_out(self, ari: a.Connection, step: Step, channels: list[a.Channel]) -> None:
        match step:
            case Tell(call_id, event):
                self._tell(call_id, event)
            case Recall(_, channel_id) | Adopt(channel_id):
                says = await ari.get_variable(channel_id, names.SAYS)
                what = await ari.get_variable(channel_id, names.WHAT)
                await self._brought(channel_id, says, what, _origin(channel_id, channels))
            case RemoveChannel(channel_id):
                log(Log.STRAY_REMOVED, pbx=self._pbx, channel=channel_id)
                await ari.hang_up(channel_id, missing_ok=True)
            case RemoveBridge(bridge_id):
                log(Log.STRAY_REMOVED, pbx=self._pbx, bridge=bridge_id)
                await ari.destroy_bridge(bridge_id, missing_ok=True)

    # -- what Asterisk tells -----------------------------------------------------------------------

    def _take(self, event: a.Event) -> None:
        match event:
            case a.StasisStart(channel, args):
                self._entered(channel, args)
            case a.ChannelDestroyed(channel, cause):
                self._left(channel.id, cause)
            case a.PlaybackFinished(playback_id):
                conducted = self._calls.get(names.saying_call(playback_id) or "")
                if conducted is not None:
                    conducted.playback_finished(playback_id)
            case a.EndpointStateChange(endpoint) | a.PeerStatusChange(endpoint) | a.ContactStatusChange(endpoint):
                self._spawn_registered(endpoint)
            case _:
                pass  # what we didn't ask for, or what another event tells as well

    def _entered(self, channel: a.Channel, args: tuple[str, ...]) -> None:
        leg = names.agent_leg(channel.id)
        if leg is None:
            says, what = (*args, "", "")[:2]
            self._spawn(self._brought(channel.id, says, what, _origin(channel.id, [channel])))
        elif not self._tell(leg.call_id, m.AgentAnswered(datetime.now(UTC), leg.offer)):
            self._spawn(self.ari.hang_up(channel.id, missing_ok=True))

    def _left(self, channel_id: str, cause: int) -> None:
        now, leg = datetime.now(UTC), names.agent_leg(channel_id)
        if leg is not None:
            self._tell(leg.call_id, m.AgentGone(now, leg.offer, reason_of(cause)))
        elif channel_id in self._by_channel:
            self._tell(self._by_channel[channel_id], m.CallerGone(now))

    def _spawn_registered(self, endpoint: a.Endpoint) -> None:
        if endpoint.name.startswith(accounts.PREFIX):
            self._spawn(accounts.note_registered(self.ari, self._store, endpoint.name))

    def _tell(self, call_id: str, event: m.Event) -> bool:
        conducted = self._calls.get(call_id)
        if conducted is not None:
            conducted.put(event)
        return conducted is not None

    async def _brought(self, channel_id: str, says: str, what: str, origin: Origin) -> None:
        """A caller came to us out of the dialplan, with the number they dialled or the code they typed."""
        now = datetime.now(UTC)
        call_id = self._by_channel.get(channel_id)
        if call_id is not None:
            typed = says == names.CODE
            self._tell(call_id, m.CodeTyped(now, what) if typed else m.Resumed(now))
        elif says == names.ARRIVING:
            await self._arrive(channel_id, what, origin)
        else:
            await self._apologise(channel_id)  # of a call that ended while nobody listened

    # -- arriving ----------------------------------------------------------------------------------

    async def _arrive(self, channel_id: str, dialled: str, origin: Origin) -> None:
        number = names.as_e164(dialled)
        try:
            async with asyncio.timeout(ADMIT_SECONDS):
                arrived = await keep_call_patiently(self._store, self._pbx, channel_id, number)
        except IntegrityError:
            return  # this channel has its call already
        except (TimeoutError, TenantError):
            await self._apologise(channel_id)
            return
        if arrived is None:
            log(Log.CALL_UNKNOWN_NUMBER, pbx=self._pbx, channel=channel_id)
            await self.ari.hang_up(channel_id, reason_code=UNALLOCATED, missing_ok=True)
            return
        self._conduct(arrived.call, arrived.municipality, origin)
        self._tell(arrived.call.id, arrived.event)

    async def _follow(self, call: m.Call) -> None:
        """Hear of this caller also while they are in the dialplan, where they may hang up as well.

        From here on their leaving is told. Who has left already is not there to be followed.
        """
        try:
            await self.ari.subscribe(f"channel:{call.channel_id}")
        except (a.AriNotFound, a.AriUnprocessable):
            self._tell(call.id, m.CallerGone(datetime.now(UTC)))

    async def _apologise(self, channel_id: str) -> None:
        try:
            await self.ari.set_variable(channel_id, "CHANNEL(language)", "nl")
            await self.ari.set_variable(channel_id, "VB_PROMPT", "sorry-later")
            await self.ari.continue_in_dialplan(channel_id, names.SAY_AND_HANG_UP)
        except a.AriError:
            await self.ari.hang_up(channel_id, missing_ok=True)

    def _conduct(self, call: m.Call, of: Municipality, origin: Origin, *, taken_over: bool = False) -> None:
        if call.id in self._calls:
            return  # the patrol saw a new call in the store before its arrival came to this
        settings = self._settings
        hands = Hands(
            call.id,
            of,
            self,
            self._store,
            self._resolver,
            origin,
            ring_seconds=settings.ring_seconds,
            late_proof_seconds=settings.late_proof_seconds,
            taken_over=taken_over,
        )
        conducted = ConductedCall(call.id, of, self._store, hands, settings.place_seconds)
        self._calls[call.id] = conducted
        self._by_channel[call.channel_id] = call.id

        async def until_ended() -> None:
            try:
                await conducted.run()
            finally:
                del self._calls[call.id]
                if self._by_channel.get(call.channel_id) == call.id:
                    del self._by_channel[call.channel_id]

        self._spawn(until_ended())
        self._spawn(self._follow(call))

    # -- what the store tells ----------------------------------------------------------------------

    async def _watch(self, changes: Subscription) -> None:
        async for change in changes:
            if change.kind == "call" and change.id in self._calls:
                self._spawn(self._calls[change.id].look())
            elif change.kind == "phone":
                self._spawn(self._renew_phone(change))
            elif change.kind == "missed":
                self._look_at_all()
                if self._connection is not None:
                    self._spawn(accounts.push_all(self._connection, self._store, self._pbx))

    async def _renew_phone(self, change: Change) -> None:
        async with self._store.begin() as tx:
            phone = await phones.phone_by_name(tx, change.id)
        if phone is None:
            await accounts.remove(self.ari, change.id)
        else:
            await accounts.push(self.ari, phone, self._pbx)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do this beside everything else; its fault is logged and stops nothing."""

        async def guarded() -> None:
            try:
                await work
            except a.AriNotFound:
                pass  # hung up in between; its own event tells
            except Exception as error:  # noqa: BLE001 -- it stops nothing else
                log(Log.FAILED, process="conductor", **fault(error))

        task = asyncio.create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _origin(channel_id: str, channels: list[a.Channel]) -> Origin:
    """From where this channel's call comes, as Asterisk tells it; a number is never kept with the call."""
    for channel in channels:
        if channel.id == channel_id:
            return Origin(names.number_of(channel.number), names.trunk_of(channel.name))
    return NOWHERE
