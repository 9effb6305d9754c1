"""Who asks: bearer tokens, of which only SHA-256 digests are known here, two per client at most."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from flask import Flask, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from genai.settings import Client

# The one thing that a signed link gives access to; its view looks at the signature.
_BY_LINK = "assets.content"


def install(app: Flask, clients: Mapping[str, Client]) -> None:
    """Let nothing below /v1 through without a client's token."""

    @app.before_request
    def authenticate() -> None:
        if request.path.startswith("/v1/") and not by_link():
            g.client = _client_of(_token(), clients)


def by_link() -> bool:
    """Whether the request comes with a signature in place of a token."""
    return request.endpoint == _BY_LINK and "signature" in request.args


def client() -> str:
    """The name of the client that asks."""
    return str(g.client)


def _token() -> str:
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        raise _unauthorized()
    return authorization.token


def _client_of(token: str, clients: Mapping[str, Client]) -> str:
    """The client whose key it is. Every key of every client is compared, in constant time each, so that
    the time to an answer tells nothing about which exist."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    found = None
    for candidate in clients.values():
        for key in candidate.keys:
            if hmac.compare_digest(digest, key):
                found = candidate.name
    if found is None:
        raise _unauthorized()
    return found


def _unauthorized() -> Unauthorized:
    return Unauthorized(
        "Send Authorization: Bearer with a token of this service.", www_authenticate=WWWAuthenticate("bearer")
    )
