"""The guarded client against servers that misbehave."""

from __future__ import annotations

import gzip
import socket
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import requests.adapters

from genai.errors import FetchRefused
from genai.fetch.client import IMAGES, PAGES, Fetched, fetch
from genai.fetch.limits import FetchLimits
from tests.unit.fetch.conftest import Network, Server, redirect, response

CERTIFICATE = str(
    Path(__file__).with_name("shop.test.pem")
)  # of shop.test, signed by itself; for tests alone
SMALL = 10_000


@pytest.fixture
def server(start: Callable[..., Server]) -> Server:
    return start()


@pytest.fixture
def limits(server: Server) -> FetchLimits:
    return FetchLimits(max_bytes=SMALL, connect=60, read=60, total=60, allow_loopback=(server.endpoint,))


def refused(url: str, limits: FetchLimits) -> FetchRefused:
    with pytest.raises(FetchRefused) as caught:
        fetch(url, limits=limits, accept=PAGES)
    assert "secret" not in str(caught.value)
    return caught.value


# What is fetched


def test_fetches_a_page(server: Server, limits: FetchLimits) -> None:
    server.answers["/p?id=1"] = response(b"<p>hi", "200 OK", "Text/HTML; charset=utf-8")
    fetched = fetch(server.url("/p?id=1#top"), limits=limits, accept=PAGES)
    assert fetched == Fetched("Text/HTML; charset=utf-8", server.url("/p?id=1"), 200, b"<p>hi")


def test_sends_nothing_about_us(
    server: Server, limits: FetchLimits, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.answers["/"] = response(
        b"", "302 Found", "text/html", "Location: /next", "Set-Cookie: id=1; Path=/"
    )
    server.answers["/next"] = response(b"ok")

    assert fetch(server.url(), limits=limits, accept=PAGES).body == b"ok"
    for head, path in zip(server.heads, ("/", "/next"), strict=True):
        assert head.splitlines()[0] == f"GET {path} HTTP/1.1"
        fields = dict(line.split(": ", 1) for line in head.splitlines()[1:-1])
        assert fields == {
            "Host": server.endpoint,
            "User-Agent": "genai-fetch/1",
            "Accept": "application/xhtml+xml, text/html",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }


@pytest.mark.parametrize(
    ("encoding", "encode"), [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress)]
)
def test_decodes_the_body(
    server: Server, limits: FetchLimits, encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    page = b"<p>hello" * 1000
    server.answers["/"] = response(encode(page), "200 OK", "text/html", f"Content-Encoding: {encoding}")
    assert fetch(server.url(), limits=limits, accept=PAGES).body == page


def test_reads_chunks_and_bodies_that_end_with_the_connection(server: Server, limits: FetchLimits) -> None:
    chunks = b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    server.answers["/chunks"] = response(chunks, "200 OK", "text/html", "Transfer-Encoding: chunked")
    server.answers["/close"] = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nhello world"
    for path in server.answers:
        assert fetch(server.url(path), limits=limits, accept=PAGES).body == b"hello world"


def test_a_body_of_exactly_the_limit_is_fetched(server: Server, limits: FetchLimits) -> None:
    server.answers["/"] = response(bytes(SMALL))
    assert len(fetch(server.url(), limits=limits, accept=PAGES).body) == SMALL


# Addresses


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://shop.test/a", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://shop.test/", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("data:text/html,hi", "scheme"),
        ("shop.test/a", "scheme"),
        ("//shop.test/a", "scheme"),
        ("", "scheme"),
        ("http://user:secret@shop.test/", "credentials"),
        ("http://secret@shop.test/", "credentials"),
        ("http://@shop.test/", "credentials"),
        ("http://shop.test\\@127.0.0.1/", "malformed"),
        ("http:///a", "malformed"),
        ("http://", "malformed"),
        ("http://[::1/", "malformed"),
        ("http://shop.test:99999/", "malformed"),
        ("http://shop.test:x/", "malformed"),
        ("http://sh op.test/", "malformed"),
        ("http://shop.test/\r\nHost: other", "malformed"),
        ("http://shop.test/\0", "malformed"),
        ("http://*.test/", "malformed"),
        ("http://shop.test/" + "a" * 5000, "malformed"),
        ("http://shop.test:22/", "port"),
        ("http://shop.test:8080/", "port"),
        ("http://shop.test:0/", "port"),
        ("https://8.8.8.8:6379/", "port"),
        ("http://127.0.0.1/", "address"),
        ("http://127.0.0.1:6379/", "address"),
        ("http://2130706433/", "address"),
        ("http://0x7f.1/", "address"),
        ("http://0x7f000001/", "address"),
        ("http://0177.0.0.1/", "address"),
        ("http://127.1/", "address"),
        ("http://127.0.0.1./", "address"),
        ("http://%31%32%37.0.0.1/", "address"),
        ("http://１２７.０.０.１/", "address"),
        ("http://127.0.0.%31/", "address"),
        ("http://0/", "address"),
        ("http://0.0.0.0/", "address"),
        ("http://10.1.2.3/", "address"),
        ("http://169.254.169.254/latest/meta-data?key=secret", "address"),
        ("http://100.64.0.1/", "address"),
        ("http://224.0.0.1/", "address"),
        ("http://[::]/", "address"),
        ("http://[::1]/", "address"),
        ("http://[::ffff:127.0.0.1]/", "address"),
        ("http://[::ffff:7f00:1]/", "address"),
        ("http://[::127.0.0.1]/", "address"),
        ("http://[64:ff9b::7f00:1]/", "address"),
        ("http://[2002:7f00:1::]/", "address"),
        ("http://[2001:0:53aa:64c:0:7bff:f5f5:fffe]/", "address"),
        ("http://[fec0::1]/", "address"),
        ("http://[fd00::1]/", "address"),
        ("http://[fe80::1%25eth0]/", "address"),
    ],
)
def test_refuses_before_any_name_is_resolved(network: Network, url: str, reason: str) -> None:
    network.names["shop.test"] = ["93.184.216.34"]
    error = refused(url, FetchLimits())
    assert (error.reason, error.retryable) == (reason, False)
    assert network.looked_up == []
    assert network.connected == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "168.63.129.16", "224.0.0.1", "0.0.0.0",  # noqa: S104
     "::1", "::ffff:10.0.0.1", "::10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "2001::1", "fec0::1",
     "fd00::1", "fe80::1"],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_refuses_a_name_that_leads_inside(network: Network, address: str, scheme: str) -> None:
    network.names["shop.test"] = [address]
    error = refused(f"{scheme}://shop.test/?key=secret", FetchLimits())
    assert (error.reason, error.retryable) == ("address", False)
    assert network.looked_up == ["shop.test"]
    assert network.connected == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_connects_to_the_address_that_was_checked(network: Network, scheme: str) -> None:
    network.names["shop.test"] = ["93.184.216.34", "127.0.0.1"]  # rebinding: public once, then ours
    error = refused(f"{scheme}://shop.test/", FetchLimits())
    assert (error.reason, error.retryable) == ("connection", True)
    assert network.looked_up == ["shop.test", "93.184.216.34"]
    assert network.connected == ["93.184.216.34"]


def test_an_unpinned_name_is_not_connected_to(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    # As if requests-hardened gave the name on, to be resolved a second time.
    monkeypatch.setattr("requests_hardened.ip_filter_adapter.filter_host", lambda host, *_, **__: host)
    network.names["shop.test"] = ["127.0.0.1"]
    with pytest.raises(ValueError, match=r"shop\.test"):
        fetch("http://shop.test/", limits=FetchLimits(), accept=PAGES)
    assert network.connected == []


def test_another_port_of_this_machine_stays_closed(start: Callable[..., Server], limits: FetchLimits) -> None:
    other = start()
    other.answers["/"] = response(b"internal")
    for host in ("127.0.0.1", "localhost"):
        assert refused(other.url(host=host), limits).reason in ("address", "port")
    assert other.connections == 0


def test_an_allowed_port_is_allowed_on_its_address_alone(network: Network) -> None:
    limits = FetchLimits(allow_loopback=("127.0.0.1:8123",))
    network.names["shop.test"] = ["127.0.0.2"]
    network.names["public.test"] = ["93.184.216.34"]
    assert refused("http://shop.test:8123/", limits).reason == "address"
    assert refused("http://public.test:8123/", limits).reason == "port"
    assert network.connected == []


@pytest.mark.parametrize(("error", "retryable"), [(socket.EAI_NONAME, False), (socket.EAI_AGAIN, True)])
def test_a_name_that_does_not_resolve(monkeypatch: pytest.MonkeyPatch, error: int, retryable: bool) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(error, "no")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    caught = refused("http://nowhere.test/", FetchLimits())
    assert (caught.reason, caught.retryable) == ("resolution", retryable)


def test_a_closed_port_may_open_later(closed_port: int, limits: FetchLimits) -> None:
    limits = replace(limits, allow_loopback=(f"127.0.0.1:{closed_port}",))
    caught = refused(f"http://127.0.0.1:{closed_port}/", limits)
    assert (caught.reason, caught.retryable) == ("connection", True)


# Redirects


def test_follows_redirects(server: Server, limits: FetchLimits) -> None:
    server.answers["/a"] = redirect("b?x=1")
    server.answers["/b?x=1"] = redirect(server.url("/café 1#part"))  # neither is quoted
    server.answers["/caf%C3%A9%201"] = response(b"there")
    fetched = fetch(server.url("/a"), limits=limits, accept=PAGES)
    assert (fetched.body, fetched.final_url) == (b"there", server.url("/caf%C3%A9%201"))


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://127.0.0.1:1/", "address"),
        ("http://10.0.0.1/?key=secret", "address"),
        ("http://[fec0::1]/", "address"),
        ("http://0x7f.1/", "address"),
        ("http://user:secret@shop.test/", "credentials"),
        ("http://shop.test:25/", "port"),
        ("file:///etc/passwd", "scheme"),
        ("//169.254.169.254/", "address"),
    ],
)
def test_checks_every_hop(server: Server, limits: FetchLimits, location: str, reason: str) -> None:
    server.answers["/a"] = redirect("/b")
    server.answers["/b"] = redirect(location)
    assert refused(server.url("/a"), limits).reason == reason
    assert len(server.heads) == 2


def test_a_redirect_to_a_name_that_leads_inside(
    start: Callable[..., Server], server: Server, limits: FetchLimits, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = start()
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: real({"shop.test": "127.0.0.1"}.get(host, host), *a, **k)
    )
    limits = replace(limits, ports=limits.ports | {other.port})
    server.answers["/"] = redirect(other.url(host="shop.test"))
    assert refused(server.url(), limits).reason == "address"
    assert other.connections == 0


def test_gives_up_a_circle(server: Server, limits: FetchLimits) -> None:
    server.answers["/"] = redirect("/")
    assert refused(server.url(), replace(limits, max_redirects=3)).reason == "redirects"
    assert len(server.heads) == 4


def test_does_not_read_the_body_of_a_redirect(server: Server, limits: FetchLimits) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n"
    server.answers["/"] = server.endless(head, b"x" * 1000, pause=0.01)
    server.answers["/there"] = response(b"there")
    assert fetch(server.url(), limits=limits, accept=PAGES).body == b"there"


# Sizes


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


@pytest.mark.parametrize(
    ("start_of_it", "piece"),
    [
        pytest.param(ENDLESS, b"x" * 1000, id="body"),
        pytest.param(CHUNKED, b"3e8\r\n" + b"x" * 1000 + b"\r\n", id="chunks"),
        pytest.param(CHUNKED, b"1;" + b"y" * 5000 + b"\r\nx\r\n", id="chunk-extensions"),
        pytest.param(CHUNKED + b"0\r\n", b"A: b\r\n" * 100, id="trailers"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, id="interim-answers"),
    ],
)
def test_an_answer_without_end_is_cut_off(
    server: Server, limits: FetchLimits, start_of_it: bytes, piece: bytes
) -> None:
    server.answers["/"] = server.endless(start_of_it, piece)
    assert refused(server.url(), limits).reason == "too_large"


@pytest.mark.parametrize("start_of_it", [b"HTTP/1.1 200 OK\r\nA: ", CHUNKED + b"1;"])
def test_a_line_without_end_is_cut_off(server: Server, limits: FetchLimits, start_of_it: bytes) -> None:
    server.answers["/"] = server.endless(start_of_it, b"x" * 1000)
    assert refused(server.url(), limits).reason == "connection"


def test_a_body_beyond_the_limit_whatever_its_length_says(server: Server, limits: FetchLimits) -> None:
    server.answers["/"] = response(bytes(SMALL + 1))
    assert refused(server.url(), limits).reason == "too_large"
    # HTTP has it that a body ends where the header says.
    server.answers["/short"] = response(bytes(SMALL * 2), "200 OK", "text/html", "Content-Length: 5")
    assert fetch(server.url("/short"), limits=limits, accept=PAGES).body == bytes(5)


def test_a_body_shorter_than_its_length(server: Server, limits: FetchLimits) -> None:
    server.answers["/"] = response(b"half", "200 OK", "text/html", "Content-Length: 8")
    caught = refused(server.url(), limits)
    assert (caught.reason, caught.retryable) == ("connection", True)


def test_a_gzip_bomb_is_not_inflated(server: Server, limits: FetchLimits) -> None:
    bomb = gzip.compress(bytes(100_000_000))
    assert len(bomb) < 100_000
    server.answers["/"] = response(bomb, "200 OK", "text/html", "Content-Encoding: gzip")
    assert refused(server.url(), limits).reason == "too_large"


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "gzip, br", "zstd", "compress"])
def test_an_encoding_that_was_not_asked_for(server: Server, limits: FetchLimits, encoding: str) -> None:
    server.answers["/"] = response(b"body", "200 OK", "text/html", f"Content-Encoding: {encoding}")
    assert refused(server.url(), limits).reason == "encoding"


def test_a_body_that_is_not_encoded_as_it_says(server: Server, limits: FetchLimits) -> None:
    server.answers["/"] = response(b"not gzip", "200 OK", "text/html", "Content-Encoding: gzip")
    assert refused(server.url(), limits).reason == "encoding"


# Time


@pytest.mark.parametrize(
    "start_of_it",
    [
        pytest.param(b"", id="status"),
        pytest.param(b"HTTP/1.1 200 OK\r\nA: ", id="header"),
        pytest.param(ENDLESS, id="body"),
        pytest.param(CHUNKED + b"fff\r\n", id="chunk"),
        pytest.param(CHUNKED, id="chunk-size"),
    ],
)
def test_a_slow_drip_ends_at_the_deadline(server: Server, limits: FetchLimits, start_of_it: bytes) -> None:
    server.answers["/"] = server.endless(start_of_it, b"1", pause=0.02)
    caught = refused(server.url(), replace(limits, total=0.3))
    assert (caught.reason, caught.retryable) == ("deadline", True)


def test_slow_redirects_share_one_deadline(server: Server, limits: FetchLimits) -> None:
    def slow(client: socket.socket) -> None:
        server.stopping.wait(0.1)
        client.sendall(redirect("/"))

    server.answers["/"] = slow
    assert refused(server.url(), replace(limits, total=0.3, max_redirects=1000)).reason == "deadline"


@pytest.mark.parametrize("start_of_it", [b"", b"HTTP/1.1 200 OK\r\n", ENDLESS + b"<p>"])
def test_silence_times_out(server: Server, limits: FetchLimits, start_of_it: bytes) -> None:
    server.answers["/"] = server.endless(start_of_it, b"", pause=60)
    caught = refused(server.url(), replace(limits, read=0.2))
    assert (caught.reason, caught.retryable) == ("timeout", True)


# Answers


@pytest.mark.parametrize(
    ("status", "retryable"),
    [("404 Not Found", False), ("403 Forbidden", False), ("204 No Content", False), ("206 Partial", False),
     ("300 Choices", False), ("304 Not Modified", False), ("302 Found", False), ("408 Timeout", True),
     ("429 Too Many", True), ("500 Error", True), ("503 Unavailable", True)],
)  # fmt: skip
def test_other_statuses_are_refused(
    server: Server, limits: FetchLimits, status: str, retryable: bool
) -> None:
    server.answers["/"] = response(b"<p>", status)
    caught = refused(server.url(), limits)
    assert (caught.reason, caught.retryable) == ("status", retryable)
    assert status[:3] in str(caught)


@pytest.mark.parametrize("type", ["application/pdf", "image/svg+xml", "text/htmlx", "", "video/mp4"])
def test_the_wrong_type_is_refused(server: Server, limits: FetchLimits, type: str) -> None:
    server.answers["/"] = response(b"body", "200 OK", type)
    assert refused(server.url(), limits).reason == "content_type"
    with pytest.raises(FetchRefused):
        fetch(server.url(), limits=limits, accept=IMAGES)


def test_no_http_at_all(server: Server, limits: FetchLimits) -> None:
    server.answers["/"] = b"220 mail.test ESMTP\r\n"
    assert refused(server.url(), limits).reason == "connection"


# TLS


def resolve(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: real("127.0.0.1" if host in names else host, *a, **k)
    )


def test_tls_keeps_the_name(start: Callable[..., Server], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", CERTIFICATE)
    resolve(monkeypatch, "shop.test", "other.test")
    server = start(CERTIFICATE)
    server.answers["/"] = response(b"safe")
    limits = FetchLimits(allow_loopback=(server.endpoint,))

    assert fetch(server.url(host="shop.test"), limits=limits, accept=PAGES).body == b"safe"
    assert server.names == ["shop.test"]
    assert f"Host: shop.test:{server.port}\r\n" in server.heads[0]
    assert refused(server.url(host="other.test"), limits).reason == "tls"
    assert len(server.heads) == 1


def test_an_untrusted_certificate_is_refused(
    start: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve(monkeypatch, "shop.test")
    server = start(CERTIFICATE)
    caught = refused(server.url(host="shop.test"), FetchLimits(allow_loopback=(server.endpoint,)))
    assert (caught.reason, caught.retryable) == ("tls", False)
    assert server.heads == []


def test_a_tls_handshake_that_never_ends(server: Server, limits: FetchLimits) -> None:
    caught = refused(f"https://{server.endpoint}/", replace(limits, connect=0.2))
    assert (caught.reason, caught.retryable) == ("timeout", True)
