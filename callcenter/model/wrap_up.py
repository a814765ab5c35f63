"""The wrap-up: a while after a call in which its agent still sees whom they spoke with. For the caller all is over."""

from datetime import datetime, timedelta

LONGEST_SECONDS = 300  # also when it has been extended


def begun(ended_at: datetime, seconds: int) -> datetime | None:
    """Return until when the wrap-up lasts of a call that ended then; None where the municipality has none."""
    return ended_at + timedelta(seconds=seconds) if seconds else None


def extended(ended_at: datetime, until: datetime) -> datetime | None:
    """Return until when it lasts when it is extended, once, by its own length; None when nothing is gained."""
    longer = min(until + (until - ended_at), ended_at + timedelta(seconds=LONGEST_SECONDS))
    return longer if longer > until else None
