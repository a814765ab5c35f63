"""Status: what the citizen's page may know of a disclosure and its call, as it is sent."""

from pydantic import BaseModel, ConfigDict

from callcenter.model.call import CallState
from callcenter.model.disclosure import DisclosureState, Why
from callcenter.store.progress import Progress

FINAL = ("ended", "cancelled", "expired", "failed")
_OF_CALL = {
    CallState.ARRIVING: "called",
    CallState.ASKING: "called",
    CallState.WAITING: "waiting",
    CallState.OFFERED: "offered",
    CallState.CONNECTED: "connected",
    CallState.ENDED: "ended",
}


class Status(BaseModel):
    """How it goes: the disclosure's state, or that of its call.

    `place`: in the queue, while waiting; 1 is next. `reason`: why it failed (`attributes-missing`, `not-valid` or
    `other`), or how the call ended.
    """

    model_config = ConfigDict(frozen=True)

    state: str
    place: int | None = None
    reason: str | None = None

    @property
    def final(self) -> bool:
        """Whether nothing comes after it."""
        return self.state in FINAL

    @property
    def event_id(self) -> str:
        """What a page that saw this gives back (`Last-Event-ID`) when its connection was lost.

        It tells the status and no number of an event: what counts is how it goes now, and whether that was seen. So
        any process can resume, and none has to keep what was sent.
        """
        return ".".join(str(part) for part in (self.state, self.place, self.reason) if part is not None)

    def event(self) -> bytes:
        """Return it as a server-sent event."""
        return f"id: {self.event_id}\ndata: {self.model_dump_json(exclude_none=True)}\n\n".encode()


def shown(progress: Progress, place: int | None = None) -> Status:
    """What of this the citizen's page is told; `place` when it waits."""
    state = progress.state
    if state is DisclosureState.FAILED:
        return Status(state=state.value, reason=progress.reason or Why.OTHER)
    if state is DisclosureState.ENDED:
        return Status(state=state.value, reason=progress.reason)
    if state is not DisclosureState.CALLED or progress.call_state is None:
        return Status(state=state.value)
    if progress.call_state is CallState.ENDED:
        return Status(state="ended", reason=progress.reason)
    return Status(state=_OF_CALL[progress.call_state], place=place if progress.waiting_since else None)
