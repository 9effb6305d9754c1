"""Which internet addresses belong to the public, and which hosts are addresses written as numbers."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# What is not, or not certainly, somebody's server on the public internet. The registries:
# https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry.
REFUSED_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT; cloud metadata of Alibaba
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # the host of an Azure machine
        "169.254.0.0/16",  # link-local; cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved; broadcast
    )
)
# Global unicast is one block; whatever lies outside is internal, reserved, or an IPv4 address in
# disguise (mapped, compatible, NAT64).
GLOBAL_V6 = IPv6Network("2000::/3")
REFUSED_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "3fff::/20",  # documentation
    )
)

# A host whose last label is a number is an IPv4 address: https://url.spec.whatwg.org/#ends-in-a-number-checker
NUMERIC = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)\.?", re.IGNORECASE)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether anybody may be asked for a page at this address."""
    if isinstance(address, IPv4Address):
        return not any(address in block for block in REFUSED_V4)
    return address in GLOBAL_V6 and not any(address in block for block in REFUSED_V6)


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """The address that ``host`` (of a URL, without brackets) spells out, None for a name.

    Raises ValueError for a number in any but the usual spelling (decimal, hexadecimal, octal, short,
    with a zone): resolvers disagree about them, and no shop writes its address so.
    """
    if ":" not in host and not NUMERIC.fullmatch(host):
        return None
    address = ip_address(host)
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        raise ValueError("an address with a zone")
    return address
