"""Whatever the code notes in the audit trail has a text: the calls of `audit.note` are read, and what they name."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from itertools import product
from pathlib import Path

import pytest

import callcenter
from callcenter.dashboard.office import municipalities, purposes, settings
from callcenter.dashboard.office.trail_words import (
    NO_ACTIONS,
    action_in_words,
    attribute_in_words,
    detail_in_words,
)
from callcenter.dashboard.words import WORDS, audit, speaker
from callcenter.model.call import Rules, Unverified
from callcenter.model.closing import ClosingTexts
from callcenter.model.guessing import Kind
from callcenter.model.tenant import Hours, Link, Municipality, Purpose
from callcenter.store.audit import Line

FOLDER = Path(callcenter.__file__).parent
NOTES = {"note": 2, "note_once": 2}  # of the audit trail: at which place they are given the action
Function = ast.FunctionDef | ast.AsyncFunctionDef
LINE = Line("id", datetime(2026, 11, 24, tzinfo=UTC), "take", None, None, None, None, None, None, None, None, None)
TOWN = Municipality("id", "x", "X", "+31000000000")


@dataclass(frozen=True)
class Module:
    """A file of ours, and what is called in its functions."""

    path: Path
    tree: ast.Module

    def calls(self) -> Iterator[tuple[Function, ast.Call]]:
        """Every call, and the function that it stands in."""
        for function in ast.walk(self.tree):
            if isinstance(function, Function):
                yield from ((function, node) for node in ast.walk(function) if isinstance(node, ast.Call))

    def actions(self) -> set[str]:
        """Every word that it notes."""
        return {
            word
            for function, call in self.calls()
            if isinstance(call.func, ast.Attribute) and call.func.attr in NOTES
            if isinstance(call.func.value, ast.Name) and call.func.value.id == "audit"
            for word in self.texts(call.args[NOTES[call.func.attr]], function)
        }

    def texts(self, of: ast.expr, within: Function) -> set[str]:
        """Every text that this expression may be. A parameter may be whatever this file calls its function with."""
        match of:
            case ast.Constant(value=str(text)):
                return {text}
            case ast.IfExp():
                return self.texts(of.body, within) | self.texts(of.orelse, within)
            case ast.JoinedStr():
                return {"".join(parts) for parts in product(*(self.texts(part, within) for part in of.values))}
            case ast.FormattedValue():
                return self.texts(of.value, within)
            case ast.Name(id=name):
                places = [one.arg for one in within.args.args]
                if name in places:
                    return self.called(within.name, places.index(name))
                return {text for value in self.assigned(name) for text in self.texts(value, within)}
        raise AssertionError(f"{self.path}:{of.lineno}: write the action so that this test can read it")

    def called(self, function: str, place: int) -> set[str]:
        """What this function is called with, at this place."""
        return {
            text
            for caller, call in self.calls()
            if isinstance(call.func, ast.Name) and call.func.id == function
            for text in self.texts(call.args[place], caller)
        }

    def assigned(self, name: str) -> Iterator[ast.expr]:
        """What this name of the file stands for."""
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and name in [one.id for one in node.targets if isinstance(one, ast.Name)]:
                yield node.value


def modules(holding: str) -> list[Module]:
    """The files of ours that hold this text."""
    texts = {file: file.read_text() for file in FOLDER.rglob("*.py")}
    return [Module(file, ast.parse(text)) for file, text in texts.items() if holding in text]


def noted() -> set[str]:
    """Every action that the code may note."""
    return {word for module in modules("audit.note") for word in module.actions()}


def test_every_action_that_is_noted_has_a_text() -> None:
    words = noted()
    assert {"take", "log-in", "staff-disabled", "app-removed", "guess-limit", "key-revoked", "view"} <= words
    assert {word for word in words if f"audit-{word}" not in WORDS} == set()


def test_every_text_of_an_action_is_of_one_that_may_be_noted() -> None:
    texts = {key.removeprefix("audit-") for key in audit.WORDS if key.startswith("audit-")}
    assert texts - noted() == set(NO_ACTIONS)


@pytest.mark.parametrize("kind", Kind)
def test_every_limit_has_a_text(kind: Kind) -> None:
    line = replace(LINE, action="guess-limit", attribute=f"{kind.value}:trunk-1")
    for language in ("nl", "en"):
        assert attribute_in_words(speaker(language), line) == f"{speaker(language)(f'limit-{kind.value}')} trunk-1"


def test_every_setting_that_may_be_changed_has_a_text() -> None:
    today = date(2026, 11, 24)
    hours = Hours({0: (time(9), time(17))}, closed={date(2026, 12, 25): "Kerst"})
    other = replace(
        TOWN,
        hours=hours,
        code_seconds=60,
        closing=ClosingTexts("Dicht"),
        rules=Rules(Unverified.WAIT, wrap_up_seconds=9),
    )
    by_manager = settings.changes(TOWN, other, today)
    purpose = Purpose("p", "id", "p", "P", "P", [])
    of_purpose = purposes.changes(purpose, replace(purpose, name_nl="N", name_en="E", links=(Link("L", "https://x"),)))
    by_operator = [name for name in municipalities.as_fields(TOWN, 30).given if name != "version"]
    # By a command: of a municipality what `changing` is told, of a purpose its fields.
    by_command = {text for module in modules("changing(") for text in module.called("changing", 2)}
    fields = [
        name.replace("_", "-") for name in Purpose.__annotations__ if name not in ("id", "municipality_id", "slug")
    ]
    names = {*by_manager, *of_purpose, *by_operator, *by_command, *fields}
    assert {"second-factor", "style", "closed-days", "legal-basis", "networks"} <= names
    assert {name for name in names if f"changed-{name}" not in WORDS} == set()


def test_a_line_is_told_in_words() -> None:
    say = speaker("nl")
    changed = replace(LINE, action="purpose-changed", detail="verhuizing: name-nl, links")
    assert detail_in_words(say, changed) == "verhuizing: naam in het Nederlands, links"
    taken = replace(LINE, action="audit-exported", detail="2026-11-01 2026-11-24")
    assert detail_in_words(say, taken) == "01-11-2026 tot en met 24-11-2026"
    key = replace(LINE, action="key-made", detail="0a1b2c3d Zaken: links")
    assert detail_in_words(say, key) == "0a1b2c3d Zaken: links"
    assert attribute_in_words(say, replace(LINE, action="reveal", attribute="dateofbirth")) == "Geboortedatum"
    assert (attribute_in_words(say, LINE), detail_in_words(say, LINE)) == ("", "")


def test_what_an_older_version_noted_is_told_as_it_is_noted() -> None:
    say = speaker("nl")
    assert action_in_words(say, "long-ago") == "long-ago"
    assert action_in_words(say, "more") == "more"
    assert detail_in_words(say, replace(LINE, action="settings-changed", detail="long-ago")) == "long-ago"
