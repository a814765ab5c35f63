"""A municipality's own colours and logo, as a style sheet beside ours: only tokens, and what shows the logo."""

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.model.staff import Action
from callcenter.model.style import Style
from callcenter.model.tokens import OF_BOTH_SCHEMES, Tokens
from callcenter.store import styles

LOGO_HEIGHT, WIDEST_LOGO = 30, 180  # CSS pixels

router = APIRouter()

WATCHES = Depends(Gate(Action.SEE_QUEUE, counts_as_use=False))


@router.get("/style.css")
async def style_sheet(request: Request, visitor: Visitor = WATCHES) -> Response:
    """The municipality's tokens; empty when it has chosen nothing."""
    return Response(sheet_of(await _style(request, visitor)), media_type="text/css")


@router.get("/logo.png")
async def logo(request: Request, visitor: Visitor = WATCHES) -> Response:
    """The municipality's logo."""
    style = await _style(request, visitor)
    if style.logo is None:
        raise HTTPException(404, "error-404")
    return Response(style.logo, media_type="image/png")


async def _style(request: Request, visitor: Visitor) -> Style:
    async with desk_of(request).store.read() as tx:
        return await styles.find(tx, visitor.municipality_id)


def sheet_of(style: Style) -> str:
    """Return the style sheet."""
    rules = []
    both = {name: value for name, value in (style.light or style.dark).items() if name in OF_BOTH_SCHEMES}
    if both:
        rules.append(f":root {{ {_declared(both)} }}")
    for tokens, theme, other in ((style.light, "light", "dark"), (style.dark, "dark", "light")):
        colours = _declared({name: value for name, value in tokens.items() if name not in OF_BOTH_SCHEMES})
        if colours:
            rules.append(f':root[data-theme="{theme}"] {{ {colours} }}')
            rules.append(
                f'@media (prefers-color-scheme: {theme}) {{ :root:not([data-theme="{other}"]) {{ {colours} }} }}'
            )
    if style.logo is not None:
        width = min(WIDEST_LOGO, round(LOGO_HEIGHT * style.logo_proportion))
        rules.append(
            "header .brand { display: flex; align-items: center; gap: 12px; }"
            f' header .brand::before {{ content: ""; width: {width}px; height: {LOGO_HEIGHT}px;'
            ' background: url("/logo.png") center / contain no-repeat; }'
        )
    return "\n".join(rules)


def _declared(tokens: Tokens) -> str:
    return " ".join(f"--{name}: {value};" for name, value in tokens.items())
