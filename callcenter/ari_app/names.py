"""How our channels, bridges and playbacks are called at the PBX: each name tells its call."""

import re
from typing import NamedTuple

from callcenter.model.phone_number import calling_number

APP = "callcenter"  # the Stasis application
ASK_CODE = "ask-code"  # dialplan contexts of ours, see asterisk/conf/extensions.conf
SAY_AND_HANG_UP = "say-and-hang-up"
SAYS, WHAT = "VB_SAYS", "VB_WHAT"  # the channel's variables for what it brings
ARRIVING, CODE = "arriving", "code"  # what a caller brings: the number dialled, or digits typed
AGENT = "agent"
SOUNDS = "sound:/var/lib/asterisk/sounds/"  # as Asterisk sees them; it puts in the language itself
PLAYBACKS = 2  # ids of a call's announcements, used in turn: a successor can find what is being said
LAST_PLACE = 30  # prompts place-1 … place-30; behind that, place-more

_TRUNK = re.compile(r"[a-z][a-z0-9-]{0,39}")  # as pbx_settings has it
_AGENT, _BRIDGE, _SAYING = "vb-agent-", "vb-bridge-", "vb-place-"


class AgentLeg(NamedTuple):
    """The channel to an agent's phone, for one offer of a call."""

    call_id: str
    offer: int

    @property
    def channel_id(self) -> str:
        """The id of this channel."""
        return f"{_AGENT}{self.call_id}-{self.offer}"


def agent_leg(channel_id: str) -> AgentLeg | None:
    """Read the id of a channel; None when it is no agent's leg of ours."""
    call_id, _, offer = channel_id.removeprefix(_AGENT).rpartition("-")
    if not channel_id.startswith(_AGENT) or not call_id or not offer.isdigit():
        return None
    return AgentLeg(call_id, int(offer))


def bridge_id(call_id: str) -> str:
    """The id of the bridge of a call."""
    return f"{_BRIDGE}{call_id}"


def bridged_call(bridge: str) -> str | None:
    """The call of a bridge; None when the bridge is none of ours."""
    return bridge.removeprefix(_BRIDGE) if bridge.startswith(_BRIDGE) else None


def playback_id(call_id: str, number: int) -> str:
    """The id of a call's n-th announcement."""
    return f"{_SAYING}{call_id}-{number % PLAYBACKS}"


def saying_call(playback: str) -> str | None:
    """The call of an announcement; None when it is none of ours."""
    return playback.removeprefix(_SAYING).rpartition("-")[0] if playback.startswith(_SAYING) else None


def place_prompt(place: int) -> str:
    """The prompt that tells this place in the queue (1 is next)."""
    return f"place-{place}" if place <= LAST_PLACE else "place-more"


def channel_language(language: str, slug: str) -> str:
    """The channel's language, such as `nl_voorbeeldstad`.

    Asterisk looks for a sound in that language first and in `nl` then (main/file.c, fileexists_core):
    so a municipality's own recording of the same name takes precedence.
    """
    return f"{language}_{slug}"


def trunk_of(channel_name: str) -> str | None:
    """The trunk of a channel named `PJSIP/provider-a-0000001f`: its endpoint. None for one that can't be a trunk's."""
    technology, _, rest = channel_name.partition("/")
    endpoint, _, _ = rest.rpartition("-")  # chan_pjsip.c, chan_pjsip_new: "PJSIP/%s-%08x"
    return endpoint if technology == "PJSIP" and _TRUNK.fullmatch(endpoint) else None


def number_of(caller: str) -> str | None:
    """The calling number in full; None when it is hidden, or no number at all."""
    shown = calling_number(caller)
    return as_e164(shown) if shown else None


def as_e164(dialled: str, country: str = "31") -> str:
    """Return a dialled number in full: `0243290000`, `0031243290000` and `31243290000` are one."""
    if dialled.startswith("+"):
        return dialled
    if dialled.startswith("00"):
        return "+" + dialled[2:]
    if dialled.startswith("0"):
        return f"+{country}{dialled[1:]}"
    return "+" + dialled
