"""A municipality, what people call it for, when it is open, and the links it offers its agents."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from callcenter.model.call import Rules
from callcenter.model.closing import ClosingTexts
from callcenter.model.networks import NetworkError, read_networks
from callcenter.model.wrap_up import LONGEST_SECONDS

Condiscon = list[list[list[str]]]  # a conjunction of disjunctions of conjunctions of attribute ids

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
LANGUAGES = ("nl", "en")  # that the prompts are spoken in
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_NAME = rf"{_LABEL}(?:\.{_LABEL})*"
_LINK_HOST = re.compile(rf"(?=.{{1,253}}\Z){_NAME}")  # RFC 1123, 2.1
_HERE = r"(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])"
_ORIGIN = re.compile(rf"(?i:https://{_NAME}|http://{_HERE})(?::([0-9]{{1,5}}))?/?", re.ASCII)  # RFC 6454, 6.2
_PORTS = range(1, 65536)
_PLACEHOLDER = re.compile(r"\{([A-Za-z0-9]+)\}")
_PRINTABLE = re.compile(r"[!-~]+")  # printable ASCII without space
_DOTS = re.compile(r"(\.|%2e){1,2}", re.IGNORECASE)  # a step up, or in place, as browsers read it
_MIDNIGHT = time(0)
_WEEK = 7


class TenantError(ValueError):
    """A municipality or purpose was described in a way that can't work; the message says how to."""


@dataclass(frozen=True)
class Hours:
    """Opening hours a weekday (0 = Monday): from (inclusive) till (exclusive), in the local zone.

    Till 00:00 is till the end of the day. No hours at all means always open, but for the days in `closed`, which have
    a name each. `kept`: the hours that a municipality has for later, while it is always open; they count for nothing.
    """

    days: dict[int, tuple[time, time]] = field(default_factory=dict)
    zone: str = "Europe/Amsterdam"
    closed: dict[date, str] = field(default_factory=dict)
    kept: dict[int, tuple[time, time]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for day, (opens, closes) in (*self.days.items(), *self.kept.items()):
            if day not in range(7):
                raise TenantError(f"opening hours: there is no weekday {day}; 0 is Monday, 6 is Sunday")
            if opens.tzinfo or closes.tzinfo:
                raise TenantError("opening hours: write them without a zone; all of them are in the zone of the hours")
            if closes != _MIDNIGHT and opens >= closes:
                raise TenantError(f"opening hours: {opens:%H:%M} is not before {closes:%H:%M}")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):  # OSError: a folder of zones, as Europe is
            raise TenantError(f"opening hours: no time zone {self.zone!r}, such as Europe/Amsterdam") from None

    def is_open(self, at: datetime) -> bool:
        """Tell whether the municipality answers calls at this moment (an aware datetime)."""
        if at.tzinfo is None:
            raise ValueError("a moment without a time zone could be any hour")
        local = at.astimezone(ZoneInfo(self.zone))
        span = self.span(local.date())
        if span is None:
            return False
        opens, closes = span
        return opens <= local.time() and (closes == _MIDNIGHT or local.time() < closes)

    def span(self, day: date) -> tuple[time, time] | None:
        """Return from when till when it is open on this day, as in `days`; None: not at all."""
        if day in self.closed:
            return None
        return self.days.get(day.weekday()) if self.days else (_MIDNIGHT, _MIDNIGHT)

    def next_opening(self, at: datetime) -> datetime | None:
        """Return when it opens next after this moment (an aware datetime), in the local zone; None: it never closes."""
        zone = ZoneInfo(self.zone)
        today = at.astimezone(zone).date()
        for day in (today + timedelta(days=ahead) for ahead in range(_WEEK * (len(self.closed) + 1) + 1)):
            was_open_till_then = not self.days and day - timedelta(days=1) not in self.closed
            if (span := self.span(day)) and not was_open_till_then:
                for fold in (0, 1):  # an hour that the clock goes through twice
                    wall = datetime.combine(day, span[0], zone).replace(fold=fold)
                    opens = wall.astimezone(UTC).astimezone(zone)  # an hour that it leaves out has passed by then
                    if opens > at and self.is_open(opens):
                        return opens
        return None


@dataclass(frozen=True)
class Municipality:
    """A tenant: a municipality with the number that its citizens call."""

    id: str
    slug: str
    name: str
    number: str  # E.164
    language: str = "nl"
    rules: Rules = field(default_factory=Rules)
    code_seconds: int = 900  # how long a code lives
    max_waiting: int = 200  # callers in the queue; more hear that it is busy
    hours: Hours = field(default_factory=Hours)
    origins: tuple[str, ...] = ()  # web origins that may show the button
    link_hosts: tuple[str, ...] = ()  # hosts that a link may point to
    links: "tuple[Link, ...]" = ()  # offered in every call, behind those of its purpose
    allowed_attributes: tuple[str, ...] = ("*",)  # patterns of what its purposes may ask; the operator's word
    second_factor: bool = True  # whether its staff must have one
    networks: tuple[str, ...] = ()  # from which its staff may come; none: from anywhere
    closing: ClosingTexts = field(default_factory=ClosingTexts)

    def __post_init__(self) -> None:
        if not SLUG.fullmatch(self.slug):
            raise TenantError(
                f"slug {self.slug!r}: use 1 to 40 small letters, digits and hyphens, such as 'voorbeeldstad'"
            )
        if not E164.fullmatch(self.number):
            raise TenantError(f"number {self.number!r}: write it in full, such as +31243290000")
        if self.rules.tries < 1 or self.code_seconds < 1 or self.max_waiting < 0:
            raise TenantError(f"{self.slug}: tries and seconds of a code are 1 or more, room in the queue 0 or more")
        if not 0 <= self.rules.wrap_up_seconds <= LONGEST_SECONDS:
            raise TenantError(f"{self.slug}: a wrap-up is 0 (none) to {LONGEST_SECONDS} seconds")
        self._check_words()

    def _check_words(self) -> None:
        """Refuse what could break a path of sounds, a header of the api, or the policy of a page."""
        if self.language not in LANGUAGES:
            raise TenantError(f"language {self.language!r}: use {' or '.join(LANGUAGES)}")
        for origin in self.origins:
            found = _ORIGIN.fullmatch(origin)
            if not found or (found[1] and int(found[1]) not in _PORTS):
                raise TenantError(
                    f"origin {origin!r}: write it as https://www.voorbeeldstad.example, with :port if it needs one and"
                    " without a path; http:// is for this machine only"
                )
        for host in self.link_hosts:
            if not _LINK_HOST.fullmatch(host):
                raise TenantError(f"link host {host!r}: write the host's name only, such as zaken.example")
        try:
            read_networks(self.networks)
        except NetworkError as error:
            raise TenantError(str(error)) from None


@dataclass(frozen=True)
class Link:
    """A link into the municipality's own system: a label, and a URL with `{attribute}` in it."""

    label: str
    template: str


@dataclass(frozen=True)
class Purpose:
    """Why someone calls: which attributes to ask, which links to offer."""

    id: str
    municipality_id: str
    slug: str
    name_nl: str
    name_en: str
    condiscon: Condiscon  # what is asked when the button names no set
    links: tuple[Link, ...] = ()
    attribute_sets: dict[str, Condiscon] = field(default_factory=dict)  # by the name that a button gives
    pairing: bool = True  # who scans a QR code types digits of the app into the page
    legal_basis: str | None = None  # on which the BSN is asked

    def name(self, language: str) -> str:
        """Return the name in this language ('nl' or 'en')."""
        return self.name_en if language == "en" else self.name_nl


def links_in_call(of: Municipality, purpose: Purpose | None) -> tuple[Link, ...]:
    """Return the links that an agent is offered in a call with this purpose, in order; None: a caller without one."""
    return (*(purpose.links if purpose else ()), *of.links)


def short_name(attribute_id: str) -> str:
    """Return the last part of an attribute id: `pbdf.gemeente.personalData.bsn` gives `bsn`."""
    return attribute_id.rsplit(".", 1)[-1]


def fill_link(link: Link, attributes: Mapping[str, str | None], allowed_hosts: tuple[str, ...]) -> str | None:
    """Return the URL with the attributes in it, or None when one that it names was not disclosed.

    `attributes` maps full attribute ids to values; the template names them by their last part. None as well when
    two different values have that name. Values are percent-encoded (RFC 3986), so that they can't change where the
    link leads. Raises TenantError as `check_link` does.
    """
    check_link(link, allowed_hosts)
    names = set(_PLACEHOLDER.findall(link.template))
    found = {name: {value for id_, value in attributes.items() if value and short_name(id_) == name} for name in names}
    if any(len(values) != 1 for values in found.values()):
        return None
    by_name = {name: values.pop() for name, values in found.items()}
    url = _PLACEHOLDER.sub(lambda m: quote(by_name[m[1]], safe=""), link.template)
    # A value of dots can't be encoded: browsers take `%2e%2e` for `..` (URL Standard, "double-dot URL path segment").
    return None if _has_dots(url) else url


def check_link(link: Link, allowed_hosts: tuple[str, ...]) -> None:
    """Raise TenantError unless the link is https to a host of the list, with no attribute in its host."""

    def refuse(why: str) -> TenantError:
        return TenantError(f"link {link.label!r}: {why}")

    # Browsers drop some characters and turn others round (`\\` into `/`): with these, no two readers agree on a host.
    if not _PRINTABLE.fullmatch(link.template) or "\\" in link.template:
        raise refuse("a link has no spaces, backslashes or special characters; percent-encode them")
    try:
        parts = urlsplit(link.template)
        _ = parts.port
    except ValueError:
        raise refuse("this is no URL") from None
    if parts.scheme != "https" or not parts.hostname:
        raise refuse("a link starts with https://")
    if "@" in parts.netloc or _PLACEHOLDER.search(parts.netloc):
        raise refuse("no user name and no attribute in the host part")
    if parts.hostname not in [host.lower() for host in allowed_hosts]:
        raise refuse(f"{parts.hostname} is not among this municipality's link hosts; add it there first")
    if re.search(r"[{}]", _PLACEHOLDER.sub("", link.template)):
        raise refuse("an attribute is written {bsn}: its last part, letters and digits only")
    if _has_dots(link.template):
        raise refuse("no . or .. as a part of the path")


def _has_dots(url: str) -> bool:
    return any(_DOTS.fullmatch(segment) for segment in urlsplit(url).path.split("/"))
