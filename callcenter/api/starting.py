"""Starting: may this citizen begin a disclosure, here and now? Who may, does."""

from datetime import UTC, datetime

from pydantic import BaseModel, Field

from callcenter.api.disclosing import Begun, Disclosing, Wanted
from callcenter.api.flood import Flood
from callcenter.api.origins import may_show
from callcenter.api.problems import Problem
from callcenter.api.tenancy import Place, Tenancy
from callcenter.model.tenant import SLUG, Municipality

BUSY_SECONDS = 30  # after which it pays to look whether the queue has room
START_KEY = "^[A-Za-z0-9_-]{16,128}$"
_SLUG = f"^(?:{SLUG.pattern})$"


class Wish(BaseModel):
    """What the button asks for."""

    municipality: str = Field(pattern=_SLUG)
    purpose: str = Field(pattern=_SLUG)
    attributes: str | None = Field(None, pattern=_SLUG, description="name of a set of the purpose, instead of its own")


class Starting:
    """Lets citizens begin."""

    def __init__(self, tenancy: Tenancy, flood: Flood, disclosing: Disclosing, own_origin: str) -> None:
        self._tenancy = tenancy
        self._flood = flood
        self._disclosing = disclosing
        self._own_origin = own_origin

    async def start(self, wish: Wish, host: str, origin: str | None, key: str | None) -> Begun:
        """Start what is wished by somebody at the address `host`, on a page of `origin` (none: no browser).

        Raises Problem, IrmaError, SQLAlchemyError.
        """
        self._flood.take_client(host)
        place = await self._tenancy.find(wish.municipality, wish.purpose)
        if place is None:
            raise Problem(404, "purpose-unknown", "Check `municipality` and `purpose` of the button on this page.")
        of = place.municipality
        if origin not in (None, self._own_origin) and not may_show(of, origin):
            raise Problem(403, "origin-refused", f"Add {origin} to the origins of {of.slug}, or take the button off.")
        _check(place, wish, datetime.now(UTC))
        self._flood.take_municipality(of.slug)
        return await self._disclosing.start(Wanted(of, place.purpose, wish.attributes), key)


def _check(place: Place, wish: Wish, now: datetime) -> None:
    """Refuse what would be disclosed for nothing: no such set, nobody there, no room in the queue. Raises Problem."""
    of = place.municipality
    if wish.attributes is not None and wish.attributes not in place.purpose.attribute_sets:
        detail = f"Check `attributes` of the button: {of.slug}/{place.purpose.slug} has no set {wish.attributes!r}."
        raise Problem(404, "attributes-unknown", detail)
    if not of.hours.is_open(now):
        opens = of.hours.next_opening(now)
        detail = f"{of.name} answers no calls now: try again when it is open."
        raise Problem(409, "closed", detail, None, **_until(opens), **_in_own_words(of))
    if not place.has_room:
        detail = f"Too many callers are waiting for {of.name}: try again later."
        raise Problem(503, "busy", detail, {"Retry-After": str(BUSY_SECONDS)})


def _until(opens: datetime | None) -> dict[str, str]:
    return {"opensAt": opens.isoformat()} if opens else {}


def _in_own_words(of: Municipality) -> dict[str, dict[str, str]]:
    texts = of.closing.given()
    return {"closing": texts} if texts else {}
