"""What a phone makes of a `tel:` link."""

import pytest

from demo.caller import Dialled, dialled


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("tel:+31201234567,,1234567890", Dialled("+31201234567", 4.0, "1234567890")),
        ("tel:020-123 45 67,1234567890", Dialled("0201234567", 2.0, "1234567890")),
        ("tel:+31201234567%2C%2C1234567890%23", Dialled("+31201234567", 4.0, "1234567890#")),
        ("tel:0201234567", Dialled("0201234567", 0.0, "")),
    ],
)
def test_reads_number_pauses_and_keys(link: str, wanted: Dialled) -> None:
    assert dialled(link) == wanted


@pytest.mark.parametrize("link", ["https://example.org", "tel:", "0201234567"])
def test_refuses_what_is_no_tel_link(link: str) -> None:
    with pytest.raises(ValueError, match="not a tel: link"):
        dialled(link)
