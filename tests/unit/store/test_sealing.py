"""Sealed is sealed: only the private key opens it, for its own disclosure, unchanged."""

import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from callcenter.store import sealing
from callcenter.store.sealing import (
    NOT_SHOWN,
    Attributes,
    Sealer,
    SealError,
    TokenBox,
    Unsealer,
    make_key_pair,
    rotate_key_pair,
)

KEY = X25519PrivateKey.generate()
SEALER, UNSEALER = Sealer(KEY.public_key()), Unsealer(KEY)
ATTRIBUTES: Attributes = {"pbdf.gemeente.personalData.bsn": "999990019", "pbdf.gemeente.personalData.prefix": None}


@given(st.dictionaries(st.text(max_size=20), st.none() | st.just(NOT_SHOWN) | st.text(max_size=40), max_size=6))
def test_what_was_sealed_is_opened(attributes: Attributes) -> None:
    assert UNSEALER.unseal(SEALER.seal(attributes, "town", "d1"), "town", "d1") == attributes


def test_sealed_shows_nothing_and_is_never_the_same_twice() -> None:
    one, other = SEALER.seal(ATTRIBUTES, "town", "d1"), SEALER.seal(ATTRIBUTES, "town", "d1")
    assert one != other
    assert b"999990019" not in one
    assert b"bsn" not in one


@pytest.mark.parametrize(("town", "disclosure"), [("town", "d2"), ("another", "d1"), ("town/d1", ""), ("", "town/d1")])
def test_sealed_can_not_be_moved_to_another_row(town: str, disclosure: str) -> None:
    with pytest.raises(SealError, match="belong to another disclosure"):
        UNSEALER.unseal(SEALER.seal(ATTRIBUTES, "town", "d1"), town, disclosure)


@pytest.mark.parametrize("place", [8, 30, 50, -1])
def test_sealed_can_not_be_changed(place: int) -> None:
    sealed = bytearray(SEALER.seal(ATTRIBUTES, "town", "d1"))
    sealed[place] ^= 1
    with pytest.raises(SealError, match="were changed"):
        UNSEALER.unseal(bytes(sealed), "town", "d1")


@pytest.mark.parametrize("length", [0, 7, 8, 20, 40, 60])
def test_a_piece_of_it_is_refused(length: int) -> None:
    with pytest.raises(SealError):
        UNSEALER.unseal(SEALER.seal(ATTRIBUTES, "town", "d1")[:length], "town", "d1")


def test_another_key_is_told() -> None:
    with pytest.raises(SealError, match="sealed for another key"):
        Unsealer(X25519PrivateKey.generate()).unseal(SEALER.seal(ATTRIBUTES, "town", "d1"), "town", "d1")


def test_an_error_holds_nothing_of_what_was_sealed() -> None:
    with pytest.raises(SealError) as refused:
        UNSEALER.unseal(SEALER.seal(ATTRIBUTES, "town", "d1"), "town", "d2")
    assert "999990019" not in repr(refused.value)


# -- key files -------------------------------------------------------------------------------------


def test_a_pair_that_was_made_can_be_used(tmp_path: Path) -> None:
    public, private = make_key_pair(tmp_path)
    sealed = Sealer.from_file(public).seal(ATTRIBUTES, "town", "d1")
    assert Unsealer.from_file(private).unseal(sealed, "town", "d1") == ATTRIBUTES


def test_the_private_key_is_for_its_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        _, private = make_key_pair(tmp_path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(private.stat().st_mode) == 0o600


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    public, private = make_key_pair(tmp_path)
    kept = public.read_bytes(), private.read_bytes()
    with pytest.raises(SealError, match="is there already"):
        make_key_pair(tmp_path)
    assert (public.read_bytes(), private.read_bytes()) == kept


def test_nor_a_public_key_that_lies_there_alone(tmp_path: Path) -> None:
    public, private = make_key_pair(tmp_path)
    private.unlink()
    kept = public.read_bytes()
    with pytest.raises(SealError, match="is there already"):
        make_key_pair(tmp_path)
    assert public.read_bytes() == kept
    assert not private.exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SealError, match="nowhere"):
        make_key_pair(tmp_path / "nowhere")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_private_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    _, private = make_key_pair(tmp_path)
    private.chmod(mode)
    with pytest.raises(SealError, match=f"chmod 600 {private}"):
        Unsealer.from_file(private)


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(SealError, match="no private key in PEM"):
        Unsealer.from_file(file)
    with pytest.raises(SealError, match="no public key in PEM"):
        Sealer.from_file(file)


def test_a_key_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SealError, match="FileNotFoundError"):
        Sealer.from_file(tmp_path / "none.pem")
    with pytest.raises(SealError, match="FileNotFoundError"):
        Unsealer.from_file(tmp_path / "none.pem")


def test_a_key_of_another_kind_is_told(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = serialization.Encoding.PEM
    public, private = tmp_path / "public.pem", tmp_path / "private.pem"
    public.write_bytes(key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo))
    private.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    private.chmod(0o600)
    with pytest.raises(SealError, match="wanted an X25519 key"):
        Sealer.from_file(public)
    with pytest.raises(SealError, match="wanted an X25519 key"):
        Unsealer.from_file(private)


# -- rotation --------------------------------------------------------------------------------------


def test_after_a_rotation_both_old_and_new_are_opened_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a dashboard that runs, when keys are rotated twice, then it opens what was sealed for each of them."""
    monkeypatch.setattr(sealing, "RELOAD_SECONDS", 0.0)
    public, _ = make_key_pair(tmp_path)
    sealed = [Sealer.from_file(public).seal(ATTRIBUTES, "town", "d1")]
    dashboard = Unsealer.watching(tmp_path)
    for _ in range(2):
        public, private = rotate_key_pair(tmp_path)
        assert stat.S_IMODE(private.stat().st_mode) == 0o600
        sealed.append(Sealer.from_file(public).seal(ATTRIBUTES, "town", "d1"))

    assert [dashboard.unseal(one, "town", "d1") for one in sealed] == [ATTRIBUTES] * 3
    assert [Unsealer.watching(tmp_path).unseal(one, "town", "d1") for one in sealed] == [ATTRIBUTES] * 3
    assert len({one[:8] for one in sealed}) == 3
    assert {file.name for file in tmp_path.iterdir() if "private" not in file.name} == {"seal.public.pem"}


@pytest.mark.parametrize("lost", ["gone", "damaged", "no folder"])
def test_a_lost_key_means_lost_data_and_no_failed_start(
    tmp_path: Path, lost: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Given a private key that is lost, when the dashboard starts, then it does; a new pair is read as it comes."""
    public, private = make_key_pair(tmp_path)
    sealed = Sealer.from_file(public).seal(ATTRIBUTES, "town", "d1")
    private.unlink()
    if lost == "damaged":
        private.write_text("no key")
        private.chmod(0o600)

    dashboard = Unsealer.watching(tmp_path / "nowhere" if lost == "no folder" else tmp_path)

    with pytest.raises(SealError, match="another key"):
        dashboard.unseal(sealed, "town", "d1")
    assert "VB405" in capsys.readouterr().out


def test_a_rotation_makes_up_for_a_lost_key(tmp_path: Path) -> None:
    """Given that only the public key is left, when keys are rotated, then the new pair works."""
    _, private = make_key_pair(tmp_path)
    private.unlink()
    public, _ = rotate_key_pair(tmp_path)
    sealed = Sealer.from_file(public).seal(ATTRIBUTES, "town", "d1")
    assert Unsealer.watching(tmp_path).unseal(sealed, "town", "d1") == ATTRIBUTES


# -- the IRMA token --------------------------------------------------------------------------------


def test_a_token_is_kept_closed_for_its_disclosure() -> None:
    box = TokenBox(b"k" * 32)
    closed = box.close("requestor-token", "d1")
    assert b"requestor-token" not in closed
    assert box.open(closed, "d1") == "requestor-token"
    assert box.close("requestor-token", "d1") != closed


def test_a_token_is_not_opened_elsewhere() -> None:
    closed = TokenBox(b"k" * 32).close("requestor-token", "d1")
    for box, disclosure, content in (
        (TokenBox(b"l" * 32), "d1", closed),
        (TokenBox(b"k" * 32), "d2", closed),
        (TokenBox(b"k" * 32), "d1", closed[:-1]),
        (TokenBox(b"k" * 32), "d1", closed[:5]),
        (TokenBox(b"k" * 32), "d1", b""),
    ):
        with pytest.raises(SealError, match="VB_CODE_KEY"):
            box.open(content, disclosure)


def test_while_keys_are_changed_a_token_of_either_is_opened() -> None:
    old, both = TokenBox(b"k" * 32), TokenBox(b"n" * 32, b"k" * 32)
    assert both.open(old.close("requestor-token", "d1"), "d1") == "requestor-token"
    with pytest.raises(SealError):
        old.open(both.close("requestor-token", "d1"), "d1")
