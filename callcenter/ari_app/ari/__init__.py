"""Our client of ARI, the Asterisk REST Interface: one WebSocket for events, requests and replies (Asterisk >= 22.4).

    from callcenter.ari_app import ari

    async def conduct(settings: Settings) -> None:
        connections = ari.connect(
            settings.ari_url, settings.ari_user, settings.ari_password, app="callcenter", on_wait=log_waiting
        )
        async for connection in connections:                 # again and again, with growing pauses
            await connection.subscribe("endpoint:PJSIP")
            live = await connection.list_channels(), await connection.list_bridges()
            ...                                              # reconcile: events of before now are lost
            try:
                async with asyncio.TaskGroup() as tasks:
                    async for event in connection.events():
                        match event:
                            case ari.StasisStart(channel, args):
                                tasks.create_task(arrive(connection, channel, args))
                            case ari.ChannelDestroyed(channel, cause):
                                ...
            except* ari.AriDisconnected:
                pass                                         # requests under way failed with it too
            # ari.AriReplaced ends the loop: another conductor has this PBX now.

    async def arrive(connection: ari.Connection, channel: ari.Channel, args: tuple[str, ...]) -> None:
        try:
            await connection.set_variable(channel.id, "VB_PROMPT", "ask-code")
            await connection.continue_in_dialplan(channel.id, "ask-code")
        except ari.AriNotFound:
            pass                                             # the caller hung up a moment ago

Errors and their messages are safe to log: they hold no query value, no body, no channel variable. So is the repr of
all values here; a caller's number and the arguments of a StasisStart are not in it.
"""

from callcenter.ari_app.ari.client import connect
from callcenter.ari_app.ari.connection import Connection
from callcenter.ari_app.ari.errors import (
    AriBadRequest,
    AriConflict,
    AriDisconnected,
    AriError,
    AriNotFound,
    AriRefused,
    AriReplaced,
    AriServerError,
    AriTimeout,
    AriUnprocessable,
    AriUnreadable,
)
from callcenter.ari_app.ari.events import (
    ApplicationMoveFailed,
    ApplicationReplaced,
    BridgeDestroyed,
    ChannelDestroyed,
    ChannelHangupRequest,
    ChannelStateChange,
    ContactStatusChange,
    Dial,
    EndpointStateChange,
    Event,
    Other,
    PeerStatusChange,
    PlaybackFinished,
    StasisEnd,
    StasisStart,
)
from callcenter.ari_app.ari.things import Bridge, Channel, Endpoint

__all__ = [
    "ApplicationMoveFailed",
    "ApplicationReplaced",
    "AriBadRequest",
    "AriConflict",
    "AriDisconnected",
    "AriError",
    "AriNotFound",
    "AriRefused",
    "AriReplaced",
    "AriServerError",
    "AriTimeout",
    "AriUnprocessable",
    "AriUnreadable",
    "Bridge",
    "BridgeDestroyed",
    "Channel",
    "ChannelDestroyed",
    "ChannelHangupRequest",
    "ChannelStateChange",
    "Connection",
    "ContactStatusChange",
    "Dial",
    "Endpoint",
    "EndpointStateChange",
    "Event",
    "Other",
    "PeerStatusChange",
    "PlaybackFinished",
    "StasisEnd",
    "StasisStart",
    "connect",
]
