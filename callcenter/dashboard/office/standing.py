"""How it is with each colleague at this moment, as their manager sees it. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from callcenter.dashboard.screen import span
from callcenter.model.call import CallState
from callcenter.store.queue import QueuedCall
from callcenter.store.team import Member

# In the order in which they are counted: who can take a call, who has one, who can't, who is not there.
WORDS: Final = (
    "ready", "ringing", "in-call", "on-hold", "wrapping-up", "not-ready", "logged-out", "invited", "link-over",
    "disabled",
)  # fmt: skip
AWAY: Final = frozenset({"logged-out", "invited", "link-over", "disabled"})


@dataclass(frozen=True)
class Standing:
    """How it is with one of them: a word of `WORDS`, for how long where that is known, and why they are not ready."""

    word: str
    lasted: str = ""
    reason: str | None = None

    @property
    def there(self) -> bool:
        """Whether they are at work: only then does it matter that a phone is not connected."""
        return self.word not in AWAY


def standing_of(member: Member, call: QueuedCall | None, now: datetime) -> Standing:
    """Return how it is with this colleague, who has this call: the first that holds."""
    if member.disabled:
        return Standing("disabled")
    if call is not None:
        return _in_call(call, now)
    if not member.has_password:
        return Standing("invited" if member.link_until is not None and member.link_until > now else "link-over")
    if member.logins == 0:
        return Standing("logged-out")
    if member.user.ready:
        return Standing("ready")
    reason = member.user.not_ready_reason
    return Standing("not-ready", reason=None if reason == "logged-out" else reason)  # they are logged in again


def standings_of(
    members: Iterable[Member], taken: Mapping[str, QueuedCall], now: datetime
) -> dict[str, Standing]:  # fmt: skip
    """Return how it is with each of them, by their id; `taken`: the call that each has."""
    return {one.user.id: standing_of(one, taken.get(one.user.id), now) for one in members}


def counted(standings: Iterable[Standing]) -> list[tuple[str, int]]:
    """Return each word that holds for somebody, and for how many."""
    count = Counter(one.word for one in standings)
    return [(word, count[word]) for word in WORDS if count[word]]


def _in_call(call: QueuedCall, now: datetime) -> Standing:
    match call.state:
        case CallState.OFFERED:
            return Standing("ringing")
        case CallState.ENDED:
            return Standing("wrapping-up", _since(call.ended_at, now))
    if call.held_since is not None:
        return Standing("on-hold", _since(call.held_since, now))
    return Standing("in-call", _since(call.connected_at, now))


def _since(moment: datetime | None, now: datetime) -> str:
    return "" if moment is None else span((now - moment).total_seconds())
