"""Who asks, and whether they may: the gate before every route.

    keys.py        which key a bearer token is
    scopes.py      which scope a route wants: ``@scope(AccessScope.JOBS_READ)``
    signatures.py  signed requests (RFC 9421)
    rates.py       how many requests a client may send

A refusal is logged with its reason and the beginning of the token's digest, never with the token.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from flask import Flask, Response, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from genai.api.auth.keys import digest_of, find_key
from genai.api.auth.rates import Rate, RateLimiter
from genai.api.auth.scopes import check_declared, needed_scope, scope
from genai.api.auth.signatures import Signed, SignedRequest, Unsigned, verify
from genai.api.problems import problem
from genai.clients import AccessScope, Client, Key
from genai.runtime import Runtime
from genai.settings import Settings
from genai.store.nonces import use_nonce

__all__ = ["SignedRequest", "by_link", "check_declared", "client", "install", "scope", "this_client"]

logger = logging.getLogger(__name__)

# The one thing that a signed link gives access to; its view looks at the signature.
_BY_LINK = "assets.show_asset_content"
_GUARDED = "/v1/"
_TOLD = 8  # hex digits of a token's digest: enough to find its key in the settings


def install(app: Flask, runtime: Runtime) -> None:
    """Let nothing through to a guarded route without a key that may be used for it.

    Guarded is what lies below /v1, and every other route that declares a scope.
    """
    settings = runtime.settings
    limiter = RateLimiter(settings.result_url)

    @app.before_request
    def authenticate() -> Response | None:
        needed = needed_scope(app, request.endpoint, request.method)
        guarded = request.path.startswith(_GUARDED)
        if not (guarded or needed) or by_link():
            return None
        known, key, digest = _key_of(settings)
        if guarded and (settings.require_signatures or "Signature" in request.headers):
            g.signed = _signed(runtime, known, digest)
        g.client, g.this_client = known.name, known
        if needed is not None and needed not in key.scopes:
            raise _forbidden(needed, known, digest)
        request.max_content_length = known.body_max_bytes or settings.body_max_bytes
        return _within_rate(limiter, known, settings)

    @app.after_request
    def tell_rate(response: Response) -> Response:
        rate: Rate | None = g.get("rate")
        response.headers.update(rate.headers() if rate else {})
        return response


def by_link() -> bool:
    """Whether the request comes with a signature in place of a token."""
    return request.endpoint == _BY_LINK and "signature" in request.args


def client() -> str:
    """The name of the client that asks."""
    return str(g.client)


def this_client() -> Client:
    """The client that asks, as the settings know it."""
    known: Client = g.this_client
    return known


def _key_of(settings: Settings) -> tuple[Client, Key, str]:
    """The client, its key, and the digest of the token, as far as it may be told."""
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        raise _unauthorized("no bearer token")
    digest = digest_of(authorization.token)
    found = find_key(digest, settings.clients)
    told = digest[:_TOLD]
    if found is None:
        raise _unauthorized("unknown token", told)
    known, key = found
    if key.has_expired(datetime.now(UTC)):
        raise _unauthorized("expired token", told, known.name, "The token has expired: ask for another one.")
    return known, key, told


def _signed(runtime: Runtime, known: Client, digest: str) -> Signed:
    """What the request's signature says, whose nonce has not served before."""
    try:
        signed = verify(request, known.signing_keys)
    except Unsigned as error:
        raise _unauthorized(
            "bad signature", digest, known.name, f"The request is not signed as it has to be: {error}."
        ) from error
    with runtime.database.transaction() as connection:
        fresh = use_nonce(connection, known.name, signed.nonce, signed.forget_at)
    if not fresh:
        raise _unauthorized(
            "replayed",
            digest,
            known.name,
            "The nonce of the signature has served: sign each request anew.",
        )
    return signed


def _within_rate(limiter: RateLimiter, known: Client, settings: Settings) -> Response | None:
    limit = known.rate_limit or settings.rate_limit
    if limit is None:
        return None
    g.rate = limiter.count(known.name, limit)
    if g.rate is None or g.rate.allowed:
        return None
    allowed = limit.replace("/", " requests per ")
    return problem(429, "rate_limited", f"This client may send {allowed}; try again in {g.rate.reset} s.")


def _refused(reason: str, digest: str | None, name: str | None) -> None:
    logger.warning(
        "refused: %s", reason, extra={"key": digest, "client": name, "remote": request.remote_addr}
    )


def _unauthorized(
    reason: str, digest: str | None = None, name: str | None = None, detail: str | None = None
) -> Unauthorized:
    _refused(reason, digest, name)
    return Unauthorized(
        detail or "Send Authorization: Bearer with a token of this service.",
        www_authenticate=WWWAuthenticate("bearer"),
    )


def _forbidden(needed: AccessScope, known: Client, digest: str) -> Forbidden:
    _refused(f"without {needed}", digest, known.name)
    return Forbidden(f"This token may not be used for that: its key needs the scope {needed}.")
