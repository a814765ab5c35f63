"""The guide to systemd's services: each setting in it is one of ours, and each process has all that it needs."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from callcenter import processes
from callcenter.cli import app
from callcenter.settings import PREFIX, Settings, load_settings, variable

GUIDE = (Path(__file__).parents[2] / "docs/services.md").read_text()
NEEDED = {
    "api": processes.NEEDED_BY_API,
    "dashboard": processes.NEEDED_BY_DASHBOARD,
    "conductor": processes.NEEDED_BY_CONDUCTOR,
    "agi": processes.NEEDED_BY_AGI,
}


def settings_of(process: str) -> dict[str, str]:
    """The file with settings of this process, as the guide has it."""
    found = re.search(rf"`/etc/veilig-bellen/{process}\.env`.*?```sh\n(.*?)```", GUIDE, re.DOTALL)
    assert found
    return dict(line.split("=", 1) for line in found[1].splitlines())


@pytest.mark.parametrize("process", NEEDED)
def test_each_process_has_what_it_needs_and_nothing_unknown(process: str) -> None:
    given = settings_of(process)
    known = {variable(name) for name in Settings.model_fields}
    assert {name for name in given if name not in known and name.removesuffix("_FILE") not in known} == set()
    for name in NEEDED[process]:
        assert given.keys() & {variable(name), f"{variable(name)}_FILE"}, name
    assert all(name.startswith(PREFIX) for name in given)


@pytest.mark.parametrize("process", NEEDED)
def test_the_addresses_in_it_would_be_accepted(process: str) -> None:
    given = {name.removeprefix(PREFIX).lower(): value for name, value in settings_of(process).items()}
    urls = {name: value for name, value in given.items() if name.endswith("_url") or name == "trusted_proxies"}
    load_settings(**urls)


def test_the_commands_in_it_are_there() -> None:
    group = get_command(app)
    verbs = re.findall(r"^ExecStart=\S+/callcenter (.+)$", GUIDE, re.MULTILINE)
    assert verbs == ["%i", "pbx conduct"]
    assert {"api", "dashboard", "agi", "pbx"} <= set(group.commands)  # type: ignore[attr-defined]
    assert "conduct" in group.commands["pbx"].commands  # type: ignore[attr-defined]
