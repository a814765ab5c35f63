"""The language of the link page: asked for, accepted, or the municipality's own."""

import pytest

from callcenter.api.link_words import language_of


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("en", "nl", "en"),
        ("nl", "en", "nl"),
        ("fr", "en", "en"),  # one that we don't speak was not asked for
        (None, "en-GB,en;q=0.9,nl;q=0.8", "en"),
        (None, "fr-FR,fr;q=0.9,nl;q=0.5,en;q=0.4", "nl"),
        (None, "en;q=0, nl;q=0", "nl"),
        (None, "de", "nl"),
        (None, "en;q=much", "nl"),
        (None, "", "nl"),
    ],
)
def test_the_language(asked: str | None, accepted: str, language: str) -> None:
    assert language_of(asked, accepted, "nl") == language
