"""What is generated for one PBX, and what is refused before it could break a configuration file."""

import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from callcenter.ari_app.pbx_config import (
    PbxSettings,
    PbxSettingsError,
    Tls,
    TrunkByAddress,
    TrunkByRegistration,
    render,
    write,
)

PASSWORD = "sixteen-or-more-characters"
SETTINGS = PbxSettings(PASSWORD, trunks=(TrunkByAddress("provider", ("192.0.2.10", "192.0.2.16/28")),))
CONF = Path(__file__).parents[3] / "asterisk" / "conf"


def registration(**changes: Any) -> TrunkByRegistration:
    return replace(TrunkByRegistration("sip-provider", "sip.example.org:5070", "user1", "p@ss:word"), **changes)


def test_every_generated_file_is_included_and_every_include_is_generated() -> None:
    included = {
        line.removeprefix("#include generated/").strip()
        for path in CONF.glob("*.conf")
        for line in path.read_text().splitlines()
        if line.startswith("#include generated/")
    }

    assert included == set(render(SETTINGS))


def test_a_trunk_by_address_is_known_by_its_addresses_alone() -> None:
    text = render(SETTINGS)["pjsip.conf"]

    assert "[provider](any-trunk)\n" in text
    assert "type = identify\nendpoint = provider\nmatch = 192.0.2.10\nmatch = 192.0.2.16/28\n" in text
    assert "type = registration" not in text


def test_a_trunk_by_registration_logs_in_with_its_account() -> None:
    text = render(replace(SETTINGS, trunks=(registration(number="+31201234567"),)))["pjsip.conf"]

    assert "username = user1\npassword = p@ss:word\n" in text
    assert "server_uri = sip:sip.example.org:5070\nclient_uri = sip:user1@sip.example.org:5070\n" in text
    assert "contact_user = +31201234567\n" in text
    assert "line = yes\n" in text


def test_ports_and_times_are_the_installations() -> None:
    texts = render(replace(SETTINGS, sip_port=5070, http_port=8099, rtp_first=30000, rtp_last=30999, away_seconds=90))

    assert "bind = 127.0.0.1:5070\n" in texts["pjsip.conf"]
    assert "bindport = 8099\n" in texts["http.conf"]
    assert "rtpstart = 30000\nrtpend = 30999\n" in texts["rtp.conf"]
    assert "VB_AWAY_SECONDS = 90\n" in texts["extensions.conf"]
    assert f"password = {PASSWORD}\n" in texts["ari.conf"]


def test_behind_nat_the_outside_address_is_told() -> None:
    text = render(replace(SETTINGS, external_address="203.0.113.5", local_networks=("10.0.0.0/8",)))["pjsip.conf"]

    assert "external_media_address = 203.0.113.5\n" in text
    assert "external_signaling_address = 203.0.113.5\n" in text
    assert "local_net = 10.0.0.0/8\n" in text


def test_with_a_certificate_sip_and_ari_speak_tls() -> None:
    texts = render(replace(SETTINGS, sip_host="::1", tls=Tls("/etc/pbx.crt", "/etc/pbx.key", https_port=8089)))

    assert "protocol = tls\nbind = [::1]:5061\ncert_file = /etc/pbx.crt\n" in texts["pjsip.conf"]
    assert "tlsbindaddr = 127.0.0.1:8089\n" in texts["http.conf"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"ari_password": "short"}, "ari_password"),
        ({"ari_password": "sixteen-or-more\nread_only = no"}, "ari_password"),
        ({"ari_password": "sixteen-or-more;characters"}, "ari_password"),
        ({"sip_host": "example.org"}, "sip_host"),
        ({"sip_port": 0}, "sip_port"),
        ({"http_port": "8088\n"}, "http_port"),
        ({"rtp_first": 30000, "rtp_last": 30001}, "rtp_last"),
        ({"external_address": "203.0.113.5\nbind = 0.0.0.0"}, "external_address"),
        ({"local_networks": ("10.0.0.0/8 ; all",)}, "local_networks"),
        ({"sip_host": "fe80::1%x\n[evil]"}, "sip_host"),
        ({"http_host": "fe80::1%eth0"}, "http_host"),
        ({"external_address": "fe80::1%x\n[evil]"}, "external_address"),
        ({"local_networks": ("fe80::1%x\n[evil]",)}, "local_networks"),
        ({"away_seconds": -1}, "away_seconds"),
        ({"away_seconds": True}, "away_seconds"),
        ({"trunks": (registration(), registration())}, "name of its own"),
    ],
)
def test_a_setting_that_could_break_a_file_is_refused_by_name(change: dict[str, Any], named: str) -> None:
    with pytest.raises(PbxSettingsError, match=named):
        replace(SETTINGS, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Provider]"},
        {"name": "phone-1"},
        {"name": "any-trunk"},
        {"name": "transport-udp"},
        {"server": "sip.example.org\n"},
        {"server": "sip.example.org;x"},
        {"user": "user@elsewhere"},
        {"user": ""},
        {"password": "pass\nword"},
        {"password": "pass;word"},
        {"password": ""},
        {"number": "020 123"},
        {"match": ("0.0.0.0/0",)},
        {"match": ("::/0",)},
        {"match": ("sip.example.org",)},
        {"match": ("fe80::1%x\n[evil]",)},
        {"match": ("fe80::1%x\n[evil]/64",)},
        {"match": ("2000::/3",)},
        {"match": ("2001::/31",)},
        {"match": ("::ffff:0:0/96",)},  # all of IPv4
        {"match": ("::/32",)},  # has that in it
        {"match": (3221225994,)},
    ],
)
def test_a_trunk_that_could_break_a_file_or_let_in_anybody_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(PbxSettingsError):
        registration(**change)


def test_addresses_are_written_as_they_were_understood() -> None:
    trunk = TrunkByAddress("provider", ("2001:DB8::0:1", "192.0.2.17/28", "192.0.2.0/255.255.255.0", "2001:db8::/32"))
    texts = render(replace(SETTINGS, trunks=(trunk,), sip_host="0:0::1", http_host="0:0::1"))

    match = [line for line in texts["pjsip.conf"].splitlines() if line.startswith("match")]
    assert match == [
        "match = 2001:db8::1",
        "match = 192.0.2.16/28",
        "match = 192.0.2.0/24",
        "match = 2001:db8::/32",
    ]
    assert "bind = [::1]:5060\n" in texts["pjsip.conf"]
    assert "bindaddr = ::1\n" in texts["http.conf"]


def test_a_trunk_by_address_needs_an_address() -> None:
    with pytest.raises(PbxSettingsError, match="at least one address"):
        TrunkByAddress("provider", ())


def test_passwords_are_not_shown() -> None:
    shown = repr(replace(SETTINGS, trunks=(registration(),)))

    assert PASSWORD not in shown
    assert "p@ss:word" not in shown


def test_only_the_owner_can_read_what_is_written(tmp_path: Path) -> None:
    write(SETTINGS, tmp_path)
    written = write(replace(SETTINGS, http_port=8099), tmp_path)

    assert (
        {path.name for path in written}
        == set(render(SETTINGS))
        == {path.name for path in (tmp_path / "generated").iterdir()}
    )
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    assert stat.S_IMODE((tmp_path / "generated").stat().st_mode) == 0o700
    assert "bindport = 8099" in (tmp_path / "generated" / "http.conf").read_text()
