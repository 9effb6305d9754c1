"""What strangers serve at the addresses of a request, through a whole job: it fails by name or is left out,
nothing inside is reached, and nothing is left behind."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.harness.service import Service
from tests.unit.fetch.conftest import Server, redirect, response, running

MOST = 100_000  # bytes of a picture, here


def png(width: int, height: int) -> bytes:
    """A black picture, a bit a pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(bytes(height * (width // 8 + 2)), 9)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def servers() -> Iterator[tuple[Server, Server]]:
    """A shop that may be asked, and a service inside, which may not."""
    with ExitStack() as stack:
        yield stack.enter_context(running(Server())), stack.enter_context(running(Server()))


@pytest.fixture
def shop(servers: tuple[Server, Server], environment: dict[str, str], monkeypatch: Any) -> Server:
    allowed = {"GENAI_FETCH_ALLOW": servers[0].endpoint, "GENAI_UPLOAD_MAX_BYTES": str(MOST)}
    for name, value in allowed.items():
        monkeypatch.setenv(name, value)
        environment[name] = value
    return servers[0]


def picture(body: bytes, type_: str = "image/png") -> bytes:
    return response(body, "200 OK", type_)


def test_probes_pass_nothing(shop, servers, service, worker, request_document):
    inside = servers[1]
    inside.answers["/secret.png"] = picture(png(100, 100))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"
    two_gigabytes = b"Content-Length: 2147483648\r\n\r\n"
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    probes: dict[str, tuple[Any, str]] = {
        "/inside": (redirect(inside.url("/secret.png")), "image_not_fetched"),
        "/metadata": (redirect("http://169.254.169.254/latest/meta-data"), "image_not_fetched"),
        "/circle": (redirect("/circle"), "image_not_fetched"),
        "/2gb": (
            shop.endless(head + two_gigabytes, bytes(10_000)),
            "image_not_fetched",
        ),
        "/endless": (shop.endless(head + b"\r\n", bytes(10_000)), "image_not_fetched"),
        "/page": (response(b"<p>hello"), "image_not_fetched"),
        "/svg": (picture(svg, "image/svg+xml"), "image_not_fetched"),
        "/svg.png": (picture(svg), "invalid_image"),
        "/text.png": (picture(b"This is a product photograph.\n" * 40), "invalid_image"),
        "/huge.png": (picture(png(14_000, 14_000)), "invalid_image"),
        "/short.png": (picture(png(300, 300)[:-30]), "invalid_image"),
    }
    worker(concurrency=2)
    jobs = {}
    for path, (answer, _) in probes.items():
        shop.answers[path] = answer
        jobs[path] = service.submit(of_picture(request_document, shop.url(path), key=path))
    for path, job in jobs.items():
        error = service.ended(job).error
        assert (error["code"], error["stage"]) == (probes[path][1], "intake"), (path, error)
        assert error["message"].startswith("/product/images/0/url"), error
    left = service.rows("SELECT sha256 FROM assets WHERE sha256 NOT IN (SELECT :own)", own=uploaded(service))
    assert left == []
    assert list(service.runtime.settings.work_dir.iterdir()) == []

    # A page whose JSON-LD points elsewhere is read, and what it points to is not.
    context = json.dumps({"@context": inside.url("/context.json"), "@type": "Product", "name": "Teapot"})
    shop.answers["/product"] = response(f'<script type="application/ld+json">{context}</script>'.encode())
    shop.answers["/leads-inside"] = redirect(inside.url("/secret.png"))
    document = request_document(None, key="links")
    document["product"]["links"] = [shop.url("/product"), shop.url("/leads-inside")]
    job = service.submit(document)
    assert service.ended(job).state == "completed"
    read = service.steps(job)["link_metadata"].output
    assert [page["name"] for page in read["pages"]] == ["Teapot"]
    assert [(page["pointer"], page["reason"]) for page in read["failed"]] == [("/product/links/1", "address")]
    assert inside.connections == 0


def of_picture(make: Callable[..., dict[str, Any]], url: str, *, key: str) -> dict[str, Any]:
    document = make(None, key=key)
    document["product"]["images"] = [{"url": url, "view": "front"}]
    return document


def uploaded(service: Service) -> str:
    (first,) = service.rows("SELECT sha256 FROM assets ORDER BY created_at LIMIT 1")
    return str(first.sha256)
