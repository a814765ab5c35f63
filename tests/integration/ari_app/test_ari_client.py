"""The ARI client against a real Asterisk: what we ask is carried out, and what it tells is read."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from callcenter.ari_app import ari
from demo.asterisk import Pbx, asterisk
from demo.softphone import softphone

REALM = "veilig-bellen"
PASSWORD = "a-phone-password"
CODE = "4071253968"


@pytest.fixture
async def pbx(tmp_path: Path) -> AsyncIterator[Pbx]:
    async with asterisk(tmp_path) as running:
        yield running


@pytest.fixture
async def connection(pbx: Pbx) -> AsyncIterator[ari.Connection]:
    async with ari.connect(pbx.ari_url, pbx.ari_user, pbx.ari_password, "callcenter") as connection:
        yield connection


async def first(connection: ari.Connection, wanted: Callable[[ari.Event], bool]) -> ari.Event:
    """The first event that is wanted; every event before it can be read."""
    async with asyncio.timeout(10):
        async for event in connection.events():
            assert not (isinstance(event, ari.Other) and event.flaw), event
            if wanted(event):
                return event
    raise AssertionError("unreachable")


async def a_channel(connection: ari.Connection, channel_id: str = "vb-agent-1-1") -> ari.StasisStart:
    """A channel in our application; its other side hears a prompt in the dialplan."""
    await connection.originate(
        "Local/s@ask-code", channel_id=channel_id, app_args=["agent", "1"], variables={"VB_PROMPT": "ask-code"}
    )
    event = await first(connection, lambda it: isinstance(it, ari.StasisStart) and it.channel.id == channel_id)
    assert isinstance(event, ari.StasisStart)
    return event


async def push(connection: ari.Connection, name: str) -> None:
    """Make a SIP account, as a digest."""
    digest = hashlib.md5(f"{name}:{REALM}:{PASSWORD}".encode(), usedforsecurity=False).hexdigest()
    auth = {"auth_type": "digest", "username": name, "realm": REALM, "password_digest": f"MD5:{digest}"}
    await connection.put_config("auth", name, auth)
    await connection.put_config("aor", name, {"max_contacts": "1", "remove_existing": "yes"})
    endpoint = {"auth": name, "aors": name, "context": "from-agent", "disallow": "all", "allow": "alaw"}
    await connection.put_config("endpoint", name, endpoint)


async def test_asterisk_answers_and_is_new_enough(connection: ari.Connection) -> None:
    await connection.ping()
    assert (await connection.version()).startswith("22.")


async def test_a_wrong_password_is_refused_at_once(pbx: Pbx) -> None:
    with pytest.raises(ari.AriRefused, match="VB_ARI_PASSWORD"):
        await anext(aiter(ari.connect(pbx.ari_url, pbx.ari_user, "something-else", "callcenter")))


async def test_ringing_a_phone_that_is_not_registered_fails_with_allocation_failed(connection: ari.Connection) -> None:
    await push(connection, "phone-1f")
    for endpoint in ("PJSIP/phone-1f", "PJSIP/phone-nobody-has"):
        with pytest.raises(ari.AriServerError) as failed:
            await connection.originate(endpoint, channel_id="vb-agent-1-1", variables={"VB_SECRET": CODE})
        assert failed.value.reason == "Allocation failed"
        assert str(failed.value) == "Asterisk answered 500 (Allocation failed) to POST channels"


async def test_a_channel_lives_as_we_say(connection: ari.Connection) -> None:
    # given a channel that we made
    start = await a_channel(connection)
    assert start.args == ("agent", "1")
    assert start.channel.app == connection.app
    channel = start.channel.id
    # when it is asked for all that can be done with one
    await connection.answer(channel)
    await connection.set_variable(channel, "CHANNEL(language)", "nl_voorbeeldstad")
    assert await connection.get_variable(channel, "CHANNEL(language)") == "nl_voorbeeldstad"
    await connection.set_variable(channel, "VB_WHAT", "é, and a comma")
    assert await connection.get_variable(channel, "VB_WHAT") == "é, and a comma"
    await connection.ring(channel)
    await connection.start_music(channel)
    await connection.stop_music(channel)
    await connection.hold(channel)
    await connection.unhold(channel)
    await connection.play(channel, "sound:/var/lib/asterisk/sounds/one-moment", playback_id="vb-place-1-1")
    await connection.stop_playback("vb-place-1-1")
    finished = await first(connection, lambda it: isinstance(it, ari.PlaybackFinished))
    # then it is done
    assert finished == ari.PlaybackFinished("vb-place-1-1", "done")
    assert (await connection.get_channel(channel)).state == "Up"
    assert channel in {one.id for one in await connection.list_channels()}
    with pytest.raises(ari.AriNotFound, match="variable was not found"):
        await connection.get_variable(channel, "VB_NEVER_SET")
    with pytest.raises(ari.AriConflict):
        await connection.originate("Local/s@ask-code", channel_id=channel)
    # and when it is hung up, it is gone, with the cause that we gave
    await connection.hang_up(channel, reason_code=17)
    gone = await first(connection, lambda it: isinstance(it, ari.ChannelDestroyed) and it.channel.id == channel)
    assert isinstance(gone, ari.ChannelDestroyed)
    assert gone.cause == 17
    with pytest.raises(ari.AriNotFound):
        await connection.hang_up(channel)
    await connection.hang_up(channel, missing_ok=True)
    await connection.stop_playback("vb-place-1-1", missing_ok=True)


async def test_a_channel_goes_on_in_the_dialplan_and_is_followed_there(connection: ari.Connection) -> None:
    channel = (await a_channel(connection)).channel.id
    await connection.subscribe(f"channel:{channel}")
    await connection.set_variable(channel, "VB_PROMPT", "refused")
    await connection.continue_in_dialplan(channel, "say-and-hang-up")
    await first(connection, lambda it: isinstance(it, ari.StasisEnd) and it.channel.id == channel)
    assert (await connection.get_channel(channel)).app == ""
    await connection.hang_up(channel)
    await first(connection, lambda it: isinstance(it, ari.ChannelDestroyed) and it.channel.id == channel)


async def test_variables_that_change_are_not_told_to_us(connection: ari.Connection) -> None:
    # given a channel that is followed while the dialplan sets its variables
    channel = (await a_channel(connection)).channel.id
    await connection.subscribe(f"channel:{channel}")
    await connection.set_variable(channel, "VB_WHAT", CODE)
    await connection.continue_in_dialplan(channel, "to-conductor")
    # then no event carries what they hold
    seen = [await first(connection, lambda _: True)]
    while not isinstance(seen[-1], ari.StasisStart):
        seen.append(await first(connection, lambda _: True))
    assert not [
        event for event in seen if isinstance(event, ari.Other) and event.type in {"ChannelVarset", "ChannelDialplan"}
    ]
    assert CODE not in repr(seen)
    assert seen[-1].args[-1] == CODE


async def test_a_bridge_holds_who_we_put_in_it(connection: ari.Connection) -> None:
    one = (await a_channel(connection, "vb-agent-1-1")).channel.id
    other = (await a_channel(connection, "vb-agent-1-2")).channel.id
    assert await connection.create_bridge("vb-bridge-1") == ari.Bridge("vb-bridge-1", "mixing", ())
    with pytest.raises(ari.AriConflict):
        await connection.create_bridge("vb-bridge-1")
    await connection.subscribe("bridge:vb-bridge-1")
    await connection.add_to_bridge("vb-bridge-1", one, other)
    (bridge,) = await connection.list_bridges()
    assert set(bridge.channels) == {one, other}
    await connection.remove_from_bridge("vb-bridge-1", one)
    with pytest.raises(ari.AriUnprocessable):
        await connection.remove_from_bridge("vb-bridge-1", one)
    with pytest.raises(ari.AriUnprocessable, match="not in Stasis"):
        await connection.add_to_bridge("vb-bridge-1", f"{one};2")
    with pytest.raises(ari.AriNotFound, match="Channel not found"):
        await connection.add_to_bridge("vb-bridge-1", one, "gone")
    await connection.destroy_bridge("vb-bridge-1")
    gone = await first(connection, lambda it: isinstance(it, ari.BridgeDestroyed))
    assert isinstance(gone, ari.BridgeDestroyed)
    assert gone.bridge.id == "vb-bridge-1"
    assert await connection.list_bridges() == []
    await connection.destroy_bridge("vb-bridge-1", missing_ok=True)
    with pytest.raises(ari.AriNotFound):
        await connection.add_to_bridge("vb-bridge-1", other)


async def test_an_account_is_pushed_read_and_taken_away(connection: ari.Connection) -> None:
    await push(connection, "phone-1f")
    assert (await connection.get_config("auth", "phone-1f"))["username"] == "phone-1f"
    assert (await connection.get_config("auth", "phone-1f"))["password"] == ""
    assert (await connection.get_config("endpoint", "phone-1f"))["aors"] == "phone-1f"
    assert await connection.get_endpoint("phone-1f") == ari.Endpoint("PJSIP", "phone-1f", "offline", ())
    assert "phone-1f" in {endpoint.name for endpoint in await connection.list_endpoints()}
    with pytest.raises(ari.AriBadRequest, match="failed field value validation"):
        await connection.put_config("aor", "phone-1f", {"no_such_field": "1"})
    for kind in ("endpoint", "aor", "auth"):
        await connection.delete_config(kind, "phone-1f")
        await connection.delete_config(kind, "phone-1f", missing_ok=True)
    with pytest.raises(ari.AriNotFound):
        await connection.get_config("auth", "phone-1f")
    with pytest.raises(ari.AriNotFound):
        await connection.get_endpoint("phone-1f")


async def test_a_phone_that_registers_is_seen_rung_and_seen_to_leave(
    pbx: Pbx, connection: ari.Connection, tmp_path: Path
) -> None:
    await connection.subscribe("endpoint:PJSIP")
    await push(connection, "phone-1f")
    folder = tmp_path / "phone"
    async with softphone(folder, user="phone-1f", password=PASSWORD, pbx_port=pbx.sip_port, answers=False) as phone:
        # given a phone that registered with the account that we pushed
        online = await first(connection, lambda it: isinstance(it, ari.EndpointStateChange) and _online(it))
        assert isinstance(online, ari.EndpointStateChange)
        assert online.endpoint.name == "phone-1f"
        # when it is rung, and declines
        await connection.originate("PJSIP/phone-1f", channel_id="vb-agent-1-1", app_args=["agent", "1"])
        await first(connection, lambda it: isinstance(it, ari.Dial) and it.status == "RINGING")
        await phone.hang_up()
        gone = await first(connection, lambda it: isinstance(it, ari.ChannelDestroyed))
        # then we are told so
        assert isinstance(gone, ari.ChannelDestroyed)
        assert gone.channel.id == "vb-agent-1-1"
        assert gone.cause in (17, 21)
    # and when it says goodbye, that it is gone
    left = await first(connection, lambda it: isinstance(it, ari.ContactStatusChange) and it.status == "Removed")
    assert isinstance(left, ari.ContactStatusChange)
    assert left.endpoint.name == "phone-1f"


def _online(event: ari.EndpointStateChange) -> bool:
    return event.endpoint.state == "online"
