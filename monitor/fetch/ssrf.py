"""The address guard: which addresses and ports may be connected to. Asked with the resolved address, just before connecting.

Checking the name beforehand is not enough: a name server may answer differently the second time (DNS rebinding), and
a redirect may lead inside. The connect step sees every literal, every spelling and every hop. Source of the lists:
the IANA special-purpose address registries. It knows nothing of HTTP.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from monitor.fetch.failures import AddressRefusedError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# `is_global` differs between Python versions (3.11 calls 192.88.99.0/24, 3fff::/20 and fec0::/10 global), so the
# registry is repeated here and both must agree.
_SPECIAL_V4 = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT relays
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_UNICAST_V6 = ipaddress.IPv6Network("2000::/3")  # the only block handed out; all else is special
_SPECIAL_V6 = tuple(
    ipaddress.IPv6Network(text)
    for text in (
        "2001::/23",  # Teredo, ORCHID, benchmarks
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: how an IPv6-only network reaches IPv4


def is_public(address: Address) -> bool:
    """True for an address on the open Internet. An IPv4 address inside an IPv6 one is judged as that IPv4 address."""
    plain = _unwrapped(address)
    if isinstance(plain, ipaddress.IPv4Address):
        return _is_global(plain) and not any(plain in network for network in _SPECIAL_V4)
    return (
        plain in _UNICAST_V6
        and plain.scope_id is None
        and _is_global(plain)
        and not any(plain in network for network in _SPECIAL_V6)
    )


def _unwrapped(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _is_global(address: Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved)


@dataclass(frozen=True, slots=True)
class AddressGuard:
    """Says which (address, port) may be connected to: public addresses on `ports`, and `allowed` networks on any port."""

    ports: frozenset[int]
    allowed: tuple[Network, ...] = ()

    @classmethod
    def of(cls, ports: Iterable[int], networks: Iterable[str]) -> Self:
        """The guard for these settings; `networks` are CIDR, checked when the settings were read."""
        return cls(frozenset(ports), tuple(ipaddress.ip_network(text) for text in networks))

    def allows(self, host: str, port: int) -> bool:
        """True when we may connect to this address (an IP literal) on this port."""
        try:
            address = _unwrapped(ipaddress.ip_address(host))
        except ValueError:
            return False
        if any(address in network for network in self.allowed):
            return True
        return port in self.ports and is_public(address)

    def open_socket(
        self, info: tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]
    ) -> socket.socket:
        """A socket for this address, not yet connected. Raises AddressRefusedError."""
        family, kind, protocol, _, address = info
        if not self.allows(address[0], address[1]):
            raise AddressRefusedError
        return socket.socket(family, kind, protocol)
