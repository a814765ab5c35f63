"""Codes of authenticator apps against RFC 6238, once each; recovery codes; and how long a guesser waits."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from callcenter.model.second_factor import (
    FREE_TRIES,
    LONGEST_DELAY,
    RECOVERY_CODES,
    app_address,
    is_app_code,
    new_recovery_codes,
    new_secret,
    recovery_hash,
    seconds_to_wait,
    step_of,
    typed_code,
)

NOW = datetime(2026, 5, 4, 12, 0, 15, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890", of RFC 6238, appendix B


@pytest.mark.parametrize(
    ("at", "code"),  # the last six digits of the RFC's eight, with SHA-1
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_are_those_of_the_rfc(at: int, code: str) -> None:
    assert step_of(RFC_SECRET, code, datetime.fromtimestamp(at, UTC), 0) == at // 30


@pytest.mark.parametrize(("skew", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(skew: int, right: bool) -> None:
    secret = new_secret()
    code = pyotp.TOTP(secret).generate_otp(STEP + skew)
    assert step_of(secret, code, NOW, 0) == (STEP + skew if right else None)


def test_a_code_serves_once_and_none_before_it_after_that() -> None:
    secret = new_secret()
    older, newer = (pyotp.TOTP(secret).generate_otp(step) for step in (STEP - 1, STEP))
    assert step_of(secret, newer, NOW, last_step=STEP - 1) == STEP
    assert step_of(secret, newer, NOW, last_step=STEP) is None
    assert step_of(secret, older, NOW, last_step=STEP) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "a" * 40])
def test_what_is_no_code_is_wrong(code: str) -> None:
    assert step_of(RFC_SECRET, code, NOW, 0) is None


@pytest.mark.parametrize(
    ("typed", "code", "of_app"),
    [
        ("287 082", "287082", True),
        (" 287-082 ", "287082", True),
        ("２８７０８２", "287082", True),  # noqa: RUF001 -- wide digits, as some keyboards type them
        ("ABCD-efgh jkmn-2345", "abcdefghjkmn2345", False),
        ("", "", False),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, code: str, of_app: bool) -> None:
    assert typed_code(typed) == code
    assert is_app_code(code) is of_app


def test_an_app_is_told_whose_code_it_is() -> None:
    address = app_address(RFC_SECRET, "b.jansen", "Gemeente 's-Hertogenbosch & co")
    assert pyotp.parse_uri(address).name == "b.jansen (Gemeente 's-Hertogenbosch & co)"
    assert pyotp.parse_uri(address).issuer == "Veilig bellen"


def test_recovery_codes_are_ten_that_nobody_guesses() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == RECOVERY_CODES
    assert all(len(typed_code(code)) == 16 and not is_app_code(typed_code(code)) for code in codes)


def test_a_recovery_code_is_one_users_however_it_is_typed() -> None:
    assert recovery_hash("anna", "ABCD efgh-jkmn2345") == recovery_hash("anna", "abcd-efgh-jkmn-2345")
    assert recovery_hash("anna", "abcd-efgh-jkmn-2345") != recovery_hash("bram", "abcd-efgh-jkmn-2345")


@pytest.mark.parametrize(
    ("wrong", "seconds"),
    [(0, 0), (FREE_TRIES - 1, 0), (FREE_TRIES, 1), (FREE_TRIES + 3, 8), (10_000, LONGEST_DELAY.total_seconds())],
)
def test_a_guesser_waits_ever_longer(wrong: int, seconds: float) -> None:
    assert seconds_to_wait(wrong, NOW, NOW) == seconds
    assert seconds_to_wait(wrong, NOW - LONGEST_DELAY, NOW) == 0
    assert seconds_to_wait(wrong, NOW, NOW + timedelta(seconds=seconds)) == 0
