"""What a municipality says of itself is checked word by word: it ends up in headers, paths and links."""

from dataclasses import replace
from datetime import UTC, time

import pytest

from callcenter.model.tenant import Hours, Link, Municipality, TenantError, check_link

TOWN = Municipality("id", "voorbeeldstad", "Gemeente Voorbeeldstad", "+31243290000")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_language_that_we_speak(language: str) -> None:
    assert replace(TOWN, language=language).language == language


@pytest.mark.parametrize("language", ["", "NL", "fr", "nl_NL", "../en", "en\n"])
def test_a_language_that_we_do_not_speak(language: str) -> None:
    with pytest.raises(TenantError, match=r"language .*: use nl or en"):
        replace(TOWN, language=language)


@pytest.mark.parametrize(
    "origin",
    [
        "https://www.voorbeeldstad.example",
        "HTTPS://Loket.Voorbeeldstad.Example/",
        "https://voorbeeldstad.example:8443",
        "https://192.0.2.1",
        "http://127.0.0.1:8080",
        "http://localhost:8080",
        "http://[::1]:8080",
    ],
)
def test_an_origin(origin: str) -> None:
    assert replace(TOWN, origins=(origin,)).origins == (origin,)


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "*",
        "null",
        "www.voorbeeldstad.example",
        "https://",
        "https://*",
        "https://*.voorbeeldstad.example",
        "https://voorbeeldstad.example/path",
        "https://voorbeeldstad.example//",
        "https://voorbeeldstad.example?",
        "https://voorbeeldstad.example?q",
        "https://voorbeeldstad.example#f",
        "https://user@voorbeeldstad.example",
        "https://voorbeeldstad.example:",
        "https://voorbeeldstad.example:port",
        "https://voorbeeldstad.example:99999",
        "http://voorbeeldstad.example",
        "http://localhost.evil.example",
        "ftp://voorbeeldstad.example",
        "file://",
        "https://a.example https://b.example",
        "https://a.example;",
        "https://a.example\n",
        "https://voorbeeldstad。example",
    ],
)
def test_no_origin(origin: str) -> None:
    with pytest.raises(TenantError, match=r"origin .*: write it as https://"):
        replace(TOWN, origins=("https://ok.example", origin))


@pytest.mark.parametrize("host", ["zaken.example", "Dossier.Example", "127.0.0.1", "localhost", "xn--caf-dma.example"])
def test_a_link_host(host: str) -> None:
    assert replace(TOWN, link_hosts=(host,)).link_hosts == (host,)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "*",
        "*.zaken.example",
        "zaken.example; script-src *",
        "zaken.example *",
        " zaken.example",
        "zaken.example\n",
        "zaken.example:443",
        "https://zaken.example",
        "zaken.example/",
        "user@zaken.example",
        "-zaken.example",
        "zaken-.example",
        "zaken..example",
        "zaken.example.",
        "zaken。example",
        "a" * 64 + ".example",
        "a." * 127 + "example",
    ],
)
def test_no_link_host(host: str) -> None:
    with pytest.raises(TenantError, match=r"link host .*: write the host's name only"):
        replace(TOWN, link_hosts=("ok.example", host))


@pytest.mark.parametrize("port", [":x", ":99999", ":-1"])
def test_a_link_to_no_port_is_refused(port: str) -> None:
    with pytest.raises(TenantError, match="this is no URL"):
        check_link(Link("Zaak", f"https://zaken.example{port}/"), ("zaken.example",))


@pytest.mark.parametrize("zone", ["", "Europe", "Europe/Voorbeeldstad", "../../etc/passwd", "/etc/passwd", "x\0y", 5])
@pytest.mark.parametrize("days", [{}, {0: (time(9), time(17))}])
def test_a_zone_must_exist(days: dict[int, tuple[time, time]], zone: str) -> None:
    with pytest.raises(TenantError, match="no time zone"):
        Hours(days, zone)


def test_hours_have_no_zone_of_their_own() -> None:
    with pytest.raises(TenantError, match="without a zone"):
        Hours({0: (time(9, tzinfo=UTC), time(17, tzinfo=UTC))})
    with pytest.raises(TenantError, match="without a zone"):
        Hours({0: (time(9), time(17, tzinfo=UTC))})
