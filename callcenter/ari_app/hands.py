"""The conductor's hands: carry out one call's actions at the PBX, and tell what came of them."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Protocol

from callcenter.ari_app import names
from callcenter.ari_app.ari import (
    AriConflict,
    AriDisconnected,
    AriError,
    AriNotFound,
    AriServerError,
    AriUnprocessable,
    Connection,
)
from callcenter.ari_app.resolve import NOT_YET, SPENT, WRONG, Origin, ResolveAway, ResolveClient, Resolved, Slowed
from callcenter.logs import Log, log
from callcenter.model import call as m
from callcenter.model.tenant import Municipality
from callcenter.store import progress
from callcenter.store.database import Store

ASK_AGAIN_SECONDS = 0.4  # between two questions about a code that is nearly proven
AWAY_SECONDS = 4.0  # how long the api may be away before we go on without it
ONE_MOMENT_AFTER = 0.8  # seconds of silence before the caller hears "one moment"


class HasConnection(Protocol):
    """Where the connection to the PBX is to be had; it changes when Asterisk was away."""

    @property
    def ari(self) -> Connection:
        """The connection of now. Raises AriDisconnected."""


class Hands:
    """Carries out the actions of one call."""

    def __init__(
        self,
        call_id: str,
        municipality: Municipality,
        pbx: HasConnection,
        store: Store,
        resolver: ResolveClient,
        origin: Origin,
        *,
        ring_seconds: int,
        late_proof_seconds: float,
        taken_over: bool = False,
    ) -> None:
        self._call_id = call_id
        self._municipality = municipality
        self._pbx = pbx
        self._store = store
        self._resolver = resolver
        self._origin = origin
        self._ring_seconds = ring_seconds
        self._late_proof_seconds = late_proof_seconds
        self._unsure = taken_over  # another conductor may have been saying something
        self._music = taken_over
        self._announcements = 0
        self._saying: str | None = None

    def is_saying(self, playback_id: str) -> bool:
        """Whether this is the announcement that the caller hears now."""
        return playback_id == self._saying

    async def carry_out(self, call: m.Call, action: m.Action) -> m.Event | None:
        """Do it. Returns the event that follows, if it is known at once. Raises AriError, or the store's."""
        match action:
            case m.CheckCode(digits, attempt, after):
                await asyncio.sleep(after)
                return await self._check(call, digits, attempt)
            case m.RingAgent(offer, phone_name):
                return await self._ring(offer, phone_name)
            case m.Connect(offer):
                return await self._connect(call, offer)
            case m.Rejoin(offer):
                return await self._rejoin(call, offer)
            case m.Hold(offer):
                await self._hold(call, offer)
            case m.AskCode(prompt):
                await self._into_dialplan(call, names.ASK_CODE, prompt)
            case m.SayAndHangUp(prompt):
                await self._into_dialplan(call, names.SAY_AND_HANG_UP, prompt)
            case m.SayPlace(first):
                await self._say_place(call, first)
            case m.SayOneMoment():
                await self._play(call, "one-moment")
            case _:
                await self._do_at_once(call, action)
        return None

    async def _do_at_once(self, call: m.Call, action: m.Action) -> None:
        ari = self._pbx.ari
        match action:
            case m.StartMusic():
                await self._be_silent(ari)
                self._music = True
                await ari.start_music(call.channel_id)
            case m.HangUpAgent(offer):
                await ari.hang_up(self._leg(offer), missing_ok=True)
            case m.DropBridge():
                await ari.destroy_bridge(names.bridge_id(call.id), missing_ok=True)
            case m.HangUpCaller():
                await ari.hang_up(call.channel_id, missing_ok=True)
            case _:
                raise TypeError(f"no hand for {type(action).__name__}")

    def _leg(self, offer: int) -> str:
        return names.AgentLeg(self._call_id, offer).channel_id

    async def _into_dialplan(self, call: m.Call, context: str, prompt: str) -> None:
        ari, channel = self._pbx.ari, call.channel_id
        await self._be_silent(ari)
        await self._stop_music(ari, channel)
        language = names.channel_language(call.language, self._municipality.slug)
        # Asterisk carries out the requests of one connection in their order, so none need wait.
        await asyncio.gather(
            ari.set_variable(channel, "CHANNEL(language)", language),
            ari.set_variable(channel, "VB_PROMPT", prompt),
            ari.continue_in_dialplan(channel, context),
        )

    async def _stop_music(self, ari: Connection, channel: str) -> None:
        """Asterisk does not stop it by itself when a channel leaves us."""
        if self._music:
            await ari.stop_music(channel, missing_ok=True)
            self._music = False

    async def _check(self, call: m.Call, digits: str, attempt: int) -> m.Event:
        """Ask the api, patiently: a proof may be a moment behind the code, the api may be restarting."""
        started = asyncio.get_running_loop().time()
        result, said = "wrong", False
        while True:
            passed = asyncio.get_running_loop().time() - started
            try:
                answer = await self._resolver.resolve(self._municipality.number, digits, call.id, self._origin)
                patience, result = self._late_proof_seconds, "not-yet"
            except ResolveAway:
                answer, patience, result = NOT_YET, AWAY_SECONDS, "away"
            now = datetime.now(UTC)
            if isinstance(answer, Resolved):
                self._log_checked(call, "right")
                return m.CodeRight(now, answer.disclosure_id, attempt)
            if isinstance(answer, Slowed):
                self._log_checked(call, "slowed")
                return m.CodeSlowed(now, digits, answer.seconds, attempt)
            if answer is SPENT:
                self._log_checked(call, "spent")
                return m.TriesSpent(now, attempt)
            if answer is WRONG or passed >= patience:
                self._log_checked(call, "wrong" if answer is WRONG else result)
                if result == "away":
                    return m.CodeUnchecked(now, attempt)
                return m.CodeWrong(now, attempt)
            if passed > ONE_MOMENT_AFTER and not said:
                said = True
                with suppress(AriError):
                    await self._play(call, "one-moment")
            await asyncio.sleep(ASK_AGAIN_SECONDS)

    def _log_checked(self, call: m.Call, result: str) -> None:
        log(
            Log.CODE_CHECKED,
            call=call.id,
            municipality=self._municipality.slug,
            pbx=call.pbx,
            result=result,
        )

    async def _say_place(self, call: m.Call, first: str | None) -> None:
        since = call.waiting_since or call.arrived_at
        async with self._store.begin() as tx:
            place = await progress.place_of(tx, call.municipality_id, since)
        await self._play(call, *([first] if first else []), names.place_prompt(place))

    async def _play(self, call: m.Call, *prompts: str) -> None:
        ari = self._pbx.ari
        await self._be_silent(ari)
        self._announcements += 1
        self._saying = names.playback_id(call.id, self._announcements)
        media = [names.SOUNDS + prompt for prompt in prompts]
        await ari.play(call.channel_id, *media, playback_id=self._saying)

    async def _be_silent(self, ari: Connection) -> None:
        """Cut short what is being said, before anything else is asked of the channel.

        A channel in Stasis carries out one thing at a time, and Asterisk (22.10) the requests of one
        connection too: what is asked of a channel that is saying something would hold up the requests for
        all other callers until it has been said.
        """
        if self._unsure:
            # Taken over from another conductor, which may have been saying something.
            self._unsure = False
            await asyncio.gather(
                *(
                    ari.stop_playback(names.playback_id(self._call_id, number), missing_ok=True)
                    for number in range(names.PLAYBACKS)
                )
            )
        saying, self._saying = self._saying, None
        if saying:
            await ari.stop_playback(saying, missing_ok=True)

    async def _ring(self, offer: int, phone_name: str) -> m.Event | None:
        """Ring the phone. `Allocation failed` is how Asterisk says that no phone is registered."""
        try:
            await self._pbx.ari.originate(
                f"PJSIP/{phone_name}",
                channel_id=self._leg(offer),
                app_args=(names.AGENT,),
                caller_id=f"Veilig bellen <{self._municipality.number}>",
                ring_seconds=self._ring_seconds,
            )
        except AriConflict:
            return None  # it rings already
        except AriServerError:
            return m.AgentGone(datetime.now(UTC), offer, "not-registered")
        except AriDisconnected:
            return m.AgentGone(datetime.now(UTC), offer, "failed")
        return None

    async def _connect(self, call: m.Call, offer: int) -> m.Event | None:
        """Silence first, then both into one bridge."""
        failed = m.BridgeFailed(datetime.now(UTC), offer)
        bridge = names.bridge_id(call.id)
        try:
            ari = self._pbx.ari
            await self._be_silent(ari)
            *_, joined = await asyncio.gather(
                ari.stop_music(call.channel_id, missing_ok=True),
                self._make_bridge(ari, bridge),
                ari.add_to_bridge(bridge, call.channel_id, self._leg(offer)),
                return_exceptions=True,
            )
            if isinstance(joined, AriNotFound | AriUnprocessable):
                return None if await self._is_gone(ari, call.channel_id) else failed
        except AriError:
            return failed
        return failed if isinstance(joined, BaseException) else None

    async def _hold(self, call: m.Call, offer: int) -> None:
        """Both out of the bridge, which may be gone; music for the caller, and for the agent a sound of nothing.

        Without any, some phones would end the call.
        """
        ari, leg = self._pbx.ari, self._leg(offer)
        await self._be_silent(ari)
        for channel in (call.channel_id, leg):
            with suppress(AriNotFound, AriUnprocessable):
                await ari.remove_from_bridge(names.bridge_id(call.id), channel)
        await asyncio.gather(ari.start_music(call.channel_id), ari.start_silence(leg))

    async def _rejoin(self, call: m.Call, offer: int) -> m.Event | None:
        with suppress(AriError):  # that it can't be done will show when they are joined
            await self._pbx.ari.stop_silence(self._leg(offer), missing_ok=True)
        return await self._connect(call, offer)

    @staticmethod
    async def _make_bridge(ari: Connection, bridge: str) -> None:
        # It may be there already: we were interrupted between making and filling it.
        with suppress(AriConflict):
            await ari.create_bridge(bridge)

    @staticmethod
    async def _is_gone(ari: Connection, channel_id: str) -> bool:
        try:
            await ari.get_channel(channel_id)
        except AriError:
            return True
        return False
