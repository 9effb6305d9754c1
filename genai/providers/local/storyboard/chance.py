"""Choices that look free and are fixed by their key: the same key, the same choice, everywhere."""

from __future__ import annotations

import hashlib


def number(key: str) -> int:
    """0 to 2**31 - 1, evenly spread."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") >> 1


def pick(key: str, count: int) -> int:
    """0 to ``count`` - 1."""
    return number(key) % count


def fraction(key: str) -> float:
    """0 to 1."""
    return number(key) / 2**31
