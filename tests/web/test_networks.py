"""From which network a request comes, whatever it says itself."""

from collections.abc import Sequence

import pytest
from litestar import Request
from litestar.types import HTTPScope

from ceo.settings import SettingsError, read_settings
from ceo.web.networks import network_of

PROXIES = ("127.0.0.1/32", "10.0.0.0/8", "2001:db8:ffff::/48")


def network(peer: str | None, forwarded: Sequence[str] = (), trusted: Sequence[str] = PROXIES) -> str:
    scope = HTTPScope(  # type: ignore[typeddict-item]  # what a request needs of it
        type="http",
        client=(peer, 4711) if peer is not None else None,
        headers=[(b"x-forwarded-for", line.encode()) for line in forwarded],
    )
    return network_of(Request(scope), trusted)


@pytest.mark.parametrize(
    ("peer", "found"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2ff::7", "2001:db8:1:200::/56"),
        ("2001:db8:1:200:ffff::9", "2001:db8:1:200::/56"),
        ("fe80::1%eth0", "fe80::/56"),
        ("onzin", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_network_is_an_address_or_what_one_household_has_of_them(peer: str | None, found: str) -> None:
    assert network(peer) == found


@pytest.mark.parametrize("trusted", [(), PROXIES])
def test_what_a_client_says_of_itself_is_not_believed(trusted: Sequence[str]) -> None:
    assert network("192.0.2.7", ["198.51.100.1"], trusted) == "192.0.2.7"
    assert network("192.0.2.7", ["127.0.0.1, 198.51.100.1", "10.0.0.1"], trusted) == "192.0.2.7"


def test_without_the_setting_a_proxy_is_a_client_like_any_other() -> None:
    assert network("127.0.0.1", ["198.51.100.1"], ()) == "127.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "found"),
    [
        pytest.param(["198.51.100.1"], "198.51.100.1", id="one proxy"),
        pytest.param(["198.51.100.1, 10.0.0.5, 10.0.0.6"], "198.51.100.1", id="three proxies"),
        pytest.param(["198.51.100.1", "10.0.0.5"], "198.51.100.1", id="a line for each proxy"),
        pytest.param(["203.0.113.9, 198.51.100.1"], "198.51.100.1", id="written by the client in front"),
        pytest.param(["10.0.0.1, 198.51.100.1"], "198.51.100.1", id="the client claims to be a proxy"),
        pytest.param(["onzin, 198.51.100.1"], "198.51.100.1", id="nonsense of the client"),
        pytest.param(["198.51.100.1, onzin"], "127.0.0.1", id="nonsense of the proxy"),
        pytest.param(["198.51.100.1, onzin, 10.0.0.5"], "10.0.0.5", id="nonsense between proxies"),
        pytest.param(["198.51.100.1:51000"], "198.51.100.1", id="with a port"),
        pytest.param(["[2001:db8:1:2ff::7]:51000"], "2001:db8:1:200::/56", id="IPv6 with a port"),
        pytest.param(["2001:db8:1:2ff::7"], "2001:db8:1:200::/56", id="IPv6"),
        pytest.param(["10.0.0.5, 2001:db8:ffff::1"], "10.0.0.5", id="proxies only"),
        pytest.param([""], "127.0.0.1", id="nothing"),
        pytest.param([], "127.0.0.1", id="no header"),
    ],
)
def test_behind_trusted_proxies_the_last_address_that_is_none_of_them_counts(forwarded: list[str], found: str) -> None:
    assert network("127.0.0.1", forwarded) == found


def test_the_trusted_proxies_are_addresses_and_networks_and_by_default_there_are_none() -> None:
    assert read_settings({}).trusted_proxies == ()
    read = read_settings({"CEO_TRUSTED_PROXIES": " 127.0.0.1,10.0.0.0/8 , ::1,"})
    assert read.trusted_proxies == ("127.0.0.1/32", "10.0.0.0/8", "::1/128")


@pytest.mark.parametrize("written", ["proxy.local", "10.0.0.1/8", "*", "127.0.0.1;::1"])
def test_a_setting_that_is_no_list_of_networks_is_told_at_the_start(written: str) -> None:
    with pytest.raises(SettingsError, match="CEO_TRUSTED_PROXIES klopt niet"):
        read_settings({"CEO_TRUSTED_PROXIES": written})
