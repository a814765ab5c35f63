"""Puts the bundle of the button, which set-up builds, into the wheel that `uv build --wheel` makes."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelWithButton(BuildHookInterface):  # type: ignore[type-arg]
    """A build hook of hatchling; an editable install takes the bundle from build/."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the bundle. Raises RuntimeError when it has not been built."""
        if version == "editable":
            return
        bundle = Path(self.root, "build", "button", "veilig-bellen.js")
        if not bundle.exists():
            raise RuntimeError(f"{bundle} is not there: run `scripts/setup` first, which builds the button")
        build_data["force_include"][str(bundle)] = "callcenter/api/button/dist/veilig-bellen.js"
