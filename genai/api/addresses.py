"""Addresses in a request that nobody would ever fetch: refused at once, by name.

What can be said of an address without asking the network is said here; the guarded client says it
again, and the rest, when it fetches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from genai.domain.request import JobRequest
from genai.errors import ContractError, FetchRefused, Problem
from genai.fetch.address import literal
from genai.fetch.limits import FetchLimits


def check_addresses(request: JobRequest, allow_loopback: Iterable[str]) -> None:
    """Raise ContractError naming each address that is internal, or on a port that is not fetched from."""
    limits = FetchLimits(allow_loopback=tuple(allow_loopback))
    problems = [
        Problem(pointer, f"{reason[:1].upper()}{reason[1:]}.", "Send an address of the public internet.")
        for pointer, url in _addresses(request)
        if (reason := _refusal(url, limits))
    ]
    if problems:
        raise ContractError(problems)


def _addresses(request: JobRequest) -> Iterator[tuple[str, str]]:
    if request.product is None:
        return
    for index, image in enumerate(request.product.images):
        if image.url is not None:
            yield f"/product/images/{index}/url", image.url
    for index, link in enumerate(request.product.links):
        yield f"/product/links/{index}", link


def _refusal(url: str, limits: FetchLimits) -> str | None:
    parts = urlsplit(url)
    port = {"http": 80, "https": 443}[parts.scheme] if parts.port is None else parts.port
    try:
        address = literal(parts.hostname or "")
        if address is None:
            limits.check_port(port)
        else:
            limits.check(address, port)
    except FetchRefused as refused:
        return str(refused)
    except ValueError:
        return "the host is a number, not a name"
    return None
