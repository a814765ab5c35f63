"""The texts that callers hear: each name is there in both languages, and a slip in a file is told by its line."""

import importlib.machinery
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

PROMPTS = Path(__file__).parents[3] / "asterisk" / "prompts"
NAMES = {
    "ask-code", "ask-again", "one-moment", "refused", "closed", "busy", "sorry-later", "not-verified", "place-more",
    *(f"place-{place}" for place in range(1, 31)),
}  # fmt: skip


@pytest.fixture(scope="module")
def build() -> ModuleType:
    """The program that makes the prompts."""
    loader = importlib.machinery.SourceFileLoader("build_prompts", str(PROMPTS / "build"))
    spec = importlib.util.spec_from_loader("build_prompts", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_prompt_has_a_sentence(build: ModuleType, language: str) -> None:
    said = dict(build.prompts(PROMPTS / f"{language}.txt"))

    assert set(said) == NAMES
    assert "12" in said["place-12"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("ask-code Welkom\nplace-N: N", "nl.txt line 1"),
        ("place-N: N\nbusy: a\nbusy: b", "nl.txt line 3: there are two of busy"),
        ("../busy: a\nplace-N: N", "nl.txt line 1"),
        ("busy: a", "the line place-N is missing"),
    ],
)
def test_a_slip_is_told_by_its_line(build: ModuleType, tmp_path: Path, text: str, error: str) -> None:
    (tmp_path / "nl.txt").write_text(text)

    with pytest.raises(build.PromptError, match=error):
        list(build.prompts(tmp_path / "nl.txt"))
