"""The request id: taken from ``X-Request-ID`` or made here, sent back, and kept with what is stored."""

from __future__ import annotations

import re
import uuid

from flask import Flask, Response, g, request

HEADER = "X-Request-ID"
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._:-]{1,100}")


def install(app: Flask) -> None:
    """Give every request its id, and every response the header."""
    app.before_request(_take)
    app.after_request(_send)


def current() -> str:
    """The id of the request that is being answered."""
    return str(g.request_id)


def _take() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _ACCEPTABLE.fullmatch(given) else uuid.uuid4().hex


def _send(response: Response) -> Response:
    response.headers[HEADER] = current()
    return response
