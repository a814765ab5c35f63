"""The single keys that do something for an agent at this moment, as the foot of the page names them. Pure."""

from typing import Final

# All of them, in the order of the list under `?`: a key, and the word for what it does.
KEYS: Final = (
    ("A", "key-take"),
    ("B", "key-ready"),
    ("H", "key-hold"),
    ("K", "key-done"),
    ("W", "key-queue"),
    ("G", "key-call"),
    ("L", "key-links"),
    ("E", "key-end"),
    ("?", "key-help"),
)
_IN_CALL: Final = {
    "ringing": (("E", "now-put-back"),),
    "connected": (("H", "now-hold"), ("L", "now-links"), ("E", "now-end")),
    "held": (("H", "now-return"), ("L", "now-links"), ("E", "now-end")),
    "wrapping-up": (("K", "now-done"), ("L", "now-links")),
}


def keys_now(*, call: str | None, links: bool, can_take: bool, ready: bool) -> tuple[tuple[str, str], ...]:
    """Return each key that does something now, with the word for what it does.

    Args:
        call: how it is with the call that the agent has: ringing, connected, held or wrapping-up; None without a call.
        links: whether that call has links to open.
        can_take: whether somebody waits whom the agent can take.
        ready: whether the agent is ready.
    """
    of_call = tuple(key for key in _IN_CALL.get(call or "", ()) if links or key[0] != "L")
    take = (("A", "now-take"),) if can_take else ()
    return (*take, *of_call, ("B", "now-pause" if ready else "now-ready"))
