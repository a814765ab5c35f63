"""Makes the part of Asterisk's configuration that differs per installation: ports, trunks, passwords.

`asterisk/conf/` is the same everywhere and holds no secret. Each of its files that needs something of this
installation includes `generated/NAME.conf`; `render` gives the texts of that folder, `write` puts them in place.
Values come checked from `pbx_settings`.
"""

import ipaddress
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from callcenter.ari_app.pbx_settings import (
    PbxSettings,
    PbxSettingsError,
    Tls,
    Trunk,
    TrunkByAddress,
    TrunkByRegistration,
)

__all__ = [
    "ARI_USER",
    "FOLDER",
    "SOUNDS",
    "PbxSettings",
    "PbxSettingsError",
    "Tls",
    "Trunk",
    "TrunkByAddress",
    "TrunkByRegistration",
    "render",
    "write",
]

ARI_USER = "conductor"
SOUNDS = "/var/lib/asterisk/sounds"
FOLDER = "generated"
_IPV6 = 6


def render(settings: PbxSettings) -> dict[str, str]:
    """Gives the generated folder: name of each file, and its text. Pure."""
    texts = {
        "ari.conf": _ari(settings),
        "extensions.conf": _extensions(settings),
        "http.conf": _http(settings),
        "pjsip.conf": _pjsip(settings),
        "rtp.conf": _section(
            "general",
            {"rtpstart": settings.rtp_first, "rtpend": settings.rtp_last},
            more=True,
        ),
    }
    return {
        name: f"; Made by `callcenter pbx configure`: change the settings, not this file.\n{text}"
        for name, text in texts.items()
    }


def write(settings: PbxSettings, conf: Path) -> list[Path]:
    """Writes the generated folder into the configuration folder `conf`, readable by the owner alone.

    Each file is made aside and renamed, so that Asterisk never reads half of one.

    Raises:
        OSError: the folder can't be written.
    """
    folder = conf / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return [_write_private(folder / name, text) for name, text in render(settings).items()]


def _write_private(path: Path, text: str) -> Path:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    aside.rename(path)
    return path


def _ari(settings: PbxSettings) -> str:
    return _section(ARI_USER, {"type": "user", "read_only": "no", "password": settings.ari_password})


def _extensions(settings: PbxSettings) -> str:
    values = {
        "VB_SOUNDS": SOUNDS,
        "VB_DIGIT_SECONDS": settings.digit_seconds,
        "VB_RETRY_SECONDS": settings.retry_seconds,
        "VB_AWAY_SECONDS": settings.away_seconds,
    }
    return _section("globals", values)


def _http(settings: PbxSettings) -> str:
    values: dict[str, object] = {
        "bindaddr": settings.http_host,
        "bindport": settings.http_port,
    }
    if settings.tls and settings.tls.https_port:
        values |= {
            "tlsenable": "yes",
            "tlsbindaddr": _bind(settings.http_host, settings.tls.https_port),
            "tlscertfile": settings.tls.certificate_file,
            "tlsprivatekey": settings.tls.key_file,
            "tlsdisablev1": "yes",
            "tlsdisablev11": "yes",
        }
    return _section("general", values, more=True)


def _pjsip(settings: PbxSettings) -> str:
    return "\n".join(
        [
            *_transports(settings),
            *(text for trunk in settings.trunks for text in _trunk(trunk, settings)),
        ]
    )


def _transports(settings: PbxSettings) -> Iterable[str]:
    outside = []
    if settings.external_address:
        outside = [
            ("external_media_address", settings.external_address),
            ("external_signaling_address", settings.external_address),
        ]
    outside += [("local_net", network) for network in settings.local_networks]
    for protocol in ("udp", "tcp"):
        bind = _bind(settings.sip_host, settings.sip_port)
        values = [
            ("type", "transport"),
            ("protocol", protocol),
            ("bind", bind),
            *outside,
        ]
        yield _section(f"transport-{protocol}", values)
    if settings.tls and settings.tls.sip_port:
        bind = _bind(settings.sip_host, settings.tls.sip_port)
        secure = [
            ("cert_file", settings.tls.certificate_file),
            ("priv_key_file", settings.tls.key_file),
            ("method", "tlsv1_2"),
        ]
        yield _section(
            "transport-tls",
            [
                ("type", "transport"),
                ("protocol", "tls"),
                ("bind", bind),
                *secure,
                *outside,
            ],
        )


def _trunk(trunk: Trunk, settings: PbxSettings) -> Iterable[str]:
    timeout = {
        "rtp_timeout": settings.rtp_timeout,
        "rtp_timeout_hold": settings.rtp_timeout,
    }
    yield _section(trunk.name, timeout, template="any-trunk")
    if trunk.match:
        matches = [("match", network) for network in trunk.match]
        yield _section(trunk.name, [("type", "identify"), ("endpoint", trunk.name), *matches])
    if isinstance(trunk, TrunkByRegistration):
        yield _section(
            f"{trunk.name}-account",
            {
                "type": "auth",
                "auth_type": "userpass",
                "username": trunk.user,
                "password": trunk.password,
            },
        )
        registration = {
            "type": "registration",
            "transport": "transport-udp",
            "server_uri": f"sip:{trunk.server}",
            "client_uri": f"sip:{trunk.user}@{trunk.server}",
            "contact_user": trunk.number or trunk.user,
            "outbound_auth": f"{trunk.name}-account",
            "endpoint": trunk.name,
            "line": "yes",  # our contact carries a secret word, by which its calls are known
            "retry_interval": 30,
            "forbidden_retry_interval": 300,
            "max_retries": 1000000,
        }
        yield _section(trunk.name, registration)


def _bind(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ipaddress.ip_address(host).version == _IPV6 else f"{host}:{port}"


def _section(
    name: str,
    values: Mapping[str, object] | list[tuple[str, str]],
    *,
    template: str = "",
    more: bool = False,
) -> str:
    """A section of an Asterisk file; `more`: adds to one that is there, `template`: starts from that one."""
    after = "(+)" if more else f"({template})" if template else ""
    lines = values.items() if isinstance(values, Mapping) else values
    return "".join([f"[{name}]{after}\n", *(f"{key} = {value}\n" for key, value in lines)])
