"""Which websites may show a municipality's button: the listed ones, as a browser names them."""

import pytest

from callcenter.api.origins import may_show
from callcenter.model.tenant import Municipality

LISTED = ("https://www.voorbeeldstad.example", "HTTPS://Loket.Voorbeeldstad.Example/", "http://127.0.0.1:8080")
TOWN = Municipality("id", "voorbeeldstad", "Voorbeeldstad", "+31243290000", origins=LISTED)


@pytest.mark.parametrize(
    ("origin", "may"),
    [
        ("https://www.voorbeeldstad.example", True),
        ("https://loket.voorbeeldstad.example", True),
        ("http://127.0.0.1:8080", True),
        ("http://www.voorbeeldstad.example", False),
        ("https://www.voorbeeldstad.example:444", False),
        ("https://voorbeeldstad.example", False),
        ("https://www.voorbeeldstad.example.evil.example", False),
        ("https://www.voorbeeldstad.example/", False),  # no browser sends that
        ("null", False),
        ("", False),
    ],
)
def test_listed_exactly(origin: str, *, may: bool) -> None:
    assert may_show(TOWN, origin) is may
