"""The verbs of `callcenter admin` for single sign-on by a municipality's own OpenID provider."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from callcenter.admin import AdminError
from callcenter.logs import configure_logs
from callcenter.model.single_sign_on import SingleSignOn
from callcenter.settings import Settings, load_settings
from callcenter.store import single_sign_on, tenants
from callcenter.store.database import Tx, open_store
from callcenter.store.staff_secrets import StaffBox

app = typer.Typer()


@app.command("set-single-sign-on")
def set_single_sign_on(
    municipality: str,
    issuer: Annotated[str, typer.Argument(help="as the provider names itself, such as https://login.example/realm")],
    client_id: str,
    *,
    role_claim: Annotated[str, typer.Option(help="where roles stand in the ID token, such as realm_access.roles")],
    agent: Annotated[str, typer.Option(help="what stands there for an agent")],
    manager: Annotated[str, typer.Option(help="what stands there for a manager")],
    passwords: Annotated[bool, typer.Option(help="whether accounts with a password may log in as well")] = True,
) -> None:
    """Let a municipality's staff log in by its provider; asks for the client secret, or reads VB_CLIENT_SECRET."""
    secret = os.environ.get("VB_CLIENT_SECRET") or typer.prompt("client secret", hide_input=True)
    settings = _settings("staff_key")
    box = StaffBox(settings.staff_key.get_secret_value().encode())

    async def work(tx: Tx, id_: str) -> None:
        by = SingleSignOn(id_, issuer, client_id, role_claim, agent, manager, passwords)
        await single_sign_on.set_provider(tx, by, box.close(secret, id_))

    asyncio.run(_for(settings, municipality, work))
    typer.echo(f"{municipality}: staff log in by {issuer}{'' if passwords else ', and no longer with a password'}")


@app.command("remove-single-sign-on")
def remove_single_sign_on(municipality: str) -> None:
    """Let a municipality's staff log in with passwords only."""
    asyncio.run(_for(_settings(), municipality, single_sign_on.remove_provider))
    typer.echo(f"{municipality}: no single sign-on")


def _settings(*needed: str) -> Settings:
    settings = load_settings()
    configure_logs(settings.log_format)
    settings.require(*needed)
    return settings


async def _for(settings: Settings, slug: str, work: Callable[[Tx, str], Awaitable[None]]) -> None:
    """Do this for one municipality. Raises AdminError."""
    async with open_store(settings.database_url) as store, store.begin() as tx:
        of = await tenants.municipality_by_slug(tx, slug)
        if of is None:
            raise AdminError(f"there is no municipality {slug!r}; make it first")
        await work(tx, of.id)
