"""What counts as proven: `DONE` + `VALID` + exactly the attributes that the purpose asks. Anything else does not.

An IRMA session that is `DONE` has only ended: its proof may still be expired, invalid or short of what was asked. So
the result is compared with the request, disjunction by disjunction and attribute by attribute, in the same order.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from callcenter.model.disclosure import DisclosureState, Why

DISCLOSING = "disclosing"
VALID = "VALID"
MISSING = "MISSING_ATTRIBUTES"


class SessionStatus(StrEnum):
    """Where an IRMA session is, in the IRMA server's words."""

    INITIALIZED = "INITIALIZED"
    PAIRING = "PAIRING"
    CONNECTED = "CONNECTED"
    CANCELLED = "CANCELLED"
    DONE = "DONE"
    TIMEOUT = "TIMEOUT"

    @property
    def over(self) -> bool:
        """Whether nothing can happen to the session any more."""
        return self in (SessionStatus.CANCELLED, SessionStatus.DONE, SessionStatus.TIMEOUT)


class AttributeStatus(StrEnum):
    """What the IRMA server says of one attribute."""

    PRESENT = "PRESENT"  # shown, with a value
    NULL = "NULL"  # shown, and the card says that there is none, such as a prefix
    EXTRA = "EXTRA"  # shown, but nobody asked


@dataclass(frozen=True)
class ShownAttribute:
    """An attribute as the IRMA server verified it. Its value never shows in a repr."""

    id: str
    status: AttributeStatus
    value: str | None = field(repr=False)


@dataclass(frozen=True)
class SessionResult:
    """How an IRMA session stands or ended.

    Attributes:
        token: the requestor token of the session that this is the result of.
        kind: "disclosing", "issuing" or "signing".
        proof_status: "VALID", "EXPIRED", "INVALID", …; empty as long as there is no proof.
        shown: for each disjunction of the request the attributes that were shown for it.
        error: the IRMA server's name for what went wrong in the protocol; empty when nothing did.
    """

    token: str = field(repr=False)
    kind: str
    status: SessionStatus
    proof_status: str = ""
    shown: tuple[tuple[ShownAttribute, ...], ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Proven:
    """The citizen proved what the purpose asks.

    Attributes:
        attributes: value by attribute id; None where the citizen's card holds none (no prefix, say).
        left_out: ids that were offered as optional and not shown.
    """

    attributes: dict[str, str | None] = field(repr=False)
    left_out: tuple[str, ...] = ()


class Reason(StrEnum):
    """Why a result proves nothing."""

    OTHER_SESSION = "other session"
    NOT_A_DISCLOSURE = "not a disclosure"
    UNFINISHED = "unfinished"
    CANCELLED = "cancelled"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol error"
    MISSING = "attributes missing"
    NOT_VALID = "proof not valid"
    NOT_AS_ASKED = "attributes not as asked"
    CONTRADICTION = "two values for one attribute"


_BECOMES: dict[Reason, DisclosureState | None] = {
    Reason.OTHER_SESSION: None,
    Reason.NOT_A_DISCLOSURE: None,
    Reason.UNFINISHED: None,
    Reason.CANCELLED: DisclosureState.CANCELLED,
    Reason.TIMEOUT: DisclosureState.EXPIRED,
    Reason.PROTOCOL: DisclosureState.FAILED,
    Reason.MISSING: DisclosureState.FAILED,
    Reason.NOT_VALID: DisclosureState.FAILED,
    Reason.NOT_AS_ASKED: DisclosureState.FAILED,
    Reason.CONTRADICTION: DisclosureState.FAILED,
}


_WHY = {Reason.MISSING: Why.ATTRIBUTES_MISSING, Reason.NOT_VALID: Why.NOT_VALID}


@dataclass(frozen=True)
class NotProven:
    """The result proves nothing."""

    reason: Reason

    @property
    def becomes(self) -> DisclosureState | None:
        """The state that the disclosure ends in; None: this says nothing about it, let it be as it is."""
        return _BECOMES[self.reason]

    @property
    def why(self) -> Why | None:
        """What the citizen is told of a disclosure that has failed by this."""
        if self.becomes is not DisclosureState.FAILED:
            return None
        return _WHY.get(self.reason, Why.OTHER)


def proven(result: SessionResult, condiscon: Sequence[Sequence[Sequence[str]]], *, token: str) -> Proven | NotProven:
    """Decide whether this result proves what was asked.

    Args:
        result: as the IRMA server reports it.
        condiscon: what the purpose asks: all of the outer list; of each, one of the options; an empty option
            makes it optional.
        token: the requestor token of the session that was started for this disclosure.
    """
    if (reason := _unusable(result, token)) is not None:
        return NotProven(reason)
    if len(result.shown) != len(condiscon):
        return NotProven(Reason.NOT_AS_ASKED)
    attributes: dict[str, str | None] = {}
    left_out: list[str] = []
    for shown, options in zip(result.shown, condiscon, strict=True):
        if not _is_an_option(shown, options):
            return NotProven(Reason.NOT_AS_ASKED)
        if not shown:
            left_out += [name for option in options for name in option]
        for attribute in shown:
            if attributes.setdefault(attribute.id, attribute.value) != attribute.value:
                return NotProven(Reason.CONTRADICTION)
    if not attributes:
        return NotProven(Reason.NOT_AS_ASKED)
    return Proven(attributes, tuple(name for name in dict.fromkeys(left_out) if name not in attributes))


_WITHOUT_PROOF = {SessionStatus.CANCELLED: Reason.CANCELLED, SessionStatus.TIMEOUT: Reason.TIMEOUT}


def _unusable(result: SessionResult, token: str) -> Reason | None:
    """The reason not to look at the attributes at all."""
    if not token or not hmac.compare_digest(result.token.encode(), token.encode()):
        return Reason.OTHER_SESSION
    if result.kind != DISCLOSING:
        return Reason.NOT_A_DISCLOSURE
    if result.error:
        return Reason.PROTOCOL
    if result.status is SessionStatus.DONE:
        if result.proof_status == VALID:
            return None
        return Reason.MISSING if result.proof_status == MISSING else Reason.NOT_VALID
    return _WITHOUT_PROOF.get(result.status, Reason.UNFINISHED)


def _is_an_option(shown: Sequence[ShownAttribute], options: Sequence[Sequence[str]]) -> bool:
    ids = [attribute.id for attribute in shown]
    return all(map(_is_sound, shown)) and any(ids == list(option) for option in options)


def _is_sound(attribute: ShownAttribute) -> bool:
    if attribute.value is None:
        return attribute.status is AttributeStatus.NULL
    return attribute.status is AttributeStatus.PRESENT
