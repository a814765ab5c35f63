"""An environment without settings, and what a start in it says."""

import os

import pytest

from callcenter.settings import SettingsError, load_settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own environment counts."""
    for name in list(os.environ):
        if name.startswith(("VB_", "PG")):
            monkeypatch.delenv(name)


def refusal(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    """What is said when the program is started in this environment."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    return str(refused.value)
