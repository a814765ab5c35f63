"""The agent's screen as values: from a municipality at one moment to what one agent sees. Pure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from callcenter.dashboard.caller import Field, beside_the_name, fields_of, name_of
from callcenter.dashboard.floor import Floor
from callcenter.dashboard.shortcuts import keys_now
from callcenter.dashboard.words import Say, speaker
from callcenter.model.call import NO_ANSWER_REASONS, CallState
from callcenter.model.preferences import Preferences
from callcenter.model.staff import Action, Phone, User, may
from callcenter.model.tenant import Link, links_in_call, short_name
from callcenter.model.wrap_up import extended
from callcenter.store.queue import PastCall, QueuedCall
from callcenter.store.sealing import Attributes

REASONS = ("pause", "meeting", "work")  # that an agent may choose from
LONG_WAIT_SECONDS = 180
SHOWN_TODAY = 12  # as many as fit of these
_BUSY = {CallState.OFFERED: "ringing", CallState.CONNECTED: "connected", CallState.ENDED: "wrapping-up"}


@dataclass(frozen=True)
class Waiting:
    """A line of the queue. `since` is in milliseconds since 1970, as JavaScript counts."""

    call_id: str
    place: int
    name: str
    verified: bool
    purpose: str
    details: tuple[Field, ...]
    since: int
    waited: str
    taken_by: str | None


@dataclass(frozen=True)
class QueueView:
    """The queue; `blocked` says why this agent can take nobody now."""

    rows: tuple[Waiting, ...]
    blocked: str | None

    @property
    def count(self) -> int:
        """How many wait for somebody."""
        return sum(row.taken_by is None for row in self.rows)


@dataclass(frozen=True)
class LinkView:
    """A link of the municipality; `works` is false when it needs what was not shared."""

    number: int
    label: str
    works: bool


@dataclass(frozen=True)
class WrapUpView:
    """How long the agent still sees the caller of a call that is over. `until` in milliseconds since 1970."""

    until: int
    left: str
    extendable: bool


@dataclass(frozen=True)
class CallView:
    """The call that the agent has: it rings, they talk, the caller is on hold, or it is over and wrapped up.

    `since` and `held_since` are in milliseconds since 1970.
    """

    call_id: str
    ringing: bool
    name: str
    verified: bool
    readable: bool
    purpose: str
    fields: tuple[Field, ...]
    links: tuple[LinkView, ...]
    waited: str
    since: int
    lasted: str
    held_since: int | None
    held: str
    wrap_up: WrapUpView | None

    @property
    def state(self) -> str:
        """How it is with it: ringing, connected, held or wrapping-up."""
        talking = "held" if self.held_since else "connected"
        return "wrapping-up" if self.wrap_up else "ringing" if self.ringing else talking


@dataclass(frozen=True)
class PastView:
    """A call of today: times, no person."""

    at: str
    purpose: str
    lasted: str


@dataclass(frozen=True)
class TodayView:
    """The agent's day; `calls` are the latest of `count`."""

    count: int
    average: str
    calls: tuple[PastView, ...]


@dataclass(frozen=True)
class MeView:
    """The agent's own state.

    `phone` is none, away or connected; `failed` says why a phone did not take a call; `busy` is ringing, connected or
    wrapping-up.
    """

    name: str
    municipality: str
    ready: bool
    reason: str | None
    failed: str | None
    phone: str
    busy: str | None
    preferences: Preferences
    manages: bool


@dataclass(frozen=True)
class Screen:
    """All of it."""

    language: str
    me: MeView
    queue: QueueView
    call: CallView | None
    today: TodayView

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The single keys that do something now; none when the agent has turned them off."""
        if not self.me.preferences.keys:
            return ()
        links = self.call is not None and any(link.works for link in self.call.links)
        can_take = self.queue.count > 0 and self.queue.blocked is None
        call = None if self.call is None else self.call.state
        return keys_now(call=call, links=links, can_take=can_take, ready=self.me.ready)


def screen_of(floor: Floor, user: User, rows: tuple[Waiting, ...], past: list[PastCall]) -> Screen:
    """Return what this agent sees; `rows` from `rows_of` in this agent's language."""
    say = speaker(user.language)
    mine = floor.taken.get(user.id)
    phone = floor.phones.get(user.id)
    return Screen(
        language=user.language,
        me=_me(floor, user, phone, mine),
        queue=QueueView(rows, _blocked(user, phone, mine)),
        call=None if mine is None else _call(floor, mine, say),
        today=_today(floor, past, say),
    )


def rows_of(floor: Floor, language: str) -> tuple[Waiting, ...]:
    """Return the lines of the queue; the same for all agents who read this language."""
    say = speaker(language)
    return tuple(_row(floor, call, place, say) for place, call in enumerate(floor.waiting, start=1))


def midnight(floor_at: datetime, zone: str) -> datetime:
    """Return when the municipality's day began."""
    return floor_at.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)


def span(seconds: float) -> str:
    """Return a length of time as people read it: 0:41, 12:07, 1:02:30."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{second:02d}" if hours else f"{minutes}:{second:02d}"


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _row(floor: Floor, call: QueuedCall, place: int, say: Say) -> Waiting:
    attributes = floor.attributes_of(call)
    return Waiting(
        call_id=call.call_id,
        place=place,
        name=_name(call, attributes, say),
        verified=call.disclosure_id is not None,
        purpose=_purpose_name(floor, call.purpose_id, say),
        details=beside_the_name(fields_of(attributes or {}, say)),
        since=_milliseconds(call.waiting_since),
        waited=span((floor.at - call.waiting_since).total_seconds()),
        taken_by=call.agent_name if call.state is CallState.OFFERED else None,
    )


def _call(floor: Floor, call: QueuedCall, say: Say) -> CallView:
    attributes = floor.attributes_of(call)
    began = call.connected_at or floor.at
    purpose = floor.purposes.get(call.purpose_id or "")
    return CallView(
        call_id=call.call_id,
        ringing=call.state is CallState.OFFERED,
        name=_name(call, attributes, say),
        verified=call.disclosure_id is not None,
        readable=attributes is not None,
        purpose=_purpose_name(floor, call.purpose_id, say),
        fields=fields_of(attributes or {}, say),
        links=_links(links_in_call(floor.municipality, purpose), attributes or {}),
        waited=span((began - call.waiting_since).total_seconds()),
        since=_milliseconds(call.connected_at or call.waiting_since),
        lasted=span(((call.ended_at or floor.at) - began).total_seconds()),
        held_since=None if call.held_since is None else _milliseconds(call.held_since),
        held="" if call.held_since is None else span((floor.at - call.held_since).total_seconds()),
        wrap_up=_wrap_up(floor, call),
    )


def _wrap_up(floor: Floor, call: QueuedCall) -> WrapUpView | None:
    if call.ended_at is None or call.wrap_up_until is None:
        return None
    left = span((call.wrap_up_until - floor.at).total_seconds())
    longer = None if call.wrap_up_extended else extended(call.ended_at, call.wrap_up_until)
    return WrapUpView(_milliseconds(call.wrap_up_until), left, longer is not None)


def _links(links: tuple[Link, ...], attributes: Attributes) -> tuple[LinkView, ...]:
    names = {short_name(id_) for id_, value in attributes.items() if isinstance(value, str)}
    return tuple(LinkView(number, link.label, needed_by(link.template) <= names) for number, link in enumerate(links))


def needed_by(template: str) -> set[str]:
    """Return the short names of the attributes that a link's template names."""
    return {piece.partition("}")[0] for piece in template.split("{")[1:] if "}" in piece}


def _me(floor: Floor, user: User, phone: Phone | None, mine: QueuedCall | None) -> MeView:
    reason = None if user.ready else user.not_ready_reason
    state = "none" if phone is None else "connected" if phone.registered else "away"
    return MeView(
        name=user.name,
        municipality=floor.municipality.name,
        ready=user.ready,
        reason=reason,
        failed=reason if reason in NO_ANSWER_REASONS else None,
        phone=state,
        busy=None if mine is None else _BUSY[mine.state],
        preferences=user.preferences,
        manages=may(user, Action.SEE_FIGURES, user.municipality_id),
    )


def _blocked(user: User, phone: Phone | None, mine: QueuedCall | None) -> str | None:
    if mine is not None:
        return {CallState.OFFERED: "ringing", CallState.ENDED: "wrapping-up"}.get(mine.state, "in-call")
    if phone is None:
        return "no-phone"
    if not phone.registered:  # before all else: being ready is of no use without it
        return "phone-away"
    return None if user.ready else "not-ready"


def _today(floor: Floor, past: list[PastCall], say: Say) -> TodayView:
    zone = ZoneInfo(floor.municipality.hours.zone)
    lengths = [(one.ended_at - one.connected_at).total_seconds() for one in past]
    shown = tuple(
        PastView(
            at=f"{one.connected_at.astimezone(zone):%H:%M}",
            purpose=_purpose_name(floor, one.purpose_id, say),
            lasted=span(length),
        )
        for one, length in zip(past[:SHOWN_TODAY], lengths, strict=False)
    )
    return TodayView(len(past), span(sum(lengths) / len(past)) if past else "", shown)


def _name(call: QueuedCall, attributes: Attributes | None, say: Say) -> str:
    if call.disclosure_id is None:
        return say("unknown-caller")
    return name_of(attributes or {}) or say("no-name")


def _purpose_name(floor: Floor, purpose_id: str | None, say: Say) -> str:
    purpose = floor.purposes.get(purpose_id or "")
    return say("no-purpose") if purpose is None else purpose.name(say.language)
