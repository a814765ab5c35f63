"""Which addresses are in which networks, and what is no network."""

import pytest

from callcenter.model.networks import NetworkError, is_within, read_networks


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("192.0.2.7", "192.0.2.7/32"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("2001:db8::1", "2001:db8::1/128"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.7/32"),
        ("192.0.2.0/255.255.255.0", "192.0.2.0/24"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ],
)
def test_a_network_is_kept_in_one_way(written: str, kept: str) -> None:
    assert read_networks([written, written]) == (kept,)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("192.0.2.7/24", "did you mean 192.0.2.0/24?"),
        ("::ffff:192.0.2.7/120", "did you mean"),
        ("::ffff:0:0/90", "did you mean"),
        ("192.0.2.0/33", "write it as"),
        ("192.0.2", "write it as"),
        ("10", "write it as"),
        ("kantoor", "write it as"),
        ("https://192.0.2.1", "write it as"),
        ("fe80::1%eth0", "leave out the zone"),
        ("", "write it as"),
    ],
)
def test_what_is_no_network_is_told_with_what_to_write(written: str, told: str) -> None:
    with pytest.raises(NetworkError, match=told.replace("?", r"\?")) as caught:
        read_networks(["192.0.2.0/24", written])
    assert caught.value.given == written


NETWORKS = ("192.0.2.0/24", "2001:db8:1::/48")


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("192.0.2.255", True),
        ("192.0.3.0", False),
        ("::ffff:192.0.2.1", True),
        ("::ffff:192.0.3.1", False),
        ("2001:db8:1:ffff::1", True),
        ("2001:db8:1::1%eth0", True),
        ("2001:db8:2::1", False),
        ("", False),
        (None, False),
        ("unix", False),
        ("192.0.2.1:443", False),
    ],
)
def test_who_is_inside(address: str | None, *, inside: bool) -> None:
    assert is_within(NETWORKS, address) is inside


@pytest.mark.parametrize("address", ["192.0.2.1", "::1", "", None])
def test_without_a_list_everybody_is(address: str | None) -> None:
    assert is_within((), address)
