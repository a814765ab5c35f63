"""The page where staff log in, whichever way: by password, by passkey, or at their municipality's provider."""

from typing import Final

from fastapi import Request, Response

from callcenter.dashboard.answers import pages_of
from callcenter.dashboard.desk import Desk, desk_of
from callcenter.dashboard.words import language_for, speaker
from callcenter.store import networks, single_sign_on

BUSY: Final = 503  # who is turned away costs no question to the store
WRONG: Final = 401
MOST_PROVIDERS: Final = (
    5  # that the page offers; those of an installation with more give their staff the address itself
)


async def login_page(
    request: Request, said: str | None, *, status: int = 200, login: str = "", **values: int
) -> Response:
    """Return the form. `said`: a key of the words."""
    desk = desk_of(request)
    language = language_for(request.headers.get("accept-language", ""))
    providers, outside = ([], False) if status == BUSY else await _offered(desk, refused=status == WRONG)
    return pages_of(request).page(
        "login.html", language, status=status, said=None if said is None else speaker(language)(said, **values),
        login=login, bad=status != 200, passkeys=desk.passkey_place is not None,
        providers=providers, outside=outside,
    )  # fmt: skip


async def _offered(desk: Desk, *, refused: bool) -> tuple[list[tuple[str, str]], bool]:
    """The providers that the page offers; whether it says that some municipalities let staff in from networks only."""
    async with desk.store.begin() as tx:
        providers = await single_sign_on.names_with_provider(tx, MOST_PROVIDERS + 1)
        # Whoever is refused reads it, from wherever: it tells nothing of them.
        outside = refused and await networks.some_have_networks(tx)
    return (providers if len(providers) <= MOST_PROVIDERS else []), outside
