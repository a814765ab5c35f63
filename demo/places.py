"""Where set-up puts what it makes: `build/` of this checkout."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build"


class SetupMissing(RuntimeError):
    """Something that set-up makes is not there."""


def made(name: str) -> Path:
    """What set-up made under this name, such as `yivi` or `prompts/nl`. Raises SetupMissing."""
    path = BUILD / name
    if not path.exists():
        raise SetupMissing(f"build/{name} is not there: run `make setup` first")
    return path
