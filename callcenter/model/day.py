"""A day as people live it: by the clock of their place, so that it may have 23 or 25 hours."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Day:
    """One day in one time zone (a name of the IANA database)."""

    date: date
    zone: str

    @classmethod
    def of(cls, at: datetime, zone: str) -> "Day":
        """Return the day that this moment (an aware datetime) is in."""
        return cls(at.astimezone(ZoneInfo(zone)).date(), zone)

    @property
    def begins(self) -> datetime:
        """When it begins, in UTC."""
        return datetime.combine(self.date, time(), ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """When the next begins, in UTC."""
        return self.beside(1).begins

    def beside(self, days: int) -> "Day":
        """Return the day so many days later; earlier when negative. Raises OverflowError beyond the years 1 to 9999."""
        return Day(self.date + timedelta(days=days), self.zone)

    def hours(self) -> tuple[datetime, ...]:
        """Return when each of its hours begins, as its clock says: where that is put back, two say the same."""
        count = round((self.ends - self.begins) / _HOUR)
        return tuple((self.begins + number * _HOUR).astimezone(ZoneInfo(self.zone)) for number in range(count))
