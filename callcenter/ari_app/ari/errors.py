"""What can go wrong between us and Asterisk, as classes whose message tells a person what to do.

A message names the method and the path, and Asterisk's own words. It never holds a query value, a body or a channel
variable: those may be a citizen's code or telephone number, and a message ends up in a log.
"""

from typing import ClassVar


class AriError(Exception):
    """Base of all errors of this package.

    Attributes:
        status: the HTTP status of Asterisk's reply, or None when there was no reply.
        reason: Asterisk's own words ("Channel not found"), or what happened, in ours.
    """

    status: ClassVar[int | None] = None

    def __init__(self, message: str, *, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason or message


class AriBadRequest(AriError):
    """400 and every other refusal that has no class here: a parameter is missing, wrong, or names something gone."""

    status = 400


class AriNotFound(AriError):
    """404: the channel, bridge, playback, endpoint or object is not there (any more)."""

    status = 404


class AriConflict(AriError):
    """409: it is there, but not in a state for this: the id is taken, the channel or bridge is not in Stasis."""

    status = 409


class AriUnprocessable(AriError):
    """412 and 422: Asterisk understood, and can't: the channel is not up, not in this bridge, not in a Stasis app."""

    status = 422


class AriServerError(AriError):
    """5xx: Asterisk failed. For an originate, "Allocation failed" says that no phone is registered there."""

    status = 500


class AriTimeout(AriError):
    """No reply before the deadline. Whether the request was carried out is not known: look, don't repeat blindly."""


class AriDisconnected(AriError):
    """There is no connection to Asterisk, or it was lost while this request was under way."""


class AriRefused(AriError):
    """Asterisk (401, 403) or its certificate turned us away: a setting is wrong, so trying again is of no use."""


class AriReplaced(AriError):
    """Another program connected with the same application name; Asterisk now sends the events there, not here."""


class AriUnreadable(AriError):
    """A reply or event has not the shape that Asterisk documents. The message names the field, never its value."""


def for_status(status: int, message: str, *, reason: str) -> AriError:
    """The error that stands for a reply with this HTTP status (300 or more)."""
    if status in (401, 403):
        return AriRefused(f"{message}. {CHECK_USER}", reason=reason)
    if status in (412, 422):
        return AriUnprocessable(message, reason=reason)
    if status >= 500:
        return AriServerError(message, reason=reason)
    return _BY_STATUS.get(status, AriBadRequest)(message, reason=reason)


CHECK_USER = (
    "Check VB_ARI_USER and VB_ARI_PASSWORD against the user in Asterisk's ari.conf, which must have read_only=no"
)

_BY_STATUS: dict[int, type[AriError]] = {404: AriNotFound, 409: AriConflict}
