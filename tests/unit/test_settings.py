"""A wrong or missing setting stops the start: the message names it, what was given and what is wanted."""

from pathlib import Path

import pytest

from callcenter.processes import ari_trust
from callcenter.settings import Settings, SettingsError, load_settings
from tests.unit.environment import bare_environment, refusal

__all__ = ["bare_environment"]

SECRET = "planted-secret"
KEY = "0123456789abcdef" * 4


def test_with_nothing_given_everything_stays_on_this_machine() -> None:
    settings = load_settings()
    hosts = (settings.api_host, settings.internal_host, settings.dashboard_host)
    assert set(hosts) == {"127.0.0.1"}
    assert settings.database_url.startswith("sqlite:")


def test_a_setting_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VB_API_PORT", "8443")
    assert load_settings().api_port == 8443


def test_what_the_program_gives_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VB_API_PORT", "8443")
    assert load_settings(api_port=9000).api_port == 9000


def test_every_setting_says_what_is_wanted() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    ("name", "given", "wanted"),
    [
        ("VB_API_PORT", "http", "TCP port"),
        ("VB_API_PORT", "0", "TCP port"),
        ("VB_INTERNAL_PORT", "65536", "TCP port"),
        ("VB_DASHBOARD_PORT", "", "TCP port"),
        ("VB_LOG_FORMAT", "xml", "text or json"),
        ("VB_PBX_NAME", "PBX 1", "name of this PBX"),
        ("VB_IRMA_SESSION_SECONDS", "901", "maximum is 900"),
        ("VB_RING_SECONDS", "1", "seconds an agent's phone rings"),
        ("VB_LATE_PROOF_SECONDS", "31", "seconds to wait"),
        ("VB_DIAL_PAUSE_COMMAS", "0", "commas"),
        ("VB_RTP_FIRST", "30000", "VB_RTP_LAST"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_given_and_what_is_wanted(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str, wanted: str
) -> None:
    said = refusal(monkeypatch, **{name: given})
    assert said.startswith(f"{name}: given ")
    assert given in said
    assert wanted in said


def test_all_wrong_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refusal(monkeypatch, VB_API_PORT="x", VB_LOG_FORMAT="xml").splitlines()
    assert [line.split(":")[0] for line in said] == ["VB_LOG_FORMAT", "VB_API_PORT"]


def test_a_slip_in_a_name_is_told_with_the_likely_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(monkeypatch, VB_DATABSE_URL="x") == "VB_DATABSE_URL is no setting; wanted: VB_DATABASE_URL?"


def test_what_is_read_elsewhere_is_no_slip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VB_NEW_PASSWORD", "x")
    load_settings()


@pytest.mark.parametrize("name", ["code_key", "irma_token", "ari_password", "internal_api_key", "seal_public_key_file"])
def test_a_missing_setting_is_named_by_who_needs_it(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^VB_{name.upper()} is not set; wanted: \\w"):
        load_settings().require("api_port", name)


def test_a_setting_that_is_there_is_not_missed() -> None:
    load_settings(code_key=KEY, seal_public_key_file=Path("key.pem")).require("code_key", "seal_public_key_file")


# -- secrets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VB_CODE_KEY", SECRET),
        ("VB_CODE_KEY", KEY[:-4] + "zz" + KEY[-2:]),
        ("VB_TRUNKS", f'[{{"name": "a", "password": "{SECRET}"'),
        ("VB_TRUNKS", f'{{"name": "a", "password": "{SECRET}"}}'),
        ("VB_TRUNKS", f'["{SECRET}"]'),
        ("VB_TRUNKS", SECRET),
        ("VB_DATABASE_URL", f"mysql://vb:{SECRET}@192.0.2.1/vb"),
        ("VB_DATABASE_URL", f"postgresql://vb:{SECRET}@192.0.2.1/vb"),
        ("VB_DATABASE_URL", f"postgresql://vb:{SECRET}%zz@192.0.2.1/vb"),
        ("VB_DATABASE_URL", f"postgresql://vb:{SECRET}@part@192.0.2.1:port/vb"),
        ("VB_DATABASE_URL", f"postgresql://192.0.2.1/vb?password={SECRET}"),
        ("VB_DATABASE_URL", f"postgresql://192.0.2.1/vb?unknown={SECRET}"),
        ("VB_IRMA_URL", f"http://user:{SECRET}@192.0.2.1"),
        ("VB_IRMA_URL", f"https://user:{SECRET}@irma.example"),
        ("VB_ARI_URL", f"ws://192.0.2.1/ari?api_key=conductor:{SECRET}"),
        ("VB_ARI_URL", f"ftp://192.0.2.1/{SECRET}"),
    ],
)
def test_a_secret_is_not_in_the_message(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    said = refusal(monkeypatch, **{name: value})
    assert said.startswith(f"{name}: ")
    assert SECRET not in said
    assert KEY[:8] not in said


def test_no_secret_is_in_what_is_printed_of_all_settings() -> None:
    trunk = {"name": "a", "server": "sip.example", "user": "u", "password": SECRET}
    settings = load_settings(
        code_key=KEY,
        irma_token=SECRET,
        ari_password=SECRET,
        internal_api_key=SECRET,
        trunks=[trunk],
        database_url=f"postgresql://vb:{SECRET}@localhost/vb",
    )
    for printed in (repr(settings), str(settings), f"{settings}"):
        assert SECRET not in printed
        assert KEY not in printed


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "code_key"
    file.write_text(f"{KEY}\n")
    monkeypatch.setenv("VB_CODE_KEY_FILE", str(file))
    assert load_settings().code_key.get_secret_value() == KEY


def test_so_may_trunks_and_the_database_with_their_passwords(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "trunks").write_text('[{"name": "a", "match": ["192.0.2.1"]}]')
    (tmp_path / "url").write_text("postgresql://vb:x@localhost/vb")
    monkeypatch.setenv("VB_TRUNKS_FILE", str(tmp_path / "trunks"))
    monkeypatch.setenv("VB_DATABASE_URL_FILE", str(tmp_path / "url"))
    settings = load_settings()
    assert settings.trunks == [{"name": "a", "match": ["192.0.2.1"]}]
    assert settings.database_url == "postgresql://vb:x@localhost/vb"


def test_a_setting_that_is_a_file_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VB_SEAL_PUBLIC_KEY_FILE", str(tmp_path / "key.pem"))
    assert load_settings().seal_public_key_file == tmp_path / "key.pem"


@pytest.mark.parametrize(
    ("content", "said"), [(None, "No such file"), (b"", "is empty"), (b" \n", "is empty"), (b"\xff\xfe\x00", "no text")]
)
def test_a_file_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    message = refusal(monkeypatch, VB_IRMA_TOKEN_FILE=str(file))
    assert message.startswith(f"VB_IRMA_TOKEN_FILE: {file} ")
    assert said in message


def test_a_secret_in_a_file_that_is_wrong_is_not_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(SECRET)
    said = refusal(monkeypatch, VB_CODE_KEY_FILE=str(tmp_path / "key"))
    assert SECRET not in said
    assert "64 hex digits" in said


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = refusal(monkeypatch, VB_IRMA_TOKEN="a", VB_IRMA_TOKEN_FILE=str(tmp_path))
    assert said == "both VB_IRMA_TOKEN and VB_IRMA_TOKEN_FILE are given; wanted: one of them"


@pytest.mark.parametrize(("content", "said"), [(None, "No such file"), ("no certificate", "wanted: certificates")])
def test_a_ca_file_that_cannot_be_used_is_named(tmp_path: Path, content: str | None, said: str) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SettingsError, match=f"^VB_ARI_CA_FILE: {file} .*{said}"):
        ari_trust(load_settings(ari_ca_file=file))


def test_without_a_ca_file_those_of_the_system_are_trusted() -> None:
    ari_trust(load_settings())


def test_the_proxies_that_are_trusted_are_named_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().trusted_proxies == ""
    monkeypatch.setenv("VB_TRUSTED_PROXIES", "192.0.2.1, 2001:db8::/32,")
    assert load_settings().trusted_proxies == "192.0.2.1/32,2001:db8::/32"
    for wrong in ("*", "proxy.example", "192.0.2.1/24"):
        assert f"VB_TRUSTED_PROXIES: given '{wrong}'" in refusal(monkeypatch, VB_TRUSTED_PROXIES=wrong)


def test_administration_has_a_host_of_its_own_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    agents = {"VB_DASHBOARD_PUBLIC_URL": "https://medewerkers.example"}
    assert "VB_OFFICE_URL: wanted together with VB_IS_OFFICE" in refusal(monkeypatch, VB_IS_OFFICE="true", **agents)
    same = refusal(monkeypatch, VB_OFFICE_URL="https://medewerkers.example/beheer", VB_IS_OFFICE="true", **agents)
    assert "wanted another host than that of VB_DASHBOARD_PUBLIC_URL" in same
    assert "in clear" in refusal(monkeypatch, VB_OFFICE_URL="http://beheer.example", **agents)
    assert load_settings(office_url="https://beheer.example", is_office=True).is_office
