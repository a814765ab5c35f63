"""The sample site's reading of a picture as a phone's camera would: a session pointer, or nothing."""

import json
from urllib.parse import quote

import numpy as np
import pytest
import zxingcpp

from demo.site.app import LARGEST_SIDE, read_qr

SESSION = {"u": "http://127.0.0.1:8088/irma/session/abc", "irmaqr": "disclosing", "continueOnSecondDevice": True}


def picture(text: str) -> bytes:
    """A QR code as the page posts it."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    return np.asarray(zxingcpp.write_barcode_to_image(code, scale=4)).tobytes()


def test_the_session_of_the_link_into_the_app_is_read() -> None:
    assert read_qr(picture(f"https://open.yivi.app/-/session#{quote(json.dumps(SESSION))}")) == SESSION


@pytest.mark.parametrize(
    "bytes_",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff" * 100, id="a white square"),
        pytest.param(b"\xff" * 101, id="no square"),
        pytest.param(b"\xff" * (LARGEST_SIDE + 1) ** 2, id="too large"),
        pytest.param(picture("https://www.voorbeeldstad.example/"), id="another link"),
        pytest.param(picture("https://open.yivi.app/-/session#[]"), id="no session"),
        pytest.param(picture("hallo"), id="no link"),
    ],
)
def test_what_is_no_session_is_nothing(bytes_: bytes) -> None:
    assert read_qr(bytes_) is None
