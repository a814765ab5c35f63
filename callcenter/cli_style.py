"""The verb of `callcenter admin` for how a municipality's pages look: a colour, or a file of design tokens; a logo."""

from pathlib import Path
from typing import Annotated

import typer

from callcenter import admin
from callcenter.cli_store import in_store
from callcenter.model.style import Style, StyleError, one_colour
from callcenter.model.tokens import LeftOut, Tokens, take_tokens

app = typer.Typer()

Looks = Annotated[
    str | None,
    typer.Option(
        help="a colour of links and main buttons, such as #7c2882; or a file of NL Design System tokens (CSS)"
    ),
]
Logo = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="a PNG, at most 64 kB")]


@app.command("set-style")
def set_style(municipality: str, light: Looks = None, dark: Looks = None, logo: Logo = None) -> None:
    """Give a municipality's agents its own looks and logo; what is not given is as it is without."""
    on_light, light_left = _looks(light, "light")
    on_dark, dark_left = _looks(dark, "dark")
    style = Style(on_light, on_dark, logo.read_bytes() if logo else None)
    in_store(lambda store: admin.set_style(store, municipality, style))
    typer.echo(f"{municipality}: looks so from the next page on")
    for scheme, tokens, left in (("light", on_light, light_left), ("dark", on_dark, dark_left)):
        for name, value in tokens.items():
            typer.echo(f"  {scheme}: --{name}: {value}")
        for one in left:
            typer.echo(f"  {scheme}: ours stays for --{one.name}: {one.why}")


def _looks(given: str | None, scheme: str) -> tuple[Tokens, tuple[LeftOut, ...]]:
    """Return the tokens of a colour or of a file, and what was left out of it."""
    if given is None:
        return {}, ()
    path = Path(given)
    if given.startswith("#") or not path.suffix:
        return one_colour(given, scheme), ()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StyleError(f"the file of tokens {given} can't be read: {error.strerror}") from None
    taken = take_tokens(content, scheme)
    return taken.tokens, taken.left_out
