"""Reconciling, pure: what the store says and what the PBX has, compared, give what is to be done.

Events that Asterisk sent while nobody listened never come again. So on every connect the conductor
compares, and carries on from there: calls that ended meanwhile are ended, callers who are still there
go on, and what is left of calls that are over is cleared. Strangers' channels are left alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from callcenter.ari_app import names
from callcenter.model.call import (
    AgentAnswered,
    AgentGone,
    Call,
    CallerGone,
    CallState,
    Event,
    Resumed,
    Taken,
)


@dataclass(frozen=True)
class LiveChannel:
    """A channel of the PBX. `in_app`: it sits in our Stasis application, not in the dialplan."""

    id: str
    in_app: bool
    up: bool


@dataclass(frozen=True)
class Tell:
    """Tell a call of this event."""

    call_id: str
    event: Event


@dataclass(frozen=True)
class Recall:
    """This caller came back from the dialplan, with a code or not, and we missed it: see what they bring."""

    call_id: str
    channel_id: str


@dataclass(frozen=True)
class Adopt:
    """A caller of whom we know nothing sits in our app: see what they bring."""

    channel_id: str


@dataclass(frozen=True)
class RemoveChannel:
    """The leg of an agent whose offer is over."""

    channel_id: str


@dataclass(frozen=True)
class RemoveBridge:
    """The bridge of a call that is over."""

    bridge_id: str


Step = Tell | Recall | Adopt | RemoveChannel | RemoveBridge


def reconcile(
    calls: list[Call],
    channels: list[LiveChannel],
    bridges: dict[str, frozenset[str]],
    now: datetime,
) -> list[Step]:
    """Return what is to be done, in order. `bridges` maps the id of each to its channels' ids."""
    by_id = {channel.id: channel for channel in channels}
    steps: list[Step] = []
    for call in calls:
        caller = by_id.get(call.channel_id)
        if caller is None:
            steps.append(Tell(call.id, CallerGone(now)))
        else:
            steps.extend(_carry_on(call, caller, by_id, bridges, now))
    steps.extend(_unknown_callers(calls, channels))
    steps.extend(_leftovers(calls, channels, bridges))
    return steps


def _carry_on(
    call: Call,
    caller: LiveChannel,
    channels: dict[str, LiveChannel],
    bridges: dict[str, frozenset[str]],
    now: datetime,
) -> Iterator[Step]:
    if not caller.in_app:
        return  # the dialplan has the caller, and brings them back to us
    if call.state is CallState.ASKING:
        yield Recall(call.id, caller.id)
    elif call.state is CallState.OFFERED:
        yield Tell(call.id, Resumed(now))
        yield from _offered(call, channels, now)
    elif call.state is CallState.CONNECTED:
        yield from _connected(call, channels, bridges, now)
    else:
        yield Tell(call.id, Resumed(now))


def _offered(call: Call, channels: dict[str, LiveChannel], now: datetime) -> Iterator[Step]:
    leg = channels.get(names.AgentLeg(call.id, call.offers).channel_id)
    if leg is None:
        yield Tell(call.id, Taken(now))
    elif leg.up:
        yield Tell(call.id, AgentAnswered(now, call.offers))


def _connected(
    call: Call,
    channels: dict[str, LiveChannel],
    bridges: dict[str, frozenset[str]],
    now: datetime,
) -> Iterator[Step]:
    agent = names.AgentLeg(call.id, call.offers).channel_id
    if agent not in channels:
        yield Tell(call.id, AgentGone(now, call.offers))
        return
    together = {agent, call.channel_id} <= bridges.get(names.bridge_id(call.id), frozenset())
    if call.held_since is not None or not together:
        yield Tell(call.id, Resumed(now))


def _unknown_callers(calls: list[Call], channels: list[LiveChannel]) -> Iterator[Step]:
    known = {call.channel_id for call in calls}
    for channel in channels:
        if channel.in_app and channel.id not in known and not names.agent_leg(channel.id):
            yield Adopt(channel.id)


def _leftovers(calls: list[Call], channels: list[LiveChannel], bridges: dict[str, frozenset[str]]) -> Iterator[Step]:
    taken = (CallState.OFFERED, CallState.CONNECTED)
    legs = {names.AgentLeg(call.id, call.offers) for call in calls if call.state in taken}
    for channel in channels:
        leg = names.agent_leg(channel.id)
        if leg is not None and leg not in legs:
            yield RemoveChannel(channel.id)
    connected = {call.id for call in calls if call.state is CallState.CONNECTED}
    for bridge in bridges:
        call_id = names.bridged_call(bridge)
        if call_id is not None and call_id not in connected:
            yield RemoveBridge(bridge)
