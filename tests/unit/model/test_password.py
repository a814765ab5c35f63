"""Which new passwords are refused, and for what."""

import pytest

from callcenter.model.password import FAULTS, LONGEST, SHORTEST, fault_of


def _fault(password: str) -> str | None:
    return fault_of(password, "b.jansen", "Bea Jansen-Öztürk")


@pytest.mark.parametrize(
    "password",
    [
        "vier witte fietsen",
        "een-lang-genoeg-wachtwoord",
        "voorbeeld-wachtwoord",
        "correct horse battery staple",
        "k7Q!vR2m$xW9",
        "éen ķőnijn iń dé tüin",
        "مرحبا بكم في البلدية",
        "x" * 3 + "mijn hond heet Bea en blaft",  # one's own name as a part of something longer
        "zo lang mag het nog net zijn".ljust(LONGEST, "."),
    ],
)
def test_a_long_one_that_nobody_guesses_is_good(password: str) -> None:
    assert _fault(password) is None


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "password-short"),
        ("k7Q!vR2m$xW", "password-short"),
        ("x1 " * LONGEST, "password-long"),
        # as guessers have it in their lists
        ("1q2w3e4r5t6y", "password-common"),
        ("leavemealone", "password-common"),
        # a common word, dressed up to please a rule
        ("Password1234!", "password-common"),
        ("W3lk0m2026!!!", "password-common"),
        ("Welkom-2026-Welkom", "password-common"),
        ("welkomwelkom", "password-common"),
        ("!!!Wachtwoord2026", "password-common"),
        ("".join(chr(ord(one) + 0xFEE0) for one in "WACHTWOORD2026"), "password-common"),  # wide letters (NFKC)
        ("Gemeente2026!", "password-common"),
        ("Voorjaar2026!", "password-common"),
        # no word at all
        ("aaaaaaaaaaaa", "password-common"),
        ("            ", "password-common"),
        ("123456789012", "password-common"),
        ("210987654321", "password-common"),
        ("qwertyuiop[]", "password-common"),
        ("abcdefghijklm", "password-common"),
        # oneself
        ("b.jansen2026!", "password-own-name"),
        ("Bea Jansen Öztürk", "password-own-name"),
        ("jansen-jansen-jansen", "password-own-name"),
        ("BEA-2026-BEA!", "password-own-name"),
    ],
)
def test_what_a_guesser_tries_first_is_refused(password: str, fault: str) -> None:
    assert _fault(password) == fault
    assert FAULTS[fault]


def test_length_is_counted_in_characters() -> None:
    assert _fault("äë" * (SHORTEST // 2 - 1) + "ï") == "password-short"
