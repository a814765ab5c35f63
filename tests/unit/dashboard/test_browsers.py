"""A browser is called by the name that its user knows it by."""

import pytest

from callcenter.dashboard.browsers import browser_of

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            f"{WINDOWS} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Edge/Windows",
        ),
        (f"{WINDOWS} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome/Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox/Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari/iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome/Android"),
        ("curl/8.5.0", "/"),
        ("<script>" * 1000, "/"),
        ("", "/"),
    ],
)
def test_it_has_a_name(user_agent: str, name: str) -> None:
    assert browser_of(user_agent) == name
