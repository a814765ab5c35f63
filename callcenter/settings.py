"""Every setting, once: its type, its unit, a default that is safe, and what is wanted when it is wrong.

Settings come from the environment, `VB_` before the upper-case name: `VB_DATABASE_URL`. A secret may
come from a file instead: `VB_CODE_KEY_FILE=/run/secrets/code_key`.
"""

import json
import os
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from string import hexdigits
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from callcenter.in_clear import agi_bind_fault, ari_bind_fault, database_fault, host_fault, web_fault
from callcenter.model.code import CodeKeys
from callcenter.model.guessing import CALLER_GROWTH, Limits, read_limit

PREFIX = "VB_"
NO_SETTINGS = ("VB_NEW_PASSWORD", "VB_CLIENT_SECRET")  # read elsewhere: secrets to be set by `callcenter admin`

_WEB = {
    "api_public_url": "https",
    "internal_api_url": "https",
    "irma_url": "https",
    "dashboard_public_url": "https",
    "ari_url": "wss",
}
_OUR_HOSTS = ("api_host", "internal_host", "dashboard_host")


class SettingsError(Exception):
    """A setting is wrong or missing; the message names it, what was given and what is wanted."""


class Settings(BaseSettings):
    """One installation. Each process reads all and uses what it needs."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True)

    database_url: str = Field(
        "sqlite:///veilig-bellen.db",
        repr=False,  # it may hold a password
        description="postgresql://user:password@host/name?sslmode=verify-full, or sqlite:///file",
    )
    log_format: str = Field("text", pattern="^(text|json)$", description="text or json")

    tls_proxy: bool = Field(
        False,  # noqa: FBT003 -- the default
        description="a proxy with TLS stands before our ports and only it can reach them",
    )

    security_contact: str = Field(
        "",
        pattern=r"^(?:(?:https://|mailto:|tel:\+)[!-+\--~]{3,300}(?:, ?(?:https://|mailto:|tel:\+)[!-+\--~]{3,300})*)?$",
        description="whom to tell of a weakness, for security.txt: mailto:…, https://… or tel:+…, with commas between",
    )

    # Citizens' side
    api_host: str = Field("127.0.0.1", description="address that the public api listens on")
    api_port: int = Field(8000, ge=1, le=65535, description="TCP port")
    api_public_url: str = Field("http://127.0.0.1:8000", description="the api as a browser sees it")
    button_file: Path | None = Field(None, description="the bundle of the button, if not the one that came with us")
    internal_host: str = Field("127.0.0.1", description="address of the internal api")
    internal_port: int = Field(8001, ge=1, le=65535, description="TCP port")
    internal_api_url: str = Field(
        "http://127.0.0.1:8001",
        description="the internal api as conductor and IRMA server see it",
    )
    internal_api_key: SecretStr = Field(
        SecretStr(""),
        description="API key of the conductor, or of `callcenter agi`, made by `callcenter admin add-api-key`",
    )
    internal_ca_file: Path | None = Field(
        None, description="PEM; whom conductor and agi trust as the internal api, instead of the system's"
    )
    internal_client_cert_file: Path | None = Field(None, description="PEM; what they show there, where that is wanted")
    internal_client_key_file: Path | None = Field(None, description="PEM; its private key")
    internal_tls_cert_file: Path | None = Field(None, description="PEM; the internal api speaks TLS with this")
    internal_tls_key_file: Path | None = Field(None, description="PEM; its private key")
    internal_tls_client_ca_file: Path | None = Field(
        None, description="PEM; call centres must show a certificate that one of these has signed"
    )
    outside_call_minutes: int = Field(
        120,
        ge=1,
        le=1440,
        description="minutes after the last word of another call centre on a call until it is taken for over",
    )
    code_key: SecretStr = Field(SecretStr(""), description="64 hex digits: the key under which codes are hashed")
    code_key_previous: SecretStr = Field(
        SecretStr(""),
        description="64 hex digits: a key under which codes are still (or already) known, while VB_CODE_KEY is changed",
    )
    starts_per_address: int = Field(
        120,
        ge=0,
        description="disclosures a minute that each process starts for one IPv4 address or IPv6 /64; 0: no limit",
    )
    starts_per_municipality: int = Field(
        600, ge=0, description="disclosures a minute for each municipality; 0: no limit"
    )
    starts_in_all: int = Field(3000, ge=0, description="disclosures a minute in all; 0: no limit")
    guess_limit_caller: str = Field(
        "5/15", description="wrong codes at once / seconds for each more (then ever longer), per calling number"
    )
    guess_limit_anonymous: str = Field(
        "20/30", description="the same for all callers of one municipality who show no number"
    )
    guess_limit_municipality: str = Field(
        "60/20", description="the same per municipality, in each of two lanes; one trunk may use two thirds of it"
    )
    guess_limit_installation: str = Field("600/2", description="the same for all municipalities together")
    guess_longest_wait: float = Field(
        20, ge=0, le=50, description="seconds that a caller waits for a code to be looked at while a limit is in force"
    )
    dial_pause_commas: int = Field(2, ge=1, le=10, description="commas in the tel: URL, about 2 s of pause each")

    # IRMA server
    irma_url: str = Field("http://127.0.0.1:8085", description="the IRMA server's requestor side")
    irma_public_url: str = Field("", description="the IRMA server as a browser sees it, if that is another address")
    irma_token: SecretStr = Field(SecretStr(""), description="our requestor token there")
    irma_session_seconds: int = Field(
        600,
        ge=30,
        le=900,
        description="seconds a citizen has to scan; the server's maximum is 900",
    )

    # Dashboard
    dashboard_host: str = Field("127.0.0.1", description="address that the dashboard listens on")
    dashboard_port: int = Field(8002, ge=1, le=65535, description="TCP port")
    dashboard_public_url: str = Field("http://127.0.0.1:8002", description="the dashboard as a browser sees it")
    office_url: str = Field(
        "", description="administration as a browser sees it, where a dashboard of its own answers it on another host"
    )
    is_office: bool = Field(
        False,  # noqa: FBT003 -- the default
        description="this dashboard is the one at VB_OFFICE_URL",
    )
    trusted_proxies: str = Field(
        "",
        description="addresses or networks of the proxies before the public api and the dashboard, with commas between;"
        " their X-Forwarded-For is believed",
    )
    session_idle_minutes: int = Field(60, ge=1, description="minutes until an idle log-in ends")
    session_max_hours: int = Field(12, ge=1, description="hours until any log-in ends")
    staff_key: SecretStr = Field(
        SecretStr(""),
        description="64 hex digits: the key that second factors of staff are kept under; only the dashboard has it",
    )
    operators_second_factor: bool = Field(
        True,  # noqa: FBT003 -- the default
        description="operators must have a second factor; false for a demo only",
    )

    # Sealing
    seal_public_key_file: Path | None = Field(None, description="PEM; the api seals for this key")
    seal_private_key_file: Path | None = Field(
        None, description="PEM, mode 600, or a folder of such *.private.pem; only the dashboard has it"
    )

    # PBX and its conductor
    pbx_name: str = Field("pbx1", pattern="^[a-z0-9-]{1,32}$", description="name of this PBX")
    ari_url: str = Field("ws://127.0.0.1:8088/ari", description="Asterisk's ARI: wss://host:port/ari")
    ari_ca_file: Path | None = Field(
        None,
        description="PEM; the certificates to trust for wss:// instead of the system's",
    )
    ari_user: str = Field("conductor", description="user in Asterisk's ari.conf")
    ari_password: SecretStr = Field(SecretStr(""), description="its password")
    ring_seconds: int = Field(20, ge=5, le=120, description="seconds an agent's phone rings")
    place_seconds: int = Field(60, ge=5, description="seconds between two announcements of the place")
    late_proof_seconds: float = Field(
        5,
        ge=0,
        le=30,
        description="seconds to wait for a disclosure that is nearly proven",
    )
    lease_seconds: int = Field(
        5,
        ge=2,
        le=60,
        description="seconds after which a standby takes over from a dead conductor",
    )
    sip_bind: str = Field("127.0.0.1:5060", description="address:port of SIP over UDP, in clear")
    sip_server: str = Field("", description="host:port to which agents' phones connect; empty: as VB_SIP_BIND")
    http_bind: str = Field("127.0.0.1:8088", description="address:port of Asterisk's HTTP (ARI), on this machine")
    rtp_first: int = Field(20000, ge=1024, le=65534, description="first UDP port for sound")
    rtp_last: int = Field(20999, ge=1025, le=65535, description="last UDP port for sound")
    trunks: Annotated[list[dict[str, Any]], NoDecode] = Field(
        default_factory=list,
        repr=False,  # some have a password
        description='JSON: [{"name":"a","match":["192.0.2.1"]}] or [{"name","server","user","password"}]',
    )

    # FastAGI, for a municipality's own Asterisk
    agi_bind: str = Field("127.0.0.1:4573", description="address:port that Asterisk asks, on its own machine")
    agi_closed_network: bool = Field(
        False,  # noqa: FBT003 -- the default
        description="VB_AGI_BIND may be off this machine: only that Asterisk can reach it",
    )
    agi_number: str = Field("", description="the municipality's number, as +31243290000")
    agi_prompt: str = Field(
        "beep", pattern="^[A-Za-z0-9_/.-]{1,200}$", description="sound of that Asterisk that asks for the code"
    )
    agi_digit_seconds: int = Field(10, ge=1, le=60, description="seconds to wait for each digit")

    @field_validator("trunks", mode="before")
    @classmethod
    def _read_trunks(cls, value: object) -> object:
        try:
            trunks = json.loads(value) if isinstance(value, str) else value
        except json.JSONDecodeError as error:
            raise ValueError(f"no JSON at line {error.lineno}, column {error.colno}") from None
        if not isinstance(trunks, list) or not all(isinstance(trunk, dict) for trunk in trunks):
            raise ValueError("no list of trunks")
        return trunks

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        try:
            return ",".join(str(ip_network(one.strip())) for one in value.split(",") if one.strip())
        except ValueError:
            raise ValueError("no addresses or networks, such as 192.0.2.1,198.51.100.0/24") from None

    @field_validator("code_key", "code_key_previous", "staff_key")
    @classmethod
    def _hex(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        if text and (len(text) != 64 or not set(text) <= set(hexdigits)):
            raise ValueError("not 64 hex digits; make them with `openssl rand -hex 32`")
        return value

    @field_validator(
        "guess_limit_caller", "guess_limit_anonymous", "guess_limit_municipality", "guess_limit_installation"
    )
    @classmethod
    def _limit(cls, value: str) -> str:
        read_limit(value)
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        faults = {"database_url": database_fault(self.database_url)}
        faults |= {name: web_fault(getattr(self, name), wanted) for name, wanted in _WEB.items()}
        faults["irma_public_url"] = web_fault(self.irma_public_url, "https") if self.irma_public_url else None
        faults["office_url"] = self._office_fault()
        faults["http_bind"] = ari_bind_fault(self.http_bind)
        if not self.tls_proxy:
            faults |= {name: host_fault(getattr(self, name), variable("tls_proxy")) for name in _OUR_HOSTS}
        if self.internal_tls_cert_file is not None:
            faults["internal_host"] = None
        if not self.agi_closed_network:
            faults["agi_bind"] = agi_bind_fault(self.agi_bind, variable("agi_closed_network"))
        for name in ("internal_tls", "internal_client"):
            if (getattr(self, f"{name}_cert_file") is None) != (getattr(self, f"{name}_key_file") is None):
                faults[f"{name}_cert_file"] = f"wanted together with {variable(name)}_KEY_FILE"
        if self.internal_tls_client_ca_file is not None and self.internal_tls_cert_file is None:
            faults["internal_tls_client_ca_file"] = f"wanted together with {variable('internal_tls_cert_file')}"
        if self.rtp_first >= self.rtp_last:
            faults["rtp_first"] = f"given {self.rtp_first}; wanted less than {PREFIX}RTP_LAST, {self.rtp_last}"
        told = [f"{variable(name)}: {fault}" for name, fault in faults.items() if fault]
        if told:
            raise ValueError("\n".join(told))
        return self

    def _office_fault(self) -> str | None:
        if not self.office_url:
            return f"wanted together with {variable('is_office')}" if self.is_office else None
        if urlsplit(self.office_url).hostname == urlsplit(self.dashboard_public_url).hostname:
            return f"wanted another host than that of {variable('dashboard_public_url')}"
        return web_fault(self.office_url, "https")

    def code_keys(self) -> CodeKeys:
        """The keys of codes and of what the api keeps closed."""
        newest, other = (bytes.fromhex(one.get_secret_value()) for one in (self.code_key, self.code_key_previous))
        return CodeKeys(newest, other or None)

    def guess_limits(self) -> Limits:
        """The limits on wrong codes."""
        return Limits(
            caller=read_limit(self.guess_limit_caller, CALLER_GROWTH),
            anonymous=read_limit(self.guess_limit_anonymous),
            municipality=read_limit(self.guess_limit_municipality),
            installation=read_limit(self.guess_limit_installation),
            longest_wait=self.guess_longest_wait,
        )

    def require(self, *names: str) -> None:
        """Raise SettingsError with a line for each of these that has not been given."""
        missing = []
        for name in names:
            value = getattr(self, name)
            text = value.get_secret_value() if isinstance(value, SecretStr) else value
            if not text:
                wanted = type(self).model_fields[name].description
                missing.append(f"{variable(name)} is not set; wanted: {wanted}")
        if missing:
            raise SettingsError("\n".join(missing))


def variable(name: str) -> str:
    """Return the environment's variable for this setting."""
    return PREFIX + name.upper()


def load_settings(**given: Any) -> Settings:
    """Read the settings from the environment; `given` goes before it. Raises SettingsError."""
    _refuse_unknown()
    try:
        return Settings(**{**_from_files(), **given})
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(e) for e in error.errors(include_context=False))) from None


def _refuse_unknown() -> None:
    """A setting with a slip in its name would be without effect, and a default in its place."""
    known = {variable(name) for name in Settings.model_fields}
    known |= {f"{variable(name)}_FILE" for name in _may_be_in_file()} | set(NO_SETTINGS)
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            like = get_close_matches(name, known, n=1)
            raise SettingsError(f"{name} is no setting{f'; wanted: {like[0]}?' if like else ''}")


def _may_be_in_file() -> list[str]:
    """All but those that name a file themselves."""
    return [name for name in Settings.model_fields if not name.endswith("_file")]


def _from_files() -> dict[str, str]:
    """The settings of which only the file is named, as for secrets."""
    found = {}
    for name in _may_be_in_file():
        by_file = f"{variable(name)}_FILE"
        path = os.environ.get(by_file)
        if path is None:
            continue
        if variable(name) in os.environ:
            raise SettingsError(f"both {variable(name)} and {by_file} are given; wanted: one of them")
        found[name] = _read(by_file, path)
    return found


def _read(by_file: str, path: str) -> str:
    try:
        text = Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{by_file}: {path} can't be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{by_file}: {path} is no text") from None
    if not text:
        raise SettingsError(f"{by_file}: {path} is empty")
    return text


def _sentence(error: Any) -> str:
    said = str(error["msg"]).removeprefix("Value error, ")
    if not error["loc"]:
        return said
    name = str(error["loc"][0])
    field = Settings.model_fields[name]
    secret = field.annotation is SecretStr or not field.repr
    given = "(not shown)" if secret else repr(error["input"])
    return f"{variable(name)}: given {given}: {said}; wanted: {field.description}"
