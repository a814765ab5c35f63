"""What every route of the dashboard works with: the settings, the store, the key, a clock."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from callcenter.dashboard.passwords import Passwords
from callcenter.dashboard.patience import Patience
from callcenter.dashboard.waiting_room import WaitingRoom
from callcenter.settings import Settings
from callcenter.store.database import Store
from callcenter.store.roles import INSTALLATION
from callcenter.store.sealing import Unsealer
from callcenter.store.staff_secrets import StaffBox

if TYPE_CHECKING:
    from callcenter.dashboard.hub import Hub

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The moment it is."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Desk:
    """One dashboard process; made once by `create_dashboard`.

    `store`: shows what log-ins need, and for those who are in, `within` what is theirs.
    """

    settings: Settings
    store: Store
    unsealer: Unsealer
    clock: Clock
    passwords: Passwords
    patience: Patience
    hub: "Hub"
    box: StaffBox
    at_providers: WaitingRoom

    @property
    def url(self) -> str:
        """Where browsers reach this dashboard."""
        return self.settings.office_url if self.settings.is_office else self.settings.dashboard_public_url

    @property
    def administers(self) -> bool:
        """Whether administration is done here, and not at a host of its own."""
        return self.settings.is_office or not self.settings.office_url

    @property
    def https(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self.url.startswith("https://")

    @property
    def origin(self) -> str:
        """Our own origin, as browsers name it (RFC 6454)."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def passkey_place(self) -> str | None:
        """The name that passkeys are bound to (WebAuthn's RP ID); None where we have an address, which can't be one."""
        host = urlsplit(self.url).hostname or ""
        try:
            ip_address(host)
        except ValueError:
            return host
        return None

    def within(self, municipality_id: str | None) -> "Desk":
        """The desk as staff of this municipality see it, or an operator (None): its store shows them nothing else."""
        return replace(self, store=self.store.within(municipality_id or INSTALLATION))

    def limits(self, now: datetime) -> tuple[datetime, datetime]:
        """The moments since when a log-in must have been seen, and must have started, to count still."""
        idle = timedelta(minutes=self.settings.session_idle_minutes)
        return now - idle, now - timedelta(hours=self.settings.session_max_hours)


def desk_of(connection: HTTPConnection) -> Desk:
    """The desk that a request has come to: as whoever asks may see it, once the gate has found out who that is."""
    desk: Desk = getattr(connection.state, "desk", connection.app.state.desk)
    return desk
