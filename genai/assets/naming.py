"""What every store says: which names there can be, and why it cannot do its work."""

from __future__ import annotations

import re

from genai.errors import NotFound, Retryable

SHA256 = re.compile(r"[0-9a-f]{64}")


def checked(sha256: str) -> str:
    """The name itself. Nothing else may become a path or a key: NotFound."""
    if SHA256.fullmatch(sha256) is None:
        raise missing(sha256)
    return sha256


def missing(sha256: str) -> NotFound:
    return NotFound(f"the asset store holds no file {sha256[:64]!r}")


def full(message: str) -> Retryable:
    return Retryable(message, code="storage_full", retry_after=60)


def unavailable(message: str) -> Retryable:
    return Retryable(message, code="storage_unavailable", retry_after=30)
