"""Signed requests (RFC 9421): the client signs with Ed25519 what it asks for, and no one can change it,
or send it again.

Covered are method, authority, path, query, the bearer token and, where there is a body, its
Content-Digest (RFC 9530), which is compared while the body is read.
"""

from __future__ import annotations

import hmac
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256, sha512
from typing import IO, Any, cast

import http_sf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Request, g
from http_message_signatures import HTTPMessageVerifier, InvalidSignature, MappingKeyResolver, VerifyResult
from http_message_signatures.algorithms import ED25519
from werkzeug.exceptions import BadRequest
from werkzeug.wsgi import get_current_url

TAG = "genai"
MAX_AGE = timedelta(minutes=5)
COVERED = ("@method", "@authority", "@path", "@query", "authorization")
_DIGEST = "content-digest"
_SKEW = timedelta(seconds=30)
_LONGEST_NONCE = 100
_ALGORITHMS = {"sha-256": sha256, "sha-512": sha512}


class Unsigned(Exception):
    """The request is not signed as it has to be; the text says why, and names no secret."""


@dataclass(frozen=True)
class Signed:
    """What a signature that holds says: a ``nonce`` that serves once, remembered until ``forget_at``, and
    the digests of the body, by algorithm."""

    nonce: str
    forget_at: datetime
    digests: Mapping[str, bytes]


class SignedRequest(Request):
    """A request whose body is compared with the digest that was signed, by whoever reads it."""

    @cached_property
    def stream(self) -> IO[bytes]:
        signed: Signed | None = g.get("signed")
        body = super().stream
        return cast(IO[bytes], _Digested(body, signed.digests)) if signed and signed.digests else body


class _Verifier(HTTPMessageVerifier):
    max_clock_skew = _SKEW


class _Message:
    """The request as the library wants one: its target as it was sent, not as it was understood."""

    def __init__(self, request: Request) -> None:
        self.method = request.method
        self.headers = request.headers
        target = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
        base = f"{request.scheme}://{request.host}"
        self.url = base + target if target.startswith("/") else get_current_url(request.environ)


def verify(request: Request, keys: Mapping[str, bytes]) -> Signed:
    """What was signed, with one of the keys (by key id). Raises Unsigned."""
    known = {name: Ed25519PublicKey.from_public_bytes(key) for name, key in keys.items()}
    resolver = MappingKeyResolver(public_keys=known, private_keys={})
    verifier = _Verifier(signature_algorithm=ED25519, key_resolver=resolver)
    has_body = bool(request.content_length) or "Transfer-Encoding" in request.headers
    needed = (*COVERED, _DIGEST) if has_body else COVERED
    try:
        (result,) = verifier.verify(
            _Message(request), max_age=MAX_AGE, expect_tag=TAG, require_components=needed
        )
        return Signed(_nonce(result), datetime.now(UTC) + MAX_AGE + 2 * _SKEW, _digests(result))
    except InvalidSignature as error:
        raise Unsigned(str(error)) from error
    except ValueError as error:
        raise Unsigned("Signature-Input holds more than one signature of this service") from error


def _nonce(result: VerifyResult) -> str:
    if not result.nonce or len(result.nonce) > _LONGEST_NONCE:
        raise Unsigned(f"the parameter nonce has 1 to {_LONGEST_NONCE} characters")
    return result.nonce


def _digests(result: VerifyResult) -> dict[str, bytes]:
    covered = result.covered_components.get(f'"{_DIGEST}"')
    if covered is None:
        return {}
    parsed: Any = http_sf.parse(covered.encode(), tltype="dictionary")
    found = {name: value[0] for name, value in parsed.items() if name in _ALGORITHMS}
    if not found or not all(isinstance(value, bytes) for value in found.values()):
        raise Unsigned(f"Content-Digest has one of {', '.join(_ALGORITHMS)}")
    return found


class _Digested(io.RawIOBase):
    """A body that is compared with its digests at its end."""

    def __init__(self, body: IO[bytes], digests: Mapping[str, bytes]) -> None:
        self._body = body
        self._digests = digests
        self._hashes = {name: _ALGORITHMS[name]() for name in digests}

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._body.read(len(buffer))
        if not chunk:
            self._compare()
        for running in self._hashes.values():
            running.update(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def _compare(self) -> None:
        for name, expected in self._digests.items():
            if not hmac.compare_digest(self._hashes[name].digest(), expected):
                raise BadRequest("The body is not the one that was signed: its Content-Digest differs.")
