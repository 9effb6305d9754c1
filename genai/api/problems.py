"""Every error as a problem document (RFC 9457): one shape, a stable ``code``, no inner workings."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, json, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from genai.api import request_id
from genai.errors import Conflict, ContractError, InvalidInput, NotFound, Problem, Retryable

logger = logging.getLogger(__name__)

_AWAY = 5  # seconds until a client may try again while the database is away
_DRAINED = 64 << 20


def install(app: Flask) -> None:
    """Answer every error that reaches the application with a problem document."""
    app.register_error_handler(ContractError, _contract)
    app.register_error_handler(InvalidInput, _invalid)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Conflict, _conflict)
    app.register_error_handler(Retryable, _unavailable)
    for away in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(away, _database_away)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    problems: Sequence[Problem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document. ``type`` is about:blank, since ``code`` says which it is."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id.current(),
    }
    if problems:
        document["problems"] = [asdict(entry) for entry in problems]
    response = Response(json.dumps(document), status, content_type="application/problem+json")
    response.headers.update(headers or {})
    return response


def _contract(error: ContractError) -> Response:
    count = len(error.problems)
    detail = "The request has a problem." if count == 1 else f"The request has {count} problems."
    return problem(422, error.code, detail, problems=error.problems)


def _invalid(error: InvalidInput) -> Response:
    return _contract(ContractError([Problem(error.pointer, error.detail, error.remedy)]))


def _not_found(error: NotFound) -> Response:
    return problem(404, error.code, str(error))


def _conflict(error: Conflict) -> Response:
    return problem(409, error.code, str(error))


def _unavailable(error: Retryable) -> Response:
    wait = str(max(1, round(error.retry_after or _AWAY)))
    return problem(503, error.code, str(error), headers={"Retry-After": wait})


def _database_away(error: Exception) -> Response:
    # The text names hosts and statements.
    logger.warning("request %s: the database is away: %s", request_id.current(), type(error).__name__)
    detail = "The service cannot reach its database. Send the same request again."
    return problem(503, "unavailable", detail, headers={"Retry-After": str(_AWAY)})


def _too_large(_: RequestEntityTooLarge) -> Response:
    _drain()
    limit = request.max_content_length or current_app.config["MAX_CONTENT_LENGTH"]
    detail = f"The body is too large: the limit here is {limit} bytes."
    return problem(413, "too_large", detail, headers={"Connection": "close"})


def _drain() -> None:
    """Read what the client still sends, up to a bound: a connection that is closed on unread data is
    reset, and the client never sees the answer."""
    stream = request.environ["wsgi.input"]
    chunked = "wsgi.input_terminated" in request.environ
    left = min(request.content_length or (_DRAINED if chunked else 0), _DRAINED)
    with suppress(OSError, ValueError):  # the client has gone
        while left > 0 and (chunk := stream.read(min(left, 1 << 16))):
            left -= len(chunk)


def _http(error: HTTPException) -> Response:
    response = error.get_response()
    status = error.code or 500
    if status < 400:  # a redirect of the routing
        return Response(response.get_data(), status, response.headers)
    kept = {name: value for name, value in response.headers.items() if name in ("Allow", "WWW-Authenticate")}
    code = HTTPStatus(status).phrase.lower().replace(" ", "_")
    return problem(status, code, error.description or HTTPStatus(status).phrase, headers=kept)


def _unexpected(error: Exception) -> Response:
    logger.error("request %s failed", request_id.current(), exc_info=error)
    return problem(500, "internal", "The service failed; its log has the reason under this request id.")
