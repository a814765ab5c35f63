"""What we ask of Asterisk, a method for each: what a call centre needs, and little more.

Each names its operation in Asterisk's REST reference (rest-api/api-docs/{channels,bridges,playbacks,endpoints,
applications,asterisk}.json). All of them may raise what `request` raises, and AriUnreadable. With `missing_ok` it is no
error that the thing is gone already: use it where that is what we want anyway.
"""

from collections.abc import Iterable, Mapping
from typing import Literal
from urllib.parse import quote

from callcenter.ari_app.ari.errors import AriBadRequest, AriNotFound
from callcenter.ari_app.ari.link import Link
from callcenter.ari_app.ari.things import (
    Bridge,
    Channel,
    Endpoint,
    read_attribute,
    read_bridge,
    read_channel,
    read_endpoint,
    read_list,
    read_object,
    read_text,
    read_version,
)

ConfigType = Literal["auth", "aor", "endpoint"]


class Connection(Link):
    """A connection to Asterisk for one application, made by `connect`: the verbs, on top of `Link.request`."""

    # Asterisk itself

    async def ping(self) -> None:
        """`GET /asterisk/ping`."""
        await self.request("GET", "asterisk/ping")

    async def version(self) -> str:
        """`GET /asterisk/info?only=system`: the version, as in "22.10.1"."""
        return read_version(await self.request("GET", "asterisk/info", only="system"))

    # Channels

    async def list_channels(self) -> list[Channel]:
        """`GET /channels`: all channels of this Asterisk, also those that are not ours."""
        return read_list(await self.request("GET", "channels"), read_channel)

    async def get_channel(self, channel_id: str) -> Channel:
        """`GET /channels/{channelId}`."""
        return read_channel(await self.request("GET", f"channels/{_part(channel_id)}"))

    async def originate(
        self,
        endpoint: str,
        *,
        channel_id: str,
        app_args: Iterable[str] = (),
        caller_id: str | None = None,
        ring_seconds: int = 20,
        variables: Mapping[str, str] | None = None,
    ) -> Channel:
        """`POST /channels`: ring an endpoint; when it answers, the channel enters our application.

        Args:
            endpoint: as in `PJSIP/phone-1f`.
            channel_id: the id that the new channel gets.
            app_args: arguments that its StasisStart gives back. Asterisk joins them by commas: they may hold none.
            caller_id: what the phone shows, as in `Name <number>`.
            ring_seconds: how long it may ring. Then ChannelDestroyed with cause 19.
            variables: channel variables and functions to set on the new channel.

        Raises:
            AriServerError: "Allocation failed": no phone is registered for that endpoint, or there is no such endpoint.
            AriConflict: the channel id is taken.
        """
        raw = await self.request(
            "POST",
            "channels",
            body={"variables": dict(variables)} if variables else None,
            endpoint=endpoint,
            app=self.app,
            appArgs=",".join(app_args) or None,
            channelId=channel_id,
            callerId=caller_id,
            timeout=ring_seconds,
        )
        return read_channel(raw)

    async def continue_in_dialplan(
        self, channel_id: str, context: str, *, extension: str = "s", priority: int = 1
    ) -> None:
        """`POST /channels/{channelId}/continue`: leave our application, go on in the dialplan there."""
        path = f"channels/{_part(channel_id)}/continue"
        await self.request("POST", path, context=context, extension=extension, priority=priority)

    async def set_variable(self, channel_id: str, name: str, value: str) -> None:
        """`POST /channels/{channelId}/variable`: a channel variable, or a function such as `CHANNEL(language)`."""
        await self.request("POST", f"channels/{_part(channel_id)}/variable", variable=name, value=value)

    async def get_variable(self, channel_id: str, name: str) -> str:
        """`GET /channels/{channelId}/variable`: a channel variable, or a function.

        Raises AriNotFound when the variable is not set, and when the channel is gone; `reason` tells which.
        """
        raw = await self.request("GET", f"channels/{_part(channel_id)}/variable", variable=name)
        return read_text(read_object(raw, "variable"), "value")

    async def ring(self, channel_id: str) -> None:
        """`POST /channels/{channelId}/ring`: let the caller hear that it rings."""
        await self.request("POST", f"channels/{_part(channel_id)}/ring")

    async def answer(self, channel_id: str) -> None:
        """`POST /channels/{channelId}/answer`."""
        await self.request("POST", f"channels/{_part(channel_id)}/answer")

    async def hang_up(
        self, channel_id: str, *, reason: str | None = None, reason_code: int | None = None, missing_ok: bool = False
    ) -> None:
        """`DELETE /channels/{channelId}`.

        Args:
            channel_id: of whom to hang up.
            reason: `normal`, `busy`, `congestion`, `no_answer`, `rejected`, … ;
            reason_code: or the Q.850 cause. Neither: normal.
            missing_ok: it is no error when the channel is gone already.
        """
        path = f"channels/{_part(channel_id)}"
        await self._delete(path, missing_ok=missing_ok, reason=reason, reason_code=reason_code)

    async def start_music(self, channel_id: str, music_class: str | None = None) -> None:
        """`POST /channels/{channelId}/moh`: music on hold of that class of musiconhold.conf; else the channel's own."""
        await self.request("POST", f"channels/{_part(channel_id)}/moh", mohClass=music_class)

    async def stop_music(self, channel_id: str, *, missing_ok: bool = False) -> None:
        """`DELETE /channels/{channelId}/moh`. Needed before a bridge: Asterisk does not stop it by itself."""
        await self._delete(f"channels/{_part(channel_id)}/moh", missing_ok=missing_ok)

    async def start_silence(self, channel_id: str) -> None:
        """`POST /channels/{channelId}/silence`: sound that holds nothing, for a phone that gives up without any."""
        await self.request("POST", f"channels/{_part(channel_id)}/silence")

    async def stop_silence(self, channel_id: str, *, missing_ok: bool = False) -> None:
        """`DELETE /channels/{channelId}/silence`."""
        await self._delete(f"channels/{_part(channel_id)}/silence", missing_ok=missing_ok)

    async def hold(self, channel_id: str) -> None:
        """`POST /channels/{channelId}/hold`."""
        await self.request("POST", f"channels/{_part(channel_id)}/hold")

    async def unhold(self, channel_id: str) -> None:
        """`DELETE /channels/{channelId}/hold`."""
        await self._delete(f"channels/{_part(channel_id)}/hold", missing_ok=False)

    async def play(self, channel_id: str, *media: str, playback_id: str) -> None:
        """`POST /channels/{channelId}/play/{playbackId}`: play these one after the other (`sound:/path/NAME`).

        PlaybackFinished comes with this id, once.
        """
        path = f"channels/{_part(channel_id)}/play/{_part(playback_id)}"
        await self.request("POST", path, media=",".join(media))

    async def stop_playback(self, playback_id: str, *, missing_ok: bool = False) -> None:
        """`DELETE /playbacks/{playbackId}`. Gone (404) when it ended by itself a moment before."""
        await self._delete(f"playbacks/{_part(playback_id)}", missing_ok=missing_ok)

    # Bridges

    async def list_bridges(self) -> list[Bridge]:
        """`GET /bridges`: all bridges of this Asterisk."""
        return read_list(await self.request("GET", "bridges"), read_bridge)

    async def create_bridge(self, bridge_id: str, kind: str = "mixing") -> Bridge:
        """`POST /bridges/{bridgeId}`. Raises AriConflict when the id is taken."""
        return read_bridge(await self.request("POST", f"bridges/{_part(bridge_id)}", type=kind))

    async def add_to_bridge(self, bridge_id: str, *channel_ids: str) -> None:
        """`POST /bridges/{bridgeId}/addChannel`.

        Raises:
            AriNotFound: the bridge is gone; or a channel is, for which Asterisk says 400 "Channel not found".
            AriUnprocessable: a channel is not in a Stasis application.
        """
        await self._in_bridge(f"bridges/{_part(bridge_id)}/addChannel", channel_ids)

    async def remove_from_bridge(self, bridge_id: str, *channel_ids: str, missing_ok: bool = False) -> None:
        """`POST /bridges/{bridgeId}/removeChannel`. Raises AriUnprocessable when a channel is not in this bridge."""
        try:
            await self._in_bridge(f"bridges/{_part(bridge_id)}/removeChannel", channel_ids)
        except AriNotFound:
            if not missing_ok:
                raise

    async def destroy_bridge(self, bridge_id: str, *, missing_ok: bool = False) -> None:
        """`DELETE /bridges/{bridgeId}`: who is in it stays in our application."""
        await self._delete(f"bridges/{_part(bridge_id)}", missing_ok=missing_ok)

    # Phones

    async def list_endpoints(self, technology: str = "PJSIP") -> list[Endpoint]:
        """`GET /endpoints/{tech}`."""
        return read_list(await self.request("GET", f"endpoints/{_part(technology)}"), read_endpoint)

    async def get_endpoint(self, name: str, technology: str = "PJSIP") -> Endpoint:
        """`GET /endpoints/{tech}/{resource}`."""
        return read_endpoint(await self.request("GET", f"endpoints/{_part(technology)}/{_part(name)}"))

    async def subscribe(self, event_source: str) -> None:
        """`POST /applications/{applicationName}/subscription`: events of what is not in our application (any more).

        Asterisk keeps a subscription over a reconnect, but not over its own restart: ask again on each connect.

        Args:
            event_source: `endpoint:PJSIP` for all phones; `channel:ID` for a channel also while it is in the dialplan;
                `bridge:ID` to hear of its end.
        """
        await self.request("POST", f"applications/{_part(self.app)}/subscription", eventSource=event_source)

    async def put_config(self, kind: ConfigType, name: str, fields: Mapping[str, str]) -> None:
        """`PUT /asterisk/config/dynamic/res_pjsip/{objectType}/{id}`: make or replace a part of a SIP account.

        In this order: auth, aor, endpoint. Raises AriBadRequest for a field or value that Asterisk does not know.
        """
        body = {"fields": [{"attribute": attribute, "value": value} for attribute, value in fields.items()]}
        await self.request("PUT", _config(kind, name), body=body)

    async def get_config(self, kind: ConfigType, name: str) -> dict[str, str]:
        """`GET /asterisk/config/dynamic/res_pjsip/{objectType}/{id}`: all fields. An auth's hold its digest: secret."""
        return dict(read_list(await self.request("GET", _config(kind, name)), read_attribute))

    async def delete_config(self, kind: ConfigType, name: str, *, missing_ok: bool = False) -> None:
        """`DELETE /asterisk/config/dynamic/res_pjsip/{objectType}/{id}`."""
        await self._delete(_config(kind, name), missing_ok=missing_ok)

    # How

    async def _delete(
        self, path: str, *, missing_ok: bool, reason: str | None = None, reason_code: int | None = None
    ) -> None:
        try:
            await self.request("DELETE", path, reason=reason, reason_code=reason_code)
        except AriNotFound:
            if not missing_ok:
                raise

    async def _in_bridge(self, path: str, channel_ids: Iterable[str]) -> None:
        try:
            await self.request("POST", path, channel=",".join(channel_ids))
        except AriBadRequest as error:
            if error.reason != "Channel not found":
                raise
            raise AriNotFound(str(error), reason=error.reason) from None


def _part(text: str) -> str:
    """One part of a path. Asterisk decodes each part by itself, so an id may hold anything, also a slash."""
    return quote(text, safe="", errors="replace")


def _config(kind: ConfigType, name: str) -> str:
    return f"asterisk/config/dynamic/res_pjsip/{kind}/{_part(name)}"
