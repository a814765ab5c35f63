"""The verbs of `callcenter admin` for purposes: what citizens are asked, and what the operator allows."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer

from callcenter import purposes
from callcenter.admin import AdminError
from callcenter.cli_store import in_store, settings_with
from callcenter.irma.client import IrmaServer
from callcenter.model.tenant import Link
from callcenter.store.database import Store

app = typer.Typer()

UNCHECKED = (
    "NOT CHECKED by the IRMA server: with a slip in an attribute, citizens can't be asked for it."
    " Run `callcenter admin check-purposes` as soon as the server is there."
)
Attributes = Annotated[str, typer.Argument(help="ids with commas, all of one card; or a condiscon in JSON")]
Sets = Annotated[
    list[str] | None, typer.Option("--set", help="NAME=attributes: another set that a button may choose; repeatable")
]
Links = Annotated[list[str] | None, typer.Option("--link", help="LABEL=https://host/path?bsn={bsn}; repeatable")]
LegalBasis = Annotated[str | None, typer.Option(help="on which the BSN is asked, such as 'Wabb art. 10'")]
Pairing = Annotated[bool, typer.Option(help="who scans a QR code types digits of the app into the page")]
WithoutCheck = Annotated[bool, typer.Option("--without-check", help="save although the IRMA server can't check it")]


@app.command("add-purpose")
def add_purpose(
    municipality: str,
    slug: str,
    name_nl: str,
    name_en: str,
    attributes: Attributes,
    *,
    sets: Sets = None,
    link: Links = None,
    legal_basis: LegalBasis = None,
    pairing: Pairing = True,
    without_check: WithoutCheck = False,
) -> None:
    """Make a purpose: why someone calls, which attributes are asked, which links are offered."""
    words = (municipality, slug, name_nl, name_en, purposes.read_condiscon(attributes), _links(link))
    more: dict[str, Any] = {
        "attribute_sets": purposes.read_sets(sets or []),
        "legal_basis": legal_basis,
        "pairing": pairing,
    }
    _saved(lambda store, irma: purposes.add_purpose(store, *words, irma=irma, **more), without_check=without_check)
    typer.echo(f"{municipality}/{slug}: made")


@app.command("edit-purpose")
def edit_purpose(
    municipality: str,
    slug: str,
    *,
    name_nl: Annotated[str | None, typer.Option()] = None,
    name_en: Annotated[str | None, typer.Option()] = None,
    attributes: Annotated[str | None, typer.Option(help="as for add-purpose")] = None,
    sets: Annotated[list[str] | None, typer.Option("--set", help="NAME=attributes; all that it will have")] = None,
    no_sets: Annotated[bool, typer.Option("--no-sets", help="take all its sets away")] = False,
    link: Links = None,
    legal_basis: LegalBasis = None,
    pairing: Annotated[bool | None, typer.Option(help="as for add-purpose")] = None,
    without_check: WithoutCheck = False,
) -> None:
    """Change a purpose: what is not given stays. Who is disclosing already is asked what they were asked."""
    given: dict[str, Any] = {
        "name_nl": name_nl,
        "name_en": name_en,
        "condiscon": purposes.read_condiscon(attributes) if attributes is not None else None,
        "attribute_sets": {} if no_sets else purposes.read_sets(sets) if sets else None,
        "links": _links(link) if link else None,
        "legal_basis": legal_basis,
        "pairing": pairing,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    _saved(
        lambda store, irma: purposes.edit_purpose(store, municipality, slug, irma=irma, **changes),
        without_check=without_check,
    )
    typer.echo(f"{municipality}/{slug}: changed; every api knows within 5 s")


@app.command("set-links")
def set_links(municipality: str, link: Links = None) -> None:
    """Say which links a municipality's agents have in every call, behind those of its purpose; none: take them away."""
    links = _links(link)
    _in_store(lambda store, _: purposes.set_links(store, municipality, links), checks=False)
    typer.echo(f"{municipality}: in every call: {', '.join(one.label for one in links) or 'no links'}")


@app.command("allow-attributes")
def allow_attributes(
    municipality: str,
    patterns: Annotated[list[str], typer.Argument(help="such as pbdf.gemeente.personalData.*; '*' for all")],
) -> None:
    """Say which attributes the purposes of a municipality may ask; this takes the place of what was said before."""
    _in_store(lambda store, _: purposes.allow_attributes(store, municipality, patterns), checks=False)
    typer.echo(f"{municipality}: may ask {', '.join(patterns)}")


@app.command("check-purposes")
def check_purposes() -> None:
    """Check every purpose again, also with the IRMA server; exit 1 when one can't work."""
    found: dict[str, str | None] = {}

    async def check(store: Store, irma: IrmaServer | None) -> None:
        if irma is not None:
            found.update(await purposes.faults(store, irma))

    _in_store(check, checks=True)
    for name, fault in found.items():
        typer.echo(f"{'FAIL' if fault else 'ok  '}  {name}{f': {fault}' if fault else ''}")
    raise typer.Exit(1 if any(found.values()) else 0)


def _links(texts: list[str] | None) -> tuple[Link, ...]:
    links = tuple(Link(*text.split("=", 1)) for text in texts or () if "=" in text)
    if len(links) != len(texts or ()):
        raise AdminError("a link is written LABEL=https://…")
    return links


def _saved(work: Callable[[Store, IrmaServer | None], Awaitable[Any]], *, without_check: bool) -> None:
    _in_store(work, checks=not without_check)
    if without_check:
        typer.secho(UNCHECKED, err=True, bold=True, fg=typer.colors.RED)


def _in_store(work: Callable[[Store, IrmaServer | None], Awaitable[Any]], *, checks: bool) -> None:
    """Do this with the store, and with the IRMA server when that is to check something."""
    settings = settings_with("irma_token") if checks else settings_with()

    async def inside(store: Store) -> None:
        if not checks:
            await work(store, None)
            return
        async with IrmaServer(settings.irma_url, settings.irma_token, deadline=10.0) as irma:
            await work(store, irma)

    in_store(inside, settings=settings)
