"""Which addresses are public."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from genai.fetch.address import is_public, literal


@pytest.mark.parametrize(
    "text",
    ["1.1.1.1", "8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1",
     "192.0.1.1", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::200e", "2001:4860:4860::8888"],
)  # fmt: skip
def test_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    ["0.0.0.0", "0.1.2.3",  # noqa: S104
     "10.0.0.1", "100.64.0.1", "100.127.255.255", "100.100.100.200", "127.0.0.1",
     "127.255.255.254", "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192",
     "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
     "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
     "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
     "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:53aa:64c:0:7bff:f5f5:fffe",
     "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254",
     "fe80::1", "fec0::1", "feff::1", "ff02::1", "4000::1"],
)  # fmt: skip
def test_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("host", ["shop.test", "1.shop.test", "0x.test", "a", "1e3", "localhost", "0xg"])
def test_a_name_is_no_address(host: str) -> None:
    assert literal(host) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "8.8.8.8", "::1", "fe80::1"])
def test_an_address_is_read(host: str) -> None:
    assert literal(host) == ip_address(host)


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0x7F.1", "0177.0.0.1", "127.1", "127.0.1", "017700000001", "127.0.0.1.",
     "0x", "1.2.3.4.5", "a.1", "0", "%31%32%37.0.0.1", "１２７.０.０.１", "fe80::1%eth0", ":"],
)  # fmt: skip
def test_a_number_in_another_spelling_is_an_error(host: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        literal(host)
