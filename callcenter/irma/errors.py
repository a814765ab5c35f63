"""What can go wrong with the IRMA server. No message holds a token, an attribute's value, or a return URL."""


class IrmaError(Exception):
    """Something is wrong with the IRMA server, or with what was asked of it."""


class IrmaAway(IrmaError):
    """The IRMA server could not be reached, did not answer in time, or failed; trying later may help."""


class IrmaPaused(IrmaAway):
    """The IRMA server was away a moment ago, so nobody is asking it now.

    Attributes:
        seconds: after which it pays to try again.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__("The IRMA server was away a moment ago, and is not asked at the moment; trying later helps")
        self.seconds = seconds


class IrmaFailed(IrmaAway):
    """The IRMA server answered that it failed (5xx): it is there, and what it failed over may be this session alone."""


class IrmaRefused(IrmaError):
    """The IRMA server understood, and said no; trying again does not help.

    Attributes:
        status: the HTTP status.
        name: the IRMA server's name for the error, such as UNAUTHORIZED.
    """

    def __init__(self, status: int, name: str, advice: str) -> None:
        super().__init__(f"The IRMA server refused with {status} {name}: {advice}")
        self.status = status
        self.name = name


class SessionUnknown(IrmaError):
    """The session is gone: too old, or the IRMA server was started again. Final."""

    def __init__(self) -> None:
        super().__init__("The IRMA server does not know this session (any more): start a new one")


class ResultMalformed(IrmaError):
    """What should be a session result is none."""


class CallbackRefused(IrmaError):
    """A callback was not signed by our IRMA server, or not for this, or too long ago."""
