"""A line of the audit trail in words: what was done, and to what. The file for a spreadsheet keeps our own words."""

from datetime import date
from typing import Final

from callcenter.dashboard.words import WORDS, Say, attribute_label
from callcenter.store.audit import Line
from callcenter.store.guesses import ALARM

NO_ACTIONS: Final = ("how", "none", "more")  # which are texts of the page
OF_NAMES: Final = frozenset({"settings-changed", "purpose-changed", "municipality-changed"})  # their detail names them


def action_in_words(say: Say, action: str) -> str:
    """Return what an action is called; one that we have no word for is called as it is noted."""
    return action if action in NO_ACTIONS else _word(say, "audit", action)


def attribute_in_words(say: Say, line: Line) -> str:
    """Return which of a caller's attributes it was, or which limit came in force; nothing when it was none."""
    if line.attribute is None:
        return ""
    if line.action != ALARM:
        return attribute_label(say, line.attribute)
    kind, _, trunk = line.attribute.partition(":")
    return " ".join((_word(say, "limit", kind), trunk)).strip()


def detail_in_words(say: Say, line: Line) -> str:
    """Return what a line says besides: the settings that were changed, the days that were taken along."""
    if line.detail is None:
        return ""
    if line.action == "audit-exported":
        first, last = (date.fromisoformat(day).strftime("%d-%m-%Y") for day in line.detail.split())
        return say("days-from-till", first=first, last=last)
    if line.action not in OF_NAMES:
        return line.detail
    of, colon, names = line.detail.rpartition(": ")
    return of + colon + ", ".join(_word(say, "changed", name.replace("_", "-")) for name in names.split(", "))


def _word(say: Say, room: str, word: str) -> str:
    key = f"{room}-{word}"
    return say(key) if key in WORDS else word
