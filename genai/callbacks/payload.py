"""What is sent of an event: its body, and links under which its assets can be fetched for a while.

Events name assets by id, so a payload stays small. The links are made anew for each try: they are as
fresh as the message, and no signature is stored.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from genai.links import signature
from genai.settings import Settings


@dataclass(frozen=True)
class Links:
    """Makes links on ``base_url`` that hold for ``ttl`` seconds."""

    base_url: str
    secret: str = field(repr=False)
    ttl: float

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """None where the service does not know its own address, or has nothing to sign with."""
        if not (settings.public_url and settings.link_secrets):
            return None
        return cls(settings.public_url.rstrip("/"), settings.link_secrets[0], settings.link_ttl)

    def to(self, client: str, asset_id: str) -> str:
        """The address of the client's asset, for whoever has it."""
        # The end of a period, so that the same asset has the same link for a while and caches hit.
        expires = int((time.time() + self.ttl) // 60 + 1) * 60
        signed = signature(self.secret, client, asset_id, expires)
        return f"{self.base_url}/v1/assets/{asset_id}/content?expires={expires}&signature={signed}"


def payload(body: str, client: str, links: Links | None) -> str:
    """The event, JSON, with ``data.links``, addresses by asset id, where there are assets to link to."""
    if links is None or '"asset_id"' not in body:
        return body
    event = json.loads(body)
    event["data"]["links"] = {one: links.to(client, one) for one in sorted(set(_assets(event["data"])))}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def _assets(document: Any) -> Iterator[str]:
    if isinstance(document, Mapping):
        for name, value in document.items():
            if name == "asset_id" and isinstance(value, str):
                yield value
            elif name != "metadata":  # the client's own, whatever it looks like
                yield from _assets(value)
    elif isinstance(document, list):
        for item in document:
            yield from _assets(item)
