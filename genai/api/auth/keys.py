"""Which key a bearer token is. Only SHA-256 digests of tokens are known here.

A token has 256 random bits, so nobody can try them all, and a slow hash would protect nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from genai.clients import Client, Key


def digest_of(token: str) -> str:
    """SHA-256 of the token, in hex."""
    return hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()


def find_key(digest: str, clients: Mapping[str, Client]) -> tuple[Client, Key] | None:
    """The key with that digest, whether it has expired or not, and whose it is.

    Every key of every client is compared, in constant time each, so that the time to an answer tells
    nothing about which exist.
    """
    found = None
    for client in clients.values():
        for key in client.keys:
            if hmac.compare_digest(digest, key.sha256):
                found = client, key
    return found
