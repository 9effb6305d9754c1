"""The OpenAPI document: what all routes share, and what describes the whole."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask
from flask_smorest import Api

from genai.api.json_schema import Plugin
from genai.contracts import CONTRACT
from genai.contracts.problems import ProblemDetailsSchema

_ABOUT = """\
Product images and a prompt in; campaign creative out.

Submit a job with `POST /v1/jobs`, and follow it by its callbacks, by `GET /v1/jobs/{job_id}/events` (JSON, \
long poll or server-sent events), or by asking for it. Every error is a problem document (RFC 9457): `code` \
is stable, `problems` names each wrong field by its JSON pointer, and says what would be accepted. Requests \
are strict: a field that is not described is refused. Answers may gain fields; ignore those that you do not \
know."""

_PROBLEMS: dict[int, str] = {
    400: "The body is not JSON.",
    401: "No token, or none that is known.",
    403: "The token may not be used for this.",
    404: "There is no such thing, or it is another client's.",
    409: "What is stored does not allow it now.",
    413: "The body is too large.",
    415: "The body is of a media type that is not read here, or compressed.",
    416: "The asset has no such bytes.",
    422: "The request has problems; `problems` lists them.",
    429: "Too many requests.",
    503: "Something that the service needs is away, or has no room.",
}
_RETRY_AFTER = {"description": "Seconds until another try makes sense.", "schema": {"type": "integer"}}
_OWN_HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    429: {"Retry-After": _RETRY_AFTER},
    503: {"Retry-After": _RETRY_AFTER},
}


class Description(Api):
    """flask-smorest's, with problem documents in place of its own errors. ``Routes`` register with it."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask) -> None:
        super().__init__(
            app,
            spec_kwargs={
                "title": "genai",
                "version": f"{CONTRACT}",
                "openapi_version": "3.1.0",
                "marshmallow_plugin": Plugin(),
                "info": {"description": _ABOUT},
            },
        )
        components = self.spec.components
        components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
        components.security_scheme("link", {"type": "apiKey", "in": "query", "name": "signature"})
        told = {"description": "The request's id, for the log.", "schema": {"type": "string"}}
        components.header("RequestId", told)
        components.parameter(
            "RequestId",
            "header",
            {
                "name": "X-Request-ID",
                "description": "An id for the request; one is made where it is missing, or is not 1 to 100 of"
                " `A-Za-z0-9._:-`.",
                "schema": {"type": "string"},
            },
        )
        components.parameter(
            "IfNoneMatch",
            "header",
            {
                "name": "If-None-Match",
                "description": "The ETag of what is known.",
                "schema": {"type": "string"},
            },
        )
        headers: dict[str, Any] = {"X-Request-ID": "RequestId"}
        components.response("NotModified", {"description": "It is as it was.", "headers": headers})
        for status, description in _PROBLEMS.items():
            components.response(
                f"Problem{status}",
                {
                    "description": f"{HTTPStatus(status).phrase}: {description}",
                    "headers": {**headers, **_OWN_HEADERS.get(status, {})},
                    "content": {"application/problem+json": {"schema": ProblemDetailsSchema}},
                },
            )

    def _register_responses(self) -> None:
        """Ours are registered above."""

    def _register_error_handlers(self) -> None:
        """``genai.api.problems`` answers all errors."""

    def _register_etag_headers(self) -> None:
        """``Routes.revalidated`` has its own."""

    def _register_pagination_header(self) -> None:
        """Pages are told by ``next`` and ``Link``."""
