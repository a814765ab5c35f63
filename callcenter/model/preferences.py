"""How somebody likes their pages: kept with the user, so that it is the same at every desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Theme(StrEnum):
    """The colours of the pages; AUTO: as the user's computer has it."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Preferences:
    """What a user has chosen. `notices`: those of the desktop, which the browser asks the user for as well."""

    theme: Theme = Theme.AUTO
    sound: bool = True
    notices: bool = False
    keys: bool = True

    def to_json(self) -> dict[str, str | bool]:
        """Return it as the store keeps it."""
        return {"theme": self.theme.value, "sound": self.sound, "notices": self.notices, "keys": self.keys}


USUAL = Preferences()


def read_preferences(kept: Mapping[str, object]) -> Preferences:
    """Read what the store has kept; what is not there, or makes no sense, is as it is for who has chosen nothing."""
    switches = {name: kept.get(name, getattr(USUAL, name)) is True for name in ("sound", "notices", "keys")}
    return Preferences(next((one for one in Theme if one.value == kept.get("theme")), USUAL.theme), **switches)
