"""A trunk where we register: a second Asterisk plays the provider."""

import hashlib
from pathlib import Path

from callcenter.ari_app.pbx_config import TrunkByRegistration
from demo.asterisk import Pbx, asterisk, own_settings
from tests.sip.desk import Arrived, Desk, desk
from tests.sip.test_app_away import until_cli

USER, PASSWORD, NUMBER = "voorbeeldstad", "p@ssword:of-a-test", "+31201234567"


async def test_registers_with_a_provider_and_takes_its_calls(tmp_path: Path) -> None:
    async with asterisk(tmp_path / "provider") as provider, desk(provider) as at_provider:
        await _account(at_provider)
        trunk = TrunkByRegistration("provider", f"127.0.0.1:{provider.sip_port}", USER, PASSWORD, NUMBER)
        async with asterisk(tmp_path / "ours", own_settings(trunks=(trunk,))) as ours:
            await until_cli(ours, "pjsip show registrations", "Registered")
            arrived = await _call(at_provider, ours)

    assert arrived.args == ["arriving", NUMBER]
    assert arrived.caller == "0687654321"


async def _account(at_provider: Desk) -> None:
    """The customer that we are at the provider."""
    digest = hashlib.md5(f"{USER}:veilig-bellen:{PASSWORD}".encode(), usedforsecurity=False).hexdigest()
    await at_provider.push(
        "auth", USER, auth_type="digest", username=USER, realm="veilig-bellen", password_digest=f"MD5:{digest}"
    )
    await at_provider.push("aor", USER, max_contacts="1", remove_existing="yes")
    await at_provider.push(
        "endpoint", USER, auth=USER, aors=USER, context="from-agent", disallow="all", allow="alaw", direct_media="no"
    )


async def _call(at_provider: Desk, ours: Pbx) -> Arrived:
    """A call that the provider brings to where we registered from."""
    async with desk(ours) as conductor:
        await at_provider.post(
            "/channels", endpoint=f"PJSIP/{USER}", app="callcenter", callerId='"" <0687654321>', channelId="outbound"
        )
        arrived = await conductor.arrived()
        await at_provider.rest.delete("/channels/outbound")
        return arrived
