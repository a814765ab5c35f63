"""What is closed for one user opens for nobody else; a challenge is known again, for its purpose and in time."""

from pathlib import Path

import pytest

from callcenter.store.sealing import SealError
from callcenter.store.staff_secrets import StaffBox, make_staff_key

BOX = StaffBox(b"a key")
NOW = 1_777_900_000.0


def test_what_is_closed_opens_for_its_user() -> None:
    assert BOX.open(BOX.close("secret", "anna"), "anna") == "secret"
    assert BOX.close("secret", "anna") != BOX.close("secret", "anna")


@pytest.mark.parametrize(
    ("box", "closed", "user"),
    [
        (BOX, BOX.close("secret", "anna"), "bram"),
        (StaffBox(b"another"), BOX.close("secret", "anna"), "anna"),
        (BOX, BOX.close("secret", "anna")[:-1], "anna"),
        (BOX, b"", "anna"),
    ],
    ids=[
        "another user",
        "another key",
        "a byte less",
        "nothing",
    ],  # not by what is closed: that differs in each worker
)
def test_it_opens_for_nobody_else(box: StaffBox, closed: bytes, user: str) -> None:
    with pytest.raises(SealError, match="VB_STAFF_KEY"):
        box.open(closed, user)


def test_a_challenge_is_known_again_for_its_purpose_and_in_time() -> None:
    challenge = BOX.challenge("add anna", NOW)
    assert BOX.knows(challenge, "add anna", NOW + 599, 600)
    assert not BOX.knows(challenge, "add bram", NOW, 600)
    assert not BOX.knows(challenge, "add anna", NOW + 601, 600)
    assert not BOX.knows(challenge, "add anna", NOW - 60, 600)
    assert not StaffBox(b"another").knows(challenge, "add anna", NOW, 600)
    assert not BOX.knows(b"\xff" + challenge[1:], "add anna", NOW, 600)
    assert not BOX.knows(b"", "add anna", NOW, 600)


def test_a_key_is_made_for_us_alone_and_never_over_another(tmp_path: Path) -> None:
    file = make_staff_key(tmp_path)
    key = file.read_text()
    assert len(bytes.fromhex(key)) == 32
    assert file.stat().st_mode & 0o777 == 0o600
    assert make_staff_key(tmp_path).read_text() == key
    with pytest.raises(SealError, match="can't be written"):
        make_staff_key(tmp_path / "nowhere")
