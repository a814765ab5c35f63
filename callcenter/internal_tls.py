"""TLS of the internal side: our certificate, whose clients' certificates we want, and what our own clients show."""

import asyncio
import ssl
from pathlib import Path
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from callcenter.settings import Settings, SettingsError


def server_tls(settings: Settings) -> ssl.SSLContext | None:
    """Return how the internal port speaks TLS; None when it doesn't. Raises SettingsError.

    A client's certificate is verified when one is shown, and a wrong one ends the connection. That one must be shown
    is left to the routes: the IRMA server calls back on this port too, and has none (irmago 1.3.0). What it brings is
    signed.
    """
    if settings.internal_tls_cert_file is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, "internal_tls", settings.internal_tls_cert_file, settings.internal_tls_key_file)
    if settings.internal_tls_client_ca_file is not None:
        _trust(context, "VB_INTERNAL_TLS_CLIENT_CA_FILE", settings.internal_tls_client_ca_file)
        context.verify_mode = ssl.CERT_OPTIONAL
    return context


def client_tls(settings: Settings) -> ssl.SSLContext:
    """Return whom to trust as the internal api, and what certificate to show there. Raises SettingsError."""
    context = ssl.create_default_context()
    if settings.internal_ca_file is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        _trust(context, "VB_INTERNAL_CA_FILE", settings.internal_ca_file)
    if settings.internal_client_cert_file is not None:
        _load(context, "internal_client", settings.internal_client_cert_file, settings.internal_client_key_file)
    return context


class NotesCertificates(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """uvicorn's protocol, which notes in a request's state whether its connection showed a client's certificate."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note it: by now the certificate has been verified, or the connection would not be."""
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        shown = tls is not None and bool(tls.getpeercert())
        self.app_state: dict[str, Any] = {**self.app_state, "client_certificate": shown}


def _load(context: ssl.SSLContext, what: str, certificate: Path, key: Path | None) -> None:
    try:
        context.load_cert_chain(certificate, key)
    except OSError as error:  # ssl.SSLError is one
        names = f"VB_{what.upper()}_CERT_FILE, VB_{what.upper()}_KEY_FILE"
        raise SettingsError(f"{names}: {_why(error)}; wanted: a certificate and its key, in PEM") from None


def _trust(context: ssl.SSLContext, name: str, file: Path) -> None:
    try:
        context.load_verify_locations(file)
    except OSError as error:
        raise SettingsError(f"{name}: {file}: {_why(error)}; wanted: certificates in PEM") from None


def _why(error: OSError) -> str:
    return "no PEM, or not of one pair" if isinstance(error, ssl.SSLError) else f"can't be read ({error.strerror})"
