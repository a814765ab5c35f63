"""What the button says: every state in both languages, each in its own words, none with a hole in it."""

import json
import subprocess
from typing import Any

import pytest

from callcenter.model.call_state import Outcome
from demo.places import ROOT, made

WORDS = ROOT / "callcenter" / "api" / "button" / "src" / "words.js"


def in_node(program: str) -> Any:
    """What this program of JavaScript answers, with the words at hand."""
    names = "wordsIn, wordsFor, clockTime"
    whole = f"import {{ {names} }} from {json.dumps(WORDS.as_uri())}; console.log(JSON.stringify({program}))"
    command = [str(made("node") / "bin" / "node"), "--no-warnings", "--input-type=module", "--eval", whole]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={"TZ": "Europe/Amsterdam"})
    return json.loads(done.stdout)


def test_both_languages_say_the_same_things() -> None:
    dutch, english = in_node(
        "['nl', 'en'].map((l) => wordsIn(l)).map((w) => [Object.keys(w.states), Object.keys(w.labels)])"
    )

    assert dutch == english


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_state_has_words_of_its_own(language: str) -> None:
    states = in_node(f"wordsIn('{language}').states")

    assert len({" ".join(words) for words in states.values()}) == len(states)
    assert all(title and text for title, text in states.values())
    assert {f"ended:{one.value}" for one in Outcome} - {"ended:answered"} <= set(states)


def said(seen: dict[str, Any], language: str) -> str:
    """Title and sentence of this state."""
    date = f", opensAt: new Date('{seen.pop('opensAt')}')" if "opensAt" in seen else ""
    shown = f"{{ ...{json.dumps(seen)}{date} }}"
    return " | ".join(in_node(f"wordsFor({shown}, wordsIn('{language}'), '{language}')"))


def test_it_tells_when_there_is_somebody_again() -> None:
    opens = "2026-11-24T09:00:00+01:00"

    assert said({"state": "closed", "opensAt": opens}, "nl").endswith("vanaf dinsdag 24 november, 09:00 uur.")
    assert said({"state": "closed", "opensAt": opens}, "en").endswith("from Tuesday 24 November, 09:00.")
    assert said({"state": "busy", "retryAfter": 119}, "nl").endswith("Probeer het over 2 minuten opnieuw.")
    assert said({"state": "too-many", "retryAfter": 3}, "en").endswith("Try again in 1 minute.")
    assert said({"state": "closed"}, "nl").endswith("Probeer het opnieuw als we open zijn.")


def test_a_closed_municipality_speaks_for_itself_where_it_does() -> None:
    closed = {"state": "closed", "closing": {"nl": "Bel morgen."}, "opensAt": "2026-11-24T09:00:00+01:00"}

    title, *texts = said(dict(closed), "nl").split(" | ")
    assert (title, texts[0]) == ("We zijn nu gesloten", "Bel morgen.")
    assert texts[1].endswith("dinsdag 24 november, 09:00 uur.")
    assert said({"state": "closed", "closing": {"nl": "Bel morgen."}}, "nl") == "We zijn nu gesloten | Bel morgen."
    assert "Bel morgen" not in said(dict(closed), "en")


def test_a_reason_that_is_new_here_says_what_the_state_says() -> None:
    assert said({"state": "failed", "reason": "other"}, "nl") == said({"state": "failed"}, "nl")
    assert said({"state": "waiting", "place": 1}, "nl").startswith("U bent als eerste aan de beurt")
