"""Nobody gets in who isn't a trunk or a phone, and nobody learns who is one."""

import asyncio
import re
import socket

import pytest

from demo.asterisk import Pbx
from demo.ports import LOOPBACK
from tests.sip.desk import Desk, desk

PHONE = "phone-0a1b"
DIGEST = "MD5:" + "0" * 32


def request(method: str, user: str, port: int, *, call: str) -> bytes:
    """A SIP request from a stranger, to a user at the PBX."""
    lines = [
        f"{method} sip:{user}@{LOOPBACK} SIP/2.0",
        f"Via: SIP/2.0/UDP {LOOPBACK}:{port};branch=z9hG4bK{call}",
        f"From: <sip:{user}@{LOOPBACK}>;tag={call}",
        f"To: <sip:{user}@{LOOPBACK}>",
        f"Call-ID: {call}",
        f"CSeq: 1 {method}",
        f"Contact: <sip:{user}@{LOOPBACK}:{port}>",
        "Max-Forwards: 70",
        "Content-Length: 0",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


async def reply_to(pbx: Pbx, method: str, user: str) -> str:
    """What the PBX answers, with all that differs each time taken out."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind((LOOPBACK, 0))
        stranger.setblocking(False)
        port = stranger.getsockname()[1]
        message = request(method, user, port, call=f"{method}{port}")
        await loop.sock_sendto(stranger, message, (LOOPBACK, pbx.sip_port))
        reply = (await asyncio.wait_for(loop.sock_recv(stranger, 65535), 5)).decode()
    reply = re.sub(r'(nonce|opaque)="[^"]*"|;tag=[^\s;]+|branch=[^\s;]+|Call-ID: \S+', "", reply)
    return reply.replace(str(port), "PORT").replace(user, "USER")


async def phone_exists(conductor: Desk) -> None:
    """Gives the PBX one phone."""
    await conductor.push(
        "auth", PHONE, auth_type="digest", username=PHONE, realm="veilig-bellen", password_digest=DIGEST
    )
    await conductor.push("aor", PHONE, max_contacts="1")
    await conductor.push("endpoint", PHONE, auth=PHONE, aors=PHONE, context="from-agent", allow="alaw")


@pytest.mark.parametrize("method", ["INVITE", "REGISTER", "OPTIONS", "SUBSCRIBE"])
async def test_a_stranger_is_refused_and_cannot_tell_who_exists(pbx: Pbx, method: str) -> None:
    async with desk(pbx) as conductor:
        await phone_exists(conductor)

    to_nobody = await reply_to(pbx, method, "nobody")
    to_a_phone = await reply_to(pbx, method, PHONE)

    assert to_nobody.startswith("SIP/2.0 401 Unauthorized\r\n")
    assert to_nobody == to_a_phone
    assert "asterisk" not in to_nobody.lower()


async def test_who_tried_is_in_the_security_log(pbx: Pbx) -> None:
    await reply_to(pbx, "REGISTER", "intruder")

    assert '"InvalidAccountID"' in (pbx.logs / "security").read_text()


@pytest.mark.parametrize("method", ["INVITE", "REGISTER", "OPTIONS", "SUBSCRIBE"])
async def test_a_stranger_who_names_the_trunk_is_a_stranger(pbx: Pbx, method: str) -> None:
    """Given an address that is no trunk's, when From names the trunk, then it is refused like any other."""
    trunk = pbx.settings.trunks[0].name

    assert await reply_to(pbx, method, trunk) == await reply_to(pbx, method, "nobody")
