"""Nothing goes in clear over a network: which links and binds are refused, and what each sentence names."""

from urllib.parse import urlsplit

import pytest

from callcenter.in_clear import is_loopback
from callcenter.settings import load_settings
from tests.unit.environment import bare_environment, refusal

__all__ = ["bare_environment"]

VERIFIED = "sslmode=verify-full&sslrootcert=/etc/ca.pem"

# -- nothing in clear over a network ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "stays"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost.evil.example", False),
        ("127.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("::1f00", False),
        ("192.0.2.1", False),
        ("0.0.0.0", False),  # noqa: S104 - it is refused
        ("", False),
    ],
)
def test_only_what_stays_on_this_machine_is_loopback(host: str, stays: bool) -> None:
    assert is_loopback(host) == stays


WEB = ["VB_API_PUBLIC_URL", "VB_INTERNAL_API_URL", "VB_IRMA_URL", "VB_DASHBOARD_PUBLIC_URL", "VB_ARI_URL"]


@pytest.mark.parametrize("name", WEB)
@pytest.mark.parametrize(
    "host", ["irma.example", "192.0.2.1:8088", "127.evil.example", "localhost.example", "[2001:db8::1]"]
)
def test_a_link_in_clear_over_a_network_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, host: str) -> None:
    scheme = "ws" if name == "VB_ARI_URL" else "http"
    said = refusal(monkeypatch, **{name: f"{scheme}://{host}/path"})
    assert said.startswith(f"{name}: given {scheme}://")
    assert "in clear over a network" in said
    assert f"wanted {scheme}s://" in said


@pytest.mark.parametrize("name", WEB)
@pytest.mark.parametrize("host", ["127.0.0.1:8088", "localhost", "[::1]:8088"])
def test_a_link_in_clear_on_this_machine_is_fine(monkeypatch: pytest.MonkeyPatch, name: str, host: str) -> None:
    scheme = "ws" if name == "VB_ARI_URL" else "http"
    monkeypatch.setenv(name, f"{scheme}://{host}/path")
    load_settings()


@pytest.mark.parametrize("name", WEB)
def test_a_link_with_tls_is_fine(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    scheme = "wss" if name == "VB_ARI_URL" else "https"
    monkeypatch.setenv(name, f"{scheme}://bellen.example:8443/path")
    load_settings()


@pytest.mark.parametrize("name", WEB)
@pytest.mark.parametrize(
    "url", ["irma.example", "//irma.example", "http:///path", "ftp://127.0.0.1", "http://[::1", "https://a:port", ""]
)
def test_what_is_no_url_of_the_web_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, url: str) -> None:
    assert refusal(monkeypatch, **{name: url}).startswith(f"{name}: ")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///veilig-bellen.db",
        "sqlite:////var/lib/veilig-bellen/veilig-bellen.db",
        "postgresql:///vb",
        "postgresql://vb@/vb?host=/var/run/postgresql",
        "postgresql://vb@%2Fvar%2Frun%2Fpostgresql/vb",
        "postgresql://localhost/vb",
        "postgresql://127.0.0.1:5433/vb",
        "postgresql://[::1]/vb",
        f"postgresql://db.example/vb?{VERIFIED}",
        f"postgresql://a.example,b.example:5433/vb?{VERIFIED}&target_session_attrs=read-write",
        f"postgresql://vb:p%40ss@db.example/vb?{VERIFIED}",
        f"postgresql:///vb?host=db.example&{VERIFIED}",
    ],
)
def test_a_database_here_or_with_a_verified_certificate_is_fine(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("VB_DATABASE_URL", url)
    assert load_settings().database_url == url


@pytest.mark.parametrize("sslmode", ["disable", "allow", "prefer", "require", "verify-ca", None])
@pytest.mark.parametrize(
    "address",
    [
        "postgresql://db.example/vb?",
        "postgresql://localhost,db.example/vb?",
        "postgresql://127.0.0.1:5432,192.0.2.1:5432/vb?",
        "postgresql:///vb?host=db.example",
        "postgresql://localhost/vb?host=db.example",
        "postgresql://localhost/vb?hostaddr=192.0.2.1",
        "postgresql://127.0.0.1.evil.example/vb?",
        "postgresql://localhost.evil.example/vb?",
        "postgresql://vb@/vb?host=/var/run/postgresql,db.example",
    ],
)
def test_postgresql_over_a_network_wants_a_verified_certificate(
    monkeypatch: pytest.MonkeyPatch, address: str, sslmode: str | None
) -> None:
    url = f"{address}&sslmode={sslmode}" if sslmode else address
    said = refusal(monkeypatch, VB_DATABASE_URL=url.replace("?&", "?"))
    assert said.startswith("VB_DATABASE_URL: PostgreSQL at ")
    assert "sslmode=verify-full&sslrootcert=FILE" in said


def test_a_word_in_the_database_name_is_no_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://db.example/vb?application_name=sslmode=verify-full"
    assert "VB_DATABASE_URL" in refusal(monkeypatch, VB_DATABASE_URL=url.replace("=verify", "%3Dverify"))


def test_the_last_of_two_sslmodes_is_what_libpq_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://db.example/vb?sslmode=verify-full&sslmode=disable"
    assert "sslmode=disable" in refusal(monkeypatch, VB_DATABASE_URL=url)


@pytest.mark.parametrize("name", ["PGHOST", "PGHOSTADDR"])
def test_where_the_environment_leads_libpq_is_seen(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "192.0.2.1")
    assert "192.0.2.1" in refusal(monkeypatch, VB_DATABASE_URL="postgresql:///vb")
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    load_settings()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "veilig-bellen.db",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite://host/file",
        "mysql://localhost/vb",
        "postgresql+psycopg://localhost/vb",
        "postgresql://vb:50%@localhost/vb",
        "postgresql:///vb?service=production",
    ],
)
def test_what_is_no_database_of_ours_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert refusal(monkeypatch, VB_DATABASE_URL=url).startswith("VB_DATABASE_URL: ")


# -- what we listen on -----------------------------------------------------------------------------

OURS = ["VB_API_HOST", "VB_INTERNAL_HOST", "VB_DASHBOARD_HOST"]
NETWORK = ["0.0.0.0", "192.0.2.1", "::", "2001:db8::1", "bellen.example", "", "127.0.0.1.evil.example"]  # noqa: S104


def test_no_two_defaults_use_one_port() -> None:
    settings = load_settings()
    binds = (settings.sip_bind, settings.http_bind, settings.irma_url)
    ports = [int(bind.rpartition(":")[2]) for bind in binds]
    ports += [settings.api_port, settings.internal_port, settings.dashboard_port]
    assert len(set(ports)) == len(ports)
    assert urlsplit(settings.ari_url).netloc == settings.http_bind


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("host", NETWORK)
def test_a_port_of_ours_on_a_network_wants_a_proxy_with_tls(
    monkeypatch: pytest.MonkeyPatch, name: str, host: str
) -> None:
    said = refusal(monkeypatch, **{name: host})
    assert said.startswith(f"{name}: given {host!r}")
    assert "in clear over a network" in said
    assert "VB_TLS_PROXY=true" in said


@pytest.mark.parametrize("name", OURS)
def test_behind_a_proxy_with_tls_it_is_fine(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("VB_TLS_PROXY", "true")
    monkeypatch.setenv(name, "192.0.2.1")
    assert getattr(load_settings(), name.removeprefix("VB_").lower()) == "192.0.2.1"


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_a_port_of_ours_on_this_machine_is_fine(monkeypatch: pytest.MonkeyPatch, name: str, host: str) -> None:
    monkeypatch.setenv(name, host)
    load_settings()


@pytest.mark.parametrize("proxy", ["true", "false"])
@pytest.mark.parametrize("bind", ["0.0.0.0:8088", "192.0.2.1:8088", "[::]:8088", ":8088", "8088", "pbx.example:8088"])
def test_ari_is_on_this_machine_only(monkeypatch: pytest.MonkeyPatch, bind: str, proxy: str) -> None:
    said = refusal(monkeypatch, VB_HTTP_BIND=bind, VB_TLS_PROXY=proxy)
    assert said.startswith(f"VB_HTTP_BIND: given {bind!r}")
    assert "beside its Asterisk" in said


@pytest.mark.parametrize("bind", ["127.0.0.1:8088", "127.0.0.9:9000", "[::1]:8088"])
def test_ari_on_any_address_of_this_machine_is_fine(monkeypatch: pytest.MonkeyPatch, bind: str) -> None:
    monkeypatch.setenv("VB_HTTP_BIND", bind)
    load_settings()


def test_sip_may_be_on_a_network_as_trunks_need_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VB_SIP_BIND", "192.0.2.1:5060")
    load_settings()
