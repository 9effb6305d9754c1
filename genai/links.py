"""Signed links: whoever has one may fetch that asset until it expires, and no other; and addresses that
vendors may call.

A link carries when it expires (seconds since 1970) and an HMAC-SHA256 of that, the asset and the client
that owns it. The client's name is not in it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable


def signature(secret: str, client: str, asset_id: str, expires: int) -> str:
    """The signature of a link, 64 hex digits."""
    # A client's name may hold anything but a line break; the digits before it cannot.
    message = f"{expires}\n{asset_id}\n{client}"
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def signed_for(
    secrets: Iterable[str], clients: Iterable[str], asset_id: str, expires: int, given: str
) -> str | None:
    """Which of the clients the link was made for, under any of the secrets; None for none of them.

    Every one is compared, in constant time each.
    """
    found = None
    owners = list(clients)
    for secret in secrets:
        for client in owners:
            if hmac.compare_digest(signature(secret, client, asset_id, expires), given):
                found = client
    return found


def hook_path(secret: str, attempt_id: int) -> str:
    """Where a vendor may say that it has finished that attempt. Nobody else knows the address."""
    return f"/hooks/{attempt_id}/{_hook_signature(secret, attempt_id)}"


def hook_is_ours(secrets: Iterable[str], attempt_id: int, given: str) -> bool:
    """Whether :func:`hook_path` made the address, under any of the secrets."""
    return any(hmac.compare_digest(_hook_signature(secret, attempt_id), given) for secret in secrets)


def _hook_signature(secret: str, attempt_id: int) -> str:
    # No link to an asset begins with this word.
    return hmac.new(secret.encode(), f"hook\n{attempt_id}".encode(), hashlib.sha256).hexdigest()
