"""The verbs of `callcenter admin` for single sign-on by a municipality's own OpenID provider."""

import os
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from callcenter.admin import changing
from callcenter.cli_store import in_store, settings_with
from callcenter.model.single_sign_on import SingleSignOn
from callcenter.store import single_sign_on
from callcenter.store.database import Store, Tx
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
    settings = settings_with("staff_key")
    box = StaffBox(settings.staff_key.get_secret_value().encode())

    async def work(tx: Tx, id_: str) -> None:
        by = SingleSignOn(id_, issuer, client_id, role_claim, agent, manager, passwords)
        await single_sign_on.set_provider(tx, by, box.close(secret, id_))

    in_store(lambda store: _for(store, municipality, work), settings=settings)
    typer.echo(f"{municipality}: staff log in by {issuer}{'' if passwords else ', and no longer with a password'}")


@app.command("remove-single-sign-on")
def remove_single_sign_on(municipality: str) -> None:
    """Let a municipality's staff log in with passwords only."""
    in_store(lambda store: _for(store, municipality, single_sign_on.remove_provider))
    typer.echo(f"{municipality}: no single sign-on")


async def _for(store: Store, slug: str, work: Callable[[Tx, str], Awaitable[None]]) -> None:
    """Do this for one municipality, and note it. Raises AdminError."""
    async with changing(store, slug, "single-sign-on") as (tx, of):
        await work(tx, of.id)
