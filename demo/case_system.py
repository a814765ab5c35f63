"""A sample case system, as a municipality has one: over https, it shows which number it was opened with."""

import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from callcenter.serving import serving_with
from demo.ports import LOOPBACK, free_port


@asynccontextmanager
async def case_system(folder: Path) -> AsyncIterator[str]:
    """Run it for as long as the block lasts; gives its URL. Its certificate is signed by itself."""
    certificate, key = _make_certificate(folder)
    app = FastAPI(openapi_url=None)

    @app.get("/zaken")
    def cases(bsn: str) -> HTMLResponse:
        return HTMLResponse(
            "<!doctype html><html lang=nl><meta charset=utf-8><title>Zaaksysteem (demo)</title>"
            "<h1>Zaaksysteem van Voorbeeldstad (demo)</h1>"
            f"<p>Zaken van burgerservicenummer <b id=bsn>{escape(bsn)}</b></p>"
            "<p>Deze persoon is verzonnen. De echte gemeente heeft hier haar eigen systeem.</p>"
        )

    port = free_port()
    config = uvicorn.Config(app, host=LOOPBACK, port=port, ssl_certfile=certificate, ssl_keyfile=key, log_config=None)
    async with serving_with(config, "nothing: the port was free"):
        yield f"https://{LOOPBACK}:{port}"


def _make_certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "zaaksysteem (demo)")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address(LOOPBACK))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "case-system.pem", folder / "case-system.key"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file
