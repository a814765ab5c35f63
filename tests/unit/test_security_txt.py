"""security.txt as RFC 9116 has it, on both hosts, and only when somebody is named."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from callcenter.security_txt import PATH, security_txt, serve_security_txt
from callcenter.settings import SettingsError, load_settings

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
CONTACT = "mailto:veiligheid@voorbeeldstad.example, https://voorbeeldstad.example/meld"


def test_it_names_whom_to_tell_and_until_when() -> None:
    text = security_txt(load_settings(security_contact=CONTACT), NOW)
    assert text is not None
    fields = [line.split(": ", 1) for line in text.splitlines()]
    assert [value for name, value in fields if name == "Contact"] == CONTACT.split(", ")
    expires = datetime.fromisoformat(dict(fields)["Expires"])
    assert NOW < expires < NOW + timedelta(days=365)


@pytest.mark.parametrize(
    "wrong", ["veiligheid@voorbeeldstad.example", "http://a.example", "mailto:a b", "mailto:a\nX: y"]
)
def test_who_can_not_be_written_to_is_refused(wrong: str) -> None:
    with pytest.raises(SettingsError, match="VB_SECURITY_CONTACT"):
        load_settings(security_contact=wrong)


@pytest.mark.parametrize(("contact", "status"), [(CONTACT, 200), ("", 404)])
async def test_it_is_served_as_plain_text(contact: str, status: int) -> None:
    app = FastAPI()
    serve_security_txt(app, load_settings(security_contact=contact))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://bellen.example") as client:
        answer = await client.get(PATH)
    assert answer.status_code == status
    if contact:
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
