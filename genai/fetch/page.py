"""What a product page says of its product, each fact with the place it was read in.

Pages come from strangers and are read by native code: a megabyte of attributes in a single tag keeps
libxml2 busy for minutes. So :mod:`genai.fetch.page_reader` reads them in a confined process; its start
costs about half a second, most of it the import of ``extruct``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from genai import confined
from genai.errors import FetchRefused

MAX_PAGE = 5_000_000  # bytes
SECONDS = 10  # of processor time: five megabytes of small tags take 2 s
MEMORY = 512 << 20  # bytes of address space: ... and a quarter of a gigabyte

_READER = str(Path(__file__).with_name("page_reader.py"))


@dataclass(frozen=True)
class LinkMetadata:
    """The product as its page describes it; None where the page says nothing.

    ``title`` and ``description`` are the page's words, ``name`` is the product's own name. ``images``
    are http(s) addresses. ``price`` and ``currency`` are kept as they were on that day and must not
    be used in copy. ``sources`` names for each field that is set where it was read: ``jsonld``,
    ``microdata``, ``opengraph`` or ``html``.
    """

    url: str
    title: str | None = None
    description: str | None = None
    name: str | None = None
    brand: str | None = None
    category: str | None = None
    material: str | None = None
    audience: str | None = None
    color: str | None = None
    images: tuple[str, ...] = ()
    price: str | None = None
    currency: str | None = None
    language: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As JSON values, fields that are not set left out."""
        values = asdict(self) | {"images": list(self.images)}
        return {name: value for name, value in values.items() if value}


def read_page(body: bytes, url: str, content_type: str = "") -> LinkMetadata:
    """Read the page that was fetched from ``url``; ``content_type`` is its header.

    A page that makes no sense says nothing. Raises FetchRefused with the reason ``page`` for one that
    cannot be read within the limits.
    """
    data = json.dumps([url, content_type]).encode() + b"\n" + body[:MAX_PAGE]
    try:
        found = json.loads(confined.run(_READER, seconds=SECONDS, memory=MEMORY, data=data))
    except confined.BroughtDown:
        found = None
    except confined.Stopped:
        raise FetchRefused("page", "the reading of the page was interrupted", retryable=True) from None
    if found is None:
        raise FetchRefused("page", "the page takes too long to read")
    return LinkMetadata(**found | {"images": tuple(found.get("images", ()))})
