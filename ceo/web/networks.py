"""From which network a request comes. What a client says about that itself is not believed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final, TypeAlias

from litestar import Request

_Address: TypeAlias = IPv4Address | IPv6Address

# The smallest network that a provider gives to one household: whoever has it can take any address within.
_IPV6_HOUSEHOLD: Final = 56


def network_of(request: Request[Any, Any, Any], trusted: Sequence[str]) -> str:
    """Return the network that a request comes from: an IPv4 address, or the /56 around an IPv6 address; "" when unknown.

    Each proxy adds the address that it was called from to the end of `X-Forwarded-For`. So the list is read from its end, and
    no further than the first address that is not a trusted proxy: what stands before it was written by whoever sent it.
    """
    return _network(_address_of(request, trusted))


def comes_from(request: Request[Any, Any, Any], networks: Sequence[str], trusted: Sequence[str]) -> bool:
    """Tell whether a request comes from one of some networks. What passed a proxy that is not trusted comes from nowhere."""
    address = _address_of(request, trusted)
    if "x-forwarded-for" in request.headers and not is_within(request.client, trusted):
        return False
    return address is not None and any(address in _read_network(network) for network in networks)


def is_within(client: Sequence[Any] | None, networks: Sequence[str]) -> bool:
    """Tell whether a host that connects, with its port, is in one of some networks."""
    address = _read_address(str(client[0])) if client and networks else None
    return address is not None and any(address in _read_network(network) for network in networks)


def _address_of(request: Request[Any, Any, Any], trusted: Sequence[str]) -> _Address | None:
    peer = _read_address(request.client.host) if request.client else None
    hops = [hop for line in request.headers.getall("x-forwarded-for", []) for hop in line.split(",")]
    return _farthest_known(peer, reversed(hops), trusted)


def _farthest_known(peer: _Address | None, hops: Iterable[str], trusted: Sequence[str]) -> _Address | None:
    for hop in hops:
        if peer is None or not any(peer in _read_network(network) for network in trusted):
            break
        written = _read_address(hop)
        if written is None:
            break
        peer = written
    return peer


@cache
def _read_network(written: str) -> IPv4Network | IPv6Network:
    return ip_network(written)


def _read_address(written: str) -> _Address | None:
    """Return an address, also one with a port behind it.

    >>> _read_address("192.0.2.7:4711"), _read_address("[2001:db8::1]:443"), _read_address("::ffff:192.0.2.7")
    (IPv4Address('192.0.2.7'), IPv6Address('2001:db8::1'), IPv4Address('192.0.2.7'))
    """
    bare = written.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _network(address: _Address | None) -> str:
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_HOUSEHOLD), strict=False))
    return str(address or "")
