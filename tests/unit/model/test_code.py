"""Codes: ten digits that nobody guesses, and what is kept of them."""

from collections import Counter

import pytest

from callcenter.model.code import CODE_LENGTH, CodeKeys, code_hash, is_code, new_code, new_token, token_hash

KEY = b"k" * 32


def test_a_new_code_is_ten_digits() -> None:
    assert all(is_code(new_code()) for _ in range(1000))


def test_a_code_may_begin_with_a_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _: 42)
    assert new_code() == "0000000042"


def test_every_digit_is_as_likely_at_every_place() -> None:
    codes = [new_code() for _ in range(5000)]
    for place in range(CODE_LENGTH):
        counts = Counter(code[place] for code in codes)
        assert len(counts) == 10
        assert 380 < min(counts.values()) <= max(counts.values()) < 630  # 500 expected, 21 its deviation: 5.7 of them


def test_codes_do_not_repeat() -> None:
    assert len({new_code() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("digits", ["0123456789", "0000000000"])
def test_ten_digits_are_a_code(digits: str) -> None:
    assert is_code(digits)


@pytest.mark.parametrize(
    "digits",
    [
        "",
        "012345678",
        "01234567890",
        "012345678a",
        "01234 6789",
        "+123456789",
        "0123456789\n",
        "٠١٢٣٤٥٦٧٨٩",
        "²²²²²²²²²²",
    ],
)
def test_anything_else_is_none(digits: str) -> None:
    assert not is_code(digits)


def test_what_is_kept_depends_on_key_municipality_and_code() -> None:
    kept = {
        code_hash(key, town, code)
        for key in (KEY, b"l" * 32)
        for town in ("a", "b")
        for code in ("0123456789", "0123456788")
    }
    assert len(kept) == 8
    assert {len(one) for one in kept} == {32}


def test_the_same_is_kept_for_the_same() -> None:
    assert code_hash(KEY, "a", "0123456789") == code_hash(KEY, "a", "0123456789")


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="wanted at least 32"):
        code_hash(b"", "a", "0123456789")


def test_tokens_are_long_and_safe_in_a_url() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 43 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)
    assert len({token_hash(token) for token in tokens}) == 100


def test_while_keys_are_changed_a_code_is_known_by_either() -> None:
    old, new = CodeKeys(KEY), CodeKeys(b"n" * 32, KEY)
    assert old.hashes("a", "0123456789") == (old.hash("a", "0123456789"),)
    assert new.hashes("a", "0123456789") == (new.hash("a", "0123456789"), old.hash("a", "0123456789"))
    assert "nnnn" not in repr(new)
