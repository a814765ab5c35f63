"""Asterisk's things as small frozen values, and how they are read from its JSON.

Names and fields are those of the models in Asterisk's rest-api/api-docs/*.json; only what we use is kept. A caller's
number is left out of repr(), for a repr ends up in a log; a caller's name is not read at all, nor is the rest of the
dialplan's `app_data`, which repeats the application's arguments, so perhaps a code.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from callcenter.ari_app.ari.errors import AriUnreadable

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel (model `Channel`): one leg of a call.

    Attributes:
        id: unique id; for the channels that we make, the id that we chose.
        name: technology, endpoint and a number, as in `PJSIP/trunk-00000001`.
        state: `Down`, `Rsrvd`, `OffHook`, `Dialing`, `Ring`, `Ringing`, `Up`, `Busy`, … .
        number: the caller's number as the trunk gave it, may be empty. Personal data: not in repr().
        created: when, with time zone, to the millisecond.
        context: the dialplan context in which the channel is, or to which it goes back.
        app: the Stasis application that it is in, empty when it is in none. Of the dialplan's `app_data`, which holds
            the arguments too, nothing else is kept.
    """

    id: str
    name: str
    state: str
    number: str = field(repr=False)
    created: datetime
    context: str
    app: str = ""


@dataclass(frozen=True, slots=True)
class Bridge:
    """A bridge (model `Bridge`): `kind` is `mixing` or `holding`; `channels` are the ids of who is in it."""

    id: str
    kind: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint (model `Endpoint`), as in PJSIP/phone-1f: `state` is `online`, `offline`, `unknown` or empty."""

    technology: str
    name: str
    state: str
    channels: tuple[str, ...]


def read_list(raw: object, read: Callable[[object], Thing]) -> list[Thing]:
    """Read a list of things. Raises AriUnreadable."""
    if not isinstance(raw, list):
        raise AriUnreadable("the reply is not a list")
    return [read(item) for item in raw]


def read_channel(raw: object) -> Channel:
    """Read Asterisk's model `Channel`. Raises AriUnreadable."""
    it = read_object(raw, "channel")
    dialplan = read_object(it.get("dialplan"), "dialplan")
    in_stasis = dialplan.get("app_name") == "Stasis"
    return Channel(
        id=read_text(it, "id"),
        name=read_text(it, "name"),
        state=read_text(it, "state"),
        number=read_text(read_object(it.get("caller"), "caller"), "number"),
        created=read_time(it, "creationtime"),
        context=read_text(dialplan, "context"),
        app=read_text(dialplan, "app_data").partition(",")[0] if in_stasis else "",
    )


def read_bridge(raw: object) -> Bridge:
    """Read Asterisk's model `Bridge`. Raises AriUnreadable."""
    it = read_object(raw, "bridge")
    return Bridge(read_text(it, "id"), read_text(it, "bridge_type"), read_texts(it, "channels"))


def read_endpoint(raw: object) -> Endpoint:
    """Read Asterisk's model `Endpoint`. Raises AriUnreadable."""
    it = read_object(raw, "endpoint")
    # `state` is the one field that Asterisk may leave out: then it does not know.
    state = read_text(it, "state") if "state" in it else ""
    return Endpoint(read_text(it, "technology"), read_text(it, "resource"), state, read_texts(it, "channel_ids"))


def read_attribute(raw: object) -> tuple[str, str]:
    """Read a name and a value of the model `ConfigTuple`. Raises AriUnreadable."""
    it = read_object(raw, "field")
    return read_text(it, "attribute"), read_text(it, "value")


def read_version(raw: object) -> str:
    """Read the version out of the model `AsteriskInfo`. Raises AriUnreadable."""
    return read_text(read_object(read_object(raw, "info").get("system"), "system"), "version")


def read_object(raw: object, name: str) -> dict[str, Any]:
    """Give a JSON object. Raises AriUnreadable."""
    if not isinstance(raw, dict):
        raise AriUnreadable(f"{name} is not an object")
    return raw


def read_text(raw: dict[str, Any], name: str) -> str:
    """Give the text of that name. Raises AriUnreadable."""
    value = raw.get(name)
    if not isinstance(value, str):
        raise AriUnreadable(f"{name} is not a text")
    return value


def read_texts(raw: dict[str, Any], name: str) -> tuple[str, ...]:
    """Give the list of texts of that name. Raises AriUnreadable."""
    value = raw.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise AriUnreadable(f"{name} is not a list of texts")
    return tuple(value)


def read_time(raw: dict[str, Any], name: str) -> datetime:
    """Give the time of that name, with time zone. Raises AriUnreadable."""
    try:
        return datetime.fromisoformat(read_text(raw, name))
    except ValueError:
        raise AriUnreadable(f"{name} is not a time") from None
