"""The texts: both languages complete, and every text that a template or a model value asks for is there."""

import re
import string
from pathlib import Path

import pytest

import callcenter.dashboard
from callcenter.dashboard.screen import REASONS
from callcenter.dashboard.words import _ROOMS, WORDS, attribute_label, language_for, speaker
from callcenter.model.call import NO_ANSWER_REASONS
from callcenter.model.password import FAULTS

FOLDER = Path(callcenter.dashboard.__file__).parent
ASKED = re.compile(r"""say\(\s*["']([a-z0-9-]+)["']\s*[,)]""")


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_it_with_the_same_values(key: str) -> None:
    fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in WORDS[key]]
    assert fields[0] == fields[1]
    assert all(text.strip() for text in WORDS[key])


def test_no_two_rooms_say_something_else_by_the_same_key() -> None:
    assert len(WORDS) == sum(len(room.WORDS) for room in _ROOMS)


@pytest.mark.parametrize(
    "file", [*FOLDER.rglob("*.html"), *FOLDER.rglob("*.py")], ids=lambda file: str(file.relative_to(FOLDER))
)
def test_what_is_asked_for_is_there(file: Path) -> None:
    assert set(ASKED.findall(file.read_text())) <= WORDS.keys()


@pytest.mark.parametrize("reason", NO_ANSWER_REASONS)
def test_each_reason_of_a_failed_phone_is_explained(reason: str) -> None:
    for language in ("nl", "en"):
        say = speaker(language)
        assert say(f"reason-{reason}") != say(f"why-{reason}")


@pytest.mark.parametrize("reason", [*REASONS, "logged-out"])
def test_each_reason_that_an_agent_may_choose_has_a_name_that_the_store_can_keep(reason: str) -> None:
    assert speaker("nl")(f"reason-{reason}")
    assert len(reason) <= 20


def test_each_fault_of_a_password_is_said_on_a_page() -> None:
    assert WORDS.keys() >= FAULTS.keys()


def test_an_attribute_without_a_word_is_called_by_its_own_name() -> None:
    assert attribute_label(speaker("en"), "bsn") == "BSN"
    assert attribute_label(speaker("en"), "shoeSize") == "shoeSize"


@pytest.mark.parametrize(
    ("header", "language"),
    [("en-GB,en;q=0.9", "en"), ("nl", "nl"), ("de, en;q=0.5", "en"), ("fr", "nl"), ("", "nl"), ("*", "nl")],
)
def test_the_language_for_somebody_unknown(header: str, language: str) -> None:
    assert language_for(header) == language


def test_a_language_that_we_do_not_speak_gets_dutch() -> None:
    assert speaker("fr").language == "nl"
