"""Why a leg ended: Q.850 causes, as Asterisk gives them, in our words."""

# https://docs.asterisk.org/Configuration/Miscellaneous/Hangup-Cause-Mappings
_REASONS = {
    17: "busy",
    18: "no-answer",  # the phone did not respond
    19: "no-answer",  # it rang, nobody picked up
    20: "not-registered",
    21: "declined",  # SIP 603 and 403
    26: "no-answer",  # answered elsewhere
}
_NORMAL = (0, 16)  # 0: Asterisk gives none when the other side hung up while in the app


def reason_of(cause: int) -> str | None:
    """Return one of NO_ANSWER_REASONS, or None for an ordinary hang-up."""
    return None if cause in _NORMAL else _REASONS.get(cause, "phone-lost")
